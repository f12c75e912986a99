"""What orders and note sheets share: the head of their first page, facts in columns, numbered paragraphs, signatures."""

from collections.abc import Sequence
from typing import Final

from funds.papers import ornament
from funds.papers.fit import CODE_LEAST, LEADING, fit, put, wrap
from funds.papers.flow import Flow
from funds.papers.fonts import REGULAR, SEMIBOLD, Face
from funds.papers.ink import GREEN, GREY, INK, POINT, RED, WHITE, Colour, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH, Letterhead

SIZE: Final = 8.6
INDENT: Final = 9.0
_TITLE_TOP: Final = 35.0
_FACTS_TOP: Final = 47.0


def head(flow: Flow, paper: Letterhead, title: str, number: str, cancelled: str = "") -> None:
    """Letterhead, emblem and the bar with the title; red with the reason where the paper was cancelled."""
    pen = flow.bare_page(_FACTS_TOP)
    ornament.emblem(pen, ornament.CENTRE, 20.4, 9.6)
    left_out = ornament.letterhead(pen, paper)
    pen.rectangle(LEFT, _TITLE_TOP, WIDTH, 8.6, fill=RED if cancelled else GREEN)
    width = pen.text(LEFT + 4, _TITLE_TOP + 5.7, title, face=SEMIBOLD, size=11.2, colour=WHITE, track=0.9)
    room = WIDTH - width - 14
    text = fit(
        cancelled or number, SEMIBOLD, 7.4 if cancelled else 9.4, room, lines=2 if cancelled else 1, least=CODE_LEAST
    )
    top = _TITLE_TOP + (5.5 if len(text.lines) == 1 else 3.7)
    put(pen, RIGHT - 4 - room, top, room, text, face=SEMIBOLD, colour=WHITE, align="right")
    for label, full in [*left_out, *([] if text.whole else [("Cancellation", cancelled)])]:
        flow.paragraph(f"{label} in full: {full}", size=6.6, colour=GREY)
        flow.y += 1.5


def facts(flow: Flow, pairs: Sequence[tuple[str, str]], *, columns: int = 4) -> None:
    """Labels above values, so many side by side; a value that is too long for two lines is set smaller, never cut away."""
    width = WIDTH / columns
    for start in range(0, len(pairs), columns):
        flow.need(11.0)
        for place, (label, value) in enumerate(pairs[start : start + columns]):
            x = LEFT + place * width + (2.0 if place else 0.0)
            if place:
                flow.pen.line(x - 2.0, flow.y + 0.4, x - 2.0, flow.y + 9.4)
            flow.pen.text(x, flow.y + 2.2, label, size=5.9, colour=GREY)
            text = fit(value, SEMIBOLD, 8.4, width - 4.0, wrap_first=True, least=CODE_LEAST)
            put(flow.pen, x, flow.y + 6.0, width - 4.0, text, face=SEMIBOLD)
        flow.y += 11.0
    flow.pen.line(LEFT, flow.y, RIGHT, flow.y, colour=GREEN, line=0.8)


def written(
    flow: Flow,
    text: str,
    *,
    number: str = "",
    left: float = LEFT,
    face: Face = REGULAR,
    size: float = SIZE,
    colour: Colour = INK,
    number_colour: Colour = GREEN,
    keep: float = 0.0,
) -> None:
    """A paragraph in full, however long; its `number` hangs at the left. `keep` mm after its first line stay with it."""
    indent = INDENT if number else 0.0
    step = size * LEADING * 1.06 / POINT
    flow.need(step + keep)
    if number:
        flow.pen.text(left, flow.y + size / POINT, number, face=SEMIBOLD, size=size, colour=number_colour)
    for line in wrap(text, face, size, RIGHT - left - indent).lines:
        flow.need(step)
        flow.pen.text(left + indent, flow.y + size / POINT, line, face=face, size=size, colour=colour)
        flow.y += step


def label(flow: Flow, text: str) -> None:
    """A small heading that stays with what follows it."""
    flow.need(11.0)
    flow.pen.text(LEFT, flow.y + 2.6, text, face=SEMIBOLD, size=8.0, colour=GREEN)
    flow.y += 4.6


def signature(pen: Pen, x: float, y: float, width: float, lines: Sequence[tuple[str, Face, Colour]]) -> None:
    """A line for ink and below it name, post and day, centred."""
    pen.line(x, y, x + width, y, colour=INK, line=0.6)
    for place, (text, face, colour) in enumerate(lines, 1):
        fitted = fit(text, face, 8.4 if place == 1 else 7.2, width, lines=1, least=CODE_LEAST)
        put(pen, x, y + 0.4 + 3.7 * place, width, fitted, face=face, colour=colour, align="centre")


def foot(flow: Flow, left: str, right: str, digest: str = "") -> None:
    """The foot of every page: what paper it is, a digest to compare by eye, page x of y."""
    for number, pen in enumerate(flow.pens, start=1):
        pen.line(LEFT, 281.0, RIGHT, 281.0, colour=GREEN, line=0.6)
        put(pen, LEFT, 284.6, 108, fit(left, SEMIBOLD, 6.6, 108, lines=1, least=CODE_LEAST), face=SEMIBOLD)
        place = f"{right}  ·  page {number} of {len(flow.pens)}" if right else f"Page {number} of {len(flow.pens)}"
        put(
            pen,
            RIGHT - 70,
            284.6,
            70,
            fit(place, SEMIBOLD, 6.6, 70, lines=1, least=CODE_LEAST),
            face=SEMIBOLD,
            align="right",
        )
        if digest:
            text = f"Document digest  {ornament.digest_groups(digest)}"
            put(pen, LEFT, 288.2, 140, fit(text, REGULAR, 6.1, 140, lines=1), face=REGULAR, colour=GREY)
