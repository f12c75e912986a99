"""A soft loan's schedule, what was paid back of it, and what is late. Reads only; the arithmetic is pure.

What comes back goes to the oldest instalments first, whatever the borrower had in mind. Its share of the charge follows the
whole: who has paid half of all has paid half of the charge, up to the next paisa, and the last paisa settles both. The charge is
for the loan in all (2021 amendment), so paying early does not lessen it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from django.db.models import Sum

from beneficiaries.models import LoanTerms
from beneficiaries.owed.instalments import equal_parts
from funds.models import PayeeLine
from funds.owing.outstanding import standing_returns
from ledger.clock import today
from ledger.errors import BadInput
from ledger.money import figures

NOTHING, PAISA = Decimal("0.00"), Decimal("0.01")
# Days late, both included.
AGES = ((1, 30), (31, 90), (91, 365), (366, None))
LABELS = ("1 to 30 days", "31 to 90 days", "91 to 365 days", "more than 365 days")


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment in rupees and what is paid of it."""

    number: int
    due_on: date
    amount: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal:
        return self.amount - self.paid

    def days_late(self, on: date) -> int:
        """Days since it was due while something is left of it, else 0."""
        return max((on - self.due_on).days, 0) if self.left else 0


@dataclass(frozen=True, slots=True)
class Loan:
    """A soft loan as it stands on a day: `charge` in all, `paid` of loan and charge together, `taken` of it for the charge.

    `dues` is empty where no terms are recorded.
    """

    line: PayeeLine
    terms: LoanTerms | None
    charge: Decimal
    paid: Decimal
    taken: Decimal
    dues: tuple[Due, ...]
    on: date

    @property
    def left(self) -> Decimal:
        """Rupees still to be paid back, the charge included."""
        return self.line.amount + self.charge - self.paid

    @property
    def arrears(self) -> Decimal:
        """Rupees past their day."""
        return sum((due.left for due in self.dues if due.days_late(self.on)), NOTHING)

    @property
    def days_late(self) -> int:
        """How long the oldest instalment that is not paid is late."""
        return max((due.days_late(self.on) for due in self.dues), default=0)

    @property
    def next(self) -> Due | None:
        """The oldest instalment that is not paid in full."""
        return next((due for due in self.dues if due.left), None)

    @property
    def state(self) -> str:
        """repaid, late or running."""
        return "repaid" if not self.left else "late" if self.arrears else "running"


def charge_of(principal: Decimal, terms: LoanTerms | None) -> Decimal:
    """The charge in all, in whole rupees."""
    return (principal * terms.charge_percent / 100).quantize(Decimal(1), "ROUND_HALF_UP") if terms else NOTHING


def charge_due(principal: Decimal, charge: Decimal, paid: Decimal) -> Decimal:
    """How much of the charge is settled once `paid` rupees of principal and charge together have come back."""
    return (charge * paid / (principal + charge)).quantize(PAISA, ROUND_CEILING)


def settled(parts: Sequence[tuple[date, Decimal]], paid: Decimal) -> tuple[Due, ...]:
    """The instalments with what was paid, the oldest first."""
    dues, rest = [], paid
    for number, (day, amount) in enumerate(parts, 1):
        part = min(rest, amount)
        rest -= part
        dues.append(Due(number, day, amount, part))
    return tuple(dues)


def ages(loans: Iterable[Loan]) -> list[tuple[str, Decimal]]:
    """Arrears in rupees by how long they are late."""
    sums = [NOTHING] * len(AGES)
    for loan in loans:
        for due in loan.dues:
            if days := due.days_late(loan.on):
                place = next(
                    at for at, (first, last) in enumerate(AGES) if days >= first and (not last or days <= last)
                )
                sums[place] += due.left
    return list(zip(LABELS, sums, strict=True))


def charge_in(line: PayeeLine, amount: Decimal) -> Decimal:
    """The share of the charge in the next `amount` rupees that come back. Raises: BadInput beyond what is owed, or too little."""
    loan = loans_of([line])[0]
    if amount > loan.left:
        detail = f"Of the loan {figures(loan.left)} is left, its charge included, so {figures(amount)} is too much."
        raise BadInput(detail, fields={"amount": detail})
    share = max(charge_due(line.amount, loan.charge, loan.paid + amount) - loan.taken, NOTHING)
    if share >= amount:
        detail = f"{figures(amount)} is too little to be divided into loan and charge. Record at least Rs 1."
        raise BadInput(detail, fields={"amount": detail})
    return share


def loans_of(lines: Iterable[PayeeLine], on: date | None = None) -> list[Loan]:
    """Each line's loan as it stands; the latest terms of its case count. Three queries for any number."""
    rows, day = list(lines), on or today()
    terms = {
        row.case_id: row for row in LoanTerms.objects.filter(case__in={row.case_id for row in rows}).order_by("pk")
    }
    sums = standing_returns(line__in=rows).order_by().values("line")
    sums = sums.annotate(total=Sum("receipt__amount"), charges=Sum("charge"))
    back = {row["line"]: (row["total"], row["charges"]) for row in sums}
    return [_loan(row, terms.get(row.case_id), *back.get(row.pk, (NOTHING, NOTHING)), day) for row in rows]


def _loan(line: PayeeLine, terms: LoanTerms | None, paid: Decimal, taken: Decimal, day: date) -> Loan:
    """Later terms may charge less, but not less than was taken already."""
    charge = max(charge_of(line.amount, terms), taken)
    parts = equal_parts(line.amount + charge, terms.first_due_on, terms.months) if terms else []
    return Loan(line, terms, charge, paid, taken, settled(parts, paid), day)
