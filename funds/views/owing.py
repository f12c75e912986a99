"""What is still out: the registers of bail deposits and soft loans, one of each, and deposits that a court keeps."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.consent import RemarkForm
from beneficiaries.offices import persons
from beneficiaries.offices.scope import acts_for
from beneficiaries.views.pages import FormPage, actor, form_page, page_of, roles_only
from funds import bail
from funds.books import owing_tables
from funds.budgets import MANAGERS, visible_funds
from funds.forms.receiving import ForfeitureForm, RegisterFilter
from funds.models import PayeeLine, PaymentKind
from funds.owing import bail_deposits, loan_register, outstanding
from funds.owing.loan_schedules import Loan, ages
from funds.readers import OF_REQUESTS, READERS
from funds.views.book_parts import files, table_answer
from funds.views.shared import see
from ledger.clock import today
from ledger.money import figures
from ledger.roles import roles_of

BAIL_STATES = [
    (bail_deposits.HELD, "Held by the court"),
    (bail_deposits.UNPAID, "Not at the court"),
    (bail_deposits.SETTLED, "Settled"),
]
LOAN_STATES = [("late", "Late"), ("running", "Running"), ("repaid", "Repaid")]
SEE = "see requests and what is paid on them"


def _sees_funds(user: User) -> bool:
    """Whether the pages of receipts are open to the user, so that they are offered."""
    return not roles_of(user).isdisjoint(READERS)


def _funds(http: HttpRequest, kind: str) -> list[Any]:
    return [row for row in visible_funds(actor(http)).order_by("code") if kind in row.kinds]


def _deposits(http: HttpRequest) -> tuple[QuerySet[PayeeLine], RegisterFilter]:
    asked = RegisterFilter(http.GET, funds=_funds(http, PaymentKind.BAIL), states=BAIL_STATES)
    rows = bail_deposits.searched(bail_deposits.visible_deposits(actor(http)), asked.given("q") or "")
    if fund := asked.given("fund"):
        rows = rows.filter(disbursement__fund__code=fund)
    return bail_deposits.latest_first(bail_deposits.in_state(rows, asked.given("state") or "")), asked


@require_safe
@roles_only(*OF_REQUESTS, action=SEE)
def deposit_list(http: HttpRequest) -> HttpResponse:
    """Every bail deposit with what came back and what was forfeited, how long courts hold them, and the account beside."""
    rows, asked = _deposits(http)
    sums = bail_deposits.sums(rows)
    page = page_of(rows, http.GET)
    context = {
        "page": page,
        "rows": [(row, bail_deposits.state_of(row)) for row in page.object_list],
        "sums": sums,
        "ages": bail_deposits.ages(rows),
        "ties": bail_deposits.ties(PaymentKind.BAIL, _funds(http, PaymentKind.BAIL), by=actor(http)),
        "filters": asked,
        "filtered": any(asked.given(name) for name in asked.fields),
        "sees_funds": _sees_funds(actor(http)),
        "files": files("deposit_list_file", query=f"?{http.GET.urlencode()}" if http.GET else ""),
    }
    return render(http, "funds/deposits.html", context)


@require_safe
@roles_only(*OF_REQUESTS, action=SEE)
def deposit_list_file(http: HttpRequest, form: str) -> HttpResponseBase:
    """The register of bail deposits as it is filtered, csv or xlsx."""
    rows, _ = _deposits(http)
    title = f"Register of bail deposits, {today():%-d %b %Y}, rupees"
    return table_answer("bail-deposits", form, title, lambda: owing_tables.deposits(rows.iterator(500), title))


@require_safe
@roles_only(*OF_REQUESTS, action=SEE)
def deposit(http: HttpRequest, pk: int) -> HttpResponse:
    """One deposit: what came back, what was forfeited, what waits for a second person."""
    return _deposit(http, pk)


def _deposit(http: HttpRequest, pk: int, *, form: RemarkForm | None = None, status: int = 200) -> HttpResponse:
    user = actor(http)
    row = bail_deposits.get_deposit(pk, by=user)
    held, keeps = roles_of(user), acts_for(row.disbursement.fund.office, by=user)
    kept = list(row.forfeitures.select_related("proposed_by", "decision__decided_by", "paper__kind").order_by("pk"))
    waiting = next((each for each in kept if not hasattr(each, "decision")), None)
    manages = keeps and not held.isdisjoint(MANAGERS)
    context = {
        "row": row,
        "state": bail_deposits.state_of(row),
        "facts": _facts(row),
        "returns": outstanding.standing_returns(line=row).select_related("receipt__year").order_by("pk"),
        "kept": kept,
        "waiting": waiting,
        "own": waiting is not None and waiting.proposed_by_id in persons.selves(user),
        "may_agree": keeps and not held.isdisjoint(bail.AGREERS),
        "may_record": manages and row.paid_on and row.outstanding,  # type: ignore[attr-defined]
        "refund_url": _refund_url(row),
        "form": form or RemarkForm(),
        "sees_funds": _sees_funds(user),
    }
    return render(http, "funds/deposit.html", context, status=status)


def _refund_url(row: PayeeLine) -> str:
    return f"{reverse('refund_new')}?voucher={row.disbursement.sanction.voucher.number}&position={row.position}"


def _facts(row: PayeeLine) -> list[tuple[Any, ...]]:
    voucher, order = row.disbursement.sanction.voucher, row.obligation.order if row.obligation else None
    slip = outstanding.court_receipt(row)
    court = f"{order.court}, {order.number}" if order else "no order named"
    return [
        ("Prisoner", str(row.case.person)),
        ("Case", row.case.number),
        ("Court and its case", court),
        ("Paid to", row.payee_name),
        ("Deposited", f"{row.paid_on:%-d %b %Y}" if row.paid_on else "not paid by the bank"),  # type: ignore[attr-defined]
        ("Court's receipt", slip or "not recorded"),
        ("Voucher", voucher.number, voucher.get_absolute_url()),
        ("Request", row.disbursement.number, row.disbursement.get_absolute_url()),
        ("Fund", row.disbursement.fund.name, row.disbursement.fund.get_absolute_url()),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*bail.ASKERS, action="record a forfeiture")
def forfeiture_new(http: HttpRequest, pk: int) -> HttpResponse:
    """A court keeps the deposit, in part or whole."""
    user = actor(http)
    row = bail_deposits.get_deposit(pk, by=user)
    form = ForfeitureForm(http.POST if http.method == "POST" else None, case=row.case_id)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data | {"paper": form.cleaned_data["paper"].pk}
        if form.call(lambda: bail.ask_forfeiture(line=pk, by=user, **given)) is not None:
            messages.success(http, "Forfeiture recorded.\nIt is charged when a second person agrees.")
            return see("deposit", pk)
    back = reverse("deposit", args=[pk])
    page = FormPage(
        "Record a forfeiture",
        "Record forfeiture",
        back,
        lead=f"The court holds {figures(row.outstanding)}. What it keeps is charged to fines when a second person agrees.",  # type: ignore[attr-defined]
        crumbs=[("Bail deposits", reverse("deposit_list")), (row.payee_name, back)],
        facts=_facts(row),
    )
    return form_page(http, form, page)


@require_POST
@roles_only(*bail.AGREERS, action="agree to a forfeiture")
def forfeiture_agree(http: HttpRequest, pk: int) -> HttpResponse:
    """The second person's consent: it is charged."""
    return _decide(http, pk, bail.agree_forfeiture, "The forfeiture is charged.")


