"""Complaints and appeals over the API."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.identity import masked_phone
from beneficiaries.offices.scope import get_visible
from beneficiaries.views.pages import actor
from funds import complaints as service
from funds.models import Complaint, ComplaintStep
from ledger.api_types import Day, Given, Id, OneOf, Page, Paging, PathId, Text, answers, created, page
from ledger.clock import today
from ledger.roles import require_role

router = Router(tags=["complaints"])


class CategoryOut(Schema):
    id: int
    code: str
    name: str
    days: int
    appeal: bool
    source: str
    verified: bool


class StepOut(Schema):
    act: str
    text: str
    outcome: str
    assigned_to: str | None
    taken_on: date
    taken_by: str
    recorded_at: datetime

    @staticmethod
    def resolve_assigned_to(row: ComplaintStep) -> str | None:
        return row.assigned_to.get_full_name() if row.assigned_to else None

    @staticmethod
    def resolve_taken_by(row: ComplaintStep) -> str:
        return row.taken_by.get_full_name()


class ComplaintOut(Schema):
    """A complaint as it was received; `state` and `days_late` follow from its steps and the day the reply is due."""

    id: int
    number: str
    state: str
    category: str
    channel: str
    case_id: int | None
    decision_id: int | None
    complainant: str = Field(description="empty: anonymous")
    phone: str = Field(description="first four and last three digits only")
    text: str
    about_officer_id: int | None
    received_on: date
    due_on: date
    days_late: int
    steps: list[StepOut]

    @staticmethod
    def resolve_state(row: Complaint) -> str:
        return service.state_of(row)

    @staticmethod
    def resolve_category(row: Complaint) -> str:
        return row.category.code

    @staticmethod
    def resolve_phone(row: Complaint) -> str:
        return masked_phone(row.phone)

    @staticmethod
    def resolve_days_late(row: Complaint) -> int:
        return service.days_late(row)

    @staticmethod
    def resolve_steps(row: Complaint) -> list[ComplaintStep]:
        return list(row.steps.select_related("assigned_to", "taken_by"))


class ComplaintIn(Given):
    category: Annotated[str, Field(max_length=60, examples=["delay"])]
    channel: Annotated[str, OneOf(Complaint.Channel)]
    text: Text
    case: Id | None = None
    decision: Id | None = None
    complainant: Text = ""
    phone: Text = ""
    about_officer: Id | None = None
    received_on: Day | None = None


class ComplaintFilter(Paging):
    part: Literal["open", "overdue", "mine", "answered"] | None = None


class StepIn(Given):
    text: Text
    on: Day | None = None


class AssignIn(StepIn):
    officer: Id


class ReplyIn(StepIn):
    outcome: Annotated[str, OneOf(ComplaintStep.Outcome)]


def _one(user: User, pk: int) -> Complaint:
    return get_visible(service.visible_complaints(user), to=user, pk=pk)


@router.get("/complaint-categories", response=answers(Page[CategoryOut]))
def list_categories(request: HttpRequest, paging: Query[Paging]) -> Any:
    """What may be complained of today, and the days until the reply is due."""
    return page(service.categories_on(today()), paging)


@router.get("/complaints", response=answers(Page[ComplaintOut]))
def list_complaints(request: HttpRequest, filters: Query[ComplaintFilter]) -> Any:
    """Complaints of the caller's office, none about the caller."""
    user = actor(request)
    require_role(user, *service.READERS, action="see complaints")
    rows = service.visible_complaints(user)
    return page(service.parted(rows, filters.part, by=user) if filters.part else rows, filters)


@router.get("/complaints/{complaint}", response=answers(ComplaintOut))
def get_complaint(request: HttpRequest, complaint: PathId) -> Any:
    user = actor(request)
    require_role(user, *service.READERS, action="see a complaint")
    return _one(user, complaint)


@router.post("/complaints", response=answers(ComplaintOut, 201))
def register_complaint(request: HttpRequest, data: ComplaintIn) -> Any:
    """Registers a complaint, on a case or on none, with or without a name; an appeal names the decision it is against."""
    made = service.register(by=actor(request), **data.dict())
    return created(service.with_state(Complaint.objects.select_related("category")).get(pk=made.pk))


@router.post("/complaints/{complaint}/assign", response=answers(ComplaintOut))
def assign_complaint(request: HttpRequest, complaint: PathId, data: AssignIn) -> Any:
    """Gives it to an officer, by the key of the user, whom it is not about."""
    service.assign(complaint=complaint, by=actor(request), **data.dict())
    return _one(actor(request), complaint)


@router.post("/complaints/{complaint}/notes", response=answers(ComplaintOut))
def note_on_complaint(request: HttpRequest, complaint: PathId, data: StepIn) -> Any:
    """What was asked, seen or heard."""
    service.note(complaint=complaint, by=actor(request), **data.dict())
    return _one(actor(request), complaint)


@router.post("/complaints/{complaint}/reply", response=answers(ComplaintOut))
def reply_to_complaint(request: HttpRequest, complaint: PathId, data: ReplyIn) -> Any:
    """The answer and its outcome, by the officer it is assigned to."""
    service.reply(complaint=complaint, by=actor(request), **data.dict())
    return _one(actor(request), complaint)


@router.post("/complaints/{complaint}/reopen", response=answers(ComplaintOut))
def reopen_complaint(request: HttpRequest, complaint: PathId, data: StepIn) -> Any:
    """Looks into an answered complaint again."""
    service.reopen(complaint=complaint, by=actor(request), **data.dict())
    return _one(actor(request), complaint)
