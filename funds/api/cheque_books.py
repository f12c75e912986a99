"""Cheque books over the API: registered, read leaf by leaf, leaves marked, papers ended."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from beneficiaries.views.pages import actor
from funds.api.vouchers import PDF
from funds.cheque_books import books, endings, leaves, register, signing
from funds.cheque_books.register import Leaf, Stock
from funds.models import ChequeBook, ChequeEnd, CoSignature, LeafMark
from funds.paperwork import leaf_paper
from funds.readers import READERS, owned_fund
from funds.views.shared import pdf_answer
from ledger.api_types import Amount, Code, Day, Given, Id, OnDay, OneOf, Page, Paging, PathId, Text, answers, created
from ledger.roles import require_role

router = Router(tags=["cheque books"])


class BookOut(Schema):
    """`counts` has the leaves by state; together they are all of the book."""

    id: int
    fund: str
    first: str
    last: str
    leaves: int
    received_on: date
    received_from: str
    recorded_by: str
    counts: dict[str, int]

    @staticmethod
    def of(stock: Stock) -> dict[str, Any]:
        book = stock.book
        return {
            "id": book.pk,
            "fund": book.fund.code,
            "first": book.number(book.first),
            "last": book.number(book.last),
            "leaves": book.size,
            "received_on": book.received_on,
            "received_from": book.received_from,
            "recorded_by": book.recorded_by.get_username(),
            "counts": stock.counts,
        }


class EndOut(Schema):
    id: int
    kind: str
    ended_on: date
    witness: str
    stop_reference: str
    indemnity: str
    recorded_by: str

    @staticmethod
    def resolve_witness(row: ChequeEnd) -> str:
        return row.witness.get_username() if row.witness else ""

    @staticmethod
    def resolve_recorded_by(row: ChequeEnd) -> str:
        return row.recorded_by.get_username()


class LeafOut(Schema):
    """`payee` is not named where the request is of an office that the caller does not see."""

    number: str
    state: str
    instrument_id: int | None
    payee: str
    amount: Amount | None
    issued_on: date | None
    expires_on: date | None
    cleared_on: date | None
    reason: str
    mark_id: int | None
    end: EndOut | None

    @staticmethod
    def resolve_instrument_id(row: Leaf) -> int | None:
        return row.cheque.pk if row.cheque else None

    @staticmethod
    def resolve_issued_on(row: Leaf) -> date | None:
        return row.cheque.issued_on if row.cheque else None

    @staticmethod
    def resolve_expires_on(row: Leaf) -> date | None:
        return row.cheque.expires_on if row.cheque else None

    @staticmethod
    def resolve_mark_id(row: Leaf) -> int | None:
        return row.mark.pk if row.mark else None


class BookIn(Given):
    """`first` and `last` as they are printed on the leaves, such as A0004501."""

    fund: Code
    first: Text
    last: Text
    received_from: Text
    on: Day | None = None


class MarkIn(Given):
    number: Text
    kind: Annotated[str, OneOf(LeafMark.Kind)]
    reason: Text


class DestroyedIn(OnDay):
    """`witness` is an officer of the fund's office, by key."""

    witness: Id


class EndIn(OnDay):
    """`witness` for a destroyed cheque, `indemnity` for a lost one, `stop_reference` for a stopped one."""

    kind: Literal["destroyed", "lost"]
    witness: Id | None = None
    stop_reference: Text = ""
    indemnity: Text = ""


class MarkOut(Schema):
    id: int
    number: str
    kind: str
    reason: str
    recorded_by: str

    @staticmethod
    def resolve_recorded_by(row: LeafMark) -> str:
        return row.recorded_by.get_username()


class FreeOut(Schema):
    numbers: list[str]


class LeafFilter(Paging):
    state: Literal["unused", "issued", "cleared", "returned", "stale", "stopped", "spoilt", "void"] | None = None


@router.get("/funds/{fund}/cheque-books", response=answers(list[BookOut]))
def list_books(request: HttpRequest, fund: Code) -> Any:
    """The cheque books of a fund, the first received first."""
    return [BookOut.of(register.stock_of(book)) for book in leaves.books_of(_fund(request, fund))]


def _fund(request: HttpRequest, code: str) -> Any:
    require_role(actor(request), *READERS, action="see the cheque books")
    return owned_fund(code, by=actor(request))


@router.get("/funds/{fund}/cheque-books/next", response=answers(FreeOut))
def next_leaves(request: HttpRequest, fund: Code, paging: Query[Paging]) -> Any:
    """The numbers of the next free leaves, `limit` of them; nothing is reserved."""
    return {"numbers": leaves.free_numbers(_fund(request, fund), paging.limit)}


@router.get("/funds/{fund}/cheque-books/{book}/leaves", response=answers(Page[LeafOut]))
def list_leaves(request: HttpRequest, fund: Code, book: PathId, filters: Query[LeafFilter]) -> Any:
    """The cheque register: every leaf in its order; `after` is how many leaves of the answer to pass over."""
    require_role(actor(request), *READERS, action="see the cheque books")
    rows = register.Leaves(books.get_book(fund, book, by=actor(request)), filters.state or "")
    end = filters.after + filters.limit
    return {"items": rows[filters.after : end], "next": end if end < len(rows) else None}


@router.post("/cheque-books", response=answers(BookOut, 201))
def register_book(request: HttpRequest, data: BookIn) -> Any:
    """Registers a book that the bank gave out."""
    made: ChequeBook = books.register_book(**data.dict(), by=actor(request))
    return created(BookOut.of(register.stock_of(made)))


@router.post("/funds/{fund}/cheque-books/{book}/marks", response=answers(MarkOut, 201))
def mark_leaf(request: HttpRequest, fund: Code, book: PathId, data: MarkIn) -> Any:
    """An unused leaf is spoilt or void."""
    return created(books.mark_leaf(fund=fund, book=book, **data.dict(), by=actor(request)))


@router.post("/funds/{fund}/leaves/{mark}/destroy", response=answers(EndOut, 201))
def destroy_leaf(request: HttpRequest, fund: Code, mark: PathId, data: DestroyedIn) -> Any:
    """A spoilt or void leaf is destroyed before a witness."""
    return created(endings.destroy_leaf(fund=fund, mark=mark, **data.dict(), by=actor(request)))


class SignatureOut(Schema):
    id: int
    instrument_id: int
    recorded_by: str
    recorded_at: datetime

    @staticmethod
    def resolve_recorded_by(row: CoSignature) -> str:
        return row.recorded_by.get_username()


@router.post("/instruments/{instrument}/sign", response=answers(SignatureOut, 201))
def sign_cheque(request: HttpRequest, instrument: PathId) -> Any:
    """The second signature on a cheque that needs one; never by who issued it."""
    made = signing.sign(instrument=instrument, by=actor(request))
    made.refresh_from_db()
    return created(made)


@router.post("/instruments/{instrument}/leaf", response=answers(None), openapi_extra={"responses": {200: PDF}})
def print_leaf(request: HttpRequest, instrument: PathId) -> HttpResponse:
    """The cheque as a PDF of the size of its leaf; each printing is recorded."""
    number, content = leaf_paper.print_leaf(instrument=instrument, by=actor(request))
    return pdf_answer(content, f"cheque-{number}")


@router.post("/instruments/{instrument}/paper", response=answers(EndOut, 201))
def end_cheque(request: HttpRequest, instrument: PathId, data: EndIn) -> Any:
    """What became of the paper of a failed cheque; only then another payment replaces it."""
    return created(endings.end_cheque(instrument=instrument, **data.dict(), by=actor(request)))
