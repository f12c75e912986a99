"""Where the heads of a fund's budget stand in one year, and what would stay free. Reads only; amounts are rupees.

The stored totals alone answer. What a head had on 1 July is told apart from what came in since: what moves between free,
committed and spent stays within the head, so the sum of the three over the year is what was released to it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from beneficiaries.offices.row_scope import everywhere
from funds.budget import heads
from funds.models import BudgetHead, Disbursement, Fund, Sanction
from funds.workflow import State
from ledger.chart import fiscal_bounds, fiscal_label
from ledger.clock import today
from ledger.errors import WrongState
from ledger.money import figures

ZERO = Decimal("0.00")

_SUMS = """
    SELECT a.code,
        coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE p.start < %(start)s), 0) * 0.01,
        coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE p.start >= %(start)s AND p.start < p."end"), 0) * 0.01
    FROM ledger_accounttotal t
    JOIN ledger_account a ON a.id = t.account_id JOIN ledger_period p ON p.id = t.period_id
    WHERE p.book_id = %(book)s AND p."end" <= %(end)s AND a.code ~ '^X(05|10|20|30|70|71)(-|$)'
    GROUP BY a.code
"""
Sums = dict[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class HeadPosition:
    """One head in one year. brought + released = spent + committed + free."""

    head: BudgetHead | None
    original: Decimal = ZERO
    revised: Decimal = ZERO
    brought: Decimal = ZERO
    released: Decimal = ZERO
    spent: Decimal = ZERO
    committed: Decimal = ZERO
    free: Decimal = ZERO

    @property
    def code(self) -> str:
        return self.head.code if self.head else ""

    @property
    def name(self) -> str:
        return self.head.name if self.head else "Whole budget"

    @property
    def available(self) -> Decimal:
        return self.brought + self.released

    @property
    def to_release(self) -> Decimal:
        """What was allotted for the year and is not released."""
        return max(self.revised - self.released, ZERO)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to say about it in the year."""
        return not any(
            (self.original, self.revised, self.brought, self.released, self.spent, self.committed, self.free)
        )


FIGURES = ("original", "revised", "brought", "released", "spent", "committed", "free")


@dataclass(frozen=True, slots=True)
class FundBudget:
    """All heads of a fund in one year; `pool` is what it received and has not released. The rows add up to `total`."""

    fund: Fund
    year: str
    divided: bool
    rows: tuple[HeadPosition, ...]
    pool: Decimal

    @property
    def total(self) -> HeadPosition:
        return HeadPosition(None, **{name: sum((getattr(row, name) for row in self.rows), ZERO) for name in FIGURES})

    def of(self, head: BudgetHead | None) -> HeadPosition:
        """The row of one head."""
        wanted = head.pk if head else None
        return next((row for row in self.rows if (row.head.pk if row.head else None) == wanted), HeadPosition(head))


def budget(fund: Fund, label: str) -> FundBudget:
    """The budget of the fiscal year `label` by heads; of a past year, as it stood on its 30 June.

    A divided fund keeps a row without a head only where something stands there: what was free or committed before it was
    divided. Raises: BadInput for a label that is no fiscal year.
    """
    start, end = fiscal_bounds(label)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"book": fund.book_id, "start": start, "end": end})
        sums = {code: (before, during) for code, before, during in cursor.fetchall()}
    every = list(fund.budget_heads.filter(effective_from__lte=end).order_by("code"))
    divided = any(row.effective_to is None or row.effective_to >= start for row in every)
    rows = [_row(head, sums) for head in every]
    whole = _row(None, sums)
    shown = [row for row in rows if not row.idle or (row.head and (row.head.effective_to or end) >= start)]
    if not divided or not whole.idle:
        shown.append(whole)
    return FundBudget(fund, label, divided, tuple(shown), sum(sums.get(heads.POOL.code, (ZERO, ZERO)), ZERO))


