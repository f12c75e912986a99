"""Delegations, the calendar of a month, and overdue steps over the API."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.api.limits import ConsentOut, RemarkIn
from beneficiaries.views.pages import actor
from funds import budgets
from funds.absence import away, delegations, escalations
from funds.models import Delegation, Escalation
from ledger.api_types import Amount, AmountIn, Code, Day, Given, Id, Page, Paging, PathId, Text, answers, created, page
from ledger.errors import BadInput

router = Router(tags=["delegations"])


class DelegationOut(Schema):
    """`state`: waiting, declined, withdrawn, coming, in_force, past, ended. `fund` is null for all funds."""

    id: int
    state: str
    giver: str
    giver_name: str
    giver_post: str
    taker: str
    taker_name: str
    fund: str | None
    starts_on: date
    ends_on: date
    ceiling: Amount
    reason: str
    given_at: datetime
    decision: ConsentOut | None
    ended_at: datetime | None
    ended_because: str

    @staticmethod
    def resolve_state(row: Delegation) -> str:
        return delegations.state_of(row)

    @staticmethod
    def resolve_giver(row: Delegation) -> str:
        return row.giver.user.get_username()

    @staticmethod
    def resolve_taker(row: Delegation) -> str:
        return row.taker.user.get_username()

    @staticmethod
    def resolve_fund(row: Delegation) -> str | None:
        return row.fund.code if row.fund else None

    @staticmethod
    def resolve_decision(row: Delegation) -> Any:
        return getattr(row, "decision", None)

    @staticmethod
    def resolve_ended_at(row: Delegation) -> datetime | None:
        end = getattr(row, "end", None)
        return end.ended_at if end else None

    @staticmethod
    def resolve_ended_because(row: Delegation) -> str:
        end = getattr(row, "end", None)
        return end.reason if end else ""


class DelegationIn(Given):
    """`taker` is an officer who signs where the caller does; both days are included; without `fund` for all funds."""

    taker: Id
    starts_on: Day
    ends_on: Day
    ceiling: AmountIn
    reason: Text
    fund: Code | None = None


class WhyIn(Given):
    reason: Text


class CalendarFilter(Schema):
    month: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$", examples=["2026-11"])]


class CalendarDay(Schema):
    """`look`: away, lends (somebody signs for the officer), takes (signs for somebody)."""

    on: date
    look: str


class CalendarRow(Schema):
    officer: int
    username: str
    designation: str
    office: str
    days: list[CalendarDay]


class EscalationOut(Schema):
    id: int
    disbursement_id: int
    number: str
    step: str
    waiting_since: date
    due_on: date
    to_roles: list[str]
    escalated_on: date
    reminders: list[str]

    @staticmethod
    def resolve_number(row: Escalation) -> str:
        return row.disbursement.number

    @staticmethod
    def resolve_step(row: Escalation) -> str:
        return row.step.act

    @staticmethod
    def resolve_reminders(row: Escalation) -> list[str]:
        return [str(each) for each in row.reminders.all()]


class ReminderIn(Given):
    text: Text


@router.get("/delegations", response=answers(Page[DelegationOut]))
def list_delegations(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Every delegation in which an officer of the caller's office gives or takes."""
    return page(delegations.visible_delegations(actor(request)), paging)


@router.post("/delegations", response=answers(DelegationOut, 201))
def give_delegation(request: HttpRequest, data: DelegationIn) -> Any:
    """The caller lets another officer sign in their stead; it counts when a third person agrees."""
    user = actor(request)
    fund = budgets.get_fund(data.fund, by=user) if data.fund else None
    made = delegations.give(by=user, fund=fund, **data.dict(exclude={"fund"}))
    return created(delegations.get_visible_one(made.pk, by=user))


@router.post("/delegations/{delegation}/agree", response=answers(DelegationOut))
def agree_delegation(request: HttpRequest, delegation: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The third person's consent; never by who gives or takes it."""
    return delegations.agree(delegation=delegation, by=actor(request), remark=data.remark)


@router.post("/delegations/{delegation}/decline", response=answers(DelegationOut))
def decline_delegation(request: HttpRequest, delegation: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """Declines a delegation, or takes it back where the caller gave it; the remark says why."""
    return delegations.decline(delegation=delegation, by=actor(request), remark=data.remark)


@router.post("/delegations/{delegation}/end", response=answers(DelegationOut))
def end_delegation(request: HttpRequest, delegation: PathId, data: WhyIn) -> Any:
    """From now on it gives nothing; what was signed under it stands."""
    return delegations.end(delegation=delegation, by=actor(request), reason=data.reason)


@router.get("/away", response=answers(list[CalendarRow]))
def calendar(request: HttpRequest, filters: Query[CalendarFilter]) -> Any:
    """Who is away and who signs for whom in a month, by officer; days without anything are left out."""
    try:
        first = date.fromisoformat(f"{filters.month}-01")
    except ValueError as error:
        text = "There is no such month. Write it year first: 2026-11."
        raise BadInput(text, fields={"month": text}) from error
    return [
        CalendarRow(
            officer=row.officer.pk,
            username=row.officer.user.get_username(),
            designation=row.officer.designation,
            office=row.officer.office.code,
            days=[CalendarDay(on=day.on, look=day.look) for day in row.days if day.look],
        )
        for row in away.rows(actor(request), first)
    ]


@router.get("/escalations", response=answers(Page[EscalationOut]), tags=["escalations"])
def list_escalations(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Every step of the caller's office that was told as overdue, also those decided since."""
    return page(escalations.visible_escalations(actor(request)), paging)


@router.post("/escalations/{escalation}/remind", response=answers(EscalationOut))
def remind(request: HttpRequest, escalation: PathId, data: ReminderIn) -> Any:
    """Reminds whoever holds the step; by those to whom it was told."""
    user = actor(request)
    escalations.remind(escalation=escalation, text=data.text, by=user)
    return escalations.visible_escalations(user).get(pk=escalation)
