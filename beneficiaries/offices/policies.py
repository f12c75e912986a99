"""What law or policy says on a day: ceilings, limits and the notified value of diyat. Reads of dated rows of the pack."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from beneficiaries.models import DiyatValue, Limit, ViolationCeiling
from ledger.chart import fiscal_label
from ledger.clock import today


def in_force(on: date) -> Q:
    """Rows that count on this day."""
    return Q(effective_from__lte=on) & (Q(effective_to=None) | Q(effective_to__gte=on))


def ceiling_of(violation: str, *, on: date) -> ViolationCeiling | None:
    """The ceiling of grants for one case of this violation on the day; None where the pack has none."""
    return ViolationCeiling.objects.filter(in_force(on), violation=violation).order_by("-effective_from").first()


def limit(code: str, *, on: date) -> Limit | None:
    """The number in force on the day; None where the pack has none."""
    return Limit.objects.filter(in_force(on), code=code).order_by("-effective_from").first()


NOTIFIED, ROUNDED, NOT_YET, NOT_FOUND = "notified", "rounded", "not_yet", "not_found"


@dataclass(frozen=True, slots=True)
class YearValue:
    """The notified value of one fiscal year, or why there is none."""

    year: str
    row: DiyatValue | None

    @property
    def state(self) -> str:
        if self.row is not None:
            return NOTIFIED if self.row.exact else ROUNDED
        return NOT_YET if self.year >= fiscal_label(today()) else NOT_FOUND

    @property
    def amount(self) -> Decimal | None:
        return self.row.amount if self.row else None


def values_on(days: Iterable[date]) -> dict[date, YearValue]:
    """The value of the fiscal year of each decision: that year counts, not the year of the crime (PLJ 2012 SC 231)."""
    labels = {day: fiscal_label(day) for day in days}
    rows = {row.year: row for row in DiyatValue.objects.filter(year__in=set(labels.values()))} if labels else {}
    return {day: YearValue(label, rows.get(label)) for day, label in labels.items()}


def values() -> list[YearValue]:
    """Every fiscal year from the first on record to the present one, latest first, those without a value as well."""
    rows = {row.year: row for row in DiyatValue.objects.select_related("recorded_by")}
    first, last = int(min(rows)[:4]) if rows else today().year, int(fiscal_label(today())[:4])
    last = max([last, *(int(label[:4]) for label in rows)])
    labels = [f"{year}-{(year + 1) % 100:02d}" for year in range(last, first - 1, -1)]
    return [YearValue(label, rows.get(label)) for label in labels]
