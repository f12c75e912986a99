"""Conflicts of interest and the report on duties over the API."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.views.pages import actor
from funds.chain import conflicts, duties_report
from funds.models import Conflict
from ledger.api_types import Because, Given, Id, Page, Paging, PathId, Text, answers, created, page

router = Router()


class ConflictIn(Given):
    """Exactly one of `disbursement`, `case` and `person`; `ground` as for a recusal."""

    ground: Annotated[str, Field(max_length=24)]
    reason: Text
    disbursement: Id | None = None
    case: Id | None = None
    person: Id | None = None


class ConflictOut(Schema):
    id: int
    disbursement_id: int | None
    case_id: int | None
    person_id: int | None
    ground: str
    reason: str
    name: str
    post: str
    declared_on: date
    ended_on: date | None
    ended_by: str
    end_reason: str

    @staticmethod
    def resolve_ground(row: Conflict) -> str:
        return row.ground.code

    @staticmethod
    def resolve_ended_on(row: Conflict) -> date | None:
        return row.ending.ended_on if row.ended else None

    @staticmethod
    def resolve_ended_by(row: Conflict) -> str:
        return row.ending.name if row.ended else ""

    @staticmethod
    def resolve_end_reason(row: Conflict) -> str:
        return row.ending.reason if row.ended else ""


class PairOut(Schema):
    first: str
    second: str
    effective_from: date
    effective_to: date | None
    source: str
    verified: bool


class SectionOut(Schema):
    title: str
    found: list[str]


class DutiesOut(Schema):
    """`empty` is true when nothing goes against the separation of duties."""

    empty: bool
    pairs: list[PairOut]
    sections: list[SectionOut]


@router.get("/conflicts", response=answers(Page[ConflictOut]), tags=["duties"])
def list_conflicts(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The caller's own declarations; for who watches over duties all of the office's officers."""
    return page(conflicts.visible_conflicts(actor(request)), paging)


@router.post("/conflicts", response=answers(ConflictOut, 201), tags=["duties"])
def declare_conflict(request: HttpRequest, data: ConflictIn) -> Any:
    """The caller stands apart from a request, a case or a person."""
    return created(conflicts.declare(by=actor(request), **data.dict()))


@router.post("/conflicts/{conflict}/end", response=answers(ConflictOut), tags=["duties"])
def end_conflict(request: HttpRequest, conflict: PathId, data: Because) -> Any:
    """A fund manager, who did not declare it, finds that the conflict is over."""
    user = actor(request)
    conflicts.end(conflict=conflict, reason=data.reason, by=user, on=data.on)
    return conflicts.get_conflict(conflict, by=user)


@router.get("/duties", response=answers(DutiesOut), tags=["duties"])
def duties(request: HttpRequest) -> Any:
    """The register of incompatible roles, and what goes against it; there should be nothing."""
    return duties_report.report(by=actor(request))
