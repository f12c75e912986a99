"""Every cell of the sheet of requests, pressed by one officer at one door."""

from collections.abc import Callable
from typing import Any

from funds.permission.table import STAGES, WORDS, Answer, Stage
from funds.workflow import Action
from ledger.roles import Role
from tests.permissions import buttons
from tests.permissions.doors import Door, undone, watched
from tests.permissions.states import States

# Whatever an act on a request writes changes one of these figures; the record of refused attempts is not among them.
TABLES = (
    "funds_decision",
    "funds_sanction",
    "funds_sanctionorder",
    "funds_voucher",
    "funds_acknowledgement",
    "funds_cancellation",
    "funds_approvalstep",
    "funds_historicaldisbursement",
    "funds_historicalpayeeline",
    "funds_historicalinstrument",
    "beneficiaries_releaserecord",
    "beneficiaries_registerentry",
    "ledger_journalentry",
)
FIGURES = (
    "SELECT (SELECT string_agg(concat_ws('|', id, state, position, submission, title), ';') FROM funds_disbursement)"
    + ("".join(f", (SELECT count(*) FROM {table})" for table in TABLES))
)


def walked(states: States, door: Door, role: Role, told_of: Callable[[Action, Stage, Role], Answer]) -> dict[Any, Any]:
    """The cells that answer otherwise than told, or that change something though they refuse."""
    doors, before, found = {"page": buttons.PAGE, "api": buttons.API}[door.name], watched(FIGURES), {}
    for action in WORDS:
        for stage in STAGES:
            if buttons.nothing_to_press(action, stage, door.name):
                continue
            told = told_of(action, stage, role)
            address, sent = doors[action](buttons.press(states, action, stage))
            with undone():
                status = door.send(address, sent)
                changed = watched(FIGURES) != before
            if not door.as_told(told, status) or changed is not (told is Answer.YES):
                found[action.value, stage.key] = (str(told), status, changed)
    return found
