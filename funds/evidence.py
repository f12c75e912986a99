"""The papers behind a request: what its cases need before it is submitted, and what lay there when it was."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from beneficiaries.models import Case, Paper, PaperWaiver
from beneficiaries.required_papers import MISSING, Need, checklists
from funds.models import Disbursement, PayeeLine, SubmittedPaper, SubmittedWaiver
from funds.workflow import EDITABLE
from ledger.clock import today
from ledger.errors import WrongState

TOLD = 10


@dataclass(frozen=True, slots=True)
class CaseNeed:
    """One required paper of one case that the request pays for."""

    case_id: int
    case_number: str
    need: Need


class PapersMissing(WrongState):
    """Required papers are neither there nor waived (409); `ids` are the cases."""

    code = "papers_missing"


def needs(request: Disbursement, *, on: date) -> list[CaseNeed]:
    """Every paper the request's cases need on that day, for the sums it pays, by case; in a fixed number of queries."""
    causes, numbers = _causes(request)
    found = checklists(causes, on=on)
    return [CaseNeed(case, numbers[case], need) for case in sorted(causes) for need in found[case]]


def as_it_stands(request: Disbursement) -> list[CaseNeed]:
    """What a page shows: by the rules of today while it can be changed, else by those of the day it was drafted."""
    return needs(request, on=today() if request.state in EDITABLE else request.drafted_on)


def lacking(rows: list[CaseNeed]) -> list[CaseNeed]:
    """Those that are neither there nor waived."""
    return [row for row in rows if row.need.state == MISSING]


def _causes(request: Disbursement) -> tuple[dict[int, set[str]], dict[int, str]]:
    """By case: its kind and the kinds of obligation paid here, and its number."""
    causes, numbers = defaultdict[int, set[str]](set), dict[int, str]()
    rows = PayeeLine.objects.filter(disbursement=request).order_by()
    for case, number, kind, owed in rows.values_list(
        "case", "case__number", "case__kind", "obligation__kind"
    ).distinct():
        numbers[case] = number
        causes[case] |= {kind, owed} - {None}
    return causes, numbers


def require(request: Disbursement, *, on: date) -> None:
    """Holds the cases until the transaction ends, so that no paper is withdrawn meanwhile. Raises: PapersMissing."""
    cases = PayeeLine.objects.filter(disbursement=request).values("case")
    list(Case.objects.select_for_update(no_key=True).filter(pk__in=cases).order_by("pk").values_list("pk"))
    rows = lacking(needs(request, on=on))
    if rows:
        raise PapersMissing(said(request, rows), ids=tuple(sorted({row.case_id for row in rows})))


def said(request: Disbursement, rows: list[CaseNeed]) -> str:
    """'DAD/2025-26/R-011 lacks 2 papers: MOHR-2025-00001: Proof of poverty; ...'."""
    names = "; ".join(f"{row.case_number}: {row.need.kind}" for row in rows[:TOLD])
    count = f"{len(rows)} paper{'' if len(rows) == 1 else 's'}"
    more = f"; and {len(rows) - TOLD} more" if len(rows) > TOLD else ""
    return f"{request.number} lacks {count}. {names}{more}. Attach them to the case, or let a verifier waive them."


def bind(request: Disbursement) -> None:
    """Keeps the papers that lie in the request's cases now, and the waivers given for them, as those of its next submission."""
    cases = PayeeLine.objects.filter(disbursement=request).values("case")
    papers = Paper.objects.filter(case__in=cases, withdrawal=None).order_by("pk").values_list("pk", flat=True)
    rows = [SubmittedPaper(disbursement=request, submission=request.submission + 1, paper_id=pk) for pk in papers]
    SubmittedPaper.objects.bulk_create(rows, batch_size=1000)
    waivers = PaperWaiver.objects.filter(case__in=cases).order_by("pk").values_list("pk", flat=True)
    SubmittedWaiver.objects.bulk_create(
        (SubmittedWaiver(disbursement=request, submission=request.submission + 1, waiver_id=pk) for pk in waivers),
        batch_size=1000,
    )
