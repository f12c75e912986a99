"""Vouchers over the API: issue, look, print with counting; each operation calls one service."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from beneficiaries.views.pages import actor
from funds import vouchers
from funds.api.disbursements import FundFilter
from funds.models import Voucher, VoucherPrint
from funds.numbers import missing_numbers
from funds.readers import require_reader
from ledger.api_types import Amount, Day, Given, Id, Number, Page, answers, created, filtered, page

router = Router()

PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}, "description": "The paper"}


LanguageCode = Literal["en", "ur", "both"]


class VoucherOut(Schema):
    id: int
    number: str
    disbursement_id: int
    fund: str
    year: str
    sanction: str
    amount: Amount
    issued_by: str
    issued_on: date
    digest: str
    token: str
    entry_id: int

    @staticmethod
    def resolve_disbursement_id(row: Voucher) -> int:
        return row.sanction.disbursement_id

    @staticmethod
    def resolve_fund(row: Voucher) -> str:
        return row.fund.code

    @staticmethod
    def resolve_year(row: Voucher) -> str:
        return row.year.label

    @staticmethod
    def resolve_sanction(row: Voucher) -> str:
        return row.sanction.number

    @staticmethod
    def resolve_issued_by(row: Voucher) -> str:
        return row.issued_by.get_username()


class PrintOut(Schema):
    copy_number: int
    printed_by: str
    printed_at: datetime

    @staticmethod
    def resolve_copy_number(row: VoucherPrint) -> int:
        return row.copy

    @staticmethod
    def resolve_printed_by(row: VoucherPrint) -> str:
        return row.printed_by.get_username()


class MissingOut(Schema):
    missing: list[str]


class VoucherIn(Given):
    disbursement: Id
    on: Day | None = None


@router.get("/vouchers", response=answers(Page[VoucherOut]), tags=["vouchers"])
def list_vouchers(request: HttpRequest, filters: Query[FundFilter]) -> Any:
    """Vouchers of the requests of the caller's office."""
    require_reader(actor(request))
    rows = vouchers.visible_vouchers(actor(request)).defer("snapshot")
    return page(filtered(rows, fund__code=filters.fund, year__label=filters.year), filters)


@router.post("/vouchers", response=answers(VoucherOut, 201), tags=["vouchers"])
def issue_voucher(request: HttpRequest, data: VoucherIn) -> Any:
    """Passes the bill of a sanctioned request."""
    user = actor(request)
    made = vouchers.issue_voucher(disbursement=data.disbursement, by=user, on=data.on)
    return created(vouchers.get_voucher(made.number, by=user))


@router.get("/vouchers/missing", response=answers(MissingOut), tags=["vouchers"])
def missing_vouchers(request: HttpRequest) -> Any:
    """The gap report of the register: numbers that are not there though a later one of their fund and year is."""
    require_reader(actor(request))
    return {"missing": missing_numbers(Voucher)}


@router.get("/vouchers/{number}/prints", response=answers(list[PrintOut]), tags=["vouchers"])
def list_printings(request: HttpRequest, number: Number) -> Any:
    """Every printing of a voucher: 0 is the original, each later one a numbered copy."""
    return vouchers.get_voucher(number, by=actor(request)).prints.select_related("printed_by").order_by("copy")


@router.get("/vouchers/{number}", response=answers(VoucherOut), tags=["vouchers"])
def get_voucher(request: HttpRequest, number: Number) -> Any:
    return vouchers.get_voucher(number, by=actor(request))


@router.get(
    "/vouchers/{number}/pdf", response=answers(None), tags=["vouchers"], openapi_extra={"responses": {200: PDF}}
)
def preview_voucher(request: HttpRequest, number: Number, language: LanguageCode | None = None) -> HttpResponse:
    """The last printing once more, without counting it; in `language` where one is named. Refused (409) before the first."""
    last, paper = vouchers.shown_again(number, by=actor(request), language=language or "")
    return _paper(last.voucher, paper, last.copy)


@router.post(
    "/vouchers/{number}/print", response=answers(None), tags=["vouchers"], openapi_extra={"responses": {200: PDF}}
)
def print_voucher(request: HttpRequest, number: Number, language: LanguageCode | None = None) -> HttpResponse:
    """Counts one printing and gives its paper: first the original, then numbered copies, which may be in another language."""
    printing, paper = vouchers.print_voucher(number=number, by=actor(request), language=language or "")
    return _paper(printing.voucher, paper, printing.copy)


def _paper(voucher: Voucher, content: bytes, copy: int) -> HttpResponse:
    name = f"{voucher.number}-copy-{copy}.pdf" if copy else f"{voucher.number}.pdf"
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
