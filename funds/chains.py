"""Which chain a request takes, and the copy of it on the request."""

from datetime import date

from django.db.models import Q, QuerySet

from beneficiaries.policies import in_force
from funds.models import ApprovalRule, ApprovalStep, Disbursement
from ledger.errors import BadInput
from ledger.money import figures


def rule_for(request: Disbursement, *, on: date) -> ApprovalRule:
    """The most specific rule in force that covers fund, kind and amount: a fund's own before the general one, a kind's
    own before one for all kinds, the later one of two equals. Raises: BadInput where none covers it."""
    covering = (
        ApprovalRule.objects.filter(in_force(on), minimum__lte=request.amount, maximum__gte=request.amount)
        .filter(Q(fund=None) | Q(fund_id=request.fund_id))
        .filter(Q(kind="") | Q(kind=request.kind))
    )
    rules = sorted(covering, key=lambda rule: (rule.fund_id is not None, rule.kind != "", rule.effective_from, rule.pk))
    if not rules:
        detail = (
            f"No approval rule covers {figures(request.amount)} of {request.get_kind_display().lower()} "
            f"from {request.fund.code}. The fund manager adds one first."
        )
        raise BadInput(detail, fields={"amount": detail})
    return rules[-1]


def copy_rule(rule: ApprovalRule, request: Disbursement) -> list[ApprovalStep]:
    """Writes the rule's steps onto this submission of the request; the last one sanctions."""
    steps = list(rule.steps.order_by("position"))
    if not steps:
        raise BadInput(f"The rule “{rule.title}” has no steps. The fund manager adds them first.")
    return ApprovalStep.objects.bulk_create(
        ApprovalStep(
            disbursement=request,
            submission=request.submission,
            position=place,
            role=step.role,
            act=step.act,
            post=step.post,
            days=step.days,
            rule_title=rule.title,
            last=step is steps[-1],
        )
        for place, step in enumerate(steps, start=1)
    )


def current_steps(request: Disbursement) -> QuerySet[ApprovalStep]:
    """The chain of the submission that counts, in order, each with its decision."""
    return (
        ApprovalStep.objects.filter(disbursement=request, submission=request.submission)
        .select_related("decision__decided_by")
        .order_by("position")
    )


def waiting_step(request: Disbursement) -> ApprovalStep:
    """The step whose turn it is. Raises: ApprovalStep.DoesNotExist where none waits."""
    return ApprovalStep.objects.get(disbursement=request, submission=request.submission, position=request.position)
