"""What a statement says of its own standing, final or provisional, and how two of its versions differ, in words."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max

from funds.frozen import Change, versions
from funds.models import StatementVersion
from funds.statements import Statement
from ledger.models import FiscalYear
from ledger.money import grouped

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
FINAL, PROVISIONAL, REOPENED, REPLACED = "final", "provisional", "reopened", "replaced"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the figures may be relied on: one of the four words above, and the sentence that papers carry."""

    state: str
    text: str

    @property
    def look(self) -> str:
        """The state as config.components draws it."""
        return {FINAL: "closed", REOPENED: "returned", REPLACED: "past"}.get(self.state, "missing")


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
    return Standing(FINAL, f"Drawn from closed years: {parts}")


def day(given: date) -> str:
    """'12 Jul 2026'."""
    return f"{given.day} {given:%b %Y}"


def differences(changes: list[Change]) -> list[Difference]:
    """The changes for readers, in the order of the statement."""
    return [_readable(change) for change in changes]


def _readable(change: Change) -> Difference:
    parts = [part for part in change.place.split("/") if part != "sections"]
    words = [_word(part) for part in parts]
    before, after = _shown(change.before), _shown(change.after)
    # What stood alone on top of the statement is a total of it.
    part, what = (words[0], ", ".join(words[1:])) if len(words) > 1 else ("Totals", words[0])
    return Difference(part, what, before, after, _moved(change))


def _word(part: str) -> str:
    text = part.replace("_", " ")
    return text[:1].upper() + text[1:]


def _shown(value: str) -> str:
    return _signed(Decimal(value)) if _AMOUNT.fullmatch(value) else value


def _moved(change: Change) -> str:
    """By how much an amount changed; an amount that is missing on one side counts as nothing there."""
    sides = [value for value in (change.before, change.after) if value != "not there"]
    if not sides or not all(_AMOUNT.fullmatch(value) for value in sides):
        return ""
    before, after = (Decimal(value) if value != "not there" else Decimal(0) for value in (change.before, change.after))
    more = after - before
    return f"+{grouped(more)}" if more > 0 else _signed(more)


def _signed(amount: Decimal) -> str:
    return f"\N{MINUS SIGN}{grouped(-amount)}" if amount < 0 else grouped(amount)
