"""Refused by SQL: rules and limits by one person, easier chains, second accounts, and conflicts ended by the wrong one."""

from functools import partial

from django.contrib.auth.models import User

from beneficiaries.models import Officer
from beneficiaries.offices import limits
from funds.chain import conflicts, rule_book
from funds.chain.rule_book import NewStep
from funds.models import ApprovalRule, ConflictEnd, Disbursement
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.funds import promises
from tests.funds.by_sql import Statement, chain_by_hand, copied
from tests.world import World

LIST: promises.Promises = {}
promise = partial(promises.on, LIST)
Two = tuple[Statement, Statement]
RULE_AGREED = "INSERT INTO funds_ruledecision (rule_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"
LIMIT_AGREED = RULE_AGREED.replace("funds_ruledecision (rule_id", "beneficiaries_officerlimitdecision (limit_id")


@promise("a rule agreed to by who proposed it", "23F51")
def by_the_proposer(here: World) -> Two:
    rule = rule_book.propose(
        title="Gifts", maximum="500", kind="fine", fund=here.fund, reason="Order 1", by=here["fund_manager"],
        steps=[NewStep("approver", "Sanctioned")],
    )  # fmt: skip
    return (RULE_AGREED, [rule.pk, here["approver"].pk]), (RULE_AGREED, [rule.pk, here["fund_manager"].pk])


def _limit(here: World, by: str) -> Two:
    """Proposed by the administrator for the approver."""
    row = limits.propose(officer=here["approver"].officer.pk, amount="10", reason="Order 2", by=here["administrator"])
    return (LIMIT_AGREED, [row.pk, here["fund_manager"].pk]), (LIMIT_AGREED, [row.pk, here[by].pk])


promise("a limit agreed to by who proposed it", "23F54")(partial(_limit, by="administrator"))
promise("a limit agreed to by the officer", "23F54")(partial(_limit, by="approver"))


def _submitted(request: Disbursement) -> Statement:
    return (
        "UPDATE funds_disbursement SET state = 'submitted', digest = 'x', submission = 1, waiting_since = %s WHERE id = %s",
        [today(), request.pk],
    )


def _chains(here: World, rule: ApprovalRule, left_out: int) -> Two:
    lawful, other = here.draft(), here.draft()
    chain_by_hand(lawful, here.rule, 0)
    chain_by_hand(other, rule, left_out)
    return _submitted(lawful), _submitted(other)


@promise("a submission with the chain of another rule", "23F52")
def chain_of_another_rule(here: World) -> Two:
    easier = world.make_rule("Fines", steps=((Role.APPROVER, "Sanctioned"),), number=2, kind="fine")
    return _chains(here, easier, 0)


@promise("a submission with a step left out", "23F52")
def shorter_chain(here: World) -> Two:
    return _chains(here, here.rule, 1)


@promise("a second account with the CNIC of another", "23505")
def second_account(here: World) -> Two:
    officer, spare = here["verifier"].officer, User.objects.create_user("spare")
    sealed = Officer._meta.get_field("cnic").get_prep_value
    other = copied(officer, user_id=spare.pk, cnic=sealed("9000955555551"))
    return other, copied(officer, user_id=spare.pk, cnic=sealed(officer.cnic))


@promise("an account given to another person", "23B36")
def account_of_another(here: World) -> Two:
    officer = here["verifier"].officer
    sealed = Officer._meta.get_field("cnic").get_prep_value("9000955555551")
    return (
        ("UPDATE beneficiaries_officer SET designation = 'x' WHERE id = %s", [officer.pk]),
        ("UPDATE beneficiaries_officer SET cnic = %s WHERE id = %s", [sealed, officer.pk]),
    )


def _ended(here: World, by: str, *, declared_by: str = "verifier") -> Two:
    row = conflicts.declare(by=here[declared_by], person=here.person().pk, ground="other", reason="My aunt")
    manager = world.make_user("second_manager", here.office, Role.FUND_MANAGER)
    end = ConflictEnd(
        conflict=row, reason="Divorced", name="x", post="x", ended_on=today(), ended_by=manager, recorded_at=today()
    )
    return copied(end), copied(end, ended_by_id=here[by].pk)


promise("a conflict ended by who declared it", "23F75")(partial(_ended, by="fund_manager", declared_by="fund_manager"))
promise("a conflict ended by no fund manager", "23F75")(partial(_ended, by="approver"))


@promise("a conflict declared twice", "23F76")
def declared_twice(here: World) -> Two:
    row = conflicts.declare(by=here["verifier"], person=here.person().pk, ground="other", reason="My aunt")
    return copied(row, person_id=here.person("Rehmat Bibi").pk), copied(row)
