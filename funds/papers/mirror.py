"""A pen for pages that begin at the right: everything is told as for a page that begins at the left, and stands mirrored.

Words and figures keep their direction: what should begin at the left begins at the right instead.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from funds.papers.fonts import REGULAR, Face
from funds.papers.ink import HAIR, INK, PAGE_WIDTH, Align, Colour, Pen, Point

_OTHER_SIDE: Final[dict[Align, Align]] = {"left": "right", "right": "left", "centre": "centre"}

_INSET: Final = 1.0  # mm; columns told by their end have their blank before their beginning


class MirroredPen(Pen):
    """Lengths in mm from the top right corner, unless it is `straight`."""

    def __init__(self) -> None:
        super().__init__()
        self._turned = True

    @property
    def turned(self) -> bool:
        """Whether x is measured from the right edge of the page."""
        return self._turned

    @contextmanager
    def straight(self) -> Iterator[None]:
        """Measures from the left for a while."""
        self._turned = False
        try:
            yield
        finally:
            self._turned = True

    def side(self, x: float, align: Align) -> tuple[float, Align]:
        """Where a text told to begin, end or be centred at x does so on the page."""
        return (PAGE_WIDTH - x, _OTHER_SIDE[align]) if self._turned else (x, align)

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
        """Write `text` with its baseline at y and return its width in mm."""
        x, align = self.side(x, align)
        return super().text(x, y, text, face=face, size=size, colour=colour, align=align, track=track)

    def column(self, end: float, room: float) -> float:
        """Figures end at the right of their column here too, so that decimal points stand below each other."""
        return PAGE_WIDTH - (end - room) - _INSET if self._turned else end

    def _left(self, x: float, width: float) -> float:
        return PAGE_WIDTH - x - width if self._turned else x

    def _points(self, points: Sequence[Point]) -> Sequence[Point]:
        return [(self._left(x, 0), y) for x, y in points]

    def rectangle(self, x: float, y: float, width: float, height: float, *, fill: Colour) -> None:
        """A filled rectangle."""
        super().rectangle(self._left(x, width), y, width, height, fill=fill)

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
        super().frame(self._left(x, width), y, width, height, colour=colour, line=line, dash=dash)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, colour: Colour = HAIR, line: float = 0.5, dash: str = ""
    ) -> None:
        """A straight line."""
        super().line(self._left(x1, 0), y1, self._left(x2, 0), y2, colour=colour, line=line, dash=dash)

    def polyline(self, points: Sequence[Point], *, colour: Colour, line: float) -> None:
        """A line through all points."""
        super().polyline(self._points(points), colour=colour, line=line)

    def polygon(self, points: Sequence[Point], *, fill: Colour) -> None:
        """A filled shape with straight edges."""
        super().polygon(self._points(points), fill=fill)

    def disc(self, x: float, y: float, radius: float, *, fill: Colour) -> None:
        """A filled circle."""
        super().disc(self._left(x, 0), y, radius, fill=fill)

    def ring(self, x: float, y: float, radius: float, *, colour: Colour, line: float, dash: str = "") -> None:
        """The outline of a circle."""
        super().ring(self._left(x, 0), y, radius, colour=colour, line=line, dash=dash)
