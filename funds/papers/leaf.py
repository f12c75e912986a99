"""A cheque printed on a bank's leaf: its parts where the layout puts them, and a test page with a grid of millimetres.

What does not fit is refused, never cut: a cheque says the whole name and the whole amount.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from funds.papers.fit import fit, put, wrap
from funds.papers.fonts import REGULAR, SEMIBOLD, Face
from funds.papers.ink import GREY, HAIR, INK, Colour, Pen
from funds.papers.sheet import Page, render
from ledger.errors import BadInput

Place = Sequence[float]  # x and y of the baseline in mm from the left and top edge, size in points, width in mm
CROSSING: Final = "A/C PAYEE ONLY"
LEAST: Final = 0.7  # of the type size, before a text counts as too long
# Of the two lines of words the second is used where the first is full.
SAMPLES: Final = {
    "date": "22 09 2026",
    "payee": "Payee as on the identity card",
    "words": "Rupees Twelve Lakh Thirty-Four Thousand Five Hundred and Sixty-Seven Only",
    "words_next": "second line of the amount in words",
    "amount": "12,34,567.00",
    "first_signatory": "First signatory",
    "second_signatory": "Second signatory",
}


@dataclass(frozen=True, slots=True)
class LeafPaper:
    """What stands on one leaf; `mark` is printed across what is no cheque."""

    width: int
    height: int
    places: Mapping[str, Place]
    number: str
    date: str
    payee: str
    words: str
    amount: str
    first_signatory: str
    second_signatory: str = ""
    mark: str = ""


def draw_leaf(paper: LeafPaper) -> bytes:
    """The leaf as a PDF file of its own size; the same paper gives the same bytes. Raises: BadInput, MissingGlyph."""
    pen = Pen()
    if paper.mark:
        _grid(pen, paper.width, paper.height)
        pen.slanted(paper.width / 2, paper.height / 2, paper.mark, size=34, colour=HAIR, rise=(0.9397, 0.3420))
    _crossing(pen, paper.places["crossing"])
    for part in ("date", "payee", "amount", "first_signatory", "second_signatory"):
        _write(pen, part, paper.places[part], getattr(paper, part), face=SEMIBOLD if part == "amount" else REGULAR)
    for part, line in zip(("words", "words_next"), _two_lines(paper), strict=True):
        _write(pen, part, paper.places[part], line)
    return _render(pen, paper.width, paper.height, f"Cheque {paper.number}")


def draw_test(width: int, height: int, places: Mapping[str, Place], title: str) -> bytes:
    """The same places with samples over a grid, to hold against a leaf."""
    pen = Pen()
    _grid(pen, width, height)
    _crossing(pen, places["crossing"])
    for part, sample in SAMPLES.items():
        x, y, _, wide = places[part]
        _write(pen, part, places[part], sample, colour=GREY)
        pen.line(x, y + 0.8, x + wide, y + 0.8, colour=GREY, line=0.3, dash="2 1.5")
    return _render(pen, width, height, title)


def _render(pen: Pen, width: int, height: int, title: str) -> bytes:
    return render([Page(pen)], title=title, subject=title, author="Relief Ledger", size=(width, height))


def _two_lines(paper: LeafPaper) -> tuple[str, str]:
    """The amount in words on the first line, or broken over both. Raises: BadInput."""
    _, _, size, wide = paper.places["words"]
    if fit(paper.words, REGULAR, size, wide, lines=1, least=LEAST).whole:
        return paper.words, ""
    broken = wrap(paper.words, REGULAR, size * LEAST, min(wide, paper.places["words_next"][3]), limit=2)
    if not broken.whole:
        raise _unfit("amount in words", paper.words)
    return broken.lines[0], broken.lines[1]


def _write(pen: Pen, part: str, place: Place, text: str, *, face: Face = REGULAR, colour: Colour = INK) -> None:
    x, y, size, wide = place
    fitted = fit(text, face, size, wide, lines=1, least=LEAST)
    if not fitted.whole:
        raise _unfit(part.replace("_", " "), text)
    put(pen, x, y, wide, fitted, face=face, colour=colour)


def _unfit(part: str, text: str) -> BadInput:
    detail = (
        f"“{text}” does not fit into the place of the {part} on the leaf. Widen it in the layout, or write by hand."
    )
    return BadInput(detail, fields={"layout": detail})


def _crossing(pen: Pen, place: Place) -> None:
    """Between two lines, as a crossing is drawn."""
    x, y, size, wide = place
    put(pen, x, y, wide, fit(CROSSING, SEMIBOLD, size, wide, lines=1), face=SEMIBOLD, align="centre")
    for line in (y - size * 0.45, y + size * 0.17):
        pen.line(x, line, x + wide, line, colour=INK, line=0.7)


def _grid(pen: Pen, width: int, height: int) -> None:
    """Lines every 5 mm, with the millimetres at every 10."""
    for x in range(0, width + 1, 5):
        pen.line(x, 0, x, height, line=0.4 if x % 10 == 0 else 0.15)
        if x % 10 == 0 and 0 < x < width:
            pen.text(x + 0.5, 2.2, str(x), size=4.5, colour=GREY)
    for y in range(0, height + 1, 5):
        pen.line(0, y, width, y, line=0.4 if y % 10 == 0 else 0.15)
        if y % 10 == 0 and 0 < y < height:
            pen.text(0.6, y - 0.5, str(y), size=4.5, colour=GREY)
