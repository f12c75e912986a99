"""The typefaces of the papers: widths, glyph numbers, and the finished font objects put into each file.

Text is written as glyph numbers (Identity-H), so nothing a person typed can be read as PDF syntax, and a character
without a glyph is an error instead of a blank. The fonts are already cut to what we print (see fonts/README.md):
nothing of Noto Sans is subset at run time. Urdu is shaped and stands in `urdu_faces`.
"""

import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFDocument,
    PDFName,
    PDFObject,
    PDFStream,
    PDFString,
)
from reportlab.pdfbase.ttfonts import TTFontFile
from reportlab.pdfgen.canvas import Canvas

from ledger.errors import BadInput

FOLDER: Final = Path(__file__).parent / "fonts"
UNITS: Final = 1000
_CACHED_TEXTS: Final = 2048
_CACHED_FONTS: Final = 64
_CACHED_LENGTH: Final = 160  # longer texts are rare and would make the caches large


class MissingGlyph(BadInput):
    """A text holds a character our printing fonts cannot draw; a box or a blank in its place would alter the paper."""

    code = "missing_glyph"
    advice = "write it with Latin letters, figures or punctuation."

    def __init__(self, text: str, character: str) -> None:
        self.text = text
        self.character = character
        name = unicodedata.name(character, "a control or unassigned character")
        shown = text if len(text) <= 80 else text[:79] + "…"
        super().__init__(f"Cannot print U+{ord(character):04X} ({name}) in {shown!a}: {self.advice}")


@dataclass(frozen=True, eq=False)
class Typeface:
    """One weight as it is put into a file under the name `key`. Lengths are thousandths of the type size."""

    key: str
    name: str
    program: bytes
    program_length: int
    widths: str
    unicode_map: bytes
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, ...]


class Source(Protocol):
    """A typeface of which each paper holds no more than the glyphs it prints."""

    @property
    def key(self) -> str:
        """Its name in the file."""

    def cut(self, letters: Mapping[int, str], always: Mapping[int, str]) -> Typeface:
        """The face with these glyphs alone, by number, with the letters that each stands for; `always` go before."""


@dataclass(frozen=True, eq=False)
class Face(Typeface):
    """A weight whose letters stand one after another, each with one glyph: what is needed to measure and to write it."""

    glyphs: dict[str, str]
    advances: dict[str, int]

    def width(self, text: str, size: float) -> float:
        """Width of `text` in points at `size` points. Raises: MissingGlyph."""
        advance = _advance if len(text) <= _CACHED_LENGTH else _advance.__wrapped__
        return advance(self.key, text) * size / UNITS

    def encode(self, text: str) -> str:
        """`text` as hexadecimal glyph numbers. Raises: MissingGlyph."""
        encode = _encode if len(text) <= _CACHED_LENGTH else _encode.__wrapped__
        return encode(self.key, text)


@lru_cache(maxsize=_CACHED_TEXTS)
def _advance(key: str, text: str) -> int:
    advances = FACES[key].advances
    try:
        return sum([advances[character] for character in text])
    except KeyError as missing:
        raise MissingGlyph(text, missing.args[0]) from None


@lru_cache(maxsize=_CACHED_TEXTS)
def _encode(key: str, text: str) -> str:
    glyphs = FACES[key].glyphs
    try:
        return "".join([glyphs[character] for character in text])
    except KeyError as missing:
        raise MissingGlyph(text, missing.args[0]) from None


def unicode_map(glyphs: Mapping[int, str]) -> bytes:
    """The table by which readers turn glyph numbers back into letters, so that papers can be searched and copied."""
    entries = [
        f"<{number:04X}> <{letters.encode('utf-16-be').hex().upper()}>" for number, letters in sorted(glyphs.items())
    ]
    parts = ["/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /P def /CMapType 2 def"]
    parts.append("1 begincodespacerange <0000> <FFFF> endcodespacerange")
    for start in range(0, len(entries), 100):
        block = entries[start : start + 100]
        parts += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    parts.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return zlib.compress("\n".join(parts).encode("ascii"), 9)


