"""What the papers share besides text: emblem, letterhead, waves, watermark and the cancellation across the page."""

import math
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from funds.papers import urdu, urdu_fit
from funds.papers.fit import fit, put
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import (
    GREEN,
    GREY,
    HAIR,
    INK,
    PAGE_WIDTH,
    POINT,
    RED,
    WATERMARK,
    WHITE,
    Colour,
    Pen,
    Point,
)
from funds.papers.urdu_faces import NASKH, NASTALIQ

LEFT: Final = 14.0
RIGHT: Final = PAGE_WIDTH - LEFT
WIDTH: Final = RIGHT - LEFT
CENTRE: Final = PAGE_WIDTH / 2
_SLANT: Final = math.radians(52)
_DIAGONAL: Final = 640.0  # points of room along it


class Letterhead(Protocol):
    """The part of a paper that goes into its letterhead."""

    @property
    def government(self) -> str: ...
    @property
    def ministry(self) -> str: ...
    @property
    def fund_name(self) -> str: ...
    @property
    def fund_note(self) -> str: ...
    @property
    def particulars(self) -> tuple[str, ...]: ...


def emblem(pen: Pen, x: float, y: float, radius: float) -> None:
    """A stand-in until the Ministry gives its artwork: crescent and star in a green disc."""
    pen.disc(x, y, radius, fill=GREEN)
    pen.ring(x, y, radius * 0.93, colour=HAIR, line=0.35)
    pen.ring(x, y, radius * 0.86, colour=HAIR, line=0.9, dash="0.35 1.05")
    pen.ring(x, y, radius * 0.79, colour=HAIR, line=0.35)
    pen.disc(x - radius * 0.05, y + radius * 0.03, radius * 0.56, fill=WHITE)
    pen.disc(x + radius * 0.13, y - radius * 0.10, radius * 0.49, fill=GREEN)
    pen.polygon(_star(x + radius * 0.24, y - radius * 0.22, radius * 0.27, turn=0.32), fill=WHITE)


def _star(x: float, y: float, radius: float, *, turn: float) -> list[Point]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.pi * corner / 5 + turn
        points.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    return points


def letterhead(pen: Pen, paper: Letterhead) -> list[tuple[str, str]]:
    """Names at the left, particulars at the right of the emblem; returns what did not fit, as label and full text.

    A paper in both languages has the Urdu names at the right: `letterhead_of_two`.
    """
    room = CENTRE - 13 - LEFT
    left = (
        ("Government", paper.government.upper(), 14.0, REGULAR, 6.6, GREY, 0.35),
        ("Ministry", paper.ministry, 20.3, SEMIBOLD, 14.2, GREEN, 0.0),
        ("Fund", paper.fund_name, 26.2, SEMIBOLD, 9.2, INK, 0.0),
        ("Fund note", paper.fund_note, 30.8, REGULAR, 6.7, GREY, 0.0),
    )
    shortened = []
    for label, text, y, face, size, colour, track in left:
        fitted = fit(text, face, size, room, lines=1)
        if not fitted.whole:
            shortened.append((label, text))
        pen.text(
            LEFT, y, fitted.lines[0], face=face, size=fitted.size, colour=colour, track=track if fitted.whole else 0.0
        )
    styles = ((20.3, SEMIBOLD, 9.2, INK), (26.2, REGULAR, 7.6, INK), (30.8, REGULAR, 6.7, GREY))
    for text, (y, face, size, colour) in zip(paper.particulars, styles, strict=False):
        fitted = fit(text, face, size, room, lines=1)
        if not fitted.whole:
            shortened.append(("Particulars", text))
        put(pen, CENTRE + 13, y, room, fitted, face=face, colour=colour, align="right")
    return shortened


