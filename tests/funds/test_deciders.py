"""Who may decide a step is asked of many steps at once, and says what is said of one; it costs the same for many."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.offices import absences
from funds import approvals
from funds.absence import delegations, empty_desks
from funds.chain import chains, conflicts, deciders, duties
from funds.models import Disbursement
from funds.requests import inbox
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.world import DAY, World

pytestmark = pytest.mark.django_db
WHY = {"ground": "other", "reason": "A cousin"}
SOON = today() + timedelta(days=3)


@pytest.fixture
def here(small_world: World) -> World:
    """With a second officer for each step, and a finance officer for whom the second verifier may sign."""
    made = small_world
    for role in (Role.FINANCE_OFFICER, Role.APPROVER):
        made.users[f"second_{role}"] = world.make_user(f"second_{role}", made.office, role)
    taker = made["second_verifier"].officer.pk
    power = delegations.give(
        taker=taker, starts_on=today(), ends_on=SOON, ceiling="50000", reason="Leave", by=made["finance_officer"]
    )
    delegations.agree(delegation=power.pk, by=made["fund_manager"])
    return made


def one_of_each(here: World) -> list[Disbursement]:
    """Requests whose steps wait, each with another reason why somebody may not decide."""
    rows = [here.submitted() for _ in range(6)]
    approvals.recuse(disbursement=rows[1].pk, by=here["verifier"], on=DAY, **WHY)
    conflicts.declare(by=here["verifier"], disbursement=rows[2].pk, on=DAY, **WHY)
    kept = conflicts.declare(by=here["second_verifier"], case=rows[3].lines.get().case_id, on=DAY, **WHY)
    conflicts.end(conflict=kept.pk, reason="Moved away", by=here["fund_manager"], on=DAY)
    for row in rows[4:]:
        approvals.approve(disbursement=row.pk, by=here["verifier"], on=DAY)
    # Signed for the finance officer; then returned to that step, so that only the verification counts.
    approvals.approve(
        disbursement=rows[5].pk,
        by=User.objects.get(pk=here["second_verifier"].pk),
        delegation=here["finance_officer"].officer.given.get().pk,
    )
    given = list(Disbursement.objects.select_related("fund__office").filter(pk__in=[row.pk for row in rows]))
    return sorted(given, key=lambda row: row.pk)


def test_many_are_barred_as_each_is(here: World) -> None:
    steps, users = chains.waiting_steps(one_of_each(here)), list(User.objects.select_related("officer"))
    alone = {
        (step.pk, user.pk) for step in steps for user in users if duties.deciding_bar(step.disbursement, step, user)
    }
    assert duties.barred(steps, users) == alone
    assert len(alone) >= len(steps) + 5, "somebody beside the maker"


def test_many_steps_are_told_as_the_services_say_of_each(here: World) -> None:
    steps = chains.waiting_steps(one_of_each(here))
    found = deciders.of_steps(steps)
    for step in steps:
        own = [row.officer.user.username for row in found[step.pk] if row.power is None]
        asked = User.objects.filter(groups__name=step.role).order_by("last_name", "officer__pk")
        free = [user for user in asked if not approvals.objection(step.disbursement, step, user, user.officer)]
        assert own == [user.username for user in free], step
    assert [row.name for row in found[steps[4].pk] if row.power] == ["Second_Verifier Khan"]
    assert not [row for step in steps[:4] for row in found[step.pk] if row.power]


def questions(here: World) -> int:
    """How many the fund manager's home asks for steps that nobody decides, and for desks that are empty."""
    manager = User.objects.get(pk=here["fund_manager"].pk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        inbox.stuck(manager)
        empty_desks.waiting(manager)
    return len(asked)


def test_more_steps_ask_no_more_questions(here: World) -> None:
    for name in ("verifier", "second_verifier"):
        absences.record(officer=here[name].officer.pk, starts_on=today(), ends_on=SOON, reason="leave", by=here[name])

    def waits() -> None:
        row = here.submitted()
        for name in ("verifier", "second_verifier"):
            approvals.recuse(disbursement=row.pk, by=here[name], on=DAY, **WHY)
        here.submitted()

    waits()
    few = questions(here)
    assert (len(inbox.stuck(here["fund_manager"])), len(empty_desks.waiting(here["fund_manager"]))) == (1, 1)
    waits()
    waits()
    assert questions(here) == few
    assert (len(inbox.stuck(here["fund_manager"])), len(empty_desks.waiting(here["fund_manager"]))) == (3, 3)
