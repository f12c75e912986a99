"""A row that names one which is not written yet is refused by its own rule.

Keys may be given by hand and foreign keys are asked at the end of a transaction, so what stands behind a key need not be
there when a rule looks: then nothing could be compared, and nothing is allowed.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from beneficiaries.models import Absence, AbsenceEnd, OfficerLimit, RegisterEntry
from funds.chain import conflicts
from funds.models import (
    AgendaItem,
    ApprovalStep,
    BudgetHead,
    ChainVoid,
    ComplaintStep,
    ConflictEnd,
    Delegation,
    Filing,
    MinutesItem,
    PayeeLine,
    RuleStep,
    SubmittedPaper,
)
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.funds.by_sql import Statement, accepted, copied, decision_of, flat, no, refused, yes
from tests.funds.committee_world import Sitting, sitting
from tests.funds.refusals_of_money import vouchered
from tests.funds.test_second_person import ROWS, Waiting, a_delegation, a_limit, consent_to, peopled
from tests.world import DAY, World

__all__ = ["sitting"]
pytestmark = pytest.mark.django_db
NOT_YET = 2_000_000_000
Case = Callable[[World], Statement]


@pytest.fixture
def here(small_world: World) -> World:
    return peopled(small_world)


@pytest.mark.parametrize("propose", ROWS)
def test_nobody_agrees_to_what_is_not_proposed(here: World, propose: Callable[[World], Waiting]) -> None:
    waiting = propose(here)
    sql, values = consent_to(waiting, here["approver"])
    accepted(sql, *values)
    refused(waiting.code, sql, NOT_YET, here["approver"].pk)


def test_nobody_decides_on_a_request_or_step_to_come(here: World) -> None:
    request, by = here.submitted(), here["verifier"]
    accepted(*flat(decision_of(request, 1, by)))
    for missing in (
        {"disbursement_id": NOT_YET},
        {"step_id": NOT_YET},
        {"disbursement_id": NOT_YET, "step_id": NOT_YET},
    ):
        refused("23F08", *flat(decision_of(request, 1, by, **missing)))


def only(state: str, row: Any, **changes: object) -> None:
    """The row goes through as it is, and is refused with the changes."""
    yes(row)
    no(state, row, **changes)


def test_no_chain_is_void_that_is_not_there(here: World) -> None:
    request = here.submitted()
    row = ChainVoid(disbursement=request, submission=1, field="x", caused_by=here["case_officer"], recorded_at=today())
    only("23F59", row, disbursement_id=NOT_YET)


def test_powers_are_of_officers_who_are_there(here: World) -> None:
    power = Delegation.objects.get(pk=a_delegation(here).pk)
    only("23F65", power, giver_id=NOT_YET)
    only("23F65", power, taker_id=NOT_YET)
    only("23F54", OfficerLimit.objects.get(pk=a_limit(here).pk), officer_id=NOT_YET)


def test_no_conflict_ends_before_it_is_declared(here: World) -> None:
    row = conflicts.declare(by=here["verifier"], person=here.person().pk, ground="other", reason="My aunt")
    manager = world.make_user("second_manager", here.office, Role.FUND_MANAGER)
    end = ConflictEnd(
        conflict=row, reason="Divorced", name="x", post="x", ended_on=today(), ended_by=manager, recorded_at=today()
    )
    only("23F75", end, conflict_id=NOT_YET)


def test_no_absence_ends_before_it_is_recorded(here: World) -> None:
    away = Absence.objects.create(
        officer=here["verifier"].officer,
        starts_on=today(),
        ends_on=today(),
        reason="Leave",
        recorded_by=here["verifier"],
    )
    end = AbsenceEnd(absence=away, back_on=today(), reason="Well", ended_by=here["verifier"], recorded_at=today())
    only("23B41", end, absence_id=NOT_YET)


def test_minutes_come_before_what_they_say(sitting: Sitting) -> None:
    first, second = sitting.waiting(), sitting.waiting()
    meeting = sitting.meeting(first)
    step = second.steps.get(position=3)
    item = AgendaItem(
        meeting=meeting, position=2, disbursement=second, step=step, digest=second.digest, added_by=sitting.writer, added_at=today()
    )  # fmt: skip
    only("23F61", item, disbursement_id=NOT_YET)
    said = sitting.held(meeting).items.get()
    no("23F61", said, minutes_id=NOT_YET)
    no("23F61", said, item_id=NOT_YET)
    assert MinutesItem.objects.count() == 1 and meeting.minutes.get().held_on == DAY


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("beneficiaries_courtorder", "23B10"),
        ("beneficiaries_releasewithdrawal", "23B24"),
        ("beneficiaries_hitjudgement", "23B31"),
        ("beneficiaries_watchentryend", "23B33"),
    ],
)
def test_rules_of_cases_look_for_what_a_row_is_about(db: None, table: str, code: str) -> None:
    """A row about nothing is refused by the rule, which looks before the columns are asked."""
    refused(code, f"INSERT INTO {table} DEFAULT VALUES")


def voucher(here: World) -> Statement:
    request, model = here.sanctioned(), here.vouchered()
    return vouchered(model, request, sanction_id=NOT_YET, issued_by_id=here["case_officer"].pk)


def step(here: World) -> Statement:
    return copied(ApprovalStep.objects.filter(disbursement=here.submitted()).first(), disbursement_id=NOT_YET)


def line(here: World, column: str) -> Statement:
    return copied(PayeeLine.objects.get(disbursement=here.draft()), position=9, **{column: NOT_YET})


def paper(here: World, column: str) -> Statement:
    request = here.draft()
    row = SubmittedPaper(disbursement=request, submission=1, paper=request.lines.get().case.papers.get())
    return copied(row, **{column: NOT_YET})


def complaint_step(here: World) -> Statement:
    row = ComplaintStep(act="noted", text="x", taken_on=DAY, taken_by=here["case_officer"], recorded_at=DAY)
    return copied(row, complaint_id=NOT_YET)


def filing(here: World) -> Statement:
    here.submitted()
    return copied(Filing(entry=RegisterEntry.objects.first(), submission=1), entry_id=NOT_YET, disbursement_id=NOT_YET)


def rule_step(here: World) -> Statement:
    return copied(RuleStep.objects.get(rule=here.rule, position=1), rule_id=NOT_YET)


def budget_head(here: World) -> Statement:
    row = BudgetHead(code="GRANTS", name="Grants", kinds=["fine"], effective_from=date(2025, 7, 1), source="x")
    return copied(row, fund_id=NOT_YET)


@pytest.mark.parametrize(
    ("state", "written"),
    [
        ("23F12", voucher),
        ("23F52", step),
        ("23F05", partial(line, column="disbursement_id")),
        ("23F20", partial(line, column="case_id")),
        ("23F20", partial(line, column="obligation_id")),
        ("23F17", partial(paper, column="disbursement_id")),
        ("23F17", partial(paper, column="paper_id")),
        ("23F29", complaint_step),
        ("23F44", filing),
        ("23F50", rule_step),
        ("23F45", budget_head),
    ],
)
def test_a_row_does_not_come_before_its_parent(state: str, written: Case, small_world: World) -> None:
    refused(state, *flat(written(small_world)))
