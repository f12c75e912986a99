"""Funds, their yearly budget, money in, and the room left; every figure read back from the ledger."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take, take_optional
from beneficiaries.models.limits import Consent
from beneficiaries.offices.scope import office_of, require_office
from funds import postings
from funds.budget import budget_dates, heads
from funds.budget.budget_position import HeadPosition, budget
from funds.models import (
    CHARGES,
    Allocation,
    BudgetHead,
    Fund,
    MoneyBack,
    PayeeLine,
    PaymentKind,
    Receipt,
    ReceiptCancellation,
)
from funds.numbers import next_number, year_of
from ledger import balances
from ledger.chart import create_book
from ledger.clock import act_date
from ledger.errors import BadInput, NotFound
from ledger.history import acting
from ledger.models import Element, FiscalYear
from ledger.money import figures, parse_amount
from ledger.posting import post
from ledger.roles import Role, require_role

MANAGERS = (Role.FUND_MANAGER,)
ASSETS = frozenset({CHARGES[PaymentKind.BAIL], CHARGES[PaymentKind.LOAN]})  # what comes back to them names its payment
NOTHING = Decimal("0.00")


def headroom(fund: Fund, head: BudgetHead | None = None) -> Decimal:
    """Rupees free to sanction under a head of the fund: the balance of its X10, which the database keeps at zero or above."""
    return balances.balance(fund.book.code, heads.account("X10", head))


def visible_funds(user: User) -> Any:
    """Funds the user works with: a federal office sees all, another its own and the federal ones it requests from."""
    office = office_of(user)
    funds = Fund.objects.select_related("book", "office")
    return funds if office.is_federal else funds.filter(office__level="federal") | funds.filter(office=office)


def get_fund(code: str, *, by: User) -> Fund:
    """Raises: NotFound."""
    fund = visible_funds(by).filter(code=code).first()
    if fund is None:
        raise NotFound(f"There is no fund {code} in your office.")
    return fund


@transaction.atomic
def open_fund(*, by: User, code: str, name: str, **particulars: Any) -> Fund:
    """A new fund with its own book and the standard chart. Raises: NotAllowed."""
    require_role(by, *MANAGERS, action="open a fund")
    require_office(particulars["office"], by=by, action="open its fund")
    with acting(by, "Fund opened"):
        book = create_book(code=code, name=name, by=by)
        return Fund.objects.create(code=code, name=name, book=book, **particulars)


def require_manager(fund: Fund, *, by: User, action: str) -> None:
    """Only the office that keeps a fund changes its books: others see it because they ask it for money."""
    require_role(by, *MANAGERS, action=action)
    require_office(fund.office, by=by, action=action)


@transaction.atomic
def record_allocation(
    *,
    fund: Fund,
    kind: str,
    amount: Any,
    reference: str,
    by: User,
    on: date | None = None,
    budget_head: str = "",
) -> Allocation:
    """Budget for the year of `on`, in rupees: one original allocation a head, then supplementary or reduced.

    `budget_head` is the head's code, empty where the budget is not divided. Writes the allocation and its memo entry.
    Raises: NotAllowed, BadInput, WrongState (a supplement after its last day), LedgerError.
    """
    require_manager(fund, by=by, action="record an allocation")
    day, rupees = act_date(on), take("amount", parse_amount, amount)
    reference = take("reference", parse_text, reference, maximum=80)
    year = year_of(fund, day)
    heads.lock_budget(fund)
    head = heads.named(fund, budget_head, on=day)
    if kind == Allocation.Kind.ORIGINAL and fund.allocations.filter(year=year, kind=kind, budget_head=head).exists():
        whose = f"{fund.code}, {head}," if head else fund.code
        detail = f"{whose} has its original allocation for {year.label}. Record a supplementary one or a reduction."
        raise BadInput(detail, fields={"kind": detail})
    if kind == Allocation.Kind.SUPPLEMENTARY:
        budget_dates.refuse_late(fund, budget_dates.SUPPLEMENT, day)
    if kind == Allocation.Kind.REDUCTION:
        _refuse_reduction(budget(fund, year.label).of(head), rupees, needed=heads.release_needed(fund, day), year=year)
    count = fund.allocations.filter(year=year).count()
    key = f"allocation:{fund.code}:{year.label}:{count + 1}"
    drafts = postings.allocation(
        fund=fund.code, kind=kind, amount=rupees, on=day, reference=reference, key=key, head=head
    )
    entry_id = post(drafts, by=by)[0]
    return Allocation.objects.create(
        fund=fund,
        year=year,
        budget_head=head,
        kind=kind,
        amount=rupees,
        decided_on=day,
        reference=reference,
        entry_id=entry_id,
        recorded_by=by,
    )


def _refuse_reduction(stands: HeadPosition, amount: Decimal, *, needed: bool, year: FiscalYear) -> None:
    """No more is taken than was allotted, nor, where money is released, what was released already. Raises: BadInput."""
    if amount > stands.revised:
        detail = f"The reduction is more than the budget of {year.label}, {figures(stands.revised)}."
        raise BadInput(detail, fields={"amount": detail})
    if needed and amount > stands.to_release:
        detail = (
            f"Of the budget of {year.label} {figures(stands.released)} is released and {figures(stands.to_release)} is not, "
            f"less than {figures(amount)}. Surrender what was released."
        )
        raise BadInput(detail, fields={"amount": detail})


def _within_charge(fund: Fund, head: str, amount: Decimal, year: FiscalYear) -> None:
    """No more comes back than was charged: in its year for an expense, ever for a deposit or loan. Raises: BadInput."""
    charged = balances.balance(fund.book.code, head, as_at=year.end)
    if fund.book.accounts.get(code=head).element == Element.EXPENDITURE:
        charged -= balances.balance(fund.book.code, head, as_at=year.start - timedelta(days=1))
    if amount > charged:
        detail = f"{head} stands at {figures(charged)} in {year.label}, so {figures(amount)} cannot come back to it."
        raise BadInput(f"{detail} Record money of an earlier year as a recovery.", fields={"amount": detail})


@transaction.atomic
def record_receipt(
    *,
    fund: Fund,
    kind: str,
    amount: Any,
    received_from: str,
    reference: str,
    by: User,
    on: date | None = None,
    head: str = "",
    budget_head: str = "",
    purpose: str = "",
    line: PayeeLine | None = None,
    charge: Decimal = NOTHING,
) -> Receipt:
    """Money that reached the fund's bank account, in rupees; it is free to sanction at once, or waits for its release.

    A refund names the charge account it goes back to (same year; a later year's is a recovery). Of a divided budget
    `budget_head` may name the head that has it at once. `purpose` is what a giver tied it to. `line`: the payment it comes
    back from, with `charge` the part of it that is a loan's charge; `receiving.record_refund` gives both, under the line's
    lock. Writes the numbered receipt and its two entries. Raises: NotAllowed, BadInput, LedgerError.
    """
    require_manager(fund, by=by, action="record a receipt")
    day, rupees = act_date(on), take("amount", parse_amount, amount)
    _check_kind(kind, head, purpose, line)
    payer = take("received_from", parse_text, received_from, maximum=120)
    reference = take("reference", parse_text, reference, maximum=80)
    year = year_of(fund, day)
    given = _head_of_receipt(fund, budget_head, day)
    serial, number = next_number(Receipt, fund=fund, year=year)
    if standing(fund.receipts.filter(kind=kind, reference=reference)).exists():
        detail = f"{Receipt.Kind(kind).label} {reference} is already recorded for {fund.code}."
        raise BadInput(detail, fields={"reference": detail})
    if kind == Receipt.Kind.REFUND:
        _within_charge(fund, head, rupees - charge, year)
    waits = given is None and heads.is_released(fund, day)
    drafts = postings.receipt(
        fund=fund.code,
        kind=kind,
        amount=rupees,
        on=day,
        number=number,
        memo=f"{payer}, {reference}",
        head=head,
        charge=charge,
        room=heads.pool_of(fund, by=by) if waits else heads.account("X10", given),
    )
    entry_id = post(drafts, by=by)[0]
    made = Receipt.objects.create(
        fund=fund,
        year=year,
        serial=serial,
        number=number,
        kind=kind,
        amount=rupees,
        received_on=day,
        received_from=payer,
        reference=reference,
        purpose=take_optional("purpose", purpose, maximum=200),
        head=head if kind == Receipt.Kind.REFUND else "",
        budget_head=given,
        entry_id=entry_id,
        recorded_by=by,
    )
    if line is not None:
        MoneyBack.objects.create(receipt=made, line=line, principal=rupees - charge, charge=charge)
    return made


def _check_kind(kind: str, head: str, purpose: str, line: PayeeLine | None) -> None:
    """Raises: BadInput where the kind of receipt is none, or does not go with what else is said."""
    if kind not in Receipt.Kind.values:
        raise BadInput("Choose what was received.", fields={"kind": f"{kind!r} is not a kind of receipt."})
    if kind == Receipt.Kind.REFUND and head not in set(CHARGES.values()):
        detail = "Say which charge account the refund goes back to, for example A-REL."
        raise BadInput(detail, fields={"head": detail})
    if head in ASSETS and line is None:
        detail = "Deposits and loans come back as refunds of their own payment. Name its voucher there."
        raise BadInput(detail, fields={"head": detail})
    if purpose.strip() and kind != Receipt.Kind.DONATION:
        detail = "Only a donation is given for a purpose. Leave it empty."
        raise BadInput(detail, fields={"purpose": detail})


def standing(rows: QuerySet[Receipt]) -> QuerySet[Receipt]:
    """Those of the receipts that were not cancelled."""
    undone = ReceiptCancellation.objects.filter(receipt=OuterRef("pk"), decision__outcome=Consent.Outcome.AGREED)
    return rows.exclude(Exists(undone))


def _head_of_receipt(fund: Fund, code: str, day: date) -> BudgetHead | None:
    """The head that has the money at once, if one is named. Raises: BadInput where only a release gives it to heads."""
    if not code:
        return None
    if heads.release_needed(fund, day):
        detail = (
            f"Money of {fund.code} reaches its heads by a release. Leave the head empty and record the release next."
        )
        raise BadInput(detail, fields={"budget_head": detail})
    return heads.named(fund, code, on=day)
