"""Funds that are frozen for an audit or the end of the year. Two people begin a freeze, and two end it early."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from beneficiaries.models.limits import Consent
from funds.models.fund import Fund
from funds.rules import freeze_rules
from ledger.ruling import Rule, append_only


class Proposal(models.Model):
    """Who asked for it, when and why."""

    reason = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        abstract = True
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="%(class)s_has_a_reason")]


class Freeze(Proposal):
    """No sanctions, no payments, or neither, of one fund or of all, from one day to another, both included."""

    class What(models.TextChoices):
        SANCTIONS = "sanctions", "Sanctions"
        PAYMENTS = "payments", "Payments"
        ALL = "all", "Sanctions and payments"

    class Cause(models.TextChoices):
        AUDIT = "audit", "Audit"
        YEAR_END = "year_end", "End of the year"

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, null=True, blank=True, related_name="freezes")
    what = models.CharField(max_length=10, choices=What.choices)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta(Proposal.Meta):
        ordering = ["-starts_on", "-id"]
        constraints = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="freeze_dates_in_order"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="freeze_is_proposed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=freeze_rules.FREEZE_IS_PROPOSED,
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_what_display()} of {self.scope} frozen, {self.starts_on:%-d %b %Y} to {self.ends_on:%-d %b %Y}"
        )

    def get_absolute_url(self) -> str:
        return reverse("freeze", args=[self.pk])

    @property
    def scope(self) -> str:
        return self.fund.code if self.fund else "all funds"


class FreezeDecision(Consent):
    """A second person's consent to a freeze, or not."""

    freeze = models.OneToOneField(Freeze, on_delete=models.PROTECT, related_name="decision")

    class Meta(Consent.Meta):
        triggers = [
            append_only(),
            Rule(
                name="freeze_is_agreed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("proposal", "funds_freeze%ROWTYPE")],
                func=freeze_rules.FREEZE_IS_AGREED,
            ),
        ]


class FreezeLift(Proposal):
    """Somebody asks to end a freeze before its last day."""

    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="lifts")

    class Meta(Proposal.Meta):
        ordering = ["id"]
        triggers = [
            append_only(),
            Rule(
                name="lift_is_proposed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=freeze_rules.LIFT_IS_PROPOSED,
            ),
        ]

    def __str__(self) -> str:
        return f"Lift: {self.reason}"


class FreezeLiftDecision(Consent):
    """A second person's consent to lifting a freeze, or not; from that day on it counts no more."""

    lift = models.OneToOneField(FreezeLift, on_delete=models.PROTECT, related_name="decision")

    class Meta(Consent.Meta):
        triggers = [
            append_only(),
            Rule(
                name="lift_is_agreed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("proposal", "funds_freezelift%ROWTYPE")],
                func=freeze_rules.LIFT_IS_AGREED,
            ),
        ]
