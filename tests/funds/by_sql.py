"""Plain SQL as the application role: statements made of rows, and what the database answers to them."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg2.extras import Json

from beneficiaries.private.sealed import SealedField
from funds import postings
from funds.models import ApprovalRule, ApprovalStep, ChosenRule, Decision, DecisionGround, Disbursement, Sanction
from funds.numbers import next_number
from ledger.clock import today
from ledger.posting import post
from tests import world

Statement = tuple[str, list[object]]


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


class Now:
    """In place of a value: the moment of the transaction, which some columns have to hold."""


def copied(row: Any, **changes: object) -> tuple[str, list[object]]:
    """An INSERT of a copy of the row without its id, with some columns changed."""
    values = {
        field.column: stored(field, getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    values |= changes
    columns, marks = (
        ", ".join(values),
        ", ".join("now()" if isinstance(each, Now) else "%s" for each in values.values()),
    )
    prepared = [_json(value) for value in values.values() if not isinstance(value, Now)]
    return f"INSERT INTO {row._meta.db_table} ({columns}) VALUES ({marks})", prepared


def stored(field: Any, value: Any) -> Any:
    """A private value as its column takes it; others as they are."""
    return field.get_prep_value(value) if isinstance(field, SealedField) else value


def _json(value: object) -> object:
    return Json(value) if isinstance(value, dict) else value


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


def sanction_of(
    here: world.World, request: Disbursement, by: str = "approver", on: date = world.DAY, **changes: object
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
        sanctioned_on=on,
        recorded_at="2025-09-26T10:00:00Z",
        entry_id=committed(here, request, on),
    )
    return copied(row, **changes)


def committed(here: world.World, request: Disbursement, on: date = world.DAY) -> int:
    """The entry by which the request's amount is committed, posted without a sanction."""
    drafts = postings.sanction(fund=here.fund.code, amount=request.amount, on=on, number=f"T-{request.pk}", memo="")
    return post(drafts, by=here["approver"])[0]


def flat(statement: Statement) -> tuple[Any, ...]:
    return (statement[0], *statement[1])


def run(statement: Statement) -> None:
    with connection.cursor() as cursor:
        cursor.execute(*statement)


def no(state: str, row: Any, **changes: object) -> None:
    """The row, with the changes, is refused with this SQLSTATE."""
    refused(state, *flat(copied(row, **changes)))


def yes(row: Any, **changes: object) -> None:
    """The row, with the changes, goes through."""
    accepted(*flat(copied(row, **changes)))


def ground(outcome: str, code: str = "other") -> int:
    """The key of a ground that counts."""
    return DecisionGround.objects.get(outcome=outcome, code=code).pk


def chain_by_hand(request: Disbursement, rule: ApprovalRule, left_out: int) -> Disbursement:
    """The first submission's rule and steps, as the application role could write them, without the first `left_out`."""
    row = Disbursement.objects.get(pk=request.pk)
    row.submission += 1
    ChosenRule.objects.create(
        disbursement=row, submission=row.submission, rule=rule, chosen_on=today(), basis=row.amount, days=30
    )
    steps = list(rule.steps.order_by("position"))[left_out:]
    for step in steps:
        ApprovalStep.objects.create(
            disbursement=row, submission=row.submission, position=step.position, role=step.role, act=step.act,
            post=step.post, signatures=step.signatures, days=step.days, rule_title=rule.title, last=step is steps[-1],
        )  # fmt: skip
    return row
