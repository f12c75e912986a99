"""The sanction order: a letter to who pays, with an annex where there are more payees than the letter holds."""

from typing import Final

from funds.papers import letter, ornament, payees
from funds.papers import voucher_words as say
from funds.papers.data import PayeeRow
from funds.papers.fit import CODE_LEAST, LEADING, fit, put, wrap
from funds.papers.flow import BOTTOM, TOP, Flow
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import GREEN, GREY, INK, POINT, RED, TINT, Colour
from funds.papers.order_data import OrderPaper, Room, check_order, check_rows
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.payees import Sums
from funds.papers.sheet import Page, render
from funds.papers.tongue import ENGLISH
from ledger.money import figures, grouped

LINES_IN_LETTER: Final = 5
_SPENT: Colour = (0.38, 0.45, 0.42)
_COMMITTED: Colour = (0.68, 0.73, 0.71)


def draw_order(paper: OrderPaper, rows: tuple[PayeeRow, ...]) -> bytes:
    """The order as a PDF file. The same paper and payees give the same bytes, always.

    Raises: MissingGlyph, InconsistentError if the payees are not those of the order.
    """
    check_rows(paper, rows)
    flow = draw_letter(paper, rows if len(rows) <= LINES_IN_LETTER else ())
    ends = len(flow.pens)
    if len(rows) > LINES_IN_LETTER:
        _annex(flow, paper, rows)
    letter.foot(flow, f"{paper.ministry}  ·  sanction order", paper.number, paper.digest)
    pages = [
        Page(
            pen,
            over=ornament.cancelled_mark() if paper.cancelled else None,
            bookmarks=_bookmark(paper, number, ends),
        )
        for number, pen in enumerate(flow.pens, start=1)
    ]
    return render(pages, title=f"Sanction order {paper.number}", subject=paper.subject, author=paper.ministry)


def _bookmark(paper: OrderPaper, number: int, ends: int) -> tuple[str, ...]:
    if number == 1:
        return (f"Sanction order {paper.number}",)
    return ("Annex",) if number == ends + 1 else ()


def draw_letter(paper: OrderPaper, rows: tuple[PayeeRow, ...]) -> Flow:
    """The pages of the letter, without annex and foot; drawn alone to see that every text can be printed."""
    check_order(paper)
    state = "CANCELLED  ·  " if paper.cancelled else ""
    flow = Flow((f"{paper.fund_name} · sanction order", f"{state}{paper.number}"))
    letter.head(flow, paper, "SANCTION ORDER", paper.number, paper.cancelled)
    letter.facts(flow, _facts(paper))
    flow.y += 3.0
    _address(flow, paper)
    _sanctions(flow, paper, rows)
    _charge(flow, paper)
    _conditions(flow, paper)
    _signed(flow, paper)
    _copies(flow, paper)
    return flow


def _facts(paper: OrderPaper) -> tuple[tuple[str, str], ...]:
    return (
        ("Sanction no.", paper.number),
        ("Dated", paper.date),
        ("Dispatch no.", paper.dispatch),
        ("File (diary no.)", paper.diary or paper.request),
        ("Fund", f"{paper.fund}, {paper.year}"),
        ("Head of account", f"{paper.head_code} {paper.head_name}"),
        ("Function code", paper.function_code),
        ("DDO, cost centre", f"{paper.ddo_code}, {paper.cost_centre}"),
    )


def _address(flow: Flow, paper: OrderPaper) -> None:
    letter.written(flow, paper.to, number="To", number_colour=GREY)
    flow.y += 2.0
    letter.written(flow, f"Subject:  {paper.subject}", face=SEMIBOLD)
    flow.y += 2.6


