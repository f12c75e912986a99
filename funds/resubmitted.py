"""What changed between one submission of a request and the next, side by side: head, lines, papers. Reads only."""

from collections.abc import Iterable
from typing import Any

from beneficiaries.identity import masked_cnic, masked_iban
from beneficiaries.models import Paper
from funds.models import Disbursement, PayeeLine, SubmittedPaper
from funds.workflow import EDITABLE, State
from ledger.money import figures

Row = tuple[str, str, str]  # what, as it was, as it is
HEAD = (("Title", "title"), ("Pay to", "pay_to"))
MOST = 200
MOST_LINES = 4000  # longer lists are compared by their totals here, and line by line on the trail


def changed(request: Disbursement) -> list[Row]:
    """Against the submission before this one, or, while it is being corrected, against the last one; masked where private."""
    editing = request.state in EDITABLE
    before = request.submission if editing else request.submission - 1
    if before < 1:
        return []
    rows = request.history.filter(submission=before, state=State.SUBMITTED).order_by("history_id")
    then = rows.first()
    if then is None:
        return []
    # The lines were written before the request that was submitted with them.
    lines = PayeeLine.history.as_of(then.history_date).filter(disbursement_id=request.pk)
    found = [(label, getattr(then, name), getattr(request, name)) for label, name in HEAD]
    found.append(("Amount", figures(then.amount), figures(request.amount)))
    if (was := lines.count()) + (now := request.lines.count()) > MOST_LINES:
        found.append(("Payee lines", f"{was} lines", f"{now} lines"))
    else:
        found += _lines(lines, request.lines.all())
    found += _papers(request, before, editing=editing)
    return [row for row in found if row[1] != row[2]][:MOST]


def _lines(before: Iterable[PayeeLine], now: Iterable[PayeeLine]) -> list[Row]:
    was, has = _by_cause(before), _by_cause(now)
    found: list[Row] = []
    for key in [*was, *(key for key in has if key not in was)]:
        old, new = was.get(key), has.get(key)
        name = (new or old).payee_name  # type: ignore[union-attr]
        if old is None or new is None:
            found.append((name, _whole(old), _whole(new)))
            continue
        for (label, one), (_, other) in zip(_values(old), _values(new), strict=True):
            found.append((f"{name}: {label}", one, other))
    return found


def _by_cause(lines: Iterable[PayeeLine]) -> dict[tuple[Any, ...], PayeeLine]:
    """A line is the same one if it pays the same payee for the same case; a second such line is another."""
    found: dict[tuple[Any, ...], PayeeLine] = {}
    for line in sorted(lines, key=lambda line: line.position):
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
        ("IBAN", masked_iban(line.iban)),
        ("account title", line.account_title),
        ("share", line.share),
    ]


def _whole(line: PayeeLine | None) -> str:
    return f"{figures(line.amount)}, {line.get_method_display().lower()}" if line else ""


def _papers(request: Disbursement, before: int, *, editing: bool) -> list[Row]:
    """Papers by case and kind. While it is corrected, those that would be bound now."""
    was = _named(SubmittedPaper.objects.filter(disbursement=request, submission=before), "paper__")
    if editing:
        has = _named(Paper.objects.filter(case__in=request.lines.values("case"), withdrawal=None), "")
    else:
        has = _named(SubmittedPaper.objects.filter(disbursement=request, submission=request.submission), "paper__")
    kinds = sorted({*was, *has})
    return [(f"Paper: {name}", ", ".join(was.get(name, [])), ", ".join(has.get(name, []))) for name in kinds]


def _named(rows: Any, path: str) -> dict[str, list[str]]:
    """By 'Application, case MOHR-2025-00001' the files, each as the start of its SHA-256."""
    found: dict[str, list[str]] = {}
    values = rows.order_by(f"{path}id").values_list(f"{path}kind__name", f"{path}case__number", f"{path}sha256")
    for kind, case, sha256 in values:
        found.setdefault(f"{kind}, case {case}", []).append(f"file {sha256[:12]}")
    return found
