"""Every cell of the published table, pressed by page and by API: the answer is the one printed, and a refusal changes nothing."""

import pytest

from funds.permission.table import BY_THEMSELVES, STAGES, WORDS, on_request
from funds.workflow import Action, ever
from ledger.roles import Role
from tests.permissions import buttons
from tests.permissions.doors import Door, watched
from tests.permissions.states import States, every_state
from tests.permissions.walks import FIGURES, walked

__all__ = ["every_state"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]

OTHERS = (
    Role.CASE_OFFICER,
    Role.VERIFIER,
    Role.APPROVER,
    Role.DDO,
    Role.RECONCILER,
)  # of another office, one for each act


@pytest.mark.parametrize("door", ["page", "api"])
@pytest.mark.parametrize("role", Role)
def test_every_cell_answers_as_published(role: Role, door: str, every_state: States, bare: None) -> None:
    found = walked(every_state, Door(door, every_state.secrets, role.value), role, on_request)
    assert not found, found


def test_a_refused_act_comes_back_with_the_page_at_every_stage(every_state: States) -> None:
    """Drawn whole, once for each stage, by the role that may close but not there."""
    door = Door("page", every_state.secrets, Role.CASE_OFFICER)
    for stage in STAGES:
        at = buttons.press(every_state, Action.CLOSE, stage)
        if stage.key != "acknowledged":
            answer = door.client.post(*at.page("disbursement_close"))
            assert answer.status_code == 409, stage.key
            assert f"{at.row.number} is {at.row.get_state_display().lower()}" in answer.content.decode(), stage.key


@pytest.mark.parametrize("door", ["page", "api"])
def test_another_offices_officer_is_told_there_is_no_such_request(door: str, every_state: States, bare: None) -> None:
    """404 for every act at every stage, though the role would fit."""
    before, found = watched(FIGURES), {}
    doors, presses = {}, {"page": buttons.PAGE, "api": buttons.API}[door]
    for role in OTHERS:
        name = "quetta" if role is Role.CASE_OFFICER else f"quetta_{role}"
        doors[role] = Door(door, every_state.secrets, name)
    for action in WORDS:
        role = next(role for role in OTHERS if role in ever(action))
        for stage in STAGES:
            if not buttons.nothing_to_press(action, stage, door):
                status = doors[role].send(*presses[action](buttons.press(every_state, action, stage)))
                if status != 404:
                    found[action.value, stage.key] = status
    assert not found, found
    assert watched(FIGURES) == before


def test_every_action_is_published_or_follows_by_itself() -> None:
    assert set(WORDS) | set(BY_THEMSELVES) | {Action.SANCTION} == set(Action)
    assert set(WORDS) == set(buttons.PAGE) == set(buttons.API)
