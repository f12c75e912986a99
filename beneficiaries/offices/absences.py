"""Absences of officers: recorded by the officer or by who looks after the office, ended early, read by day."""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q, QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Absence, AbsenceEnd, Officer
from beneficiaries.offices.scope import get_visible, visible
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.history import trace
from ledger.roles import Role, require_role, roles_of

# An auditor changes nothing; who looks after the office records for others as well.
RECORDERS = tuple(role for role in Role if role is not Role.AUDITOR)
KEEPERS_OF_DESKS = (Role.FUND_MANAGER, Role.ADMINISTRATOR)
LONGEST = 730  # days


def standing(rows: QuerySet[Absence], *, first: date, last: date) -> QuerySet[Absence]:
    """Of these the absences with a day between two days, both included; a day on which the officer was back is none."""
    back = Q(end__back_on__gt=first) & Q(end__back_on__gt=F("starts_on"))
    days = Q(end=None, ends_on__gte=first) | back
    return rows.filter(days, starts_on__lte=last)


def away_on(officers: Iterable[int], *, on: date) -> dict[int, Absence]:
    """Who of these officers is away on the day, by officer, in one query."""
    rows = Absence.objects.filter(officer__in=list(officers)).select_related("officer__user", "end")
    return {row.officer_id: row for row in standing(rows, first=on, last=on)}


def visible_absences(user: User) -> QuerySet[Absence]:
    """Absences of the officers of the user's office, of all from a federal one."""
    rows = Absence.objects.select_related("officer__user", "officer__office", "recorded_by", "end__ended_by")
    return visible(rows, to=user, path="officer__office")


@transaction.atomic
def record(*, officer: int, starts_on: date, ends_on: date, reason: str, by: User) -> Absence:
    """The officer is away from one day to another, both included. It takes nothing away; others see it.

    Raises: NotAllowed, NotFound, BadInput, WrongState where a day of these is recorded already.
    """
    require_role(by, *RECORDERS, action="record an absence")
    holder = desk(officer, by=by)
    errors: dict[str, str] = {}
    if ends_on < starts_on:
        errors["ends_on"] = f"{ends_on:%-d %b %Y} is before the first day, {starts_on:%-d %b %Y}."
    elif (ends_on - starts_on).days > LONGEST:
        errors["ends_on"] = "An absence is recorded for two years at most."
    if ends_on < today():
        errors["ends_on"] = f"{ends_on:%-d %b %Y} has passed. Record an absence that still matters."
    if errors:
        raise BadInput("The absence cannot be recorded like this.", fields=errors)
    why = take("reason", parse_text, reason, maximum=200)
    Officer.objects.select_for_update().get(pk=holder.pk)
    there = standing(holder.absences.all(), first=starts_on, last=ends_on).first()
    if there is not None:
        raise WrongState(f"{there} is recorded already. End that one first.", ids=(there.pk,), code="away_already")
    return Absence.objects.create(
        officer=holder, starts_on=starts_on, ends_on=ends_on, reason=why, recorded_by=by, **trace()
    )


@transaction.atomic
def end(*, absence: int, back_on: date, reason: str, by: User) -> Absence:
    """The officer is back on a day of the absence; on its first day where they never left.

    Raises: NotAllowed, NotFound, BadInput, WrongState.
    """
    require_role(by, *RECORDERS, action="end an absence")
    row = get_visible(visible_absences(by), to=by, path="officer__office", pk=absence)
    holder = desk(row.officer_id, by=by)
    Officer.objects.select_for_update().get(pk=holder.pk)
    done = AbsenceEnd.objects.filter(absence=row).first()
    if done is not None:
        raise WrongState(f"It ended already: {done}. Nothing was changed.", ids=(row.pk,))
    if not row.starts_on <= back_on <= row.ends_on:
        text = f"Give a day from {row.starts_on:%-d %b %Y} to {row.ends_on:%-d %b %Y}: the first day back."
        raise BadInput(text, fields={"back_on": text})
    why = take("reason", parse_text, reason, maximum=200)
    made = AbsenceEnd.objects.create(absence=row, back_on=back_on, reason=why, ended_by=by, **trace())
    row.end = made  # type: ignore[attr-defined]
    return row


def desk(officer: int, *, by: User) -> Officer:
    """The officer, if it is the user or somebody the user may record for. Raises: NotFound, NotAllowed."""
    holder = get_visible(Officer.objects.select_related("user", "office"), to=by, pk=officer)
    if holder.user_id != by.pk and roles_of(by).isdisjoint(KEEPERS_OF_DESKS):
        raise NotAllowed("You record your own absence. For others the fund manager or the administrator does it.")
    return holder
