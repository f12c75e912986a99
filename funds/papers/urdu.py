"""Lines of Urdu with Latin words and figures among it, as shaped glyphs in the order in which they are read.

A paragraph is checked and gets its levels once; each of its lines is then cut into runs of one level and one typeface, the
runs are put in visual order, and HarfBuzz shapes each. Whatever we cannot draw is refused before anything is drawn.

Amounts are new on every paper but made of a hundred words, which look the same beside each other as alone: these are shaped
once. (Of other words Nastaliq moves some together over the blank.)
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from funds.papers.direction import Base, Run, in_visual_order, levels, line_levels, mirrored
from funds.papers.fonts import UNITS, MissingGlyph
from funds.papers.ink import INK, POINT, Align, Colour, Pen
from funds.papers.urdu_faces import NASKH, Glyph, UrduFace
from ledger.urdu_words import ALL_WORDS

LATIN_SCALE: Final = 0.86
"""Latin letters and figures beside Naskh look as large as it at this part of its size."""

MARKS_ON_A_LETTER: Final = 3
_CACHED: Final = 1024
_CACHED_WORDS: Final = 2048
_LONG_WORD: Final = 40  # longer ones are rare and would make the cache large
_WORDS: Final = re.compile("[^ ]+| ")
_OF_AMOUNTS: Final = frozenset(ALL_WORDS) | {" "}
_NO_GLYPH: Final = 0
_CACHED_LENGTH: Final = 160  # longer texts are rare and would make the caches large


class UnprintableUrdu(MissingGlyph):
    """A text holds what our Urdu typefaces cannot draw, or an invisible character that would change how it reads."""

    advice = "write it with Urdu or Latin letters, figures or punctuation, and without invisible characters."


@dataclass(frozen=True)
class Line:
    """One line ready to be drawn: its width in thousandths of the type size, its operators, and the glyphs of `face` in
    them with the letters they stand for; `twin` is the same text in Naskh, to be found by.
    """

    text: str
    face: UrduFace
    width: float
    body: str
    glyphs: Mapping[int, str]
    twin: "Line | None" = None

    def width_at(self, size: float) -> float:
        """Its width in mm at `size` points."""
        return self.width * size / UNITS / POINT


@dataclass(frozen=True)
class Paragraph:
    """A checked text in one face, from which lines are cut."""

    text: str
    face: UrduFace
    base: Base
    levels: bytes

    @classmethod
    def of(cls, text: str, face: UrduFace, base: Base = "R") -> "Paragraph":
        """Raises: UnprintableUrdu."""
        return (_paragraph if len(text) <= _CACHED_LENGTH else _paragraph.__wrapped__)(text, face, base)

    def line(self, start: int, end: int, tail: str = "") -> Line:
        """The line text[start:end] and after it `tail`, which runs with the paragraph. Raises: UnprintableUrdu."""
        ordered = line_levels(self.levels, self.text, start, end, self.base)
        ordered += bytes(["LR".index(self.base)]) * len(tail)
        text = self.text[start:end] + tail
        return _shaped(text, ordered, self.face)


def line(text: str, face: UrduFace = NASKH, *, base: Base = "R") -> Line:
    """`text` as one line. Raises: UnprintableUrdu."""
    return (_whole if len(text) <= _CACHED_LENGTH else _whole.__wrapped__)(text, face, base)


@lru_cache(maxsize=_CACHED)
def _whole(text: str, face: UrduFace, base: Base) -> Line:
    return Paragraph.of(text, face, base).line(0, len(text))


def put(
    pen: Pen, x: float, y: float, drawn: Line, *, size: float, colour: Colour = INK, align: Align = "right"
) -> float:
    """Draw a line with its baseline at y and its left end, right end or middle at x; returns its width in mm.

    Nastaliq cannot be read back from its glyphs: they are marked as no text, and the twin of the same text lies
    invisible over them.
    """
    width = drawn.width_at(size)
    if not width:
        return 0.0
    x, align = pen.side(x, align)
    left = x if align == "left" else x - width if align == "right" else x - width / 2
    if not drawn.twin:
        pen.shaped(left, y, drawn.body, drawn.face, drawn.glyphs, size=size, colour=colour)
        return width
    pen.raw("/Span <</ActualText ()>> BDC")
    pen.shaped(left, y, drawn.body, drawn.face, drawn.glyphs, size=size, colour=colour)
    pen.raw("EMC")
    twin = drawn.twin
    hidden = f"3 Tr {twin.body} 0 Tr"
    stretch = drawn.width / twin.width
    pen.shaped(left, y, hidden, twin.face, twin.glyphs, size=size, colour=colour, stretch=stretch)
    return width


def _check(text: str, face: UrduFace) -> None:
    """Each character has a glyph, and each mark a letter to stand on. What is invisible has no glyph.

    More marks than the register takes on one letter would pile up over the lines around.
    """
    room = 0  # for marks on the letter before
    for character in text:
        if character not in face.letters and character not in face.latin.glyphs:
            raise UnprintableUrdu(text, character)
        if not is_mark(character):
            room = MARKS_ON_A_LETTER if character in face.letters and unicodedata.category(character) == "Lo" else 0
        elif room:
            room -= 1
        else:
            raise UnprintableUrdu(text, character)


def is_mark(character: str) -> bool:
    """Whether it stands on the letter before it."""
    return unicodedata.category(character) == "Mn"


@lru_cache(maxsize=_CACHED)
def _paragraph(text: str, face: UrduFace, base: Base) -> Paragraph:
    _check(text, face)
    return Paragraph(text, face, base, levels(text, base))


def _shaped(text: str, ordered: bytes, face: UrduFace) -> Line:
    return (_line if len(text) <= _CACHED_LENGTH else _line.__wrapped__)(text, ordered, face)


@lru_cache(maxsize=_CACHED)
def _line(text: str, ordered: bytes, face: UrduFace) -> Line:
    writer = _Writer(text, face)
    for run in in_visual_order(_runs(text, ordered, face)):
        if run.urdu:
            writer.urdu(run)
        else:
            writer.latin(run)
    twin = _shaped(text, ordered, face.twin) if face.twin else None
    glyphs = dict.fromkeys(writer.glyphs, "") if twin else writer.glyphs
    return Line(text, face, writer.x, " ".join(writer.parts), glyphs, twin)


def _runs(text: str, ordered: bytes, face: UrduFace) -> list[Run]:
    """Runs in the order of the text; a blank is set in the typeface of what stands before it."""
    runs: list[Run] = []
    start, level, urdu = 0, ordered[0] if text else 0, text[:1] in face.letters
    for place, character in enumerate(text):
        ours = urdu if character == " " else character in face.letters
        if ours != urdu or ordered[place] != level:
            runs.append(Run(start, place, level, urdu))
            start, level, urdu = place, ordered[place], ours
    return [*runs, Run(start, len(text), level, urdu)] if text else []


class _Writer:
    """Collects the operators of a line; `x` is where it stands, in thousandths of the type size."""

    def __init__(self, text: str, face: UrduFace) -> None:
        self.text = text
        self.face = face
        self.x = 0.0
        self.parts: list[str] = []
        self.glyphs: dict[int, str] = {}
        self._origin = (0.0, 0.0)
        self._font = ""

    def latin(self, run: Run) -> None:
        """Letters one after another; to the left with their brackets turned."""
        face = self.face.latin
        text = self.text[run.start : run.end]
        text = mirrored(text)[::-1] if run.to_the_left else text
        self._begin(f"/{face.key} {LATIN_SCALE} Tf", self.x, 0)
        self.parts.append(f"<{face.encode(text)}> Tj")
        self.x += face.width(text, UNITS) * LATIN_SCALE

    def urdu(self, run: Run) -> None:
        """One run; an amount word by word."""
        text = self.text[run.start : run.end]
        words = _WORDS.findall(text)
        words = words if _OF_AMOUNTS.issuperset(words) else [text]
        pieces = [_piece_of(self.face, word, run.to_the_left) for word in words]
        for piece in pieces:
            if piece.blind:
                raise UnprintableUrdu(self.text, piece.blind)
            for number, letters in piece.letters:
                self.glyphs[number] = self.glyphs.get(number) or letters
        font = f"/{self.face.key} 1 Tf"
        for piece in reversed(pieces) if run.to_the_left else pieces:
            for x, y, array in piece.arrays:
                self._begin(font, self.x + x, y)
                self.parts.append(array)
            self.x += piece.width

    def _begin(self, font: str, x: float, y: float) -> None:
        if font != self._font:
            self.parts.append(font)
            self._font = font
        dx, dy = x - self._origin[0], y - self._origin[1]
        if dx or dy:
            self.parts.append(f"{_em(dx)} {_em(dy)} Td")
        self._origin = (x, y)


class _Piece(NamedTuple):
    """A shaped run, or a word of an amount: its width, arrays of glyphs of one height with where they begin, what each glyph
    stands for, and the first letter that nothing is drawn for.
    """

    width: int
    arrays: tuple[tuple[int, int, str], ...]
    letters: tuple[tuple[int, str], ...]
    blind: str


def _piece_of(face: UrduFace, word: str, to_the_left: bool) -> _Piece:
    return (_piece if len(word) <= _LONG_WORD else _piece.__wrapped__)(face, word, to_the_left)


@lru_cache(maxsize=_CACHED_WORDS)
def _piece(face: UrduFace, word: str, to_the_left: bool) -> _Piece:
    glyphs = face.shape(word, to_the_left=to_the_left)
    letters, blind = _noted(face, word, glyphs)
    arrays = tuple(_array(face, list(level)) for _, level in groupby(glyphs, key=attrgetter("y")))
    return _Piece(sum(glyph.advance for glyph in glyphs), arrays, tuple(letters.items()), blind)


def _noted(face: UrduFace, word: str, glyphs: list[Glyph]) -> tuple[dict[int, str], str]:
    """What each glyph stands for, and the first letter that has no glyph or leaves no ink.

    A mark may leave its ink elsewhere: Nastaliq puts the zer before a final ے below the ے.
    """
    noted: dict[int, str] = {}
    drawn: dict[int, int] = {}  # by place, the glyph that stands for its letters: one with ink where there is one
    for number, place, *_ in glyphs:
        if number == _NO_GLYPH:
            return noted, word[place]
        noted.setdefault(number, "")
        if drawn.get(place) not in face.inked:
            drawn[place] = number
    places = sorted(drawn)
    for start, end in zip(places, [*places[1:], len(word)], strict=True):
        number, letters = drawn[start], word[start:end]
        if number not in face.inked and letters != " " and not is_mark(letters[0]):
            return noted, letters[0]
        noted[number] = noted[number] or letters
    return noted, ""


def _array(face: UrduFace, glyphs: list[Glyph]) -> tuple[int, int, str]:
    items, cursor = [], glyphs[0].x
    for glyph in glyphs:
        if glyph.x != cursor:
            items.append(str(cursor - glyph.x))
        items.append(f"<{glyph.number:04X}>")
        cursor = glyph.x + face.widths[glyph.number]
    return glyphs[0].x, glyphs[0].y, f"[{''.join(items).replace('><', '')}] TJ"


def _em(length: float) -> str:
    return f"{length / UNITS:.4f}".rstrip("0").rstrip(".")
