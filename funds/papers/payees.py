"""The table of payee lines, as it stands on the voucher and on its annex pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from funds.papers import urdu_fit
from funds.papers import voucher_words as say
from funds.papers.data import PayeeRow
from funds.papers.fit import fit, put
from funds.papers.fonts import REGULAR, SEMIBOLD, Face
from funds.papers.ink import GREEN, GREY, HAIR, INK, POINT, TINT, Colour, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from funds.papers.tongue import Style, Tongue
from funds.papers.urdu_faces import NASKH, NASKH_BOLD
from funds.papers.voucher_words import Words
from ledger.money import grouped

HEAD: Final = 6.3
ROW: Final = 8.3
FOOT: Final = 6.5

# Edges in mm: where a text starts, or where a figure ends.
_NAME: Final = (20.0, 63.0)
_CNIC: Final = (85.5, 31.5)
_SHARE: Final = (128.0, 11.0)
_GROSS: Final = (152.0, 22.5)
_DEDUCTED: Final = (169.0, 16.0)
_NET: Final = (194.4, 23.4)
NET_BOX: Final = 170.4
_URDU_NAME: Final = 28.0
_SUMMARY: Final = Style(SEMIBOLD, 7.4, NASKH_BOLD, 8.2, GREEN)
_SUMMARY_NOTE: Final = Style(REGULAR, 6.3, NASKH, 7.2, GREY)
_TOTAL: Final = Style(REGULAR, 6.8, NASKH, 7.8, GREY)


@dataclass(frozen=True)
class Sums:
    """Totals of payee lines in rupees."""

    gross: Decimal
    deducted: Decimal
    net: Decimal

    @classmethod
    def of(cls, rows: Sequence[PayeeRow]) -> "Sums":
        """Add up lines."""
        zero = Decimal(0)
        return cls(
            sum((r.gross for r in rows), zero), sum((r.deducted for r in rows), zero), sum((r.net for r in rows), zero)
        )


def head(tongue: Tongue, pen: Pen, top: float) -> None:
    """The heading row."""
    pen.rectangle(LEFT, top, WIDTH, HEAD, fill=TINT)
    y = top + 4.0
    tongue.leading(pen, 16.6, y, say.LINE, align="centre")
    tongue.pair(pen, _NAME[0], y, _NAME[1], say.PAYEE)
    tongue.pair(pen, _CNIC[0], y, _CNIC[1] - 2, say.CNIC)
    columns = ((_SHARE, say.SHARE), (_GROSS, say.GROSS), (_DEDUCTED, say.DEDUCTED), (_NET, say.NET))
    for edge, words in columns:
        x = pen.column(*edge)
        with pen.straight():
            tongue.leading(pen, x, y, words, align="right")


def amount(
    pen: Pen,
    edge: tuple[float, float],
    y: float,
    value: Decimal,
    *,
    face: Face = REGULAR,
    colour: Colour = INK,
    size: float = 7.6,
) -> None:
    """An amount ending at edge[0] in edge[1] mm; a large one is set smaller, but no figure is ever left out."""
    text = grouped(value)
    needed = face.width(text, size) / POINT
    pen.figure(*edge, y, text, face=face, size=min(size, size * edge[1] / needed), colour=colour)


def line(tongue: Tongue, pen: Pen, top: float, row: PayeeRow) -> list[tuple[str, str]]:
    """One payee line; returns what did not fit, as label and full text."""
    pen.text(16.6, top + 3.7, str(row.position), size=6.2, colour=GREY, align="centre")
    cut = _who(tongue, pen, top, row)
    x, width = _CNIC
    for text, y, size, colour, name in (
        (row.cnic, 3.7, 7.4, INK, "CNIC"),
        (row.instrument, 6.9, 6.2, GREY, "instrument"),
    ):
        if tongue.urdu_leads and (in_urdu := tongue.of(text)):
            words = urdu_fit.fit(in_urdu, NASKH, size + 0.8, width, lines=1)
            urdu_fit.put(pen, x, top + y, width, words, leading=1, colour=colour, align="left")
            continue
        fitted = fit(text, REGULAR, size, width, lines=1)
        put(pen, x, top + y, width, fitted, face=REGULAR, colour=colour)
        if not fitted.whole:
            cut.append((name, text))
    share = fit(row.share, REGULAR, 7.4, _SHARE[1], lines=1)
    pen.figure(*_SHARE, top + 5.3, share.lines[0], size=share.size)
    if not share.whole:
        cut.append(("share", row.share))
    amount(pen, _GROSS, top + 5.3, row.gross)
    amount(pen, _DEDUCTED, top + 5.3, row.deducted, colour=GREY if not row.deducted else INK)
    amount(pen, _NET, top + 5.3, row.net, face=SEMIBOLD)
    pen.line(LEFT, top + ROW, RIGHT, top + ROW)
    return [(f"Payee {row.position}, {name}", text) for name, text in cut]


def _who(tongue: Tongue, pen: Pen, top: float, row: PayeeRow) -> list[tuple[str, str]]:
    """Name, in Urdu beside it where the register has it so, and relation."""
    x, width = _NAME
    cut = []
    if tongue.has_urdu and row.name_urdu:
        size = 9.0 if tongue.urdu_leads else 8.4
        named = urdu_fit.fit(row.name_urdu, NASKH_BOLD if tongue.urdu_leads else NASKH, size, _URDU_NAME, lines=1)
        urdu_fit.put(pen, x, top + 3.9, width, named, leading=1, align="left" if tongue.urdu_leads else "right")
        if not named.whole:
            cut.append(("name in Urdu", row.name_urdu))
        taken = named.lines[0].width_at(named.size) + 2
    else:
        taken = 0.0
    name = fit(row.name, SEMIBOLD, 8, width - taken)
    relation = fit(row.relation, REGULAR, 6.3, width, lines=1)
    two = len(name.lines) > 1
    at_the_end = tongue.urdu_leads and taken
    put(
        pen,
        x + taken if at_the_end else x,
        top + (2.8 if two else 3.7),
        width - taken,
        name,
        face=SEMIBOLD,
        align="right" if at_the_end else "left",
    )
    put(pen, x, top + (7.7 if two else 6.9), width, relation, face=REGULAR, colour=GREY)
    cut += [("name", row.name)] if not name.whole else []
    return cut + ([("relation", row.relation)] if not relation.whole else [])


def summary(
    tongue: Tongue, pen: Pen, top: float, label: Words, note: Words | None, sums: Sums, *, height: float = ROW
) -> None:
    """A row for lines that stand elsewhere: carried from a page before, or listed on the annex."""
    tongue.leading(pen, _NAME[0], top + (3.7 if note else height / 2 + 1.1), label, _SUMMARY)
    if note:
        tongue.leading(pen, _NAME[0], top + 6.9, note, _SUMMARY_NOTE)
    _sums(pen, top + height / 2 + 1.15, sums)
    pen.line(LEFT, top + height, RIGHT, top + height)


def total(tongue: Tongue, pen: Pen, top: float, label: Words, share: str, sums: Sums) -> None:
    """The closing row of a table."""
    y = top + 4.3
    tongue.pair(pen, _NAME[0], y, _NAME[1], label, _TOTAL)
    pen.figure(*_SHARE, y, share, face=SEMIBOLD, size=7.4)
    _sums(pen, y, sums)
    pen.line(LEFT, top, RIGHT, top, colour=INK, line=0.6)
    pen.line(LEFT, top + FOOT, RIGHT, top + FOOT, colour=GREEN, line=0.9)


def _sums(pen: Pen, y: float, sums: Sums) -> None:
    amount(pen, _GROSS, y, sums.gross, face=SEMIBOLD)
    amount(pen, _DEDUCTED, y, sums.deducted, face=SEMIBOLD)
    amount(pen, _NET, y, sums.net, face=SEMIBOLD, colour=GREEN)


def unused(pen: Pen, top: float, bottom: float) -> None:
    """Rule through empty lines, so that nobody can write another payee into them."""
    if bottom - top > ROW / 2:
        left, right, top, bottom = LEFT + 2, RIGHT - 2, top + 1.6, bottom - 1.6
        pen.polyline([(left, top), (right, top), (left, bottom), (right, bottom)], colour=HAIR, line=0.5)


def net_box(pen: Pen, top: float, bottom: float) -> None:
    """The frame around the net column."""
    pen.frame(NET_BOX, top, RIGHT - NET_BOX, bottom - top, colour=GREEN, line=0.9)
