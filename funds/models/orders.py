"""Sanction orders as they were made, the Ministry's wording of them, and what lies under a number of a register."""

import pgtrigger
from django.db import models

from beneficiaries.models import RegisterEntry
from funds.models.complaints import Complaint
from funds.models.disbursement import Disbursement
from funds.models.fund import Fund, PaymentKind
from funds.rules import order_rules
from ledger.history import records
from ledger.ruling import Rule, append_only


class Filing(models.Model):
    """What lies under one entry of a register: a submission of a request, its order or voucher, or a complaint."""

    entry = models.OneToOneField(RegisterEntry, on_delete=models.PROTECT, related_name="filing")
    disbursement = models.ForeignKey(
        Disbursement, on_delete=models.PROTECT, null=True, blank=True, related_name="filings"
    )
    submission = models.PositiveSmallIntegerField(null=True, blank=True)
    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, null=True, blank=True, related_name="filing")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["disbursement", "submission"], name="submission_filed_once"),
            models.CheckConstraint(
                condition=models.Q(disbursement__isnull=True) ^ models.Q(complaint__isnull=True),
                name="filing_is_of_one_thing",
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="filing_fits",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("entry", "beneficiaries_registerentry%ROWTYPE"), ("keeper", "bigint")],
                func=order_rules.FILING_FITS,
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry)


class SanctionOrder(models.Model):
    """`snapshot` holds all the paper says but its payees, whom the request has held still since its submission.

    They are bound by `content` in it, the digest the chain signed; `digest` is the SHA-256 of the rest.
    """

    disbursement = models.OneToOneField(Disbursement, on_delete=models.PROTECT, related_name="order")
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        triggers = [
            append_only(),
            Rule(
                name="order_matches_sanction",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("sanction", "funds_sanction%ROWTYPE")],
                func=order_rules.ORDER_MATCHES_SANCTION,
            ),
        ]

    def __str__(self) -> str:
        return f"Order {self.snapshot['number']}"


class OrderText(models.Model):
    """One sentence of sanction orders: to whom, a condition, a copy. Dated, from the pack; orders made before keep theirs.

    `{office}`, `{keeper}`, `{fund}`, `{ddo_code}` and `{pay_to}` in it stand for those of the request.
    """

    class Part(models.TextChoices):
        TO = "to", "Addressee"
        CONDITION = "condition", "Condition"
        COPY = "copy", "Copy to"

    part = models.CharField(max_length=10, choices=Part.choices)
    position = models.PositiveSmallIntegerField()
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, null=True, blank=True, related_name="order_texts")
    kind = models.CharField(max_length=16, choices=PaymentKind.choices, blank=True)
    text = models.CharField(max_length=300)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField("rule it follows from", max_length=300)
    verified = models.BooleanField("the source was checked", default=False)

    history = records()

    class Meta:
        ordering = ["part", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "position", "fund", "kind", "effective_from"],
                name="order_text_once_from_a_day",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.text
