"""Rules that lock and then read hold against transactions that read from before the lock, and against two at once."""

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

pytestmark = pytest.mark.django_db(transaction=True)
Connect = Callable[[], Any]


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


def test_an_entry_pays_for_what_it_was_posted_with(new_connection: Connect) -> None:
    """One that was committed before commits no budget for a sanction of later."""
    here, raw = world.build(), new_connection()
    request = here.at_sanction()
    run(decision_of(request, 3, here["approver"]))
    assert committed(here, request)
    assert told(raw, sanction_of(here, Disbursement.objects.get(pk=request.pk))) == "23F49"