def letterhead_of_two(pen: Pen, paper: Letterhead, in_urdu: Callable[[str], str]) -> list[tuple[str, str]]:
    """English at the left and Urdu at the right of the emblem, on any page; returns what did not fit, as label and full text.

    A name without Urdu stands at the left only. The particulars are one line below.
    """
    room = CENTRE - 13 - LEFT
    left = (
        ("Government", paper.government.upper(), 13.0, REGULAR, 6.6, GREY, room),
        ("Ministry", paper.ministry, 18.9, SEMIBOLD, 14.2, GREEN, room),
        ("Fund", paper.fund_name, 24.4, SEMIBOLD, 9.2, INK, room),
        ("Fund note", paper.fund_note, 28.7, REGULAR, 6.7, GREY, room),
        ("Particulars", "  ·  ".join(paper.particulars), 32.6, REGULAR, 6.4, GREY, WIDTH),
    )
    shortened = []
    for label, text, y, face, size, colour, width in left:
        fitted = fit(text, face, size, width, lines=1)
        if not fitted.whole:
            shortened.append((label, text))
        put(pen, LEFT, y, width, fitted, face=face, colour=colour)
    right = (
        ("Government in Urdu", paper.government, 12.6, NASKH, 8.6, GREY),
        ("Ministry in Urdu", paper.ministry, 20.3, NASTALIQ, 15.0, GREEN),
        ("Fund in Urdu", paper.fund_name, 28.2, NASTALIQ, 10.6, INK),
    )
    for label, text, y, urdu_face, size, colour in right:
        words = urdu_fit.fit(in_urdu(text), urdu_face, size, room, lines=1)
        if not words.whole:
            shortened.append((label, in_urdu(text)))
        urdu_fit.put(pen, CENTRE + 13, y, room, words, leading=1, colour=colour)
    return shortened


def waves(pen: Pen, x: float, y: float, width: float, height: float, *, colour: Colour) -> None:
    """Fine crossing waves behind an amount: a change with ink or knife shows."""
    steps = 180
    for turn in range(7):
        amplitude = height * (0.44 - 0.05 * turn)
        phase = turn * 0.42
        for sign in (1, -1):
            points = [
                (
                    x + width * step / steps,
                    y
                    + height / 2
                    + sign * amplitude * math.sin(2 * math.pi * (4.5 * step / steps) + phase) * _swell(step / steps),
                )
                for step in range(steps + 1)
            ]
            pen.polyline(points, colour=colour, line=0.22)


def _swell(position: float) -> float:
    return 0.62 + 0.38 * math.sin(math.pi * position * 3) ** 2


def ridges(pen: Pen, x: float, y: float, width: float, height: float) -> None:
    """Faint ridges that show where the thumb goes."""
    for turn in range(6):
        reach = width * (0.42 - 0.065 * turn)
        foot = y + height * (0.82 - 0.03 * turn)
        head = y + height * 0.46
        arch = [
            (x + width / 2 - reach * math.cos(math.pi * step / 16), head - reach * 1.15 * math.sin(math.pi * step / 16))
            for step in range(17)
        ]
        pen.polyline([(arch[0][0], foot), *arch, (arch[-1][0], foot)], colour=(0.85, 0.88, 0.87), line=0.6)


def watermark(text: str) -> Pen:
    """A large pale mark for under the page, plain tint so that any printer can do it."""
    pen = Pen()
    direction = (math.cos(_SLANT), math.sin(_SLANT))
    pen.slanted(CENTRE + 12, 165, text, size=_mark_size(text, 150), colour=WATERMARK, rise=direction)
    return pen


def urdu_watermark(text: str) -> Pen:
    """The same mark in Urdu."""
    pen = Pen()
    drawn = urdu.line(text, NASTALIQ)
    size = min(150.0, 150.0 * _DIAGONAL / (drawn.width_at(150.0) * POINT))
    half = drawn.width_at(size) / 2
    rise = (math.cos(_SLANT), math.sin(_SLANT))
    x, y = CENTRE + 12 - half * rise[0], 165 + half * rise[1]
    pen.shaped(x, y, drawn.body, drawn.face, drawn.glyphs, size=size, colour=WATERMARK, rise=rise)
    return pen


def cancelled_mark() -> Pen:
    """Red outline letters for over the page; what is under them stays readable."""
    pen = Pen()
    direction = (math.cos(_SLANT), math.sin(_SLANT))
    pen.slanted(
        CENTRE + 9, 165, "CANCELLED", size=_mark_size("CANCELLED", 110), colour=RED, rise=direction, outline=1.6
    )
    return pen


def _mark_size(text: str, size: float) -> float:
    return min(size, size * _DIAGONAL / SEMIBOLD.width(text, size))


def digest_groups(digest: str, *, group: int = 8) -> str:
    """A digest with a blank after every eight digits, to be compared by eye."""
    return " ".join(digest[start : start + group] for start in range(0, len(digest), group))


def proportional_bar(
    pen: Pen, x: float, y: float, width: float, height: float, parts: Sequence[tuple[float, Colour]]
) -> None:
    """Parts of a whole side by side; shares are between 0 and 1 and what is left stays pale."""
    pen.rectangle(x, y, width, height, fill=(0.89, 0.93, 0.91))
    start = 0.0
    for share, colour in parts:
        share = max(0.0, min(share, 1.0 - start))
        if share > 0:
            pen.rectangle(x + width * start, y, max(width * share, 0.3), height, fill=colour)
        start += share
