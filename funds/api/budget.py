"""Budgets by heads over the API: where they stand, releases, re-appropriations, surrenders; each operation calls one service."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.views.pages import actor
from funds import budgets, unclaimed
from funds.api.books import HeadCode, ReceiptOut
from funds.api.disbursements import FundFilter
from funds.budget import reappropriations, surrenders
from funds.budget.budget_position import FundBudget, HeadPosition, budget
from funds.budget.budget_releases import Share, record_release
from funds.models import BudgetRelease, Fund, Reappropriation, Surrender, TreasuryReturn
from funds.readers import READERS
from ledger.api_types import (
    Amount,
    AmountIn,
    Code,
    Day,
    Given,
    Page,
    PathId,
    Text,
    YearLabel,
    answers,
    created,
    filtered,
    page,
)
from ledger.errors import NotFound
from ledger.roles import require_role

router = Router(tags=["budgets"])


class HeadOut(Schema):
    """One head in one year, in rupees: brought + released = spent + committed + free. `head` is empty for a whole budget."""

    head: str
    name: str
    original: Amount
    revised: Amount
    brought: Amount
    released: Amount
    to_release: Amount
    spent: Amount
    committed: Amount
    free: Amount

    @staticmethod
    def resolve_head(row: HeadPosition) -> str:
        return row.code


class BudgetOut(Schema):
    """The heads of a fund in a year, their sum, and what was received and waits for a release."""

    fund: str
    year: str
    divided: bool
    unreleased: Amount
    heads: list[HeadOut]
    total: HeadOut

    @staticmethod
    def resolve_fund(row: FundBudget) -> str:
        return row.fund.code

    @staticmethod
    def resolve_unreleased(row: FundBudget) -> Any:
        return row.pool

    @staticmethod
    def resolve_heads(row: FundBudget) -> list[HeadPosition]:
        return list(row.rows)


class _Act(Schema):
    id: int
    fund: str
    year: str
    amount: Amount
    recorded_by: str

    resolve_fund = staticmethod(ReceiptOut.resolve_fund)
    resolve_year = staticmethod(ReceiptOut.resolve_year)
    resolve_recorded_by = staticmethod(ReceiptOut.resolve_recorded_by)


class ReleaseOut(_Act):
    head: str
    quarter: int
    reference: str
    file_number: str
    released_on: date
    entry_id: int

    resolve_head = staticmethod(ReceiptOut.resolve_budget_head)


class ReleasesOut(Schema):
    """What one order released, a row for each head."""

    items: list[ReleaseOut]


class MoveOut(_Act):
    """`outcome` is waiting, agreed or declined; `moved` is what of the amount had been released and moved as free money."""

    from_head: str
    to_head: str
    order_number: str
    reason: str
    asked_on: date
    outcome: str
    remark: str
    moved: Amount
    decided_by: str | None
    decided_at: datetime | None

    @staticmethod
    def resolve_from_head(row: Reappropriation) -> str:
        return row.from_head.code

    @staticmethod
    def resolve_to_head(row: Reappropriation) -> str:
        return row.to_head.code

    @staticmethod
    def resolve_outcome(row: Reappropriation) -> str:
        return row.decision.outcome if hasattr(row, "decision") else "waiting"

    @staticmethod
    def resolve_remark(row: Reappropriation) -> str:
        return row.decision.remark if hasattr(row, "decision") else ""

    @staticmethod
    def resolve_moved(row: Reappropriation) -> Any:
        return row.decision.moved if hasattr(row, "decision") else 0

    @staticmethod
    def resolve_decided_by(row: Reappropriation) -> str | None:
        return row.decision.decided_by.get_username() if hasattr(row, "decision") else None

    @staticmethod
    def resolve_decided_at(row: Reappropriation) -> datetime | None:
        return row.decision.recorded_at if hasattr(row, "decision") else None


class SurrenderOut(_Act):
    """`returned` is what of the amount had been received and left the bank."""

    head: str
    returned: Amount
    reference: str
    surrendered_on: date
    entry_id: int

    resolve_head = staticmethod(ReceiptOut.resolve_budget_head)


class ShareIn(Given):
    head: HeadCode = ""
    amount: AmountIn


class ReleaseIn(Given):
    """`quarter` 1 is July to September."""

    fund: Code
    quarter: Annotated[int, Field(ge=1, le=4)]
    shares: Annotated[list[ShareIn], Field(max_length=50)]
    reference: Text
    file_number: Text
    on: Day | None = None


class MoveIn(Given):
    fund: Code
    from_head: HeadCode
    to_head: HeadCode
    amount: AmountIn
    order_number: Text
    reason: Text
    on: Day | None = None


class AnswerIn(Given):
    remark: Text = ""


class SurrenderIn(Given):
    fund: Code
    budget_head: HeadCode = ""
    amount: AmountIn
    reference: Text
    on: Day | None = None


def _funds(request: HttpRequest) -> Any:
    user = actor(request)
    require_role(user, *READERS, action="see a budget")
    return budgets.visible_funds(user)


@router.get("/budgets/{fund}/{year}", response=answers(BudgetOut))
def get_budget(request: HttpRequest, fund: Code, year: YearLabel) -> Any:
    """Where each head of a fund's budget stands in a year."""
    require_role(actor(request), *READERS, action="see a budget")
    return budget(budgets.get_fund(fund, by=actor(request)), year)


