"""What locks and then reads takes no other isolation level than read committed, at which it would read what stood before;
and holds against two at once."""

from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from psycopg2.errorcodes import LOCK_NOT_AVAILABLE

from funds.models import ComplaintStep, Disbursement
from tests import world
from tests.funds.by_sql import Statement, committed, copied, decision_of, run, sanction_of
from tests.funds.refusals_of_money import paid, vouchered
from tests.funds.refusals_of_submissions import chosen, submitted
from tests.world import DAY

Connect = Callable[[], Any]

TABLES = {
    "funds_decision": "23F08",
    "funds_sanction": "23F11",
    "funds_committeeversion": "23F60",
    "funds_committeedecision": "23F60",
    "funds_meeting": "23F61",
    "funds_calledoff": "23F61",
    "funds_agendaitem": "23F61",
    "funds_minutes": "23F61",
    "funds_minutessignature": "23F62",
    "funds_adoption": "23F63",
    "funds_delegationdecision": "23F65",
    "funds_instrument": "23F67",
    "funds_freezedecision": "23F68",
    "funds_freezelift": "23F68",
    "funds_freezeliftdecision": "23F68",
    "funds_conflict": "23F76",
    "funds_receipt": "23FE0",
    "funds_receiptcancellation": "23FE1",
    "funds_receiptcancellationdecision": "23FE1",
    "funds_moneyback": "23FE2",
    "funds_forfeiture": "23FE5",
    "funds_forfeituredecision": "23FE5",
    "beneficiaries_officerlimitdecision": "23F54",
    "beneficiaries_courtorder": "23B10",
    "beneficiaries_heirwaiver": "23B03",
    "beneficiaries_pairdecision": "23B09",
    "beneficiaries_releaserecord": "23B20",
    "beneficiaries_releasewithdrawal": "23B24",
    "beneficiaries_paperwithdrawal": "23B25",
    "beneficiaries_referraldecision": "23B28",
    "beneficiaries_hitjudgement": "23B31",
    "beneficiaries_absence": "23B40",
}


def answer(raw: Any, level: str, table: str) -> tuple[str, str]:
    """SQLSTATE and words with which a row of nothing is refused: the rule looks before any other constraint does."""
    with raw.cursor() as cursor:
        cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        with pytest.raises(psycopg2.Error) as refusal:
            cursor.execute(f"INSERT INTO {table} DEFAULT VALUES")
    raw.rollback()
    return str(refusal.value.pgcode), str(refusal.value)


@pytest.mark.parametrize("table", TABLES)
def test_another_isolation_level_is_refused(new_connection: Callable[[], Any], table: str) -> None:
    raw = new_connection()
    assert "isolation level" not in answer(raw, "READ COMMITTED", table)[1]
    for level in ("REPEATABLE READ", "SERIALIZABLE"):
        code, words = answer(raw, level, table)
        assert (code, "isolation level" in words) == (TABLES[table], True), words


def told(raw: Any, statement: Statement, setting: str = "") -> str:
    """The SQLSTATE of a statement in a transaction of its own; '' where it goes through. Undone either way."""
    try:
        with raw.cursor() as cursor:
            if setting:
                cursor.execute(setting)
            cursor.execute(*statement)
        return ""
    except psycopg2.Error as error:
        return str(error.pgcode)
    finally:
        raw.rollback()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_judged_by_an_older_snapshot(new_connection: Connect) -> None:
    here, raw = world.build(), new_connection()
    draft, waiting = here.draft(), here.draft()
    world.with_chain(waiting)
    sanctioned, voucher, model = here.sanctioned(), here.vouchered(), here.paid()[0]
    step = ComplaintStep(act="noted", text="x", taken_on=DAY, taken_by=here["verifier"], recorded_at=DAY)
    agreed = "INSERT INTO funds_ruledecision (rule_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"
    tried: dict[str, Statement] = {
        "23F52": chosen(here, draft),
        "23F04": submitted(waiting, DAY),
        "23F12": vouchered(voucher, sanctioned, serial=3),
        "23F67": paid(model, voucher),  # the gate of freezes is asked first
        "23F29": copied(step, complaint_id=1),
        "23F51": (agreed, [here.rule.pk, here["approver"].pk]),
    }
    for level in ("REPEATABLE READ", "SERIALIZABLE"):
        told_of = {state: told(raw, made, f"SET TRANSACTION ISOLATION LEVEL {level}") for state, made in tried.items()}
        assert told_of == {state: state for state in tried}
    lawful = ("23F52", "23F04", "23F12", "23F67")
    assert [told(raw, tried[state]) for state in lawful] == [""] * len(lawful)


@pytest.mark.django_db(transaction=True)
def test_payees_wait_for_a_submission_under_way(new_connection: Connect) -> None:
    """A payee that another transaction changes waits until the request is submitted, and is refused then."""
    here, first, second = world.build(), new_connection(), new_connection()
    draft = here.draft()
    world.with_chain(draft)
    other = here.draft()
    change = "UPDATE funds_payeeline SET payee_name = 'x' WHERE disbursement_id = %s"
    with first.cursor() as cursor:
        cursor.execute(*submitted(draft, DAY))
        cursor.execute("SELECT FROM funds_disbursement WHERE id = %s FOR UPDATE", [other.pk])
    assert told(second, (change, [other.pk]), "SET LOCAL lock_timeout = '200ms'") == LOCK_NOT_AVAILABLE
    first.rollback()
    assert told(second, (change, [other.pk])) == ""


@pytest.mark.django_db(transaction=True)
def test_an_entry_pays_for_what_it_was_posted_with(new_connection: Connect) -> None:
    """One that was committed before commits no budget for a sanction of later."""
    here, raw = world.build(), new_connection()
    request = here.at_sanction()
    run(decision_of(request, 3, here["approver"]))
    assert committed(here, request)
    assert told(raw, sanction_of(here, Disbursement.objects.get(pk=request.pk))) == "23F49"
