"""Minors whose shares were paid into safe keeping, by the day on which they come of age; reads only."""

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db.models import DateField, F, Func, Q, QuerySet

from beneficiaries.offices.scope import visible
from funds.models import Instrument, PayeeLine
from ledger.clock import today
from ledger.roles import Role

READERS = (Role.CASE_OFFICER, Role.AUDITOR)
SOON_DAYS = 365


def kept_for_minors(user: User) -> QuerySet[Instrument]:
    """What was paid for minors and is kept for them, soonest of age first, those without a date of birth last.

    Each row has `of_age`, the eighteenth birthday, as `beneficiaries.heirs.majority` reckons it.
    """
    eighteen = Func(
        F("line__person__born_on"), template="(%(expressions)s + interval '18 years')::date", output_field=DateField()
    )
    rows = Instrument.objects.filter(
        state__in=Instrument.LIVE, method__in=PayeeLine.SAFE, line__person__isnull=False
    ).annotate(of_age=eighteen)
    minors = Q(of_age__gt=F("issued_on")) | Q(of_age__isnull=True, line__person__is_minor=True)
    rows = rows.filter(minors).select_related(
        "fund", "line__person__guardian", "line__disbursement", "line__case", "line__obligation", "acknowledgement"
    )
    return visible(rows, to=user, path="line__disbursement__office").order_by(F("of_age").asc(nulls_last=True), "pk")


def parted(rows: QuerySet[Instrument], when: str) -> QuerySet[Instrument]:
    """Those already of age, those who will be within a year, those without a date of birth, or all."""
    day = today()
    wanted: dict[str, dict[str, Any]] = {
        "due": {"of_age__lte": day},
        "soon": {"of_age__gt": day, "of_age__lte": _a_year_on(day)},
        "unknown": {"of_age__isnull": True},
    }
    return rows.filter(**wanted.get(when, {}))


def days_left(of_age: date | None) -> int | None:
    """Days until the person is of age; none or below zero once that is so, None without a date of birth."""
    return None if of_age is None else (of_age - today()).days


def _a_year_on(day: date) -> date:
    return date.fromordinal(day.toordinal() + SOON_DAYS)
