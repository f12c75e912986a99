"""Absences of officers, and the caller's own daily mail, over the API."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from beneficiaries.models import Absence, Officer
from beneficiaries.offices import absences, mail_settings
from beneficiaries.offices.scope import officer_of
from beneficiaries.views.pages import actor
from ledger.api_types import Day, Given, Id, Page, Paging, PathId, Text, answers, created, filtered, page

router = Router(tags=["absences"])


class AbsenceOut(Schema):
    """`back_on` is the first day at the desk where the absence ended early."""

    id: int
    officer: int
    username: str
    starts_on: date
    ends_on: date
    reason: str
    recorded_by: str
    recorded_at: datetime
    back_on: date | None

    @staticmethod
    def resolve_officer(row: Absence) -> int:
        return row.officer_id

    @staticmethod
    def resolve_username(row: Absence) -> str:
        return row.officer.user.get_username()

    @staticmethod
    def resolve_recorded_by(row: Absence) -> str:
        return row.recorded_by.get_username()

    @staticmethod
    def resolve_back_on(row: Absence) -> date | None:
        end = getattr(row, "end", None)
        return end.back_on if end else None


class AbsenceFilter(Paging):
    officer: PathId | None = None


class AbsenceIn(Given):
    """Both days are included; the officer is the caller, or one of the office for who looks after it."""

    officer: Id
    starts_on: Day
    ends_on: Day
    reason: Text


class BackIn(Given):
    back_on: Day
    reason: Text


class MailOut(Schema):
    email: str
    wanted: str


class MailIn(Given):
    email: Text = ""
    wanted: Literal["yes", "no"]


@router.get("/absences", response=answers(Page[AbsenceOut]))
def list_absences(request: HttpRequest, filters: Query[AbsenceFilter]) -> Any:
    """Every absence on record of the officers of the caller's office."""
    return page(filtered(absences.visible_absences(actor(request)), officer_id=filters.officer), filters)


@router.post("/absences", response=answers(AbsenceOut, 201))
def record_absence(request: HttpRequest, data: AbsenceIn) -> Any:
    """An officer is away."""
    return created(absences.record(by=actor(request), **data.dict()))


@router.post("/absences/{absence}/end", response=answers(AbsenceOut))
def end_absence(request: HttpRequest, absence: PathId, data: BackIn) -> Any:
    """The officer is back early, or never left."""
    return absences.end(absence=absence, by=actor(request), **data.dict())


def _mail(officer: Officer, email: str) -> MailOut:
    return MailOut(email=email, wanted="yes" if officer.daily_mail else "no")


@router.get("/daily-mail", response=answers(MailOut), tags=["account"])
def get_daily_mail(request: HttpRequest) -> Any:
    """Where the caller's daily mail goes, and whether it comes."""
    user = actor(request)
    return _mail(officer_of(user), user.email)


@router.post("/daily-mail", response=answers(MailOut), tags=["account"])
def set_daily_mail(request: HttpRequest, data: MailIn) -> Any:
    """Sets the caller's own address and whether the mail comes."""
    user = actor(request)
    return _mail(mail_settings.keep(by=user, **data.dict()), user.email)
