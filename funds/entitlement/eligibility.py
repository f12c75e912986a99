"""Who may be helped: the rules in force asked about a request or a case, frozen when it is submitted.

The vocabulary is in conditions.py, the rules are rows of the pack, overrides are made by overrides.py.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT

from beneficiaries.casework import earlier_help
from beneficiaries.models import Case, Obligation, Province
from beneficiaries.offices.policies import in_force
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.people.merged import standing_for
from beneficiaries.screened import means
from funds.entitlement import conditions
from funds.entitlement.facts import MET, NOT_KNOWN, Answer, Facts, Help
from funds.models import (
    Disbursement,
    EligibilityFinding,
    EligibilityOverride,
    EligibilityRule,
    Fund,
    Instrument,
    PayeeLine,
    PaymentKind,
)
from funds.workflow import EDITABLE, State
from ledger.clock import today
from ledger.errors import WrongState
from ledger.roles import Role

TOLD = 10
HELPED = (State.SANCTIONED, State.VOUCHERED, State.PAID, State.CLEARED, State.ACKNOWLEDGED, State.CLOSED)
# What a case may be asked for, by its kind; a prisoner's by the obligations too.
ASKED = {
    Case.Kind.RELIEF: (PaymentKind.RELIEF, PaymentKind.LEGAL_AID),
    Case.Kind.PRISONER: (PaymentKind.LOAN,),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule finds of one case; `override` where somebody let it go on."""

    case: Case
    rule: EligibilityRule
    asked: str
    answer: Answer
    override: EligibilityOverride | None = None

    @property
    def verdict(self) -> str:
        return self.answer.verdict

    @property
    def said(self) -> str:
        return self.answer.said

    @property
    def holds_up(self) -> bool:
        """Whether the rule, as it is answered, stops a submission unless overridden."""
        known = self.verdict != NOT_KNOWN or self.rule.when_unknown == EligibilityRule.Unknown.STOP
        return self.verdict != MET and known

    @property
    def stops(self) -> bool:
        return self.holds_up and self.override is None


class NotEligible(WrongState):
    """A rule of eligibility is not met and nobody let it go on (409); `ids` are the cases."""

    code = "not_eligible"


def rules_on(day: date, *, fund: Fund | None = None, kind: str = "") -> QuerySet[EligibilityRule]:
    """The rules in force on that day, for one fund and kind of payment or for all; with the name of the `place` they ask for."""
    place = Province.objects.filter(code=OuterRef("asked_place")).values("name")
    rows = EligibilityRule.objects.select_related("fund__office").filter(in_force(day))
    rows = rows.annotate(asked_place=KT("parameters__province")).annotate(place=Subquery(place))
    if fund is not None:
        rows = rows.filter(Q(fund=None) | Q(fund=fund))
    if kind:
        rows = rows.filter(kind__in=("", kind))
    return rows.order_by("code", "effective_from")


def evaluate(request: Disbursement, *, on: date, only: Collection[int] | None = None) -> list[Found]:
    """Every rule in force asked about every case of the request, or about some, by case; in a fixed number of queries."""
    rules = list(rules_on(on, fund=request.fund, kind=request.kind))
    if not rules:
        return []
    keys = PayeeLine.objects.filter(disbursement=request).values("case")
    rows = Case.objects.filter(pk__in=keys).only("number", "kind", "office", "person").order_by("pk")
    cases = list(rows if only is None else rows.filter(pk__in=only))
    facts = facts_of(cases, fund=request.fund.code, excluding=request.pk)
    overrides = {
        (row.case_id, row.rule_id, row.said): row
        for row in EligibilityOverride.objects.filter(disbursement=request).select_related("overridden_by")
    }
    asked = [(rule, asks(rule), _judge(rule, on)) for rule in rules]
    found = []
    for case in cases:
        for rule, what, answer_to in asked:
            answer = answer_to(facts[case.pk])
            found.append(Found(case, rule, what, answer, overrides.get((case.pk, rule.pk, answer.said))))
    return found


