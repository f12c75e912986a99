"""Vouchers: issue, look at, print with counting, list."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.views.pages import actor, page_of, roles_only
from funds import vouchers
from funds.books import register_tables
from funds.budgets import visible_funds
from funds.disbursements import get_disbursement
from funds.forms.payments import VoucherForm
from funds.models import Voucher
from funds.numbers import missing_numbers
from funds.readers import OF_REQUESTS
from funds.requests.overview import about
from funds.signing import originals
from funds.views.book_parts import files, table_answer
from funds.views.payments import act
from funds.views.shared import pdf_answer, visible_total
from ledger.clock import today
from ledger.models import FiscalYear
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
        "signature": originals.standing(voucher),
        "signs": settings.SIGNING is not None,
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


def _vouchers(http: HttpRequest) -> tuple[QuerySet[Voucher], dict[str, Any]]:
    """The register as it is filtered, and what was asked for."""
    user, given = actor(http), http.GET
    rows = vouchers.visible_vouchers(user).select_related("year", "sanction__disbursement__cancellation__cancelled_by")
    funds = list(visible_funds(user).order_by("code"))
    fund = next((row for row in funds if row.code == given.get("fund")), None)
    years = FiscalYear.objects.filter(label__in=rows.order_by().values("year__label"))
    labels = list(years.order_by("-label").values_list("label", flat=True).distinct())
    year = given.get("year") if given.get("year") in labels else ""
    text, state = given.get("q", "").strip()[:80], given.get("state", "")
    rows = rows.filter(fund=fund) if fund else rows
    rows = rows.filter(year__label=year) if year else rows
    if state == "cancelled":
        rows = rows.filter(sanction__disbursement__cancellation__isnull=False)
    elif state == "unprinted":
        rows = rows.filter(prints__isnull=True)
    if text:
        rows = rows.filter(
            Q(number__icontains=text)
            | Q(sanction__number__icontains=text)
            | Q(sanction__disbursement__title__icontains=text)
            | Q(sanction__disbursement__pay_to__icontains=text)
        )
    return rows, {"funds": funds, "fund": fund, "labels": labels, "year": year, "text": text, "state": state}


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def voucher_list(http: HttpRequest) -> HttpResponse:
    """The register: every voucher by fund and year, cancelled ones with their reason, and whether a number is missing."""
    rows, asked = _vouchers(http)
    number, total = visible_total(rows)
    shown = rows.defer("snapshot").annotate(print_count=Count("prints")).order_by("-issued_on", "-pk")
    context = asked | {
        "page": page_of(shown, http.GET, count=number),
        "number": number,
        "total": total,
        "missing": missing_numbers(Voucher),
        "files": files("voucher_list_file", query=f"?{http.GET.urlencode()}" if http.GET else ""),
    }
    return render(http, "funds/vouchers.html", context)


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def voucher_list_file(http: HttpRequest, form: str) -> HttpResponseBase:
    """The register of vouchers as it is filtered, csv or xlsx."""
    rows, _ = _vouchers(http)
    title = f"Register of vouchers, {today():%-d %b %Y}, rupees"
    rows = vouchers.with_printings(rows).order_by("year__label", "fund__code", "serial")
    return table_answer("vouchers", form, title, lambda: register_tables.vouchers(rows.iterator(500), title))
