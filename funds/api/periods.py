"""Months, years, reopenings and published statements over the API; each operation calls one service."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.views.pages import actor
from funds import closing
from funds.books import calendar, frozen
from funds.budgets import get_fund
from funds.models import Fund, StatementVersion
from funds.readers import READERS, owned_fund
from ledger.api_types import (
    Amount,
    Code,
    Given,
    OneOf,
    Page,
    Paging,
    PathId,
    Text,
    YearLabel,
    answers,
    created,
    filtered,
    page,
)
from ledger.errors import NotFound
from ledger.models import Period, Reopening
from ledger.roles import require_role

router = Router(tags=["periods"])

MonthLabel = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2025-09"])]


class MonthOut(Schema):
    """`state` is open, closed, running or to come; `next` marks the one to be closed next; `posted` are rupees debited."""

    month: str
    start: date
    end: date
    state: str
    next: bool
    closed_at: datetime | None
    closed_by: str | None
    override: str
    entries: int
    posted: Amount

    @staticmethod
    def resolve_month(row: calendar.Month) -> str:
        return row.label

    @staticmethod
    def resolve_next(row: calendar.Month) -> bool:
        return row.follows

    @staticmethod
    def resolve_closed_by(row: Any) -> str | None:
        return row.closed_by.get_username() if row.closed_by else None


class YearOut(Schema):
    """`state` as of months, or reopened; `version` is the last published one of its statement, null before the first."""

    year: str
    start: date
    end: date
    state: str
    next: bool
    closed_at: datetime | None
    closed_by: str | None
    version: int | None
    months: list[MonthOut]

    @staticmethod
    def resolve_year(row: calendar.Year) -> str:
        return row.label

    @staticmethod
    def resolve_next(row: calendar.Year) -> bool:
        return row.follows

    @staticmethod
    def resolve_version(row: calendar.Year) -> int | None:
        return row.version or None

    resolve_closed_by = staticmethod(MonthOut.resolve_closed_by)


class CalendarOut(Schema):
    """The years of a fund, the latest first."""

    fund: str
    years: list[YearOut]


class PeriodOut(Schema):
    """A month that was closed."""

    fund: str
    month: str
    closed_at: datetime | None
    closed_by: str | None
    override: str

    @staticmethod
    def resolve_fund(row: Period) -> str:
        return row.book.code

    @staticmethod
    def resolve_month(row: Period) -> str:
        return str(row)

    resolve_closed_by = staticmethod(MonthOut.resolve_closed_by)


class VersionOut(Schema):
    """A published statement; `digest` is the SHA-256 of its frozen document, `intact` whether it still has it."""

    fund: str
    year: str
    version: int
    closed_at: datetime
    closed_by: str
    override: str
    digest: str
    intact: bool

    @staticmethod
    def resolve_fund(row: StatementVersion) -> str:
        return row.fund.code

    @staticmethod
    def resolve_year(row: StatementVersion) -> str:
        return row.year.label

    @staticmethod
    def resolve_closed_by(row: StatementVersion) -> str:
        return row.closed_by.get_username()

    @staticmethod
    def resolve_override(row: StatementVersion) -> str:
        return row.reason

    @staticmethod
    def resolve_intact(row: StatementVersion) -> bool:
        return frozen.intact(row)


class VersionsOut(Schema):
    """The published versions of one year's statement, the latest first."""

    items: list[VersionOut]


class ReopeningOut(Schema):
    """`month` or `year` says what is to be opened; `outcome` is waiting, agreed or declined."""

    id: int
    fund: str
    month: str | None
    year: str | None
    reason: str
    asked_by: str
    asked_at: datetime
    outcome: str
    decided_by: str | None
    decided_at: datetime | None
    remark: str

    @staticmethod
    def resolve_fund(row: Any) -> str:
        return str(row.what.book.code)

    @staticmethod
    def resolve_month(row: Reopening) -> str | None:
        return str(row.period) if row.period else None

    @staticmethod
    def resolve_year(row: Reopening) -> str | None:
        return row.year.label if row.year else None

    @staticmethod
    def resolve_asked_by(row: Reopening) -> str:
        return row.asked_by.get_username()

    @staticmethod
    def resolve_decided_by(row: Reopening) -> str | None:
        return row.decided_by.get_username() if row.decided_by else None