def _load(key: str, name: str) -> Face:
    raw = (FOLDER / f"{name}.ttf").read_bytes()
    font = TTFontFile(str(FOLDER / f"{name}.ttf"))
    numbers = {chr(code): number for code, number in font.charToGlyph.items()}
    advances = tuple(round(advance) for advance, _ in font.hmetrics)
    shown: dict[int, str] = {}
    for character, number in sorted(numbers.items()):
        shown.setdefault(number, character)  # one glyph may serve two characters; copying gives back the lower one
    return Face(
        key=key,
        name=name,
        glyphs={character: f"{number:04X}" for character, number in numbers.items()},
        advances={character: advances[number] for character, number in numbers.items()},
        program=zlib.compress(raw, 9),
        program_length=len(raw),
        widths=f"[0 [{' '.join(map(str, advances))}]]",
        unicode_map=unicode_map(shown),
        ascent=round(font.ascent),
        descent=round(font.descent),
        cap_height=round(font.capHeight),
        box=tuple(round(edge) for edge in font.bbox),
    )


REGULAR: Final = _load("R", "NotoSans-Regular")
SEMIBOLD: Final = _load("S", "NotoSans-SemiBold")
FACES: Final = {face.key: face for face in (REGULAR, SEMIBOLD)}


class Written(PDFObject):
    """An object of the file whose bytes are there already: ReportLab would put its hundreds of parts together for each file."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def format(self, document: object) -> bytes:
        """As it stands in the file."""
        return self.content


def _add_font(face: Typeface, document: Any) -> object:
    """Puts the objects of a face into the file; their numbers follow each other. Returns the reference to it."""
    parts = ("file", "descriptor", "descendant", "unicode", "font")
    contents = _objects(face, document.objectcounter + 1)
    references = [
        document.Reference(Written(content), f"{part}{face.key}") for part, content in zip(parts, contents, strict=True)
    ]
    return references[-1]


@lru_cache(maxsize=_CACHED_FONTS)
def _objects(face: Typeface, first: int) -> tuple[bytes, ...]:
    """Outlines, descriptor, descendant, map to letters and the font itself, which are objects `first` and following."""
    file, descriptor, descendant, unicode, _ = (f"{number} 0 R" for number in range(first, first + 5))
    name = PDFName(f"RELIEF+{face.name}")
    system = {"Registry": PDFString("Adobe"), "Ordering": PDFString("Identity"), "Supplement": 0}
    dictionaries: tuple[dict[str, object], ...] = (
        {
            "Type": PDFName("FontDescriptor"),
            "FontName": name,
            "Flags": 4,
            "FontBBox": PDFArray(face.box),
            "ItalicAngle": 0,
            "Ascent": face.ascent,
            "Descent": face.descent,
            "CapHeight": face.cap_height,
            "StemV": 80,
            "FontFile2": file,
        },
        {
            "Type": PDFName("Font"),
            "Subtype": PDFName("CIDFontType2"),
            "BaseFont": name,
            "CIDSystemInfo": PDFDictionary(system),
            "DW": UNITS,
            "W": face.widths,
            "CIDToGIDMap": PDFName("Identity"),
            "FontDescriptor": descriptor,
        },
        {
            "Type": PDFName("Font"),
            "Subtype": PDFName("Type0"),
            "BaseFont": name,
            "Encoding": PDFName("Identity-H"),
            "DescendantFonts": PDFArray([descendant]),
            "ToUnicode": unicode,
        },
    )
    empty = PDFDocument(invariant=1)
    described, descended, root = (PDFDictionary(each).format(empty) for each in dictionaries)
    program = _stream(face.program, Length1=face.program_length).format(empty)
    return program, described, descended, _stream(face.unicode_map).format(empty), root


def _stream(content: bytes, **entries: object) -> PDFStream:
    return PDFStream(PDFDictionary({"Filter": PDFName("FlateDecode"), **entries}), content)


def embed(canvas: Canvas, others: Iterable[Typeface] = ()) -> None:
    """Put our faces into the file as its only fonts, under the names R and S, and beside them the others it is written in.

    ReportLab lists an unembedded Helvetica in every file; it is taken out, because a paper must not depend on the
    reader's fonts.
    """
    fonts = canvas._doc.idToObject["BasicFonts"].dict
    fonts.clear()
    for face in (*FACES.values(), *others):
        fonts[face.key] = _add_font(face, canvas._doc)
    canvas._preamble = "1 0 0 1 0 0 cm"


def font_resources() -> PDFDictionary:
    """The resource dictionary a form XObject needs to write with our faces: the list of fonts is the first object of a file."""
    return PDFDictionary({"Font": "1 0 R"})
