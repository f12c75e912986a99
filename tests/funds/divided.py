"""A fund whose budget is divided among three heads, for the tests of budgets."""

from datetime import date
from typing import Any

from funds import budgets
from funds.budget import budget_releases, heads
from funds.budget.budget_position import HeadPosition, budget
from funds.budget.budget_releases import Share
from funds.models import BudgetHead, BudgetRelease, BudgetSetting, Fund
from tests import world

DAY, START = world.DAY, world.START
GRANTS, LEGAL = ["relief_grant"], ["legal_aid"]


def fund_of(
    here: world.World, *, code: str = "PARTS", needs_release: bool = True, lapsable: bool = False, money: str = "900000"
) -> Fund:
    """GRANTS and LEGAL have Rs 3,00,000 allotted each and REST too; `money` rupees came in. Nothing is released yet."""
    by = here["fund_manager"]
    fund = world.bare_fund(by, here.office, code=code, lapsable=lapsable)
    if needs_release:
        setting("release_needed", fund)
    rest = [kind for kind in fund.kinds if kind not in (*GRANTS, *LEGAL)]
    for name, kinds in (("GRANTS", GRANTS), ("LEGAL", LEGAL), ("REST", rest)):
        heads.open_head(
            fund=fund, code=name, name=name.title(), kinds=kinds, effective_from=START, source="House rules", by=by
        )
        budgets.record_allocation(
            fund=fund, kind="original", amount="300000", reference=f"B {name}", by=by, on=START, budget_head=name
        )
    receive(here, fund, money)
    return fund


def receive(here: world.World, fund: Fund, money: str, reference: str = "Money", **more: Any) -> Any:
    return budgets.record_receipt(
        fund=fund,
        kind="government_release",
        amount=money,
        received_from="Finance Division",
        reference=reference,
        by=here["fund_manager"],
        on=more.pop("on", START),
        **more,
    )


def release(
    here: world.World, fund: Fund, reference: str = "R 1", on: date = START, **amounts: str
) -> list[BudgetRelease]:
    """Released in the first quarter, by head: `GRANTS="100000"`."""
    return budget_releases.record_release(
        fund=fund,
        quarter=1,
        shares=[Share(head, amount) for head, amount in amounts.items()],
        reference=reference,
        file_number="F.1(4)/2025",
        by=here["fund_manager"],
        on=on,
    )


def setting(code: str, fund: Fund | None = None, month: int | None = None, day: int | None = None) -> BudgetSetting:
    return BudgetSetting.objects.create(
        code=code, fund=fund, month=month, day=day, effective_from=date(2020, 7, 1), source="House rules"
    )


def head_of(fund: Fund, code: str) -> BudgetHead:
    return fund.budget_heads.get(code=code)


def stands(fund: Fund, head: str = "GRANTS", label: str = "2025-26") -> HeadPosition:
    return budget(fund, label).of(head_of(fund, head) if head else None)
