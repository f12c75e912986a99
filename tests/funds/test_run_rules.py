"""What the database refuses of payment runs to plain SQL as the application role."""

from typing import Any

import pytest
from django.db import connection

from funds import bank_files, payment_runs
from funds.models import LineStatus, PaymentRun, RunDownload, RunLine, StatusFile
from ledger.clock import today
from tests.funds.bank_answers import IBANS, drafted, peopled, proposed, released, sent, transfer
from tests.funds.by_sql import Now, accepted, copied, flat, refused, yes
from tests.world import World

pytestmark = pytest.mark.django_db
SHA = "a" * 64


@pytest.fixture
def here(small_world: World) -> World:
    peopled(small_world)
    for iban in IBANS:
        transfer(small_world, iban)
    return small_world


def change(run: PaymentRun, **values: object) -> tuple[Any, ...]:
    names = ", ".join(f"{name} = {'now()' if isinstance(value, Now) else '%s'}" for name, value in values.items())
    given = [value for value in values.values() if not isinstance(value, Now)]
    return f"UPDATE funds_paymentrun SET {names} WHERE id = %s", *given, run.pk


def bad(code: str, row: Any, **changes: object) -> None:
    refused(code, *flat(copied(row, **changes)))


def do(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_a_run_begins_empty_on_its_funds_account(here: World) -> None:
    run = drafted(here)
    new = {"serial": 2, "number": "T-2"}
    yes(run, **new)
    for wrong in (
        {"state": "proposed"},
        {"count": 2},
        {"bank_account": IBANS[0]},
        {"digest": SHA},
        {"released_at": Now()},
    ):
        bad("23FC4", run, **new | wrong)
    bad("23F02", run, serial=3, number="T-3")
    bad("23514", run, **new | {"format": "csv"})


def test_only_an_unpaid_transfer_of_its_fund_is_chosen(here: World) -> None:
    run, line = drafted(here), transfer(here)
    row = RunLine(run=run, line=line, position=3, end_to_end="T-3", amount=line.amount)
    yes(row)
    cheque = here.vouchered().sanction.disbursement.lines.get()
    unvouchered = here.sanctioned(here.transfer()).lines.get()
    wrong: list[dict[str, object]] = [
        {"amount": 1},
        {"state": "issued"},
        {"line_id": cheque.pk},
        {"line_id": unvouchered.pk},
        {"run_id": 2_000_000_000},
    ]
    for changes in wrong:
        bad("23FC5", row, **changes)
    bad("23505", row, line_id=run.lines.all()[0].line_id)  # it waits in this run already
    other = drafted(here, lines=[line.pk])
    bad("23505", row, position=4)
    payment_runs.propose(run=run.pk, by=here["second_ddo"])
    payment_runs.cancel(run=other.pk, reason="x", by=here["second_ddo"])
    bad("23FC5", row, position=5)  # the run is proposed


def test_a_line_waits_in_one_run(here: World) -> None:
    run = drafted(here)
    payment_runs.cancel(run=run.pk, reason="x", by=here["second_ddo"])
    first, second = drafted(here), None
    line = first.lines.all()[0]
    do(*flat(copied(first, serial=3, number="T-3")))
    second = PaymentRun.objects.get(number="T-3")
    bad("23505", line, run_id=second.pk, end_to_end="T-1")


def test_a_line_that_is_paid_is_not_chosen(here: World) -> None:
    run = released(here)
    do(*flat(copied(run, serial=2, number="T-2", state="draft", count=0, amount=0, digest="", terms={}, file_sha256="",
                    proposed_by_id=None, released_by_id=None, released_at=None)))  # fmt: skip
    second = PaymentRun.objects.get(number="T-2")
    bad("23FC5", run.lines.all()[0], run_id=second.pk, end_to_end="T-1", state="chosen", instrument_id=None)


def test_a_run_line_moves_once_and_gets_its_own_payment(here: World) -> None:
    run = drafted(here)
    row = run.lines.all()[0]
    sql = "UPDATE funds_runline SET {} WHERE id = %s"
    accepted(sql.format("state = 'dropped'"), row.pk)
    for wrong in ("amount = 1", "position = 9", "end_to_end = 'x'", "state = 'issued'", "state = 'chosen'"):
        refused("23FC6", sql.format(wrong), row.pk)
    other = here.paid()[0]
    payment_runs.propose(run=run.pk, by=here["second_ddo"])
    refused("23FC6", sql.format(f"state = 'issued', instrument_id = {other.pk}"), row.pk)
    refused("42501", "DELETE FROM funds_runline WHERE id = %s", row.pk)
    refused("42501", "DELETE FROM funds_paymentrun WHERE id = %s", run.pk)


def test_a_proposal_is_the_sum_of_its_lines(here: World) -> None:
    run, by = drafted(here), here["second_ddo"].pk
    good: dict[str, object] = {"state": "proposed", "count": 2, "amount": 40000, "digest": SHA, "proposed_by_id": by}
    accepted(*change(run, **good))
    for wrong in ({"count": 1}, {"amount": 1}, {"digest": ""}, {"proposed_by_id": None}, {"execution_on": today()}):
        refused("23FC4", *change(run, **good | wrong))
    refused("23FC4", *change(run, state="released"))
    refused("23FC4", *change(run, count=2))


def test_a_release_is_by_another_person_who_issued_all_of_it(here: World) -> None:
    run, ddo = proposed(here), here["ddo"].pk
    good: dict[str, object] = {
        "state": "released", "released_by_id": ddo, "released_at": Now(), "file_sha256": SHA,
    }  # fmt: skip
    refused("23FC4", *change(run, **good))  # nothing is issued
    payment_runs._issue(run, by=here["ddo"], on=today())
    accepted(*change(run, **good))
    third = here["finance_officer"].pk
    bad = [{"released_by_id": here["second_ddo"].pk}, {"released_by_id": None}, {"released_by_id": third},
           {"file_sha256": ""}, {"released_at": run.drafted_at}, {"amount": 1}]  # fmt: skip
    for wrong in bad:
        refused("23FC4", *change(run, **good | wrong))


def test_the_file_is_sent_once(here: World) -> None:
    run = released(here)
    refused("23FC4", *change(run, state="sent"))  # nothing was handed out
    row = RunDownload(run=run, copy=0, sha256=run.file_sha256, taken_by=here["ddo"])
    yes(row, taken_at=Now())
    for wrong in ({"copy": 1}, {"sha256": SHA}):
        bad("23FC7", row, **wrong | {"taken_at": Now()})
    bad("23FC7", row, taken_at="2025-09-26T10:00:00Z")
    bank_files.send(run=run.pk, by=here["ddo"])
    yes(row, copy=1, taken_at=Now())
    bad("23FC7", row, taken_at=Now())
    refused("23FC4", *change(run, file_sha256=SHA))
    refused("23FC4", *change(run, terms="{}", state="cancelled", reason="x"))


def test_a_payment_that_failed_is_not_sent(here: World) -> None:
    run = released(here)
    row = RunDownload(run=run, copy=0, sha256=run.file_sha256, taken_by=here["ddo"])
    do(*flat(copied(row, taken_at=Now())))
    accepted(*change(run, state="sent"))
    paid = run.lines.all()[0].instrument_id
    do("UPDATE funds_instrument SET state = 'stopped', reason = 'x' WHERE id = %s", paid)
    refused("23FC4", *change(run, state="sent"))


def test_a_run_is_cancelled_without_a_payment_and_for_a_reason(here: World) -> None:
    run = drafted(here)
    refused("23FC4", *change(run, state="cancelled", reason="x"))  # lines wait
    do("UPDATE funds_runline SET state = 'dropped' WHERE run_id = %s", run.pk)
    accepted(*change(run, state="cancelled", reason="x"))
    refused("23FC4", *change(run, state="cancelled"))


def test_the_bank_answers_what_was_sent(here: World) -> None:
    run, ready = sent(here), {"taken_at": Now()}
    row = StatusFile(run=run, message="B-1", sha256=SHA, taken_by=here["reconciler"])
    yes(row, **ready)
    refused("23FC4", *change(run, state="partly"))  # no report
    transfer(here)
    bad("23FC8", row, run_id=drafted(here).pk, **ready)
    do(*flat(copied(row, **ready)))
    kept = StatusFile.objects.get()
    first, second = run.lines.order_by("position")
    said = LineStatus(file=kept, run_line=first, status="ACSC")
    yes(said)
    bad("23FC8", said, status="RJCT")  # its payment stands
    other = drafted_line(here)
    bad("23FC8", said, run_line_id=other.pk)
    accepted(*change(run, state="partly"))
    refused("23FC4", *change(run, state="answered"))
    do("UPDATE funds_instrument SET state = 'returned', reason = 'x' WHERE id = %s", second.instrument_id)
    do(*flat(copied(said, run_line_id=second.pk, status="RJCT")))
    do(*flat(copied(said)))
    accepted(*change(run, state="answered"))
    refused("23FC4", *change(run, state="partly"))
    do(*flat(copied(row, message="B-2", sha256="b" * 64, **ready)))
    later = StatusFile.objects.get(message="B-2")
    bad("23FC8", said, file_id=later.pk, run_line_id=second.pk)  # rejected before
    refused("42501", "UPDATE funds_linestatus SET status = 'ACSC'")


def drafted_line(here: World) -> RunLine:
    return RunLine.objects.filter(state="chosen").order_by("pk")[0]
