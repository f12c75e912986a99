"""The database's rules about persons, tried by plain SQL: as the application, and as the owner where two accounts are one person.

The second needs what the application cannot make: the owner, in a transaction that is rolled back, drops the key that keeps
a CNIC to one account, and the rules still see one person.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from psycopg2 import errors

from beneficiaries.models import Officer
from funds import approvals
from funds.chain import conflicts
from funds.models import ChainVoid, Conflict, Decision, DecisionGround, Instrument, PayeeLine
from ledger.roles import Role
from tests import world
from tests.funds.by_sql import accepted, copied, decision_of, flat, refused, run, sanction_of
from tests.world import DAY, World

pytestmark = pytest.mark.django_db
WHY = {"ground": "other", "reason": "Look again"}


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def recused_by(here: World, request: Any, position: int, by: User, **changes: object) -> tuple[str, list[object]]:
    ground = DecisionGround.objects.get(outcome="recused", code="relative").pk
    given = {"outcome": "recused", "reason": "My aunt", "ground_id": ground} | changes
    return decision_of(request, position, by, **given)


def test_a_ground_of_another_outcome_or_out_of_force_is_none(here: World) -> None:
    request = here.submitted()
    accepted(*flat(recused_by(here, request, 1, here["verifier"])))
    rejected = DecisionGround.objects.filter(outcome="rejected").first()
    assert rejected is not None
    refused("23F55", *flat(recused_by(here, request, 1, here["verifier"], ground_id=rejected.pk)))
    DecisionGround.objects.filter(outcome="recused").update(effective_to=date(2025, 1, 1))
    refused("23F55", *flat(recused_by(here, request, 1, here["verifier"])))


def test_who_recused_or_declared_a_conflict_decides_nothing(here: World) -> None:
    request = here.submitted()
    lawful = decision_of(request, 1, here["verifier"])
    accepted(*flat(lawful))
    approvals.recuse(disbursement=request.pk, by=here["verifier"], on=DAY, **WHY)
    refused("23F56", *flat(lawful))
    other = here.submitted()
    lawful = decision_of(other, 1, here["verifier"])
    accepted(*flat(lawful))
    conflicts.declare(by=here["verifier"], person=other.lines.get().person_id, **WHY)
    refused("23F56", *flat(lawful))
    again = here.submitted()
    accepted(*flat(decision_of(again, 1, here["verifier"])))


def test_who_declared_a_conflict_hands_out_nothing(here: World) -> None:
    voucher, model = here.vouchered(), here.paid()[0]
    request = voucher.sanction.disbursement
    line = request.lines.get()
    lawful = {"voucher_id": voucher.pk, "line_id": line.pk, "number": "0009902", "entry_id": voucher.entry_id}
    accepted(*flat(copied(model, **lawful)))
    conflicts.declare(by=here["ddo"], case=line.case_id, **WHY)
    refused("23F56", *flat(copied(model, **lawful)))
    one = here.sanctioned()
    given = {
        "sanction_id": one.sanction.pk,
        "number": "T-9",
        "serial": 3,
        "token": "t9",
        "entry_id": one.sanction.entry_id,
    }
    accepted(*flat(copied(voucher, **given)))
    conflicts.declare(by=here["ddo"], disbursement=one.pk, **WHY)
    refused("23F56", *flat(copied(voucher, **given)))


def test_a_return_goes_back_and_sets_signatures_aside(here: World) -> None:
    request = here.at_sanction()
    ground = DecisionGround.objects.get(outcome="returned", code="other").pk
    given = {"outcome": "returned", "reason": "x", "ground_id": ground}
    for back_to in (3, 4):
        refused("23F08", *flat(decision_of(request, 3, here["approver"], **given, back_to=back_to)))
    accepted(*flat(decision_of(request, 3, here["approver"], **given, back_to=2)))
    run(decision_of(request, 3, here["approver"], **given, back_to=2))
    # The one of step 2 does not count any more: nobody signs the last step without it, and the sanction lacks it.
    refused("23F08", *flat(decision_of(request, 3, here["approver"])))
    refused("23F11", *flat(sanction_of(here, request)))


def test_one_person_stays_at_one_step(here: World) -> None:
    request = approvals.return_for_correction(
        disbursement=here.at_sanction().pk, by=here["approver"], to=1, on=DAY, **WHY
    )
    accepted(*flat(decision_of(request, 1, here["verifier"])))
    for other in ("finance_officer", "approver"):
        refused("23F10", *flat(decision_of(request, 1, here[other])))
    run(decision_of(request, 1, here["verifier"]))
    refused("23F10", *flat(decision_of(request, 1, here["verifier"])))


def test_a_request_comes_back_only_by_a_decision_or_a_note(here: World) -> None:
    request = here.submitted()
    back = "UPDATE funds_disbursement SET state = %s WHERE id = %s"
    for state in ("returned", "rejected"):
        refused("23F59", back, state, request.pk)
    note = ChainVoid(disbursement=request, submission=1, field="Paper", caused_by=here["verifier"], recorded_at=DAY)
    refused("23F59", *flat(copied(note, submission=2)))
    run(copied(note))
    accepted(back, "returned", request.pk)
    refused("23F59", back, "rejected", request.pk)
    refused("23F59", *flat(copied(note, disbursement_id=here.draft().pk)))


def test_only_a_return_names_a_place(here: World) -> None:
    refused("23514", *flat(recused_by(here, here.at_sanction(), 3, here["approver"], back_to=1)))


def test_staff_are_no_payees_by_sql(here: World) -> None:
    line = here.transfer().lines.get()
    sealed = PayeeLine._meta.get_field("iban").get_prep_value
    officer = here["verifier"].officer
    officer.iban = "PK36SCBL0000001123456702"
    officer.save()
    accepted(*flat(copied(line, position=2)))
    refused("23F58", *flat(copied(line, position=2, iban=sealed(officer.iban))))
    refused("23F58", "UPDATE funds_payeeline SET iban = %s WHERE id = %s", sealed(officer.iban), line.pk)
    number = Officer._meta.get_field("cnic").get_prep_value(officer.cnic)
    refused("23F58", *flat(copied(line, position=2, cnic=number)))
    refused("23F58", "UPDATE funds_payeeline SET cnic = %s WHERE id = %s", number, line.pk)


def test_who_joined_the_staff_is_not_paid_by_sql(here: World) -> None:
    voucher, model = here.vouchered(), here.paid()[0]
    line = PayeeLine.objects.get(disbursement=voucher.sanction.disbursement)
    one = here.sanctioned()
    issue = {"voucher_id": voucher.pk, "line_id": line.pk, "number": "0009902", "entry_id": voucher.entry_id}
    draw = {
        "sanction_id": one.sanction.pk,
        "number": "T-9",
        "serial": 3,
        "token": "t9",
        "entry_id": one.sanction.entry_id,
    }
    accepted(*flat(copied(model, **issue)))
    accepted(*flat(copied(voucher, **draw)))
    for number, cnic in (("a", line.cnic), ("b", one.lines.get().cnic)):
        world.make_user(f"joined_{number}", here.office, Role.VERIFIER, cnic=cnic)
    refused("23F58", *flat(copied(model, **issue)))
    refused("23F58", *flat(copied(voucher, **draw)))


def test_whoever_clears_an_instrument_had_no_other_part(here: World) -> None:
    paid = here.paid()[0]
    clear = "UPDATE funds_instrument SET state = 'cleared', cleared_by_id = %s WHERE id = %s"
    accepted(clear, here["reconciler"].pk, paid.pk)
    for role in ("case_officer", "verifier", "approver", "ddo"):
        refused("23F10", clear, here[role].pk, paid.pk)
    refused("23F10", "UPDATE funds_instrument SET state = 'cleared' WHERE id = %s", paid.pk)
    refused("23F14", "UPDATE funds_instrument SET cleared_by_id = %s WHERE id = %s", here["reconciler"].pk, paid.pk)
    conflicts.declare(by=here["reconciler"], disbursement=paid.line.disbursement_id, **WHY)
    refused("23F56", clear, here["reconciler"].pk, paid.pk)


@pytest.fixture
def owner(transactional_db: None, owner_cursor: Any) -> Iterator[Any]:
    """The owner inside a transaction that is rolled back at the end."""
    owner_cursor.execute("BEGIN")
    yield owner_cursor
    owner_cursor.execute("ROLLBACK")


def make_one(owner: Any, *accounts: User) -> None:
    """These accounts have one CNIC from now on, for the owner's transaction."""
    owner.execute("DROP INDEX officer_cnic_once")
    owner.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'beneficiaries_officer'::regclass AND tgname LIKE '%stays_one%'"
    )
    owner.execute(f"ALTER TABLE beneficiaries_officer DISABLE TRIGGER {owner.fetchone()[0]}")
    number = Officer._meta.get_field("cnic").get_prep_value("9000900000001")
    owner.execute(
        "UPDATE beneficiaries_officer SET cnic = %s WHERE user_id = ANY(%s)", [number, [u.pk for u in accounts]]
    )


