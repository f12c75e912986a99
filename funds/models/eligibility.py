"""Who may be helped: dated rules, what they found when a request was submitted, and who let one go on all the same."""

import pgtrigger
from django.conf import settings
from django.db import models

from funds.entitlement import conditions, facts
from funds.models.disbursement import Disbursement
from funds.models.fund import Fund, PaymentKind
from funds.rules import eligibility_rules
from ledger.history import records
from ledger.roles import Role
from ledger.ruling import Rule, append_only

OVERRIDING_ROLES = [
    (role.value, role.label) for role in (Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER, Role.FUND_MANAGER)
]


class EligibilityRule(models.Model):
    """One condition with its figures for a fund and a kind of payment, empty for all. Dated, from the pack.

    `parameters` are the figures that the condition of `conditions.VOCABULARY` takes.
    """

    class Unknown(models.TextChoices):
        STOP = "stop", "Stops the request"
        WARN = "warn", "Warns only"

    code = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, null=True, blank=True, related_name="eligibility_rules")
    kind = models.CharField(max_length=16, choices=PaymentKind.choices, blank=True)
    condition = models.CharField(
        max_length=20, choices=[(row.name, row.label) for row in conditions.VOCABULARY.values()]
    )
    parameters = models.JSONField(default=dict, blank=True)
    when_unknown = models.CharField(max_length=4, choices=Unknown.choices)
    override_role = models.CharField(max_length=16, choices=OVERRIDING_ROLES)
    source = models.CharField("rule it follows from", max_length=300)
    verified = models.BooleanField("the source was checked", default=False)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)

    history = records()

    class Meta:
        ordering = ["code", "effective_from"]
        verbose_name = "rule of eligibility"
        constraints = [
            models.UniqueConstraint(fields=["code", "effective_from"], name="eligibility_rule_once_from_a_day"),
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True) | models.Q(effective_to__gte=models.F("effective_from")),
                name="eligibility_rule_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EligibilityOverride(models.Model):
    """Somebody of the role the rule names lets one case of one request go on, and says why. `said` is what was found then:
    where the facts change, it no longer holds."""

    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="overrides")
    case = models.ForeignKey("beneficiaries.Case", on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(EligibilityRule, on_delete=models.PROTECT, related_name="overrides")
    said = models.CharField("what was found", max_length=600)
    reason = models.TextField()
    overridden_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["disbursement", "case", "rule", "said"], name="rule_overridden_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="override_needs_a_reason"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="override_is_by_another",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("request", "funds_disbursement%ROWTYPE")],
                func=eligibility_rules.OVERRIDE_IS_BY_ANOTHER,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} overridden: {self.reason}"


class EligibilityFinding(models.Model):
    """What one rule found of one case when the request was submitted; the digest that officers sign holds it."""

    class Verdict(models.TextChoices):
        MET = facts.MET, "Met"
        NOT_MET = facts.NOT_MET, "Not met"
        NOT_KNOWN = facts.NOT_KNOWN, "Not known"

    # Findings are asked for by their request alone, which the unique key serves; each index more is paid for every case and rule.
    # A request is never deleted, nor a case that its frozen lines name, and the rule below has seen that both are there.
    disbursement = models.ForeignKey(
        Disbursement, on_delete=models.PROTECT, related_name="findings", db_index=False, db_constraint=False
    )
    submission = models.PositiveSmallIntegerField()
    case = models.ForeignKey(
        "beneficiaries.Case", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    rule = models.ForeignKey(EligibilityRule, on_delete=models.PROTECT, related_name="findings", db_index=False)
    asked = models.CharField("what the rule asked", max_length=300)
    source = models.CharField(max_length=300)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    said = models.CharField("what was found", max_length=600)
    seen = models.JSONField("facts seen", default=dict)
    override = models.ForeignKey(
        EligibilityOverride, on_delete=models.PROTECT, null=True, blank=True, related_name="findings", db_index=False
    )

    class Meta:
        ordering = ["disbursement_id", "submission", "case_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["disbursement", "submission", "case", "rule"], name="one_finding_a_rule_and_case"
            )
        ]
        triggers = [
            append_only(),
            Rule(
                name="finding_is_of_its_request",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(new="fresh"),
                declare=[("request", "text")],
                func=eligibility_rules.FINDING_IS_OF_ITS_REQUEST,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_verdict_display()}"
