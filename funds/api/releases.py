"""The API of releases: how far each prisoner has come, record a step with its paper, withdraw a wrong record."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.casework import releases as records
from beneficiaries.models import ReleaseRecord, ReleaseStep
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.views.pages import actor
from funds.release import releases
from ledger.api_types import (
    LARGEST_ID,
    Amount,
    Day,
    Given,
    OneOf,
    Page,
    Paging,
    PathId,
    Text,
    answers,
    created,
    filtered,
    page,
)
from ledger.roles import require_role

router = Router(tags=["releases"])


class TrackedOut(Schema):
    """A prisoner's case with the day of each stage; null where it was not reached."""

    id: int
    number: str
    person: str
    prison: str
    office: str
    amount: Amount | None
    stage: str
    since: date | None
    sanctioned_on: date | None
    paid_on: date | None
    court_receipt_on: date | None
    release_order_on: date | None
    jail_certificate_on: date | None
    released_on: date | None

    @staticmethod
    def resolve_person(row: Any) -> str:
        return row.person.name

    @staticmethod
    def resolve_prison(row: Any) -> str:
        return row.prisoner.prison.name

    @staticmethod
    def resolve_office(row: Any) -> str:
        return row.office.code


class RecordOut(Schema):
    id: int
    step: str
    on: date = Field(alias="happened_on")
    reference: str
    reason: str
    paper: int | None = Field(alias="paper_id")
    recorded_by: str
    recorded_at: datetime
    withdrawn: str = Field(description="why it does not hold; empty where it does")

    @staticmethod
    def resolve_recorded_by(row: ReleaseRecord) -> str:
        return row.recorded_by.get_full_name()

    @staticmethod
    def resolve_withdrawn(row: ReleaseRecord) -> str:
        gone = getattr(row, "withdrawal", None)
        return gone.reason if gone else ""


class WayOut(TrackedOut):
    records: list[RecordOut]

    @staticmethod
    def resolve_records(row: Any) -> Any:
        return row.release_records.select_related("recorded_by", "withdrawal")


class StepIn(Given):
    """`paper` is one of the case; left out, the latest of the step's kind counts. A release itself has none."""

    step: Annotated[str, OneOf(ReleaseStep)]
    reference: Text
    on: Day | None = None
    paper: Annotated[int, Field(strict=True, ge=1, le=LARGEST_ID)] | None = None
    reason: Text = ""


class WithdrawIn(Given):
    reason: Text


class Filter(Paging):
    stage: Annotated[str, OneOf(releases.Stage)] | None = None


def _reader(request: HttpRequest) -> Any:
    user = actor(request)
    require_role(user, *releases.READERS, action="see releases")
    return user


@router.get("/releases", response=answers(Page[TrackedOut]))
@everywhere()
def list_releases(request: HttpRequest, paging: Query[Filter]) -> Any:
    """Prisoners for whom money was sanctioned."""
    return page(filtered(releases.tracked(_reader(request)), stage=paging.stage), paging)


@router.get("/releases/late", response=answers(list[TrackedOut]))
@everywhere()
def list_late(request: HttpRequest) -> Any:
    """Paid for and still inside for longer than the rule in force allows, the longest first; at most 500."""
    return list(releases.still_inside(releases.tracked(_reader(request)), records.alarm_days())[:500])


@router.get("/cases/{case}/release", response=answers(WayOut))
@everywhere()
def get_way(request: HttpRequest, case: PathId) -> Any:
    """One prisoner's way with everything recorded, withdrawn records as well."""
    return releases.get_tracked(case, by=_reader(request))


@router.post("/cases/{case}/release", response=answers(RecordOut, 201))
@everywhere()
def record_step(request: HttpRequest, case: PathId, data: StepIn) -> Any:
    """Records a step on the way out, the release itself, or another ending."""
    return created(releases.record(case=case, by=actor(request), **data.dict()))


@router.post("/release-records/{record}/withdraw", response=answers(RecordOut))
@everywhere()
def withdraw_record(request: HttpRequest, record: PathId, data: WithdrawIn) -> Any:
    """A record does not hold; it stays in the list."""
    user = actor(request)
    made = records.withdraw(record=record, reason=data.reason, by=user)
    return records.visible_records(user).get(pk=made.record_id)
