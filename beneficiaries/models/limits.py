"""What an officer may sanction, as dated rows: one person proposes a limit, another one agrees. Rows only grow."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models

from beneficiaries.models.offices import Officer
from beneficiaries.rules import limit_rules
from ledger.fields import AmountField, amount_check
from ledger.ruling import Rule, append_only


class Consent(models.Model):
    """What became of a proposal: another person agreed, it was declined, or its proposer took it back."""

    class Outcome(models.TextChoices):
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    remark = models.CharField(max_length=500, blank=True)
    # Empty only where a migration agreed to what stood before two people were asked.
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.get_outcome_display())


class OfficerLimit(models.Model):
    """The most, in rupees, that an officer may sanction while holding a post, from one day to another, both included.

    Of several in force the one that began last counts; zero takes the power away.
    """

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="limits")
    designation = models.CharField(max_length=80)
    grade = models.PositiveSmallIntegerField("BPS grade")
    amount = AmountField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    reason = models.CharField("order, or why", max_length=500)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    proposed_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["-effective_from", "-id"]
        constraints = [
            amount_check("amount", name="officer_limit_amount_in_range", zero=True),
            models.CheckConstraint(
                condition=models.Q(effective_to=None) | models.Q(effective_to__gte=models.F("effective_from")),
                name="officer_limit_dates_in_order",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="officer_limit_has_a_reason"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="limit_is_proposed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("holder", "beneficiaries_officer%ROWTYPE")],
                func=limit_rules.LIMIT_IS_PROPOSED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.designation}: {self.amount} from {self.effective_from}"


class OfficerLimitDecision(Consent):
    """Consent to a limit, or not."""

    limit = models.OneToOneField(OfficerLimit, on_delete=models.PROTECT, related_name="decision")

    class Meta(Consent.Meta):
        triggers = [
            append_only(),
            Rule(
                name="limit_is_agreed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("proposal", "beneficiaries_officerlimit%ROWTYPE"), ("holder", "bigint")],
                func=limit_rules.LIMIT_IS_AGREED,
            ),
        ]
