"""Reasons that let a case go on where a rule would stop it: evidence, added and never changed."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from beneficiaries.models.cases import Case
from beneficiaries.models.papers import Trace
from ledger.fields import AmountField, amount_check
from ledger.ruling import append_only


class HelpReason(Trace):
    """Why a person is helped again although other requests helped within the years that policy looks back.

    `requests` are the keys of those known when it was written; a later one needs a reason of its own.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="help_reasons")
    requests = ArrayField(models.BigIntegerField())
    reason = models.CharField(max_length=500)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="help_reason_says_why")]
        triggers = [append_only()]

    def __str__(self) -> str:
        return self.reason


class CeilingPermit(Trace):
    """An approving authority lets the grants of one case exceed the ceiling of its violation, up to an amount in rupees."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ceiling_permits")
    up_to = AmountField()
    reason = models.CharField(max_length=500)
    permitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            amount_check("up_to", name="permit_in_range"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="permit_says_why"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"up to {self.up_to}: {self.reason}"
