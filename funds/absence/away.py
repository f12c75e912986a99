"""The calendar of a month: which officers are away on which days, and who signs for whom. Reads only."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db.models import Q

from beneficiaries.models import Absence, Officer
from beneficiaries.offices import absences
from funds.absence import delegations
from funds.models import Delegation
from ledger.clock import today

WEEKEND = (5, 6)  # Saturday and Sunday


@dataclass(frozen=True, slots=True)
class Day:
    """One day of an officer: `look` is away, lends, takes or nothing."""

    on: date
    look: str

    @property
    def mark(self) -> str:
        """The number of the day where the row is to be read by: once a week."""
        return str(self.on.day) if self.on.day % 7 == 1 else ""

    @property
    def css(self) -> str:
        marks = [self.look, "rest" if self.on.weekday() in WEEKEND else "", "now" if self.on == today() else ""]
        return " ".join(mark for mark in marks if mark)


@dataclass(slots=True)
class Row:
    """An officer with what the month holds for them."""

    officer: Officer
    away: list[Absence] = field(default_factory=list)
    gives: list[Delegation] = field(default_factory=list)
    takes: list[Delegation] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)


def month_of(text: str) -> date:
    """The first day of the month written as 2026-11; of this month where that is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today().replace(day=1)


def beside(first: date) -> tuple[date, date]:
    """The first days of the month before and after."""
    return (first - timedelta(days=1)).replace(day=1), first.replace(day=28) + timedelta(days=4)


def rows(user: User, first: date) -> list[Row]:
    """Every officer whom the user sees and who is away, lends or is lent a power in the month, by office and name."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    found: dict[int, Row] = {}
    for absence in absences.standing(absences.visible_absences(user), first=first, last=last).order_by("starts_on"):
        _row(found, absence.officer).away.append(absence)
    lent = delegations.visible_delegations(user).filter(starts_on__lte=last, ends_on__gte=first)
    lent = lent.exclude(~Q(decision__outcome="agreed"), decision__isnull=False).select_related("taker__office")
    for power in lent.order_by("starts_on"):
        _row(found, power.giver).gives.append(power)
        _row(found, power.taker).takes.append(power)
    for row in found.values():
        row.days = [_day(row, first + timedelta(days=number)) for number in range((last - first).days + 1)]
    return sorted(found.values(), key=lambda row: (row.officer.office.name, row.officer.user.get_full_name()))


def _row(found: dict[int, Row], officer: Officer) -> Row:
    return found.setdefault(officer.pk, Row(officer))


def _day(row: Row, on: date) -> Day:
    if any(each.starts_on <= on <= (each.last_day or each.starts_on) for each in row.away):
        return Day(on, "away")
    if any(_counts(each, on) for each in row.gives):
        return Day(on, "lends")
    return Day(on, "takes" if any(_counts(each, on) for each in row.takes) else "")


def _counts(power: Delegation, on: date) -> bool:
    return delegations.state_of(power, on=on) in ("in_force", "past") and power.starts_on <= on <= power.ends_on
