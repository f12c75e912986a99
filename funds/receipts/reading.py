"""Receipts as they are read: by number, as a register, what was cancelled, whether a number is missing."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from beneficiaries.models.limits import Consent
from beneficiaries.offices import persons
from beneficiaries.offices.scope import office_of
from funds.budgets import standing, visible_funds
from funds.models import MoneyBack, Receipt, ReceiptCancellation
from funds.numbers import FORMATS
from funds.readers import READERS
from ledger.errors import NotFound
from ledger.roles import require_role

NOTHING = Decimal("0.00")


def visible_receipts(user: User) -> QuerySet[Receipt]:
    """Receipts of the funds the user works with; `undone`: whether it was cancelled. What came back of another office's
    payment is for that office and for the one that keeps the fund. Raises: NotAllowed."""
    require_role(user, *READERS, action="see a fund")
    undone = ReceiptCancellation.objects.filter(receipt=OuterRef("pk"), decision__outcome=Consent.Outcome.AGREED)
    rows = Receipt.objects.select_related("fund__office", "fund__book", "year", "recorded_by", "budget_head")
    rows = rows.select_related("back__line__disbursement__sanction__voucher")
    office = office_of(user)
    if not office.is_federal:
        rows = rows.filter(Q(back=None) | Q(back__line__disbursement__office=office) | Q(fund__office=office))
    return rows.filter(fund__in=visible_funds(user)).annotate(undone=Exists(undone))


def get_receipt(number: str, *, by: User) -> Receipt:
    """Raises: NotAllowed, NotFound."""
    row = visible_receipts(by).filter(number=number).first()
    if row is None:
        raise NotFound("There is no such receipt in the funds of your office.")
    return row


def payment_of(row: Receipt) -> MoneyBack | None:
    """What it brought back of which payment; None where it came from none, or the payment is not there for the reader."""
    back = getattr(row, "back", None)
    return back if getattr(back, "line", None) else None


def cancellation_of(row: Receipt) -> ReceiptCancellation | None:
    """The cancellation that two people agreed to."""
    return _whole(row).filter(decision__outcome=Consent.Outcome.AGREED).first()


def asked(row: Receipt) -> ReceiptCancellation | None:
    """The cancellation that waits for a second person."""
    return _whole(row).filter(decision=None).first()


def _whole(row: Receipt) -> QuerySet[ReceiptCancellation]:
    rows = row.cancellations.select_related("proposed_by", "decision__decided_by", "decision__entry")
    return rows.select_related("receipt__fund")


def to_agree(user: User) -> QuerySet[ReceiptCancellation]:
    """What others ask to cancel in the funds that the user's office keeps."""
    rows = ReceiptCancellation.objects.filter(decision=None)
    office = office_of(user)
    if not office.is_federal:
        rows = rows.filter(receipt__fund__office=office)
    return rows.exclude(proposed_by__in=persons.selves(user)).select_related("receipt__fund", "proposed_by")


@dataclass(frozen=True, slots=True)
class OfKind:
    """How many receipts of one kind stand, and their rupees."""

    label: str
    number: int
    amount: Decimal


def by_kind(rows: QuerySet[Receipt]) -> list[OfKind]:
    """The receipts that stand, added up by kind; kinds of which there is none are left out."""
    found = standing(rows).order_by().values("kind").annotate(number=Count("pk"), total=Sum("amount"))
    sums = {row["kind"]: row for row in found}
    return [
        OfKind(label, sums[kind]["number"], sums[kind]["total"]) for kind, label in Receipt.Kind.choices if kind in sums
    ]


@dataclass(frozen=True, slots=True)
class Tied:
    """What one giver gave for one purpose: rupees that stand. What was spent of it is known only where a whole fund is tied."""

    giver: str
    purpose: str
    number: int
    amount: Decimal


def tied(rows: QuerySet[Receipt]) -> list[Tied]:
    """Donations with a purpose, by giver and purpose."""
    found = standing(rows).filter(~Q(purpose="")).order_by().values("received_from", "purpose")
    sums = found.annotate(number=Count("pk"), total=Sum("amount")).order_by("received_from", "purpose")
    return [Tied(row["received_from"], row["purpose"], row["number"], row["total"]) for row in sums]


def missing_numbers(user: User) -> list[str]:
    """Receipts that are not there though a later one of their fund and year is; always empty, and shown as such."""
    rows = Receipt.objects.filter(fund__in=visible_funds(user)).order_by()
    series = rows.values("fund", "fund__code", "year", "year__label").annotate(number=Count("pk"), last=Max("serial"))
    found = []
    for one in series:
        if one["number"] != one["last"]:
            there = set(rows.filter(fund=one["fund"], year=one["year"]).values_list("serial", flat=True))
            lacking = sorted(set(range(1, one["last"])) - there)
            found += [
                FORMATS[Receipt].format(fund=one["fund__code"], year=one["year__label"], serial=n) for n in lacking
            ]
    return found
