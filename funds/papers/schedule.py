"""The schedule of vouchers: a list of many vouchers that is signed once, each with its amount and its digest."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from funds.papers import letter, ornament
from funds.papers.fit import CODE_LEAST, fit, put
from funds.papers.flow import Flow
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import GREEN, GREY, HAIR, TINT, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.sheet import Page, render
from ledger.money import figures, grouped, words

_HEAD: Final = 6.3
_ROW: Final = 9.0
_NUMBER: Final = (LEFT + 9.0, 42.0)  # where a column begins, and its width
_DATE: Final = (LEFT + 53.0, 22.0)
_PAY_TO: Final = (LEFT + 77.0, 58.0)
_PAYEES_END: Final = RIGHT - 30.0
_INVISIBLE: Final = "Any PDF reader shows whose certificate signed this list, and whether a byte was changed."


@dataclass(frozen=True)
class ScheduleRow:
    """One voucher: its number, day, whom it pays, how many payees, rupees, and the digest of its frozen paper."""

    number: str
    date: str
    pay_to: str
    payees: int
    amount: Decimal
    digest: str


@dataclass(frozen=True)
class SchedulePaper:
    """What the schedule says; `digest` is over number, amount and digest of every row."""

    government: str
    ministry: str
    fund_name: str
    fund_note: str
    particulars: tuple[str, ...]
    number: str
    date: str
    signed_for: str
    rows: tuple[ScheduleRow, ...]
    digest: str

    @property
    def amount(self) -> Decimal:
        return sum((row.amount for row in self.rows), Decimal(0))


def draw_schedule(paper: SchedulePaper) -> bytes:
    """The schedule as a PDF file; the same schedule gives the same bytes. Raises: MissingGlyph."""
    flow = Flow((f"{paper.fund_name} · schedule of vouchers", paper.number))
    letter.head(flow, paper, "SCHEDULE OF VOUCHERS", paper.number)
    payees = sum(row.payees for row in paper.rows)
    facts = (
        ("Schedule no.", paper.number),
        ("Dated", paper.date),
        ("Vouchers, payees", f"{len(paper.rows):,}, {payees:,}"),
        ("Total", figures(paper.amount)),
    )
    letter.facts(flow, facts)
    flow.y += 4.0
    text = f"These vouchers were signed together for {paper.signed_for}. Total in words: {words(paper.amount)}. {_INVISIBLE}"
    letter.written(flow, text)
    flow.y += 2.5
    _head(flow)
    for place, row in enumerate(paper.rows, 1):
        if flow.y + _ROW > _bottom(last=place == len(paper.rows)):
            flow.new_page()
            _head(flow)
        _row(flow.pen, flow.y, place, row)
        flow.y += _ROW
    _total(flow, paper)
    letter.foot(flow, f"{paper.ministry}  ·  schedule of vouchers", paper.number, paper.digest)
    pages = [Page(pen, bookmarks=(f"Schedule {paper.number}",) if not n else ()) for n, pen in enumerate(flow.pens)]
    subject = f"{len(paper.rows)} vouchers of {paper.fund_name}"
    return render(pages, title=f"Schedule of vouchers {paper.number}", subject=subject, author=paper.ministry)


def _bottom(*, last: bool) -> float:
    """The last row keeps the total with it."""
    return 268.0 if last else 276.0


def _head(flow: Flow) -> None:
    pen, y = flow.pen, flow.y + 4.0
    pen.rectangle(LEFT, flow.y, WIDTH, _HEAD, fill=TINT)
    pen.text(LEFT + 6.4, y, "#", size=5.9, colour=GREY, align="right")
    for (x, _), label in ((_NUMBER, "Voucher, digest of its paper"), (_DATE, "Date"), (_PAY_TO, "Pay to")):
        pen.text(x, y, label, size=5.9, colour=GREY)
    pen.text(_PAYEES_END, y, "Payees", size=5.9, colour=GREY, align="right")
    pen.text(RIGHT - 1.6, y, "Amount Rs", size=5.9, colour=GREY, align="right")
    flow.y += _HEAD


def _row(pen: Pen, top: float, place: int, row: ScheduleRow) -> None:
    y = top + 3.9
    pen.text(LEFT + 6.4, y, str(place), size=7.4, colour=GREY, align="right")
    for (x, width), text, face in (
        (_NUMBER, row.number, SEMIBOLD),
        (_DATE, row.date, REGULAR),
        (_PAY_TO, row.pay_to, REGULAR),
    ):
        put(pen, x, y, width, fit(text, face, 7.6, width, lines=1, least=CODE_LEAST), face=face)
    pen.text(_PAYEES_END, y, f"{row.payees:,}", size=7.4, align="right")
    pen.text(RIGHT - 1.6, y, grouped(row.amount), face=SEMIBOLD, size=7.8, align="right")
    pen.text(_NUMBER[0], top + 7.3, ornament.digest_groups(row.digest), size=5.6, colour=GREY)
    pen.line(LEFT, top + _ROW, RIGHT, top + _ROW, colour=HAIR, line=0.4)


def _total(flow: Flow, paper: SchedulePaper) -> None:
    pen, y = flow.pen, flow.y + 4.6
    pen.text(
        _NUMBER[0],
        y,
        f"Total of {len(paper.rows):,} voucher{'' if len(paper.rows) == 1 else 's'}",
        face=SEMIBOLD,
        size=7.8,
    )
    pen.text(RIGHT - 1.6, y, grouped(paper.amount), face=SEMIBOLD, size=8.6, colour=GREEN, align="right")
    pen.line(RIGHT - 40.0, flow.y + 6.4, RIGHT, flow.y + 6.4, colour=GREEN, line=0.9)
    flow.y += 8.0