def _sanctions(flow: Flow, paper: OrderPaper, rows: tuple[PayeeRow, ...]) -> None:
    meeting = f", on the decision of the committee ({paper.meeting})" if paper.meeting else ""
    text = (
        f"Sanction of the competent authority, the {paper.authority}{meeting}, is conveyed to spend the amount below from the"
        f" {paper.fund_name} in the financial year {paper.year}. {paper.authority_note}."
    )
    letter.written(flow, text, number="1.", keep=24.0)
    flow.y += 2.0
    _amount(flow, paper)
    letter.written(flow, f"Purpose: {paper.purpose}.", number="2.")
    flow.y += 1.4
    many = "1 payee" if paper.lines == 1 else f"{paper.lines} payees"
    where = ", as listed below" if rows else f", as listed in the annex, which lists {many}"
    letter.written(flow, f"To be paid to {paper.pay_to}, {paper.pay_to_note}{where}.", number="3.")
    flow.y += 2.0
    if rows:
        flow.need(payees.HEAD + len(rows) * payees.ROW + payees.FOOT)
        _table(flow, paper, rows, Sums.of(()), first=True)
    flow.y += 2.0


def _amount(flow: Flow, paper: OrderPaper) -> None:
    flow.need(15.0)
    pen, top, split = flow.pen, flow.y, 82.0
    pen.rectangle(LEFT, top, WIDTH, 13.0, fill=TINT)
    text = figures(paper.amount)
    size = min(17.0, 17.0 * (split - LEFT - 8) / (SEMIBOLD.width(text, 17.0) / POINT))
    pen.text(LEFT + 4, top + 8.6, text, face=SEMIBOLD, size=size, colour=GREEN)
    words = fit(paper.words, SEMIBOLD, 9.4, RIGHT - split - 4, lines=3, wrap_first=True, least=CODE_LEAST)
    lift = (len(words.lines) - 1) * 1.9
    put(pen, split, top + 7.6 - lift, RIGHT - split - 4, words, face=SEMIBOLD)
    flow.y += 15.4


def _table(flow: Flow, paper: OrderPaper, rows: tuple[PayeeRow, ...], carried: Sums, *, first: bool) -> Sums:
    """Rows on one page with what was carried to it; returns the sum so far. Texts that were cut follow in full."""
    pen, top = flow.pen, flow.y
    payees.head(ENGLISH, pen, top)
    y, cut = top + payees.HEAD, []
    if not first:
        payees.summary(ENGLISH, pen, y, say.FROM_BEFORE, None, carried, height=payees.FOOT)
        y += payees.FOOT
    for row in rows:
        cut += payees.line(ENGLISH, pen, y, row)
        y += payees.ROW
    done = Sums.of(rows)
    sums = Sums(carried.gross + done.gross, carried.deducted + done.deducted, carried.net + done.net)
    last = rows[-1].position == paper.lines
    label = say.TOTAL_OF.filled(paper.lines) if paper.lines > 1 else say.TOTAL_OF_ONE
    payees.total(ENGLISH, pen, y, label if last else say.TO_NEXT, paper.share_total if last else "", sums)
    flow.y = y + payees.FOOT
    payees.net_box(pen, top, flow.y)
    flow.y += 2.0
    for name, text in cut:
        letter.written(flow, f"{name} in full: {text}", size=6.6, colour=GREY)
    return sums


def _annex(flow: Flow, paper: OrderPaper, rows: tuple[PayeeRow, ...]) -> None:
    room = BOTTOM - TOP - 12.0 - payees.HEAD - 2 * payees.FOOT
    capacity = int(room / payees.ROW)
    sums = Sums.of(())
    for start in range(0, len(rows), capacity):
        flow.new_page()
        page = rows[start : start + capacity]
        title = f"ANNEX  ·  payee lines {page[0].position} to {page[-1].position} of {paper.lines}"
        flow.pen.text(LEFT, flow.y + 4.0, title, face=SEMIBOLD, size=9.4, colour=RED if paper.cancelled else GREEN)
        flow.y += 7.0
        sums = _table(flow, paper, page, sums, first=start == 0)


