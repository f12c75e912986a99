"""The QR code of a paper: modules from a library's matrix, drawn as one path.

For texts of one length all that lies between their bits and the modules (filling, correction, places, mask) is an exclusive-or
of constants. So for the lengths that a process prints often the library is asked once for each bit, and a code is put together
from its answers: the same modules in a fifth of the time.
"""

import re
from collections import Counter
from functools import lru_cache, reduce
from operator import xor
from typing import Final, NamedTuple

import segno

from funds.papers.ink import INK, PAGE_HEIGHT, POINT, Pen

QUIET: Final = 4
"""Blank modules a reader needs around the code."""
_MASK: Final = 3  # trying all eight masks costs most of the time and gains no reading in our measurements
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""What the small form of a code knows, in the order of its values; two letters are 11 bits, the last of an odd number 6."""
_OFTEN: Final = 20
_RUNS: Final = re.compile("1+")
_drawn: Counter[int] = Counter()


class _Learned(NamedTuple):
    """Codes of one length: their side, the modules of a text of noughts, and what each bit of each pair of letters turns."""

    side: int
    noughts: int
    turned: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=256)
def matrix(text: str) -> tuple[str, ...]:
    """Rows of modules, 1 is dark, without the quiet zone; correction level M (15 % may be lost). Capitals need less."""
    if not _small(text):
        side, modules = _library(text)
    else:
        _drawn[len(text)] += 1
        side, modules = _library(text) if _drawn[len(text)] <= _OFTEN else _put_together(text)
    rows = f"{modules:0{side * side}b}"
    return tuple(rows[start : start + side] for start in range(0, side * side, side))


def _small(text: str) -> bool:
    return not text.isdigit() and all(letter in _LETTERS for letter in text)


def _library(text: str, mode: str | None = None) -> tuple[int, int]:
    """The side of the code, and its modules row by row as the bits of a number."""
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK, mode=mode)
    return len(code.matrix), int("".join("".join(map(str, row)) for row in code.matrix), 2)


def _put_together(text: str) -> tuple[int, int]:
    side, noughts, turned = _learned(len(text))
    values = [_value(text[start : start + 2]) for start in range(0, len(text), 2)]
    bits = [bit for value, places in zip(values, turned, strict=True) for n, bit in enumerate(places) if value >> n & 1]
    return side, reduce(xor, bits, noughts)


def _value(letters: str) -> int:
    return reduce(lambda value, letter: value * len(_LETTERS) + _LETTERS.index(letter), letters, 0)


@lru_cache(maxsize=4)
def _learned(length: int) -> _Learned:
    side, noughts = _library("0" * length, "alphanumeric")

    def turned_by(start: int, bit: int) -> int:
        pair = min(2, length - start)
        first, second = divmod(1 << bit, len(_LETTERS))
        letters = _LETTERS[first] + _LETTERS[second] if pair == 2 else _LETTERS[1 << bit]
        return _library("0" * start + letters + "0" * (length - start - pair), "alphanumeric")[1] ^ noughts

    starts = range(0, length, 2)
    return _Learned(
        side,
        noughts,
        tuple(tuple(turned_by(at, bit) for bit in range(11 if length - at > 1 else 6)) for at in starts),
    )


def draw(pen: Pen, x: float, y: float, side: float, text: str) -> None:
    """Draw the code for `text` in a square of `side` mm; the caller leaves QUIET modules of paper white around it."""
    rows = matrix(text)
    module = side * POINT / len(rows)
    x, align = pen.side(x, "left")
    x = x if align == "left" else x - side
    # Whole numbers in a scaled space: neighbouring rows share exact edges, so no hairline shows between them.
    place = f"{module:.4f} 0 0 {-module:.4f} {x * POINT:.2f} {(PAGE_HEIGHT - y) * POINT:.2f} cm"
    path = " ".join(
        [
            f"{run.start()} {number} {run.end() - run.start()} 1 re"
            for number, row in enumerate(rows)
            for run in _RUNS.finditer(row)
        ]
    )
    red, green, blue = INK
    pen.raw(f"q {red:.3g} {green:.3g} {blue:.3g} rg {place} {path} f Q")
