"""The rules of chains as data: each row is one version, proposed by one person and agreed by another. Rows only grow."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.urls import reverse

from beneficiaries.models.limits import Consent
from funds.models.disbursement import Disbursement
from funds.models.fund import Fund, PaymentKind
from funds.rules import chain_rules
from funds.workflow import SIGNATORIES
from ledger.fields import AmountField, amount_check
from ledger.history import records
from ledger.roles import Role
from ledger.ruling import Rule, append_only

SIGNING_ROLES = [(role.value, role.label) for role in Role if role in SIGNATORIES]
MOST_SIGNATURES = 9


class ApprovalRule(models.Model):
    """One version of a rule: which chain a request takes, by fund, kind and office (empty: all) and amount in rupees.

    Both ends of the band are included. All versions have one `number` and one scope; the last agreed one whose first
    day has come is in force until its last day.
    """

    number = models.PositiveIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=120)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, null=True, blank=True, related_name="approval_rules")
    kind = models.CharField(max_length=16, choices=PaymentKind.choices, blank=True)
    office = models.ForeignKey(
        "beneficiaries.Office", on_delete=models.PROTECT, null=True, blank=True, related_name="approval_rules"
    )
    minimum = AmountField(default=0)
    maximum = AmountField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    reason = models.CharField("why it was proposed", max_length=500, blank=True)
    # Empty only where a migration gave a version to what stood before two people were asked.
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    proposed_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    history = records()

    class Meta:
        ordering = ["fund__code", "kind", "minimum"]
        constraints = [
            amount_check("minimum", name="rule_minimum_in_range", zero=True),
            amount_check("maximum", name="rule_maximum_in_range"),
            models.CheckConstraint(condition=models.Q(minimum__lte=models.F("maximum")), name="rule_band_in_order"),
            models.CheckConstraint(
                condition=models.Q(effective_to=None) | models.Q(effective_to__gte=models.F("effective_from")),
                name="rule_dates_in_order",
            ),
            models.UniqueConstraint(fields=["number", "version"], name="rule_version_once"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="version_follows",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("first", "funds_approvalrule%ROWTYPE"), ("last", "bigint")],
                func=chain_rules.VERSION_FOLLOWS,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("approval_rule", args=[self.number])


class RuleStep(models.Model):
    """One step of a rule: who signs in which order, and how many of them. The last step sanctions."""

    rule = models.ForeignKey(ApprovalRule, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=16, choices=SIGNING_ROLES)
    act = models.CharField("what the signature says", max_length=40)
    post = models.CharField("post, where only one may sign", max_length=80, blank=True)
    committee = models.ForeignKey("funds.Committee", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signatures = models.PositiveSmallIntegerField("people who sign", default=1, db_default=1)
    days = models.PositiveSmallIntegerField("days allowed", default=3)

    history = records()

    class Meta:
        ordering = ["rule_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "position"], name="rule_step_position_once"),
            models.CheckConstraint(
                condition=models.Q(signatures__gte=1, signatures__lte=MOST_SIGNATURES), name="rule_step_is_signed"
            ),
            # A committee decides by its quorum, in a meeting.
            models.CheckConstraint(
                condition=models.Q(committee=None) | models.Q(role=Role.APPROVER.value, post="", signatures=1),
                name="rule_step_of_a_committee",
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="step_of_a_proposal",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("last", "bigint")],
                func=chain_rules.STEP_OF_A_PROPOSAL,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.act}"

    @property
    def desk(self) -> str:
        """Whose it is where that is not anybody with the role: the committee or the one post."""
        return self.committee.name if self.committee else self.post


class RuleDecision(Consent):
    """Consent to a version of a rule, or not."""

    rule = models.OneToOneField(ApprovalRule, on_delete=models.PROTECT, related_name="decision")

    class Meta(Consent.Meta):
        triggers = [
            append_only(),
            Rule(
                name="rule_is_agreed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("proposal", "funds_approvalrule%ROWTYPE"), ("other", "text")],
                func=chain_rules.RULE_IS_AGREED,
            ),
        ]


class ChosenRule(models.Model):
    """Which version a submission took and the sum that chose it, frozen with the submission.

    `basis` in rupees: the request's amount, or more where its payees, cases or households got money from other requests
    in the last `days`; `reasons` names those.
    """

    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="chosen_rules")
    submission = models.PositiveSmallIntegerField()
    rule = models.ForeignKey(ApprovalRule, on_delete=models.PROTECT, related_name="+")
    chosen_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    basis = AmountField()
    days = models.PositiveSmallIntegerField("days looked back", default=0)
    reasons = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["disbursement_id", "submission"]
        constraints = [
            amount_check("basis", name="chosen_basis_in_range"),
            models.UniqueConstraint(fields=["disbursement", "submission"], name="rule_chosen_once"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="sum_is_true",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("request", "funds_disbursement%ROWTYPE"), ("due", "numeric")],
                func=chain_rules.SUM_IS_TRUE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} for {self.basis}"
