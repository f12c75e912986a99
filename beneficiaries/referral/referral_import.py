"""Imports a file of referrals: first what would happen, row by row; then all of it or nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.models import Referral
from beneficiaries.offices.registers import enter_referrals
from beneficiaries.offices.scope import office_of
from beneficiaries.referral.referral_files import Row, read
from beneficiaries.referral.referral_values import Places, clean, digest
from beneficiaries.referral.referrals import row as columns
from ledger.clock import today
from ledger.errors import BadInput
from ledger.locks import hold
from ledger.roles import Role, require_role

NEW, SAME, WRONG = "new", "there", "wrong"


@dataclass(slots=True)
class Line:
    """What one row would do: a new referral, one that is there already, or nothing because it is wrong."""

    number: int
    state: str
    reference: str = ""
    name: str = ""
    wrong: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """All rows, and whether their referrals were made."""

    lines: Sequence[Line]
    applied: bool = False

    def count(self, state: str) -> int:
        return Counter(line.state for line in self.lines)[state]

    @property
    def new(self) -> int:
        return self.count(NEW)

    @property
    def there(self) -> int:
        return self.count(SAME)

    @property
    def wrong(self) -> int:
        return self.count(WRONG)


def look(content: bytes, *, by: User) -> Result:
    """What importing the file would do. Raises: NotAllowed, BadInput for a file that cannot be read."""
    require_role(by, Role.CASE_OFFICER, action="import referrals")
    return Result(_judged(read(content), by=by))


@transaction.atomic
def apply(content: bytes, *, by: User) -> Result:
    """Makes every new referral of the file. Raises: NotAllowed, BadInput by row and column, and then nothing was made."""
    require_role(by, Role.CASE_OFFICER, action="import referrals")
    rows = read(content)
    through = office_of(by)
    hold("beneficiaries_referral", through.pk)
    lines = _judged(rows, by=by)
    wrong = [line for line in lines if line.state == WRONG]
    if wrong:
        fields = {f"row {line.number}, {name}": text for line in wrong[:50] for name, text in line.wrong.items()}
        count = "1 row is" if len(wrong) == 1 else f"{len(wrong)} rows are"
        raise BadInput(f"{count} wrong. Nothing was imported.", fields=fields)
    made = Referral.objects.bulk_create(
        Referral(**columns(line.values, through=through, by=by, way=Referral.Way.FILE))
        for line in lines
        if line.state == NEW and line.values is not None
    )
    enter_referrals(made, by=by, on=today())
    return Result(lines, applied=True)


def _judged(rows: list[Row], *, by: User) -> list[Line]:
    places = Places.read()
    lines = [_line(row, places) for row in rows]
    there = _there(lines, by=by)
    first: dict[tuple[str, str], Line] = {}
    for line in lines:
        if line.values is None:
            continue
        key, said = (line.values["source"], line.values["reference"]), digest(line.values)
        known, before = there.get(key), first.setdefault(key, line)
        if known is not None:
            _same_or_wrong(line, known == said, "was used before")
        elif before is not line and before.values is not None:
            _same_or_wrong(line, digest(before.values) == said, f"stands in row {before.number}")
    return lines


def _same_or_wrong(line: Line, same: bool, where: str) -> None:
    if same:
        line.state = SAME
        return
    line.state = WRONG
    line.wrong["reference"] = f"{line.reference!r} {where} with another content. Give it a new reference."


def _line(row: Row, places: Places) -> Line:
    values, wrong = clean(row.texts, places)
    wrong |= row.wrong
    line = Line(
        row.number, WRONG if wrong else NEW, row.texts.get("reference", "")[:40], row.texts.get("name", "")[:120]
    )
    line.wrong, line.values = wrong, None if wrong else values
    return line


def _there(lines: list[Line], *, by: User) -> dict[tuple[str, str], str]:
    """Digests of what came in through this office before, by source and reference."""
    names = [line.values["reference"] for line in lines if line.values is not None]
    rows = Referral.objects.filter(through=office_of(by), reference__in=names)
    return {(source, name): said for source, name, said in rows.values_list("source", "reference", "digest")}
