"""What would stay free of a budget if waiting requests were sanctioned, or an amount more were asked. Nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from beneficiaries.offices.row_scope import everywhere
from funds.budget.budget_position import ZERO, FundBudget, HeadPosition
from funds.models import Disbursement, Fund
from funds.workflow import State


@dataclass(frozen=True, slots=True)
class Supposed:
    """One head: what is free now, what the chosen requests and the further amount would take, what then stays."""

    stands: HeadPosition
    chosen: Decimal
    further: Decimal

    @property
    def stays(self) -> Decimal:
        """Below zero where it does not fit."""
        return self.stands.free - self.chosen - self.further

    @property
    def lacking(self) -> Decimal:
        return max(-self.stays, ZERO)


def suppose(
    found: FundBudget, on: date, *, chosen: Iterable[tuple[str, Decimal]], further: Mapping[str, Decimal]
) -> list[Supposed]:
    """Head by head. `chosen`: kind and amount of each request; `further`: amounts by the code of the head."""
    sums: dict[str, Decimal] = {}
    for kind, amount in chosen:
        code = _head_of(found, kind, on)
        sums[code] = sums.get(code, ZERO) + amount
    return [Supposed(row, sums.get(row.code, ZERO), further.get(row.code, ZERO)) for row in drawn_on(found, on)]


def drawn_on(found: FundBudget, on: date) -> list[HeadPosition]:
    """The rows that a request of that day may draw on."""
    rows = [row for row in found.rows if row.head is not None and row.head.counts_on(on)]
    return rows or [row for row in found.rows if row.head is None]


def _head_of(found: FundBudget, kind: str, on: date) -> str:
    return next((row.code for row in drawn_on(found, on) if row.head and kind in row.head.kinds), "")


@everywhere()
def whole_chain(fund: Fund) -> list[tuple[str, Decimal]]:
    """What all requests in the chain ask for, of every office, as sums by kind."""
    rows = Disbursement.objects.filter(fund=fund, state=State.SUBMITTED).order_by()
    return [(row["kind"], row["total"]) for row in rows.values("kind").annotate(total=Sum("amount"))]
