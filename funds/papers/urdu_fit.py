"""Making Urdu fit its cell, as `fit` does for Latin text: smaller down to 80 %, then more lines, then cut and told."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from funds.papers.direction import Base
from funds.papers.fit import LEAST
from funds.papers.fonts import UNITS
from funds.papers.ink import INK, POINT, Align, Colour, Pen
from funds.papers.urdu import Line, Paragraph, is_mark
from funds.papers.urdu import put as put_line
from funds.papers.urdu_faces import UrduFace

_CACHED: Final = 1024
_CACHED_LENGTH: Final = 160  # longer texts are rare and would make the cache large
_NARROWEST: Final = 90  # thousandths of the type size; letters of Urdu are wider on average, so no line holds more


@dataclass(frozen=True)
class Fitted:
    """Lines that fit, the size to set them in, and whether they hold the whole text."""

    lines: tuple[Line, ...]
    size: float
    whole: bool


def fit(
    text: str,
    face: UrduFace,
    size: float,
    width: float,
    *,
    lines: int = 2,
    wrap_first: bool = False,
    base: Base = "R",
) -> Fitted:
    """Fit `text` into `lines` lines of `width` mm, no smaller than 80 % of `size`; `wrap_first` takes a second line first.

    Raises: UnprintableUrdu.
    """
    found = _fit if len(text) <= _CACHED_LENGTH else _fit.__wrapped__
    return found(text, face, size, width, lines, wrap_first, base)


@lru_cache(maxsize=_CACHED)
def _fit(text: str, face: UrduFace, size: float, width: float, lines: int, wrap_first: bool, base: Base) -> Fitted:
    paragraph = Paragraph.of(text, face, base)
    if len(text) <= _most_letters(_room(width, size * LEAST)):
        one = paragraph.line(0, len(text))
        scale = width / one.width_at(size) if one.width else 1.0
        if scale >= 1:
            return Fitted((one,), size, True)
        if scale >= LEAST and not (wrap_first and lines > 1):
            return Fitted((one,), size * scale, True)
    for scale in (1.0, 0.9) if lines > 1 else ():
        wrapped = _wrap(paragraph, size * scale, width, lines)
        if wrapped.whole:
            return wrapped
    return _wrap(paragraph, size * LEAST, width, lines)


def wrap(text: str, face: UrduFace, size: float, width: float, *, limit: int = 0, base: Base = "R") -> Fitted:
    """Break `text` into lines of `width` mm between words, inside a word only where it must; each line in its own order.

    `limit` lines at most (0: no limit); the last one ends in an ellipsis when text is left over. Raises: UnprintableUrdu.
    """
    return _wrap(Paragraph.of(text, face, base), size, width, limit)


def _wrap(paragraph: Paragraph, size: float, width: float, limit: int) -> Fitted:
    room = _room(width, size)
    lines: list[Line] = []
    start = 0
    while start < len(paragraph.text):
        end, following = _break(paragraph, start, room)
        if limit and len(lines) == limit - 1 and following < len(paragraph.text):
            return Fitted((*lines, _cut(paragraph, start, room)), size, False)
        lines.append(paragraph.line(start, end))
        start = following
    return Fitted(tuple(lines), size, True)


def put(
    pen: Pen,
    x: float,
    y: float,
    width: float,
    fitted: Fitted,
    *,
    leading: float,
    colour: Colour = INK,
    align: Align = "right",
) -> float:
    """Write fitted lines into the cell that begins at x, the first baseline at y; returns the y of the last baseline.

    `leading` is the distance of baselines as a multiple of the size: Nastaliq needs about twice that of Naskh.
    """
    anchor = x if align == "left" else x + width if align == "right" else x + width / 2
    step = fitted.size * leading / POINT
    for number, each in enumerate(fitted.lines):
        put_line(pen, anchor, y + number * step, each, size=fitted.size, colour=colour, align=align)
    return y + (len(fitted.lines) - 1) * step


def _break(paragraph: Paragraph, start: int, room: float) -> tuple[int, int]:
    """Where the line beginning at `start` ends and where the next one begins; at least one letter is taken."""
    end = _end(paragraph, start, room, "")
    following = end
    while following < len(paragraph.text) and paragraph.text[following] == " ":
        following += 1
    return end, following


def _end(paragraph: Paragraph, start: int, room: float, tail: str) -> int:
    """The end of the last word that fits with `tail` after it; of the letters that fit where the first word does not."""
    most = min(len(paragraph.text), start + _most_letters(room))
    found = start
    for end in _word_ends(paragraph.text, start, most):
        if paragraph.line(start, end, tail).width > room:
            break
        found = end
    return found if found > start else _letters_that_fit(paragraph, start, most, room, tail)


def _room(width: float, size: float) -> float:
    return width * POINT * UNITS / size


def _most_letters(room: float) -> int:
    """As many letters as a line of so many thousandths of the type size may hold; one at least."""
    return int(room / _NARROWEST) + 1


def _word_ends(text: str, start: int, most: int) -> Iterator[int]:
    place = start
    while (place := text.find(" ", place + 1, most)) >= 0:
        yield place
    if most == len(text):
        yield most


def _letters_that_fit(paragraph: Paragraph, start: int, most: int, room: float, tail: str) -> int:
    """The last place at which a word may be broken so that its beginning fits; a mark stays with its letter."""
    text = paragraph.text
    while most < len(text) and is_mark(text[most]):
        most += 1
    places = [end for end in range(start + 1, most) if not is_mark(text[end])] + [most]
    low, high = 0, len(places) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if paragraph.line(start, places[middle], tail).width <= room:
            low = middle
        else:
            high = middle - 1
    return places[low]


def _cut(paragraph: Paragraph, start: int, room: float) -> Line:
    """What fits of the rest, with an ellipsis at its end."""
    return paragraph.line(start, _end(paragraph, start, room, "…"), "…")
