"""The rules the database keeps for requests, chains, vouchers and instruments, tried by plain SQL.

The tests' connection is the application role. One test per rule; each first shows that the lawful write goes through.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg2 import errors
from psycopg2.errorcodes import CHECK_VIOLATION, INSUFFICIENT_PRIVILEGE, UNIQUE_VIOLATION
from psycopg2.extras import Json

from beneficiaries.sealed import SealedField
from funds import disbursements, payments, postings
from funds.models import ApprovalStep, Decision, DecisionGround, Disbursement, Instrument, PayeeLine, Sanction, Voucher
from funds.numbers import next_number
from ledger.posting import post
from ledger.roles import Role
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


def refused(state: str, sql: str, *params: object) -> None:
    """The statement is refused with this SQLSTATE, and nothing of it stays."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert error.value.__cause__.pgcode == state, error.value


def accepted(sql: str, *params: object) -> None:
    """The statement goes through; it is rolled back again."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert cursor.rowcount > 0
        transaction.set_rollback(True)


def copied(row: Any, **changes: object) -> tuple[str, list[object]]:
    """An INSERT of a copy of the row without its id, with some columns changed."""
    values = {
        field.column: stored(field, getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    values |= changes
    columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    prepared = [_json(value) for value in values.values()]
    return f"INSERT INTO {row._meta.db_table} ({columns}) VALUES ({marks})", prepared


def stored(field: Any, value: Any) -> Any:
    """A private value as its column takes it; others as they are."""
    return field.get_prep_value(value) if isinstance(field, SealedField) else value


def _json(value: object) -> object:
    return Json(value) if isinstance(value, dict) else value


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


def decision_of(request: Disbursement, position: int, by: Any, **changes: object) -> tuple[str, list[object]]:
    step = ApprovalStep.objects.get(disbursement=request, submission=request.submission, position=position)
    row = Decision(
        disbursement=request,
        step=step,
        submission=request.submission,
        outcome="approved",
        digest=request.digest,
        decided_by=by,
        name="x",
        post="x",
        decided_on=world.DAY,
        recorded_at="2025-09-26T10:00:00Z",
    )
    return copied(row, **changes)


def test_decisions_by_sql(here: world.World) -> None:
    request = here.submitted()
    sql, values = decision_of(request, 1, here["verifier"])
    accepted(sql, *values)
    ground = DecisionGround.objects.get(outcome="rejected", code="other").pk
    for state, position, by, changes in (
        ("23F10", 1, "case_officer", {}),  # the maker
        ("23F08", 2, "finance_officer", {}),  # not yet that step's turn
        ("23F09", 1, "verifier", {"digest": "0" * 64}),  # on another content
        ("23F08", 1, "verifier", {"submission": 2}),  # of another submission
        ("23F55", 1, "verifier", {"outcome": "rejected", "reason": "x"}),  # without a ground
        (
            CHECK_VIOLATION,
            1,
            "verifier",
            {"outcome": "rejected", "ground_id": ground, "reason": ""},
        ),  # without a reason
        (CHECK_VIOLATION, 1, "verifier", {"back_to": -1}),
    ):
        sql, values = decision_of(request, position, here[by], **changes)
        refused(state, sql, *values)


def test_one_person_signs_once_by_sql(here: world.World) -> None:
    request = here.at_sanction()
    sql, values = decision_of(request, 3, here["approver"])
    accepted(sql, *values)
    sql, values = decision_of(request, 3, here["verifier"])
    refused("23F10", sql, *values)


def test_payee_cannot_decide_by_sql(here: world.World) -> None:
    request = here.submitted()
    payee = world.make_user("payee", here.office, Role.VERIFIER, cnic=request.lines.get().cnic)
    sql, values = decision_of(request, 1, payee)
    refused("23F10", sql, *values)


def sanction_of(
    here: world.World, request: Disbursement, by: str = "approver", **changes: object
) -> tuple[str, list[object]]:
    serial, number = next_number(Sanction, fund=request.fund, year=request.year)
    row = Sanction(
        disbursement=request,
        fund=request.fund,
        year=request.year,
        serial=serial,
        number=number,
        amount=request.amount,
        digest=request.digest,
        sanctioned_by=here[by],
        sanctioned_on=world.DAY,
        recorded_at="2025-09-26T10:00:00Z",
        entry_id=committed(here, request),
    )
    return copied(row, **changes)


def committed(here: world.World, request: Disbursement) -> int:
    """The entry by which the request's amount is committed, posted without a sanction."""
    drafts = postings.sanction(
        fund=here.fund.code, amount=request.amount, on=world.DAY, number=f"T-{request.pk}", memo=""
    )
    return post(drafts, by=here["approver"])[0]


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
    lawful = {"voucher_id": voucher.pk, "line_id": line.pk, "number": "n-2", "entry_id": voucher.entry_id}
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
    sql, values = copied(model, number="n-3", entry_id=voucher.entry_id)  # the request is paid already
    refused(UNIQUE_VIOLATION, sql, *values)
    gone = here.vouchered()
    disbursements.cancel(disbursement=gone.sanction.disbursement_id, by=here["ddo"], reason="Wrong payee")
    line = gone.sanction.disbursement.lines.get()
    sql, values = copied(model, voucher_id=gone.pk, line_id=line.pk, number="n-4", entry_id=gone.entry_id)
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
    first = payments.issue_instrument(disbursement=request.pk, line=line.pk, number="c-1", by=here["ddo"], on=world.DAY)
    sql, values = copied(Instrument.objects.get(pk=first.pk), number="c-2", entry_id=voucher.entry_id)
    refused(UNIQUE_VIOLATION, sql, *values)
