"""A row that comes before the one it belongs to is refused by its rule: foreign keys are asked at the end of a transaction."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from beneficiaries.models import RegisterEntry
from funds.models import (
    ApprovalStep,
    BudgetHead,
    ComplaintStep,
    Filing,
    PayeeLine,
    RuleStep,
    SubmittedPaper,
)
from tests.funds.by_sql import Statement, copied, flat, refused
from tests.funds.refusals_of_money import vouchered
from tests.world import DAY, World

pytestmark = pytest.mark.django_db
NONE = 999_999_999  # the key of a row that is written later, if at all
Case = Callable[[World], Statement]


def voucher(here: World) -> Statement:
    request, model = here.sanctioned(), here.vouchered()
    return vouchered(model, request, sanction_id=NONE, issued_by_id=here["case_officer"].pk)


def step(here: World) -> Statement:
    return copied(ApprovalStep.objects.filter(disbursement=here.submitted()).first(), disbursement_id=NONE)


def line(here: World, column: str) -> Statement:
    return copied(PayeeLine.objects.get(disbursement=here.draft()), position=9, **{column: NONE})


def paper(here: World, column: str) -> Statement:
    request = here.draft()
    row = SubmittedPaper(disbursement=request, submission=1, paper=request.lines.get().case.papers.get())
    return copied(row, **{column: NONE})


def complaint_step(here: World) -> Statement:
    row = ComplaintStep(act="noted", text="x", taken_on=DAY, taken_by=here["case_officer"], recorded_at=DAY)
    return copied(row, complaint_id=NONE)


def filing(here: World) -> Statement:
    here.submitted()
    return copied(Filing(entry=RegisterEntry.objects.first(), submission=1), entry_id=NONE, disbursement_id=NONE)


def rule_step(here: World) -> Statement:
    return copied(RuleStep.objects.get(rule=here.rule, position=1), rule_id=NONE)


def budget_head(here: World) -> Statement:
    row = BudgetHead(code="GRANTS", name="Grants", kinds=["fine"], effective_from=date(2025, 7, 1), source="x")
    sql, values = copied(row, fund_id=NONE)
    return sql, values


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
