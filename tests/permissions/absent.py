"""Who is away, who signs for whom and what is frozen in the world of test_permissions.py."""

from typing import Any

from django.contrib.auth.models import User

from beneficiaries.offices import absences
from funds.absence import delegations, escalations
from funds.chain import freezes
from funds.models import Escalation
from ledger.clock import today
from ledger.roles import Role
from tests import world


def of_absence(here: world.World, *, submitted: int) -> dict[str, Any]:
    """An absence, a delegation and a freeze that wait, all of people who are nobody of the table; an overdue step."""
    giver, stand_in = here["second_verifier"], world.make_user("stand_in", here.office, Role.VERIFIER)
    days: dict[str, Any] = {"starts_on": today(), "ends_on": today(), "reason": "Leave"}
    absence = absences.record(officer=giver.officer.pk, by=giver, **days)
    delegation = delegations.give(taker=stand_in.officer.pk, ceiling="900", by=giver, **days)
    manager = User.objects.get(username="second_manager")
    freeze = freezes.propose(fund=here.fund, what="all", cause="audit", by=manager, **days)
    escalations.escalate()
    return {
        "absence": absence.pk,
        "delegation": delegation.pk,
        "escalation": Escalation.objects.get(disbursement=submitted).pk,
        "freeze": freeze.pk,
    }
