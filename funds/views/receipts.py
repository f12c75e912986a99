"""Receipts: the register of a fund and year, one receipt, its paper, its cancellation; money that comes back."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.consent import RemarkForm
from beneficiaries.offices import persons
from beneficiaries.offices.scope import acts_for
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only
from funds import receiving
from funds.books import owing_tables
from funds.budget.position import position
from funds.budgets import MANAGERS, standing, visible_funds
from funds.forms.receiving import AskForm, ReceiptFilter, RefundForm
from funds.models import Receipt
from funds.readers import READERS, opens_books
from funds.receipts import printing, reading
from funds.views.book_parts import files, table_answer
from funds.views.shared import pdf_answer, see, visible_total
from ledger.clock import today
from ledger.models import FiscalYear
from ledger.money import figures
from ledger.roles import roles_of

STATES = [("stands", "Stands"), ("cancelled", "Cancelled")]


def _filtered(http: HttpRequest) -> tuple[QuerySet[Any], ReceiptFilter]:
    """The register as it is filtered, latest number first."""
    user = actor(http)
    rows: QuerySet[Any] = reading.visible_receipts(user)
    years = FiscalYear.objects.filter(pk__in=rows.order_by().values("year")).order_by("-label")
    labels = list(dict.fromkeys(years.values_list("label", flat=True)))
    funds = list(visible_funds(user).order_by("code"))
    asked = ReceiptFilter(http.GET, funds=funds, states=STATES, years=labels)
    for name, path in (("fund", "fund__code"), ("year", "year__label"), ("kind", "kind")):
        if value := asked.given(name):
            rows = rows.filter(**{path: value})
    if state := asked.given("state"):
        rows = rows.filter(undone=state == "cancelled")
    if text := asked.given("q"):
        words = Q(number__icontains=text) | Q(received_from__icontains=text) | Q(reference__icontains=text)
        rows = rows.filter(words | Q(purpose__icontains=text))
    return rows.order_by("-year__label", "fund__code", "-serial"), asked


@require_safe
@roles_only(*READERS, action="see a fund")
def receipt_list(http: HttpRequest) -> HttpResponse:
    """Every receipt by fund and year, totals by kind, what is tied to a purpose, and whether a number is missing."""
    rows, asked = _filtered(http)
    kinds = reading.by_kind(rows)
    number, total = visible_total(standing(rows))
    fund = next((row for row in visible_funds(actor(http)) if row.code == asked.given("fund")), None)
    context = {
        "page": page_of(rows, http.GET),
        "filters": asked,
        "filtered": any(asked.given(name) for name in asked.fields),
        "kinds": kinds,
        "number": number,
        "total": total,
        "tied": reading.tied(rows),
        "restricted": fund if fund and fund.donor else None,
        "spent": position(fund).spent if fund and fund.donor else None,
        "missing": reading.missing_numbers(actor(http)),
        "files": files("receipt_list_file", query=f"?{http.GET.urlencode()}" if http.GET else ""),
        "may_record": not roles_of(actor(http)).isdisjoint(MANAGERS),
        "sees_funds": True,
    }
    return render(http, "funds/receipts.html", context)


@require_safe
@roles_only(*READERS, action="see a fund")
def receipt_list_file(http: HttpRequest, form: str) -> HttpResponseBase:
    """The register of receipts as it is filtered, csv or xlsx."""
    rows, _ = _filtered(http)
    title = f"Register of receipts, {today():%-d %b %Y}, rupees"
    rows = rows.order_by("year__label", "fund__code", "serial")
    return table_answer("receipts", form, title, lambda: owing_tables.receipts(rows.iterator(500), title))


@require_safe
@roles_only(*READERS, action="see a fund")
def show(http: HttpRequest, number: str) -> HttpResponse:
    """One receipt, its paper once it was printed, and its cancellation."""
    return _receipt(http, number)


def _receipt(
    http: HttpRequest, number: str, *, ask: AskForm | None = None, form: RemarkForm | None = None, status: int = 200
) -> HttpResponse:
    user = actor(http)
    row = reading.get_receipt(number, by=user)
    prints = list(row.prints.select_related("printed_by").order_by("copy"))
    held, keeps = roles_of(user), acts_for(row.fund.office, by=user)
    asked, cancelled = reading.asked(row), reading.cancellation_of(row)
    context = {
        "row": row,
        "facts": _facts(row, opens=opens_books(row.fund, by=user)),
        "prints": prints,
        "print_word": f"Print copy {prints[-1].copy + 1}" if prints else "Print the original",
        "may_print": bool(prints) or (keeps and not held.isdisjoint(MANAGERS)),
        "cancelled": cancelled,
        "cancelled_words": printing.mark(cancelled),
        "asked": asked,
        "own": asked is not None and asked.proposed_by_id in persons.selves(user),
        "may_ask": keeps and asked is None and cancelled is None and not held.isdisjoint(receiving.ASKERS),
        "may_agree": keeps and not held.isdisjoint(receiving.AGREERS),
        "ask": ask or AskForm(),
        "form": form or RemarkForm(),
    }
    return render(http, "funds/receipt.html", context, status=status)


def _facts(row: Receipt, *, opens: bool) -> list[tuple[Any, ...]]:
    paper = printing.paper_of(row)
    back = reading.payment_of(row)
    found: list[tuple[Any, ...]] = [
        ("Received", f"{paper.date}, recorded {paper.recorded_on} by {paper.recorded_by}"),
        ("From", paper.received_from),
        ("Reference", paper.reference),
        ("On account of", paper.on_account_of, back.line.disbursement.get_absolute_url() if back else ""),
        ("Credited to", f"{paper.head_code} {paper.head_name}"),
    ]
    if paper.purpose:
        found.append(("Given for", paper.purpose))
    found += [(label, figures(amount)) for label, amount in paper.parts]
    entry = reverse("journal_entry", args=[row.fund.code, row.entry_id]) if opens else ""
    return [*found, ("Fund", row.fund.name, row.fund.get_absolute_url()), ("Journal entry", str(row.entry_id), entry)]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*READERS, action="see a fund")
@xframe_options_sameorigin
def paper(http: HttpRequest, number: str) -> HttpResponse:
    """POST counts a printing and gives its paper; GET shows the last printing again without counting."""
    user = actor(http)
    if http.method == "POST":
        last, content = printing.print_receipt(number=number, by=user)
    else:
        last, content = printing.shown_again(number, by=user)
    return pdf_answer(content, f"{number}-copy-{last.copy}" if last.copy else number)


@require_POST
@roles_only(*receiving.ASKERS, action="ask to cancel a receipt")
def cancel(http: HttpRequest, number: str) -> HttpResponse:
    """Asks to undo a receipt that is wrong."""
    form = AskForm(http.POST)
    if form.is_valid():
        made = form.call(
            lambda: receiving.ask_cancellation(receipt=number, by=actor(http), reason=form.cleaned_data["reason"])
        )
        if made is not None:
            messages.success(http, f"Asked to cancel {number}.\nIt stands until a second person agrees.")
            return see("receipt", number)
    return _receipt(http, number, ask=form, status=form.status)


@require_POST
@roles_only(*receiving.AGREERS, action="agree to cancel a receipt")
def cancel_agree(http: HttpRequest, number: str) -> HttpResponse:
    """The second person's consent: the entries are undone."""
    return _decide(http, number, receiving.agree_cancellation, "is cancelled; its number stays")


