"""What a statement says of its own standing, final or provisional, and how two of its versions differ, in words."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max

from funds.books.frozen import Change, versions
from funds.models import StatementVersion
from funds.statements import Statement
from ledger.chart import STANDARD
from ledger.models import FiscalYear
from ledger.money import grouped

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
ABSENT = "not there"
# In the order of the page; the trial balance and what was tied to it repeat the figures above them.
PARTS = ("Totals", "Receipts", "Payments", "Budget", "Cash", "Payments by month", "People by province and sex",
         "Previous", "Tie out", "Trial balance")  # fmt: skip
NAMES = {head.code: f"{head.name} ({head.code})" for head in STANDARD}
FINAL, PROVISIONAL, REOPENED, REPLACED = "final", "provisional", "reopened", "replaced"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the figures may be relied on: one of the four words above, and the sentence that papers carry."""

    state: str
    text: str

    @property
    def look(self) -> str:
        """The state as config.components draws it."""
        return "books_reopened" if self.state == REOPENED else self.state


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure or word that differs: where it stands, what it was and is, and by how many rupees, if it is an amount."""

    part: str
    what: str
    before: str
    after: str
    change: str


def standing(statement: Statement) -> Standing:
    """The words for a statement as it was given: a version, a year still open, or a span of years."""
    if statement.from_year != statement.to_year:
        return _of_span(statement)
    last = versions(statement.fund, statement.from_year).first()
    edition = statement.edition
    if edition is None:
        if last is None:
            return Standing(PROVISIONAL, "Provisional: the year is open")
        return Standing(REOPENED, f"Reopened: version {last.version} was published, these figures are provisional")
    said = f"version {edition.version}, closed on {day(edition.closed_on)} by {edition.closed_by}"
    if last is not None and last.version > edition.version:
        return Standing(REPLACED, f"Replaced by version {last.version}: {said}")
    if last is not None and not last.year.closed:
        return Standing(REPLACED, f"Reopened since: {said}")
    return Standing(FINAL, f"Final, {said}")


def _of_span(statement: Statement) -> Standing:
    """A span has no version of its own; it stands as firmly as the years it is drawn from."""
    years = FiscalYear.objects.filter(book_id=statement.fund.book_id)
    years = years.filter(label__gte=statement.from_year, label__lte=statement.to_year).order_by("start")
    open_years = [year.label for year in years if not year.closed]
    if open_years:
        are = "is" if len(open_years) == 1 else "are"
        return Standing(PROVISIONAL, f"Provisional: {' and '.join(open_years)} {are} open")
    last = StatementVersion.objects.filter(fund=statement.fund, year__in=years).order_by().values("year__label")
    known = dict(last.annotate(last=Max("version")).values_list("year__label", "last"))
    parts = ", ".join(f"{label} version {number}" for label, number in sorted(known.items()))
    return Standing(FINAL, f"Closed years: {parts}")


def day(given: date) -> str:
    """'12 Jul 2026'."""
    return f"{given.day} {given:%b %Y}"


def differences(changes: list[Change]) -> list[Difference]:
    """The changes for readers: what was received and paid first, the proof of it last."""
    found = [_readable(change) for change in changes if not _says_nothing(change)]
    return sorted(found, key=lambda row: PARTS.index(row.part) if row.part in PARTS else len(PARTS))


def _says_nothing(change: Change) -> bool:
    """The names of a line that one version lacks, and its zeros: its amount says all."""
    values = {change.before, change.after}
    return ABSENT in values and (change.place.endswith(("/code", "/label", "/name")) or bool(values & {"0.00", ""}))


def _readable(change: Change) -> Difference:
    parts = [part for part in change.place.split("/") if part != "sections"]
    if len(parts) == 1:
        part, words = "Totals", parts
    else:
        part, words = _word(parts[0]), [NAMES.get(word, word) for word in parts[1:]]
    if words[-1] == "amount" and len(words) > 1:
        words.pop()
    what = _word(", ".join(words))
    return Difference(part, what, _shown(change.before), _shown(change.after), _moved(change))


def _word(part: str) -> str:
    text = part.replace("_", " ")
    return text[:1].upper() + text[1:]


def _shown(value: str) -> str:
    return _signed(Decimal(value)) if _AMOUNT.fullmatch(value) else value


def _moved(change: Change) -> str:
    """By how much an amount changed; an amount that is missing on one side counts as nothing there."""
    sides = [Decimal(0) if value == ABSENT else value for value in (change.before, change.after)]
    if not all(isinstance(value, Decimal) or _AMOUNT.fullmatch(value) for value in sides):
        return ""
    before, after = map(Decimal, sides)
    more = after - before
    return f"+{grouped(more)}" if more > 0 else _signed(more)


def _signed(amount: Decimal) -> str:
    return f"\N{MINUS SIGN}{grouped(-amount)}" if amount < 0 else grouped(amount)