@require_POST
@roles_only(*bail.AGREERS, action="decline a forfeiture")
def forfeiture_decline(http: HttpRequest, pk: int) -> HttpResponse:
    """The deposit stays outstanding."""
    return _decide(http, pk, bail.decline_forfeiture, "The deposit stays outstanding.")


def _decide(http: HttpRequest, pk: int, act: Any, word: str) -> HttpResponse:
    line = bail.line_of_forfeiture(pk, by=actor(http))
    form = RemarkForm(http.POST)
    if form.is_valid():
        made = form.call(lambda: act(forfeiture=pk, by=actor(http), remark=form.cleaned_data["remark"]))
        if made is not None:
            messages.success(http, word)
            return see("deposit", line)
    return _deposit(http, line, form=form, status=form.status)


def _loans(http: HttpRequest) -> tuple[list[Loan], RegisterFilter]:
    asked = RegisterFilter(http.GET, funds=_funds(http, PaymentKind.LOAN), states=LOAN_STATES)
    found = loan_register.loans(
        actor(http), fund=asked.given("fund") or "", text=asked.given("q") or "", state=asked.given("state") or ""
    )
    return found, asked


@require_safe
@roles_only(*OF_REQUESTS, action=SEE)
def loan_list(http: HttpRequest) -> HttpResponse:
    """Every soft loan with what came back and what is late, and the account beside; the longest late first."""
    rows, asked = _loans(http)
    context = {
        "page": page_of(rows, http.GET),
        "sums": loan_register.sums(rows),
        "ages": ages(rows),
        "ties": bail_deposits.ties(PaymentKind.LOAN, _funds(http, PaymentKind.LOAN), by=actor(http)),
        "filters": asked,
        "filtered": any(asked.given(name) for name in asked.fields),
        "sees_funds": _sees_funds(actor(http)),
        "files": files("loan_list_file", query=f"?{http.GET.urlencode()}" if http.GET else ""),
    }
    return render(http, "funds/loans.html", context)


@require_safe
@roles_only(*OF_REQUESTS, action=SEE)
def loan_list_file(http: HttpRequest, form: str) -> HttpResponseBase:
    """The register of soft loans as it is filtered, csv or xlsx; of late ones it is the list of reminders."""
    rows, _ = _loans(http)
    title = f"Register of soft loans, {today():%-d %b %Y}, rupees"
    return table_answer("soft-loans", form, title, lambda: owing_tables.loans(rows, title))


@require_safe
@roles_only(*OF_REQUESTS, action=SEE)
def loan(http: HttpRequest, pk: int) -> HttpResponse:
    """One soft loan: schedule, receipts, arrears."""
    user = actor(http)
    found = loan_register.get_loan(pk, by=user)
    row = found.line
    voucher = row.disbursement.sanction.voucher
    terms = found.terms
    agreed = f"{terms.reference}, {terms.agreed_on:%-d %b %Y}" if terms else "none recorded"
    facts = [
        ("Borrower", str(row.case.person)),
        ("Case", row.case.number),
        ("Agreement", agreed),
        ("Charge", f"{terms.charge_percent} per cent in all, {figures(found.charge)}" if terms else "none"),
        ("Guarantor", (terms.guarantor if terms else "") or "none"),
        ("Voucher", voucher.number, voucher.get_absolute_url()),
        ("Fund", row.disbursement.fund.name, row.disbursement.fund.get_absolute_url()),
    ]
    keeps = acts_for(row.disbursement.fund.office, by=user)
    context = {
        "loan": found,
        "row": row,
        "facts": facts,
        "returns": outstanding.standing_returns(line=row).select_related("receipt").order_by("pk"),
        "may_record": keeps and found.left and row.paid_on and not roles_of(user).isdisjoint(MANAGERS),  # type: ignore[attr-defined]
        "refund_url": _refund_url(row),
        "sees_funds": _sees_funds(user),
        "dues": [(due, due.days_late(found.on)) for due in found.dues],
    }
    return render(http, "funds/loan.html", context)
