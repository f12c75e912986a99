"""Receipts, money that comes back, bail deposits and soft loans over the API; each operation calls one service."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.api.limits import ConsentOut, RemarkIn
from beneficiaries.views.pages import actor
from funds import bail, receiving
from funds.api.away import WhyIn
from funds.api.books import ReceiptOut
from funds.api.disbursements import FundFilter
from funds.api.vouchers import PDF
from funds.models import Forfeiture, PayeeLine, Receipt, ReceiptCancellation
from funds.owing import bail_deposits, loan_register
from funds.owing.loan_schedules import Loan, loans_of
from funds.receipts import printing, reading
from ledger.api_types import (
    Amount,
    AmountIn,
    Day,
    Given,
    Id,
    Number,
    Page,
    PathId,
    Text,
    answers,
    created,
    filtered,
    page,
)

router = Router()
PAPER = {"responses": {200: PDF}}


class CancellationOut(Schema):
    receipt: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    decision: ConsentOut | None

    @staticmethod
    def resolve_receipt(row: ReceiptCancellation) -> str:
        return row.receipt.number

    @staticmethod
    def resolve_proposed_by(row: ReceiptCancellation) -> str:
        return row.proposed_by.get_username()

    @staticmethod
    def resolve_decision(row: ReceiptCancellation) -> Any:
        return getattr(row, "decision", None)


class RefundIn(Given):
    """Rupees that came back of one payee line of a voucher; of a loan with its charge."""

    voucher: Annotated[str, Field(max_length=40)]
    position: Annotated[int, Field(strict=True, ge=1, le=10**6)] = 1
    amount: AmountIn
    received_from: Text
    reference: Text
    on: Day | None = None


@router.get("/receipts/{number}", response=answers(ReceiptOut), tags=["receipts"])
def get_receipt(request: HttpRequest, number: Number) -> Any:
    """One receipt."""
    return reading.get_receipt(number, by=actor(request))


@router.get("/receipts/{number}/pdf", response=answers(None), tags=["receipts"], openapi_extra=PAPER)
def preview_receipt(request: HttpRequest, number: Number) -> HttpResponse:
    """The last printing once more, without counting it. Refused (409) before the first printing."""
    last, content = printing.shown_again(number, by=actor(request))
    return _paper(last.receipt, content, last.copy)


@router.post("/receipts/{number}/print", response=answers(None), tags=["receipts"], openapi_extra=PAPER)
def print_receipt(request: HttpRequest, number: Number) -> HttpResponse:
    """Counts one printing and gives its paper: first the original, then numbered copies."""
    printed, content = printing.print_receipt(number=number, by=actor(request))
    return _paper(printed.receipt, content, printed.copy)


def _paper(row: Receipt, content: bytes, copy: int) -> HttpResponse:
    name = f"{row.number}-copy-{copy}.pdf" if copy else f"{row.number}.pdf"
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@router.post("/receipts/{number}/cancel", response=answers(CancellationOut), tags=["receipts"])
def ask_cancellation(request: HttpRequest, number: Number, data: WhyIn) -> Any:
    """Asks to undo a receipt that is wrong; it stands until a second person agrees."""
    return receiving.ask_cancellation(receipt=number, by=actor(request), reason=data.reason)


@router.post("/receipts/{number}/cancel/agree", response=answers(CancellationOut), tags=["receipts"])
def agree_cancellation(request: HttpRequest, number: Number, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The second person's consent, which undoes its entries; never by who asked."""
    return receiving.agree_cancellation(receipt=number, by=actor(request), remark=data.remark)


