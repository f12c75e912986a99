"""Colours and the pen: PDF drawing operators from millimetres measured from the top left corner of an A4 page."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Literal

from funds.papers.fonts import REGULAR, SEMIBOLD, Face, Source

Colour = tuple[float, float, float]
Align = Literal["left", "right", "centre"]

PAGE_WIDTH: Final = 210.0
PAGE_HEIGHT: Final = 297.0
POINT: Final = 72 / 25.4
"""Points in a millimetre."""

INK: Final[Colour] = (0.10, 0.13, 0.12)
GREEN: Final[Colour] = (0.02, 0.29, 0.20)
GREY: Final[Colour] = (0.37, 0.42, 0.40)
HAIR: Final[Colour] = (0.68, 0.73, 0.71)
TINT: Final[Colour] = (0.90, 0.94, 0.92)
PALE: Final[Colour] = (0.95, 0.97, 0.96)
WATERMARK: Final[Colour] = (0.89, 0.935, 0.92)
WHITE: Final[Colour] = (1.0, 1.0, 1.0)
RED: Final[Colour] = (0.72, 0.07, 0.07)

Point = tuple[float, float]
Shaped = dict[Source, dict[int, str]]
"""The glyphs that were drawn of typefaces beside R and S, with the letters they stand for."""


def _x(value: float) -> str:
    return f"{value * POINT:.2f}"


def _y(value: float) -> str:
    return f"{(PAGE_HEIGHT - value) * POINT:.2f}"


def _rgb(colour: Colour) -> str:
    return "{:.3g} {:.3g} {:.3g}".format(*colour)


class Pen:
    """Collects the operators of one page or form. Lengths in mm, y downwards; type sizes and line widths in points."""

    def __init__(self) -> None:
        self.operators: list[str] = []
        self.shaped_in: Shaped = {}
        self._fill: Colour | None = None
        self._stroke: Colour | None = None
        self._width = -1.0

    def _set_fill(self, colour: Colour) -> None:
        if colour != self._fill:
            self.operators.append(f"{_rgb(colour)} rg")
            self._fill = colour

    def _set_stroke(self, colour: Colour, width: float) -> None:
        if colour != self._stroke:
            self.operators.append(f"{_rgb(colour)} RG")
            self._stroke = colour
        if width != self._width:
            self.operators.append(f"{width:.3g} w")
            self._width = width

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        face: Face = REGULAR,
        size: float = 7.0,
        colour: Colour = INK,
        align: Align = "left",
        track: float = 0.0,
    ) -> float:
        """Write `text` with its baseline at y and return its width in mm; `track` is extra space in points."""
        if not text:
            return 0.0
        width = (face.width(text, size) + track * (len(text) - 1)) / POINT
        left = x if align == "left" else x - width if align == "right" else x - width / 2
        self._set_fill(colour)
        spacing = f"{track:.3g} Tc " if track else ""
        unspacing = " 0 Tc" if track else ""
        codes = face.encode(text)
        self.operators.append(f"BT {spacing}/{face.key} {size:.4g} Tf {_x(left)} {_y(y)} Td <{codes}> Tj{unspacing} ET")
        return width

    def shaped(
        self,
        x: float,
        y: float,
        body: str,
        face: Source,
        letters: Mapping[int, str],
        *,
        size: float,
        colour: Colour = INK,
        stretch: float = 1.0,
        rise: Point = (1.0, 0.0),
    ) -> None:
        """A line that begins at x on the baseline y; `body` moves and writes in units of its type size.

        `letters` are the glyphs of `face` in it; R and S may stand among them. `stretch` makes it wider, `rise` is the
        direction (cos, sin) it runs in. The body leaves the text state as it found it, but for the font.
        """
        self._set_fill(colour)
        gather(self.shaped_in, {face: letters})
        cosine, sine = rise
        across = (
            f"{size * stretch * cosine:.4g} {size * sine:.4g} {-size * sine:.4g}"
            if sine
            else f"{size * stretch:.4g} 0 0"
        )
        self.operators.append(f"BT {across} {size * cosine:.4g} {_x(x)} {_y(y)} Tm {body} ET")

    def figure(
        self,
        end: float,
        room: float,
        y: float,
        text: str,
        *,
        face: Face = REGULAR,
        size: float = 7.0,
        colour: Colour = INK,
    ) -> None:
        """Write `text` so that it ends at the right edge of the column of `room` mm that ends at `end`."""
        Pen.text(self, self.column(end, room), y, text, face=face, size=size, colour=colour, align="right")

    def column(self, end: float, room: float) -> float:
        """Where on the page the figures of a column end, whichever side the page begins at."""
        return end

    def side(self, x: float, align: Align) -> tuple[float, Align]:
        """Where a text told to begin, end or be centred at x does so on the page."""
        return x, align

    def straight(self) -> AbstractContextManager[None]:
        """For what stands alike on every page, whichever side it begins at."""
        return nullcontext()

    @property
    def turned(self) -> bool:
        """Whether x is measured from the right edge of the page."""
        return False

    def rectangle(self, x: float, y: float, width: float, height: float, *, fill: Colour) -> None:
        """A filled rectangle whose top left corner is at x, y."""
        self._set_fill(fill)
        self.operators.append(f"{_x(x)} {_y(y + height)} {_x(width)} {_x(height)} re f")

    def frame(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        colour: Colour = INK,
        line: float = 0.6,
        dash: str = "",
    ) -> None:
        """The outline of a rectangle."""
        self._set_stroke(colour, line)
        self._dashed(dash, f"{_x(x)} {_y(y + height)} {_x(width)} {_x(height)} re S")

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, colour: Colour = HAIR, line: float = 0.5, dash: str = ""
    ) -> None:
        """A straight line."""
        self._set_stroke(colour, line)
        self._dashed(dash, f"{_x(x1)} {_y(y1)} m {_x(x2)} {_y(y2)} l S")

    def _dashed(self, dash: str, path: str) -> None:
        self.operators.append(f"[{dash}] 0 d {path} [] 0 d" if dash else path)

    def polyline(self, points: Sequence[Point], *, colour: Colour, line: float) -> None:
        """A line through all points."""
        self._set_stroke(colour, line)
        self.operators.append(_path(points) + " S")

    def polygon(self, points: Sequence[Point], *, fill: Colour) -> None:
        """A filled shape with straight edges."""
        self._set_fill(fill)
        self.operators.append(_path(points) + " f")

    def disc(self, x: float, y: float, radius: float, *, fill: Colour) -> None:
        """A filled circle around x, y."""
        self._set_fill(fill)
        self.operators.append(_circle(x, y, radius) + " f")

    def ring(self, x: float, y: float, radius: float, *, colour: Colour, line: float, dash: str = "") -> None:
        """The outline of a circle around x, y."""
        self._set_stroke(colour, line)
        self._dashed(dash, _circle(x, y, radius) + " S")

    def slanted(
        self, x: float, y: float, text: str, *, size: float, colour: Colour, rise: Point, outline: float = 0.0
    ) -> None:
        """`text` centred on x, y along the direction (cos, sin); filled, or as an outline of the given line width."""
        cosine, sine = rise
        half = SEMIBOLD.width(text, size) / 2
        left = x * POINT - half * cosine
        bottom = (PAGE_HEIGHT - y) * POINT - half * sine
        if outline:
            self._set_stroke(colour, outline)
        else:
            self._set_fill(colour)
        matrix = f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {left:.2f} {bottom:.2f} Tm"
        mode = 1 if outline else 0
        self.operators.append(
            f"BT {mode} Tr /{SEMIBOLD.key} {size:.4g} Tf {matrix} <{SEMIBOLD.encode(text)}> Tj 0 Tr ET"
        )

    def settle(self) -> None:
        """Joins what was drawn so far, for a page that is done: of thousands of pages the many short texts fill the memory."""
        self.operators = ["\n".join(self.operators)]

    def raw(self, operators: str) -> None:
        """Ready-made operators; they must leave colours and line width as they found them."""
        self.operators.append(operators)


def gather(all_of_them: Shaped, more: Mapping[Source, Mapping[int, str]]) -> None:
    """Adds glyphs to those drawn so far; for one that serves two letters, the first drawn counts."""
    for face, letters in more.items():
        if letters.items() <= all_of_them.get(face, {}).items():
            continue
        all_of_them[face] = {**letters, **all_of_them.get(face, {})}


def _path(points: Sequence[Point]) -> str:
    (x, y), *rest = points
    return f"{_x(x)} {_y(y)} m " + " ".join(f"{_x(px)} {_y(py)} l" for px, py in rest)


def _circle(x: float, y: float, radius: float) -> str:
    k = radius * 0.5523
    arcs = (
        (x + radius, y - k, x + k, y - radius, x, y - radius),
        (x - k, y - radius, x - radius, y - k, x - radius, y),
        (x - radius, y + k, x - k, y + radius, x, y + radius),
        (x + k, y + radius, x + radius, y + k, x + radius, y),
    )
    curves = " ".join(f"{_x(a)} {_y(b)} {_x(c)} {_y(d)} {_x(e)} {_y(f)} c" for a, b, c, d, e, f in arcs)
    return f"{_x(x + radius)} {_y(y)} m {curves} h"
