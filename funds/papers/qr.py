"""The QR code of a paper: modules from a library's matrix, drawn as one path."""

from functools import lru_cache
from typing import Final

import segno

from funds.papers.ink import INK, PAGE_HEIGHT, POINT, Pen

QUIET: Final = 4
"""Blank modules a reader needs around the code."""
_MASK: Final = 3  # trying all eight masks costs most of the time and gains no reading in our measurements


@lru_cache(maxsize=256)
def matrix(text: str) -> tuple[bytes, ...]:
    """Rows of modules, 1 is dark, without the quiet zone; correction level M (15 % may be lost). Capitals need less."""
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK)
    return tuple(bytes(row) for row in code.matrix)


def draw(pen: Pen, x: float, y: float, side: float, text: str) -> None:
    """Draw the code for `text` in a square of `side` mm; the caller leaves QUIET modules of paper white around it."""
    rows = matrix(text)
    module = side * POINT / len(rows)
    x, align = pen.side(x, "left")
    x = x if align == "left" else x - side
    # Whole numbers in a scaled space: neighbouring rows share exact edges, so no hairline shows between them.
    place = f"{module:.4f} 0 0 {-module:.4f} {x * POINT:.2f} {(PAGE_HEIGHT - y) * POINT:.2f} cm"
    path = " ".join(
        f"{start} {number} {length} 1 re" for number, row in enumerate(rows) for start, length in _runs(row)
    )
    red, green, blue = INK
    pen.raw(f"q {red:.3g} {green:.3g} {blue:.3g} rg {place} {path} f Q")


def _runs(row: bytes) -> list[tuple[int, int]]:
    runs = []
    start = -1
    for place, dark in enumerate(row + b"\0"):
        if dark and start < 0:
            start = place
        elif not dark and start >= 0:
            runs.append((start, place - start))
            start = -1
    return runs
