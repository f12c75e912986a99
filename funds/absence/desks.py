"""Who is away from a step that waits, until when, and who acts meanwhile. Reads only."""

from datetime import date

from beneficiaries.models import Absence, Officer
from beneficiaries.offices import absences
from funds.chain import deciders
from funds.chain.deciders import Decider
from funds.models import ApprovalStep, Disbursement
from ledger.clock import today


def of(request: Disbursement, step: ApprovalStep) -> list[str]:
    """For each officer of the step who is away: until when, and who acts meanwhile; nothing while all are there."""
    gone = absences.standing(Absence.objects.filter(officer__user__groups__name=step.role), first=today(), last=today())
    if not gone.exists():
        return []
    every = deciders.deciders(request, step)
    away = [row for row in every if row.away]
    return [_said(row, every) for row in away]


def _said(row: Decider, every: list[Decider]) -> str:
    assert row.away is not None
    until = f"{row.name} is away until {last_day(row.away):%-d %b %Y} ({row.away.reason})"
    acts = _acting(row.officer, every)
    if acts:
        return f"{until}. {' or '.join(acts)} acts for them."
    others = [other.name for other in every if not other.away and other.power is None]
    if others:
        return f"{until}. {' or '.join(others[:3])} may decide it as well."
    return f"{until}. Nobody is here to decide it; the fund manager sees that."


def _acting(officer: Officer, every: list[Decider]) -> list[str]:
    return [row.name for row in every if row.power is not None and row.power.giver_id == officer.pk and not row.away]


def last_day(row: Absence) -> date:
    """The last day away as it is expected now."""
    return row.last_day or row.ends_on
