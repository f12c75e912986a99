"""Which way each letter of a line runs: levels by the Unicode Bidirectional Algorithm (UAX 9).

python-bidi resolves weak and neutral types in plain Python and leaves out bracket pairs (N0), which stand here. Explicit
controls and isolates (X1-X8) have no place on a paper: such characters are refused before a line comes here.

Two things differ, as UAX 9 allows a higher protocol (HL3). Inside a number or code the marks go with it: else the hyphen
between two numbers after Urdu letters would turn them round: 2025-26 into 26-2025, and a CNIC back to front; and 500/- would
lose its dash to the other side. And the Urdu comma before a blank is Urdu, as ؛ and ۔ are already: else two codes of a list
would be read from left to right inside a line that is not.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple
from unicodedata import bidirectional

from bidi.algorithm import (
    explicit_embed_and_overrides,
    get_embedding_levels,
    get_empty_storage,
    resolve_implicit_levels,
    resolve_neutral_types,
    resolve_weak_types,
)
from bidi.mirror import MIRRORED

Base = Literal["L", "R"]
"""The direction of the paragraph: of the line's ends, and of what stands between the two scripts."""


class Run(NamedTuple):
    """Characters of one level in one typeface: text[start:end], in Urdu letters or not."""

    start: int
    end: int
    level: int
    urdu: bool

    @property
    def to_the_left(self) -> bool:
        """Whether it is read from right to left."""
        return self.level % 2 == 1


BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}
_CLOSING: Final = {closing: opening for opening, closing in BRACKETS.items()}
_COMMA: Final = re.compile(r"،(?= |\Z)")
_TO_THE_RIGHT: Final = {"L", "EN", "AN"}
_MOST_OPEN: Final = 63  # BD16: after more open brackets than these no further ones pair
_CODE: Final = re.compile(r"[0-9A-Za-z۰-۹]+(?:[-/.,:+*#_@&'%=?~٫٬]+[0-9A-Za-z۰-۹]+|\([0-9A-Za-z۰-۹]+\))*(?:%|/[-=])?")


def levels(text: str, base: Base) -> bytes:
    """The embedding level of each character of a paragraph: even runs to the right, odd to the left.

    `text` has no control, no format character and no line or paragraph separator.
    """
    if base == "R" and _TO_THE_RIGHT.isdisjoint(map(bidirectional, text)):
        return b"\1" * len(text)  # most lines are Urdu alone
    storage: dict[str, Any] = get_empty_storage()
    storage["base_level"], storage["base_dir"] = "LR".index(base), base
    get_embedding_levels(text, storage)
    _by_our_protocol(text, storage["chars"])
    explicit_embed_and_overrides(storage)
    assert len(storage["chars"]) == len(text), "invisible characters are refused before"
    resolve_weak_types(storage)
    _pair_brackets(text, storage["chars"], base)
    resolve_neutral_types(storage, False)
    resolve_implicit_levels(storage, False)
    return bytes(character["level"] for character in storage["chars"])


def line_levels(whole: bytes, text: str, start: int, end: int, base: Base) -> bytes:
    """The levels of the line text[start:end] of a paragraph: blanks at its end run with the paragraph (L1)."""
    shown = len(text[start:end].rstrip())
    return whole[start : start + shown] + bytes(["LR".index(base)]) * (end - start - shown)


def in_visual_order(runs: list[Run]) -> list[Run]:
    """Runs from left to right (L2): from the highest level down, each stretch of runs at least as high is reversed."""
    for level in range(max((run.level for run in runs), default=0), 0, -1):
        turned: list[Run] = []
        for _, group in groupby(runs, key=lambda run: run.level >= level):
            stretch = list(group)
            turned += stretch[::-1] if stretch[0].level >= level else stretch
        runs = turned
    return runs


def mirrored(text: str) -> str:
    """Characters of a run to the left as they are drawn: brackets and the like turned (L4)."""
    return "".join(MIRRORED.get(character, character) for character in text)


def _by_our_protocol(text: str, characters: list[dict[str, Any]]) -> None:
    for code in _CODE.finditer(text):
        kind = "L" if any(bidirectional(character) == "L" for character in code[0]) else "EN"
        for character in characters[code.start() : code.end()]:
            character["type"] = kind
    for comma in _COMMA.finditer(text):
        characters[comma.start()]["type"] = "AL"


def _pair_brackets(text: str, characters: list[dict[str, Any]], base: Base) -> None:
    """N0: both brackets of a pair take the direction of what they enclose, or of what stands before them."""
    types = [_strong(character["type"]) for character in characters]
    for opening, closing in sorted(_pairs(text, characters)):
        inside = {kind for kind in types[opening + 1 : closing] if kind}
        if base in inside:
            direction: str = base
        elif inside:
            before = next((types[place] for place in range(opening - 1, -1, -1) if types[place]), base)
            direction = before if before in inside else base
        else:
            continue
        for place in (opening, closing):
            characters[place]["type"] = types[place] = direction


def _strong(kind: str) -> str:
    return "R" if kind in ("R", "EN", "AN") else "L" if kind == "L" else ""


def _pairs(text: str, characters: list[dict[str, Any]]) -> Iterator[tuple[int, int]]:
    """BD16: places of brackets that belong together, as far as nothing else decided their direction."""
    open_ones: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        if characters[place]["type"] != "ON":
            continue
        if character in BRACKETS:
            if len(open_ones) == _MOST_OPEN:
                return
            open_ones.append((character, place))
        elif character in _CLOSING:
            found = next(
                (at for at in range(len(open_ones) - 1, -1, -1) if open_ones[at][0] == _CLOSING[character]), -1
            )
            if found >= 0:
                yield open_ones[found][1], place
                del open_ones[found:]
