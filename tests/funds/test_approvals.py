"""Decisions: who may, in which order, on which content, and what a sanction writes."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group

from funds import approvals, budgets, disbursements
from funds.chain import signatures
from funds.models import Decision, Sanction
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.models import JournalEntry
from ledger.roles import Role
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


def test_chain_signs_in_order_and_the_last_step_sanctions(here: world.World) -> None:
    request = here.sanctioned()
    assert request.state == "sanctioned"
    assert [made.step.act for made in signatures.signatures(request)] == ["Verified", "Budget agreed", "Sanctioned"]
    assert {made.digest for made in request.decisions.all()} == {request.digest}
    assert request.sanction.number == "TEST/2025-26/001"
    lines = JournalEntry.objects.get(pk=request.sanction.entry_id).lines.order_by("position")
    assert [(line.account.code, line.side, line.amount.amount) for line in lines] == [
        ("X10", "D", Decimal(20000)),
        ("X20", "C", Decimal(20000)),
    ]


def test_sanction_numbers_have_no_gap_when_one_fails_in_between(here: world.World) -> None:
    first = here.sanctioned()
    too_much = here.at_sanction(here.draft("4999999"))
    world.give_limit(here["approver"].officer, "1000")
    with pytest.raises(NotAllowed, match="above your authority"):
        approvals.approve(disbursement=too_much.pk, by=here["approver"])
    world.give_limit(here["approver"].officer, "5000000")
    assert [first.sanction.serial, here.sanctioned().sanction.serial] == [1, 2]


def test_maker_cannot_decide_even_with_every_role(here: world.World) -> None:
    request = here.submitted()
    here["case_officer"].groups.set(Group.objects.all())
    maker = type(here["case_officer"]).objects.get(pk=here["case_officer"].pk)
    with pytest.raises(NotAllowed, match="You drafted this request"):
        approvals.approve(disbursement=request.pk, by=maker)


def test_superuser_gets_round_nothing(here: world.World) -> None:
    request = here.submitted()
    boss = here["administrator"]
    boss.is_superuser = True
    boss.save()
    with pytest.raises(NotAllowed):
        approvals.approve(disbursement=request.pk, by=boss)


def test_one_person_cannot_sign_two_steps(here: world.World) -> None:
    request = here.submitted()
    here["verifier"].groups.add(Group.objects.get(name=Role.FINANCE_OFFICER))
    approvals.approve(disbursement=request.pk, by=here["verifier"], on=world.DAY)
    again = type(here["verifier"]).objects.get(pk=here["verifier"].pk)
    with pytest.raises(NotAllowed, match="already signed"):
        approvals.approve(disbursement=request.pk, by=again)


def test_payee_cannot_decide(here: world.World) -> None:
    """Staff are no payees; but a payee may be given an account later."""
    request = here.submitted()
    payee = world.make_user("payee", here.office, Role.VERIFIER, cnic=request.lines.get().cnic)
    with pytest.raises(NotAllowed, match="You are a payee"):
        approvals.approve(disbursement=request.pk, by=payee)


def test_step_of_another_role_or_post(here: world.World) -> None:
    request = here.submitted()
    with pytest.raises(NotAllowed, match="for the verifier"):
        approvals.approve(disbursement=request.pk, by=here["finance_officer"])
    steps = ((Role.VERIFIER, "Verified", "Chief Verifier"), *world.THREE_STEPS[1:])
    world.make_rule(steps=steps, effective_from=today())
    named = disbursements.submit(disbursement=here.draft().pk, by=here["case_officer"])
    with pytest.raises(NotAllowed, match="for the Chief Verifier"):
        approvals.approve(disbursement=named.pk, by=here["verifier"])
    approvals.approve(disbursement=request.pk, by=here["verifier"])  # a running chain keeps the rule it was given


def test_another_offices_request_is_not_there(here: world.World) -> None:
    request = here.submitted()
    with pytest.raises(NotFound):
        approvals.approve(disbursement=request.pk, by=here["quetta"])


@pytest.mark.parametrize("act", [approvals.return_for_correction, approvals.reject])
def test_turning_down_needs_a_reason_the_maker_can_act_on(here: world.World, act: object) -> None:
    request = here.submitted()
    with pytest.raises(BadInput) as refused:
        act(disbursement=request.pk, by=here["verifier"], ground="because", reason="  ")
    assert set(refused.value.fields) == {"ground", "reason"}
    row = act(disbursement=request.pk, by=here["verifier"], ground="other", reason="Attach the FIR.")
    assert row.state in ("returned", "rejected")
    assert Decision.objects.get(disbursement=request).reason == "Attach the FIR."
    assert budgets.headroom(here.fund) == Decimal(10000000)


def test_returned_request_starts_a_new_chain_and_old_signatures_do_not_count(here: world.World) -> None:
    request = here.at_sanction()
    approvals.return_for_correction(disbursement=request.pk, by=here["approver"], ground="other", reason="Wrong CNIC")
    again = disbursements.submit(disbursement=request.pk, by=here["case_officer"])
    assert (again.submission, again.position) == (2, 1)
    assert signatures.signatures(again) == []
    with pytest.raises(NotAllowed, match="for the verifier"):
        approvals.approve(disbursement=request.pk, by=here["approver"])
    approvals.approve(disbursement=request.pk, by=here["verifier"])


def test_deciding_on_content_seen_before_a_change_is_refused(here: world.World) -> None:
    request = here.submitted()
    with pytest.raises(WrongState, match="changed after you opened it") as refused:
        approvals.approve(disbursement=request.pk, by=here["verifier"], seen="0" * 64)
    assert refused.value.code == "content_changed"


def test_who_opened_one_step_does_not_sign_another(here: world.World) -> None:
    """With two roles, a click meant as verification must not become the budget's agreement when a colleague was faster."""
    request = here.submitted()
    here["verifier"].groups.add(Group.objects.get(name=Role.FINANCE_OFFICER.value))
    approvals.approve(disbursement=request.pk, by=here["second_verifier"], at=1)
    with pytest.raises(WrongState, match="left the step") as refused:
        approvals.approve(disbursement=request.pk, by=here["verifier"], seen=request.digest, at=1)
    assert refused.value.code == "step_passed"
    assert approvals.approve(disbursement=request.pk, by=here["verifier"], at=2).position == 3