def _charge(flow: Flow, paper: OrderPaper) -> None:
    text = (
        f"The expenditure is charged to head {paper.head_code} {paper.head_name}, function {paper.function_code}, fund"
        f" {paper.fund} (class {paper.fund_class}), financial year {paper.year}. Budget position with this sanction, in rupees:"
    )
    letter.written(flow, text, number="4.", keep=14.0)
    flow.y += 2.4
    _room(flow, paper.room)


def _room(flow: Flow, room: Room) -> None:
    flow.need(12.0)
    parts: tuple[tuple[str, object, Colour | None], ...] = (
        ("Available this year", room.available, None),
        ("Spent", room.spent, _SPENT),
        ("Committed to others", room.committed, _COMMITTED),
        ("This sanction", room.this, GREEN),
        ("Free after it", room.free, TINT),
    )
    pen, width = flow.pen, WIDTH / len(parts)
    for place, (label, value, colour) in enumerate(parts):
        x = LEFT + place * width + (2.0 if place else 0.0)
        if colour:
            pen.rectangle(x, flow.y + 0.5, 1.5, 1.5, fill=colour)
        pen.text(x + (2.4 if colour else 0.0), flow.y + 2.0, label, size=5.9, colour=GREY)
        text = fit(grouped(value), SEMIBOLD, 8.2, width - 4.0, lines=1, least=CODE_LEAST)  # type: ignore[arg-type]
        put(pen, x, flow.y + 6.2, width - 4.0, text, face=SEMIBOLD, colour=GREEN if colour == GREEN else INK)
    shares = []
    if room.available > 0:
        for value, colour in ((room.spent, _SPENT), (room.committed, _COMMITTED), (room.this, GREEN)):
            shares.append((float(value / room.available), colour))
    ornament.proportional_bar(pen, LEFT, flow.y + 8.2, WIDTH, 1.8, shares)
    flow.y += 12.6


def _conditions(flow: Flow, paper: OrderPaper) -> None:
    if not paper.conditions:
        return
    letter.written(flow, "The sanction is subject to these conditions:", number="5.", keep=8.0)
    for place, text in enumerate(paper.conditions):
        letter.written(
            flow, text, number=f"({chr(ord('a') + place % 26)})", left=LEFT + letter.INDENT, number_colour=INK
        )
        flow.y += 0.4
    flow.y += 1.6


def _signed(flow: Flow, paper: OrderPaper) -> None:
    """The signature at the right, who stands behind the order at the left."""
    by, width = paper.signatories[-1], 74.0
    steps = [f"{row.act} by {row.name}, {row.post}, {row.on}" for row in paper.signatories[:-1]]
    text = "; ".join(steps) or "No step before the sanction"
    behind = wrap(f"{text}. Request {paper.request}, content {paper.content[:12]}.", REGULAR, 7.0, WIDTH - width - 12.0)
    step = behind.size * LEADING / POINT
    seat = wrap(by.post, REGULAR, 7.4, width).lines
    height = max(24.0 + 3.6 * (len(seat) - 1), 9.0 + step * len(behind.lines))
    flow.need(height)
    flow.pen.text(LEFT, flow.y + 4.0, "Before the sanction", face=SEMIBOLD, size=7.0, colour=GREEN)
    put(flow.pen, LEFT, flow.y + 7.4, WIDTH - width - 12.0, behind, face=REGULAR, colour=GREY)
    lines = (
        (by.name, SEMIBOLD, INK),
        *((line, REGULAR, INK) for line in seat),
        (f"{by.act} {by.on}  ·  {by.digest[:12]}", REGULAR, GREY),
    )
    letter.signature(flow.pen, RIGHT - width, flow.y + 11.5, width, lines)
    flow.y += height


def _copies(flow: Flow, paper: OrderPaper) -> None:
    if not paper.copies:
        return
    letter.label(flow, "Copy to")
    for place, text in enumerate(paper.copies, 1):
        letter.written(flow, text, number=f"{place}.", size=7.6, number_colour=INK)
    flow.y += 2.4
