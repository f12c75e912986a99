"""The rules of chains: propose a version, agree, decline or take it back; two people, never in the past, no overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take, take_optional
from beneficiaries.models import Office
from beneficiaries.offices import second_person
from beneficiaries.offices.scope import acts_for, office_of
from funds.chain import rule_committees, rule_versions
from funds.models import ApprovalRule, ApprovalStep, Committee, Fund, PaymentKind, RuleDecision, RuleStep
from funds.models.rules import MOST_SIGNATURES, SIGNING_ROLES
from funds.rules.chain_rules import LOCK
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.history import acting
from ledger.locks import hold
from ledger.money import figures, parse_amount
from ledger.roles import ALL_BUT_ADMINISTRATORS, Role, require_role

PROPOSERS = (Role.FUND_MANAGER,)
AGREERS = (Role.FUND_MANAGER, Role.APPROVER)
READERS = ALL_BUT_ADMINISTRATORS
MOST_STEPS = 8
PAISA = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step as it is proposed; `signatures` different people sign it within `days`, or `committee` decides in a meeting."""

    role: str
    act: str
    post: str = ""
    signatures: int = 1
    days: int = 3
    committee: Committee | None = None


@transaction.atomic
def propose(
    *,
    title: str,
    maximum: Any,
    steps: Sequence[NewStep],
    reason: str,
    by: User,
    minimum: Any = PAISA,
    fund: Fund | None = None,
    kind: str = "",
    office: Office | None = None,
    effective_from: date | None = None,
    effective_to: date | None = None,
    number: int | None = None,
) -> ApprovalRule:
    """A new rule, or with `number` the next version of one, which keeps its fund, kind and office; it counts when another
    person agrees. Amounts in rupees.

    Raises: NotAllowed, NotFound, BadInput with `steps.N.field`, WrongState: a version waits, or it would overlap.
    """
    require_role(by, *PROPOSERS, action="propose a rule")
    hold(LOCK)
    version = 1
    if number is not None:
        last = _last(number)
        fund, kind, office, version = last.fund, last.kind, last.office, last.version + 1
    _require_scope(fund, by=by)
    values = _values(title, minimum, maximum, effective_from or today(), effective_to)
    rows = _steps(steps)
    rule_committees.require_fit(rows, fund=fund, maximum=values["maximum"], on=values["effective_from"])
    if kind and kind not in PaymentKind.values:
        raise BadInput(f"{kind!r} is no kind of payment.", fields={"kind": f"{kind!r} is no kind of payment."})
    why = take("reason", parse_text, reason, maximum=500)
    with acting(by, why):
        rule = ApprovalRule.objects.create(
            number=number or (ApprovalRule.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            version=version,
            fund=fund,
            kind=kind,
            office=office,
            reason=why,
            proposed_by=by,
            **values,
        )
        for position, step in enumerate(rows, 1):
            RuleStep.objects.create(
                rule=rule, position=position, role=step.role, act=step.act, post=step.post,
                committee=step.committee, signatures=step.signatures, days=step.days,
            )  # fmt: skip
    _refuse_overlap(rule)
    rule.refresh_from_db(fields=["proposed_at"])
    return rule


def _last(number: int) -> ApprovalRule:
    """The latest version of a rule. Raises: NotFound, WrongState where it waits for consent."""
    found = (
        ApprovalRule.objects.select_related("fund__office", "office").filter(number=number).order_by("-version").first()
    )
    if found is None:
        raise NotFound(f"There is no rule {number}.")
    if not RuleDecision.objects.filter(rule=found).exists():
        detail = f"Version {found.version} of rule {number} waits for consent. Agree to it or take it back first."
        raise WrongState(detail, ids=(found.pk,), code="version_waits")
    return found


def _require_scope(fund: Fund | None, *, by: User) -> None:
    if fund is None and not office_of(by).is_federal:
        raise NotAllowed("A rule for all funds is a federal office's. Name one of your office's funds.")
    if fund is not None and not acts_for(fund.office, by=by):
        raise NotAllowed(f"Rules of {fund.code} are proposed and agreed to at {fund.office}.")


def _values(title: str, minimum: Any, maximum: Any, first: date, last: date | None) -> dict[str, Any]:
    low = PAISA if str(minimum).strip() in ("", "0", "0.00") else take("minimum", parse_amount, minimum)
    high = take("maximum", parse_amount, maximum)
    errors: dict[str, str] = {}
    if low > high:
        errors["maximum"] = f"{figures(high)} is less than the lower end, {figures(low)}."
    if _passed(first):
        errors["effective_from"] = f"{first:%-d %b %Y} has passed. A version begins today or later."
    if last and last < first:
        errors["effective_to"] = f"{last:%-d %b %Y} is before the first day, {first:%-d %b %Y}."
    if errors:
        raise BadInput("The rule cannot be proposed like this.", fields=errors)
    name = take("title", parse_text, title, maximum=120)
    return {"title": name, "minimum": low, "maximum": high, "effective_from": first, "effective_to": last}


def _passed(day: date) -> bool:
    """Whether it is too late for this day; the very first rules are dated as the policy they follow."""
    return day < today() and ApprovalStep.objects.exists()


def _steps(steps: Sequence[NewStep]) -> list[NewStep]:
    errors: dict[str, str] = {}
    if not 1 <= len(steps) <= MOST_STEPS:
        raise BadInput(f"A rule has 1 to {MOST_STEPS} steps.", fields={"steps": f"Give 1 to {MOST_STEPS} steps."})
    roles = dict(SIGNING_ROLES)
    for place, step in enumerate(steps):
        if step.role not in roles:
            errors[f"steps.{place}.role"] = (
                f"{step.role!r} signs nothing. Choose verifier, finance officer or approver."
            )
        if not 1 <= step.signatures <= MOST_SIGNATURES:
            errors[f"steps.{place}.signatures"] = f"{step.signatures} people cannot sign. Give 1 to {MOST_SIGNATURES}."
        if not 1 <= step.days <= 365:
            errors[f"steps.{place}.days"] = f"{step.days} days cannot be allowed. Give 1 to 365."
    if steps[-1].role in roles and steps[-1].role != Role.APPROVER:
        errors[f"steps.{len(steps) - 1}.role"] = "The last step sanctions, so an approver signs it."
    if errors:
        raise BadInput("The steps cannot be taken like this.", fields=errors)
    return [
        NewStep(
            step.role,
            take(f"steps.{place}.act", parse_text, step.act, maximum=40),
            take_optional(f"steps.{place}.post", step.post, maximum=80),
            step.signatures,
            step.days,
            step.committee,
        )
        for place, step in enumerate(steps)
    ]


def _refuse_overlap(rule: ApprovalRule) -> None:
    other = rule_versions.overlapping(rule)
    if other is not None:
        detail = (
            f"It would overlap with rule {other.number}, “{other.title}”, {figures(other.minimum)} to {figures(other.maximum)}, "
            f"which is for the same fund, kind and office. Change that one first, or choose another band or day."
        )
        raise WrongState(detail, ids=(other.pk,), code="overlap")


@transaction.atomic
def agree(*, rule: int, by: User, remark: str = "") -> ApprovalRule:
    """The second person's consent: the version is in force from its first day on.

    Raises: NotAllowed (also for the proposer), NotFound, WrongState: decided, its day has passed, it would overlap.
    """
    require_role(by, *AGREERS, action="agree to a rule")
    row = _open(rule, by=by)
    second_person.refuse_proposer(row.proposed_by_id, "proposed this version", by=by)
    if _passed(row.effective_from):
        detail = (
            f"It would begin on {row.effective_from:%-d %b %Y}, which has passed. Decline it and propose a later day."
        )
        raise WrongState(detail, ids=(row.pk,))
    _refuse_overlap(row)
    second_person.agree(RuleDecision(rule=row), remark=remark, by=by)
    return row


@transaction.atomic
def decline(*, rule: int, by: User, remark: str) -> ApprovalRule:
    """Ends a proposal: taken back by who made it, else declined. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    require_role(by, *PROPOSERS, *AGREERS, action="decline a rule")
    row = _open(rule, by=by)
    outcome = second_person.declining(row.proposed_by_id, agreers=AGREERS, action="decline a rule", by=by)
    second_person.decline(RuleDecision(rule=row), outcome, remark=remark, by=by)
    return row


def _open(rule: int, *, by: User) -> ApprovalRule:
    hold(LOCK)
    row = ApprovalRule.objects.select_related("fund__office").filter(pk=rule).first()
    if row is None:
        raise NotFound(f"There is no version {rule}.")
    _require_scope(row.fund, by=by)
    second_person.refuse_decided(RuleDecision.objects.filter(rule=row), row.pk, "version")
    return row
