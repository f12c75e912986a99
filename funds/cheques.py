"""How long an instrument is good: the arithmetic, pure, and the dated rule it follows (`ChequeExpiry`, from the pack)."""

import calendar
from datetime import date

from django.db.models import Q

from funds.models import ChequeExpiry
from ledger.chart import fiscal_bounds, fiscal_label
from ledger.errors import WrongState


def month_end(day: date, months: int) -> date:
    """The last day of the month `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def expiry(issued_on: date, rule: ChequeExpiry) -> date:
    """The last day a cheque issued on that day is payable: 22 Sep 2025 -> 31 Dec 2025, 20 May 2026 -> 30 Jun 2026."""
    last = month_end(issued_on, rule.months)
    return min(last, fiscal_bounds(fiscal_label(issued_on))[1]) if rule.within_year else last


def rule_on(day: date) -> ChequeExpiry:
    """The rule in force on that day. Raises: WrongState where the pack has none."""
    rows = ChequeExpiry.objects.filter(Q(effective_to=None) | Q(effective_to__gte=day), effective_from__lte=day)
    found = rows.order_by("-effective_from").first()
    if found is None:
        detail = f"No rule says how long a cheque of {day:%-d %b %Y} is good. Load the pack, or add the rule to it."
        raise WrongState(detail, code="no_expiry_rule")
    return found