def told(owner: Any, statement: tuple[str, list[object]]) -> str:
    """The SQLSTATE of a statement of the owner's, '' where it goes through; undone either way."""
    owner.execute("SAVEPOINT here")
    try:
        owner.execute(*statement)
        return ""
    except errors.IntegrityError as error:
        return error.pgcode
    finally:
        owner.execute("ROLLBACK TO here")


def test_the_maker_does_not_decide_through_a_second_account(owner: Any) -> None:
    here = world.build()
    statement = decision_of(here.submitted(), 1, here["verifier"])
    assert told(owner, statement) == ""
    make_one(owner, here["case_officer"], here["verifier"])
    assert told(owner, statement) == "23F10"


def test_one_person_does_not_sign_twice_through_a_second_account(owner: Any) -> None:
    here = world.build()
    statement = decision_of(here.at_sanction(), 3, here["approver"])
    assert told(owner, statement) == ""
    make_one(owner, here["verifier"], here["approver"])
    assert told(owner, statement) == "23F10"


def test_recusal_and_conflict_bind_the_second_account(owner: Any) -> None:
    here = world.build()
    first, second = here.submitted(), here.submitted()
    approvals.recuse(disbursement=first.pk, by=here["verifier"], on=DAY, **WHY)
    conflicts.declare(by=here["verifier"], disbursement=second.pk, **WHY)
    statements = [decision_of(row, 1, here["second_verifier"]) for row in (first, second)]
    assert [told(owner, statement) for statement in statements] == ["", ""]
    make_one(owner, here["verifier"], here["second_verifier"])
    assert [told(owner, statement) for statement in statements] == ["23F56", "23F56"]


