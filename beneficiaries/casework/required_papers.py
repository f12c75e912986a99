"""Which papers a case needs and which it has; reads only. What is needed is dated data of the pack."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from beneficiaries.models import Case, Obligation, Paper, PaperKind, PaperWaiver, RequiredPaper
from beneficiaries.offices.policies import in_force

THERE, WAIVED, MISSING = "there", "waived", "missing"


@dataclass(frozen=True, slots=True)
class Need:
    """One required paper of a case: for what, by which rule, and what is there instead of or for it."""

    kind: PaperKind
    causes: tuple[str, ...]
    source: str
    papers: tuple[Paper, ...] = ()
    waiver: PaperWaiver | None = None

    @property
    def state(self) -> str:
        """A paper that came in after it was waived counts as there."""
        return THERE if self.papers else WAIVED if self.waiver else MISSING

    @property
    def reason(self) -> str:
        """'required for diyat: rule 12'."""
        return f"required for {', '.join(self.causes).lower()}: {self.source}"


def causes_of(case: Case) -> set[str]:
    """What papers are asked for by: the kind of the case and of each sum a court ordered in it."""
    owed = Obligation.objects.filter(order__case=case).order_by().values_list("kind", flat=True).distinct()
    return {case.kind, *owed}


def checklist(case: Case, *, on: date) -> list[Need]:
    """Every paper the case needs on that day, with its state."""
    return checklists({case.pk: causes_of(case)}, on=on)[case.pk]


def missing(case: Case, *, on: date) -> list[Need]:
    """The papers the case needs and has not; each says what asks for it."""
    return [need for need in checklist(case, on=on) if need.state == MISSING]


def checklists(causes: Mapping[int, Collection[str]], *, on: date) -> dict[int, list[Need]]:
    """The same for many cases by key, each with the causes that count, in a fixed number of queries."""
    rules = _rules(on, {cause for each in causes.values() for cause in each})
    if not rules:
        return {case: [] for case in causes}
    kinds = {rule.kind_id for rule in rules}
    papers, waivers = _papers(causes, kinds), _waivers(causes, kinds)
    return {
        case: [
            Need(kind, labels, source, tuple(papers[case, kind.pk]), waivers.get((case, kind.pk)))
            for kind, labels, source in _wanted(rules, wanted)
        ]
        for case, wanted in causes.items()
    }


def _rules(on: date, causes: Collection[str]) -> list[RequiredPaper]:
    return list(RequiredPaper.objects.filter(in_force(on), cause__in=causes).select_related("kind").order_by("pk"))


def _wanted(rules: list[RequiredPaper], causes: Collection[str]) -> list[tuple[PaperKind, tuple[str, ...], str]]:
    """Each kind once, however many causes ask for it."""
    found: dict[int, list[RequiredPaper]] = defaultdict(list)
    for rule in rules:
        if rule.cause in causes:
            found[rule.kind_id].append(rule)
    return [
        (rows[0].kind, tuple(str(row.get_cause_display()) for row in rows), rows[0].source) for rows in found.values()
    ]


def _papers(cases: Collection[int], kinds: Collection[int]) -> dict[tuple[int, int], list[Paper]]:
    found: dict[tuple[int, int], list[Paper]] = defaultdict(list)
    rows = Paper.objects.filter(case__in=list(cases), kind__in=kinds, withdrawal=None)
    for row in rows.select_related("added_by").order_by("pk"):
        found[row.case_id, row.kind_id].append(row)
    return found


def _waivers(cases: Collection[int], kinds: Collection[int]) -> dict[tuple[int, int], PaperWaiver]:
    rows = PaperWaiver.objects.filter(case__in=list(cases), kind__in=kinds).select_related("waived_by")
    return {(row.case_id, row.kind_id): row for row in rows}
