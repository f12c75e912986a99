"""What a request said each time it was submitted, read back from its history, and what changed from one to the next.

The page compares the last two, the noting each with the one before; both tell a change in the same words. Reads only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.utils import timezone

from beneficiaries.identity import masked_cnic, masked_iban
from beneficiaries.models import Paper
from funds.models import Disbursement, PayeeLine, SubmittedPaper
from funds.workflow import EDITABLE, State
from ledger.clock import today
from ledger.money import figures

MOST = 200  # changes told at once
MOST_LINES = 4000  # longer lists are compared by their totals here, and line by line on the trail


class Change(NamedTuple):
    """One thing that is another than it was; empty where there was or is nothing. Private values are masked."""

    what: str
    was: str
    became: str


@dataclass(slots=True)
class Submitted:
    """One submission, the day it counts from and the moment it was recorded. `lines` only where there is one to compare
    with; whole private values in them are compared and never shown."""

    number: int
    on: date
    at: datetime
    by: User
    title: str
    pay_to: str
    amount: Decimal
    count: int = 0
    lines: Sequence[PayeeLine] = ()
    papers: dict[str, list[str]] = field(default_factory=dict)  # by kind and case the files


def submissions_of(request: Disbursement) -> list[Submitted]:
    """Every submission in order, in a fixed number of queries."""
    found = _heads(request)
    if len(found) > 1:
        _fill(request, found)
    return found


def changed(request: Disbursement) -> list[Change]:
    """The last submission against the one before or, while it is being corrected, as it stands now against the last one."""
    editing = request.state in EDITABLE
    compared = 1 if editing else 2  # of those in the history
    if request.submission < compared:
        return []
    found = _heads(request)[-compared:]
    if len(found) < compared:  # from before there was a history
        return []
    _fill(request, found)
    after = _as_it_stands(request) if editing else found[1]
    return changes(found[0], after)[:MOST]


def _heads(request: Disbursement) -> list[Submitted]:
    first: dict[int, Any] = {}
    rows = request.history.filter(state=State.SUBMITTED).select_related("history_user__officer").order_by("history_id")  # type: ignore[attr-defined]
    for row in rows:
        first.setdefault(row.submission, row)
    return [
        Submitted(
            number,
            row.waiting_since,
            row.history_date,
            row.history_user or request.maker,
            row.title,
            row.pay_to,
            row.amount,
        )
        for number, row in sorted(first.items())
    ]


def _fill(request: Disbursement, found: Sequence[Submitted]) -> None:
    """Lines and papers of these submissions. The lines were written before the request that was submitted with them."""
    history = PayeeLine.history.filter(disbursement=request.pk, history_date__lte=found[-1].at).order_by("history_id")
    whole = history.count() <= MOST_LINES * (len(found) + 1)
    rows = list(history) if whole else []
    papers = SubmittedPaper.objects.filter(disbursement=request)
    values = papers.order_by("paper_id").values_list(
        "submission", "paper__kind__name", "paper__case__number", "paper__sha256"
    )
    bound: dict[int, dict[str, list[str]]] = {}
    for number, kind, case, sha256 in values:
        _put(bound.setdefault(number, {}), kind, case, sha256)
    for row in found:
        row.papers = bound.get(row.number, {})
        row.lines = _lines_at(rows, row.at)
        row.count = len(row.lines) if whole else _count_at(request, row.at)


def _count_at(request: Disbursement, at: datetime) -> int:
    return PayeeLine.history.as_of(at).filter(disbursement_id=request.pk).count()


def _lines_at(history: Iterable[Any], at: datetime) -> list[PayeeLine]:
    """The lines that were there at that moment."""
    there: dict[int, PayeeLine] = {}
    for row in history:
        if row.history_date > at:
            continue
        if row.history_type == "-":
            there.pop(row.id, None)
        else:
            there[row.id] = row.instance
    return sorted(there.values(), key=lambda line: line.position)


def _as_it_stands(request: Disbursement) -> Submitted:
    """What would be submitted now, with the papers that would be bound."""
    count = request.lines.count()
    lines = list(request.lines.order_by("position")) if count <= MOST_LINES else []
    papers: dict[str, list[str]] = {}
    rows = Paper.objects.filter(case__in=request.lines.values("case"), withdrawal=None).order_by("pk")
    for kind, case, sha256 in rows.values_list("kind__name", "case__number", "sha256"):
        _put(papers, kind, case, sha256)
    values = (request.maker, request.title, request.pay_to, request.amount, count, lines, papers)
    return Submitted(request.submission + 1, today(), timezone.now(), *values)


def _put(papers: dict[str, list[str]], kind: str, case: str, sha256: str) -> None:
    """Under 'Application, case MOHR-2025-00001' the file, as the start of its SHA-256."""
    papers.setdefault(f"{kind}, case {case}", []).append(f"file {sha256[:12]}")


def changes(before: Submitted, after: Submitted) -> list[Change]:
    """What the second submission says otherwise than the first: title, payee, amount, each line, papers."""
    found = [
        Change("Title", before.title, after.title),
        Change("To be paid to", before.pay_to, after.pay_to),
        Change("Amount", figures(before.amount), figures(after.amount)),
        *_of_lines(before, after),
        *_of_papers(before.papers, after.papers),
    ]
    return [row for row in found if row.was != row.became]


def _of_lines(before: Submitted, after: Submitted) -> list[Change]:
    if before.count + after.count > MOST_LINES:
        return [Change("Number of payee lines", str(before.count), str(after.count))]
    was, has = _by_cause(before.lines), _by_cause(after.lines)
    found: list[Change] = []
    for key in [*was, *(key for key in has if key not in was)]:
        old, new = was.get(key), has.get(key)
        name = (new or old).payee_name  # type: ignore[union-attr]
        if old is None or new is None:
            found.append(Change(f"Payee {name}", _whole(old), _whole(new)))
            continue
        for (label, one), (_, other) in zip(_values(old), _values(new), strict=True):
            found.append(Change(f"{name}: {label}", one, other))
    return found


def _by_cause(lines: Iterable[PayeeLine]) -> dict[tuple[Any, ...], PayeeLine]:
    """A line is the same one if it pays the same payee for the same case; a second such line is another."""
    found: dict[tuple[Any, ...], PayeeLine] = {}
    for line in lines:
        key = (line.case_id, line.obligation_id, line.person_id or line.payee_name, 0)
        while key in found:
            key = (*key[:3], key[3] + 1)
        found[key] = line
    return found


def _values(line: PayeeLine) -> list[tuple[str, str]]:
    return [
        ("amount", figures(line.amount)),
        ("payee", f"{line.payee_name}, {line.payee_relation}"),
        ("CNIC", masked_cnic(line.cnic)),
        ("paid by", line.get_method_display()),
        ("account", masked_iban(line.iban) if line.iban else ""),
        ("account title", line.account_title),
        ("share", line.share),
    ]


def _whole(line: PayeeLine | None) -> str:
    return f"{figures(line.amount)}, {line.get_method_display().lower()}" if line else ""


def _of_papers(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[Change]:
    names = sorted({*before, *after})
    return [Change(f"Paper: {name}", ", ".join(before.get(name, [])), ", ".join(after.get(name, []))) for name in names]
