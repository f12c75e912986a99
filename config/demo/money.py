"""What the funds were given: budget and money of every year up to the one of today."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from config.demo.budget import is_divided
from config.demo.invent import MONEY
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from funds.budgets import record_allocation, record_receipt
from funds.models import Allocation, Receipt
from ledger.chart import fiscal_bounds, fiscal_label, open_year
from ledger.models import FiscalYear

FIRST_YEAR = 2020


@dataclass(frozen=True, slots=True)
class Year:
    """Rupees of one fund and year. `revised` is the supplementary allocation, or below zero the surrender.

    Of the money `first_tenths` tenths come on 1 July and the rest on 6 January.
    """

    original: int
    revised: int = 0
    profit: int = 0
    first_tenths: int = 10
    kind: str = "government_release"
    payer: str = "Finance Division"

    @property
    def final(self) -> int:
        return self.original + self.revised


@dataclass(frozen=True, slots=True)
class Plan:
    """A fund's usual year and the years that differ, by label."""

    usual: Year
    years: dict[str, Year]

    def year(self, label: str) -> Year:
        return self.years.get(label, self.usual)


# A lapsable fund is released what it spent, so that nothing is left on 30 June of the years behind us;
# what the provincial one had left in 2024-25 comes from closings.py.
SMALL_LIST = Year(1_500_000, -1_300_000)
PLANS: dict[str, Plan] = {
    "HRRF": Plan(
        Year(4_000_000),
        {
            "2020-21": Year(4_000_000, -225_000, first_tenths=7),
            "2021-22": Year(4_000_000, 225_000, first_tenths=7),
            "2022-23": SMALL_LIST,
            "2023-24": SMALL_LIST,
            "2024-25": SMALL_LIST,
        },
    ),
    "DAD": Plan(
        Year(20_000_000, profit=900_000),
        {
            "2020-21": Year(15_000_000, profit=412_500, first_tenths=6),
            "2021-22": Year(15_000_000, profit=468_300, first_tenths=6),
            "2022-23": Year(5_000_000, profit=655_000),
            "2023-24": Year(5_000_000, profit=910_200),
            "2024-25": Year(5_000_000, profit=845_700),
            "2025-26": Year(40_000_000, 5_000_000, first_tenths=7),
        },
    ),
    "WDDF": Plan(Year(600_000, profit=48_000), {}),
    "LAJA": Plan(Year(10_000_000), {"2020-21": Year(3_000_000), "2021-22": Year(3_000_000)}),
    "HRRV": Plan(Year(1_000_000), {}),
    "BAL-HRRF": Plan(
        Year(1_500_000, payer="Finance Department, Balochistan"),
        {
            label: Year(150_000, -50_000, payer="Finance Department, Balochistan")
            for label in ("2020-21", "2021-22", "2022-23", "2023-24", "2024-25")
        },
    ),
    "HEP-EU": Plan(Year(2_500_000, kind="donation", payer="European Union"), {}),
}


def labels(today: date) -> list[str]:
    """The fiscal years from the first one to that of today."""
    last = int(fiscal_label(today)[:4])
    return [fiscal_label(date(year, 7, 1)) for year in range(FIRST_YEAR, last + 1)]


def scenarios(today: date) -> list[Scenario]:
    """Each year's budget and money, as far as today; one scenario per fund and event."""
    return [
        Scenario(f"{what}:{fund}:{reference}", day, MONEY, 0, partial(play, fund, reference, day))
        for fund, plan in PLANS.items()
        for label in labels(today)
        for what, reference, day, play in _events(label, plan.year(label))
        if day <= today and not (what == "allocation" and is_divided(fund, label))  # budget.py gives it to heads
    ]


def _events(label: str, year: Year) -> Iterator[tuple[str, str, date, Callable[..., None]]]:
    """(what, reference, day, act) of a year; what and reference name the row it leaves."""
    start, end = fiscal_bounds(label)
    first = year.final * year.first_tenths // 10
    january = date(end.year, 1, 6)
    yield "year", label, start, _open
    yield "allocation", f"Budget {label}", start, partial(_allocate, "original", year.original)
    yield "receipt", f"First release {label}", start, partial(_receive, year.kind, first, year.payer)
    if first < year.final:
        yield (
            "receipt",
            f"Second release {label}",
            january,
            partial(_receive, year.kind, year.final - first, year.payer),
        )
    if year.revised > 0:
        supplement = partial(_allocate, "supplementary", year.revised)
        yield "allocation", f"Supplementary grant {label}", date(start.year, 12, 15), supplement
    if year.revised < 0:
        yield "allocation", f"Surrender {label}", date(end.year, 5, 15), partial(_allocate, "reduction", -year.revised)
    if year.profit:
        yield (
            "receipt",
            f"Profit {label}",
            date(end.year, 6, 28),
            partial(_receive, "profit", year.profit, "The fund's bank"),
        )


def done() -> set[str]:
    """The keys of the scenarios whose rows are there."""
    years = FiscalYear.objects.values_list("book__code", "label")
    allocations = Allocation.objects.values_list("fund__code", "reference")
    receipts = Receipt.objects.values_list("fund__code", "reference")
    found = (("year", years), ("allocation", allocations), ("receipt", receipts))
    return {f"{what}:{fund}:{reference}" for what, rows in found for fund, reference in rows}


def _open(fund: str, label: str, day: date, stage: Stage, key: str) -> None:
    open_year(book=stage.fund(fund).book, label=label, by=stage.users["salman"])


def _allocate(kind: str, amount: int, fund: str, reference: str, day: date, stage: Stage, key: str) -> None:
    by = stage.users["salman"]
    record_allocation(fund=stage.fund(fund), kind=kind, amount=amount, reference=reference, by=by, on=day)


def _receive(kind: str, amount: int, payer: str, fund: str, reference: str, day: date, stage: Stage, key: str) -> None:
    record_receipt(
        fund=stage.fund(fund),
        kind=kind,
        amount=amount,
        received_from=payer,
        reference=reference,
        by=stage.users["salman"],
        on=day,
    )
