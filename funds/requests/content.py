"""What an approval binds: the content of a request as one canonical text and its SHA-256."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

from funds.models import Disbursement

PIECE = 2_000
BoundPaper = tuple[int, str, str]  # key of the case, kind, SHA-256 of the file
BoundWaiver = tuple[int, str]  # key of the case, kind
BoundAnswer = tuple[int, str, str, int | None]  # key of the case, rule's code, verdict, key of the override


def canonical(
    request: Disbursement,
    lines: Iterable[Any],
    papers: Iterable[BoundPaper],
    answers: Iterable[BoundAnswer] = (),
    waivers: Iterable[BoundWaiver] = (),
) -> str:
    """The content as JSON with sorted keys: who gets how much, how, from which fund, for which case. Amounts in rupees.

    The papers of the submission are named by the SHA-256 of their files, `waivers` are those that stood in for papers;
    `answers` are what the rules of eligibility found. A request submitted before these were kept has none, and its text
    stays what was signed.
    """
    return "".join(parts(request, lines, papers, answers, waivers))


def parts(
    request: Disbursement,
    lines: Iterable[Any],
    papers: Iterable[BoundPaper],
    answers: Iterable[BoundAnswer] = (),
    waivers: Iterable[BoundWaiver] = (),
) -> Iterator[str]:
    """The text of `canonical` piece by piece, so that a list of a hundred thousand never lies in memory whole."""
    head = {
        "request": request.number,
        "fund": request.fund.code,
        "kind": request.kind,
        "title": request.title,
        "pay_to": request.pay_to,
        "amount": f"{request.amount:.2f}",
    }
    whole: dict[str, Iterator[str]] = {key: iter((_text(value),)) for key, value in head.items()}
    if request.salt:
        whole["salt"] = iter((_text(request.salt),))
    whole["lines"] = _listed(map(_text, map(_line, lines)))
    code = lru_cache(maxsize=512)(_text)  # kinds, rules and verdicts are few
    several = {
        "papers": (
            f'{{"case": {case}, "kind": {code(kind)}, "sha256": {_text(sha256)}}}' for case, kind, sha256 in papers
        ),
        "waivers": (f'{{"case": {case}, "kind": {code(kind)}}}' for case, kind in waivers),
        "eligibility": (
            f'{{"case": {case}, "override": {code(override)}, "rule": {code(rule)}, "verdict": {code(verdict)}}}'
            for case, rule, verdict, override in answers
        ),
    }
    for key, rows in several.items():
        if (first := next(rows, None)) is not None:
            whole[key] = _listed(chain((first,), rows))
    yield "{"
    for place, key in enumerate(sorted(whole)):
        yield f"{', ' if place else ''}{_text(key)}: "
        yield from whole[key]
    yield "}"


_text = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def _listed(rows: Iterable[str]) -> Iterator[str]:
    yield "["
    between = ""
    for row in rows:
        yield between + row
        between = ", "
    yield "]"


# What of a line is bound; read without making objects of a hundred thousand.
LINE = (
    "position", "case_id", "obligation_id", "heir_id", "person_id", "payee_kind", "payee_name", "payee_relation", "cnic",
    "method", "iban", "account_title", "share", "amount",
)  # fmt: skip


def _line(line: Any) -> dict[str, Any]:
    """A payee line, or a row of its LINE columns."""
    return {
        "position": line.position,
        "case": line.case_id,
        "obligation": line.obligation_id,
        "heir": line.heir_id,
        "person": line.person_id,
        "payee_kind": line.payee_kind,
        "payee": line.payee_name,
        "relation": line.payee_relation,
        "cnic": line.cnic,
        "method": line.method,
        "iban": line.iban,
        "account_title": line.account_title,
        "share": line.share,
        "amount": f"{line.amount:.2f}",
    }


def bound_papers(request: Disbursement) -> Iterator[BoundPaper]:
    """The papers of the request's submission, in the order in which they were attached."""
    rows = request.submitted_papers.filter(submission=request.submission).order_by("paper_id")
    return rows.values_list("paper__case_id", "paper__kind__code", "paper__sha256").iterator(PIECE)


def bound_waivers(request: Disbursement) -> Iterator[BoundWaiver]:
    """The waivers of the request's submission, in the order in which they were given."""
    rows = request.submitted_waivers.filter(submission=request.submission).order_by("waiver_id")
    return rows.values_list("waiver__case_id", "waiver__kind__code").iterator(PIECE)


def bound_answers(request: Disbursement) -> Iterator[BoundAnswer]:
    """What the rules found at the request's submission, in the order in which it was kept."""
    rows = request.findings.filter(submission=request.submission).order_by("pk")
    return rows.values_list("case_id", "rule__code", "verdict", "override_id").iterator(PIECE)


def digest(request: Disbursement) -> str:
    """SHA-256 of the content as the rows hold it now, in hex."""
    lines = request.lines.order_by("position").values_list(*LINE, named=True).iterator(PIECE)
    found = hashlib.sha256()
    for piece in parts(request, lines, bound_papers(request), bound_answers(request), bound_waivers(request)):
        found.update(piece.encode())
    return found.hexdigest()
