"""A paper of many pages: a place that moves down, page breaks with a running heading, titles for the contents."""

from typing import Final

from funds.papers.fit import LEADING, fit, put, wrap
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.ink import GREEN, GREY, HAIR, INK, POINT, Colour, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH

TOP: Final = 21.0
BOTTOM: Final = 276.0


class Flow:
    """Pages filled from the top; lengths in mm. `running` is the text at the left and right of each page's head."""

    def __init__(self, running: tuple[str, str]) -> None:
        self.pens: list[Pen] = []
        self.titles: list[tuple[str, int]] = []
        self.y = TOP
        self._running = running

    @property
    def pen(self) -> Pen:
        """The pen of the last page."""
        return self.pens[-1]

    def bare_page(self, top: float) -> Pen:
        """A page without running heading; filling begins at `top`."""
        self.pens.append(Pen())
        self.y = top
        return self.pen

    def new_page(self) -> None:
        """A page with the running heading."""
        pen = self.bare_page(TOP)
        half = WIDTH / 2 - 2
        left, right = (fit(text, REGULAR, 6.6, half, lines=1) for text in self._running)
        put(pen, LEFT, 13.6, half, left, face=REGULAR, colour=GREY)
        put(pen, RIGHT - half, 13.6, half, right, face=REGULAR, colour=GREY, align="right")
        pen.line(LEFT, 15.6, RIGHT, 15.6)

    def need(self, height: float) -> None:
        """Break the page unless `height` mm are left."""
        if self.y + height > BOTTOM:
            self.new_page()

    def title(self, text: str, *, keep: float = 30.0) -> None:
        """A main heading, kept together with the next `keep` mm and listed in the contents."""
        self.need(12 + keep)
        self.titles.append((text, len(self.pens)))
        fitted = fit(text, SEMIBOLD, 11.4, WIDTH, lines=1)
        put(self.pen, LEFT, self.y + 4.2, WIDTH, fitted, face=SEMIBOLD, colour=GREEN)
        self.pen.line(LEFT, self.y + 6.6, RIGHT, self.y + 6.6, colour=GREEN, line=0.9)
        self.y += 6.6

    def subtitle(self, text: str, *, keep: float = 24.0) -> None:
        """A smaller heading, kept together with the next `keep` mm."""
        self.need(7 + keep)
        fitted = fit(text, SEMIBOLD, 8.6, WIDTH, lines=1)
        put(self.pen, LEFT, self.y + 3.6, WIDTH, fitted, face=SEMIBOLD, colour=GREEN)
        self.y += 5.6

    def paragraph(self, text: str, *, size: float = 7.4, colour: Colour = INK, indent: float = 0.0) -> None:
        """Running text, in full however long it is."""
        step = size * LEADING * 1.08 / POINT
        for line in wrap(text, REGULAR, size, WIDTH - indent).lines:
            self.need(step)
            self.pen.text(LEFT + indent, self.y + size / POINT, line, size=size, colour=colour)
            self.y += step

    def foot(self, version: str, address: str) -> None:
        """Write the foot of every page; only now is the number of pages known."""
        for number, pen in enumerate(self.pens, start=1):
            pen.line(LEFT, 281.0, RIGHT, 281.0, colour=HAIR)
            put(pen, LEFT, 284.6, 150, fit(version, REGULAR, 6.3, 150, lines=1), face=REGULAR, colour=GREY)
            put(pen, LEFT, 287.8, 150, fit(address, REGULAR, 6.3, 150, lines=1), face=REGULAR, colour=GREY)
            pen.text(RIGHT, 284.6, f"Page {number} of {len(self.pens)}", size=6.3, colour=GREY, align="right")
