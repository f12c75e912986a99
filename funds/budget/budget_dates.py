"""The last days of the year for acts of the budget, as the dated settings give them. The database asks the same."""

from datetime import date

from django.db.models import F

from beneficiaries.offices.policies import in_force
from funds.models import BudgetSetting, Fund
from ledger.chart import fiscal_bounds, fiscal_label
from ledger.errors import WrongState

RELEASE, SUPPLEMENT, REAPPROPRIATE, SURRENDER = (
    BudgetSetting.Code.RELEASE_BY,
    BudgetSetting.Code.SUPPLEMENT_BY,
    BudgetSetting.Code.REAPPROPRIATE_BY,
    BudgetSetting.Code.SURRENDER_BY,
)
ACTS = {
    RELEASE: "Money of {fund} is released",
    SUPPLEMENT: "The budget of {fund} is supplemented",
    REAPPROPRIATE: "Budget of {fund} moves between heads",
    SURRENDER: "Budget of {fund} is surrendered by hand",
}


def setting_for(fund: Fund, code: BudgetSetting.Code, on: date) -> BudgetSetting | None:
    """The setting in force on that day: the fund's own before the one for all, of several the latest."""
    rows = BudgetSetting.objects.filter(in_force(on), code=code)
    mine = rows.filter(fund=fund) | rows.filter(fund=None)
    return mine.order_by(F("fund").asc(nulls_last=True), "-effective_from").first()


def last_day(fund: Fund, code: BudgetSetting.Code, on: date) -> date | None:
    """The last day for the act in the fiscal year that holds `on`; None where there is none."""
    row = setting_for(fund, code, on)
    return day_of(row, on) if row is not None else None


def day_of(row: BudgetSetting, on: date) -> date | None:
    """The last day that the setting gives for the fiscal year that holds `on`; None where it sets none."""
    if row.month is None or row.day is None:
        return None
    start, end = fiscal_bounds(fiscal_label(on))
    return date(start.year if row.month > 6 else end.year, row.month, row.day)


def refuse_late(fund: Fund, code: BudgetSetting.Code, on: date) -> None:
    """Raises: WrongState after the last day, naming the rule it follows from."""
    row = setting_for(fund, code, on)
    last = day_of(row, on) if row is not None else None
    if last is None or row is None or on <= last:
        return
    after = " What is left then lapses on 30 June, when the year is closed." if code == SURRENDER else ""
    detail = (
        f"{ACTS[code].format(fund=fund.code)} until {last:%-d %b %Y} ({row.source}). {on:%-d %b %Y} is later.{after}"
    )
    raise WrongState(detail, code="after_cut_off")
