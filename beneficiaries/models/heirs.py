"""What an heir declared before the court about the own share."""

import pgtrigger
from django.conf import settings
from django.db import models

from beneficiaries.rules import WAIVER_IS_LAWFUL
from ledger.ruling import Rule, append_only


class HeirWaiver(models.Model):
    """An adult heir gave the share up before the court, or the court set that aside; the last row of an heir counts."""

    class Act(models.TextChoices):
        WAIVED = "waived", "Share waived"
        SET_ASIDE = "set_aside", "Waiver set aside"

    heir = models.ForeignKey("Heir", on_delete=models.PROTECT, related_name="waivers")
    act = models.CharField(max_length=10, choices=Act.choices)
    decided_on = models.DateField("recorded by the court on")
    reference = models.CharField("court's reference", max_length=80)
    reason = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reference="") & ~models.Q(reason=""), name="waiver_names_court_and_reason"
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="waiver_is_lawful",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("last", "text"), ("minor", "boolean"), ("unsound", "boolean")],
                func=WAIVER_IS_LAWFUL,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.reference}, {self.decided_on:%d %b %Y}"
