"""Two officers press at once: one effect, the other a clear refusal. The controls show the race without the lock."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from beneficiaries import documents
from funds import approvals, disbursements
from funds.models import ChainVoid, Decision, Disbursement
from ledger.roles import Role
from tests import world
from tests.funds.test_races import together
from tests.world import DAY, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

WHY = {"ground": "other", "reason": "Look again"}
ACTS: dict[str, Callable[..., object]] = {
    "approve": approvals.approve,
    "back": lambda **given: approvals.return_for_correction(**given, to=1, **WHY),
    "return": lambda **given: approvals.return_for_correction(**given, **WHY),
    "reject": lambda **given: approvals.reject(**given, **WHY),
}
ENDS = {"approve": ("submitted", 3), "back": ("submitted", 1), "return": ("returned", 2), "reject": ("rejected", 2)}


def at_finance(here: World) -> tuple[Disbursement, Any]:
    """A request at its second step, and another officer for that step."""
    row = here.submitted()
    approvals.approve(disbursement=row.pk, by=here["verifier"], on=DAY)
    return row, world.make_user("finance_2", here.office, Role.FINANCE_OFFICER)


@pytest.mark.parametrize("second", ["back", "return", "reject"])
def test_two_decisions_at_once_have_one_effect(second: str) -> None:
    here = world.build()
    row, other = at_finance(here)
    outcomes = together(
        [
            lambda: approvals.approve(disbursement=row.pk, by=here["finance_officer"], at=2),
            lambda: ACTS[second](disbursement=row.pk, by=other, at=2),
        ]
    )
    row.refresh_from_db()
    assert outcomes["done"] == 1, outcomes
    assert set(outcomes) - {"done"} <= {"step_passed", "wrong_state", "not_allowed"}
    made = Decision.objects.filter(step__position=2).get()
    name = second if made.outcome != "approved" else "approve"
    assert (row.state, row.position) == ENDS[name]


def test_a_recusal_beside_a_decision_leaves_both_or_one() -> None:
    """They do not exclude each other: the recusal is of the officer, the decision of a colleague."""
    here = world.build()
    row, other = at_finance(here)
    outcomes = together(
        [
            lambda: approvals.recuse(disbursement=row.pk, by=other, at=2, **WHY),
            lambda: approvals.approve(disbursement=row.pk, by=here["finance_officer"], at=2),
        ]
    )
    assert outcomes in ({"done": 2}, {"done": 1, "step_passed": 1})
    assert Decision.objects.filter(step__position=2, outcome="approved").count() == 1


def test_one_officer_recuses_once_however_often_they_press() -> None:
    here = world.build()
    row = here.submitted()
    press = lambda: approvals.recuse(disbursement=row.pk, by=here["verifier"], **WHY)  # noqa: E731
    assert together([press] * 6) == {"done": 1, "not_allowed": 5}


def test_control_without_the_requests_lock_one_recuses_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world.build()
    row = here.submitted()
    read = threading.Barrier(2)

    def unlocked(pk: int, *, by: Any) -> Disbursement:
        return disbursements.get_disbursement(pk, by=by)

    def why(*args: Any, **given: Any) -> dict[str, Any]:
        found = true_why(*args, **given)
        read.wait(60)  # both have asked whether they recused already
        return found

    true_why = approvals._why
    monkeypatch.setattr(approvals, "lock_disbursement", unlocked)
    monkeypatch.setattr(approvals, "_why", why)
    press = lambda: approvals.recuse(disbursement=row.pk, by=here["verifier"], **WHY)  # noqa: E731
    assert together([press] * 2) == {"done": 2}
    assert Decision.objects.filter(outcome="recused").count() == 2


def test_a_withdrawal_beside_a_signature_leaves_no_signature_on_what_is_gone() -> None:
    here = world.build()
    for _ in range(5):
        row = here.submitted()
        paper = row.lines.get().case.papers.get()
        outcomes = together(
            [
                lambda paper=paper: documents.withdraw(paper=paper.pk, by=here["case_officer"], reason="Another's"),
                lambda row=row: approvals.approve(disbursement=row.pk, by=here["verifier"], at=1),
            ]
        )
        row.refresh_from_db()
        assert row.state == "returned" and ChainVoid.objects.filter(disbursement=row).count() == 1
        assert outcomes in ({"done": 2}, {"done": 1, "wrong_state": 1})


def test_a_withdrawal_beside_a_submission_binds_no_paper_that_is_gone() -> None:
    here = world.build()
    for _ in range(5):
        draft = here.draft()
        paper = draft.lines.get().case.papers.get()
        together(
            [
                lambda paper=paper: documents.withdraw(paper=paper.pk, by=here["case_officer"], reason="Another's"),
                lambda draft=draft: disbursements.submit(disbursement=draft.pk, by=here["case_officer"]),
            ]
        )
        draft.refresh_from_db()
        assert draft.state in ("draft", "returned")
    connection.close()


def test_two_officers_press_at_once_and_the_second_is_told_who_was_faster() -> None:
    """By page, each on the request as it was shown to both: one decision, and 409 with the words."""
    here = world.build()
    row = here.submitted()
    sent = {"seen": row.digest, "at": "1", "decision": "approve", "approve-read": "on", "approve-remarks": "Compared"}
    told: dict[int, str] = {}

    def press(client: Client) -> None:
        answer = client.post(f"/requests/{row.pk}/decide", sent)
        told[answer.status_code] = answer.content.decode()

    clients = [Client(), Client()]
    for client, name in zip(clients, ("verifier", "second_verifier"), strict=True):
        client.force_login(here[name])
    together([lambda client=client: press(client) for client in clients])
    assert set(told) == {303, 409}
    assert "agreed to this request" in told[409] and "before you pressed the button" in told[409]
    assert "Compared" in told[409]  # the remarks are kept
    assert Decision.objects.filter(disbursement=row).count() == 1


def test_two_programs_press_at_once() -> None:
    here = world.build()
    row = here.submitted()
    sent = {"action": "approve", "seen_digest": row.digest, "at": 1}
    codes: Counter[tuple[int, str]] = Counter()

    def press(client: Client) -> None:
        answer = client.post(f"/api/v1/disbursements/{row.pk}/decisions", sent, "application/json")
        codes[answer.status_code, answer.json().get("code", "")] += 1

    clients = [Client(), Client()]
    for client, name in zip(clients, ("verifier", "second_verifier"), strict=True):
        client.force_login(here[name])
    together([lambda client=client: press(client) for client in clients])
    assert codes == {(201, ""): 1, (409, "step_passed"): 1}
