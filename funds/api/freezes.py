"""Freezes of funds over the API."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from beneficiaries.api.limits import ConsentOut, RemarkIn
from beneficiaries.views.pages import actor
from funds import budgets
from funds.api.away import WhyIn
from funds.chain import freezes
from funds.models import Freeze, FreezeLift
from ledger.api_types import Code, Day, Given, OneOf, Page, Paging, PathId, Text, answers, created, page
from ledger.roles import require_role

router = Router(tags=["freezes"])


class LiftOut(Schema):
    reason: str
    proposed_by: str
    proposed_at: datetime
    decision: ConsentOut | None

    @staticmethod
    def resolve_proposed_by(row: FreezeLift) -> str:
        return row.proposed_by.get_username()

    @staticmethod
    def resolve_decision(row: FreezeLift) -> Any:
        return getattr(row, "decision", None)


class FreezeOut(Schema):
    """`state`: waiting, declined, withdrawn, coming, in_force, lifted, past. `fund` is null for all; `last_day` is the last on
    which it counts."""

    id: int
    state: str
    fund: str | None
    what: str
    cause: str
    starts_on: date
    ends_on: date
    last_day: date
    reason: str
    proposed_by: str
    proposed_at: datetime
    decision: ConsentOut | None
    lifts: list[LiftOut]

    @staticmethod
    def resolve_state(row: Freeze) -> str:
        return freezes.state_of(row)

    @staticmethod
    def resolve_fund(row: Freeze) -> str | None:
        return row.fund.code if row.fund else None

    @staticmethod
    def resolve_last_day(row: Freeze) -> date:
        return freezes.last_day(row)

    @staticmethod
    def resolve_proposed_by(row: Freeze) -> str:
        return row.proposed_by.get_username()

    @staticmethod
    def resolve_decision(row: Freeze) -> Any:
        return getattr(row, "decision", None)

    @staticmethod
    def resolve_lifts(row: Freeze) -> Any:
        return list(row.lifts.all())


class FreezeIn(Given):
    """Both days are included; without `fund` all funds are frozen."""

    fund: Code | None = None
    what: Annotated[str, OneOf(Freeze.What)]
    cause: Annotated[str, OneOf(Freeze.Cause)]
    starts_on: Day
    ends_on: Day
    reason: Text


@router.get("/freezes", response=answers(Page[FreezeOut]))
def list_freezes(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Every freeze that was ever proposed of the funds of the caller's office, and of all funds."""
    user = actor(request)
    require_role(user, *freezes.READERS, action="see freezes")
    return page(freezes.visible_freezes(user), paging)


@router.post("/freezes", response=answers(FreezeOut, 201))
def propose_freeze(request: HttpRequest, data: FreezeIn) -> Any:
    """Proposes a freeze; it counts when a second person agrees."""
    user = actor(request)
    fund = budgets.get_fund(data.fund, by=user) if data.fund else None
    return created(freezes.propose(by=user, fund=fund, **data.dict(exclude={"fund"})))


@router.post("/freezes/{freeze}/agree", response=answers(FreezeOut))
def agree_freeze(request: HttpRequest, freeze: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The second person's consent; never by who proposed it."""
    return freezes.agree(freeze=freeze, by=actor(request), remark=data.remark)


@router.post("/freezes/{freeze}/decline", response=answers(FreezeOut))
def decline_freeze(request: HttpRequest, freeze: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """Declines a freeze, or takes it back where the caller proposed it; the remark says why."""
    return freezes.decline(freeze=freeze, by=actor(request), remark=data.remark)


@router.post("/freezes/{freeze}/lift", response=answers(FreezeOut))
def lift_freeze(request: HttpRequest, freeze: PathId, data: WhyIn) -> Any:
    """Asks to end a freeze early; it ends when a second person agrees."""
    return freezes.propose_lift(freeze=freeze, by=actor(request), reason=data.reason)


@router.post("/freezes/{freeze}/lift/agree", response=answers(FreezeOut))
def agree_lift(request: HttpRequest, freeze: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The second person's consent to lifting it; never by who asked."""
    return freezes.agree_lift(freeze=freeze, by=actor(request), remark=data.remark)


@router.post("/freezes/{freeze}/lift/decline", response=answers(FreezeOut))
def decline_lift(request: HttpRequest, freeze: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The freeze stays; the remark says why."""
    return freezes.decline_lift(freeze=freeze, by=actor(request), remark=data.remark)
