"""The table of moves: what is in it happens, what is not raises, for every action in every state."""

from itertools import product

import pytest

from funds.workflow import ACTORS, CANCELLERS, ENDED, MOVES, Action, State, actors, legal_pairs, next_state
from ledger.errors import WrongState


@pytest.mark.parametrize(("action", "state"), list(product(Action, State)))
def test_every_action_in_every_state(action: Action, state: State) -> None:
    if (action, state) in MOVES:
        assert next_state(action, state) is MOVES[action, state]
        assert actors(action, state) or action is Action.VOID, "a legal move needs somebody who may make it"
    else:
        with pytest.raises(WrongState) as refused:
            next_state(action, state, number="DAD/2025-26/R-011", pk=11)
        assert refused.value.ids == (11,)
        assert "DAD/2025-26/R-011" in str(refused.value)


def test_an_ended_request_has_no_move() -> None:
    assert not [move for move in MOVES if move[1] in ENDED]


def test_every_state_but_draft_is_reached() -> None:
    reached = {after for _, after in legal_pairs()} | {State.DRAFT.value}
    assert reached == {state.value for state in State}


def test_nobody_both_asks_signs_and_pays() -> None:
    makers, payers = ACTORS[Action.SUBMIT], ACTORS[Action.VOUCHER]
    signers = ACTORS[Action.FORWARD] | ACTORS[Action.SANCTION]
    assert not makers & signers
    assert not payers & signers
    assert set(CANCELLERS) == {state for action, state in MOVES if action is Action.CANCEL}
