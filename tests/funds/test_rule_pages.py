"""Pages and API of the rules of chains: propose, agree, compare, and the simulator without script."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from funds.models import ApprovalRule
from tests import world

pytestmark = pytest.mark.django_db
NEW = {
    "title": "Large diyat", "minimum": "1,00,000", "maximum": "5,00,000", "reason": "Order 7", "fund": "TEST", "kind": "diyat",
    "role_0": "verifier", "act_0": "Verified", "signatures_0": "2", "days_0": "4",
    "role_2": "approver", "act_2": "Sanctioned", "post_2": "Approver",
}  # fmt: skip


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_rule_from_proposal_to_force(here: world.World) -> None:
    manager, approver = as_(here["fund_manager"]), as_(here["approver"])
    page = words(manager.post("/rules/new", NEW, follow=True))
    assert "Proposed: version 1 of rule 2" in page and "Take it back" in page and "Agree to" not in page
    rule = ApprovalRule.objects.get(number=2)
    steps = list(rule.steps.values_list("position", "role", "act", "post", "signatures", "days"))
    assert steps == [(1, "verifier", "Verified", "", 2, 4), (2, "approver", "Sanctioned", "Approver", 1, 3)]
    assert manager.post(f"/rules/versions/{rule.pk}/agree", {}).status_code == 403
    assert "Agree to version 1" in words(approver.get("/rules/2/"))
    page = words(approver.post(f"/rules/versions/{rule.pk}/agree", {"remark": "Seen"}, follow=True))
    assert "Agreed: version 1 of rule 2" in page and "In force" in page
    assert approver.post(f"/rules/versions/{rule.pk}/agree", {}).status_code == 409


def test_slips_keep_what_was_typed_and_name_the_field(here: world.World) -> None:
    manager = as_(here["fund_manager"])
    answer = manager.post("/rules/new", NEW | {"role_2": "finance_officer", "maximum": "5"})
    page = words(answer)
    assert answer.status_code == 422 and "is less than the lower end" in page and 'value="Large diyat"' in page
    answer = manager.post("/rules/new", NEW | {"role_2": "finance_officer"})
    assert answer.status_code == 422 and "The last step sanctions" in words(answer)
    answer = manager.post("/rules/new", NEW | {"fund": "", "kind": ""})
    assert (
        answer.status_code == 409 and "overlap with rule 1" in words(answer) and 'value="Large diyat"' in words(answer)
    )


def test_versions_stand_side_by_side(here: world.World) -> None:
    manager = as_(here["fund_manager"])
    form = words(manager.get("/rules/1/versions/new"))
    assert 'value="All requests"' in form and "It stays for every fund" in form
    sent = {
        "title": "All requests",
        "minimum": "",
        "maximum": "900",
        "reason": "Order 9",
        "role_0": "approver",
        "act_0": "Sanctioned",
    }
    page = words(manager.post("/rules/1/versions/new", sent, follow=True))
    assert "Version 2" in page and "Version 1" in page and "<b>900.00</b>" in page
    assert "left out" in page
    assert manager.get("/rules/7/").status_code == 404


def test_gaps_are_shown_before_consent(here: world.World) -> None:
    manager = as_(here["fund_manager"])
    sent = {
        "title": "All",
        "minimum": "10",
        "maximum": "900",
        "reason": "Order 9",
        "role_0": "approver",
        "act_0": "Signed",
    }
    page = words(manager.post("/rules/1/versions/new", sent, follow=True))
    assert "No rule covers some amounts." in page and "TEST, diyat: Rs 0.01 to Rs 9.99" in page


def test_the_simulator_works_by_address_alone(here: world.World) -> None:
    reader = as_(here["case_officer"])
    asked = {"amount": "7,50,000", "fund": "TEST", "kind": "diyat", "office": "QTA"}
    page = words(reader.get("/rules/", asked))
    assert "Rs 7,50,000.00</b> of diyat from TEST, asked by Regional Directorate Quetta" in page
    assert "Approver Khan" in page and "limit Rs 50,00,000.00" in page and "covers Rs 7,50,000.00" in page
    assert "No rule covers this amount." in words(reader.get("/rules/", asked | {"amount": "99999999999"}))
    assert "Nobody can sign this" in words(reader.get("/rules/", asked | {"amount": "60,00,000"}))
    for bad in ({"amount": "x"}, {"fund": "NONE"}, {"on": "never"}, {"amount": ""}):
        assert reader.get("/rules/", asked | bad).status_code == 200


def test_the_api_proposes_agrees_and_simulates(here: world.World) -> None:
    manager, approver = as_(here["fund_manager"]), as_(here["approver"])
    body = {
        "title": "Fines", "maximum": "900.00", "fund": "TEST", "kind": "fine", "office": "QTA", "reason": "Order 3",
        "steps": [{"role": "approver", "act": "Sanctioned", "signatures": 2}],
    }  # fmt: skip
    made = manager.post("/api/v1/approval-rules", body, "application/json").json()
    assert (made["number"], made["version"], made["office"], made["decision"]) == (2, 1, "QTA", None)
    agreed = approver.post(f"/api/v1/approval-rules/{made['id']}/agree", {}, "application/json").json()
    assert agreed["decision"]["decided_by"] == "approver"
    rows = approver.get("/api/v1/approval-rules").json()["items"]
    assert [row["number"] for row in rows] == [1, 2]
    asked = {"amount": "5.00", "fund": "TEST", "kind": "fine", "office": "QTA"}
    found = approver.get("/api/v1/approval-rules/simulation", asked).json()
    assert (found["rule"]["number"], found["steps"][0]["signatures"], found["enough"]) == (2, 2, False)
    assert found["steps"][0]["signers"][0]["limit"] == "5000000.00"
    none = approver.get("/api/v1/approval-rules/simulation", asked | {"amount": "99999999999.00"})
    assert (none.status_code, none.json()["code"]) == (404, "no_rule")
    bad = manager.post("/api/v1/approval-rules", body | {"steps": [{"role": "ddo", "act": "x"}]}, "application/json")
    assert (bad.status_code, list(bad.json()["fields"])) == (422, ["steps.0.role"])
    again = manager.post("/api/v1/approval-rules", body | {"number": 2}, "application/json").json()
    gone = manager.post(
        f"/api/v1/approval-rules/{again['id']}/decline", {"remark": "A slip"}, "application/json"
    ).json()
    assert gone["decision"]["outcome"] == "withdrawn"
    assert len(approver.get("/api/v1/approval-rules", {"number": 2}).json()["items"]) == 2


def test_a_request_tells_its_sum_over_the_api(here: world.World) -> None:
    request = here.submitted()
    told = as_(here["verifier"]).get(f"/api/v1/disbursements/{request.pk}").json()
    assert told["added_up"] == {"rule": "All requests", "basis": "20000.00", "days": 0, "reasons": []}