@require_POST
@roles_only(*receiving.AGREERS, action="decline to cancel a receipt")
def cancel_decline(http: HttpRequest, number: str) -> HttpResponse:
    """The receipt stands."""
    return _decide(http, number, receiving.decline_cancellation, "stands")


def _decide(http: HttpRequest, number: str, act: Any, word: str) -> HttpResponse:
    form = RemarkForm(http.POST)
    if form.is_valid():
        made = form.call(lambda: act(receipt=number, by=actor(http), remark=form.cleaned_data["remark"]))
        if made is not None:
            messages.success(http, f"{number} {word}.")
            return see("receipt", number)
    return _receipt(http, number, form=form, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*MANAGERS, action="record money that comes back")
def refund_new(http: HttpRequest) -> HttpResponse:
    """Money that comes back of a payment: a refund, a deposit given back, an instalment of a loan."""
    given = {name: http.GET[name][:40] for name in ("voucher", "position") if name in http.GET}
    form = RefundForm(http.POST if http.method == "POST" else None, initial=given)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: receiving.record_refund(by=actor(http), **form.cleaned_data))
        if made is not None:
            messages.success(
                http, f"Receipt {made.number} recorded: {made.get_kind_display()}, {figures(made.amount)}."
            )
            return SeeOther(made.get_absolute_url())
    back = reverse("receipt_list")
    page = FormPage(
        "Record money that comes back",
        "Record receipt",
        back,
        lead="It goes to the account that the payment was charged to, or to recoveries where that year has ended.",
        crumbs=[("Receipts", back)],
    )
    return form_page(http, form, page)
