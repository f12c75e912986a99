"""Absences, delegations, freezes and overdue steps over the API: the same acts and refusals as on the pages."""

from datetime import timedelta
from typing import Any

import pytest

from funds.absence import escalations
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db
TODAY, SOON = f"{today()}", f"{today() + timedelta(days=3)}"


def test_a_signature_for_somebody(api: Api) -> None:
    here = api.here
    here.users["deputy"] = world.make_user("deputy", here.office, Role.APPROVER, limit="1000")
    asked = {
        "taker": here["deputy"].officer.pk, "starts_on": TODAY, "ends_on": SOON, "ceiling": "50000.00", "reason": "Leave",
    }  # fmt: skip
    made = api.good(api.post("/delegations", asked, as_="approver"))
    assert (made["state"], made["fund"], made["ceiling"], made["giver"]) == ("waiting", None, "50000.00", "approver")
    assert api.post(f"/delegations/{made['id']}/agree", as_="deputy").status_code == 403
    assert api.good(api.post(f"/delegations/{made['id']}/agree", as_="fund_manager"))["state"] == "in_force"
    request = here.at_sanction()
    body: dict[str, Any] = {"action": "approve", "seen_digest": request.digest, "delegation": made["id"]}
    recused = api.post(f"/disbursements/{request.pk}/decisions", body | {"action": "recuse"}, as_="deputy")
    assert (recused.status_code, list(recused.json()["fields"])) == (422, ["delegation"])
    decided = api.good(api.post(f"/disbursements/{request.pk}/decisions", body, as_="deputy"))
    assert decided["state"] == "sanctioned"
    last = decided["chain"][-1]["decisions"][0]
    assert (last["delegation"], last["acted_for"], last["decided_by"]) == (made["id"], "Approver Khan", "deputy")
    (row,) = api.good(api.get("/away", month=TODAY[:7], as_="deputy"))[:1]
    assert row["username"] == "approver" and row["days"][0] == {"on": TODAY, "look": "lends"}
    ended = api.good(api.post(f"/delegations/{made['id']}/end", {"reason": "Back"}, as_="deputy"))
    assert (ended["state"], ended["ended_because"]) == ("ended", "Back")
    assert [each["id"] for each in api.good(api.get("/delegations"))["items"]] == [made["id"]]
    assert api.get("/away", month="2026-13").status_code == 422


def test_a_frozen_fund_answers_409_with_until_when_and_why(api: Api) -> None:
    request = api.here.at_sanction()
    body = {
        "fund": "TEST", "what": "all", "cause": "audit", "starts_on": TODAY, "ends_on": SOON, "reason": "Count of cheques",
    }  # fmt: skip
    made = api.good(api.post("/freezes", body, as_="auditor"))
    assert api.good(api.post(f"/freezes/{made['id']}/agree", as_="fund_manager"))["state"] == "in_force"
    sent = {"action": "approve", "seen_digest": request.digest}
    answer = api.post(f"/disbursements/{request.pk}/decisions", sent, as_="approver")
    assert (answer.status_code, answer.json()["code"]) == (409, "frozen")
    assert "frozen until" in answer.json()["detail"] and "Count of cheques" in answer.json()["detail"]
    api.good(api.post(f"/freezes/{made['id']}/lift", {"reason": "Counted"}, as_="auditor"))
    lifted = api.good(api.post(f"/freezes/{made['id']}/lift/agree", as_="approver"))
    assert (lifted["state"], lifted["lifts"][0]["decision"]["outcome"]) == ("lifted", "agreed")
    api.good(api.post(f"/disbursements/{request.pk}/decisions", sent, as_="approver"))
    assert api.good(api.get("/freezes"))["items"][0]["id"] == made["id"]


def test_absences_reminders_and_the_own_mail(api: Api) -> None:
    officer = api.here["verifier"].officer.pk
    body = {"officer": officer, "starts_on": TODAY, "ends_on": SOON, "reason": "Leave"}
    made = api.good(api.post("/absences", body, as_="verifier"))
    assert api.post("/absences", body, as_="verifier").status_code == 409
    back = api.good(api.post(f"/absences/{made['id']}/end", {"back_on": SOON, "reason": "Back"}, as_="verifier"))
    assert back["back_on"] == SOON and api.good(api.get("/absences", officer=officer))["items"] == [back]
    api.here.submitted()
    escalations.escalate()
    (told,) = api.good(api.get("/escalations"))["items"]
    assert told["to_roles"] == ["approver", "fund_manager"] and told["reminders"] == []
    said = api.good(api.post(f"/escalations/{told['id']}/remind", {"text": "Please decide"}, as_="approver"))
    assert said["reminders"] == ["Approver Khan, Approver: Please decide"]
    wanted = {"email": "verifier@office.example", "wanted": "yes"}
    assert (
        api.good(api.post("/daily-mail", wanted, as_="verifier"))
        == wanted
        == api.good(api.get("/daily-mail", as_="verifier"))
    )
