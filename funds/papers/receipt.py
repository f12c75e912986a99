"""The receipt: who paid in how much for what, in figures and words, and the signature of who took it."""

from typing import Final

from funds.papers import letter, ornament
from funds.papers.fit import CODE_LEAST, fit, put
from funds.papers.flow import Flow
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import GREEN, GREY, HAIR, INK, POINT, RED, TINT
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.receipt_data import ReceiptPaper, check_receipt
from funds.papers.sheet import Page, render
from ledger.money import figures

_BOX: Final = 86.0  # width of the places for signature and stamp


def draw_receipt(paper: ReceiptPaper) -> bytes:
    """The receipt as a PDF file. The same paper gives the same bytes, always. Raises: MissingGlyph, InconsistentError."""
    check_receipt(paper)
    state = "CANCELLED  ·  " if paper.cancelled else ""
    flow = Flow((f"{paper.fund_name} · receipt", f"{state}{paper.number}"))
    letter.head(flow, paper, "RECEIPT", paper.number, paper.cancelled)
    _mark(flow, paper)
    letter.facts(flow, _facts(paper), columns=3)
    flow.y += 5.0
    _line(flow, "Received from", paper.received_from)
    _amount(flow, paper)
    _line(flow, "On account of", paper.on_account_of)
    if paper.purpose:
        _line(flow, "Given for", paper.purpose)
    _parts(flow, paper)
    letter.written(flow, paper.budget, size=7.8, colour=GREY)
    flow.y += 4.0
    _signed(flow, paper)
    letter.foot(flow, f"{paper.ministry}  ·  receipt", paper.number)
    _printed(flow, paper)
    over = ornament.cancelled_mark() if paper.cancelled else None
    pages = [
        Page(pen, over=over, bookmarks=(f"Receipt {paper.number}",) if place == 0 else ())
        for place, pen in enumerate(flow.pens)
    ]
    return render(pages, title=f"Receipt {paper.number}", subject=paper.kind, author=paper.ministry)


def _mark(flow: Flow, paper: ReceiptPaper) -> None:
    """Whether it is the original: a copy is never taken for a second receipt."""
    text = f"COPY {paper.copy}" if paper.copy else "ORIGINAL"
    width = 26.0
    flow.pen.rectangle(RIGHT - width, flow.y + 0.4, width, 5.4, fill=TINT)
    said = fit(text, SEMIBOLD, 7.6, width - 4, lines=1)
    put(
        flow.pen, RIGHT - width + 2, flow.y + 4.2, width - 4, said, face=SEMIBOLD,
        colour=RED if paper.copy else GREEN, align="centre",
    )  # fmt: skip
    flow.y += 8.0


def _facts(paper: ReceiptPaper) -> tuple[tuple[str, str], ...]:
    return (
        ("Receipt no.", paper.number),
        ("Received on", paper.date),
        ("Kind", paper.kind),
        ("Their reference", paper.reference),
        ("Credited to", f"{paper.head_code} {paper.head_name}"),
        ("Recorded by", f"{paper.recorded_by}, {paper.recorded_on}"),
    )


def _line(flow: Flow, label: str, text: str) -> None:
    flow.need(12.0)
    flow.pen.text(LEFT, flow.y + 2.4, label, size=6.6, colour=GREY)
    flow.y += 3.4
    letter.written(flow, text, face=SEMIBOLD, size=10.2)
    flow.y += 1.0
    flow.pen.line(LEFT, flow.y, RIGHT, flow.y, colour=HAIR, line=0.4)
    flow.y += 3.6


def _amount(flow: Flow, paper: ReceiptPaper) -> None:
    flow.need(20.0)
    pen, top, split = flow.pen, flow.y, 84.0
    pen.rectangle(LEFT, top, WIDTH, 15.0, fill=TINT)
    text = figures(paper.amount)
    size = min(18.0, 18.0 * (split - LEFT - 8) / (SEMIBOLD.width(text, 18.0) / POINT))
    pen.text(LEFT + 4, top + 9.8, text, face=SEMIBOLD, size=size, colour=GREEN)
    words = fit(paper.words, SEMIBOLD, 9.6, RIGHT - split - 4, lines=3, wrap_first=True, least=CODE_LEAST)
    lift = (len(words.lines) - 1) * 1.9
    put(pen, split, top + 8.6 - lift, RIGHT - split - 4, words, face=SEMIBOLD)
    flow.y += 19.0


def _parts(flow: Flow, paper: ReceiptPaper) -> None:
    for label, amount in paper.parts:
        flow.need(6.0)
        flow.pen.text(LEFT, flow.y + 3.6, label, face=REGULAR, size=8.4)
        said = fit(figures(amount), SEMIBOLD, 8.4, 60, lines=1)
        put(flow.pen, RIGHT - 60, flow.y + 3.6, 60, said, face=SEMIBOLD, align="right")
        flow.y += 5.6
    if paper.parts:
        flow.y += 2.0


def _signed(flow: Flow, paper: ReceiptPaper) -> None:
    """A box for the stamp at the left, the signature of who took the money at the right."""
    flow.need(40.0)
    top = flow.y
    flow.pen.frame(LEFT, top, _BOX, 32.0, line=0.6, colour=HAIR)
    flow.pen.text(LEFT + 3, top + 4.6, "Stamp of the office", size=6.6, colour=GREY)
    lines = (
        (paper.recorded_by, SEMIBOLD, INK),
        (paper.recorded_post, REGULAR, INK),
        ("Signature of the officer who received it", REGULAR, GREY),
    )
    letter.signature(flow.pen, RIGHT - _BOX + 6, top + 17.0, _BOX - 6, lines)
    flow.y = top + 36.0


def _printed(flow: Flow, paper: ReceiptPaper) -> None:
    text = f"{paper.printed}  ·  Not a receipt for a second payment." if paper.copy else paper.printed
    for pen in flow.pens:
        put(pen, LEFT, 288.2, 160, fit(text, REGULAR, 6.4, 160, lines=1), face=REGULAR, colour=GREY)
