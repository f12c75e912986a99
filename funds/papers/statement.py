"""The annual statement of a fund: receipts and payments, budget and actual, notes, and the tie to the trial balance."""

from typing import Final

from funds.papers import chart, ornament, tables
from funds.papers.fit import fit, put, wrap
from funds.papers.flow import BOTTOM, Flow
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import GREEN, GREY, INK, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.sheet import Page, render
from funds.papers.statement_data import KeyFigure, Note, SignatureLine, StatementPaper, Table

_CONTENTS_LINE: Final = 5.4
_SIGNING: Final = 20.0


def draw_statement(paper: StatementPaper) -> bytes:
    """The statement as a PDF file. The same paper gives the same bytes, always. Raises: MissingGlyph."""
    flow = Flow((f"{paper.fund_name} · annual statement {paper.year}", paper.basis))
    first_end = _first_page(flow, paper)
    _second_part(flow, paper)
    _notes_part(flow, paper)
    _contents_and_signatures(flow, paper, first_end)
    flow.foot(paper.version, f"Verify at  {paper.verify_url}" if paper.verify_url else "")
    pages = [
        Page(pen, bookmarks=tuple(title for title, page in flow.titles if page == number))
        for number, pen in enumerate(flow.pens, start=1)
    ]
    title = f"{paper.fund_name}: annual statement {paper.year}"
    return render(pages, title=title, subject=paper.fund_note, author=paper.ministry)


def _first_page(flow: Flow, paper: StatementPaper) -> tuple[int, float]:
    """Letterhead, key figures and the main statement; returns the page and place where it ends."""
    pen = flow.bare_page(40.0)
    ornament.emblem(pen, ornament.CENTRE, 20.4, 9.6)
    for label, text in ornament.letterhead(pen, paper):
        flow.paragraph(f"{label} in full: {text}", size=6.6, colour=GREY)
        flow.y += 1.5
    if paper.key_figures:
        _key_figures(pen, flow.y, paper.key_figures)
        flow.y += 20.0
    flow.title(paper.receipts_payments.title)
    tables.draw(flow, paper.receipts_payments)
    return len(flow.pens), flow.y


def _key_figures(pen: Pen, top: float, figures: tuple[KeyFigure, ...]) -> None:
    width = WIDTH / len(figures)
    for number, key in enumerate(figures):
        x = LEFT + number * width + (3.0 if number else 0.0)
        room = width - 5.0
        if number:
            pen.line(x - 3.0, top, x - 3.0, top + 13.6)
        put(pen, x, top + 2.4, room, fit(key.label, REGULAR, 6.4, room, lines=1), face=REGULAR, colour=GREY)
        value = fit(key.value, SEMIBOLD, 13.0, room, lines=1, least=0.4)
        put(pen, x, top + 8.6, room, value, face=SEMIBOLD, colour=GREEN if number == 0 else INK)
        put(pen, x, top + 12.8, room, fit(key.note, REGULAR, 6.3, room, lines=1), face=REGULAR, colour=GREY)


def _second_part(flow: Flow, paper: StatementPaper) -> None:
    if any((paper.budget, paper.months, paper.movement, paper.bank, paper.commitments)):
        flow.new_page()
    if paper.budget:
        flow.title(paper.budget.title)
        tables.draw(flow, paper.budget)
        flow.y += 5.0
    if paper.months:
        flow.subtitle(paper.months.title, keep=chart.HEIGHT)
        chart.draw(flow, paper.months)
        flow.y += 5.0
    for table in (paper.movement, paper.bank, paper.commitments):
        if table:
            _sub_table(flow, table)


def _sub_table(flow: Flow, table: Table) -> None:
    flow.subtitle(table.title)
    tables.draw(flow, table)
    flow.y += 5.0


def _notes_part(flow: Flow, paper: StatementPaper) -> None:
    if any((paper.notes, paper.helped, paper.tie_out)):
        flow.new_page()
    if paper.notes:
        flow.title("Notes to the statement", keep=14.0)
        flow.y += 3.0
    for note in paper.notes:
        _note(flow, note)
    for title, group in (("People helped", paper.helped), ("Agreement with the trial balance", paper.tie_out)):
        if group:
            flow.y += 2.0
            flow.title(group[0].title or title)
            tables.draw(flow, group[0])
            flow.y += 5.0
            for table in group[1:]:
                _sub_table(flow, table)


def _note(flow: Flow, note: Note) -> None:
    flow.need(12.0)
    flow.pen.text(LEFT, flow.y + 3.0, str(note.number), face=SEMIBOLD, size=7.8, colour=GREEN)
    title = wrap(note.title, SEMIBOLD, 7.8, WIDTH - 6)
    flow.y = put(flow.pen, LEFT + 6, flow.y + 3.0, WIDTH - 6, title, face=SEMIBOLD, colour=GREEN) + 1.2
    for paragraph in note.paragraphs:
        flow.paragraph(paragraph, indent=6.0)
        flow.y += 1.0
    for table in note.tables:
        flow.y += 1.0
        _sub_table(flow, table)
    flow.y += 1.6


def _contents_and_signatures(flow: Flow, paper: StatementPaper, end: tuple[int, float]) -> None:
    """Put both under the main statement where they fit; otherwise the signatures follow the last note."""
    page, y = end
    signing_page, signing_top = page, BOTTOM - _SIGNING
    if paper.signatures and y + 6 > signing_top:
        flow.need(_SIGNING + 6)
        signing_page, signing_top = len(flow.pens), max(flow.y + 6, BOTTOM - _SIGNING)
    room = (signing_top if signing_page == page else BOTTOM) - y - 14.0
    entries = [
        (title, number) for title, number in flow.titles if number > page or title == paper.receipts_payments.title
    ]
    if len(entries) > 1 and len(entries) * _CONTENTS_LINE < room:
        _contents(flow.pens[page - 1], y + 9.0, entries)
    if paper.signatures:
        _signatures(flow.pens[signing_page - 1], signing_top + 12.0, paper.signatures)


def _contents(pen: Pen, top: float, entries: list[tuple[str, int]]) -> None:
    pen.text(LEFT, top, "Contents", face=SEMIBOLD, size=8.6, colour=GREEN)
    for line, (title, number) in enumerate(entries, start=1):
        y = top + 0.6 + line * _CONTENTS_LINE
        fitted = fit(title, REGULAR, 7.4, 130, lines=1)
        put(pen, LEFT, y, 130, fitted, face=REGULAR)
        used = REGULAR.width(fitted.lines[0], fitted.size) * 25.4 / 72
        pen.line(LEFT + used + 2.5, y - 0.2, RIGHT - 5, y - 0.2, colour=GREY, line=0.5, dash="0.5 3.5")
        pen.text(RIGHT, y, str(number), size=7.4, align="right")


def _signatures(pen: Pen, y: float, lines: tuple[SignatureLine, ...]) -> None:
    gap = 6.0
    width = (WIDTH - gap * (len(lines) - 1)) / len(lines)
    for number, line in enumerate(lines):
        x = LEFT + number * (width + gap)
        pen.line(x, y, x + width, y, colour=INK, line=0.5)
        name = fit(line.name or line.post, SEMIBOLD if line.name else REGULAR, 6.8, width, lines=1)
        put(pen, x, y + 3.4, width, name, face=SEMIBOLD if line.name else REGULAR, colour=INK if line.name else GREY)
        if line.name:
            put(pen, x, y + 6.4, width, fit(line.post, REGULAR, 6.3, width, lines=1), face=REGULAR, colour=GREY)