@router.post("/receipts/{number}/cancel/decline", response=answers(CancellationOut), tags=["receipts"])
def decline_cancellation(request: HttpRequest, number: Number, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The receipt stands; the remark says why. Who asked takes it back."""
    return receiving.decline_cancellation(receipt=number, by=actor(request), remark=data.remark)


@router.post("/refunds", response=answers(ReceiptOut, 201), tags=["receipts"])
def record_refund(request: HttpRequest, data: RefundIn) -> Any:
    """Records money that comes back of a payment: a refund, a deposit the court gives back, an instalment of a loan."""
    return created(receiving.record_refund(by=actor(request), **data.dict()))


class DepositOut(Schema):
    """`state`: held by the court, settled, unpaid. Rupees."""

    id: int
    state: str
    fund: str
    voucher: str
    position: int
    case: str
    court: str | None
    court_number: str | None
    paid_to: str
    paid_on: date | None
    amount: Amount
    returned: Amount
    forfeited: Amount
    outstanding: Amount

    @staticmethod
    def resolve_state(row: PayeeLine) -> str:
        return bail_deposits.state_of(row)

    @staticmethod
    def resolve_fund(row: Any) -> str:
        return str(row.disbursement.fund.code)

    @staticmethod
    def resolve_voucher(row: Any) -> str:
        return str(row.disbursement.sanction.voucher.number)

    @staticmethod
    def resolve_case(row: Any) -> str:
        return str(row.case.number)

    @staticmethod
    def resolve_court(row: PayeeLine) -> str | None:
        return str(row.obligation.order.court) if row.obligation else None

    @staticmethod
    def resolve_court_number(row: PayeeLine) -> str | None:
        return row.obligation.order.number if row.obligation else None

    @staticmethod
    def resolve_paid_to(row: PayeeLine) -> str:
        return row.payee_name


class ForfeitureOut(Schema):
    id: int
    deposit: int
    amount: Amount
    forfeited_on: date
    order_number: str
    paper: int
    reason: str
    proposed_by: str
    proposed_at: datetime
    decision: ConsentOut | None

    @staticmethod
    def resolve_deposit(row: Forfeiture) -> int:
        return row.line_id

    @staticmethod
    def resolve_paper(row: Forfeiture) -> int:
        return row.paper_id

    @staticmethod
    def resolve_proposed_by(row: Forfeiture) -> str:
        return row.proposed_by.get_username()

    @staticmethod
    def resolve_decision(row: Forfeiture) -> Any:
        return getattr(row, "decision", None)


class ForfeitureIn(Given):
    """Rupees a court keeps, its order, and the order itself as a paper of the case."""

    amount: AmountIn
    forfeited_on: Day
    order_number: Text
    paper: Id
    reason: Text


@router.get("/bail-deposits", response=answers(Page[DepositOut]), tags=["bail deposits"])
def list_deposits(request: HttpRequest, filters: Query[FundFilter]) -> Any:
    """Bail deposits of the requests the caller sees."""
    rows = bail_deposits.visible_deposits(actor(request))
    asked = {"disbursement__fund__code": filters.fund, "disbursement__sanction__voucher__year__label": filters.year}
    return page(filtered(rows, **asked), filters)


@router.get("/bail-deposits/{deposit}", response=answers(DepositOut), tags=["bail deposits"])
def get_deposit(request: HttpRequest, deposit: PathId) -> Any:
    """One bail deposit."""
    return bail_deposits.get_deposit(deposit, by=actor(request))


@router.post("/bail-deposits/{deposit}/forfeit", response=answers(ForfeitureOut, 201), tags=["bail deposits"])
def ask_forfeiture(request: HttpRequest, deposit: PathId, data: ForfeitureIn) -> Any:
    """Records that a court keeps a deposit, in part or whole; it is charged when a second person agrees."""
    return created(bail.ask_forfeiture(line=deposit, by=actor(request), **data.dict()))


@router.post("/forfeitures/{forfeiture}/agree", response=answers(ForfeitureOut), tags=["bail deposits"])
def agree_forfeiture(request: HttpRequest, forfeiture: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The second person's consent, which charges it; never by who recorded it."""
    return bail.agree_forfeiture(forfeiture=forfeiture, by=actor(request), remark=data.remark)


@router.post("/forfeitures/{forfeiture}/decline", response=answers(ForfeitureOut), tags=["bail deposits"])
def decline_forfeiture(request: HttpRequest, forfeiture: PathId, data: RemarkIn = RemarkIn()) -> Any:  # noqa: B008
    """The deposit stays outstanding; the remark says why."""
    return bail.decline_forfeiture(forfeiture=forfeiture, by=actor(request), remark=data.remark)


class DueOut(Schema):
    number: int
    due_on: date
    amount: Amount
    paid: Amount


class LoanOut(Schema):
    """`state`: running, late, repaid. `paid`, `left` and `arrears` count the charge; `outstanding` does not. Rupees."""

    id: int
    state: str
    fund: str
    voucher: str
    position: int
    case: str
    borrower: str
    paid_on: date | None
    amount: Amount
    charge: Amount
    paid: Amount
    left: Amount
    outstanding: Amount
    arrears: Amount
    days_late: int
    dues: list[DueOut]


def _loan(found: Loan) -> dict[str, Any]:
    line: Any = found.line
    return {
        "id": line.pk,
        "state": found.state,
        "fund": line.disbursement.fund.code,
        "voucher": line.disbursement.sanction.voucher.number,
        "position": line.position,
        "case": line.case.number,
        "borrower": str(line.case.person),
        "paid_on": line.paid_on,
        "amount": line.amount,
        "charge": found.charge,
        "paid": found.paid,
        "left": found.left,
        "outstanding": line.outstanding,
        "arrears": found.arrears,
        "days_late": found.days_late,
        "dues": list(found.dues),
    }


@router.get("/loans", response=answers(Page[LoanOut]), tags=["loans"])
def list_loans(request: HttpRequest, filters: Query[FundFilter]) -> Any:
    """Soft loans of the requests the caller sees, each with its schedule."""
    rows = loan_register.visible_loans(actor(request))
    asked = {"disbursement__fund__code": filters.fund, "disbursement__sanction__voucher__year__label": filters.year}
    found = page(filtered(rows, **asked), filters)
    return {"items": [_loan(row) for row in loans_of(found["items"])], "next": found["next"]}


@router.get("/loans/{loan}", response=answers(LoanOut), tags=["loans"])
def get_loan(request: HttpRequest, loan: PathId) -> Any:
    """One soft loan."""
    return _loan(loan_register.get_loan(loan, by=actor(request)))
