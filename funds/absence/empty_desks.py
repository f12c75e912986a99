"""Steps that wait while everybody who could decide them is away; for who keeps the chains. Reads only."""

from datetime import date

from django.contrib.auth.models import User

from beneficiaries.models import Absence
from beneficiaries.offices import absences
from funds.absence import delegations
from funds.absence.desks import last_day
from funds.chain import chains, deciders, signatures
from funds.chain.deciders import Decider
from funds.models import Delegation, Disbursement
from funds.requests.inbox import MOST, in_chain
from ledger.clock import today


def waiting(user: User) -> list[tuple[Disbursement, str]]:
    """Steps of which everybody who could decide them is away today, each with who comes back first; for who keeps the chains.

    Nothing is asked while nobody is away. Only steps of the roles and posts of those who are, and of posts they sign for, get
    looked at: a step of another post has its holder.
    """
    gone = absences.standing(Absence.objects.all(), first=today(), last=today())
    away = list(gone.values_list("officer__user__groups__name", "officer__designation").distinct())
    if not away:
        return []
    asked = in_chain(user).filter(step_role__in={role for role, _ in away})
    lent = delegations.in_force(Delegation.objects.filter(taker__in=gone.values("officer")), on=today())
    asked = asked.filter(
        step_post__in={"", *(post for _, post in away), *lent.values_list("giver__designation", flat=True)}
    )
    steps = chains.waiting_steps(asked.select_related("fund__office").order_by("due", "pk")[:MOST])
    able, missing = deciders.of_steps(steps), signatures.missing_of(steps)
    found = []
    for step in steps:
        every = able[step.pk]
        if every and sum(not one.away for one in every) < missing[step.pk]:
            found.append((step.disbursement, _back(every)))
    return found


def _back(every: list[Decider]) -> str:
    """'Asif Chaudhry is back on 3 Dec 2026.', the first of several."""
    rows: list[tuple[date, str]] = [(last_day(row.away), row.name) for row in every if row.away]
    last, name = min(rows)
    return f"{name} is away until {last:%-d %b %Y}. Let another officer act by a delegation, or wait."
