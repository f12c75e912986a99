"""Committees and meetings as people and programs meet them: pages, papers, API and the command."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from beneficiaries.models import Limit
from funds.committee import agendas
from funds.models import CommitteeVersion, Decision, Disbursement, Meeting, Minutes, RuleStep
from funds.paperwork import minutes_paper
from tests import world
from tests.funds import committee_world
from tests.funds.committee_world import CODE, NAMES, Sitting, sitting
from tests.funds.pages import as_, hidden, source, words
from tests.funds.papers.reading import whole_text as text_of
from tests.funds.test_committees import REJECTED
from tests.world import DAY, PASSWORD

__all__ = ["sitting"]
pytestmark = pytest.mark.django_db


def state(row: Disbursement) -> str:
    return Disbursement.objects.get(pk=row.pk).state


def test_the_whole_path_on_pages(sitting: Sitting) -> None:
    row, other = sitting.waiting(), sitting.waiting()
    page = as_(sitting.writer)
    assert "2 requests wait for the Relief Committee and are on no agenda" in words(page.get("/"))
    assert "no meeting called yet" in words(as_(sitting.here["case_officer"]).get(row.get_absolute_url()))
    answer = page.post(
        f"/committees/{CODE}/meetings/new",
        {"day": DAY.isoformat(), "place": "Room 3, 11 am", "requests": [str(row.pk)]},
    )
    assert answer.status_code == 303, words(answer)
    meeting = Meeting.objects.get()
    assert "on the agenda of 26 Sep" in words(as_(sitting.here["case_officer"]).get(row.get_absolute_url()))
    assert "Minutes to write: Relief Committee" in words(page.get("/"))
    address = f"/meetings/{meeting.pk}/"
    assert page.post(f"{address}agenda", {"requests": [str(other.pk)]}).status_code == 303
    assert page.post(f"{address}agenda", {}).status_code == 422
    sent = {
        "held_on": DAY.isoformat(), "place": "", "present": [*NAMES, "secretary_of"],
        "outcome_1": "approved", "outcome_2": "rejected", "ground_2": "other", "reason_2": "No such person",
        "recused_1": [NAMES[3]], "recusal_ground_1": "other", "recusal_reason_1": "A neighbour",
    }  # fmt: skip
    assert "1. Relief grant" in words(page.get(f"{address}minutes"))
    refused = page.post(f"{address}minutes", {key: value for key, value in sent.items() if key != "ground_2"})
    assert refused.status_code == 422 and "Choose the ground" in words(refused)
    assert page.post(f"{address}minutes", sent).status_code == 303
    for number, member in enumerate(sitting.members[:3], 1):
        window = as_(member)
        assert "Minutes to sign: Relief Committee" in words(window.get("/"))
        seen = hidden(source(window.get(address)))["seen"][0]
        assert window.post(f"{address}sign", {"seen": seen}).status_code == 303, number
    assert (state(row), state(other)) == ("sanctioned", "rejected")
    shown = words(page.get(address))
    assert f"Minutes no. {CODE}/2025-26/M-001" in shown and "Carried out; 3 members count" in shown
    assert "Fourth_Of Khan took no part" in shown
    trail = words(as_(sitting.here["auditor"]).get(f"{row.get_absolute_url()}trail"))
    assert f"Relief Committee, minutes no. {CODE}/2025-26/M-001 of 26 Sep 2025" in trail


def test_refusals_on_pages(sitting: Sitting) -> None:
    sitting.waiting()
    meeting = sitting.meeting()
    address, chair = f"/meetings/{meeting.pk}/", as_(sitting.members[0])
    assert as_(sitting.here["approver"]).get(f"/committees/{CODE}/meetings/new").status_code == 403
    assert chair.get(f"{address}minutes").status_code == 403
    assert chair.post(f"{address}sign", {"seen": "x"}).status_code == 409  # no minutes yet
    assert chair.get(f"{address}minutes.pdf").status_code == 404
    sitting.held(meeting)
    assert chair.post(f"{address}sign", {"seen": "x"}).status_code == 409
    assert as_(sitting.here["approver"]).post(f"{address}sign", {"seen": "x"}).status_code == 403
    assert as_(sitting.here["quetta"]).get(address).status_code == 404
    page = as_(sitting.writer)
    assert page.post(f"{address}call-off", {}).status_code == 422
    assert page.post(f"{address}call-off", {"off-reason": "No quorum"}).status_code == 303
    assert "Called off" in words(page.get(address))
    assert page.get(f"{address}minutes").status_code == 409
    assert page.post(f"{address}carry-out").status_code == 409


def test_a_large_sanction_asks_each_signatory_for_the_password(sitting: Sitting) -> None:
    Limit.objects.create(code="password_above_amount", value=10000, effective_from=world.START, source="House rules")
    row = sitting.waiting()
    meeting = sitting.meeting()
    sitting.held(meeting)
    address = f"/meetings/{meeting.pk}/"
    for member in sitting.members[:3]:
        page = as_(member)
        seen = hidden(source(page.get(address)))["seen"][0]
        assert page.post(f"{address}sign", {"seen": seen}).status_code == 422
        assert page.post(f"{address}sign", {"seen": seen, "password": "wrong"}).status_code == 422
        assert page.post(f"{address}sign", {"seen": seen, "password": PASSWORD}).status_code == 303
    assert state(row) == "sanctioned"


def test_a_committee_is_proposed_and_agreed_to_on_pages(sitting: Sitting) -> None:
    manager, second = as_(sitting.here["fund_manager"]), as_(sitting.here["approver"])
    sent = {
        "code": "LEGAL", "name": "Legal Aid Committee", "office": "MOHR", "quorum": "2", "limit": "1,00,000",
        "effective_from": "", "reason": "Notification 9", "officer_0": NAMES[0], "part_0": "chair",
        "officer_1": NAMES[1], "part_1": "member", "officer_3": "secretary_of", "part_3": "secretary",
    }  # fmt: skip
    assert manager.get("/committees/new").status_code == 200
    refused = manager.post("/committees/new", sent | {"part_1": "chair"})
    assert refused.status_code == 422 and "one chair" in words(refused)
    stranger = manager.post("/committees/new", sent | {"officer_3": "verifier", "part_3": "secretary_votes"})
    assert stranger.status_code == 422 and "is no approver" in words(stranger)
    assert manager.post("/committees/new", sent).status_code == 303
    row = CommitteeVersion.objects.get(committee__code="LEGAL")
    assert "Committee “Legal Aid Committee”, version 1" in words(second.get("/"))
    assert manager.post(f"/committees/versions/{row.pk}/agree").status_code == 403
    assert second.post(f"/committees/versions/{row.pk}/agree", {"remark": "Seen"}).status_code == 303
    assert second.post(f"/committees/versions/{row.pk}/agree").status_code == 409
    shown = words(manager.get("/committees/LEGAL/"))
    assert "quorum 2 · up to Rs 1,00,000.00" in shown
    change = manager.get("/committees/LEGAL/versions/new")
    assert change.status_code == 200 and 'value="2"' in source(change)
    assert manager.post("/committees/LEGAL/versions/new", sent | {"quorum": "3"}).status_code == 422
    assert manager.post("/committees/LEGAL/versions/new", sent | {"reason": "Order 10"}).status_code == 303
    last = CommitteeVersion.objects.latest("pk")
    assert manager.post(f"/committees/versions/{last.pk}/decline", {"remark": "A slip"}).status_code == 303
    assert "Legal Aid Committee" in words(manager.get("/committees/"))
    assert manager.get("/committees/NONE/").status_code == 404


def test_a_rule_names_a_committee_on_its_page_and_over_the_api(sitting: Sitting) -> None:
    manager = as_(sitting.here["fund_manager"])
    sent = {
        "title": "Small grants", "minimum": "", "maximum": "5000", "effective_from": "", "effective_to": "",
        "reason": "Order 11", "fund": "TEST", "kind": "fine", "office": "",
        "role_0": "verifier", "act_0": "Verified", "role_1": "approver", "act_1": "Sanctioned", "committee_1": CODE,
    }  # fmt: skip
    above = manager.post("/rules/new", sent | {"maximum": "5000001"})
    assert above.status_code == 422 and "may sanction Rs 50,00,000.00" in words(above)
    wrong = manager.post("/rules/new", sent | {"post_1": "Approver"})
    assert wrong.status_code == 422 and "decides by its quorum" in words(wrong)
    assert manager.post("/rules/new", sent).status_code == 303
    step = RuleStep.objects.latest("pk")
    assert step.committee == sitting.committee
    assert "Relief Committee" in words(manager.get(f"/rules/{step.rule.number}/"))
    asked = "/rules/?amount=20000&fund=TEST&kind=relief_grant&office=MOHR&on=2025-09-26"
    assert "3 different people, the quorum" in words(manager.get(asked))
    shown = manager.get("/api/v1/approval-rules/simulation?amount=20000&fund=TEST&kind=relief_grant&office=MOHR").json()
    assert (shown["steps"][-1]["committee"], len(shown["steps"][-1]["signers"])) == (CODE, 4)
    body = {
        "title": "Other", "maximum": "100.00", "reason": "Order 12", "fund": "TEST", "kind": "bail_deposit",
        "steps": [{"role": "approver", "act": "Sanctioned", "committee": CODE}],
    }  # fmt: skip
    made = posted(manager, "/approval-rules", body)
    assert made.status_code == 201 and made.json()["steps"][0]["committee"] == CODE
    body["steps"] = [{"role": "approver", "act": "Sanctioned", "committee": "NONE"}]
    assert posted(manager, "/approval-rules", body).json()["fields"] == {
        "steps.0.committee": "There is no committee NONE."
    }


def posted(page: Client, path: str, body: Any, **headers: str) -> Any:
    return page.post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


def test_the_whole_path_over_the_api(sitting: Sitting) -> None:
    row, other = sitting.waiting(), sitting.waiting()
    page = as_(sitting.writer)
    waiting = page.get(f"/api/v1/committees/{CODE}/waiting").json()
    assert [each["id"] for each in waiting["items"]] == [row.pk, other.pk]
    called = posted(page, f"/committees/{CODE}/meetings", {"day": "2025-09-26", "place": "Room", "requests": [row.pk]})
    assert called.status_code == 201, called.json()
    key = called.json()["id"]
    added = posted(page, f"/meetings/{key}/agenda", {"requests": [other.pk]})
    assert [each["outcome"] for each in added.json()["items"]] == [None, None]
    items = [
        {"disbursement": row.pk, "outcome": "approved"},
        {"disbursement": other.pk} | REJECTED | {"ground": ""},
    ]
    body = {"held_on": "2025-09-26", "present": list(NAMES), "items": items}
    refused = posted(page, f"/meetings/{key}/minutes", body)
    assert refused.status_code == 422 and list(refused.json()["fields"]) == ["items.1.ground"]
    items[1]["ground"] = "other"
    written = posted(page, f"/meetings/{key}/minutes", body, **{"Idempotency-Key": "once"})
    assert (written.status_code, written.json()["minutes"]) == (201, 1)
    again = posted(page, f"/meetings/{key}/minutes", body, **{"Idempotency-Key": "once"})
    assert again.json() == written.json() and Minutes.objects.count() == 1
    seen = {"seen": written.json()["digest"], "on": "2025-09-26"}
    for member in sitting.members[:3]:
        signed = posted(as_(member), f"/meetings/{key}/sign", seen)
        assert signed.status_code == 200, signed.json()
    assert (signed.json()["state"], signed.json()["number"]) == ("adopted", f"{CODE}/2025-26/M-001")
    assert [each["carried_out"] for each in signed.json()["items"]] == [True, True]
    repeated = posted(as_(sitting.members[0]), f"/meetings/{key}/sign", seen)
    assert (repeated.status_code, repeated.json()["code"]) == (409, "already_signed")
    nothing = posted(page, f"/meetings/{key}/carry-out", {})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_left")
    late = posted(page, f"/meetings/{key}/call-off", {"reason": "Late"})
    assert late.status_code == 409
    chain = page.get(f"/api/v1/disbursements/{row.pk}").json()["chain"]
    assert chain[2]["committee"] == CODE and chain[2]["decisions"][0]["minutes_item"]
    listed = page.get(f"/api/v1/meetings?committee={CODE}").json()["items"]
    assert [(each["id"], each["state"]) for each in listed] == [(key, "adopted")]


def test_committees_over_the_api(sitting: Sitting) -> None:
    manager, second = as_(sitting.here["fund_manager"]), as_(sitting.here["approver"])
    members = [
        {"username": NAMES[0], "part": "chair"},
        {"username": NAMES[1]},
        {"username": NAMES[2], "part": "secretary"},
    ]
    body = {"code": "LEGAL", "name": "Legal Aid", "office": "MOHR", "quorum": 2, "members": members, "reason": "Order"}
    made = posted(manager, "/committees", body)
    assert (made.status_code, made.json()["limit"], made.json()["decision"]) == (201, None, None)
    key = made.json()["id"]
    assert posted(manager, f"/committees/versions/{key}/agree", {}).status_code == 403
    assert posted(second, f"/committees/versions/{key}/agree", {}).json()["decision"]["outcome"] == "agreed"
    version = {name: body[name] for name in ("quorum", "members", "reason")} | {"limit": "500.00"}
    again = posted(manager, "/committees/LEGAL/versions", version)
    assert (again.json()["version"], again.json()["limit"]) == (2, "500.00")
    assert posted(manager, f"/committees/versions/{again.json()['id']}/decline", {"remark": "No"}).status_code == 200
    assert len(second.get("/api/v1/committees?committee=LEGAL").json()["items"]) == 2
    assert posted(manager, "/committees", body).json()["code"] == "code_taken"


def test_the_papers(sitting: Sitting, tmp_path: Path) -> None:
    row, other = sitting.waiting(), sitting.waiting()
    meeting = sitting.meeting()
    agenda = text_of(as_(sitting.members[0]).get(f"/meetings/{meeting.pk}/agenda.pdf").content)
    assert "AGENDA" in agenda and row.number in agenda and "Asked for in all" in agenda
    apart = {"recused": [NAMES[3]], "recusal_ground": "other", "recusal_reason": "A neighbour"}
    sitting.held(meeting, item_1={"outcome": "approved"} | apart, item_2=REJECTED | {"reason": "کوئی ایسا شخص نہیں"})
    draft = text_of(as_(sitting.members[0]).get(f"/meetings/{meeting.pk}/minutes.pdf").content)
    assert "DRAFT 1, NOT ADOPTED" in draft and "not signed yet" in draft
    sitting.signed(meeting)
    content = as_(sitting.members[0]).get(f"/meetings/{meeting.pk}/minutes.pdf").content
    text = " ".join(text_of(content).split())
    assert f"{CODE}/2025-26/M-001" in text and "DRAFT" not in text
    line = row.lines.get()
    assert line.payee_name in text and line.cnic not in text and f"{line.cnic[:5]}-*****" in text
    for said in (
        "Rupees Twenty Thousand Only", "Fourth_Of Khan took no part", "Approved: 1", "Rejected: 1", "no vote",
        "letters that our papers have no type for", f"signed {Minutes.objects.get().signatures.first().recorded_at:%-d %b %Y}",
    ):  # fmt: skip
        assert said in text, said
    assert "Absent" not in text
    assert minutes_paper.minutes(agendas.sheet(meeting)) == content  # the same every time
    out = tmp_path / "minutes.pdf"
    call_command("minutes", f"{CODE}/2025-26/M-001", "--out", str(out))
    assert out.read_bytes() == content
    assert other.number in text


def test_the_sanctioned_request_says_its_minutes(sitting: Sitting) -> None:
    row = committee_world.sanctioned(sitting)
    shown = words(as_(sitting.here["case_officer"]).get(row.get_absolute_url()))
    assert f"minutes no. {CODE}/2025-26/M-001 of 26 Sep 2025, 3 members" in shown
    order = text_of(as_(sitting.here["case_officer"]).get(f"/sanctions/{row.sanction.number}/paper").content)
    assert "on the decision of the committee (minutes no." in " ".join(order.split())
    assert Decision.objects.filter(minutes_item__isnull=False).count() == 3
