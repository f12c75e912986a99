"""One officer signs for another for some days, up to a ceiling. Given, agreed to and ended by rows that only grow."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from beneficiaries.models import Officer
from beneficiaries.models.limits import Consent
from funds.models.fund import Fund
from funds.rules import delegation_rules
from ledger.fields import AmountField, amount_check
from ledger.ruling import Rule, append_only


class Delegation(models.Model):
    """`taker` may sign the steps of `giver` from one day to another, both included, of one fund or of all.

    The ceiling is in rupees, compared with the sum that chose the chain; a sanction also stays within the giver's own limit.
    It goes with the giver's post: in another one it gives nothing any more.
    """

    giver = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="given")
    giver_name = models.CharField(max_length=150)
    giver_post = models.CharField(max_length=80)
    taker = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="taken")
    taker_name = models.CharField(max_length=150)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    ceiling = AmountField()
    reason = models.CharField(max_length=500)
    given_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            amount_check("ceiling", name="delegation_ceiling_in_range"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_dates_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="delegation_has_a_reason"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="delegation_to_somebody_else"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="delegation_is_given",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("giver", "beneficiaries_officer%ROWTYPE"), ("taker", "beneficiaries_officer%ROWTYPE")],
                func=delegation_rules.DELEGATION_IS_GIVEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.taker_name} for {self.giver_name}, {self.starts_on:%-d %b %Y} to {self.ends_on:%-d %b %Y}"

    def get_absolute_url(self) -> str:
        return reverse("delegation", args=[self.pk])

    @property
    def in_words(self) -> str:
        """'for Asif Chaudhry, Deputy Secretary (HR) (delegation of 3 Nov 2026)', as papers and trail say it."""
        return f"for {self.giver_name}, {self.giver_post} (delegation of {self.starts_on:%-d %b %Y})"


class DelegationDecision(Consent):
    """A third person's consent to a delegation, or not."""

    delegation = models.OneToOneField(Delegation, on_delete=models.PROTECT, related_name="decision")

    class Meta(Consent.Meta):
        triggers = [
            append_only(),
            Rule(
                name="delegation_is_agreed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("power", "funds_delegation%ROWTYPE"), ("giver", "bigint"), ("taker", "bigint")],
                func=delegation_rules.DELEGATION_IS_AGREED,
            ),
        ]


class DelegationEnd(models.Model):
    """A delegation ended before its last day: from that moment on it gives nothing."""

    delegation = models.OneToOneField(Delegation, on_delete=models.PROTECT, related_name="end")
    reason = models.CharField(max_length=500)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="delegation_end_has_a_reason")]
        triggers = [
            append_only(),
            Rule(
                name="delegation_ends",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("power", "funds_delegation%ROWTYPE")],
                func=delegation_rules.DELEGATION_ENDS,
            ),
        ]

    def __str__(self) -> str:
        return f"Ended {self.ended_at:%-d %b %Y}: {self.reason}"
