"""The table of payee lines, as it stands on the voucher and on its annex pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from funds.papers.data import PayeeRow
from funds.papers.fit import fit, put
from funds.papers.fonts import REGULAR, SEMIBOLD, Face
from funds.papers.ink import GREEN, GREY, HAIR, INK, POINT, TINT, Align, Colour, Pen
from funds.papers.ornament import LEFT, RIGHT, WIDTH
from ledger.money import grouped

HEAD: Final = 6.3
ROW: Final = 8.3
FOOT: Final = 6.5

# Edges in mm: where a text starts, or where a figure ends.
_NAME: Final = (20.0, 63.0)
_CNIC: Final = (85.5, 31.5)
_SHARE_END: Final = 128.0
_GROSS: Final = (152.0, 22.5)
_DEDUCTED: Final = (169.0, 16.0)
_NET: Final = (194.4, 23.4)
NET_BOX: Final = 170.4


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


def head(pen: Pen, top: float) -> None:
    """The heading row."""
    pen.rectangle(LEFT, top, WIDTH, HEAD, fill=TINT)
    y = top + 4.0
    columns: tuple[tuple[float, str, Align], ...] = (
        (16.6, "#", "centre"),
        (_NAME[0], "Payee, father's or husband's name", "left"),
        (_CNIC[0], "CNIC, instrument", "left"),
        (_SHARE_END, "Share", "right"),
        (_GROSS[0], "Gross Rs", "right"),
        (_DEDUCTED[0], "Deducted Rs", "right"),
        (_NET[0], "Net Rs", "right"),
    )
    for x, label, align in columns:
        pen.text(x, y, label, size=5.9, colour=GREY, align=align)


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
    pen.text(edge[0], y, text, face=face, size=min(size, size * edge[1] / needed), colour=colour, align="right")


def line(pen: Pen, top: float, row: PayeeRow) -> list[tuple[str, str]]:
    """One payee line; returns what did not fit, as label and full text."""
    shortened = []
    pen.text(16.6, top + 3.7, str(row.position), size=6.2, colour=GREY, align="centre")
    x, width = _NAME
    name = fit(row.name, SEMIBOLD, 8, width)
    relation = fit(row.relation, REGULAR, 6.3, width, lines=1)
    two = len(name.lines) > 1
    put(pen, x, top + (2.8 if two else 3.7), width, name, face=SEMIBOLD)
    put(pen, x, top + (7.7 if two else 6.9), width, relation, face=REGULAR, colour=GREY)
    x, width = _CNIC
    cnic = fit(row.cnic, REGULAR, 7.4, width, lines=1)
    instrument = fit(row.instrument, REGULAR, 6.2, width, lines=1)
    put(pen, x, top + 3.7, width, cnic, face=REGULAR)
    put(pen, x, top + 6.9, width, instrument, face=REGULAR, colour=GREY)
    share = fit(row.share, REGULAR, 7.4, 11, lines=1)
    put(pen, _SHARE_END - 11, top + 5.3, 11, share, face=REGULAR, align="right")
    amount(pen, _GROSS, top + 5.3, row.gross)
    amount(pen, _DEDUCTED, top + 5.3, row.deducted, colour=GREY if not row.deducted else INK)
    amount(pen, _NET, top + 5.3, row.net, face=SEMIBOLD)
    pen.line(LEFT, top + ROW, RIGHT, top + ROW)
    cells = (
        ("name", name, row.name),
        ("relation", relation, row.relation),
        ("CNIC", cnic, row.cnic),
        ("instrument", instrument, row.instrument),
        ("share", share, row.share),
    )
    for label, fitted, text in cells:
        if not fitted.whole:
            shortened.append((f"Payee {row.position}, {label}", text))
    return shortened


def summary(pen: Pen, top: float, label: str, note: str, sums: Sums, *, height: float = ROW) -> None:
    """A row for lines that stand elsewhere: carried from a page before, or listed on the annex."""
    pen.text(_NAME[0], top + (3.7 if note else height / 2 + 1.1), label, face=SEMIBOLD, size=7.4, colour=GREEN)
    pen.text(_NAME[0], top + 6.9, note, size=6.3, colour=GREY)
    _sums(pen, top + height / 2 + 1.15, sums)
    pen.line(LEFT, top + height, RIGHT, top + height)


def total(pen: Pen, top: float, label: str, share: str, sums: Sums) -> None:
    """The closing row of a table."""
    y = top + 4.3
    pen.text(_NAME[0], y, label, size=6.8, colour=GREY)
    pen.text(_SHARE_END, y, share, face=SEMIBOLD, size=7.4, align="right")
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