@router.get("/budget-releases", response=answers(Page[ReleaseOut]))
def list_releases(request: HttpRequest, filters: Query[FundFilter]) -> Any:
    """What was released to the heads of the funds the caller works with."""
    rows = BudgetRelease.objects.select_related("fund", "year", "recorded_by", "budget_head")
    rows = rows.filter(fund__in=_funds(request))
    return page(filtered(rows, fund__code=filters.fund, year__label=filters.year), filters)


@router.post("/budget-releases", response=answers(ReleasesOut, 201))
def create_release(request: HttpRequest, data: ReleaseIn) -> Any:
    """Gives heads of a fund what it received, so that it may be sanctioned; a row for each head."""
    user = actor(request)
    fund = budgets.get_fund(data.fund, by=user)
    shares = [Share(share.head, share.amount) for share in data.shares]
    values = data.dict(exclude={"fund", "shares"})
    return created({"items": record_release(fund=fund, shares=shares, by=user, **values)})


@router.get("/reappropriations", response=answers(Page[MoveOut]))
def list_reappropriations(request: HttpRequest, filters: Query[FundFilter]) -> Any:
    """Re-appropriations of the funds the caller works with, waiting and decided."""
    rows = Reappropriation.objects.select_related(
        "fund", "year", "recorded_by", "from_head", "to_head", "decision__decided_by"
    )
    rows = rows.filter(fund__in=_funds(request))
    return page(filtered(rows, fund__code=filters.fund, year__label=filters.year), filters)


@router.post("/reappropriations", response=answers(MoveOut, 201))
def ask_reappropriation(request: HttpRequest, data: MoveIn) -> Any:
    """Asks for budget to move between two heads of a fund; another person decides."""
    user = actor(request)
    fund = budgets.get_fund(data.fund, by=user)
    return created(reappropriations.ask(fund=fund, by=user, **data.dict(exclude={"fund"})))


@router.post("/reappropriations/{reappropriation}/agree", response=answers(MoveOut))
def agree_reappropriation(request: HttpRequest, reappropriation: PathId, data: AnswerIn = AnswerIn()) -> Any:  # noqa: B008
    """The second person's consent, which moves the budget at once."""
    user, fund = actor(request), _fund_of(request, reappropriation)
    reappropriations.agree(fund=fund, reappropriation=reappropriation, by=user, remark=data.remark)
    return reappropriations.get(fund, reappropriation)


@router.post("/reappropriations/{reappropriation}/decline", response=answers(MoveOut))
def decline_reappropriation(request: HttpRequest, reappropriation: PathId, data: AnswerIn = AnswerIn()) -> Any:  # noqa: B008
    """Nothing moves; the remark says why."""
    user, fund = actor(request), _fund_of(request, reappropriation)
    reappropriations.decline(fund=fund, reappropriation=reappropriation, by=user, remark=data.remark)
    return reappropriations.get(fund, reappropriation)


def _fund_of(request: HttpRequest, pk: int) -> Fund:
    """The fund the re-appropriation is of. Raises: NotFound, also for one the caller does not work with."""
    row = Reappropriation.objects.select_related("fund").filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such re-appropriation.")
    return budgets.get_fund(row.fund.code, by=actor(request))


class TreasuryReturnOut(Schema):
    id: int
    fund: str
    amount: Amount
    reference: str
    returned_on: date
    entry_id: int

    @staticmethod
    def resolve_fund(row: TreasuryReturn) -> str:
        return row.fund.code


class TreasuryReturnIn(Given):
    """`reference` is the number of the challan."""

    fund: Code
    amount: AmountIn
    reference: Text
    on: Day | None = None


@router.post("/treasury-returns", response=answers(TreasuryReturnOut, 201))
def return_unclaimed(request: HttpRequest, data: TreasuryReturnIn) -> Any:
    """Pays money of payments that failed after their year into government receipt."""
    user = actor(request)
    fund = budgets.get_fund(data.fund, by=user)
    return created(unclaimed.return_unclaimed(fund=fund, by=user, **data.dict(exclude={"fund"})))


@router.get("/surrenders", response=answers(Page[SurrenderOut]))
def list_surrenders(request: HttpRequest, filters: Query[FundFilter]) -> Any:
    """What lapsable funds gave back by hand."""
    rows = Surrender.objects.select_related("fund", "year", "recorded_by", "budget_head")
    rows = rows.filter(fund__in=_funds(request))
    return page(filtered(rows, fund__code=filters.fund, year__label=filters.year), filters)


@router.post("/surrenders", response=answers(SurrenderOut, 201))
def create_surrender(request: HttpRequest, data: SurrenderIn) -> Any:
    """Gives budget of a lapsable fund back before it lapses."""
    user = actor(request)
    fund = budgets.get_fund(data.fund, by=user)
    return created(surrenders.record_surrender(fund=fund, by=user, **data.dict(exclude={"fund"})))
