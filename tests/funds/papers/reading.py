"""Reading drawn papers back: text, links, and where each piece of text stands."""

import io
import re
from dataclasses import dataclass

from pypdf import PdfReader

from funds.papers.fonts import FACES

_NUMBER = r"-?[\d.]+"
_TEXT = re.compile(
    rf"BT (?:(?P<track>{_NUMBER}) Tc )?/(?P<face>[RS]) (?P<size>{_NUMBER}) Tf "
    rf"(?P<x>{_NUMBER}) (?P<y>{_NUMBER}) Td <(?P<codes>[0-9A-F]*)> Tj"
)


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
    """Every level piece of text on a page; marks across the page are left out."""
    letters = {key: {code: letter for letter, code in face.glyphs.items()} for key, face in FACES.items()}
    pieces = []
    for match in _TEXT.finditer(page):
        face, size, codes = FACES[match["face"]], float(match["size"]), match["codes"]
        text = "".join(letters[match["face"]][codes[at : at + 4]] for at in range(0, len(codes), 4))
        if not text.strip():
            continue
        width = face.width(text, size) + float(match["track"] or 0) * (len(text) - 1)
        left, base = float(match["x"]), float(match["y"])
        pieces.append(Placed(text, left, left + width, base - 0.12 * size, base + 0.66 * size))
    return pieces


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
