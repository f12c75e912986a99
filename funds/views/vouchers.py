"""Vouchers: issue, look at, print with counting, list."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.views.pages import actor, page_of, roles_only
from funds import vouchers
from funds.budgets import visible_funds
from funds.disbursements import get_disbursement
from funds.forms.payments import VoucherForm
from funds.models import Voucher
from funds.readers import OF_REQUESTS
from funds.requests.overview import about
from funds.views.payments import act
from funds.views.shared import pdf_answer, visible_total
from ledger.money import figures
from ledger.roles import Role, roles_of


@login_required
@require_POST
def issue(http: HttpRequest, pk: int) -> HttpResponse:
    """Passes the bill."""

    def call(data: dict[str, Any]) -> str:
        voucher = vouchers.issue_voucher(disbursement=pk, by=actor(http), on=data["on"])
        return (
            f"Voucher issued: {voucher.number}, {figures(voucher.amount)}.\n"
            f"Print it, then record the payments.\nNext: {voucher.number} | {voucher.get_absolute_url()}"
        )

    return act(http, pk, "voucher", VoucherForm(http.POST), call)


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def show(http: HttpRequest, number: str) -> HttpResponse:
    """One voucher: what the paper says, its printings, and the paper itself once it was printed."""
    user = actor(http)
    voucher = vouchers.get_voucher(number, by=user)
    request = get_disbursement(voucher.sanction.disbursement_id, by=user)
    prints = list(voucher.prints.select_related("printed_by").order_by("copy"))
    paper, languages = voucher.snapshot, vouchers.languages_of(voucher)
    context = {
        "voucher": voucher,
        "row": request,
        "about": about(request, request.fund),
        "prints": prints,
        "cancelled": vouchers.cancellation_of(voucher),
        "intact": vouchers.frozen_intact(voucher),
        "many": f"{vouchers.payee_count(voucher):,}" if vouchers.listed_of(voucher) else "",
        "may_print": _may_print(user, first=not prints),
        "own_language": vouchers.issued_in(voucher).label,
        "languages": languages if prints else [],
        "other_languages": languages[1:],
        "print_word": f"Print copy {prints[-1].copy + 1}" if prints else "Print the original",
        "facts": _facts(voucher, paper),
    }
    return render(http, "funds/voucher.html", context)


def _may_print(user: User, *, first: bool) -> bool:
    """Those who pay print the original; everybody who may read the request may have a numbered copy."""
    return Role.DDO in roles_of(user) if first else not roles_of(user).isdisjoint(OF_REQUESTS)


def _facts(voucher: Voucher, paper: dict[str, Any]) -> list[tuple[Any, ...]]:
    request = voucher.sanction.disbursement
    return [
        ("Request", request.number, request.get_absolute_url()),
        ("Sanction", f"{paper['sanction_number']}, {paper['sanction_date']}"),
        ("Issued", f"{voucher.issued_on.day} {voucher.issued_on:%b %Y} by {voucher.issued_by.get_full_name()}"),
        ("Pay to", f"{paper['pay_to']}, {paper['pay_to_note']}"),
        ("On account of", paper["on_account_of"]),
        ("Head", f"{paper['head_code']} {paper['head_name']}"),
        ("Payee lines", f"{vouchers.payee_count(voucher):,}"),
        ("Fund", voucher.fund.name, reverse("fund", args=[voucher.fund.code])),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
@xframe_options_sameorigin
def pdf(http: HttpRequest, number: str) -> HttpResponse:
    """POST counts a printing and gives its paper; GET shows the last printing again without counting.

    Either in the language that the field `language` names.
    """
    user = actor(http)
    if http.method == "POST":
        printing, paper = vouchers.print_voucher(number=number, by=user, language=http.POST.get("language", ""))
        return _paper(paper, number, printing.copy)
    last, paper = vouchers.shown_again(number, by=user, language=http.GET.get("language", ""))
    return _paper(paper, number, last.copy)


def _paper(content: bytes, number: str, copy: int) -> HttpResponse:
    return pdf_answer(content, f"{number}-copy-{copy}" if copy else number)


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def voucher_list(http: HttpRequest) -> HttpResponse:
    """All vouchers the reader may see."""
    user = actor(http)
    funds = list(visible_funds(user).order_by("code"))
    fund = next((row for row in funds if row.code == http.GET.get("fund")), None)
    text = http.GET.get("q", "").strip()[:80]
    rows = vouchers.visible_vouchers(user).defer("snapshot").order_by("-issued_on", "-pk")
    rows = rows.filter(fund=fund) if fund else rows
    if text:
        rows = rows.filter(
            Q(number__icontains=text)
            | Q(sanction__number__icontains=text)
            | Q(sanction__disbursement__title__icontains=text)
            | Q(sanction__disbursement__pay_to__icontains=text)
        )
    number, total = visible_total(rows)
    page = page_of(rows.annotate(print_count=Count("prints")), http.GET, count=number)
    context = {
        "page": page,
        "number": number,
        "total": total,
        "funds": funds,
        "fund": fund,
        "text": text,
    }
    return render(http, "funds/vouchers.html", context)
