"""Payees who are not paid for now: on hold until another person ends it, or with an account that changed a moment ago."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q

from funds.models.disbursement import PayeeLine
from funds.rules import hold_rules
from ledger.ruling import Rule, append_only


class PayeeHold(models.Model):
    """Nothing is paid to a person, or to a court, jail or treasury of this name, until somebody else ends the hold."""

    office = models.ForeignKey("beneficiaries.Office", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "beneficiaries.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    payee_kind = models.CharField(max_length=10, choices=PayeeLine.PayeeKind.choices)
    payee_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=500)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="payee_hold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(payee_kind="person", person__isnull=False) | ~Q(payee_kind="person") & Q(person=None),
                name="payee_hold_names_a_payee",
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="held_once",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=hold_rules.HELD_ONCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payee_name} on hold since {self.placed_at:%-d %b %Y}"


class PayeeHoldEnd(models.Model):
    """A second person ends a hold and says why."""

    hold = models.OneToOneField(PayeeHold, on_delete=models.PROTECT, related_name="end")
    reason = models.CharField(max_length=500)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="payee_hold_end_has_a_reason")]
        triggers = [
            append_only(),
            Rule(
                name="ended_by_another",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=hold_rules.ENDED_BY_ANOTHER,
            ),
        ]

    def __str__(self) -> str:
        return f"Ended: {self.reason}"


class AccountConfirmation(models.Model):
    """Somebody other than who wrote it down called the payee back, and the changed account of this line is right."""

    line = models.OneToOneField(PayeeLine, on_delete=models.PROTECT, related_name="confirmation")
    spoke_to = models.CharField("who was called back", max_length=120)
    reference = models.CharField("number called, letter or note of the call", max_length=120)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reference="") & ~Q(spoke_to=""), name="call_back_is_written_down"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="called_back_by_another",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("request", "funds_disbursement%ROWTYPE"), ("line", "funds_payeeline%ROWTYPE")],
                func=hold_rules.CALLED_BACK_BY_ANOTHER,
            ),
        ]

    def __str__(self) -> str:
        return f"Confirmed with {self.spoke_to} on {self.confirmed_at:%-d %b %Y}"
