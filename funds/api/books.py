"""Funds, money in and statements over the API; each operation calls one service."""

from datetime import date
from typing import Annotated, Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.views.pages import actor
from funds import budgets, statements
from funds.api.disbursements import FundFilter
from funds.api.shapes import RoomOut
from funds.books import frozen, statement_json
from funds.budget.position import Position, position
from funds.models import Allocation, Fund, MoneyBack, Receipt
from funds.readers import READERS
from funds.receipts import reading
from ledger.api_types import (
    Amount,
    AmountIn,
    Code,
    Day,
    Given,
    OneOf,
    Page,
    Paging,
    Text,
    YearLabel,
    answers,
    created,
    filtered,
    page,
)
from ledger.roles import require_role

router = Router()

Word = Annotated[str, Field(max_length=100)]
HeadCode = Annotated[str, Field(max_length=12)]


class FundOut(Schema):
    id: int
    code: str
    name: str
    office: str
    lapsable: bool
    fund_class: str
    kinds: list[str]
    purpose: str
    donor: str

    @staticmethod
    def resolve_office(row: Fund) -> str:
        return row.office.code


class FundDetail(FundOut):
    room: RoomOut
    years: list[str]

    @staticmethod
    def resolve_room(row: Fund) -> Position:
        return position(row)

    @staticmethod
    def resolve_years(row: Fund) -> list[str]:
        return statements.published_years(row)


class BackOut(Schema):
    """The payment a receipt brought back: its voucher and line, rupees of what was paid, and of a loan's charge."""

    voucher: str
    line: int
    principal: Amount
    charge: Amount

    @staticmethod
    def resolve_voucher(row: MoneyBack) -> str:
        return row.line.disbursement.sanction.voucher.number

    @staticmethod
    def resolve_line(row: MoneyBack) -> int:
        return row.line.position


class ReceiptOut(Schema):
    """`state`: stands or cancelled. `back` names the payment where the money came back from one."""

    id: int
    number: str
    fund: str
    year: str
    kind: str
    amount: Amount
    received_on: date
    received_from: str
    reference: str
    purpose: str
    head: str
    budget_head: str
    state: str
    back: BackOut | None
    entry_id: int
    recorded_by: str

    @staticmethod
    def resolve_state(row: Receipt) -> str:
        return "cancelled" if getattr(row, "undone", False) else "stands"

    @staticmethod
    def resolve_back(row: Receipt) -> Any:
        return reading.payment_of(row)

    @staticmethod
    def resolve_fund(row: Any) -> str:
        return str(row.fund.code)

    @staticmethod
    def resolve_year(row: Any) -> str:
        return str(row.year.label)

    @staticmethod
    def resolve_budget_head(row: Any) -> str:
        return str(row.budget_head.code) if row.budget_head else ""

    @staticmethod
    def resolve_recorded_by(row: Any) -> str:
        return str(row.recorded_by.get_username())


class AllocationOut(Schema):
    id: int
    fund: str
    year: str
    budget_head: str
    kind: str
    amount: Amount
    decided_on: date
    reference: str
    entry_id: int
    recorded_by: str

    resolve_fund = staticmethod(ReceiptOut.resolve_fund)
    resolve_year = staticmethod(ReceiptOut.resolve_year)
    resolve_budget_head = staticmethod(ReceiptOut.resolve_budget_head)
    resolve_recorded_by = staticmethod(ReceiptOut.resolve_recorded_by)


class ReceiptIn(Given):
    """`head` names the charge account that a refund goes back to, `budget_head` the head that may spend it at once, `purpose`
    what a donor tied it to. Deposits, loans and what else comes back of one payment: POST /refunds."""

    fund: Code
    kind: Annotated[str, OneOf(Receipt.Kind)]
    amount: AmountIn
    received_from: Text
    reference: Text
    head: Word = ""
    budget_head: HeadCode = ""
    purpose: Text = ""
    on: Day | None = None


class AllocationIn(Given):
    fund: Code
    kind: Annotated[str, OneOf(Allocation.Kind)]
    amount: AmountIn
    reference: Text
    budget_head: HeadCode = ""
    on: Day | None = None


class StatementFilter(Schema):
    to: YearLabel | None = None


def _reader(request: HttpRequest, what: str) -> User:
    user = actor(request)
    require_role(user, *READERS, action=f"see {what}")
    return user


@router.get("/funds", response=answers(Page[FundOut]), tags=["funds"])
def list_funds(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The funds the caller works with."""
    return page(budgets.visible_funds(_reader(request, "the funds")), paging)


@router.get("/funds/{fund}", response=answers(FundDetail), tags=["funds"])
def get_fund(request: HttpRequest, fund: Code) -> Any:
    """One fund with its room now and the years it has."""
    return budgets.get_fund(fund, by=_reader(request, "a fund"))


@router.get("/receipts", response=answers(Page[ReceiptOut]), tags=["receipts"])
def list_receipts(request: HttpRequest, filters: Query[FundFilter]) -> Any:
    """Money in, of the funds the caller works with."""
    rows = reading.visible_receipts(_reader(request, "a fund"))
    return page(filtered(rows, fund__code=filters.fund, year__label=filters.year), filters)


@router.post("/receipts", response=answers(ReceiptOut, 201), tags=["receipts"])
def create_receipt(request: HttpRequest, data: ReceiptIn) -> Any:
    """Records money that reached the fund's bank account."""
    user = actor(request)
    fund = budgets.get_fund(data.fund, by=user)
    return created(budgets.record_receipt(fund=fund, **data.dict(exclude={"fund"}), by=user))


@router.get("/allocations", response=answers(Page[AllocationOut]), tags=["allocations"])
def list_allocations(request: HttpRequest, filters: Query[FundFilter]) -> Any:
    """Budget given to the funds the caller works with."""
    funds = budgets.visible_funds(_reader(request, "a fund"))
    rows = Allocation.objects.select_related("fund", "year", "recorded_by", "budget_head").filter(fund__in=funds)
    return page(filtered(rows, fund__code=filters.fund, year__label=filters.year), filters)


@router.post("/allocations", response=answers(AllocationOut, 201), tags=["allocations"])
def create_allocation(request: HttpRequest, data: AllocationIn) -> Any:
    """Records budget given to a fund for a year."""
    user = actor(request)
    fund = budgets.get_fund(data.fund, by=user)
    return created(budgets.record_allocation(fund=fund, **data.dict(exclude={"fund"}), by=user))


@router.get("/statements/{fund}/{year}", response=answers(dict[str, Any]), tags=["statements"])
def get_statement(request: HttpRequest, fund: Code, year: YearLabel, filters: Query[StatementFilter]) -> Any:
    """The annual statement of a fund, for one year or through `to`."""
    found = budgets.get_fund(fund, by=_reader(request, "a statement"))
    return statement_json.to_json(frozen.published(found, year, filters.to))
