"""What happens when a step waits past its days: to whom it is told, that it was told, reminders, and the daily mail."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from beneficiaries.models import Officer
from beneficiaries.models.papers import Trace
from beneficiaries.models.policy import Dated
from funds.models.approval import ApprovalStep
from funds.models.disbursement import Disbursement
from funds.models.fund import Fund
from funds.rules import escalation_rules
from ledger.history import records
from ledger.models.guards import never_removed
from ledger.roles import Role
from ledger.ruling import Rule, append_only


class EscalationSetting(Dated):
    """The roles at the office that keeps the fund to whom an overdue step is told. Dated, from the pack.

    A row of a fund goes before one for all.
    """

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    to_roles = ArrayField(models.CharField(max_length=16, choices=Role.choices))

    history = records()

    class Meta(Dated.Meta):
        ordering = ["fund", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["fund", "effective_from"], name="escalation_setting_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~Q(to_roles=[]), name="escalation_names_a_role"),
        ]
        triggers = [never_removed()]

    def __str__(self) -> str:
        return ", ".join(str(Role(role).label).lower() for role in self.to_roles)


class Escalation(models.Model):
    """A step that waited past its days, told once for each time it waits. It gives nobody a power."""

    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="escalations")
    step = models.ForeignKey(ApprovalStep, on_delete=models.PROTECT, related_name="escalations")
    waiting_since = models.DateField()
    due_on = models.DateField()
    to_roles = ArrayField(models.CharField(max_length=16, choices=Role.choices))
    escalated_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["step", "waiting_since"], name="escalated_once"),
            models.CheckConstraint(condition=~Q(to_roles=[]), name="escalation_is_to_somebody"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="escalation_is_due",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("request", "funds_disbursement%ROWTYPE"), ("step", "funds_approvalstep%ROWTYPE")],
                func=escalation_rules.ESCALATION_IS_DUE,
            ),
        ]

    def __str__(self) -> str:
        return f"Overdue since {self.due_on:%-d %b %Y}; told to {self.told_to} on {self.escalated_on:%-d %b %Y}"

    @property
    def told_to(self) -> str:
        """'approver and fund manager'."""
        return " and ".join(str(Role(role).label).lower() for role in self.to_roles)


class Reminder(Trace):
    """Somebody to whom a step was escalated asks who holds it to decide."""

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="reminders")
    text = models.CharField(max_length=300)
    reminded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    post = models.CharField(max_length=80)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="reminder_says_something")]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.name}, {self.post}: {self.text}"


class DigestSent(models.Model):
    """The daily mail of an officer went out; once for a day."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="digests")
    day = models.DateField()
    lines = models.PositiveIntegerField("points told")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-day", "id"]
        constraints = [models.UniqueConstraint(fields=["officer", "day"], name="digest_once_a_day")]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.officer}: {self.day:%-d %b %Y}"
