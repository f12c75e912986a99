"""Reading drawn papers back: text, links, and where each piece of text stands."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pypdf import PdfReader

from funds.papers.fonts import FACES, UNITS
from funds.papers.urdu_faces import NASKH, NASKH_BOLD, NASTALIQ

_NUMBER = r"-?[\d.]+"
_TEXT = re.compile(
    rf"BT (?:(?P<track>{_NUMBER}) Tc )?/(?P<face>[RS]) (?P<size>{_NUMBER}) Tf "
    rf"(?P<x>{_NUMBER}) (?P<y>{_NUMBER}) Td <(?P<codes>[0-9A-F]*)> Tj"
)

_SHAPED = re.compile(
    rf"BT (?P<across>{_NUMBER}) 0 0 (?P<size>{_NUMBER}) (?P<x>{_NUMBER}) (?P<y>{_NUMBER}) Tm (?P<body>[^T].*?) ET\b"
)
_STEP = re.compile(
    rf"/(?P<face>\w) (?P<scale>{_NUMBER}) Tf|(?P<dx>{_NUMBER}) (?P<dy>{_NUMBER}) Td"
    r"|\[(?P<array>[^\]]*)\] TJ|(?P<codes><\w*>) Tj"
)
URDU = {face.key: face for face in (NASKH, NASKH_BOLD, NASTALIQ)}
LETTERS = {
    key: {code: letter for letter, code in sorted(face.glyphs.items(), reverse=True)} for key, face in FACES.items()
}


class Drawn(NamedTuple):
    """A glyph of a shaped line: its typeface, number, scale and where it stands, in parts of the line's type size."""

    face: str
    code: str
    scale: float
    x: float
    y: float

    def edges(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of its ink; of Latin letters, of its advance."""
        if self.face in FACES:
            advance = FACES[self.face].advances[LETTERS[self.face][self.code]] / UNITS
            return self.x, self.x + advance * self.scale, self.y - 0.12 * self.scale, self.y + 0.66 * self.scale
        ink = URDU[self.face].font.get_glyph_extents(int(self.code, 16))
        left, top = self.x + ink.x_bearing / UNITS, self.y + ink.y_bearing / UNITS
        return left, left + ink.width / UNITS, top + ink.height / UNITS, top


def glyphs(body: str) -> Iterator[Drawn]:
    """The glyphs of a shaped line in the order in which they are drawn: a small reader of the operators by itself."""
    face, scale, x, y, pen = "", 1.0, 0.0, 0.0, 0.0
    for step in _STEP.finditer(body):
        if step["face"]:
            face, scale = step["face"], float(step["scale"])
        elif step["dx"]:
            x, y = x + float(step["dx"]), y + float(step["dy"])
            pen = x
        else:
            for item in re.findall(r"<\w*>|-?[\d.]+", step["array"] or step["codes"]):
                if not item.startswith("<"):
                    pen -= float(item) / UNITS * scale
                    continue
                for at in range(1, len(item) - 1, 4):
                    code = item[at : at + 4]
                    yield Drawn(face, code, scale, pen, y)
                    known = face in FACES
                    advance = FACES[face].advances[LETTERS[face][code]] if known else URDU[face].widths[int(code, 16)]
                    pen += advance / UNITS * scale


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, blanks and line ends made one blank."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def whole_text(pdf: bytes) -> str:
    """The text of all pages."""
    return " ".join(page_texts(pdf))


def annotations(pdf: bytes) -> list[object]:
    """Links and other annotations of all pages."""
    return [note for page in PdfReader(io.BytesIO(pdf)).pages for note in page.get("/Annots", [])]


def operators(pdf: bytes) -> list[str]:
    """Drawing operators of each page with those of the fixed forms it uses."""
    found = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        forms = page["/Resources"].get("/XObject", {})
        parts = [page.get_contents().get_data()] + [form.get_object().get_data() for form in forms.values()]
        found.append("\n".join(part.decode("ascii") for part in parts))
    return found


@dataclass(frozen=True)
class Placed:
    """A piece of text and its box in points from the bottom left corner."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    def overlaps(self, other: "Placed", *, slack: float = 0.4) -> bool:
        """Whether the two boxes share more than `slack` points each way."""
        across = min(self.right, other.right) - max(self.left, other.left)
        along = min(self.top, other.top) - max(self.bottom, other.bottom)
        return across > slack and along > slack


def placed(page: str) -> list[Placed]:
    """Every level piece of text on a page; marks across the page and invisible twins are left out."""
    pieces = list(_shaped(page))
    for match in _TEXT.finditer(page):
        face, size, codes = FACES[match["face"]], float(match["size"]), match["codes"]
        text = "".join(LETTERS[match["face"]][codes[at : at + 4]] for at in range(0, len(codes), 4))
        if not text.strip():
            continue
        width = face.width(text, size) + float(match["track"] or 0) * (len(text) - 1)
        left, base = float(match["x"]), float(match["y"])
        pieces.append(Placed(text, left, left + width, base - 0.12 * size, base + 0.66 * size))
    return pieces


def _shaped(page: str) -> Iterator[Placed]:
    """Lines of Urdu; a message names them by their place, their Latin letters and a dot for each other glyph."""
    for match in _SHAPED.finditer(page):
        found = list(glyphs(match["body"]))
        if "3 Tr" in match["body"] or not found:
            continue
        text = "".join(LETTERS.get(glyph.face, {}).get(glyph.code, "·") for glyph in found)
        lefts, rights, bottoms, tops = zip(*(glyph.edges() for glyph in found), strict=True)
        x, y, size = float(match["x"]), float(match["y"]), float(match["size"])
        yield Placed(
            f"Urdu at {x:.0f}, {y:.0f}: {text}",
            x + min(lefts) * size,
            x + max(rights) * size,
            y + min(bottoms) * size,
            y + max(tops) * size,
        )


def collisions(pdf: bytes) -> list[tuple[int, str, str]]:
    """Pairs of texts that stand on each other, by page."""
    found = []
    for number, page in enumerate(operators(pdf), start=1):
        pieces = sorted(placed(page), key=lambda piece: -piece.top)
        for at, piece in enumerate(pieces):
            for other in pieces[at + 1 :]:
                if other.top < piece.bottom:
                    break
                if piece.overlaps(other):
                    found.append((number, piece.text, other.text))
    return found


def outside(pdf: bytes, *, margin_mm: float = 13.9) -> list[str]:
    """Texts that reach past the left or right margin, or off the page."""
    point = 72 / 25.4
    left, right = margin_mm * point, (210 - margin_mm) * point
    return [
        piece.text
        for page in operators(pdf)
        for piece in placed(page)
        if piece.left < left or piece.right > right or piece.bottom < 8 * point or piece.top > 289 * point
    ]
