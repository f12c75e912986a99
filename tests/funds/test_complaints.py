"""Complaints and appeals: registered as received, looked into by somebody whom they are not about, answered, opened again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from funds import approvals, complaints
from funds.models import Complaint, ComplaintCategory, ComplaintStep, Decision
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.pages import as_, words
from tests.world import DAY, START, World

pytestmark = pytest.mark.once


@pytest.fixture
def here(small_world: World) -> World:
    for code, days, appeal in (("delay", 21, False), ("conduct", 30, False), ("appeal", 30, True)):
        ComplaintCategory.objects.create(
            code=code, name=code.title(), days=days, appeal=appeal, effective_from=START, source="House rules"
        )
    return small_world


def told(here: World, by: str = "case_officer", **more: Any) -> Complaint:
    values: dict[str, Any] = {"category": "delay", "channel": "letter", "text": "No answer for a year"}
    return complaints.register(**values | more, by=here[by])


def assigned(here: World, row: Complaint, to: str = "finance_officer", by: str = "verifier") -> ComplaintStep:
    return complaints.assign(complaint=row.pk, officer=here[to].pk, text="Look into it", by=here[by])


def seen(here: World, row: Complaint, by: str = "auditor") -> Any:
    return complaints.visible_complaints(here[by]).get(pk=row.pk)


def test_it_is_registered_as_received_with_a_day_due(here: World) -> None:
    case = here.relief_case()
    row = told(here, case=case.pk, complainant="Rabia Bano", phone="0300 1234567", received_on=DAY)
    assert row.number == "C-MOHR-2025-0001" and row.due_on == DAY + timedelta(days=21)
    assert (row.case, row.phone, row.complainant) == (case, "03001234567", "Rabia Bano")
    assert told(here, received_on=DAY).number == "C-MOHR-2025-0002"
    assert complaints.state_of(seen(here, row)) == "registered" and complaints.days_late(seen(here, row)) > 0


def test_it_may_be_anonymous_and_on_no_case(here: World) -> None:
    row = told(here)
    assert (row.complainant, row.phone, row.case, row.received_on) == ("", "", None, today())


BAD = [
    ({"category": "novel"}, "category"),
    ({"category": ""}, "category"),
    ({"channel": "pigeon"}, "channel"),
    ({"text": ""}, "text"),
    ({"text": "\u202etxet"}, "text"),
    ({"text": "x" * 4001}, "text"),
    ({"phone": "12"}, "phone"),
    ({"complainant": "123"}, "complainant"),
    ({"about_officer": 999_999}, "about_officer"),
    ({"received_on": date(2099, 1, 1)}, "received_on"),
    ({"received_on": date(2001, 1, 1)}, "category"),
    ({"category": "appeal"}, "decision"),
]


@pytest.mark.parametrize(("more", "field"), BAD)
def test_bad_values_are_named(here: World, more: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        told(here, **more)
    assert list(refused.value.fields) == [field] and not Complaint.objects.exists()


def test_a_case_of_another_office_is_not_there(here: World) -> None:
    case = here.relief_case()
    with pytest.raises(NotFound):
        told(here, "quetta", case=case.pk)


def test_it_goes_from_assigned_to_answered_and_may_be_opened_again(here: World) -> None:
    row = told(here)
    with pytest.raises(WrongState, match="assigned to nobody"):
        complaints.reply(complaint=row.pk, outcome="upheld", text="Sorry", by=here["finance_officer"])
    assigned(here, row)
    complaints.note(complaint=row.pk, text="Called the bank", by=here["finance_officer"])
    with pytest.raises(NotAllowed, match="somebody else"):
        complaints.reply(complaint=row.pk, outcome="upheld", text="Sorry", by=here["approver"])
    with pytest.raises(BadInput):
        complaints.reply(complaint=row.pk, outcome="perhaps", text="Sorry", by=here["finance_officer"])
    complaints.reply(complaint=row.pk, outcome="upheld", text="Paid on 3 June", by=here["finance_officer"])
    now = seen(here, row)
    assert (complaints.state_of(now), now.outcome, complaints.days_late(now)) == ("replied", "upheld", 0)
    with pytest.raises(WrongState, match="answered"):
        assigned(here, row)
    complaints.reopen(complaint=row.pk, text="Not received after all", by=here["verifier"])
    with pytest.raises(WrongState):
        complaints.reopen(complaint=row.pk, text="Once more", by=here["verifier"])
    assigned(here, row, "approver")
    complaints.reply(complaint=row.pk, outcome="partly", text="Sent anew", by=here["approver"])
    acts = ["assigned", "noted", "replied", "reopened", "assigned", "replied"]
    assert list(row.steps.values_list("act", flat=True)) == acts


def test_whom_it_is_about_neither_sees_it_nor_looks_into_it(here: World) -> None:
    officer = here["finance_officer"]
    row = told(here, category="conduct", about_officer=officer.pk)
    assert not complaints.visible_complaints(officer).exists()
    with pytest.raises(NotFound):
        complaints.note(complaint=row.pk, text="It was not me", by=officer)
    with pytest.raises(BadInput, match="does not look into it"):
        assigned(here, row)
    client = as_(officer)
    assert client.get(row.get_absolute_url()).status_code == 404
    assert row.number not in words(client.get(reverse("complaint_list")))
    with pytest.raises(NotAllowed, match="about yourself"):
        told(here, about_officer=here["case_officer"].pk)
    row = told(here)
    row.pk, row.number, row.about_officer = None, "C-MOHR-2025-9999", row.registered_by
    refuses("23514", row.save)


def test_numbers_go_on_beyond_four_digits(here: World) -> None:
    row = told(here, received_on=DAY)
    row.pk, row.number = None, "C-MOHR-2025-9999"
    row.save()
    assert [told(here, received_on=DAY).number[-5:] for _ in range(2)] == ["10000", "10001"]


def test_only_officers_in_charge_are_given_it(here: World) -> None:
    row = told(here)
    for name in ("auditor", "administrator", "reconciler", "quetta"):
        with pytest.raises(BadInput):
            assigned(here, row, name)
    for name in ("case_officer", "finance_officer", "ddo", "auditor"):
        with pytest.raises(NotAllowed):
            assigned(here, row, "approver", by=name)


@pytest.mark.parametrize("role", [role.value for role in complaints.HANDLERS])
def test_the_first_page_of_whoever_answers_tells_of_it(here: World, role: str) -> None:
    assigned(here, told(here), role, "approver" if role == "verifier" else "verifier")
    assert "1 complaint for you to answer" in words(as_(here[role]).get("/"))


def rejected(here: World) -> Decision:
    request = here.submitted()
    approvals.reject(disbursement=request.pk, by=here["verifier"], ground="other", reason="No such FIR", on=DAY)
    return Decision.objects.get()


def test_an_appeal_names_the_rejection_and_goes_to_somebody_else(here: World) -> None:
    decision = rejected(here)
    row = told(here, category="appeal", decision=decision.pk)
    assert (row.decision, row.case) == (decision, decision.disbursement.lines.get().case)
    with pytest.raises(NotAllowed, match="You took the decision"):
        assigned(here, row, "approver", by="verifier")
    with pytest.raises(BadInput):
        assigned(here, row, "verifier", by="approver")
    assigned(here, row, "approver", by="second_verifier")
    page = words(as_(here["approver"]).get(row.get_absolute_url()))
    assert "rejected" in page and "Answer it" in page
    with pytest.raises(BadInput, match="no appeal"):
        told(here, decision=decision.pk)


def test_a_reduced_sanction_may_be_appealed_and_a_full_one_not(here: World) -> None:
    here.sanctioned(here.draft("20000"))
    assert not complaints.appealable(here["case_officer"]).exists()
    less = here.sanctioned(here.draft("15000"))
    found = complaints.appealable(here["case_officer"]).get()
    assert found.disbursement == less and found.step.last
    assert told(here, category="appeal", decision=found.pk).decision == found


def test_a_decision_of_another_office_is_not_there(here: World) -> None:
    decision = rejected(here)
    with pytest.raises(NotFound):
        told(here, "quetta", category="appeal", decision=decision.pk)


def test_lists_are_by_office_and_part(here: World) -> None:
    late, mine = told(here, received_on=DAY), told(here)
    theirs = told(here, "quetta")
    assigned(here, mine)
    officer = here["finance_officer"]
    rows = complaints.visible_complaints(officer)
    assert list(complaints.parted(rows, "open", by=officer)) == [late, mine, theirs]
    assert list(complaints.parted(rows, "overdue", by=officer)) == [late]
    assert list(complaints.parted(rows, "mine", by=officer)) == [mine]
    complaints.reply(complaint=mine.pk, outcome="upheld", text="Done", by=officer)
    assert list(complaints.parted(rows, "answered", by=officer)) == [mine]
    verifier = world.make_user("quetta_verifier", here.quetta_office, Role.VERIFIER)
    assert list(complaints.visible_complaints(verifier)) == [theirs]
    assert as_(verifier).get(late.get_absolute_url()).status_code == 404


def test_the_pages_lead_through(here: World) -> None:
    case = here.relief_case()
    client = as_(here["case_officer"])
    url = f"{reverse('complaint_new')}?case={case.pk}"
    assert url in client.get(case.get_absolute_url()).content.decode()
    assert client.post(url, {"category": "delay"}).status_code == 422
    answer = client.post(url, {"category": "delay", "channel": "visit", "text": "No answer <b>since</b> May"})
    row = Complaint.objects.get()
    assert (answer.status_code, answer["Location"], row.case) == (303, row.get_absolute_url(), case)
    page = client.get(row.get_absolute_url())
    assert "&lt;b&gt;since" in page.content.decode() and "Answer it" not in words(page)
    boss = as_(here["verifier"])
    assert boss.post(reverse("complaint_assign", args=[row.pk]), {"assigned-text": "x"}).status_code == 422
    sent = {"assigned-officer": here["approver"].pk, "assigned-text": "Look into it"}
    assert boss.post(reverse("complaint_assign", args=[row.pk]), sent).status_code == 303
    reply = {"replied-outcome": "upheld", "replied-text": "It was late"}
    assert boss.post(reverse("complaint_reply", args=[row.pk]), reply).status_code == 403
    assert as_(here["approver"]).post(reverse("complaint_reply", args=[row.pk]), reply).status_code == 303
    assert "Upheld" in words(client.get(row.get_absolute_url()))
    assert row.number in words(client.get(case.get_absolute_url()))
    for junk in ("x", "0", "99999999999999999999"):
        assert client.get(f"{reverse('complaint_new')}?case={junk}").status_code in (200, 404)


# What the database keeps by itself.


def step(here: World, row: Complaint, act: str, by: str, **more: Any) -> Any:
    values = {"text": "x", "taken_on": today(), "taken_by": here[by]} | more
    return lambda: ComplaintStep.objects.create(complaint=row, act=act, **values)


def refuses(state: str, call: Any) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        call()
    assert error.value.__cause__.pgcode == state


def test_the_database_keeps_whom_it_is_about_away(here: World) -> None:
    row = told(here, about_officer=here["approver"].pk)
    refuses("23F29", step(here, row, "noted", "approver"))
    refuses("23F29", step(here, row, "assigned", "verifier", assigned_to=here["approver"]))
    appeal = told(here, category="appeal", decision=rejected(here).pk)
    refuses("23F29", step(here, appeal, "noted", "verifier"))
    refuses("23F29", step(here, appeal, "assigned", "approver", assigned_to=here["verifier"]))


def test_the_database_keeps_the_order_of_steps(here: World) -> None:
    row = told(here)
    refuses("23F29", step(here, row, "reopened", "verifier"))
    refuses("23F29", step(here, row, "replied", "verifier", outcome="upheld"))
    assigned(here, row)
    refuses("23F29", step(here, row, "replied", "verifier", outcome="upheld"))
    step(here, row, "replied", "finance_officer", outcome="upheld")()
    refuses("23F29", step(here, row, "assigned", "verifier", assigned_to=here["approver"]))
    refuses("23F29", step(here, row, "replied", "finance_officer", outcome="partly"))
    step(here, row, "reopened", "verifier")()
    refuses("23F29", step(here, row, "replied", "finance_officer", outcome="partly"))
    refuses("23514", step(here, row, "noted", "verifier", text=""))
    refuses("23514", step(here, row, "noted", "verifier", outcome="upheld"))
    refuses("23514", step(here, row, "assigned", "verifier"))
