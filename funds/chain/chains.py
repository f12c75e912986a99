"""Which chain a request takes and why, and the copy of it on the request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from funds.chain import splitting
from funds.chain.splitting import Rolling
from funds.models import ApprovalRule, ApprovalStep, ChosenRule, Decision, Disbursement
from funds.rules import chain_rules
from ledger.clock import today
from ledger.errors import BadInput
from ledger.money import figures


@dataclass(frozen=True, slots=True)
class Choice:
    """The rule a request takes, the day it is dated, and the sum that chose it."""

    rule: ApprovalRule
    on: date
    rolling: Rolling


def covering(*, fund: int | None, kind: str, office: int | None, amount: Decimal, on: date) -> list[ApprovalRule]:
    """The rules in force on the day that cover these, the one that counts first."""
    sql = chain_rules.covering("%(fund)s", "%(kind)s", "%(office)s", "%(amount)s", "%(on)s::date")
    given: dict[str, Any] = {"fund": fund, "kind": kind, "office": office, "amount": amount, "on": on}
    return list(ApprovalRule.objects.raw(sql, given))


def rule_for(request: Disbursement, *, on: date, amount: Decimal | None = None) -> ApprovalRule:
    """The most specific rule in force that covers fund, kind, office and amount (rupees; the request's own where not given).

    Raises: BadInput where none covers it.
    """
    much = request.amount if amount is None else amount
    found = covering(fund=request.fund_id, kind=request.kind, office=request.office_id, amount=much, on=on)
    if not found:
        detail = (
            f"No approval rule covers {figures(much)} of {request.get_kind_display().lower()} "
            f"from {request.fund.code}. The fund manager adds one first."
        )
        raise BadInput(detail, fields={"amount": detail})
    return found[0]


def choose(request: Disbursement, *, on: date) -> Choice:
    """The rule of today, whatever day the submission is dated, for the sum that its people get within the days looked back.

    Raises: BadInput.
    """
    rolling = splitting.rolling(request, on=on)
    return Choice(rule_for(request, on=today(), amount=rolling.basis), on, rolling)


def freeze(choice: Choice, request: Disbursement) -> list[ApprovalStep]:
    """Writes the choice with its reason, and the rule's steps, for the submission at hand; the last step sanctions."""
    rule = choice.rule
    steps = list(rule.steps.select_related("committee").order_by("position"))
    ChosenRule.objects.create(
        disbursement=request,
        submission=request.submission,
        rule=rule,
        chosen_on=choice.on,
        basis=choice.rolling.basis,
        days=choice.rolling.days,
        reasons=[reason.kept() for reason in choice.rolling.reasons],
    )
    return ApprovalStep.objects.bulk_create(
        ApprovalStep(
            disbursement=request,
            submission=request.submission,
            position=step.position,
            role=step.role,
            act=step.act,
            post=step.post,
            committee=step.committee,
            signatures=step.signatures,
            days=step.days,
            rule_title=rule.title,
            last=step is steps[-1],
        )
        for step in steps
    )


def chosen(request: Disbursement) -> ChosenRule | None:
    """What the submission that counts was sent under; None for a request from before this was kept."""
    rows = ChosenRule.objects.select_related("rule")
    return rows.filter(disbursement=request, submission=request.submission).first()


def basis_of(request: Disbursement) -> Decimal:
    """The sum, in rupees, with which the limit of whoever sanctions is compared."""
    row = chosen(request)
    return row.basis if row else request.amount


def current_steps(request: Disbursement) -> QuerySet[ApprovalStep]:
    """The chain of the submission that counts, in order, each with its decisions; signatures.py says which of them stand."""
    made = Decision.objects.select_related("decided_by", "ground", "step", "delegation").order_by("pk")
    rows = ApprovalStep.objects.select_related("committee").filter(disbursement=request, submission=request.submission)
    return rows.prefetch_related(Prefetch("decisions", queryset=made)).order_by("position")


def waiting_step(request: Disbursement) -> ApprovalStep:
    """The step whose turn it is. Raises: ApprovalStep.DoesNotExist where none waits."""
    rows = ApprovalStep.objects.select_related("committee")
    return rows.get(disbursement=request, submission=request.submission, position=request.position)


def waiting_steps(requests: Iterable[Disbursement]) -> list[ApprovalStep]:
    """The step whose turn it is of each submitted request, in the order given, with the request; one query."""
    given = {(row.pk, row.submission, row.position): row for row in requests}
    rows = ApprovalStep.objects.select_related("committee").filter(disbursement__in=[row.pk for row in given.values()])
    found = {(step.disbursement_id, step.submission, step.position): step for step in rows}
    steps = [found[place] for place in given]
    for step, request in zip(steps, given.values(), strict=True):
        step.disbursement = request
    return steps


def bases_of(requests: Iterable[Disbursement]) -> dict[int, Decimal]:
    """What `basis_of` says of each request, by request, in one query."""
    given = list(requests)
    rows = ChosenRule.objects.filter(disbursement__in=given).values_list("disbursement", "submission", "basis")
    chosen_on = {(pk, submission): basis for pk, submission, basis in rows}
    return {row.pk: chosen_on.get((row.pk, row.submission), row.amount) for row in given}
