"""What was signed by the office's certificate: the originals of vouchers, and schedules of many vouchers at once."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q

from funds.models.fund import Fund
from funds.models.voucher import Voucher, VoucherPrint
from funds.rules import request_rules, signing_rules
from ledger.fields import AmountField, amount_check
from ledger.ruling import Rule, append_only

SHA256 = "^[0-9a-f]{64}$"


class SignedFile(models.Model):
    """One signed PDF as it was handed out; the store of papers keeps it under `sha256`.

    It begins with the `drawn_size` bytes that were drawn, whose SHA-256 is `drawn_sha256`. `certificate` is the fingerprint of
    the signer's.
    """

    drawn_sha256 = models.CharField(max_length=64)
    drawn_size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    signer = models.CharField(max_length=200)
    certificate = models.CharField(max_length=64)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=SHA256) & Q(drawn_sha256__regex=SHA256) & Q(certificate__regex=SHA256),
                name="%(class)s_has_digests",
            )
        ]


class VoucherSignature(SignedFile):
    """The original of a voucher, signed when it was printed."""

    printing = models.OneToOneField(VoucherPrint, on_delete=models.PROTECT, related_name="signature")

    class Meta(SignedFile.Meta):
        ordering = ["-id"]
        triggers = [
            append_only(),
            Rule(
                name="signature_is_of_the_original",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("printing", "funds_voucherprint%ROWTYPE")],
                func=signing_rules.SIGNATURE_IS_OF_THE_ORIGINAL,
            ),
        ]

    def __str__(self) -> str:
        return f"Signature of {self.printing}"


class SignedSchedule(SignedFile):
    """Many vouchers of one fund, signed together: `digest` is over the number, amount and digest of each."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="schedules")
    year = models.ForeignKey("ledger.FiscalYear", on_delete=models.PROTECT, related_name="+")
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=32, unique=True)
    count = models.PositiveIntegerField()
    amount = AmountField()
    digest = models.CharField(max_length=64)

    class Meta(SignedFile.Meta):
        ordering = ["-id"]
        constraints = [
            *SignedFile.Meta.constraints,
            amount_check("amount", name="schedule_amount_in_range"),
            models.UniqueConstraint(fields=["fund", "year", "serial"], name="schedule_serial_once"),
        ]
        triggers = [
            append_only(),
            request_rules.serial_follows("funds_signedschedule"),
            Rule(
                name="schedule_is_by_its_keeper",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=signing_rules.SCHEDULE_IS_BY_ITS_KEEPER,
            ),
            Rule(
                name="schedule_is_the_sum_of_its_lines",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=signing_rules.schedule_adds_up("NEW.id"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ScheduleLine(models.Model):
    """One voucher of a schedule, as it stood when the schedule was signed."""

    schedule = models.ForeignKey(SignedSchedule, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, related_name="scheduled")
    amount = AmountField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["schedule_id", "position"]
        constraints = [
            amount_check("amount", name="schedule_line_amount_in_range"),
            models.UniqueConstraint(fields=["schedule", "position"], name="schedule_position_once"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="schedule_line_is_its_voucher",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("voucher", "funds_voucher%ROWTYPE")],
                func=signing_rules.LINE_IS_ITS_VOUCHER,
            ),
            Rule(
                name="schedule_line_is_counted",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=signing_rules.schedule_adds_up("NEW.schedule_id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule}, {self.voucher}"


class LookupCount(models.Model):
    """How often an address looked vouchers up in a minute, without signing in. No address stands here: `bucket` is a number
    made of it by a secret, one of a fixed many, so the table does not grow."""

    bucket = models.PositiveIntegerField(primary_key=True)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.bucket}: {self.count} in {self.minute:%H:%M}"
