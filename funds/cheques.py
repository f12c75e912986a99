"""How long an instrument is good, pure. The rule is dated data in `ExpiryRule`, because the Ministry may have a newer one."""

import calendar
from dataclasses import dataclass
from datetime import date

from ledger.chart import fiscal_bounds, fiscal_label


@dataclass(frozen=True, slots=True)
class ExpiryRule:
    """From `since`: payable for `months` after the month of issue, never beyond 30 June if `within_year`."""

    since: date
    months: int
    within_year: bool
    source: str


# Read from a copy of the memorandum; the Receipt and Payment Rules 2021 may have replaced it, so later rows may follow.
RULES: tuple[ExpiryRule, ...] = (
    ExpiryRule(date(2010, 4, 10), 3, True, "Finance Division OM F.5(3)Exp.III/2009 of 10 April 2010"),
)


def month_end(day: date, months: int) -> date:
    """The last day of the month `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def expiry(issued_on: date, rules: tuple[ExpiryRule, ...] = RULES) -> date:
    """The last day a cheque issued on that day is payable: 22 Sep 2025 -> 31 Dec 2025, 20 May 2026 -> 30 Jun 2026."""
    rule = max((rule for rule in rules if rule.since <= issued_on), key=lambda rule: rule.since, default=rules[0])
    last = month_end(issued_on, rule.months)
    return min(last, fiscal_bounds(fiscal_label(issued_on))[1]) if rule.within_year else last