def _judge(rule: EligibilityRule, on: date) -> Callable[[Facts], Answer]:
    """What the rule finds; of many people nothing or the same is known, and the same is asked once."""
    known: dict[Facts, Answer] = {}

    def answer_to(facts: Facts) -> Answer:
        if facts not in known:
            known[facts] = judge(rule, facts, on)
        return known[facts]

    return answer_to


def asks(rule: EligibilityRule) -> str:
    """What a rule of `rules_on` asks, in words."""
    return conditions.asks(rule.condition, _figures(rule))


def judge(rule: EligibilityRule, facts: Facts, on: date) -> Answer:
    """What a rule of `rules_on` finds in these facts."""
    return conditions.judge(rule.condition, _figures(rule), facts, on)


def _figures(rule: EligibilityRule) -> dict[str, Any]:
    return rule.parameters | {"province_name": rule.place}  # type: ignore[attr-defined]


def of_case(case: Case, *, on: date) -> list[Found]:
    """Every rule in force that may be asked of the case, whichever fund it is asked of."""
    kinds = {str(kind) for kind in ASKED[Case.Kind(case.kind)]}
    kinds |= set(Obligation.objects.filter(order__case=case).values_list("kind", flat=True))
    rules = [
        rule
        for rule in rules_on(on)
        if (rule.kind in kinds or not rule.kind) and (rule.fund is None or _pays(rule.fund, case, kinds))
    ]
    if not rules:
        return []
    known = facts_of([case], fund="")[case.pk]
    return [Found(case, rule, asks(rule), judge(rule, _of_fund(known, rule), on)) for rule in rules]


def _of_fund(known: Facts, rule: EligibilityRule) -> Facts:
    return replace(known, fund=rule.fund.code if rule.fund else "")


def _pays(fund: Fund, case: Case, kinds: set[str]) -> bool:
    """Whether the fund pays such cases: a federal one everybody's, another one its own office's."""
    own = fund.office.is_federal or fund.office_id == case.office_id
    return own and not kinds.isdisjoint(fund.kinds)


def facts_of(cases: Collection[Case], *, fund: str, excluding: int | None = None) -> dict[int, Facts]:
    """What is known of the person each case is about, by case. `excluding`: a request that is no earlier help itself."""
    records = standing_for(case.person_id for case in cases)
    evidence, helped = means.latest(records), _helped(records, excluding)
    known = Case.objects.filter(pk__in=[case.pk for case in cases])
    born = {pk: days for pk, *days in known.values_list("pk", "person__born_on", "prisoner__sentence_served_on")}
    found = {}
    for case in cases:
        shown = evidence.get(case.person_id, {})
        income, residence = shown.get(means.What.INCOME), shown.get(means.What.RESIDENCE)
        born_on, sentence_served_on = born[case.pk]
        found[case.pk] = Facts(
            fund=fund,
            born_on=born_on,
            monthly_income=income.monthly_income if income else None,
            income_shown_on=income.shown_on if income else None,
            sentence_served_on=sentence_served_on,
            province=residence.province.code if residence and residence.province else "",
            province_name=residence.province.name if residence and residence.province else "",
            resident_since=residence.resident_since if residence else None,
            helped=tuple(helped.get(case.person_id, ())),
        )
    return found


@everywhere()
def _helped(records: Mapping[int, int], excluding: int | None) -> dict[int, list[Help]]:
    """Earlier help to each person, as far as it was sanctioned, by the day it was paid, or sanctioned while unpaid.

    Every fund and office counts, also those the reader does not see.
    """
    rows = earlier_help.helping(records).filter(disbursement__state__in=HELPED)
    if excluding is not None:
        rows = rows.exclude(disbursement=excluding)
    paid = Max("instruments__issued_on", filter=Q(instruments__state__in=Instrument.LIVE))
    found: dict[int, dict[str, Help]] = defaultdict(dict)
    for line in rows.order_by("pk").annotate(paid=paid).values(
        "person", "heir", "case__person", "disbursement__number", "disbursement__fund__code",
        "disbursement__sanction__sanctioned_on", "amount", "paid",
    ):  # fmt: skip
        number, given = line["disbursement__number"], line["paid"] or line["disbursement__sanction__sanctioned_on"]
        for person in earlier_help.helped(line, records):
            before = found[person].get(number)
            day = max(given, before.on) if before else given
            amount = line["amount"] + (before.amount if before else 0)
            found[person][number] = Help(day, line["disbursement__fund__code"], number, amount)
    return {person: list(helps.values()) for person, helps in found.items()}


