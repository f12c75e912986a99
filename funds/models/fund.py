"""Funds, what was allotted to them and what came in."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from funds.rules import budget_rules, receipt_rules
from funds.rules.request_rules import serial_follows
from ledger.fields import AmountField, amount_check
from ledger.history import records
from ledger.ruling import Rule, append_only


class PaymentKind(models.TextChoices):
    """What money is paid for. `CHARGES` names the account each kind is charged to."""

    RELIEF = "relief_grant", "Relief grant"
    DIYAT = "diyat", "Diyat"
    ARSH = "arsh", "Arsh"
    DAMAN = "daman", "Daman"
    COMPENSATION = "compensation", "Compensation"
    FINE = "fine", "Fine"
    BAIL = "bail_deposit", "Bail deposit"
    LOAN = "soft_loan", "Soft loan"
    LEGAL_AID = "legal_aid", "Legal aid"


CHARGES: dict[str, str] = {
    PaymentKind.RELIEF: "A-REL",
    PaymentKind.DIYAT: "A-DIY",
    PaymentKind.ARSH: "A-DIY",
    PaymentKind.DAMAN: "A-DIY",
    PaymentKind.COMPENSATION: "A-CMP",
    PaymentKind.FINE: "A-FIN",
    PaymentKind.BAIL: "F-BAIL",
    PaymentKind.LOAN: "F-LOAN",
    PaymentKind.LEGAL_AID: "A-LEG",
}


class Fund(models.Model):
    """A fund keeps its own book and its own bank account; money never crosses between funds."""

    class Class(models.TextChoices):
        CONSOLIDATED = "C", "Federal Consolidated Fund"
        PUBLIC = "P", "Public Account"

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    book = models.OneToOneField("ledger.Book", on_delete=models.PROTECT, related_name="fund")
    office = models.ForeignKey("beneficiaries.Office", on_delete=models.PROTECT, related_name="funds")
    lapsable = models.BooleanField("lapses on 30 June")
    fund_class = models.CharField(max_length=1, choices=Class.choices)
    kinds = ArrayField(models.CharField(max_length=16, choices=PaymentKind.choices))
    purpose = models.CharField(max_length=300)
    donor = models.CharField("restricted by donor", max_length=120, blank=True)
    bank_name = models.CharField(max_length=80)
    bank_account = models.CharField("bank account (IBAN)", max_length=24)
    ddo_code = models.CharField("DDO code", max_length=10)
    cost_centre = models.CharField(max_length=12)
    function_code = models.CharField(max_length=12)

    history = records()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("fund", args=[self.code])

    @property
    def nature(self) -> str:
        """'Public Account · non-lapsable'."""
        return f"{self.get_fund_class_display()} · {'lapsable' if self.lapsable else 'non-lapsable'}"


class Allocation(models.Model):
    """Budget given to a fund for a year, in rupees; each row adds, none is edited."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", "Original allocation"
        SUPPLEMENTARY = "supplementary", "Supplementary allocation"
        REDUCTION = "reduction", "Reduction"

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="allocations")
    year = models.ForeignKey("ledger.FiscalYear", on_delete=models.PROTECT, related_name="+")
    budget_head = models.ForeignKey(
        "funds.BudgetHead", on_delete=models.PROTECT, related_name="allocations", null=True, blank=True
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    amount = AmountField()
    decided_on = models.DateField()
    reference = models.CharField(max_length=80)
    entry = models.OneToOneField("ledger.JournalEntry", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["decided_on", "id"]
        constraints = [
            amount_check("amount", name="allocation_amount_in_range"),
            models.UniqueConstraint(
                fields=["fund", "year", "budget_head"],
                condition=models.Q(kind="original"),
                name="one_original_allocation_a_head",
                nulls_distinct=False,
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="allocated_to_its_head",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=budget_rules.ALLOCATED_TO_ITS_HEAD,
            ),
            Rule(
                name="supplemented_in_time",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=budget_rules.CUT_OFF_DECLARE,
                func=budget_rules.SUPPLEMENTED_IN_TIME,
            ),
            Rule(
                name="budget_holds",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                declare=budget_rules.HOLDS_DECLARE,
                func=budget_rules.budget_holds("NEW.decided_on"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class Receipt(models.Model):
    """Money that came into a fund's bank account, numbered without gaps per fund and year."""

    class Kind(models.TextChoices):
        RELEASE = "government_release", "Government release"
        DONATION = "donation", "Donation"
        REFUND = "refund", "Refund"
        PROFIT = "profit", "Profit on deposits"
        RECOVERY = "recovery", "Recovery of an earlier year"

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="receipts")
    year = models.ForeignKey("ledger.FiscalYear", on_delete=models.PROTECT, related_name="+")
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    amount = AmountField()
    received_on = models.DateField()
    received_from = models.CharField(max_length=120)
    reference = models.CharField(max_length=80)
    purpose = models.CharField("given for", max_length=200, blank=True)
    head = models.CharField("charge account a refund goes back to", max_length=16, blank=True)
    budget_head = models.ForeignKey(
        "funds.BudgetHead", on_delete=models.PROTECT, related_name="receipts", null=True, blank=True
    )
    entry = models.OneToOneField("ledger.JournalEntry", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-received_on", "-id"]
        constraints = [
            amount_check("amount", name="receipt_amount_in_range"),
            models.UniqueConstraint(fields=["fund", "year", "serial"], name="receipt_serial_once"),
        ]
        indexes = [models.Index(fields=["fund", "kind", "reference"], name="receipt_by_reference")]
        triggers = [
            append_only(),
            serial_follows("funds_receipt"),
            Rule(
                name="reference_once",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=receipt_rules.REFERENCE_ONCE,
            ),
            Rule(
                name="names_its_line",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=receipt_rules.NAMES_ITS_LINE,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("receipt", args=[self.number])
