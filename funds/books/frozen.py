"""The published statements: of a closed year the figures as they were frozen, of any other span the figures of now."""

import copy
import hashlib
import json
from dataclasses import dataclass, fields, replace
from typing import Any, get_type_hints

from django.contrib.auth.models import User
from django.utils import timezone
from pydantic import TypeAdapter

from funds import statements
from funds.books import statement_json
from funds.models import Fund, StatementVersion
from funds.statements import Edition, Statement
from ledger.errors import NotFound
from ledger.models import FiscalYear

# Of the fund, what the statement shows; names and bank accounts may change later.
_OF_FUND = ("name", "lapsable", "fund_class", "purpose", "donor", "bank_name", "bank_account")
_PARTS = {
    field.name: TypeAdapter(get_type_hints(Statement)[field.name])
    for field in fields(Statement)
    if field.name not in ("fund", "edition")
}


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that differs between two versions; `place` is its path, as in "sections/receipts/0/amount"."""

    place: str
    before: str
    after: str


def freeze(*, fund: Fund, year: FiscalYear, by: User, reason: str) -> StatementVersion:
    """Writes the next version of the year's statement. Part of closing the year, whose checks come before."""
    document = _dump(statements.build(fund, year.label))
    return StatementVersion.objects.create(
        fund=fund,
        year=year,
        version=year.statement_versions.count() + 1,
        document=document,
        digest=_digest(document),
        closed_by=by,
        reason=reason,
    )


def published(fund: Fund, from_year: str, to_year: str | None = None) -> Statement:
    """What the ministry publishes: the last frozen version of a closed year, else the figures of now.

    Raises: as statements.build.
    """
    if to_year in (None, from_year):
        row = versions(fund, from_year).filter(year__closed_at__isnull=False).first()
        if row is not None:
            return load(row)
    return statements.build(fund, from_year, to_year)


def versions(fund: Fund, label: str) -> Any:
    """All versions of one year's statement, the latest first."""
    rows = StatementVersion.objects.filter(fund=fund, year__label=label).order_by("-version")
    return rows.select_related("fund__book", "fund__office", "year", "closed_by")


def version(fund: Fund, label: str, number: int) -> Statement:
    """One version as it was frozen. Raises: NotFound."""
    row = versions(fund, label).filter(version=number).first()
    if row is None:
        raise NotFound(f"The statement of {fund.code} {label} has no version {number}.")
    return load(row)


def load(row: StatementVersion) -> Statement:
    """The statement of a version, with the fund as it was named then."""
    fund = copy.copy(row.fund)
    for name in _OF_FUND:
        setattr(fund, name, row.document["fund"][name])
    parts = {name: adapter.validate_python(row.document[name]) for name, adapter in _PARTS.items()}
    closed_on = timezone.localtime(row.closed_at).date()
    edition = Edition(row.version, closed_on, row.closed_by.get_full_name() or row.closed_by.username, row.digest)
    return replace(Statement(fund=fund, **parts), edition=edition)


def intact(row: StatementVersion) -> bool:
    """Whether the frozen document still has the digest it was frozen with."""
    return _digest(row.document) == row.digest


def figures_of(statement: Statement) -> dict[str, object]:
    """The statement as published in JSON, but for what only a version has; two closings of the same books are equal."""
    document = statement_json.to_json(statement)
    return {name: value for name, value in document.items() if name not in ("status", "version")}


def changes(older: Statement, newer: Statement) -> list[Change]:
    """Every figure and word that differs between two versions of a year's statement."""
    before, after = _flat(figures_of(older)), _flat(figures_of(newer))
    places = [*before, *(place for place in after if place not in before)]
    return [
        Change(place, before.get(place, "not there"), after.get(place, "not there"))
        for place in places
        if before.get(place) != after.get(place)
    ]


def _dump(statement: Statement) -> dict[str, Any]:
    document: dict[str, Any] = {
        name: adapter.dump_python(getattr(statement, name), mode="json") for name, adapter in _PARTS.items()
    }
    document["fund"] = {name: getattr(statement.fund, name) for name in _OF_FUND}
    return document


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _flat(value: object, place: str = "") -> dict[str, str]:
    if isinstance(value, dict):
        items = [(str(name), part) for name, part in value.items()]
    elif isinstance(value, list):
        items = [(_name_in_list(part, number), part) for number, part in enumerate(value)]
    else:
        return {place: str(value)}
    found: dict[str, str] = {}
    for name, part in items:
        found |= _flat(part, f"{place}/{name}" if place else name)
    return found


def _name_in_list(part: object, number: int) -> str:
    """Rows are told apart by what they are about, so that a new row does not make all later ones look changed."""
    if isinstance(part, dict):
        for names in (("code",), ("figure",), ("month",), ("province", "sex")):
            if all(name in part for name in names):
                return " ".join(str(part[name]) for name in names)
    return str(number)
