"""Refused by SQL: decisions, and sanctions without them."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import User

from beneficiaries import documents
from beneficiaries.casework import resting
from beneficiaries.models import Officer
from funds import approvals
from funds.chain import conflicts
from funds.models import Decision, Disbursement
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.funds import promises
from tests.funds.by_sql import Statement, decision_of, ground, run, sanction_of
from tests.world import DAY, World

LIST: promises.Promises = {}
promise = partial(promises.on, LIST)
Two = tuple[Statement, Statement]
WHY = {"ground": "other", "reason": "My aunt"}


@promise("a decision by the maker", "23F10")
def by_the_maker(here: World) -> Two:
    request = here.submitted()
    return decision_of(request, 1, here["verifier"]), decision_of(request, 1, here["case_officer"])


@promise("a decision by a maker who is superuser", "23F10")
def by_a_superuser(here: World) -> Two:
    User.objects.filter(pk=here["case_officer"].pk).update(is_superuser=True, is_staff=True)
    return by_the_maker(here)


@promise("a second signature of one person, on the next step", "23F10")
def on_the_next_step(here: World) -> Two:
    request = here.at_sanction()
    return decision_of(request, 3, here["approver"]), decision_of(request, 3, here["verifier"])


@promise("a second signature of one person, on the same step", "23F10")
def on_the_same_step(here: World) -> Two:
    world.make_rule("Two sign", steps=((Role.VERIFIER, "Verified", "", 2), (Role.APPROVER, "Sanctioned")))  # type: ignore[arg-type]
    request = here.submitted()
    run(decision_of(request, 1, here["verifier"]))
    return decision_of(request, 1, here["second_verifier"]), decision_of(request, 1, here["verifier"])


@promise("a signature more than the step asks for", "23F08")
def one_too_many(here: World) -> Two:
    request, other = here.submitted(), here.submitted()
    run(decision_of(request, 1, here["verifier"]))
    return decision_of(other, 1, here["second_verifier"]), decision_of(request, 1, here["second_verifier"])


@promise("a decision by a payee", "23F10")
def by_a_payee(here: World) -> Two:
    request = here.submitted()
    payee = world.make_user("payee", here.office, Role.VERIFIER, cnic=request.lines.get().cnic)
    return decision_of(request, 1, here["verifier"]), decision_of(request, 1, payee)


@promise("a decision on another digest", "23F09")
def on_another_digest(here: World) -> Two:
    request, by = here.submitted(), here["verifier"]
    return decision_of(request, 1, by), decision_of(request, 1, by, digest="0" * 64)


@promise("a decision on a step that does not wait", "23F08")
def out_of_turn(here: World) -> Two:
    request = here.submitted()
    return decision_of(request, 1, here["verifier"]), decision_of(request, 2, here["finance_officer"])


@promise("a decision of another submission", "23F08")
def of_another_submission(here: World) -> Two:
    request, by = here.submitted(), here["verifier"]
    return decision_of(request, 1, by), decision_of(request, 1, by, submission=2)


def _rejected(request: Disbursement, by: User, **changes: object) -> Statement:
    given: dict[str, Any] = {"outcome": "rejected", "reason": "x", "ground_id": ground("rejected")}
    return decision_of(request, 1, by, **given | changes)


@promise("a rejection without a ground", "23F55")
def without_a_ground(here: World) -> Two:
    request, by = here.submitted(), here["verifier"]
    return _rejected(request, by), _rejected(request, by, ground_id=None)


@promise("a rejection on a ground for returns", "23F55")
def on_another_ground(here: World) -> Two:
    request, by = here.submitted(), here["verifier"]
    return _rejected(request, by), _rejected(request, by, ground_id=ground("returned"))


@promise("a rejection without a reason", "23514")
def without_a_reason(here: World) -> Two:
    request, by = here.submitted(), here["verifier"]
    return _rejected(request, by), _rejected(request, by, reason="")


def _returned(here: World, request: Disbursement, to: int, **changes: object) -> Statement:
    given = {"outcome": "returned", "reason": "x", "ground_id": ground("returned"), "back_to": to}
    return decision_of(request, 3, here["approver"], **given | changes)


@promise("a return to a later step", "23F08")
def to_a_later_step(here: World) -> Two:
    request = here.at_sanction()
    return _returned(here, request, 2), _returned(here, request, 3)


@promise("a decision by who recused", "23F56")
def by_who_recused(here: World) -> Two:
    request = here.submitted()
    approvals.recuse(disbursement=request.pk, by=here["verifier"], on=DAY, **WHY)
    return decision_of(request, 1, here["second_verifier"]), decision_of(request, 1, here["verifier"])


@promise("a decision by who declared a conflict with the request", "23F56")
def by_who_stands_apart(here: World) -> Two:
    return _apart(here, "disbursement")


@promise("a decision by who declared a conflict with its case", "23F56")
def from_the_case(here: World) -> Two:
    return _apart(here, "case")


@promise("a decision by who declared a conflict with its payee", "23F56")
def from_the_payee(here: World) -> Two:
    return _apart(here, "person")


def _apart(here: World, what: str) -> Two:
    request = here.submitted()
    line = request.lines.get()
    key = {"disbursement": request.pk, "case": line.case_id, "person": line.person_id}[what]
    conflicts.declare(by=here["verifier"], **{what: key}, **WHY)  # type: ignore[arg-type]
    return decision_of(request, 1, here["second_verifier"]), decision_of(request, 1, here["verifier"])


def _by(here: World, user: User) -> Two:
    """The first step decided by who may, and by this user."""
    request = here.submitted()
    return decision_of(request, 1, here["verifier"]), decision_of(request, 1, user)


@promise("a decision by an officer of another role", "23F77")
def by_another_role(here: World) -> Two:
    return _by(here, here["ddo"])


@promise("a decision by an account that is closed", "23F77")
def by_a_closed_account(here: World) -> Two:
    User.objects.filter(pk=here["second_verifier"].pk).update(is_active=False)
    return _by(here, here["second_verifier"])


@promise("a decision by a verifier of another office", "23F77")
def by_another_office(here: World) -> Two:
    return _by(here, world.make_user("far_verifier", here.quetta_office, Role.VERIFIER))


@promise("a sanction in an office that does not keep the fund", "23F77")
def by_who_keeps_another_fund(here: World) -> Two:
    request = here.at_sanction(here.draft(by=here["quetta"]))
    far = world.make_user("far_approver", here.quetta_office, Role.APPROVER, limit="9999999")
    return decision_of(request, 3, here["approver"]), decision_of(request, 3, far)


@promise("a decision in another post than the step names", "23F77")
def in_another_post(here: World) -> Two:
    world.make_rule(
        "In its post",
        steps=((Role.VERIFIER, "Verified", here["verifier"].officer.designation), (Role.APPROVER, "Sanctioned")),
    )
    Officer.objects.filter(user=here["second_verifier"]).update(designation="Clerk")
    return _by(here, here["second_verifier"])


def drifted(here: World, request: Disbursement) -> None:
    """A paper of the request is withdrawn, past the watch that would end its chain."""
    watches, resting._watches = resting._watches, []
    try:
        paper = request.lines.get().case.papers.get()
        documents.withdraw(paper=paper.pk, by=here["case_officer"], reason="Another's")
    finally:
        resting._watches = watches


@promise("a signature on what has drifted since the submission", "23F57")
def on_what_drifted(here: World) -> Two:
    request, other, by = here.submitted(), here.submitted(), here["verifier"]
    drifted(here, request)
    return decision_of(other, 1, by), decision_of(request, 1, by)


@promise("a decision dated before its step waited", "23F08")
def before_it_waited(here: World) -> Two:
    request, by = here.submitted(), here["verifier"]
    return decision_of(request, 1, by), decision_of(request, 1, by, decided_on=DAY - timedelta(days=1))


@promise("a decision of a day to come", "23F08")
def of_a_day_to_come(here: World) -> Two:
    request, by = here.submitted(), here["verifier"]
    lawful = decision_of(request, 1, by, decided_on=today())
    return lawful, decision_of(request, 1, by, decided_on=today() + timedelta(days=1))


@promise("a decision whose earlier step lacks a signature, where the request says it has passed", "23F08")
def past_a_step(here: World) -> Two:
    request, other, by = here.submitted(), here.submitted(), here["finance_officer"]
    run(decision_of(request, 1, here["verifier"]))
    for row in (request, other):
        run(("UPDATE funds_disbursement SET position = 2 WHERE id = %s", [row.pk]))
    return decision_of(request, 2, by), decision_of(other, 2, by)


@promise("a return with a key that is lower than an earlier decision's", "23F08")
def with_an_earlier_key(here: World) -> Two:
    request = here.at_sanction()
    return _returned(here, request, 2, id=10**9), _returned(here, request, 2, id=-1)


@promise("a sanction of another day than its last signature", "23F11")
def of_another_day(here: World) -> Two:
    request = here.at_sanction()
    run(decision_of(request, 3, here["approver"]))
    return sanction_of(here, request), sanction_of(here, request, sanctioned_on=today())


@promise("a sanction with a decision missing", "23F11")
def with_one_missing(here: World) -> Two:
    whole, lacking = here.at_sanction(), here.at_sanction()
    run(decision_of(whole, 3, here["approver"]))
    return sanction_of(here, whole), sanction_of(here, lacking)


@promise("a sanction with a decision set aside by a return", "23F11")
def with_one_set_aside(here: World) -> Two:
    """Two sanction: one did before it went back, the other after."""
    world.make_rule("Two sanction", steps=((Role.VERIFIER, "Verified"), (Role.APPROVER, "Sanctioned", "", 2)))  # type: ignore[arg-type]
    first, second = here["approver"], world.make_user("second_approver", here.office, Role.APPROVER)
    here.users["second_approver"] = second
    whole, lacking = here.submitted(), here.submitted()
    for request, by in ((whole, here["verifier"]), (whole, first), (lacking, here["verifier"]), (lacking, first)):
        approvals.approve(disbursement=request.pk, by=by, on=DAY)
    run(decision_of(whole, 2, second))
    approvals.return_for_correction(disbursement=lacking.pk, by=second, to=1, on=DAY, **WHY)
    for by in (here["verifier"], second):
        approvals.approve(disbursement=lacking.pk, by=by, on=DAY)
    return sanction_of(here, whole, by="second_approver"), sanction_of(here, lacking, by="second_approver")


@promise("a sanction by who signed another step", "23F11")
def by_another_signatory(here: World) -> Two:
    request = here.at_sanction()
    run(decision_of(request, 3, here["approver"]))
    return sanction_of(here, request), sanction_of(here, request, by="verifier")


@promise("a sanction of another amount", "23F09")
def of_another_amount(here: World) -> Two:
    request = here.at_sanction()
    run(decision_of(request, 3, here["approver"]))
    return sanction_of(here, request), sanction_of(here, request, amount=request.amount + 1)


@promise("a sanction that leaves a number out", "23F02")
def with_a_gap(here: World) -> Two:
    request = here.at_sanction()
    run(decision_of(request, 3, here["approver"]))
    return sanction_of(here, request), sanction_of(here, request, serial=2)


@promise("a sanction above the limit of who signed it", "23F53")
def above_the_limit(here: World) -> Two:
    within, above = here.at_sanction(), here.at_sanction()
    here.users["junior"] = world.make_user("junior", here.office, Role.APPROVER, limit="100")
    run(decision_of(within, 3, here["approver"]))
    run(decision_of(above, 3, here["junior"]))
    return sanction_of(here, within), sanction_of(here, above, by="junior")


def _state(request: Disbursement, state: str) -> Statement:
    return "UPDATE funds_disbursement SET state = %s WHERE id = %s", [state, request.pk]


@promise("a request returned without a decision", "23F59")
def returned_by_nobody(here: World) -> Two:
    decided, request = here.submitted(), here.submitted()
    run(_rejected(decided, here["verifier"], outcome="returned", ground_id=ground("returned")))
    return _state(decided, "returned"), _state(request, "returned")


@promise("a request sanctioned without a sanction", "23F07")
def sanctioned_by_nobody(here: World) -> Two:
    request = here.at_sanction()
    run(_rejected(other := here.submitted(), here["verifier"]))
    return _state(other, "rejected"), _state(request, "sanctioned")


@promise("a state left out", "23F04")
def with_a_state_left_out(here: World) -> Two:
    request = here.submitted()
    run(_rejected(request, here["verifier"]))
    return _state(request, "rejected"), _state(request, "paid")


@promise("another amount after the submission", "23F05")
def changed_after_submission(here: World) -> Two:
    statement = "UPDATE funds_disbursement SET amount = amount + 1 WHERE id = %s"
    return (statement, [here.draft().pk]), (statement, [here.submitted().pk])


@promise("another payee after the submission", "23F05")
def paid_to_another(here: World) -> Two:
    statement = "UPDATE funds_payeeline SET payee_name = 'x' WHERE disbursement_id = %s"
    return (statement, [here.draft().pk]), (statement, [here.submitted().pk])


@promise("a decision changed", "42501")
def decision_changed(here: World) -> Two:
    approvals.approve(disbursement=here.submitted().pk, by=here["verifier"], on=DAY)
    key = [Decision.objects.get().pk]
    return ("SELECT FROM funds_decision WHERE id = %s", key), (
        "UPDATE funds_decision SET reason = 'x' WHERE id = %s",
        key,
    )


@promise("a decision deleted", "42501")
def decision_deleted(here: World) -> Two:
    lawful, _ = decision_changed(here)
    return lawful, ("DELETE FROM funds_decision WHERE id = %s", lawful[1])


@promise("rules switched off", "42501")
def switched_off(here: World) -> Two:
    return ("SELECT FROM funds_fund", []), ("ALTER TABLE funds_decision DISABLE TRIGGER ALL", [])


@promise("rules passed by as a replica does", "42501")
def as_a_replica(here: World) -> Two:
    return ("SELECT FROM funds_fund", []), ("SET session_replication_role = replica", [])
