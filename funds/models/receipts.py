"""What belongs to a receipt: its printings, its cancellation by two people, the payment it comes back from."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from beneficiaries.models.limits import Consent
from funds.models.disbursement import PayeeLine
from funds.models.freezes import Proposal
from funds.models.fund import CHARGES, Receipt
from funds.rules import receipt_rules as rules
from ledger.fields import AmountField, amount_check
from ledger.ruling import Rule, append_only


class ReceiptPrint(models.Model):
    """One printing: copy 0 is the original, every later one is a numbered copy and says so."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="prints")
    copy = models.PositiveIntegerField()
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["receipt_id", "copy"]
        constraints = [models.UniqueConstraint(fields=["receipt", "copy"], name="receipt_copy_once")]
        triggers = [
            append_only(),
            Rule(name="copy_follows", operation=pgtrigger.Insert, when=pgtrigger.Before, func=rules.COPY_FOLLOWS),
        ]

    def __str__(self) -> str:
        return f"{self.receipt} copy {self.copy}"


class MoneyBack(models.Model):
    """What a receipt brought back of one payment: `principal` of what was paid, `charge` of a soft loan beside it; rupees."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="back")
    line = models.ForeignKey(PayeeLine, on_delete=models.PROTECT, related_name="returns")
    principal = AmountField()
    charge = AmountField(default=Decimal(0))

    class Meta:
        ordering = ["id"]
        constraints = [
            amount_check("principal", name="principal_back_in_range"),
            amount_check("charge", name="charge_back_in_range", zero=True),
        ]
        triggers = [
            append_only(),
            Rule(
                name="comes_back_to_its_line",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=rules.BACK_DECLARE,
                func=rules.comes_back_to_its_line(CHARGES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt} of line {self.line_id}"


class ReceiptCancellation(Proposal):
    """Somebody says that a receipt is wrong; it keeps its number, and its entries are undone when a second person agrees."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="cancellations")

    class Meta(Proposal.Meta):
        ordering = ["id"]
        triggers = [
            append_only(),
            Rule(
                name="cancellation_is_asked",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=rules.CANCELLATION_IS_ASKED,
            ),
        ]

    def __str__(self) -> str:
        return f"Cancellation of {self.receipt}"


class ReceiptCancellationDecision(Consent):
    """A second person's consent, with the counter-entry, or not."""

    cancellation = models.OneToOneField(ReceiptCancellation, on_delete=models.PROTECT, related_name="decision")
    entry = models.OneToOneField(
        "ledger.JournalEntry", on_delete=models.PROTECT, related_name="+", db_constraint=False, null=True
    )

    class Meta(Consent.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="agreed", entry__isnull=False) | ~Q(outcome="agreed") & Q(entry=None),
                name="receipt_cancelled_by_an_entry",
            )
        ]
        triggers = [
            append_only(),
            Rule(
                name="cancellation_is_agreed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("asked", "funds_receiptcancellation%ROWTYPE"), ("got", "funds_receipt%ROWTYPE")],
                func=rules.CANCELLATION_IS_AGREED,
            ),
        ]
