"""The books of the years behind us, closed; a year that was opened again, one that waits for it, and three closed months."""

from collections.abc import Callable
from datetime import date
from functools import partial

from config.demo.invent import MONEY
from config.demo.money import PLANS
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from funds import closing
from funds.budgets import record_allocation, record_receipt
from funds.models import Fund, StatementVersion
from ledger.models import Period, Reopening

YEARS = ("2020-21", "2021-22", "2022-23", "2023-24", "2024-25")
# Funds whose 2024-25 somebody wanted open again: done and closed a second time, and not yet agreed to.
CORRECTED, WAITING = ("WDDF", "2024-25"), ("HEP-EU", "2024-25")
# No later scenario posts into these months of this fund, whatever the scale.
MONTHS = ("DAD", ("2025-07", "2025-08", "2025-09"))
# A release that came too late to be spent, in a lapsable fund: closing its year surrenders what is left of it.
LATE, LATE_ON, LATE_RUPEES = "Additional release 2024-25", date(2025, 5, 26), 30_000
MISSED = "Deposit slip 4417 of 27 June 2025"

Act = Callable[[Stage, str], None]


def scenarios() -> list[Scenario]:
    """Each year of each fund on 20 July after its end, in the order in which they must close."""
    found = [
        _scenario("close", fund, label, date(int(label[:4]) + 1, 7, 20), _close_year)
        for label in YEARS
        for fund in PLANS
    ]
    found.append(_scenario("receipt", "BAL-HRRF", LATE, LATE_ON, _release))
    found.append(_scenario("reopening", *CORRECTED, date(2025, 8, 18), _correct))
    found.append(_scenario("reopening", *WAITING, date(2025, 9, 8), _ask))
    fund, months = MONTHS
    # All work of the year has begun by then, so none is dated into a closed month.
    return found + [_scenario("month", fund, month, date(2025, 11, 3), _close_month) for month in months]


def _scenario(what: str, fund: str, label: str, day: date, act: Callable[..., None]) -> Scenario:
    return Scenario(f"{what}:{fund}:{label}", day, MONEY, 0, partial(act, fund, label))


def done() -> set[str]:
    """The keys of the scenarios that were played, also where a visitor opened a year or month again since."""
    closed = StatementVersion.objects.values_list("fund__code", "year__label")
    asked = Reopening.objects.filter(year__isnull=False).values_list("year__book__code", "year__label")
    once_closed = Period.history.exclude(closed_at=None).values_list("book__code", "start")
    keys = {f"close:{fund}:{label}" for fund, label in closed}
    keys |= {f"reopening:{fund}:{label}" for fund, label in asked}
    return keys | {f"month:{fund}:{start:%Y-%m}" for fund, start in once_closed}


def _compared(fund: Fund, label: str) -> str:
    end = f"30 June {int(label[:4]) + 1}"
    return (
        f"Compared by hand with the statement of {fund.bank_name} to {end}: the balance agrees after the cheques that"
        " had not cleared, which are listed in the file."
    )


def _release(fund: str, reference: str, stage: Stage, key: str) -> None:
    kept, by = stage.fund(fund), stage.users["salman"]
    record_allocation(fund=kept, kind="supplementary", amount=LATE_RUPEES, reference=reference, by=by, on=LATE_ON)
    record_receipt(
        fund=kept,
        kind="government_release",
        amount=LATE_RUPEES,
        received_from="Finance Department, Balochistan",
        reference=reference,
        by=by,
        on=LATE_ON,
    )


def _close_year(fund: str, label: str, stage: Stage, key: str) -> None:
    kept = stage.fund(fund)
    closing.close_year(fund=kept, label=label, by=stage.users["salman"], override=_compared(kept, label))


def _close_month(fund: str, month: str, stage: Stage, key: str) -> None:
    kept = stage.fund(fund)
    why = f"Every line of the statement of {kept.bank_name} for {month} was ticked off by hand on 30 October 2025."
    closing.close_month(fund=kept, month=month, by=stage.users["salman"], override=why)


def _correct(fund: str, label: str, stage: Stage, key: str) -> None:
    """A deposit that was found after the close is recorded, and the statement published a second time."""
    kept, by = stage.fund(fund), stage.users["salman"]
    why = f"{MISSED}, Rs 25,000, was found in the branch's letter of 11 August 2025 and is not in the books."
    asked = closing.ask_year(fund=kept, label=label, by=by, reason=why)
    closing.agree_reopening(
        fund=kept, reopening=asked.pk, by=stage.users["nadia"], remark="I have seen the slip and the letter."
    )
    record_receipt(
        fund=kept,
        kind="donation",
        amount=25_000,
        received_from="Retired Teachers' Circle, Karachi",
        reference=MISSED,
        by=by,
        on=date(2025, 6, 27),
    )
    closing.close_year(fund=kept, label=label, by=by, override=f"{_compared(kept, label)} The deposit is in the books.")


def _ask(fund: str, label: str, stage: Stage, key: str) -> None:
    why = "The European Union's auditor asks for the profit of June 2025 in the year to which it belongs."
    closing.ask_year(fund=stage.fund(fund), label=label, by=stage.users["salman"], reason=why)
