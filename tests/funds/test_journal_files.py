"""The journal as a file from the site: the same bytes as the command writes, to those who may open the books."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from ledger.exports import FORMS
from ledger.roles import Role
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(cleared_world: world.World) -> world.World:
    return cleared_world


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("form", FORMS)
def test_the_file_is_what_the_command_writes(here: world.World, form: str) -> None:
    answer: Any = client_of(here["auditor"]).get(f"/funds/TEST/journal.{form}")
    content, out = b"".join(answer.streaming_content), StringIO()
    call_command("export_journal", "TEST", "--format", form, stdout=out)
    assert content == out.getvalue().encode()
    assert content.count(b"F-BNK") > 1
    assert answer["Content-Length"] == str(len(content))
    assert answer["Content-Disposition"] == f'attachment; filename="TEST-journal.{form}"'


def test_another_form_or_fund_is_not_found(here: world.World) -> None:
    client = client_of(here["auditor"])
    answer = client.get("/funds/TEST/journal.xlsx")
    assert answer.status_code == 404
    assert "Choose csv, beancount or hledger" in answer.content.decode()
    assert client.get("/funds/NONE/journal.csv").status_code == 404


def test_another_offices_books_stay_closed(here: world.World) -> None:
    """The lines of a fund name payees of every office that asks it."""
    officer = world.make_user("quetta_ddo", here.quetta_office, Role.DDO)
    answer = client_of(officer).get("/funds/TEST/journal.csv")
    assert answer.status_code == 404
    assert "are kept by" in answer.content.decode()
