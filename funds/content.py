"""What an approval binds: the content of a request as one canonical text and its SHA-256."""

import hashlib
import json
from collections.abc import Iterable

from funds.models import Disbursement, PayeeLine

BoundPaper = tuple[int, str, str]  # key of the case, kind, SHA-256 of the file
BoundWaiver = tuple[int, str]  # key of the case, kind
BoundAnswer = tuple[int, str, str, int | None]  # key of the case, rule's code, verdict, key of the override


def canonical(
    request: Disbursement,
    lines: Iterable[PayeeLine],
    papers: Iterable[BoundPaper],
    answers: Iterable[BoundAnswer] = (),
    waivers: Iterable[BoundWaiver] = (),
) -> str:
    """The content as JSON with sorted keys: who gets how much, how, from which fund, for which case. Amounts in rupees.

    The papers of the submission are named by the SHA-256 of their files, `waivers` are those that stood in for papers;
    `answers` are what the rules of eligibility found. A request submitted before these were kept has none, and its text
    stays what was signed.
    """
    bound = [{"case": case, "kind": kind, "sha256": sha256} for case, kind, sha256 in papers]
    waived = [{"case": case, "kind": kind} for case, kind in waivers]
    found = [
        {"case": case, "rule": rule, "verdict": verdict, "override": override}
        for case, rule, verdict, override in answers
    ]
    return json.dumps(
        {
            "request": request.number,
            "fund": request.fund.code,
            "kind": request.kind,
            "title": request.title,
            "pay_to": request.pay_to,
            "amount": f"{request.amount:.2f}",
            **({"salt": request.salt} if request.salt else {}),
            "lines": [
                {
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
                for line in lines
            ],
        }
        | ({"papers": bound} if bound else {})
        | ({"waivers": waived} if waived else {})
        | ({"eligibility": found} if found else {}),
        sort_keys=True,
        ensure_ascii=False,
    )


def bound_papers(request: Disbursement) -> list[BoundPaper]:
    """The papers of the request's submission, in the order in which they were attached."""
    rows = request.submitted_papers.filter(submission=request.submission).order_by("paper_id")
    return list(rows.values_list("paper__case_id", "paper__kind__code", "paper__sha256"))


def bound_waivers(request: Disbursement) -> list[BoundWaiver]:
    """The waivers of the request's submission, in the order in which they were given."""
    rows = request.submitted_waivers.filter(submission=request.submission).order_by("waiver_id")
    return list(rows.values_list("waiver__case_id", "waiver__kind__code"))


def bound_answers(request: Disbursement) -> list[BoundAnswer]:
    """What the rules found at the request's submission, in the order in which it was kept."""
    rows = request.findings.filter(submission=request.submission).order_by("pk")
    return list(rows.values_list("case_id", "rule__code", "verdict", "override_id"))


def digest(request: Disbursement) -> str:
    """SHA-256 of the content as the rows hold it now, in hex."""
    lines = request.lines.order_by("position")
    text = canonical(request, lines, bound_papers(request), bound_answers(request), bound_waivers(request))
    return hashlib.sha256(text.encode()).hexdigest()
