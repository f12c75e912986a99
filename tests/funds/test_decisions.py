"""Returning to a step, recusing, and the grounds of decisions: who signs again, whose signature goes on counting."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from funds import approvals, vouchers
from funds.chain import deciders, signatures
from funds.chain.chains import current_steps, waiting_step
from funds.chain.grounds import offered
from funds.models import Decision, DecisionGround, Disbursement
from funds.requests import inbox
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.pages import as_, source, words
from tests.world import DAY, World

pytestmark = pytest.mark.django_db

WHY = {"ground": "other", "reason": "Compare the judgment once more."}


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def back_to(here: World, step: int, request: Disbursement | None = None) -> Disbursement:
    row = request or here.at_sanction()
    return approvals.return_for_correction(disbursement=row.pk, by=here["approver"], to=step, on=DAY, **WHY)


def names(request: Disbursement) -> list[str]:
    return [row.decided_by.username for row in signatures.signatures(request)]


def test_returned_to_a_step_only_those_from_there_on_sign_again(here: World) -> None:
    row = back_to(here, 2)
    assert (row.state, row.position, row.submission) == ("submitted", 2, 1)
    assert names(row) == ["verifier"]
    with pytest.raises(NotAllowed, match="already signed"):
        approvals.approve(disbursement=row.pk, by=here["verifier"])
    approvals.approve(disbursement=row.pk, by=here["finance_officer"], on=DAY)
    made = approvals.approve(disbursement=row.pk, by=here["approver"], on=DAY)
    assert made.state == "sanctioned"
    assert names(made) == ["verifier", "finance_officer", "approver"]
    assert made.decisions.count() == 5


def test_a_signature_set_aside_does_not_count_for_the_sanction(here: World) -> None:
    row = back_to(here, 1)
    assert names(row) == []
    assert signatures.standing(current_steps(row)) == {}
    approvals.approve(disbursement=row.pk, by=here["second_verifier"], on=DAY)
    assert names(row) == ["second_verifier"]
    approvals.approve(disbursement=row.pk, by=here["finance_officer"], on=DAY)
    approvals.approve(disbursement=row.pk, by=here["approver"], on=DAY)
    assert voucher_names(here, row)[1:4] == ["Second_Verifier Khan", "Finance_Officer Khan", "Approver Khan"]


def voucher_names(here: World, row: Disbursement) -> list[str]:
    made = vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=DAY)
    return [signatory["name"] for signatory in made.snapshot["signatories"]]


def test_who_signed_one_step_does_not_sign_another_after_a_return(here: World) -> None:
    """Not even where the own signature was set aside: one person stays at one step of a submission."""
    row = back_to(here, 1)
    here["second_verifier"].groups.add(*here["finance_officer"].groups.all())
    approvals.approve(disbursement=row.pk, by=here["second_verifier"], on=DAY)
    with pytest.raises(NotAllowed, match="already signed"):
        approvals.approve(disbursement=row.pk, by=here["second_verifier"], on=DAY)
    here["verifier"].groups.add(*here["finance_officer"].groups.all())
    again = type(here["verifier"]).objects.get(pk=here["verifier"].pk)
    with pytest.raises(NotAllowed, match="already signed"):
        approvals.approve(disbursement=row.pk, by=again, on=DAY)


@pytest.mark.parametrize("step", [3, 4, -1])
def test_a_return_goes_to_the_maker_or_a_step_before(here: World, step: int) -> None:
    with pytest.raises(BadInput) as refused:
        back_to(here, step)
    assert set(refused.value.fields) == {"to"}


def test_the_inbox_follows_a_return_to_a_step(here: World) -> None:
    row = here.at_sanction()
    assert not inbox.mine(here["verifier"]).exists()
    back_to(here, 1, row)
    assert inbox.mine(here["verifier"]).get() == row
    assert not inbox.mine(here["approver"]).exists()


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (approvals.return_for_correction, "returned"),
        (approvals.reject, "rejected"),
        (approvals.recuse, "recused"),
    ],
)
def test_each_turn_rests_on_a_ground_in_force(here: World, act: Callable[..., Disbursement], outcome: str) -> None:
    row = here.submitted()
    ended = DecisionGround.objects.create(
        outcome=outcome, code="old", name="Old", effective_from=DAY - timedelta(days=9), source="x",
        effective_to=DAY - timedelta(days=1),
    )  # fmt: skip
    other = DecisionGround.objects.exclude(outcome=outcome).exclude(code="other").first()
    assert other is not None
    for code in ("", "old", other.code):
        with pytest.raises(BadInput) as refused:
            act(disbursement=row.pk, by=here["verifier"], ground=code, reason="Said so", on=DAY)
        assert set(refused.value.fields) == {"ground"}
    assert ended not in offered(outcome)
    act(disbursement=row.pk, by=here["verifier"], ground="other", reason="Said so", on=DAY)
    made = Decision.objects.get()
    assert (made.outcome, made.ground.code, made.ground.outcome) == (outcome, "other", outcome)


def test_recused_the_step_waits_for_another(here: World) -> None:
    row = here.submitted()
    row = approvals.recuse(disbursement=row.pk, by=here["verifier"], on=DAY, **WHY)
    assert (row.state, row.position) == ("submitted", 1)
    assert not inbox.mine(here["verifier"]).exists()
    assert inbox.mine(here["second_verifier"]).get() == row
    with pytest.raises(NotAllowed, match="You recused yourself"):
        approvals.approve(disbursement=row.pk, by=here["verifier"], on=DAY)
    with pytest.raises(NotAllowed, match="already"):
        approvals.recuse(disbursement=row.pk, by=here["verifier"], on=DAY, **WHY)
    assert approvals.approve(disbursement=row.pk, by=here["second_verifier"], on=DAY).position == 2


def test_recusal_outlives_a_new_submission(here: World) -> None:
    row = here.submitted()
    approvals.recuse(disbursement=row.pk, by=here["verifier"], on=DAY, **WHY)
    approvals.return_for_correction(disbursement=row.pk, by=here["second_verifier"], on=DAY, **WHY)
    again = here.submitted(row)
    with pytest.raises(NotAllowed, match="You recused yourself"):
        approvals.approve(disbursement=again.pk, by=here["verifier"], on=DAY)


@pytest.mark.parametrize("role", ["case_officer", "finance_officer", "auditor", "administrator"])
def test_only_who_could_decide_the_step_recuses(here: World, role: str) -> None:
    with pytest.raises(NotAllowed):
        approvals.recuse(disbursement=here.submitted().pk, by=here[role], on=DAY, **WHY)
    assert not Decision.objects.exists()


def test_where_nobody_is_left_it_says_so_and_the_fund_manager_sees_it(here: World) -> None:
    row = here.submitted()
    client = as_(here["second_verifier"])
    approvals.recuse(disbursement=row.pk, by=here["verifier"], on=DAY, **WHY)
    assert inbox.stuck(here["fund_manager"]) == []
    sent = {
        "seen": row.digest,
        "at": "1",
        "decision": "recuse",
        "recuse-ground": "relative",
        "recuse-reason": "My aunt",
    }
    page = words(client.post(f"/requests/{row.pk}/decide", sent, follow=True))
    assert "You stand apart" in page and "Another verifier is needed" in page
    assert deciders.deciders(row, waiting_step(row)) == []
    assert f"Nobody can decide {row.number}" in words(as_(here["fund_manager"]).get("/"))
    world.make_user("third_verifier", here.office, Role.VERIFIER)
    assert inbox.stuck(here["fund_manager"]) == []


def test_recusal_is_printed_on_page_trail_and_voucher(here: World) -> None:
    row = here.submitted()
    approvals.recuse(disbursement=row.pk, by=here["verifier"], on=DAY, ground="relative", reason="The payee is my aunt")
    for role in ("second_verifier", "finance_officer", "approver"):
        row = approvals.approve(disbursement=row.pk, by=here[role], on=DAY)
    auditor = as_(here["auditor"])
    assert "The payee is my aunt" in words(auditor.get(f"/requests/{row.pk}/"))
    trail = words(auditor.get(f"/requests/{row.pk}/trail"))
    assert "Recused" in trail and "The payee is my aunt" in trail
    made = vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=DAY)
    assert made.snapshot["apart"] == ["Recused: Verifier Khan, Verifier, 26 Sep 2025 (Relative of a party)"]
    assert vouchers.verify_digest(made)


def test_the_page_returns_to_a_step(here: World) -> None:
    row = here.at_sanction()
    client = as_(here["approver"])
    page = source(client.get(f"/requests/{row.pk}/"))
    assert "2: Budget agreed, Finance_Officer Khan" in page
    sent = {"seen": row.digest, "at": "3", "decision": "return", "return-to": "2", "return-ground": "paper"}
    answer = client.post(f"/requests/{row.pk}/decide", sent)
    assert answer.status_code == 422 and 'value="2" selected' in source(answer)
    answer = client.post(f"/requests/{row.pk}/decide", sent | {"return-reason": "Look again"}, follow=True)
    assert "Returned to step 2" in words(answer)
    assert "Look again" in words(as_(here["finance_officer"]).get(f"/requests/{row.pk}/"))
    row.refresh_from_db()
    assert (row.state, row.position) == ("submitted", 2)


def test_the_page_tells_a_second_officer_who_was_faster(here: World) -> None:
    row = here.submitted()
    approvals.recuse(disbursement=row.pk, by=here["verifier"], **WHY)
    approvals.approve(disbursement=row.pk, by=here["second_verifier"])
    with pytest.raises(WrongState) as refused:
        approvals.recuse(disbursement=row.pk, by=world.make_user("third", here.office, Role.VERIFIER), at=1, **WHY)
    assert refused.value.code == "step_passed"
    assert today() >= DAY


def test_api(here: World, client: Client) -> None:
    row = here.at_sanction()
    client.force_login(here["approver"])
    url = f"/api/v1/disbursements/{row.pk}/decisions"
    sent = {"action": "return", "seen_digest": row.digest, "at": 3, "to": 1, "reason": "Look again"}
    assert client.post(url, sent, content_type="application/json").json()["fields"].keys() == {"ground"}
    answer = client.post(url, sent | {"ground": "paper"}, content_type="application/json")
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["state"], [step["decisions"] for step in body["chain"]]) == ("submitted", [[], [], []])
    made = client.get(url).json()["items"][-1]
    assert (made["outcome"], made["back_to"], made["ground"]) == ("returned", 1, "paper")
    client.force_login(here["verifier"])
    grounds = client.get("/api/v1/decision-grounds").json()
    assert {"outcome": "recused", "code": "relative", "name": "Relative of a party"} in grounds
    answer = client.post(
        url,
        {"action": "recuse", "seen_digest": row.digest, "at": 1, "ground": "relative", "reason": "My aunt"},
        content_type="application/json",
    )
    assert answer.status_code == 201 and client.get(url).json()["items"][-1]["outcome"] == "recused"
