"""What a sanction order says, frozen when the sanction is made. Dates and codes come as text, already as they shall be read."""

from dataclasses import dataclass
from decimal import Decimal

from funds.papers.data import InconsistentError, PayeeRow, Signatory
from ledger.money import words as words_of


@dataclass(frozen=True)
class Room:
    """The fund in its year with this sanction counted, in rupees: available = spent + committed + free."""

    available: Decimal
    spent: Decimal
    committed: Decimal  # to others
    this: Decimal
    free: Decimal


@dataclass(frozen=True)
class OrderPaper:
    """Everything printed on a sanction order but its payees, in the order of the page; amounts in rupees."""

    government: str
    ministry: str
    fund_name: str
    fund_note: str
    particulars: tuple[str, ...]
    number: str
    date: str
    dispatch: str  # number of the dispatch register
    diary: str  # number of the diary, by which the file is known; empty for requests from before there was one
    request: str
    year: str
    to: str
    subject: str
    authority: str  # who sanctions, by post
    authority_note: str  # under which rule and limit
    meeting: str  # of the committee: minutes number and day, or empty
    amount: Decimal
    words: str
    purpose: str
    pay_to: str
    pay_to_note: str
    lines: int
    minors: tuple[int, ...]  # positions of payees who were not of age
    share_total: str
    fund: str
    fund_class: str
    head_code: str
    head_name: str
    function_code: str
    cost_centre: str
    ddo_code: str
    room: Room
    conditions: tuple[str, ...]
    copies: tuple[str, ...]
    signatories: tuple[Signatory, ...]  # the last one sanctioned
    content: str  # digest of the request's content, which binds the payees
    digest: str  # of all that stands here, 64 hex digits
    cancelled: str = ""  # "Cancelled 19 Oct 2025 by W. Rafiq: reason", or empty


def check_order(paper: OrderPaper) -> None:
    """Refuse a new order whose words or budget contradict its amount. Raises: InconsistentError."""
    if paper.words != words_of(paper.amount):
        raise InconsistentError(f"sanction {paper.number}: {paper.amount} in words is not {paper.words!r}")
    room = paper.room
    if room.this != paper.amount or room.spent + room.committed + room.this + room.free != room.available:
        raise InconsistentError(f"sanction {paper.number}: its budget position does not add up")
    if not paper.signatories:
        raise InconsistentError(f"sanction {paper.number} has no decision behind it")


def check_rows(paper: OrderPaper, rows: tuple[PayeeRow, ...]) -> None:
    """Refuse to print payees who are not those of the order. Raises: InconsistentError."""
    total = sum((row.net for row in rows), Decimal(0))
    if len(rows) != paper.lines or total != paper.amount:
        raise InconsistentError(
            f"sanction {paper.number}: {len(rows)} payees of {total}, the order says {paper.lines} of {paper.amount}"
        )
