"""Where funds stand in one fiscal year: room, budget, cash, what each charge head took. Reads only; amounts are rupees.

Months are never split here, so the stored totals alone answer, in one query for any number of funds. A year's own closing
entries are left out: they empty the accounts that tell what the year was.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Q, Sum

from beneficiaries.offices.row_scope import everywhere
from funds.chain import rule_versions
from funds.models import CHARGES, ApprovalRule, Disbursement, Fund, PaymentKind
from funds.workflow import State
from ledger import balances
from ledger.chart import fiscal_bounds, fiscal_label
from ledger.clock import today

ZERO = Decimal("0.00")

_SUMS = """
    SELECT p.book_id, CASE WHEN a.code ~ '^X[0-9]{2}-' THEN left(a.code, 3) ELSE a.code END,
        coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE p.start < %(start)s), 0) * 0.01,
        coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE p.start >= %(start)s AND p.start < p."end"), 0) * 0.01
    FROM ledger_accounttotal t
    JOIN ledger_account a ON a.id = t.account_id JOIN ledger_period p ON p.id = t.period_id
    WHERE p.book_id = ANY(%(books)s) AND p."end" <= %(end)s
        AND (a.code IN ('F-BNK', 'G-CHQ') OR a.code ~ '^X(05|10|20|30|70|71)(-|$)')
    GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Position:
    """One fund in one year, its heads together. `unreleased` was received and waits for its release.

    `available` = spent + committed + free + unreleased: what was there on 1 July and came in since.
    """

    fund: Fund
    original: Decimal
    revised: Decimal
    spent: Decimal
    committed: Decimal
    free: Decimal
    unreleased: Decimal
    cash: Decimal
    uncleared: Decimal

    @property
    def available(self) -> Decimal:
        return self.spent + self.committed + self.free + self.unreleased

    @property
    def used_percent(self) -> Decimal | None:
        """Spent as a part of the revised budget, one decimal; None without a budget or where more came back than went."""
        return (100 * self.spent / self.revised).quantize(Decimal("0.1")) if self.revised and self.spent >= 0 else None


def positions(funds: Iterable[Fund], label: str) -> list[Position]:
    """Where each fund stands in the fiscal year `label`; of a past year, where it stood on its 30 June.

    Raises: BadInput for a label that is no fiscal year.
    """
    start, end = fiscal_bounds(label)
    listed = list(funds)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"books": [fund.book_id for fund in listed], "start": start, "end": end})
        sums = {(book, code): (before, during) for book, code, before, during in cursor.fetchall()}
    return [_position(fund, sums) for fund in listed]


def position(fund: Fund, label: str | None = None) -> Position:
    """Where one fund stands in the fiscal year `label`, today's if none is named."""
    return positions([fund], label or fiscal_label(today()))[0]


def _position(fund: Fund, sums: dict[tuple[int, str], tuple[Decimal, Decimal]]) -> Position:
    def moved(code: str) -> Decimal:
        return sums.get((fund.book_id, code), (ZERO, ZERO))[1]

    def held(code: str) -> Decimal:
        before, during = sums.get((fund.book_id, code), (ZERO, ZERO))
        return before + during

    return Position(
        fund=fund,
        original=moved("X70"),
        revised=moved("X70") + moved("X71"),
        spent=moved("X30"),
        committed=held("X20"),
        free=held("X10"),
        unreleased=held("X05"),
        cash=-held("F-BNK"),
        uncleared=held("G-CHQ"),
    )


@dataclass(frozen=True, slots=True)
class HeadUse:
    """What one charge head took in the year: vouchers issued, and sanctions that wait for their voucher."""

    code: str
    name: str
    spent: Decimal
    committed: Decimal


@everywhere()
def heads(fund: Fund, label: str) -> list[HeadUse]:
    """The charge heads the fund pays from, with what each took of the year's money."""
    start, end = fiscal_bounds(label)
    spent: dict[str, Decimal] = {}
    codes = sorted({CHARGES[kind] for kind in fund.kinds if kind in CHARGES})
    for move in balances.movements(fund.book.code, start=start, end=end):
        if move.kind == "voucher" and move.account in set(CHARGES.values()):
            spent[move.account] = spent.get(move.account, ZERO) + move.debit - move.credit
    waiting = Disbursement.objects.filter(fund=fund, state=State.SANCTIONED, sanction__sanctioned_on__lte=end)
    committed: dict[str, Decimal] = {}
    for row in waiting.order_by().values("kind").annotate(total=Sum("amount")):
        code = CHARGES[row["kind"]]
        committed[code] = committed.get(code, ZERO) + row["total"]
    names = dict(fund.book.accounts.filter(code__in=set(CHARGES.values())).values_list("code", "name"))
    shown = [*codes, *sorted(code for code in (spent.keys() | committed.keys()) if code not in codes)]
    return [HeadUse(code, names.get(code, code), spent.get(code, ZERO), committed.get(code, ZERO)) for code in shown]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests stand behind the figures of a fund, and what those in the chain ask for, in rupees."""

    sanctioned: int
    asking: int
    asked: Decimal


@everywhere()
def counts(fund: Fund) -> Counts:
    """Requests of every office, as numbers only."""
    chain = Q(state=State.SUBMITTED)
    found = Disbursement.objects.filter(fund=fund).aggregate(
        sanctioned=Count("pk", filter=Q(state=State.SANCTIONED)),
        asking=Count("pk", filter=chain),
        asked=Sum("amount", filter=chain),
    )
    return Counts(found["sanctioned"], found["asking"], found["asked"] or ZERO)


def rules_in_force(fund: Fund, on: date) -> list[ApprovalRule]:
    """The approval rules that a request of this fund may meet on that day, with their steps, smallest band first."""
    rows = rule_versions.in_force(on).filter(Q(fund=fund) | Q(fund=None)).filter(Q(kind="") | Q(kind__in=fund.kinds))
    return list(rows.order_by("kind", "minimum", "pk"))


def kinds_named(fund: Fund) -> str:
    """'Diyat, arsh, daman', as the fund's page says it."""
    names = ", ".join(str(PaymentKind(kind).label).lower() for kind in fund.kinds)
    return names[:1].upper() + names[1:]
