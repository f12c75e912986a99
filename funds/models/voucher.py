"""The payment voucher: issued once, frozen, printed as often as needed, each printing counted."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from funds.models.approval import Sanction
from funds.models.fund import Fund
from funds.models.paper_words import Language
from funds.rules import freeze_rules, request_rules
from ledger.fields import AmountField, amount_check
from ledger.ruling import Rule, append_only


class Voucher(models.Model):
    """`snapshot` holds all the paper says, as it was at issue; the PDF is drawn from it alone. `digest` is its SHA-256.

    CNICs are sealed in it: read it through `kept_papers`.
    """

    sanction = models.OneToOneField(Sanction, on_delete=models.PROTECT, related_name="voucher")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="vouchers")
    year = models.ForeignKey("ledger.FiscalYear", on_delete=models.PROTECT, related_name="+")
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=32, unique=True)
    amount = AmountField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="vouchers")
    issued_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    token = models.CharField(max_length=32, unique=True)
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    entry = models.OneToOneField("ledger.JournalEntry", on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            amount_check("amount", name="voucher_amount_in_range"),
            models.UniqueConstraint(fields=["fund", "year", "serial"], name="voucher_serial_once"),
        ]
        triggers = [
            append_only(),
            request_rules.serial_follows("funds_voucher"),
            Rule(
                name="voucher_matches_sanction",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("sanction", "funds_sanction%ROWTYPE"), ("request", "funds_disbursement%ROWTYPE")],
                func=request_rules.VOUCHER_MATCHES_SANCTION,
            ),
            Rule(
                name="voucher_not_frozen",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=freeze_rules.not_frozen("NEW.fund_id", "payments", "NEW.issued_on"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("voucher", args=[self.number])


class VoucherPrint(models.Model):
    """One printing: copy 0 is the original, every later one is a numbered copy and says so.

    The original is in the language the voucher was issued in; `language` says which other one a copy is in.
    """

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="prints")
    copy = models.PositiveIntegerField()
    language = models.CharField(
        "another language than it was issued in", max_length=4, choices=Language.choices, blank=True
    )
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["voucher_id", "copy"]
        constraints = [
            models.UniqueConstraint(fields=["voucher", "copy"], name="voucher_copy_once"),
            models.CheckConstraint(
                condition=Q(language="") | Q(language__in=Language.values, copy__gt=0),
                name="voucher_copy_in_a_language",
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.voucher} copy {self.copy}"
