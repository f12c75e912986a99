"""Every cell of the published table, pressed by page and by API: the answer is the one printed, and a refusal changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from config import refusals
from funds.permissions import BY_THEMSELVES, STAGES, WORDS, Answer, on_request
from funds.views import request_page
from funds.workflow import Action, ever
from ledger.roles import Role
from tests.permissions import buttons
from tests.permissions.states import States, every_state

__all__ = ["every_state"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]

STATUS = {Answer.ROLE: {403}, Answer.STATE: {409}, Answer.NOTHING: {403, 404, 409}}
DONE = {"page": {303}, "api": {200, 201}}
MAKERS_ACTS = [action for action in WORDS if Role.CASE_OFFICER in ever(action)]
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


def figures() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES)
        return cursor.fetchone()


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back, so that the next cell finds the world as it was."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT cell")
        yield
        cursor.execute("ROLLBACK TO cell")


class Door:
    """One officer at the pages or at the API."""

    def __init__(self, name: str, states: States, user: str) -> None:
        self.name, self.client = name, Client()
        self.headers = {"Authorization": f"Bearer {states.secrets[user]}"}
        if name == "page":
            self.client.force_login(User.objects.get(username=user))

    def send(self, address: str, sent: dict[str, Any]) -> int:
        if self.name == "page":
            return self.client.post(address, sent).status_code
        return self.client.post(address, sent, "application/json", headers=self.headers).status_code


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused page is not drawn: its status is what counts here, and to draw two thousand of them takes minutes."""
    monkeypatch.setattr(request_page, "page", lambda http, pk, *, status=200, **given: HttpResponse(status=status))
    monkeypatch.setattr(refusals, "render", lambda http, name, context, *, status: HttpResponse(status=status))


@pytest.mark.parametrize("door", ["page", "api"])
@pytest.mark.parametrize("role", Role)
def test_every_cell_answers_as_published(role: Role, door: str, every_state: States, bare: None) -> None:
    at_door, doors = Door(door, every_state, role.value), {"page": buttons.PAGE, "api": buttons.API}[door]
    before, found = figures(), {}
    for action in WORDS:
        for stage in STAGES:
            if buttons.nothing_to_press(action, stage, door):
                continue
            told = on_request(action, stage, role)
            address, sent = doors[action](buttons.press(every_state, action, stage))
            with undone():
                status = at_door.send(address, sent)
                changed = figures() != before
            wanted = STATUS.get(told, DONE[door])
            if status not in wanted or changed is not (told is Answer.YES):
                found[action.value, stage.key] = (status, sorted(wanted), changed)
    assert not found, found


def test_a_refused_act_comes_back_with_the_page_at_every_stage(every_state: States) -> None:
    """Drawn whole, once for each stage, by the role that may close but not there."""
    door = Door("page", every_state, Role.CASE_OFFICER)
    for stage in STAGES:
        at = buttons.press(every_state, Action.CLOSE, stage)
        if stage.key != "acknowledged":
            answer = door.client.post(*at.page("disbursement_close"))
            assert answer.status_code == 409, stage.key
            assert f"{at.row.number} is {at.row.get_state_display().lower()}" in answer.content.decode(), stage.key


def test_another_offices_officer_is_told_there_is_no_such_request(every_state: States, bare: None) -> None:
    """404 by page and by API for every act at every stage, though the role would fit."""
    for door, presses in (("page", buttons.PAGE), ("api", buttons.API)):
        at_door = Door(door, every_state, "quetta")
        told = {
            (action, stage.key): at_door.send(*presses[action](buttons.press(every_state, action, stage)))
            for action in MAKERS_ACTS
            for stage in STAGES
            if not buttons.nothing_to_press(action, stage, door)
        }
        assert {cell: status for cell, status in told.items() if status != 404} == {}


def test_every_action_is_published_or_follows_by_itself() -> None:
    assert set(WORDS) | set(BY_THEMSELVES) | {Action.SANCTION} == set(Action)
    assert set(WORDS) == set(buttons.PAGE) == set(buttons.API)
