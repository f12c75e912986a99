"""What the published page says beyond its tables: a frozen fund, and a step that somebody signs for another."""

import pytest

from beneficiaries.offices import tokens
from funds.absence import delegations
from funds.chain import freezes
from funds.permission.table import STAGES, Answer, Stage, on_request
from funds.workflow import Action
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.permissions import buttons
from tests.permissions.away_states import days
from tests.permissions.doors import ROOT, Door, undone
from tests.permissions.states import States, every_state
from tests.permissions.walks import walked

__all__ = ["every_state"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]
# What a freeze of the fund stops; everything else goes on.
STOPPED_BY_FREEZE = frozenset({Action.SANCTION, Action.VOUCHER, Action.ISSUE})
LENT = (Action.FORWARD, Action.RETURN, Action.BACK, Action.REJECT)


def frozen(states: States) -> None:
    """All of the fund until today, asked for by the auditor and agreed to by the fund manager."""
    here = states.here
    row = freezes.propose(fund=here.fund, what="all", cause="audit", by=here["auditor"], **days())
    freezes.agree(freeze=row.pk, by=here["fund_manager"])


def in_a_freeze(action: Action, stage: Stage, role: Role) -> Answer:
    """As published, but that nothing is given out."""
    told = on_request(action, stage, role)
    act = Action.SANCTION if action is Action.FORWARD and stage.last else action
    return Answer.STATE if told is Answer.YES and act in STOPPED_BY_FREEZE else told


@pytest.mark.parametrize("door", ["page", "api"])
@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.APPROVER, Role.DDO, Role.RECONCILER])
def test_a_freeze_stops_what_gives_money_out_and_nothing_else(
    role: Role, door: str, every_state: States, bare: None
) -> None:
    frozen(every_state)
    found = walked(every_state, Door(door, every_state.secrets, role.value), role, in_a_freeze)
    assert not found, found


def test_who_is_stopped_is_told_until_when(every_state: States) -> None:
    frozen(every_state)
    stage = next(stage for stage in STAGES if stage.last)
    at, until = buttons.press(every_state, Action.FORWARD, stage), f"are frozen until {today():%-d %b %Y} for an audit"
    page = Door("page", every_state.secrets, Role.APPROVER).client.post(*buttons.PAGE[Action.FORWARD](at))
    path, sent = buttons.API[Action.FORWARD](at)
    door = Door("api", every_state.secrets, Role.APPROVER)
    told = door.client.post(ROOT + path, sent, "application/json", headers=door.headers)
    assert (page.status_code, told.status_code) == (409, 409)
    assert until in page.content.decode() and until in told.json()["detail"]


@pytest.mark.parametrize("door", ["page", "api"])
def test_the_taker_gets_the_givers_step(door: str, every_state: States, bare: None) -> None:
    """A verifier for the finance officer: 403 for themselves, 409 before the delegation is agreed to, then done."""
    here = every_state.here
    taker = world.make_user("stand_in", here.office, Role.VERIFIER)
    given = delegations.give(taker=taker.officer.pk, ceiling="5000", by=here["finance_officer"], **days())
    secret = tokens.issue(user=taker, name="test", by=None)[1]
    at_door = Door(door, {"stand_in": secret}, "stand_in")
    stage = next(stage for stage in STAGES if stage.step is Role.FINANCE_OFFICER)
    power = {"for" if door == "page" else "delegation": given.pk}
    assert pressed(every_state, at_door, stage, power) == dict.fromkeys(LENT, Answer.STATE)
    delegations.agree(delegation=given.pk, by=here["fund_manager"])
    assert pressed(every_state, at_door, stage, {}) == dict.fromkeys(LENT, Answer.ROLE)
    assert pressed(every_state, at_door, stage, power) == dict.fromkeys(LENT, Answer.YES)


def pressed(states: States, door: Door, stage: Stage, more: dict[str, int]) -> dict[Action, Answer | int]:
    """What each decision on the request of this stage answers: the published word for it, or the status that is none."""
    found: dict[Action, Answer | int] = {}
    doors = {"page": buttons.PAGE, "api": buttons.API}[door.name]
    for action in LENT:
        address, sent = doors[action](buttons.press(states, action, stage))
        with undone():
            status = door.send(address, sent | more)
        words = (told for told in (Answer.YES, Answer.ROLE, Answer.STATE) if door.as_told(told, status))
        found[action] = next(words, status)
    return found