def _row(head: BudgetHead | None, sums: Sums) -> HeadPosition:
    def at(base: str) -> tuple[Decimal, Decimal]:
        return sums.get(heads.account(base, head), (ZERO, ZERO))

    return HeadPosition(
        head=head,
        original=at("X70")[1],
        revised=at("X70")[1] + at("X71")[1],
        brought=at("X10")[0] + at("X20")[0],
        released=at("X10")[1] + at("X20")[1] + at("X30")[1],
        spent=at("X30")[1],
        committed=sum(at("X20"), ZERO),
        free=sum(at("X10"), ZERO),
    )


@dataclass(frozen=True, slots=True)
class Room:
    """What a request of one kind has before it: where its head stands, and what others in the chain ask of that head."""

    fund: Fund
    stands: HeadPosition
    pool: Decimal
    asking: int
    asked: Decimal

    @property
    def free(self) -> Decimal:
        return self.stands.free

    @property
    def whose(self) -> str:
        """'Legal aid of WDDF', or 'WDDF' where the budget is not divided."""
        return f"{self.stands.name} of {self.fund.code}" if self.stands.head else self.fund.code

    @property
    def title(self) -> str:
        return f"Room under {self.whose}" if self.stands.head else f"Room in the {self.fund.code} Fund"

    def after(self, amount: Decimal) -> Decimal:
        """What stays free once the amount is sanctioned; below zero if it does not fit."""
        return self.free - amount

    def after_all(self, amount: Decimal) -> Decimal:
        """What stays free once the others in the chain are sanctioned too."""
        return self.free - amount - self.asked


@everywhere()
def room(fund: Fund, kind: str, on: date, *, but: Disbursement | None = None) -> Room:
    """Of a payment of this kind on that day, without the request `but`; other offices' requests count, as numbers.

    Raises: WrongState where no head of the fund pays the kind.
    """
    found = budget(fund, fiscal_label(on))
    heads_now = [row.head for row in found.rows if row.head and row.head.counts_on(on)]
    head = heads.head_among(heads_now, fund, kind)
    others = in_chain(fund, head)
    others = others.exclude(pk=but.pk) if but else others
    sums = others.aggregate(number=Count("pk"), total=Sum("amount"))
    return Room(fund, found.of(head), found.pool, sums["number"], sums["total"] or ZERO)


def in_chain(fund: Fund, head: BudgetHead | None) -> QuerySet[Disbursement]:
    """The requests in the chain that would draw on the head."""
    rows = Disbursement.objects.filter(fund=fund, state=State.SUBMITTED)
    return rows.filter(kind__in=head.kinds) if head else rows


@everywhere()
def room_of(request: Disbursement, sanction: Sanction | None) -> Room | None:
    """The room of one request today: under the head it was sanctioned from, or would be; None where no head pays its kind."""
    if sanction is not None:
        found = budget(request.fund, fiscal_label(today()))
        return Room(request.fund, found.of(sanction.budget_head), found.pool, 0, ZERO)
    try:
        return room(request.fund, request.kind, today(), but=request)
    except WrongState:
        return None


def total_of(held: dict[str, Decimal], base: str) -> Decimal:
    """The sum over an account of the fund's budget and those of its heads."""
    return sum((value for code, value in held.items() if heads.base_of(code) == base), ZERO)


def short_of(request: Disbursement, head: BudgetHead | None, on: date) -> str:
    """Why the amount does not fit under its head, and what would make room."""
    fund, found = request.fund, budget(request.fund, fiscal_label(on))
    stands = found.of(head)
    whose = f"{head} of {fund.code}" if head else fund.code
    said = f"{whose} has {figures(stands.free)} free, less than {figures(request.amount)}. Nothing was sanctioned."
    if not heads.is_released(fund, on) or not (stands.to_release or found.pool):
        return said
    told = f"Released for {found.year}: {figures(stands.released)} of {figures(stands.revised)} allotted"
    return f"{said} {told}; {figures(found.pool)} was received and waits for a release, which the fund manager records."
