"""How the rest of a sum is to be paid: by instalments a court allowed, or with a loan beside."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.db import models

from beneficiaries.models.cases import Case
from beneficiaries.models.owed import Obligation
from beneficiaries.rules import case_rules
from ledger.fields import AmountField, amount_check
from ledger.ruling import Rule, append_only


class InstalmentPlan(models.Model):
    """Instalments a court allowed for what was left to pay (PPC ss.331, 337-X, 337-Y); the latest plan of a sum counts."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="plans")
    total = AmountField()
    decided_on = models.DateField("allowed by the court on")
    reference = models.CharField("court's reference", max_length=80)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            amount_check("total", name="plan_total_in_range"),
            models.CheckConstraint(condition=~models.Q(reference=""), name="plan_names_its_order"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="instalments_make_the_plan",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=case_rules.OF_A_PLAN,
                func=case_rules.instalments_make_the_plan("NEW.id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, {self.decided_on:%-d %b %Y}"


class Instalment(models.Model):
    """One due day of a plan and its amount in rupees."""

    plan = models.ForeignKey(InstalmentPlan, on_delete=models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount = AmountField()

    class Meta:
        ordering = ["plan_id", "number"]
        constraints = [
            amount_check("amount", name="instalment_in_range"),
            models.UniqueConstraint(fields=["plan", "number"], name="instalment_number_once"),
            models.UniqueConstraint(fields=["plan", "due_on"], name="instalment_day_once"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="instalments_make_the_plan",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=case_rules.OF_A_PLAN,
                func=case_rules.instalments_make_the_plan("NEW.plan_id"),
            ),
        ]

    def __str__(self) -> str:
        return f"Instalment {self.number}, {self.due_on:%-d %b %Y}"


class LoanTerms(models.Model):
    """What was agreed about a soft loan beside a grant; the latest terms of a case count. Nothing is posted from here."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="loan_terms")
    obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, null=True, blank=True, related_name="loan_terms"
    )
    amount = AmountField()
    charge_percent = models.DecimalField("charge, per cent in all", max_digits=5, decimal_places=2, default=Decimal(0))
    agreed_on = models.DateField()
    first_due_on = models.DateField("first instalment due on")
    months = models.PositiveSmallIntegerField("monthly instalments")
    guarantor = models.CharField(max_length=120, blank=True)
    reference = models.CharField("agreement", max_length=80)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            amount_check("amount", name="loan_in_range"),
            models.CheckConstraint(
                condition=models.Q(charge_percent__gte=0, charge_percent__lte=100, months__gte=1, months__lte=600)
                & models.Q(first_due_on__gte=models.F("agreed_on"))
                & ~models.Q(reference=""),
                name="loan_terms_are_whole",
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="loan_of_its_case",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=case_rules.LOAN_OF_ITS_CASE,
            ),
        ]

    def __str__(self) -> str:
        return f"Soft loan {self.amount}, {self.reference}"
