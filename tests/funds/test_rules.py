"""The rules the database keeps for requests, chains, vouchers and instruments, tried by plain SQL.

The tests' connection is the application role. One test per rule; each first shows that the lawful write goes through.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from psycopg2 import errors
from psycopg2.errorcodes import CHECK_VIOLATION, INSUFFICIENT_PRIVILEGE, UNIQUE_VIOLATION

from funds import disbursements, payments
from funds.models import Instrument, PayeeLine, Voucher
from tests import world
from tests.funds.by_sql import accepted, committed, copied, decision_of, refused, sanction_of

__all__ = ["accepted", "committed", "copied", "decision_of", "refused", "sanction_of"]  # for the files beside
pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


def test_a_request_starts_as_a_draft(here: world.World) -> None:
    draft = here.draft()
    sql, values = copied(draft, number="T/R-2", serial=99, state="draft")
    accepted(sql, *values)
    sql, values = copied(draft, number="T/R-2", serial=99, state="sanctioned")
    refused("23F03", sql, *values)


@pytest.mark.parametrize("target", ["sanctioned", "vouchered", "paid", "cleared", "closed"])
def test_no_state_is_skipped(here: world.World, target: str) -> None:
    draft = here.draft()
    refused("23F04", "UPDATE funds_disbursement SET state = %s WHERE id = %s", target, draft.pk)


def test_sanctioned_needs_a_sanction_and_vouchered_a_voucher(here: world.World) -> None:
    waiting, sanctioned = here.at_sanction(), here.sanctioned()
    refused("23F07", "UPDATE funds_disbursement SET state = 'sanctioned' WHERE id = %s", waiting.pk)
    refused("23F07", "UPDATE funds_disbursement SET state = 'vouchered' WHERE id = %s", sanctioned.pk)


def test_submitted_request_is_the_sum_of_its_lines(here: world.World) -> None:
    draft = here.draft()
    world.with_chain(draft)
    submit = (
        "UPDATE funds_disbursement SET state = 'submitted', digest = 'x', submission = 1, waiting_since = %s, amount = %s"
        " WHERE id = %s"
    )
    accepted(submit, world.DAY, draft.amount, draft.pk)
    refused("23F06", submit, world.DAY, draft.amount - 1, draft.pk)


@pytest.mark.parametrize(
    ("column", "value"),
    [("amount", 1), ("title", "x"), ("pay_to", "x"), ("kind", "fine"), ("digest", "x"), ("submission", 7)],
)
def test_content_is_frozen_once_submitted(here: world.World, column: str, value: object) -> None:
    draft, submitted = here.draft(), here.submitted()
    accepted(f"UPDATE funds_disbursement SET {column} = %s WHERE id = %s", value, draft.pk)
    refused("23F05", f"UPDATE funds_disbursement SET {column} = %s WHERE id = %s", value, submitted.pk)


@pytest.mark.parametrize("column", ["maker_id", "number", "fund_id", "serial"])
def test_a_draft_keeps_number_fund_and_maker(here: world.World, column: str) -> None:
    draft = here.draft()
    value = {"maker_id": here["verifier"].pk, "number": "X", "fund_id": 0, "serial": 77}[column]
    refused("23F05", f"UPDATE funds_disbursement SET {column} = %s WHERE id = %s", value, draft.pk)


def test_payees_are_frozen_with_the_request(here: world.World) -> None:
    draft, line = here.draft(), here.submitted().lines.get()
    other = PayeeLine._meta.get_field("iban").get_prep_value("PK31NBPA0000000000000001")
    accepted("UPDATE funds_payeeline SET iban = %s WHERE disbursement_id = %s", other, draft.pk)
    accepted("DELETE FROM funds_payeeline WHERE disbursement_id = %s", draft.pk)
    refused("23F05", "UPDATE funds_payeeline SET iban = %s WHERE id = %s", other, line.pk)
    same = PayeeLine._meta.get_field("cnic").get_prep_value(line.cnic)
    accepted("UPDATE funds_payeeline SET cnic = %s WHERE id = %s", same, line.pk)  # sealed anew, the same value
    refused("23F05", "UPDATE funds_payeeline SET cnic = %s, amount = amount + 1 WHERE id = %s", same, line.pk)
    refused("23F05", "UPDATE funds_payeeline SET cnic = '' WHERE id = %s", line.pk)
    refused("23F05", "DELETE FROM funds_payeeline WHERE id = %s", line.pk)
    refused("23F05", "UPDATE funds_payeeline SET disbursement_id = %s WHERE id = %s", draft.pk, line.pk)
    sql, values = copied(line, position=2)
    refused("23F05", sql, *values)


@pytest.mark.parametrize("amount", ["NaN", "0", "-5", "0.001", "10000000000000", "Infinity"])
def test_amounts_of_lines(here: world.World, amount: str) -> None:
    line = here.draft().lines.get()
    accepted("UPDATE funds_payeeline SET amount = 0.01 WHERE id = %s", line.pk)
    refused(CHECK_VIOLATION, "UPDATE funds_payeeline SET amount = %s WHERE id = %s", amount, line.pk)


def test_sanction_needs_the_whole_chain(here: world.World) -> None:
    waiting, other = here.at_sanction(), here.submitted()
    for request in (waiting, other):
        sql, values = sanction_of(here, request)
        refused("23F11", sql, *values)
    sql, values = decision_of(waiting, 3, here["approver"])
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    sql, values = sanction_of(here, waiting)
    accepted(sql, *values)
    sql, values = sanction_of(here, waiting, amount=waiting.amount + 1)
    refused("23F09", sql, *values)
    sql, values = sanction_of(here, waiting, serial=2)
    refused("23F02", sql, *values)
    sql, values = sanction_of(here, waiting, by="verifier")  # not who signed the last step
    refused("23F11", sql, *values)


def test_voucher_matches_its_sanction(here: world.World) -> None:
    request, model = here.sanctioned(), here.vouchered()
    lawful = {
        "sanction_id": request.sanction.pk,
        "number": "T-2",
        "serial": 2,
        "token": "t2",
        "entry_id": request.sanction.entry_id,
    }
    sql, values = copied(model, **lawful)
    accepted(sql, *values)
    for state, changes in (
        ("23F12", {"amount": request.amount + 1}),
        ("23F02", {"serial": 3}),
        ("23F10", {"issued_by_id": here["case_officer"].pk}),
        ("23F10", {"issued_by_id": here["approver"].pk}),
    ):
        sql, values = copied(model, **lawful | changes)
        refused(state, sql, *values)


def test_instrument_pays_its_line_once(here: world.World) -> None:
    voucher, model = here.vouchered(), here.paid()[0]
    line = PayeeLine.objects.get(disbursement=voucher.sanction.disbursement)
    lawful = {"voucher_id": voucher.pk, "line_id": line.pk, "number": "0009902", "entry_id": voucher.entry_id}
    sql, values = copied(model, **lawful)
    accepted(sql, *values)
    for state, changes in (
        ("23F13", {"amount": line.amount + 1}),
        ("23F13", {"line_id": here.vouchered().sanction.disbursement.lines.get().pk}),  # a line of another request
        ("23F10", {"issued_by_id": here["finance_officer"].pk}),
        (UNIQUE_VIOLATION, {"number": model.number}),
    ):
        sql, values = copied(model, **lawful | changes)
        refused(state, sql, *values)
    sql, values = copied(model, number="0009903", entry_id=voucher.entry_id)  # the request is paid already
    refused(UNIQUE_VIOLATION, sql, *values)
    gone = here.vouchered()
    disbursements.cancel(disbursement=gone.sanction.disbursement_id, by=here["ddo"], reason="Wrong payee")
    line = gone.sanction.disbursement.lines.get()
    sql, values = copied(model, voucher_id=gone.pk, line_id=line.pk, number="0009904", entry_id=gone.entry_id)
    refused("23F13", sql, *values)


@pytest.mark.parametrize("column", ["amount", "number", "line_id", "issued_by_id", "expires_on", "entry_id"])
def test_facts_of_an_instrument_stay(here: world.World, column: str) -> None:
    instrument = here.paid()[0]
    refused("23F14", f"UPDATE funds_instrument SET {column} = NULL WHERE id = %s", instrument.pk)


def test_a_cleared_instrument_stays_cleared(here: world.World) -> None:
    issued, cleared = here.paid()[0], here.cleared()[0]
    stop = "UPDATE funds_instrument SET state = 'stopped', reason = 'x' WHERE id = %s"
    accepted(stop, issued.pk)
    refused("23F14", stop, cleared.pk)


EVIDENCE = [
    "funds_allocation",
    "funds_receipt",
    "funds_approvalrule",
    "funds_approvalstep",
    "funds_chosenrule",
    "funds_ruledecision",
    "funds_rulestep",
    "funds_decision",
    "funds_sanction",
    "funds_cancellation",
    "funds_voucher",
    "funds_voucherprint",
    "funds_acknowledgement",
    "funds_chainvoid",
    "funds_conflict",
    "funds_conflictend",
    "funds_submittedwaiver",
    "funds_historicaldisbursement",
    "funds_historicalpayeeline",
    "funds_historicalinstrument",
    "funds_historicalfund",
    "funds_historicalapprovalrule",
    "funds_historicalrulestep",
    "beneficiaries_historicalperson",
    "beneficiaries_officerlimit",
    "beneficiaries_officerlimitdecision",
    "beneficiaries_historicalcase",
    "beneficiaries_historicalheir",
    "beneficiaries_historicalofficer",
]
WRITES = ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]


@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize("write", WRITES)
def test_evidence_is_append_only_for_the_application(table: str, write: str) -> None:
    write = write.replace("SET id = id", "SET history_id = history_id") if "historical" in table else write
    refused(INSUFFICIENT_PRIVILEGE, write.format(table))


@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize("write", WRITES)
def test_evidence_is_append_only_for_the_owner_too(owner_cursor: Any, table: str, write: str) -> None:
    write = write.replace("SET id = id", "SET history_id = history_id") if "historical" in table else write
    with pytest.raises(errors.IntegrityError) as error:
        owner_cursor.execute(write.format(table))
    assert error.value.pgcode == "23L08"


@pytest.mark.parametrize("table", ["funds_disbursement", "funds_instrument"])
def test_requests_and_instruments_are_never_deleted(owner_cursor: Any, table: str) -> None:
    refused(INSUFFICIENT_PRIVILEGE, f"DELETE FROM {table}")
    for write in ("DELETE FROM {}", "TRUNCATE {} CASCADE"):
        with pytest.raises(errors.IntegrityError):
            owner_cursor.execute(write.format(table))


def test_no_setting_switches_the_rules_off(here: world.World) -> None:
    request = here.submitted()
    with connection.cursor() as cursor:
        cursor.execute("SET pgtrigger.ignore = '{}'".format("{funds_disbursement:legal_moves,legal_moves}"))
    refused("23F05", "UPDATE funds_disbursement SET amount = 1 WHERE id = %s", request.pk)
    refused(INSUFFICIENT_PRIVILEGE, "SET session_replication_role = replica")
    refused(INSUFFICIENT_PRIVILEGE, "ALTER TABLE funds_disbursement DISABLE TRIGGER ALL")


def test_numbers_of_a_cancelled_request_stay(here: world.World) -> None:
    voucher = here.vouchered()
    disbursements.cancel(disbursement=voucher.sanction.disbursement_id, by=here["ddo"], reason="Payee died")
    assert Voucher.objects.get().number == voucher.number
    assert here.vouchered().serial == 2


def test_second_live_instrument_is_refused(here: world.World, new_connection: Callable[[], Any]) -> None:
    request = here.diyat()
    voucher = here.vouchered(request)
    line = request.lines.order_by("position").first()
    first = payments.issue_instrument(
        disbursement=request.pk, line=line.pk, number="9901", by=here["ddo"], on=world.DAY
    )
    sql, values = copied(Instrument.objects.get(pk=first.pk), number="0009902", entry_id=voucher.entry_id)
    refused(UNIQUE_VIOLATION, sql, *values)
