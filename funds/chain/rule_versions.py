"""Which versions of rules are in force, coming, waiting or past; where two overlap and where a gap is left. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from beneficiaries.models.limits import Consent
from funds.models import ApprovalRule, Fund, PaymentKind
from funds.rules import chain_rules
from ledger.clock import today

PAISA = Decimal("0.01")


def in_force(on: date) -> QuerySet[ApprovalRule]:
    """The versions in force on the day, with their steps, smallest band first."""
    asked = f"SELECT r.id FROM funds_approvalrule r WHERE {chain_rules.in_force('%(on)s::date')}"
    rows = ApprovalRule.objects.filter(pk__in=[row.pk for row in ApprovalRule.objects.raw(asked, {"on": on})])
    rows = rows.select_related("fund", "office", "proposed_by", "decision__decided_by").prefetch_related(
        "steps__committee"
    )
    return rows.order_by("fund__code", "kind", "office__code", "minimum", "pk")


def coming(on: date) -> list[ApprovalRule]:
    """Agreed versions whose first day is after `on`, the next first."""
    rows = everything().filter(decision__outcome=Consent.Outcome.AGREED, effective_from__gt=on)
    return list(rows.order_by("effective_from", "pk"))


def waiting() -> list[ApprovalRule]:
    """Versions that nobody decided yet."""
    return list(everything().filter(decision=None).order_by("pk"))


def undecided() -> QuerySet[ApprovalRule]:
    """The same without their steps."""
    return ApprovalRule.objects.select_related("fund__office", "proposed_by").filter(decision=None).order_by("pk")


def versions(number: int) -> list[ApprovalRule]:
    """Every version of a rule, the latest first."""
    return list(everything().filter(number=number).order_by("-version"))


def everything() -> QuerySet[ApprovalRule]:
    """Every version of every rule with its steps and what became of it."""
    rows = ApprovalRule.objects.select_related("fund__office", "office", "proposed_by", "decision__decided_by")
    return rows.prefetch_related("steps__committee")


def state_of(rule: ApprovalRule, *, on: date, current: set[int]) -> str:
    """'waiting', 'declined', 'withdrawn', 'coming', 'in_force' or 'past'; `current` are the keys of those in force."""
    decision = getattr(rule, "decision", None)
    if decision is None:
        return "waiting"
    if decision.outcome != Consent.Outcome.AGREED:
        return str(decision.outcome)
    if rule.pk in current:
        return "in_force"
    return "coming" if rule.effective_from > on else "past"


def last_day(rule: ApprovalRule, others: Iterable[ApprovalRule]) -> date | None:
    """The last day an agreed version is in force, by its own end or the next version's beginning; None: without end."""
    ends = [
        later.effective_from - timedelta(days=1)
        for later in others
        if later.number == rule.number and later.version > rule.version
    ]
    if rule.effective_to:
        ends.append(rule.effective_to)
    return min(ends, default=None)


def overlapping(rule: ApprovalRule) -> ApprovalRule | None:
    """Another rule of the same fund, kind and office with which this version would share an amount on some day."""
    agreed = list(
        ApprovalRule.objects.filter(
            decision__outcome=Consent.Outcome.AGREED, fund=rule.fund, kind=rule.kind, office=rule.office
        ).exclude(number=rule.number)
    )
    for other in agreed:
        if other.minimum > rule.maximum or other.maximum < rule.minimum:
            continue
        end = last_day(other, agreed)
        starts = max(other.effective_from, rule.effective_from)
        if (end is None or end >= starts) and (rule.effective_to is None or rule.effective_to >= other.effective_from):
            return other
    return None


@dataclass(frozen=True, slots=True)
class Gap:
    """Amounts, in rupees, of a fund and kind that no rule covers between amounts that some rule does."""

    fund: str
    kind: str
    low: Decimal
    high: Decimal


def gaps(rules: Iterable[ApprovalRule], funds: Iterable[Fund]) -> list[Gap]:
    """The gaps that these rules leave, for each fund and kind that it pays; rules of one office alone fill none."""
    rows = [rule for rule in rules if rule.office_id is None]
    found = []
    for fund in funds:
        for kind in fund.kinds:
            bands = [(r.minimum, r.maximum) for r in rows if r.fund_id in (None, fund.pk) and r.kind in ("", kind)]
            label = str(PaymentKind(kind).label)
            found += [Gap(fund.code, label, low, high) for low, high in between(bands)]
    return found


def between(bands: Iterable[tuple[Decimal, Decimal]]) -> list[tuple[Decimal, Decimal]]:
    """What is left out below and between bands whose ends are included, in whole paisa."""
    found, next_low = [], PAISA
    for low, high in sorted(bands):
        if low > next_low:
            found.append((next_low, low - PAISA))
        next_low = max(next_low, high + PAISA)
    return found


def as_if(rule: ApprovalRule) -> list[ApprovalRule]:
    """The rules in force on the first day of a version if it were agreed to."""
    first = max(rule.effective_from, today())
    return [row for row in in_force(first) if row.number != rule.number] + [rule]
