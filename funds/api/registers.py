"""Sanction orders, note sheets and the registers over the API."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.models import RegisterEntry
from beneficiaries.offices import registers as service
from beneficiaries.views.pages import actor
from funds.api.vouchers import PDF
from funds.disbursements import get_disbursement
from funds.models import Disbursement
from funds.paperwork import noting, orders
from ledger.api_types import Code, Day, Given, Page, Paging, PathId, Text, answers, created, filtered, page

router = Router()
SanctionNumber = Annotated[
    str, Field(pattern=r"^[A-Z0-9-]{1,12}/[0-9]{4}-[0-9]{2}/[0-9]{3,9}$", examples=["DAD/2025-26/007"])
]
Year = Annotated[int, Field(ge=2000, le=2099)]


class EntryOut(Schema):
    """One line of a register; `other_office` is ours at the other end, `reference` the number on the paper."""

    id: int
    number: str
    office: str
    other_office: str | None
    entered_on: date
    kind: str
    party: str
    subject: str
    reference: str
    means: str
    entered_by: str

    @staticmethod
    def resolve_office(row: RegisterEntry) -> str:
        return row.office.code

    @staticmethod
    def resolve_other_office(row: RegisterEntry) -> str | None:
        return row.other_office.code if row.other_office else None

    @staticmethod
    def resolve_entered_by(row: RegisterEntry) -> str:
        return row.entered_by.get_username()


class EntryFilter(Paging):
    office: Code | None = None
    kind: Literal["request", "referral", "complaint", "order", "voucher", "letter"] | None = None
    year: Year | None = None


class LetterIn(Given):
    """A letter; `party` is from whom it came or to whom it goes."""

    party: Text
    subject: Text
    reference: Text = ""
    means: Literal["hand", "post", "courier", "e_mail"]
    on: Day | None = None


class TurnOut(Schema):
    what: str
    was: str
    became: str


class NoteOut(Schema):
    """One paragraph of the noting; `turns` is what was changed before the request was submitted again."""

    number: int
    act: str
    text: str
    name: str
    post: str
    when: str
    marked_to: str
    turns: list[TurnOut]


def _listed(request: HttpRequest, register: str, filters: EntryFilter) -> Any:
    rows = service.visible_entries(actor(request), register)
    return page(filtered(rows, office__code=filters.office, kind=filters.kind, year=filters.year), filters)


@router.get("/diary", response=answers(Page[EntryOut]), tags=["registers"])
def list_diary(request: HttpRequest, filters: Query[EntryFilter]) -> Any:
    """What came in to the caller's office, or from it to another of ours."""
    return _listed(request, RegisterEntry.Register.DIARY, filters)


@router.get("/dispatch", response=answers(Page[EntryOut]), tags=["registers"])
def list_dispatch(request: HttpRequest, filters: Query[EntryFilter]) -> Any:
    """What went out of the caller's office, or to it from another of ours."""
    return _listed(request, RegisterEntry.Register.DISPATCH, filters)


@router.post("/diary", response=answers(EntryOut, 201), tags=["registers"])
def enter_in_diary(request: HttpRequest, data: LetterIn) -> Any:
    """A letter that came in gets the next number."""
    return created(service.record_letter(register=RegisterEntry.Register.DIARY, by=actor(request), **data.dict()))


@router.post("/dispatch", response=answers(EntryOut, 201), tags=["registers"])
def enter_in_dispatch(request: HttpRequest, data: LetterIn) -> Any:
    """A letter that goes out gets the next number."""
    return created(service.record_letter(register=RegisterEntry.Register.DISPATCH, by=actor(request), **data.dict()))


@router.get(
    "/sanctions/{path:number}/paper",
    response=answers(None),
    tags=["sanctions"],
    openapi_extra={"responses": {200: PDF}},
)
def sanction_paper(request: HttpRequest, number: SanctionNumber) -> HttpResponse:
    """The sanction order as it was made, with masked CNICs; the same bytes every time until it is cancelled."""
    return _pdf(orders.render(orders.get_order(number, by=actor(request))), f"sanction-{number}")


@router.get("/disbursements/{disbursement}/notes", response=answers(list[NoteOut]), tags=["disbursements"])
def list_notes(request: HttpRequest, disbursement: PathId) -> Any:
    """The noting of a request, paragraph by paragraph."""
    return noting.notes_of(_request(request, disbursement))


@router.get(
    "/disbursements/{disbursement}/note-sheet",
    response=answers(None),
    tags=["disbursements"],
    openapi_extra={"responses": {200: PDF}},
)
def note_sheet(request: HttpRequest, disbursement: PathId) -> HttpResponse:
    """The noting as a paper."""
    found = _request(request, disbursement)
    return _pdf(noting.note_sheet(found), f"note-sheet-{found.number}")


def _request(request: HttpRequest, disbursement: int) -> Disbursement:
    return get_disbursement(disbursement, by=actor(request))


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name.replace("/", "-")}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
