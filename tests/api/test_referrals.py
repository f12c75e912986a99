"""Referrals over HTTP: a sender's token that does nothing else, idempotent by reference, status by reference; officers decide."""

import re
from typing import Any

import pytest

from audit.models import RefusedAttempt
from beneficiaries.models import Case, Referral
from beneficiaries.offices import tokens
from config.api_auth import SENDERS_MAY
from tests.api.conftest import ROOT, Api

pytestmark = pytest.mark.once


def body(api: Api, **given: Any) -> dict[str, Any]:
    told: dict[str, Any] = api.here.sent()
    del told["source"]
    return told | given


class Sender:
    """Calls with the token of one source."""

    def __init__(self, api: Api, source: str) -> None:
        self.api = api
        user = api.user("case_officer")
        _, self.secret = tokens.issue(user=user, name=f"Sender {source}", by=None, referral_source=source)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    def send(self, told: dict[str, Any], **headers: str) -> Any:
        return self.api.client.post(f"{ROOT}/referrals", told, "application/json", headers=self.headers | headers)

    def status(self, **query: str) -> Any:
        return self.api.client.get(f"{ROOT}/referrals/status", query, headers=self.headers)


@pytest.fixture
def helpline(api: Api) -> Sender:
    return Sender(api, "helpline")


def test_the_first_answer_is_given_again(api: Api, helpline: Sender) -> None:
    told = body(api, fir_year=2019, fir_number="68", police_station="Saddar")
    first = helpline.send(told)
    assert first.status_code == 201
    assert first.json() | {"received_at": ""} == {
        "reference": told["reference"], "source": "helpline", "kind": "relief", "received_at": "", "state": "new",
        "reason": "", "case": None,
    }  # fmt: skip
    again = helpline.send(dict(reversed(told.items())) | {"name": " Rabia  Bano"})
    assert (again.status_code, again.json()) == (201, first.json()) and Referral.objects.count() == 1
    other = helpline.send(told | {"name": "Rabia Begum"})
    assert (other.status_code, other.json()["code"]) == (409, "reference_used")
    assert helpline.status(reference=told["reference"]).json() == first.json()


def test_a_key_repeats_it_too(api: Api, helpline: Sender) -> None:
    told = body(api)
    first, again = (helpline.send(told, **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert again["Idempotency-Replayed"] == "true" and again.json() == first.json()


def test_bad_values_are_422_by_field(api: Api, helpline: Sender) -> None:
    for given, field in (
        ({"cnic": "123"}, "cnic"),
        ({"district": "Atlantis"}, "district"),
        ({"gender": "Q"}, "gender"),
        ({"happened_on": "2025-02-30"}, "happened_on"),
        ({"status": "accepted"}, "status"),
        ({"source": "laja"}, "source"),
        ({"kind": "prisoner"}, "prison"),
    ):
        answer = helpline.send(body(api, **given))
        assert answer.status_code == 422 and field in answer.json()["fields"], (given, answer.content)
    assert not Referral.objects.exists()


def test_a_senders_token_opens_nothing_else(api: Api, helpline: Sender) -> None:
    api.here.relief_case()
    helpline.send(body(api))
    description = api.client.get(f"{ROOT}/openapi.json").json()
    for path, operations in description["paths"].items():
        for method in operations:
            if method == "parameters" or (method.upper(), path) in SENDERS_MAY:
                continue
            call = api.client.get if method == "get" else api.client.post
            answer = call(re.sub(r"{\w+}", "1", path), content_type="application/json", headers=helpline.headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), (method, path)
    assert Case.objects.count() == 1
    assert RefusedAttempt.objects.filter(user=api.user("case_officer"), path__endswith="/people").exists()


def test_one_source_sees_nothing_of_another(api: Api, helpline: Sender) -> None:
    reference = helpline.send(body(api)).json()["reference"]
    laja = Sender(api, "laja")
    assert laja.status(reference=reference).status_code == 404
    assert laja.status(reference=reference, source="helpline").status_code == 422
    assert laja.send(body(api, reference=reference)).status_code == 201
    assert helpline.status(reference="1099/none").status_code == 404


def test_an_ended_token_sends_nothing(api: Api, helpline: Sender) -> None:
    tokens.revoke(user=api.user("case_officer"), name="Sender helpline", by=None)
    assert helpline.send(body(api)).status_code == 401


def test_what_became_of_it_is_told_by_reference(api: Api, helpline: Sender) -> None:
    accepted, declined = (helpline.send(body(api)).json()["reference"] for _ in range(2))
    pk = {row.reference: row.pk for row in Referral.objects.all()}
    path = f"/referrals/{pk[accepted]}"
    shown = api.good(api.get(path))
    assert shown["name"] == "Rabia Bano" and shown["masked_cnic"].startswith("90003-*") and "cnic" not in shown
    assert api.post(f"{path}/accept", {}, as_="case_officer").status_code == 422
    api.good(api.post(f"{path}/accept", {"recommended_amount": "20000"}, as_="case_officer"))
    api.good(api.post(f"/referrals/{pk[declined]}/decline", {"reason": "Outside the fund"}, as_="case_officer"))
    told = helpline.status(reference=accepted).json()
    assert (told["state"], told["case"]) == ("accepted", Case.objects.get().number)
    told = helpline.status(reference=declined).json()
    assert (told["state"], told["reason"]) == ("declined", "Outside the fund")
    api.good(api.post(f"/referrals/{pk[declined]}/reopen", {"reason": "A mistake"}, as_="case_officer"))
    told = helpline.status(reference=declined).json()
    assert (told["state"], told["reason"]) == ("new", "")
    listed = api.good(api.get("/referrals", state="new"))
    assert [row["reference"] for row in listed["items"]] == [declined]
    assert api.get(path, as_="quetta").status_code == 404
    again = api.post(f"{path}/decline", {"reason": "x"}, as_="case_officer")
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")


def test_releases_over_http(api: Api) -> None:
    here = api.here
    case = here.paid(here.diyat())[0].line.case_id
    (row,) = api.good(api.get("/releases", stage="paid"))["items"]
    assert (row["id"], row["stage"], row["amount"]) == (case, "paid", "1200000.00")
    assert [late["id"] for late in api.good(api.get("/releases/late"))] == [case]
    step = {"step": "court_receipt", "reference": "R 4", "on": "2025-10-01"}
    answer = api.post(f"/cases/{case}/release", step, as_="case_officer")
    assert answer.status_code == 422 and "paper" in answer.json()["fields"]
    here.paper(Case.objects.get(pk=case), "court_receipt")
    made = api.good(api.post(f"/cases/{case}/release", step, as_="case_officer"))
    way = api.good(api.get(f"/cases/{case}/release"))
    assert (way["stage"], way["court_receipt_on"], way["records"]) == ("court_receipt", "2025-10-01", [made])
    gone = api.good(api.post(f"/release-records/{made['id']}/withdraw", {"reason": "Wrong day"}, as_="case_officer"))
    assert gone["withdrawn"] == "Wrong day" and api.good(api.get(f"/cases/{case}/release"))["stage"] == "paid"
    assert api.get(f"/cases/{case}/release", as_="quetta").status_code == 404
    assert api.post(f"/cases/{case}/release", step, as_="quetta").status_code == 404
