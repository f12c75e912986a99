"""A budget by heads: WDDF from 2025-26 on, released by quarters, with re-appropriations; and a surrender by hand."""

from collections.abc import Callable
from datetime import date
from functools import partial

from config.demo.invent import MONEY
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from funds.budget import reappropriations
from funds.budget.budget_position import budget
from funds.budget.budget_releases import Share, quarter_of, record_release
from funds.budget.surrenders import record_surrender
from funds.budgets import record_allocation
from funds.models import Allocation, BudgetRelease, Reappropriation, Surrender
from ledger.chart import fiscal_label

FUND, FIRST = "WDDF", 2025
YEARLY = {"LEGAL": 300_000, "GRANTS": 200_000, "BAIL": 100_000}
# Order, day, from, to, rupees, why, and whether it was agreed to.
MOVES = (
    (
        "F.3(7)/2025-WDDF",
        date(2026, 1, 15),
        "BAIL",
        "LEGAL",
        40_000,
        "More women asked for a lawyer than for bail",
        True,
    ),
    ("F.3(2)/2026-WDDF", date(2026, 9, 14), "BAIL", "GRANTS", 25_000, "Families in Multan wait for relief", True),
    ("F.3(5)/2026-WDDF", date(2026, 11, 2), "GRANTS", "LEGAL", 30_000, "Cases of the winter session", False),
)
GIVEN_BACK = ("Surrender 2025-26", "BAL-HRRF", date(2026, 5, 20), 400_000)


def is_divided(fund: str, label: str) -> bool:
    """Whether the demonstration gives that year's budget to heads."""
    return fund == FUND and int(label[:4]) >= FIRST


def scenarios(today: date) -> list[Scenario]:
    """Budget, releases and moves of each year, as far as today."""
    found = []
    for year in range(FIRST, today.year + 1):
        start, label = date(year, 7, 1), fiscal_label(date(year, 7, 1))
        found += [
            _scenario("allocation", f"Budget {label}, {head}", start, partial(_allocate, head)) for head in YEARLY
        ]
        quarters = (start, date(year, 10, 1), date(year + 1, 1, 5), date(year + 1, 4, 1))
        found += [_scenario("release", f"Release {label}/{quarter_of(day)}", day, _release) for day in quarters]
    found += [_scenario("reappropriation", row[0], row[1], partial(_move, *row[2:])) for row in MOVES]
    reference, fund, day, rupees = GIVEN_BACK
    found.append(_scenario("surrender", reference, day, partial(_give_back, fund, rupees)))
    return [scenario for scenario in found if scenario.day <= today]


def _scenario(what: str, reference: str, day: date, act: Callable[..., None]) -> Scenario:
    return Scenario(f"{what}:{FUND}:{reference}", day, MONEY, 0, partial(_play, act, reference, day))


def _play(act: Callable[..., None], reference: str, day: date, stage: Stage, key: str) -> None:
    """Nothing happens where an older demonstration left the fund with a budget in one sum."""
    if stage.fund(FUND).budget_heads.exists():
        act(reference, day, stage)


def done() -> set[str]:
    """The keys of the scenarios whose rows are there."""
    rows = {
        "allocation": Allocation.objects.filter(fund__code=FUND).values_list("reference", flat=True),
        "release": BudgetRelease.objects.values_list("reference", flat=True),
        "reappropriation": Reappropriation.objects.values_list("order_number", flat=True),
        "surrender": Surrender.objects.values_list("reference", flat=True),
    }
    return {f"{what}:{FUND}:{reference}" for what, references in rows.items() for reference in references}


def _allocate(head: str, reference: str, day: date, stage: Stage) -> None:
    by = stage.users["salman"]
    record_allocation(
        fund=stage.fund(FUND),
        kind="original",
        amount=YEARLY[head],
        reference=reference,
        by=by,
        on=day,
        budget_head=head,
    )


def _release(reference: str, day: date, stage: Stage) -> None:
    """A quarter of the year's budget; the last one releases what a head still has."""
    fund, quarter = stage.fund(FUND), quarter_of(day)
    left = {row.code: row.to_release for row in budget(fund, fiscal_label(day)).rows}
    shares = {head: left[head] if quarter == 4 else min(left[head], YEARLY[head] // 4) for head in YEARLY}
    record_release(
        fund=fund,
        quarter=quarter,
        shares=[Share(head, rupees) for head, rupees in shares.items() if rupees],
        reference=reference,
        file_number=f"F.1(4)/{day:%Y}-WDDF",
        by=stage.users["salman"],
        on=day,
    )


def _move(giver: str, taker: str, rupees: int, why: str, agreed: bool, number: str, day: date, stage: Stage) -> None:
    fund, by = stage.fund(FUND), stage.users["salman"]
    row = reappropriations.ask(
        fund=fund, from_head=giver, to_head=taker, amount=rupees, order_number=number, reason=why, by=by, on=day
    )
    if agreed:
        reappropriations.agree(fund=fund, reappropriation=row.pk, by=stage.users["nadia"], on=day)


def _give_back(fund: str, rupees: int, reference: str, day: date, stage: Stage) -> None:
    record_surrender(fund=stage.fund(fund), amount=rupees, reference=reference, by=stage.users["salman"], on=day)
