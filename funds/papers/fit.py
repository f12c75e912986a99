"""Making text fit its cell: smaller down to 80 %, then two lines, then cut with an ellipsis and told to the caller."""

from dataclasses import dataclass
from typing import Final

from funds.papers.fonts import UNITS, Face
from funds.papers.ink import INK, POINT, Align, Colour, Pen

LEAST: Final = 0.8
CODE_LEAST: Final = 0.5
LEADING: Final = 1.22


@dataclass(frozen=True)
class Fitted:
    """Lines that fit, the size to set them in, and whether they hold the whole text."""

    lines: tuple[str, ...]
    size: float
    whole: bool


def fit(
    text: str, face: Face, size: float, width: float, *, lines: int = 2, wrap_first: bool = False, least: float = LEAST
) -> Fitted:
    """Fit `text` into `lines` lines of `width` mm; `wrap_first` takes a second line before making the type smaller.

    `least` is the smallest scale of the type: a number or code is better small than cut. Raises: MissingGlyph.
    """
    room = width * POINT
    needed = face.width(text, size)
    if needed <= room:
        return Fitted((text,), size, True)
    if needed * least <= room and not (wrap_first and lines > 1):
        return Fitted((text,), size * room / needed, True)
    for scale in (1.0, 0.9, least) if lines > 1 else ():
        wrapped = wrap(text, face, size * scale, width, limit=lines)
        if wrapped.whole:
            return wrapped
    return wrap(text, face, size * least, width, limit=lines)


def wrap(text: str, face: Face, size: float, width: float, *, limit: int = 0) -> Fitted:
    """Break `text` into lines of `width` mm, between words where it can and inside a word where it must.

    `limit` lines at most (0: no limit); the last one ends in an ellipsis when text is left over. Time grows with the
    length of the text only. Raises: MissingGlyph.
    """
    face.width(text, size)  # a missing glyph is found even in a part that is cut off
    room = int(width * POINT * UNITS / size)
    lines: list[str] = []
    start = 0
    while start < len(text):
        if limit and len(lines) == limit - 1:
            last, whole = _last_line(text[start:], face, room)
            return Fitted((*lines, last), size, whole)
        end, following = _break(text, start, face, room)
        lines.append(text[start:end])
        start = following
    return Fitted(tuple(lines), size, True)


def _break(text: str, start: int, face: Face, room: int) -> tuple[int, int]:
    """Where the line beginning at `start` ends and where the next one begins; at least one character is taken."""
    used = 0
    blank = -1
    for place in range(start, len(text)):
        used += face.advances[text[place]]
        if text[place] == " ":
            blank = place
        elif used > room:
            if blank > start:
                return blank, blank + 1
            return (place, place) if place > start else (place + 1, place + 1)
    return len(text), len(text)


def _last_line(rest: str, face: Face, room: int) -> tuple[str, bool]:
    end, following = _break(rest, 0, face, room)
    if following >= len(rest):
        return rest, True
    ellipsis = face.advances["…"]
    used = ellipsis
    for place, character in enumerate(rest):
        used += face.advances[character]
        if used > room:
            return rest[:place].rstrip() + "…", False
    return rest[:end] + "…", False


def put(
    pen: Pen,
    x: float,
    y: float,
    width: float,
    fitted: Fitted,
    *,
    face: Face,
    colour: Colour = INK,
    align: Align = "left",
) -> float:
    """Write fitted lines with the first baseline at y; returns the y of the last baseline."""
    anchor = x if align == "left" else x + width if align == "right" else x + width / 2
    step = fitted.size * LEADING / POINT
    for number, line in enumerate(fitted.lines):
        pen.text(anchor, y + number * step, line, face=face, size=fitted.size, colour=colour, align=align)
    return y + (len(fitted.lines) - 1) * step
