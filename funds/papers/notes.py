"""The note sheet: numbered paragraphs in the order in which they were written, each signed and marked on."""

from typing import Final

from funds.papers import letter
from funds.papers.fit import CODE_LEAST, fit, put
from funds.papers.flow import Flow
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import GREEN, GREY, HAIR, INK, Pen
from funds.papers.notes_data import Note, NoteSheet, Turn
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.sheet import Page, render

_SIGNED: Final = 70.0  # width of name, post and time at the right
_FOOT: Final = 13.0


def draw_notes(paper: NoteSheet) -> bytes:
    """The note sheet as a PDF file; the same noting gives the same bytes. Raises: MissingGlyph."""
    flow = Flow((f"Note sheet · file {paper.file or paper.request}", paper.subject))
    letter.head(flow, paper, "NOTE SHEET", paper.file or paper.request)
    facts = (
        ("File (diary no.)", paper.file or "none; from before there was a diary"),
        ("Request", paper.request),
        ("Amount", paper.amount),
        ("State", paper.state),
    )
    letter.facts(flow, facts)
    flow.y += 4.0
    letter.written(flow, f"Subject:  {paper.subject}", face=SEMIBOLD)
    flow.y += 3.0
    for note in paper.notes:
        _note(flow, note)
    if not paper.notes:
        letter.written(flow, "Nothing was noted yet: the request was not submitted.", colour=GREY)
    letter.foot(flow, f"{paper.ministry}  ·  note sheet of {paper.request}", paper.file)
    pages = [Page(pen, bookmarks=(f"Note sheet {paper.request}",) if not n else ()) for n, pen in enumerate(flow.pens)]
    return render(pages, title=f"Note sheet {paper.request}", subject=paper.subject, author=paper.ministry)


def _note(flow: Flow, note: Note) -> None:
    letter.written(flow, f"{note.act}. {note.text}".strip(), number=f"{note.number}.", keep=_FOOT)
    if note.turns:
        flow.y += 1.2
        _turns(flow, note.turns)
    flow.y += 1.6
    _signature(flow, note)


def _turns(flow: Flow, turns: tuple[Turn, ...]) -> None:
    """Was and became, side by side."""
    left, middle = LEFT + letter.INDENT, LEFT + letter.INDENT + 52.0
    half = (RIGHT - middle) / 2
    _heads(flow.pen, flow.y, ((left, "Changed"), (middle, "Was"), (middle + half, "Became")))
    flow.y += 4.0
    for turn in turns:
        cells = (
            (left, 50.0, turn.what, SEMIBOLD),
            (middle, half - 2.0, turn.was, REGULAR),
            (middle + half, half, turn.became, REGULAR),
        )
        fitted = [
            (x, width, fit(text, face, 7.6, width, lines=3, wrap_first=True), face) for x, width, text, face in cells
        ]
        height = max(len(each.lines) for _, _, each, _ in fitted) * 3.4 + 1.4
        flow.need(height)
        for x, width, each, face in fitted:
            put(flow.pen, x, flow.y + 3.0, width, each, face=face)
        flow.y += height
        flow.pen.line(left, flow.y, RIGHT, flow.y, colour=HAIR, line=0.4)


def _heads(pen: Pen, y: float, heads: tuple[tuple[float, str], ...]) -> None:
    for x, text in heads:
        pen.text(x, y + 2.6, text, size=5.9, colour=GREY)


def _signature(flow: Flow, note: Note) -> None:
    flow.need(_FOOT)
    pen, x = flow.pen, RIGHT - _SIGNED
    lines = ((note.name, SEMIBOLD, 8.2, INK), (note.post, REGULAR, 7.2, INK), (note.when, REGULAR, 6.8, GREY))
    for place, (text, face, size, colour) in enumerate(lines):
        fitted = fit(text, face, size, _SIGNED, lines=1, least=CODE_LEAST)
        put(pen, x, flow.y + 3.0 + 3.5 * place, _SIGNED, fitted, face=face, colour=colour, align="right")
    if note.marked_to:
        width = WIDTH - _SIGNED - letter.INDENT - 4.0
        marked = fit(f"Marked to:  {note.marked_to}", SEMIBOLD, 7.8, width, lines=2)
        put(pen, LEFT + letter.INDENT, flow.y + 6.4, width, marked, face=SEMIBOLD, colour=GREEN)
    flow.y += _FOOT
    pen.line(LEFT, flow.y - 0.6, RIGHT, flow.y - 0.6, colour=HAIR)
    flow.y += 2.6
