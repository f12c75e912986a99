"""Texts no page wrote, in every parameter and form: answered in words, never by a fault of the server."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import world

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TEXTS = ["²", "٣", "-1", "9" * 19, "9" * 5000, "\0", "1\0"]
PLACES = [
    "requests/",
    "requests/new/",
    "payments/",
    "vouchers/",
    "funds/",
    "cases/",
    "people/",
    "referrals/",
    "releases/",
    "audit/",
    "statements/",
]
PARAMETERS = (
    "q",
    "office",
    "page",
    "case",
    "pick",
    "fund",
    "kind",
    "state",
    "tab",
    "what",
    "year",
    "to",
    "on",
    "money",
    "stage",
    "province",
    "prison",
    "alarm",
    "source",
)
ACTS = (
    "disbursement_submit",
    "disbursement_decide",
    "disbursement_cancel",
    "voucher_issue",
    "instrument_issue",
    "instruments_clear",
    "instruments_acknowledge",
    "release_record",
    "disbursement_close",
)
FIELDS = ("instrument", "on", "case", "state", "reason", "reference", "received_by", "seen", "at", "decision", "page")


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


@pytest.fixture
def asked(here: world.World) -> int:
    return here.paid()[0].line.disbursement_id


@pytest.mark.parametrize("text", TEXTS)
def test_lists_take_any_text(here: world.World, client: Client, text: str) -> None:
    for role in ("case_officer", "auditor"):
        client.force_login(here[role])
        for place in PLACES:
            for what in (text, "TEST:relief_grant"):
                given = dict.fromkeys(PARAMETERS, text) | {"what": what, "pick": f"c{text}"}
                assert client.get(f"/{place}", given).status_code < 500, (role, place)


@pytest.mark.parametrize("text", TEXTS)
def test_acts_take_any_text(here: world.World, client: Client, asked: int, text: str) -> None:
    for role in ("case_officer", "ddo", "reconciler", "approver"):
        client.force_login(here[role])
        for name in ACTS:
            given = dict.fromkeys(FIELDS, text) | {f"number-{text}": "1"}
            assert client.post(reverse(name, args=[asked]), given).status_code in (302, 303, 400, 403, 404, 409, 422), (
                name
            )
    given = {"what": "TEST:relief_grant", "pick": f"c{text}", "key": f"form:{text}", "case": text}
    client.force_login(here["case_officer"])
    assert client.post(reverse("disbursement_new"), given).status_code in (400, 404, 422)


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "%00", "%C2%B2"])
def test_addresses_take_any_text(here: world.World, client: Client, number: str) -> None:
    client.force_login(here["auditor"])
    for path in (
        f"/requests/{number}/",
        f"/vouchers/{number}/",
        f"/funds/{number}/",
        f"/v/{number}",
        f"/cases/{number}/",
        f"/cases/{number}/release",
        f"/referrals/{number}/",
    ):
        assert client.get(path).status_code in (404, 422), path