def frozen(request: Disbursement, *, only: Collection[int] | None = None) -> list[EligibilityFinding]:
    """What was found at the request's last submission, of all cases or of some."""
    rows = request.findings.filter(submission=request.submission)
    rows = rows if only is None else rows.filter(case__in=only)
    return list(rows.select_related("case__person", "rule__fund", "override__overridden_by").order_by("case", "pk"))


def as_it_stands(request: Disbursement, *, only: Collection[int] | None = None) -> list[Found]:
    """What a page shows: asked anew while the request can be changed, else as it was when it was submitted."""
    if request.state in EDITABLE:
        return evaluate(request, on=today(), only=only)
    return [read(row) for row in frozen(request, only=only)]


def read(row: EligibilityFinding) -> Found:
    """An answer as it was kept."""
    return Found(row.case, row.rule, row.asked, Answer(row.verdict, row.said, row.seen), row.override)


def require(request: Disbursement, *, on: date) -> list[Found]:
    """Every answer, for `freeze`. Raises: NotEligible."""
    found = evaluate(request, on=on)
    stopped = [row for row in found if row.stops]
    if stopped:
        raise NotEligible(said(request, stopped), ids=tuple(sorted({row.case.pk for row in stopped})))
    return found


def said(request: Disbursement, rows: list[Found]) -> str:
    """'DAD-2025-26-00011 does not meet 1 rule. MOHR-2025-00001: Sentence served: ...'."""
    told = "; ".join(f"{row.case.number}: {row.rule.title}: {row.said}" for row in rows[:TOLD])
    count = f"{len(rows)} rule{'' if len(rows) == 1 else 's'} of eligibility"
    more = f" And {len(rows) - TOLD} more." if len(rows) > TOLD else ""
    who = _listed(Role(row.rule.override_role).label.lower() for row in rows)
    return (
        f"{request.number} does not meet {count}. {told}{more} Record what is missing, or ask the {who} to override it."
    )


def _listed(words: Iterable[str]) -> str:
    return " or the ".join(dict.fromkeys(words))


# Of a list many cases get the same answer, which is sent once: `which` says for each case the place of its answer.
_FREEZE = """
INSERT INTO funds_eligibilityfinding
    (disbursement_id, submission, case_id, rule_id, override_id, asked, source, verdict, said, seen)
  SELECT %(request)s, %(submission)s, of_case.id, answer.rule, answer.override, answer.asked, answer.source, answer.verdict,
    answer.said, answer.seen
  FROM unnest(%(cases)s::bigint[], %(which)s::int[]) WITH ORDINALITY AS of_case (id, which, place)
  JOIN unnest(%(rule)s::bigint[], %(override)s::bigint[], %(asked)s::text[], %(source)s::text[], %(verdict)s::text[],
    %(said)s::text[], %(seen)s::jsonb[]) WITH ORDINALITY AS answer (rule, override, asked, source, verdict, said, seen, place)
    ON answer.place = of_case.which
  ORDER BY of_case.place"""


def freeze(request: Disbursement, found: Sequence[Found]) -> None:
    """Keeps the answers as those of the request's next submission, in one statement however many there are."""
    if not found:
        return
    answers: dict[tuple[int, int, int | None], tuple[int, Found]] = {}
    which = []
    for row in found:
        override = row.override.pk if row.override and row.holds_up else None
        place, _ = answers.setdefault((id(row.answer), row.rule.pk, override), (len(answers) + 1, row))
        which.append(place)
    told = [row for _, row in answers.values()]
    given: dict[str, Any] = {
        "request": request.pk,
        "submission": request.submission + 1,
        "cases": [row.case.pk for row in found],
        "which": which,
        "rule": [rule for _, rule, _ in answers],
        "override": [override for _, _, override in answers],
        "asked": [row.asked for row in told],
        "source": [row.rule.source for row in told],
        "verdict": [row.verdict for row in told],
        "said": [row.said for row in told],
        "seen": [json.dumps(row.answer.seen) for row in told],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE, given)
