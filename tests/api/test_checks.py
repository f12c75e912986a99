"""Eligibility, means, the watch list and complaints over HTTP: the same services, the same refusals."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from beneficiaries.models import ScreeningHit, WatchListVersion
from funds import disbursements
from funds.models import Complaint, ComplaintCategory, EligibilityRule
from funds.requests.payees import Payee
from tests.api.conftest import Api
from tests.beneficiaries.lists import BILAL, FAZAL, csv, un
from tests.world import START

pytestmark = pytest.mark.once


def rule(**more: Any) -> EligibilityRule:
    values = {
        "code": "age", "title": "Of age", "condition": "age_at_least", "parameters": {"years": 18}, "when_unknown": "stop",
        "override_role": "approver", "source": "House rules", "effective_from": START,
    }  # fmt: skip
    return EligibilityRule.objects.create(**values | more)


def test_rules_findings_and_an_override(api: Api) -> None:
    row = rule()
    rule(code="later", effective_from=date(2099, 1, 1))
    rules = api.good(api.get("/eligibility-rules"))["items"]
    assert [each["code"] for each in rules] == ["age"] and rules[0]["asks"] == "The person is at least 18 years old."
    assert len(api.good(api.get("/eligibility-rules", on="2099-01-01", fund="TEST", kind="diyat"))["items"]) == 2
    request = api.here.draft()
    case = request.lines.get().case_id
    found = api.good(api.get(f"/disbursements/{request.pk}/eligibility"))["items"]
    assert [(each["verdict"], each["stops"]) for each in found] == [("not_known", True)]
    assert api.good(api.get(f"/cases/{case}/eligibility"))[0]["rule"] == "age"
    refused = api.post(f"/disbursements/{request.pk}/submit", as_="case_officer")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_eligible")
    body = {"case": case, "rule": row.pk, "reason": "Born before the register"}
    path = f"/disbursements/{request.pk}/overrides"
    assert api.post(path, body, as_="verifier").status_code == 403
    assert api.post(path, body | {"rule": row.pk + 99}, as_="approver").status_code == 422
    assert api.good(api.post(path, body, as_="approver"))["overridden_by"] == "Approver Khan"
    assert api.post(path, body, as_="approver").status_code == 409
    api.good(api.post(f"/disbursements/{request.pk}/submit", as_="case_officer"))
    found = api.good(api.get(f"/disbursements/{request.pk}/eligibility"))["items"]
    assert found[0]["override"]["reason"] == "Born before the register"


def test_answers_come_by_cases(api: Api) -> None:
    rule()
    rule(code="again")
    cases = [api.here.relief_case() for _ in range(3)]
    payees = [Payee(case=case, amount="20000", person=case.person) for case in cases]
    request = disbursements.create_draft(
        fund=api.here.fund, kind="relief_grant", title="Three", pay_to="All", payees=payees, by=api.here["case_officer"]
    )
    path = f"/disbursements/{request.pk}/eligibility"
    first = api.good(api.get(path, limit=2))
    assert [row["case_id"] for row in first["items"]] == [case.pk for case in cases[:2] for _ in range(2)]
    rest = api.good(api.get(path, limit=2, after=first["next"]))
    assert ({row["case_id"] for row in rest["items"]}, rest["next"]) == ({cases[2].pk}, None)
    assert api.get(path, limit=51).status_code == 422


def test_means(api: Api) -> None:
    person = api.here.person()
    income = {"monthly_income": "25000.00", "source": "Certificate 12"}
    made = api.good(api.post(f"/people/{person.pk}/income", income, as_="case_officer"))
    assert (made["what"], made["monthly_income"], made["province"]) == ("income", "25000.00", None)
    home = {"province": "ICT", "resident_since": "2020-01-01", "source": "Domicile"}
    assert api.good(api.post(f"/people/{person.pk}/residence", home, as_="case_officer"))["province"] == "ICT"
    assert len(api.good(api.get(f"/people/{person.pk}/means"))) == 2
    for path, body in (
        ("income", income | {"monthly_income": "-1"}),
        ("income", income | {"monthly_income": "1.005"}),
        ("income", income | {"source": ""}),
        ("income", income | {"shown_on": "2099-01-01"}),
        ("income", income | {"paper": 999}),
        ("residence", home | {"province": "XX"}),
        ("residence", home | {"resident_since": "2099-01-01"}),
        ("residence", home | {"recorded_by": 1}),
    ):
        assert api.post(f"/people/{person.pk}/{path}", body, as_="case_officer").status_code == 422, body
    assert api.post(f"/people/{person.pk}/income", income, as_="quetta").status_code == 404


def sent(api: Api, content: bytes, as_: str = "fund_manager", **more: str) -> Any:
    return api.send("/watch-lists", {"file": SimpleUploadedFile("list.xml", content)} | more, as_=as_)


def test_a_list_is_loaded_and_its_hit_judged(api: Api) -> None:
    person = api.here.person("Fazlur Rehman Sodagar", gender="M", relation="son")
    done = api.good(sent(api, un(FAZAL)))
    assert (done["new_hits"], done["version"]["entries"], done["version"]["dated"]) == (1, 2, "2025-09-01")
    assert sent(api, un(FAZAL)).status_code == 409
    assert sent(api, b"<x").status_code == 422
    assert sent(api, csv("N-1,individual,Gul Wazir,,,,,,")).status_code == 422
    assert sent(api, un(BILAL), status="x").status_code == 422
    assert sent(api, un(BILAL), as_="verifier").status_code == 403
    assert WatchListVersion.objects.count() == 1 and len(api.good(api.get("/watch-lists"))["items"]) == 1
    hit = api.good(api.get("/screening-hits", state="open"))["items"][0]
    assert (hit["person_id"], hit["entry"]["reference"], hit["judgements"]) == (person.pk, "QDi.101", [])
    path = f"/screening-hits/{hit['id']}/judgements"
    assert api.post(path, {"outcome": "perhaps", "reason": "x"}, as_="verifier").status_code == 422
    assert api.post(path, {"outcome": "cleared", "reason": ""}, as_="verifier").status_code == 422
    judged = api.good(api.post(path, {"outcome": "cleared", "reason": "Another father"}, as_="verifier"))
    assert judged["state"] == "cleared" == api.good(api.get(f"/screening-hits/{hit['id']}"))["state"]
    assert api.good(api.get("/screening-hits", state="open"))["items"] == []


def test_a_payment_that_the_list_holds_up(api: Api) -> None:
    voucher = api.here.vouchered()
    line = voucher.sanction.disbursement.lines.get()
    api.good(sent(api, un(("7", *line.payee_name.split(" ", 1), "", ""))))
    body = {"disbursement": line.disbursement_id, "line": line.pk, "number": "4711"}
    refused = api.post("/instruments", body, as_="ddo")
    assert (refused.status_code, refused.json()["code"]) == (409, "watch_list")
    assert refused.json()["fields"]["ids"] == str(ScreeningHit.objects.get(person=line.person).pk)


def test_a_complaint_from_the_first_word_to_the_reply(api: Api) -> None:
    ComplaintCategory.objects.create(code="delay", name="Delay", days=21, effective_from=START, source="House rules")
    assert api.good(api.get("/complaint-categories"))["items"][0]["days"] == 21
    body = {"category": "delay", "channel": "letter", "text": "No answer", "phone": "0300 1234567"}
    made = api.good(api.post("/complaints", body, as_="case_officer", key="c1"))
    assert api.good(api.post("/complaints", body, as_="case_officer", key="c1")) == made
    assert (made["state"], made["complainant"], made["phone"]) == ("registered", "", "0300 ****567")
    path = f"/complaints/{made['id']}"
    officer = api.user("finance_officer").pk
    assert api.post(f"{path}/assign", {"officer": 0, "text": "x"}, as_="verifier").status_code == 422
    assert (
        api.good(api.post(f"{path}/assign", {"officer": officer, "text": "Look"}, as_="verifier"))["state"]
        == "assigned"
    )
    api.good(api.post(f"{path}/notes", {"text": "Called"}, as_="case_officer"))
    answered = api.good(api.post(f"{path}/reply", {"outcome": "upheld", "text": "Late"}, as_="finance_officer"))
    assert answered["state"] == "replied" and [step["act"] for step in answered["steps"]] == [
        "assigned",
        "noted",
        "replied",
    ]
    assert api.good(api.get("/complaints", part="answered"))["items"] == [answered]
    assert api.good(api.post(f"{path}/reopen", {"text": "Not so"}, as_="verifier"))["state"] == "reopened"
    assert api.get(path, as_="quetta").status_code == 404
    for more in (
        {"category": "x"},
        {"channel": "x"},
        {"text": ""},
        {"status": "replied"},
        {"received_on": "2099-01-01"},
    ):
        assert api.post("/complaints", body | more, as_="case_officer").status_code == 422, more
    assert Complaint.objects.count() == 1
