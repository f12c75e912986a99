"""The typefaces of Urdu: Naskh for body text in two weights, Nastaliq for headings and amounts in words.

Their files hold every form of every letter they know with its shaping tables (fonts/README.md), so what HarfBuzz makes of a
text can always be drawn. Into a paper go the outlines of the glyphs it prints and nothing else, cut by HarfBuzz too.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import uharfbuzz as hb

from funds.papers.fonts import FOLDER, REGULAR, SEMIBOLD, UNITS, Face, Typeface, unicode_map

_CACHED_CUTS: Final = 64
_NOT_PRINTED: Final = ("GSUB", "GPOS", "GDEF", "cmap", "name", "post", "OS/2", "gasp")


class Glyph(NamedTuple):
    """A glyph of a shaped run: its number, the place of its letter in the run, its origin from the run's left end, and how
    far it moves the pen. Lengths are thousandths of the type size.
    """

    number: int
    place: int
    x: int
    y: int
    advance: int


@dataclass(frozen=True, eq=False, repr=False)
class UrduFace:
    """A weight that HarfBuzz shapes, with what stands beside it for Latin letters, figures and brackets.

    `letters` are the characters it knows, `inked` its glyphs with an outline, `widths` how far each glyph moves the pen.
    `twin` is the face whose glyphs a reader can turn back into letters, where this one's are too many parts for that.
    """

    key: str
    name: str
    font: hb.Font
    latin: Face
    letters: frozenset[str]
    inked: frozenset[int]
    widths: tuple[int, ...]
    twin: "UrduFace | None"

    def __repr__(self) -> str:
        return self.name

    def shape(self, text: str, *, to_the_left: bool) -> list[Glyph]:
        """The glyphs of one run, from left to right whichever way it is read."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.direction = "rtl" if to_the_left else "ltr"
        buffer.script = "Arab"
        buffer.language = "ur"
        hb.shape(self.font, buffer)
        glyphs, pen = [], 0
        for info, moved in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            glyphs.append(Glyph(info.codepoint, info.cluster, pen + moved.x_offset, moved.y_offset, moved.x_advance))
            pen += moved.x_advance
        return glyphs

    def cut(self, letters: Mapping[int, str], always: Mapping[int, str]) -> Typeface:
        """What a paper needs of this face that prints these glyphs, for these letters, beside those of `always`."""
        more = frozenset([(number, letters[number]) for number in letters.keys() - always.keys()])
        return _cut(self, more, _Always(always))


class _Always:
    """Glyphs known by the one mapping that holds them, which is not taken apart for each paper."""

    def __init__(self, letters: Mapping[int, str]) -> None:
        self.letters = letters

    def __hash__(self) -> int:
        return id(self.letters) if self.letters else 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Always) and (self.letters is other.letters or not (self.letters or other.letters))


@lru_cache(maxsize=_CACHED_CUTS)
def _cut(face: UrduFace, more: frozenset[tuple[int, str]], always: _Always) -> Typeface:
    letters = {**always.letters, **dict(more)}
    wanted = hb.SubsetInput()
    wanted.glyph_set.set(set(letters))
    for table in _NOT_PRINTED:
        wanted.drop_table_tag_set.add(int.from_bytes(table.encode("ascii"), "big"))
    wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    program = hb.subset(face.font.face, wanted).blob.data
    extents = face.font.get_font_extents("ltr")
    return Typeface(
        key=face.key,
        name=face.name,
        program=zlib.compress(program, 9),
        program_length=len(program),
        widths=f"[{' '.join(f'{number} [{face.widths[number]}]' for number in sorted(letters))}]",
        unicode_map=unicode_map(letters),
        ascent=extents.ascender,
        descent=extents.descender,
        cap_height=extents.ascender,
        box=struct.unpack_from(">4h", face.font.face.reference_table("head").data, 36),
    )


def _load(key: str, name: str, latin: Face, twin: UrduFace | None = None) -> UrduFace:
    face = hb.Face(hb.Blob((FOLDER / f"{name}.ttf").read_bytes()))
    assert face.upem == UNITS, "lengths in the file are thousandths, as everywhere here"
    font = hb.Font(face)
    numbers = range(face.glyph_count)
    return UrduFace(
        key=key,
        name=name,
        font=font,
        latin=latin,
        letters=frozenset(map(chr, face.unicodes)),
        inked=frozenset(number for number in numbers if font.get_glyph_extents(number).width),
        widths=tuple(font.get_glyph_h_advance(number) for number in numbers),
        twin=twin,
    )


NASKH: Final = _load("N", "NotoNaskhArabic-Regular", REGULAR)
NASKH_BOLD: Final = _load("B", "NotoNaskhArabic-Bold", SEMIBOLD)
NASTALIQ: Final = _load("Q", "NotoNastaliqUrdu-Bold", SEMIBOLD, twin=NASKH)