def test_no_sanction_beyond_the_funds_room(here: world.World) -> None:
    here.sanctioned(here.draft("4000000"))
    here.sanctioned(here.draft("4000000"))
    request = here.at_sanction(here.draft("4000000"))
    with pytest.raises(WrongState, match=r"Rs 20,00,000\.00 free") as refused:
        approvals.approve(disbursement=request.pk, by=here["approver"])
    assert refused.value.code == "insufficient"
    assert Sanction.objects.count() == 2


def test_repeated_approval_is_refused_and_changes_nothing(here: world.World) -> None:
    request = here.sanctioned()
    entries = JournalEntry.objects.count()
    with pytest.raises(WrongState):
        approvals.approve(disbursement=request.pk, by=here["approver"])
    assert JournalEntry.objects.count() == entries


def test_no_rule_covers_the_amount(here: world.World) -> None:
    world.make_rule(maximum="10000", effective_from=today())
    draft = here.draft()
    with pytest.raises(BadInput, match="No approval rule covers"):
        disbursements.submit(disbursement=draft.pk, by=here["case_officer"])
    draft.refresh_from_db()
    assert (draft.state, draft.steps.count()) == ("draft", 0)


def test_history_keeps_person_reason_and_state(here: world.World) -> None:
    request = here.sanctioned()
    states = list(request.history.order_by("history_id").values_list("state", "username", "history_change_reason"))
    assert states == [
        ("draft", "case_officer", "Drafted"),
        ("submitted", "case_officer", "Submitted under rule “All requests”"),
        ("submitted", "verifier", "Verified"),
        ("submitted", "finance_officer", "Budget agreed"),
        ("sanctioned", "approver", "Sanctioned"),
    ]