class MonthIn(Given):
    """`override` says why the month is closed without an approved bank reconciliation."""

    fund: Code
    month: MonthLabel
    override: Text = ""


class YearIn(Given):
    """`override` says why the year is closed without an approved bank reconciliation."""

    fund: Code
    year: YearLabel
    override: Text = ""


class ReopeningIn(Given):
    """What is to be opened again: `what` and, in `label`, a month as 2025-09 or a year as 2024-25."""

    fund: Code
    what: Literal["month", "year"]
    label: Annotated[str, Field(max_length=10)]
    reason: Text


class RemarkIn(Given):
    remark: Text = ""


class CalendarFilter(Schema):
    fund: Code


class ReopeningFilter(Paging):
    fund: Code
    outcome: Annotated[str, OneOf(Reopening.Outcome)] | None = None


def _book(request: HttpRequest, code: str) -> Fund:
    """The fund whose books the caller may open. Raises: NotAllowed, NotFound."""
    user = actor(request)
    require_role(user, *READERS, action="see the period calendar")
    return owned_fund(code, by=user)


@router.get("/periods", response=answers(CalendarOut))
def list_periods(request: HttpRequest, filters: Query[CalendarFilter]) -> Any:
    """The months and years of a fund with their state."""
    fund = _book(request, filters.fund)
    return {"fund": fund.code, "years": calendar.calendar(fund)}


@router.post("/periods/close", response=answers(PeriodOut))
def close_month(request: HttpRequest, data: MonthIn) -> Any:
    """Closes a month: nothing is posted into it afterwards."""
    user = actor(request)
    fund = get_fund(data.fund, by=user)
    return closing.close_month(fund=fund, month=data.month, by=user, override=data.override)


@router.post("/years/close", response=answers(VersionOut))
def close_year(request: HttpRequest, data: YearIn) -> Any:
    """Closes a year with its months and freezes its statement."""
    user = actor(request)
    fund = get_fund(data.fund, by=user)
    return closing.close_year(fund=fund, label=data.year, by=user, override=data.override)


@router.get("/reopenings", response=answers(Page[ReopeningOut]))
def list_reopenings(request: HttpRequest, filters: Query[ReopeningFilter]) -> Any:
    """The reopenings asked for of a fund's months and years."""
    rows = calendar.reopenings(_book(request, filters.fund))
    return page(filtered(rows, outcome=filters.outcome), filters)


@router.post("/reopenings", response=answers(ReopeningOut, 201))
def ask_reopening(request: HttpRequest, data: ReopeningIn) -> Any:
    """Asks for a closed month or year to be opened again; it opens when another person agrees."""
    user = actor(request)
    fund = get_fund(data.fund, by=user)
    if data.what == "month":
        return created(closing.ask_month(fund=fund, month=data.label, by=user, reason=data.reason))
    return created(closing.ask_year(fund=fund, label=data.label, by=user, reason=data.reason))


@router.post("/reopenings/{reopening}/agree", response=answers(ReopeningOut))
def agree_reopening(request: HttpRequest, reopening: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The second person's consent, which opens the month or year at once."""
    user = actor(request)
    return closing.agree_reopening(fund=_fund_of(reopening, user), reopening=reopening, by=user, remark=data.remark)


@router.post("/reopenings/{reopening}/decline", response=answers(ReopeningOut))
def decline_reopening(request: HttpRequest, reopening: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """It stays closed; the remark says why."""
    user = actor(request)
    return closing.decline_reopening(fund=_fund_of(reopening, user), reopening=reopening, by=user, remark=data.remark)


def _fund_of(reopening: int, user: User) -> Fund:
    """The fund whose books the reopening is of. Raises: NotFound, also for one the caller does not work with."""
    row = Reopening.objects.filter(pk=reopening).values_list("period__book__code", "year__book__code").first()
    if row is None:
        raise NotFound("There is no such reopening.")
    return get_fund(row[0] or row[1], by=user)


@router.get("/statements/{fund}/{year}/versions", response=answers(VersionsOut), tags=["statements"])
def list_versions(request: HttpRequest, fund: Code, year: YearLabel) -> Any:
    """The published versions of a year's statement, the latest first."""
    user = actor(request)
    require_role(user, *READERS, action="see a statement")
    found = get_fund(fund, by=user)
    closing.get_year(found, year)
    return {"items": list(frozen.versions(found, year))}
