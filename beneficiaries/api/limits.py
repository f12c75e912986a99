"""Limits of officers over the API: what is in force and what was proposed, proposing, agreeing, declining."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema

from beneficiaries.models import OfficerLimit
from beneficiaries.offices import limits
from beneficiaries.offices.scope import visible
from beneficiaries.views.pages import actor
from ledger.api_types import Amount, Day, Given, Id, Page, Paging, PathId, Text, answers, created, filtered, page
from ledger.roles import require_role

router = Router(tags=["limits"])


class ConsentOut(Schema):
    """What became of a proposal."""

    outcome: str
    decided_by: str | None
    decided_at: datetime
    remark: str

    @staticmethod
    def resolve_decided_by(row: Any) -> str | None:
        return row.decided_by.get_username() if row.decided_by else None


class LimitOut(Schema):
    """`decision` is null while the proposal waits; of several agreed ones in force the one that began last counts."""

    id: int
    officer: int
    username: str
    designation: str
    grade: int
    amount: Amount
    effective_from: date
    effective_to: date | None
    reason: str
    proposed_by: str | None
    proposed_at: datetime
    decision: ConsentOut | None

    @staticmethod
    def resolve_officer(row: OfficerLimit) -> int:
        return row.officer_id

    @staticmethod
    def resolve_username(row: OfficerLimit) -> str:
        return row.officer.user.get_username()

    @staticmethod
    def resolve_proposed_by(row: OfficerLimit) -> str | None:
        return row.proposed_by.get_username() if row.proposed_by else None

    @staticmethod
    def resolve_decision(row: OfficerLimit) -> Any:
        return getattr(row, "decision", None)


class LimitFilter(Paging):
    officer: PathId | None = None


class LimitIn(Given):
    """`amount` in rupees, "0" to take the power away; without `effective_from` it begins today."""

    officer: Id
    amount: Text
    reason: Text
    effective_from: Day | None = None
    effective_to: Day | None = None


class RemarkIn(Given):
    remark: Text = ""


def _rows() -> QuerySet[OfficerLimit]:
    return OfficerLimit.objects.select_related("officer__user", "proposed_by", "decision__decided_by")


@router.get("/limits", response=answers(Page[LimitOut]))
def list_limits(request: HttpRequest, filters: Query[LimitFilter]) -> Any:
    """Every limit that was proposed, of the officers of the caller's office."""
    user = actor(request)
    require_role(user, *limits.READERS, action="see limits")
    rows = visible(_rows(), to=user, path="officer__office")
    return page(filtered(rows, officer_id=filters.officer), filters)


@router.post("/limits", response=answers(LimitOut, 201))
def propose_limit(request: HttpRequest, data: LimitIn) -> Any:
    """Proposes a limit; it counts when another person agrees."""
    made = limits.propose(by=actor(request), **data.dict())
    return created(_rows().get(pk=made.pk))


@router.post("/limits/{limit}/agree", response=answers(LimitOut))
def agree_limit(request: HttpRequest, limit: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The second person's consent; never by the proposer or the officer."""
    return _rows().get(pk=limits.agree(limit=limit, by=actor(request), remark=data.remark).pk)


@router.post("/limits/{limit}/decline", response=answers(LimitOut))
def decline_limit(request: HttpRequest, limit: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """Declines a limit, or takes it back where the caller proposed it; the remark says why."""
    return _rows().get(pk=limits.decline(limit=limit, by=actor(request), remark=data.remark).pk)
