"""The language of a paper: which words lead, which stand beside them, and at which side the page begins.

English alone; both, led by English with Urdu at the end of each cell; Urdu, on a mirrored page with English at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from funds.papers import urdu
from funds.papers.fit import LEAST
from funds.papers.fonts import REGULAR, SEMIBOLD, Face
from funds.papers.ink import GREEN, GREY, INK, POINT, Align, Colour, Pen
from funds.papers.mirror import MirroredPen
from funds.papers.urdu_faces import NASKH, NASKH_BOLD, UrduFace
from funds.papers.voucher_words import Words, urdu_date

Language = Literal["en", "ur", "both"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
_GAP: Final = 1.6  # mm at least between the two languages of a cell


@dataclass(frozen=True)
class Style:
    """Faces and sizes of one kind of words; Urdu needs a point more to look as large."""

    latin: Face
    latin_size: float
    urdu: UrduFace
    urdu_size: float
    colour: Colour = INK

    def scaled(self, scale: float) -> "Style":
        """The same, smaller."""
        return replace(self, latin_size=self.latin_size * scale, urdu_size=self.urdu_size * scale)


LABEL: Final = Style(REGULAR, 5.9, NASKH, 7.0, GREY)
HEADING: Final = Style(SEMIBOLD, 6.9, NASKH_BOLD, 8.0, GREEN)
BOX: Final = Style(REGULAR, 6.4, NASKH, 7.6)
RULE: Final = Style(REGULAR, 6.3, NASKH, 7.4, GREY)
STATEMENT: Final = Style(REGULAR, 6.7, NASKH, 7.6)


@dataclass(frozen=True)
class Tongue:
    """How one paper speaks. `known` are Urdu words for what the paper names in English."""

    language: Language
    known: Mapping[str, str]

    @property
    def urdu_leads(self) -> bool:
        return self.language == "ur"

    @property
    def has_urdu(self) -> bool:
        return self.language != "en"

    def pen(self) -> Pen:
        """For a new page."""
        return MirroredPen() if self.urdu_leads else Pen()

    def of(self, english: str) -> str:
        """The Urdu for a name, phrase or date, or nothing."""
        return (self.known.get(english) or urdu_date(english)) if self.has_urdu else ""

    def leading(
        self, pen: Pen, x: float, y: float, words: Words, style: Style = LABEL, *, align: Align = "left"
    ) -> float:
        """Write the words in the leading language alone; returns their width in mm."""
        return _written(pen, x, y, words, style, self.urdu_leads, align)

    def pair(self, pen: Pen, x: float, y: float, room: float, words: Words, style: Style = LABEL) -> None:
        """Write the words at the beginning of a cell and in the other language at its end, down to 80 % of their size.

        Where even so both have no room the other language is left out.
        """
        other = not self.urdu_leads
        if self.has_urdu:
            scale = (room - _GAP) / (_width(words, style, True) + _width(words, style, False))
            if scale >= LEAST:
                style = style if scale >= 1 else style.scaled(scale)
                _written(pen, x + room, y, words, style, other, "right")
        self.leading(pen, x, y, words, style)

    def stacked(self, pen: Pen, x: float, y: float, words: Words, style: Style = LABEL) -> None:
        """Write the words around x, the other language below."""
        self.leading(pen, x, y, words, style, align="centre")
        if self.has_urdu:
            _written(pen, x, y + 3.4, words, style, not self.urdu_leads, "centre")


def _width(words: Words, style: Style, in_urdu: bool) -> float:
    if in_urdu:
        return urdu.line(words.urdu, style.urdu).width_at(style.urdu_size)
    return style.latin.width(words.english, style.latin_size) / POINT


def _written(pen: Pen, x: float, y: float, words: Words, style: Style, in_urdu: bool, align: Align) -> float:
    if in_urdu:
        drawn = urdu.line(words.urdu, style.urdu)
        return urdu.put(pen, x, y, drawn, size=style.urdu_size, colour=style.colour, align=align)
    return pen.text(x, y, words.english, face=style.latin, size=style.latin_size, colour=style.colour, align=align)


ENGLISH: Final = Tongue("en", {})