@pytest.mark.parametrize("other", ["case_officer", "approver"])
def test_money_is_not_handed_out_through_a_second_account(owner: Any, other: str) -> None:
    here = world.build()
    voucher, model = here.vouchered(), here.paid()[0]
    line = PayeeLine.objects.get(disbursement=voucher.sanction.disbursement)
    issue = copied(model, voucher_id=voucher.pk, line_id=line.pk, number="0009902", entry_id=voucher.entry_id)
    clear = (
        "UPDATE funds_instrument SET state = 'cleared', cleared_by_id = %s WHERE id = %s",
        [here["reconciler"].pk, model.pk],
    )
    assert (told(owner, issue), told(owner, clear)) == ("", "")
    make_one(owner, here[other], here["ddo"])
    assert told(owner, issue) == "23F10"


def test_what_went_is_not_confirmed_through_a_second_account(owner: Any) -> None:
    here = world.build()
    paid = here.paid()[0]
    clear = (
        "UPDATE funds_instrument SET state = 'cleared', cleared_by_id = %s WHERE id = %s",
        [here["reconciler"].pk, paid.pk],
    )
    assert told(owner, clear) == ""
    make_one(owner, here["ddo"], here["reconciler"])
    assert told(owner, clear) == "23F10"
    assert (Instrument.objects.count(), Decision.objects.count(), Conflict.objects.count()) == (1, 3, 0)
