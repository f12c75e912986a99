"""The papers behind a request: what its cases need before it is submitted, and what lay there when it was."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from beneficiaries.casework.required_papers import Need, checklists
from beneficiaries.models import Case, PaperWaiver
from funds.models import Disbursement, PayeeLine
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


@dataclass(frozen=True, slots=True)
class Lacking:
    """One required paper that a case has not, and that nobody waived."""

    case_id: int
    case_number: str
    kind_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Papers:
    """How the papers of a request stand: counts, the cases they are of, and the first of those waived and of those missing."""

    asked: int = 0
    there: int = 0
    waived: int = 0
    missing: int = 0
    case: int | None = None  # where there is only one
    first_waived: Sequence[PaperWaiver] = ()
    first_missing: Sequence[Lacking] = ()


# Each paper that a case of the request needs by the rules of a day, for its own kind and for the sums it is paid, and whether it is
# there or who waived it.
_STOOD = """
WITH mine AS (
  SELECT DISTINCT l.case_id, c.number, c.kind AS one, o.kind AS other FROM funds_payeeline l
    JOIN beneficiaries_case c ON c.id = l.case_id LEFT JOIN beneficiaries_obligation o ON o.id = l.obligation_id
    WHERE l.disbursement_id = %(request)s
), wanted AS (
  SELECT DISTINCT mine.case_id, mine.number, r.kind_id FROM mine JOIN beneficiaries_requiredpaper r
    ON r.cause IN (mine.one, mine.other)
    AND %(day)s::date BETWEEN r.effective_from AND coalesce(r.effective_to, 'infinity')
), stood AS (
  SELECT wanted.*, w.id AS waiver, p.case_id IS NOT NULL AS there FROM wanted
    LEFT JOIN beneficiaries_paperwaiver w ON w.case_id = wanted.case_id AND w.kind_id = wanted.kind_id
    LEFT JOIN (SELECT DISTINCT p.case_id, p.kind_id FROM beneficiaries_paper p JOIN mine ON mine.case_id = p.case_id
      WHERE NOT EXISTS (SELECT FROM beneficiaries_paperwithdrawal x WHERE x.paper_id = p.id)) p
      ON p.case_id = wanted.case_id AND p.kind_id = wanted.kind_id
)"""
_MISSING = "NOT there AND waiver IS NULL"
_COUNTED = f"""{_STOOD}
SELECT count(*), count(*) FILTER (WHERE there), count(*) FILTER (WHERE NOT there AND waiver IS NOT NULL),
  count(*) FILTER (WHERE {_MISSING}), count(DISTINCT case_id), min(case_id),
  (array_agg(waiver ORDER BY case_id, kind_id) FILTER (WHERE NOT there AND waiver IS NOT NULL))[1:{TOLD}] FROM stood"""
_LACKED = f"""{_STOOD}
SELECT s.case_id, s.number, s.kind_id, k.name FROM stood s JOIN beneficiaries_paperkind k ON k.id = s.kind_id
  WHERE {_MISSING} ORDER BY s.case_id, k.id LIMIT %(most)s"""


def missing(request: Disbursement, *, on: date, most: int | None = None) -> list[Lacking]:
    """The papers that are neither there nor waived, by case; all of them or the first `most`."""
    return [Lacking(*row) for row in _rows(_LACKED, request, on, most=most)]


def papers_of(request: Disbursement) -> Papers:
    """What a page tells: by the rules of today while the request can be changed, else by those of the day it was drafted."""
    day = today() if request.state in EDITABLE else request.drafted_on
    asked, there, waived, lacked, cases, case, waivers = _rows(_COUNTED, request, day)[0]
    rows = PaperWaiver.objects.filter(pk__in=waivers or []).select_related("kind", "case", "waived_by")
    first = missing(request, on=day, most=TOLD) if lacked else []
    return Papers(asked, there, waived, lacked, case if cases == 1 else None, list(rows.order_by("pk")), first)


def _rows(sql: str, request: Disbursement, day: date, **given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"request": request.pk, "day": day, **given})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def require(request: Disbursement, *, on: date) -> None:
    """Holds the cases until the transaction ends, so that no paper is withdrawn meanwhile. Raises: PapersMissing."""
    cases = PayeeLine.objects.filter(disbursement=request).values("case")
    list(Case.objects.select_for_update(no_key=True).filter(pk__in=cases).order_by("pk").values_list("pk"))
    rows = missing(request, on=on)
    if rows:
        detail = said(request, rows[:TOLD], len(rows))
        raise PapersMissing(detail, ids=tuple(sorted({row.case_id for row in rows})))


def said(request: Disbursement, rows: Sequence[Lacking], count: int) -> str:
    """'DAD/2025-26/R-011 lacks 2 papers: MOHR-2025-00001: Proof of poverty; ...'; `rows` are the first of `count`."""
    names = "; ".join(f"{row.case_number}: {row.kind}" for row in rows)
    more = f"; and {count - len(rows)} more" if count > len(rows) else ""
    papers = f"{count} paper{'' if count == 1 else 's'}"
    return f"{request.number} lacks {papers}. {names}{more}. Attach them to the case, or let a verifier waive them."


# What lies in the cases now becomes that of the next submission, inside the database: of a list there are many.
_BIND_PAPERS = """
INSERT INTO funds_submittedpaper (disbursement_id, submission, paper_id)
  SELECT %(request)s, %(submission)s, p.id FROM beneficiaries_paper p
  WHERE p.case_id IN (SELECT case_id FROM funds_payeeline WHERE disbursement_id = %(request)s)
    AND NOT EXISTS (SELECT FROM beneficiaries_paperwithdrawal w WHERE w.paper_id = p.id) ORDER BY p.id"""
_BIND_WAIVERS = """
INSERT INTO funds_submittedwaiver (disbursement_id, submission, waiver_id)
  SELECT %(request)s, %(submission)s, w.id FROM beneficiaries_paperwaiver w
  WHERE w.case_id IN (SELECT case_id FROM funds_payeeline WHERE disbursement_id = %(request)s) ORDER BY w.id"""


def bind(request: Disbursement) -> None:
    """Keeps the papers that lie in the request's cases now, and the waivers given for them, as those of its next submission."""
    given = {"request": request.pk, "submission": request.submission + 1}
    with connection.cursor() as cursor:
        cursor.execute(_BIND_PAPERS, given)
        cursor.execute(_BIND_WAIVERS, given)


@dataclass(frozen=True, slots=True)
class LackedKind:
    """A kind of paper that cases of the request lack, and how many."""

    code: str
    name: str
    cases: int


_KINDS_LACKED = f"""{_STOOD}
SELECT k.code, k.name, count(*) FROM stood s JOIN beneficiaries_paperkind k ON k.id = s.kind_id
  WHERE {_MISSING} GROUP BY 1, 2 ORDER BY 2"""


def missing_kinds(request: Disbursement, *, on: date) -> list[LackedKind]:
    """The papers that cases of the request lack, by kind."""
    return [LackedKind(*row) for row in _rows(_KINDS_LACKED, request, on)]


def said_of_list(request: Disbursement, kinds: Sequence[LackedKind]) -> str:
    """'DAD/2025-26/R-011 lacks papers: Application for relief, 300 cases; ...'."""
    names = "; ".join(f"{row.name}, {row.cases:,} case{'' if row.cases == 1 else 's'}" for row in kinds)
    return (
        f"{request.number} lacks papers: {names}. "
        "Attach them to the cases, or let a verifier waive a paper for the whole list on this page."
    )
