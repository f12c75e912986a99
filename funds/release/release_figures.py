"""Prisoners by province and by prison: how many are inside, paid for, released, and the days it took. Pure but for one query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from beneficiaries.casework.releases import alarm_days
from funds.release.releases import INSIDE, Stage
from ledger.clock import today

FIELDS = (
    "prisoner__prison__district__province__name",
    "prisoner__prison__name",
    "stage",
    "sanctioned_on",
    "paid_on",
    "released_on",
)


@dataclass(slots=True)
class Row:
    """One province or prison. Days are medians: sanction to payment, payment to release."""

    name: str
    sanctioned: int = 0
    inside: int = 0
    late: int = 0
    released: int = 0
    other: int = 0
    to_pay: list[int] = field(default_factory=list)
    to_release: list[int] = field(default_factory=list)
    parts: Sequence[tuple[str, str, str, str]] = ()

    @property
    def total(self) -> int:
        return self.sanctioned + self.inside + self.released + self.other

    @property
    def days_to_pay(self) -> int | None:
        return round(median(self.to_pay)) if self.to_pay else None

    @property
    def days_to_release(self) -> int | None:
        return round(median(self.to_release)) if self.to_release else None


def figures(rows: Any) -> dict[str, Any]:
    """Rows of `releases.tracked` counted: `provinces`, `prisons` (each with its bar), `whole`, and the days of the alarm."""
    days = alarm_days()
    before = today() - timedelta(days=days) if days is not None else None
    provinces: dict[str, Row] = {}
    prisons: dict[str, Row] = {}
    whole = Row("All prisons")
    for province, prison, stage, sanctioned, paid, released in rows.order_by().values_list(*FIELDS):
        late = stage in INSIDE and before is not None and paid < before
        for row in (whole, provinces.setdefault(province, Row(province)), prisons.setdefault(prison, Row(prison))):
            _add(row, stage, late)
            if paid:
                row.to_pay.append((paid - sanctioned).days)
            if paid and released:
                row.to_release.append((released - paid).days)
    ordered = [sorted(each.values(), key=lambda row: (-row.total, row.name)) for each in (provinces, prisons)]
    for group in ordered:
        _draw(group)
    return {"provinces": ordered[0], "prisons": ordered[1], "whole": whole, "alarm_days": days}


def _add(row: Row, stage: str, late: bool) -> None:
    if stage == Stage.SANCTIONED:
        row.sanctioned += 1
    elif stage == Stage.RELEASED:
        row.released += 1
    elif stage == Stage.OTHER:
        row.other += 1
    else:
        row.inside += 1
        row.late += late


def _draw(rows: Iterable[Row]) -> None:
    """Bars as long as their share of the longest: kind, start, width and end in per cent, as the component draws them."""
    group = list(rows)
    most = max((row.total for row in group), default=0)
    for row in group:
        parts, at = [], 0
        counts = (row.released, row.inside, row.sanctioned, row.other)
        for kind, number in zip(("spent", "this", "committed", "frame"), counts, strict=True):
            if number:
                ends = at + number
                parts.append((kind, _share(at, most), _share(number, most), _share(ends, most)))
                at = ends
        row.parts = parts


def _share(number: int, most: int) -> str:
    """'37.50%', with a point as decimal mark, as SVG wants it."""
    hundredths = number * 10_000 // most
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
