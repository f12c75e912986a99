"""Heirs with their shares of an award, and what one declared before the court about the own share."""

from fractions import Fraction

import pgtrigger
from django.conf import settings
from django.db import models

from beneficiaries.heirs.kinship import Kin, kin_of
from beneficiaries.rules import case_rules
from ledger.history import records
from ledger.ruling import Rule, append_only


class Heir(models.Model):
    """An heir's share of diyat as the court gave it: an exact fraction. All heirs of one obligation share a denominator."""

    obligation = models.ForeignKey("Obligation", on_delete=models.PROTECT, related_name="heirs")
    person = models.ForeignKey("Person", on_delete=models.PROTECT, related_name="inheritances")
    kinship = models.CharField("relation to the deceased", max_length=40)
    share_numerator = models.PositiveIntegerField()
    share_denominator = models.PositiveIntegerField()
    unsound_mind = models.BooleanField("of unsound mind, as the court found", default=False, db_default=False)

    history = records()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "person"], name="heir_once_per_obligation"),
            models.CheckConstraint(
                condition=models.Q(share_numerator__gt=0, share_numerator__lte=models.F("share_denominator")),
                name="heir_share_between_0_and_1",
            ),
        ]
        triggers = [
            case_rules.not_merged("person_id"),
            Rule(
                name="shares_sum_to_one",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=[
                    ("denominators", "bigint"),
                    ("total", "bigint"),
                    ("denominator", "bigint"),
                    ("heirs", "bigint"),
                ],
                func=case_rules.SHARES_SUM_TO_ONE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.share}"

    @property
    def kin(self) -> Kin | None:
        """The kinship as the calculator of shares knows it; None for others, whose share the court alone gives."""
        return kin_of(self.kinship)

    @property
    def part(self) -> Fraction:
        """The court's share as a number."""
        return Fraction(self.share_numerator, self.share_denominator)

    @property
    def share(self) -> str:
        """'9/72', as the certificate writes it."""
        return f"{self.share_numerator}/{self.share_denominator}"


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
                func=case_rules.WAIVER_IS_LAWFUL,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.reference}, {self.decided_on:%-d %b %Y}"
