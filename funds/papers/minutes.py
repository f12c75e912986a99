"""Agenda and minutes of a committee: who was there, item by item what was decided, and a block for each signature."""

from typing import Final

from funds.papers import letter
from funds.papers.fit import CODE_LEAST, fit, put
from funds.papers.flow import Flow
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import GREEN, GREY, HAIR, INK, TINT
from funds.papers.minutes_data import Attendee, Item, MinutesPaper
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.sheet import Page, render

_BLOCK: Final = 27.0  # height of a row of signature blocks
_ROW: Final = 6.0


def draw_minutes(paper: MinutesPaper) -> bytes:
    """The paper as a PDF file; the same minutes give the same bytes. Raises: MissingGlyph."""
    flow = Flow((f"{paper.fund_name} · {paper.title.lower()}", paper.number or paper.mark))
    letter.head(flow, paper, paper.title, paper.number or paper.mark)
    letter.facts(flow, paper.facts)
    flow.y += 3.0
    if paper.present or paper.absent:
        _people(flow, "Present", paper.present)
        _people(flow, "Absent", paper.absent)
    letter.label(flow, "Items")
    for item in paper.items:
        _item(flow, item)
    _totals(flow, paper)
    if paper.remarks:
        letter.label(flow, "Remarks")
        letter.written(flow, paper.remarks)
        flow.y += 2.0
    _blocks(flow, paper.signing)
    letter.foot(flow, f"{paper.ministry}  ·  {paper.fund_name}", paper.number or paper.mark, paper.digest)
    title = f"{paper.title.capitalize()} {paper.number}".strip()
    pages = [Page(pen, bookmarks=(title,) if place == 0 else ()) for place, pen in enumerate(flow.pens)]
    return render(pages, title=title, subject=paper.fund_name, author=paper.ministry)


def _people(flow: Flow, label: str, people: tuple[Attendee, ...]) -> None:
    if not people:
        return
    letter.label(flow, label)
    for place, person in enumerate(people, 1):
        letter.written(flow, f"{person.name}, {person.post}: {person.part}", number=f"{place}.", size=8.0)
    flow.y += 2.0


def _item(flow: Flow, item: Item) -> None:
    letter.written(flow, f"{item.request}: {item.subject}", number=f"{item.number}.", face=SEMIBOLD, keep=16.0)
    flow.y += 0.8
    pen, x = flow.pen, LEFT + letter.INDENT
    pen.rectangle(x, flow.y, RIGHT - x, 7.4, fill=TINT)
    put(pen, x + 2, flow.y + 5.0, 44, fit(item.amount, SEMIBOLD, 9.0, 44, lines=1), face=SEMIBOLD, colour=GREEN)
    room = RIGHT - x - 50
    said = fit(item.words, REGULAR, 7.8, room, lines=2, least=CODE_LEAST)
    put(pen, x + 48, flow.y + (4.9 if len(said.lines) == 1 else 3.4), room, said, face=REGULAR)
    flow.y += 9.2
    if item.decision:
        letter.written(flow, item.decision, left=x, face=SEMIBOLD, size=8.2)
    for line in item.lines:
        letter.written(flow, line, left=x, size=7.8)
    flow.y += 1.6
    flow.pen.line(LEFT, flow.y, RIGHT, flow.y, colour=HAIR)
    flow.y += 2.4


def _totals(flow: Flow, paper: MinutesPaper) -> None:
    if not paper.totals:
        return
    flow.need(_ROW * len(paper.totals) + 4)
    for label, value in paper.totals:
        flow.pen.text(LEFT, flow.y + 4.0, label, face=REGULAR, size=8.2)
        put(
            flow.pen, RIGHT - 80, flow.y + 4.0, 80, fit(value, SEMIBOLD, 8.2, 80, lines=1), face=SEMIBOLD, align="right"
        )
        flow.y += _ROW
        flow.pen.line(LEFT, flow.y - 0.6, RIGHT, flow.y - 0.6, colour=HAIR, line=0.4)
    flow.y += 3.0


def _blocks(flow: Flow, people: tuple[Attendee, ...]) -> None:
    """Three blocks side by side: a line for ink, the name, the post and what the system holds."""
    width = (WIDTH - 16.0) / 3
    for start in range(0, len(people), 3):
        flow.need(_BLOCK)
        for place, person in enumerate(people[start : start + 3]):
            lines = (
                (person.name, SEMIBOLD, INK),
                (f"{person.post}, {person.part}", REGULAR, INK),
                (person.signed or "not signed yet", REGULAR, GREY),
            )
            letter.signature(flow.pen, LEFT + place * (width + 8.0), flow.y + 11.5, width, lines)
        flow.y += _BLOCK
