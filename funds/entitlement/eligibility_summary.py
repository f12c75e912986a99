"""The answers of eligibility in short, for the page of a request: a list has hundreds of thousands. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from funds.entitlement.eligibility import TOLD, Found, as_it_stands, read
from funds.entitlement.facts import MET
from funds.models import Disbursement, PayeeLine
from funds.workflow import EDITABLE

LARGE = 2_000  # cases of a draft above which its page leaves the rules to the submission


@dataclass(frozen=True, slots=True)
class Answers:
    """What a page tells of the answers: counts, the first of those that need an eye, and what could not be answered, once each.

    `later`: so many cases, which are asked when the draft is submitted.
    """

    met: int = 0
    stopping: int = 0
    overridden: int = 0
    first_stopping: Sequence[Found] = ()
    first_overridden: Sequence[Found] = ()
    open_still: Sequence[str] = ()
    later: int = 0


def summary_of(request: Disbursement) -> Answers:
    """The answers of a request in short; of a large one that is under way added up by the database."""
    cases = PayeeLine.objects.filter(disbursement=request).aggregate(number=Count("case", distinct=True))["number"]
    if cases <= LARGE:
        return _summed(as_it_stands(request))
    if request.state in EDITABLE:
        return Answers(later=cases)
    rows = request.findings.filter(submission=request.submission)
    overridden = rows.exclude(override=None)
    known = rows.filter(override=None).exclude(verdict=MET).values("rule__title", "said").distinct()[:TOLD]
    first = overridden.select_related("case", "rule__fund", "override__overridden_by").order_by("case", "pk")[:TOLD]
    return Answers(
        met=rows.filter(verdict=MET).count(),
        overridden=overridden.count(),
        first_overridden=[read(row) for row in first],
        open_still=[f"{row['rule__title']}: {row['said']}" for row in known],
    )


def _summed(rows: Sequence[Found]) -> Answers:
    stopping, overridden = [row for row in rows if row.stops], [row for row in rows if row.override]
    known = [row for row in rows if row.verdict != MET and not row.stops and not row.override]
    return Answers(
        met=sum(row.verdict == MET for row in rows),
        stopping=len(stopping),
        overridden=len(overridden),
        first_stopping=stopping[:TOLD],
        first_overridden=overridden[:TOLD],
        open_still=list(dict.fromkeys(f"{row.rule.title}: {row.said}" for row in known)),
    )
