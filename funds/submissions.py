"""What a request said each time it was submitted, read back from its history, and what changed from one to the next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User

from beneficiaries.identity import masked_iban
from funds.models import Disbursement, PayeeLine, SubmittedPaper
from funds.workflow import State
from ledger.money import figures

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Line:
    """A payee line as it was submitted. `iban` is whole, to be compared and never shown."""

    key: tuple[Any, ...]
    name: str
    amount: Decimal
    method: str
    iban: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """One submission: the day it counts from and the moment it was recorded; `lines` only where there were several."""

    number: int
    on: date
    at: datetime
    by: User
    title: str
    pay_to: str
    amount: Decimal
    lines: tuple[Line, ...]
    papers: frozenset[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is another than it was."""

    what: str
    was: str
    became: str


def submissions_of(request: Disbursement) -> list[Submitted]:
    """Every submission in order, in a fixed number of queries."""
    first: dict[int, Any] = {}
    rows = request.history.filter(state=State.SUBMITTED).select_related("history_user").order_by("history_id")  # type: ignore[attr-defined]
    for row in rows:
        first.setdefault(row.submission, row)
    several = len(first) > 1
    lines = list(PayeeLine.history.filter(disbursement=request.pk).order_by("history_id")) if several else []
    papers = _papers(request) if several else {}
    return [
        Submitted(
            number,
            row.waiting_since,
            row.history_date,
            row.history_user or request.maker,
            row.title,
            row.pay_to,
            row.amount,
            _lines_at(lines, row.history_date),
            frozenset(papers.get(number, ())),
        )
        for number, row in sorted(first.items())
    ]


def _papers(request: Disbursement) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    rows = SubmittedPaper.objects.filter(disbursement=request)
    for number, pk, kind in rows.values_list("submission", "paper", "paper__kind__name"):
        found.setdefault(number, []).append((pk, kind))
    return found


def _lines_at(history: Iterable[Any], at: datetime) -> tuple[Line, ...]:
    """The lines that were there at that moment."""
    there: dict[int, Any] = {}
    for row in history:
        if row.history_date > at:
            continue
        if row.history_type == "-":
            there.pop(row.id, None)
        else:
            there[row.id] = row
    return tuple(_line(row) for row in sorted(there.values(), key=lambda row: row.position))


def _line(row: Any) -> Line:
    key = (row.case_id, row.obligation_id, row.heir_id, row.person_id, row.payee_kind, row.payee_name)
    return Line(key, row.payee_name, row.amount, row.get_method_display(), row.iban)


def changes(before: Submitted, after: Submitted) -> list[Change]:
    """What the second submission says otherwise than the first: title, payee, amount, each line, papers."""
    found = [
        Change("Title", before.title, after.title),
        Change("To be paid to", before.pay_to, after.pay_to),
        Change("Amount", figures(before.amount), figures(after.amount)),
    ]
    found = [row for row in found if row.was != row.became]
    return found + _lines_changed(before, after) + _papers_changed(before, after)


def _lines_changed(before: Submitted, after: Submitted) -> list[Change]:
    old, new = {line.key: line for line in before.lines}, {line.key: line for line in after.lines}
    found = [
        Change(f"Payee {line.name}", figures(line.amount), "taken out") for key, line in old.items() if key not in new
    ]
    for key, line in new.items():
        if key not in old:
            found.append(Change(f"Payee {line.name}", NOTHING, f"{figures(line.amount)}, {line.method.lower()}"))
            continue
        was = old[key]
        if was.amount != line.amount:
            found.append(Change(f"Amount of {line.name}", figures(was.amount), figures(line.amount)))
        if was.method != line.method:
            found.append(Change(f"{line.name} is paid by", was.method.lower(), line.method.lower()))
        if was.iban != line.iban:
            found.append(Change(f"Account of {line.name}", _account(was.iban), _account(line.iban)))
    return found


def _account(iban: str) -> str:
    return masked_iban(iban) if iban else NOTHING


def _papers_changed(before: Submitted, after: Submitted) -> list[Change]:
    gone = sorted(kind for _, kind in before.papers - after.papers)
    added = sorted(kind for _, kind in after.papers - before.papers)
    return [Change("Paper", kind, "withdrawn") for kind in gone] + [Change("Paper", NOTHING, kind) for kind in added]
