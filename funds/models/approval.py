"""The chain of a request: the copy of its rule's steps, and what each officer decided."""

import pgtrigger
from django.conf import settings
from django.db import models

from funds.models.budget import BudgetHead
from funds.models.delegations import Delegation
from funds.models.disbursement import Disbursement
from funds.models.duties import DecisionGround
from funds.models.fund import Fund
from funds.models.rules import SIGNING_ROLES
from funds.rules import (
    budget_rules,
    chain_rules,
    committee_rules,
    delegation_rules,
    duty_rules,
    freeze_rules,
    order_rules,
    request_rules,
)
from ledger.fields import AmountField, amount_check
from ledger.ruling import Rule, append_only


class ApprovalStep(models.Model):
    """A rule's step as it was when the request was submitted: later changes of the rule never touch a running chain."""

    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="steps")
    submission = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=16, choices=SIGNING_ROLES)
    act = models.CharField(max_length=40)
    post = models.CharField(max_length=80, blank=True)
    committee = models.ForeignKey("funds.Committee", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signatures = models.PositiveSmallIntegerField("people who sign", default=1, db_default=1)
    days = models.PositiveSmallIntegerField()
    rule_title = models.CharField(max_length=120)
    last = models.BooleanField("sanctions")

    class Meta:
        ordering = ["disbursement_id", "submission", "position"]
        constraints = [
            models.UniqueConstraint(fields=["disbursement", "submission", "position"], name="approval_step_once")
        ]
        triggers = [
            append_only(),
            Rule(
                name="step_before_submission",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("request", "funds_disbursement%ROWTYPE")],
                func=chain_rules.STEP_BEFORE_SUBMISSION,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.act}"

    @property
    def desk(self) -> str:
        """Whose it is where that is not anybody with the role: the committee or the one post."""
        return self.committee.name if self.committee else self.post


class Decision(models.Model):
    """What one officer decided on exactly one content (`digest`). Never edited, never deleted."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"
        REJECTED = "rejected", "Rejected"
        RECUSED = "recused", "Recused"

    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="decisions")
    step = models.ForeignKey(ApprovalStep, on_delete=models.PROTECT, related_name="decisions")
    # What the member of a committee signed in its minutes; empty on every other step.
    minutes_item = models.ForeignKey(
        "funds.MinutesItem", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    submission = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    # Where a returned request goes: 0 to the maker, else to the step of this position, from which all sign again.
    back_to = models.PositiveSmallIntegerField("goes back to step", default=0, db_default=0)
    ground = models.ForeignKey(DecisionGround, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    name = models.CharField(max_length=150)
    post = models.CharField(max_length=80)
    # For whom it was signed, where it was not for oneself.
    delegation = models.ForeignKey(
        Delegation, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    decided_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="approved") | ~models.Q(reason=""), name="return_and_reject_need_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(back_to=0) | models.Q(outcome="returned"), name="only_a_return_goes_back"
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="decision_is_due",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("request", "funds_disbursement%ROWTYPE"), ("due", "funds_approvalstep%ROWTYPE")],
                func=duty_rules.DECISION_IS_DUE,
            ),
            Rule(
                name="decided_in_a_meeting",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("due", "funds_approvalstep%ROWTYPE")],
                func=committee_rules.DECIDED_IN_A_MEETING,
            ),
            Rule(
                name="power_is_given",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[
                    ("request", "funds_disbursement%ROWTYPE"),
                    ("due", "funds_approvalstep%ROWTYPE"),
                    ("power", "funds_delegation%ROWTYPE"),
                    ("giver", "beneficiaries_officer%ROWTYPE"),
                    ("much", "numeric"),
                ],
                func=delegation_rules.POWER_IS_GIVEN,
            ),
            Rule(
                name="signs_in_post",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("due", "funds_approvalstep%ROWTYPE"), ("officer", "beneficiaries_officer%ROWTYPE")],
                func=duty_rules.SIGNS_IN_POST,
            ),
            Rule(
                name="decision_not_frozen",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("due", "funds_approvalstep%ROWTYPE"), ("fund", "bigint")],
                func=freeze_rules.DECISION_NOT_FROZEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} by {self.name}"

    @property
    def seat(self) -> str:
        """The post it was signed in, and for whom where that was somebody else; as pages and papers say it."""
        return f"{self.post}, {self.delegation.in_words}" if self.delegation else self.post


class Sanction(models.Model):
    """The numbered authority to spend `amount` rupees. The database wants every step approved by another person first."""

    disbursement = models.OneToOneField(Disbursement, on_delete=models.PROTECT, related_name="sanction")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="sanctions")
    year = models.ForeignKey("ledger.FiscalYear", on_delete=models.PROTECT, related_name="+")
    budget_head = models.ForeignKey(
        BudgetHead, on_delete=models.PROTECT, related_name="sanctions", null=True, blank=True
    )
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=32, unique=True)
    amount = AmountField()
    digest = models.CharField(max_length=64)
    sanctioned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sanctions")
    sanctioned_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    entry = models.OneToOneField("ledger.JournalEntry", on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            amount_check("amount", name="sanction_amount_in_range"),
            models.UniqueConstraint(fields=["fund", "year", "serial"], name="sanction_serial_once"),
        ]
        triggers = [
            append_only(),
            request_rules.serial_follows("funds_sanction"),
            Rule(
                name="chain_is_complete",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("request", "funds_disbursement%ROWTYPE"), ("missing", "bigint")],
                func=duty_rules.CHAIN_IS_COMPLETE,
            ),
            Rule(
                name="sanction_has_its_order",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=order_rules.SANCTION_HAS_ITS_ORDER,
            ),
            Rule(
                name="draws_on_its_head",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=budget_rules.POSTED_DECLARE,
                func=budget_rules.DRAWS_ON_ITS_HEAD,
            ),
            Rule(
                name="within_limits",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("who", "text")],
                func=chain_rules.WITHIN_LIMITS,
            ),
            Rule(
                name="decided_by_committees",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("who", "text")],
                func=committee_rules.DECIDED_BY_COMMITTEES,
            ),
            Rule(
                name="sanction_not_frozen",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=freeze_rules.not_frozen("NEW.fund_id", "sanctions", "NEW.sanctioned_on"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Cancellation(models.Model):
    """Why and when a request ended before it was paid out; its sanction and voucher numbers stay and say so."""

    disbursement = models.OneToOneField(Disbursement, on_delete=models.PROTECT, related_name="cancellation")
    stage = models.CharField("state it was in", max_length=12)
    reason = models.TextField()
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cancelled_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="cancellation_needs_a_reason")]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"Cancelled {self.cancelled_on:%-d %b %Y}: {self.reason}"
