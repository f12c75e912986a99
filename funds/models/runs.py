"""Payment runs: transfers that leave together, in one file that a second person releases and the bank gets once."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q
from django.urls import reverse

from beneficiaries.models.policy import Dated
from funds.models.bank import WHOLE, Instrument
from funds.models.disbursement import PayeeLine
from funds.models.fund import Fund
from funds.rules import run_rules
from funds.rules.request_rules import no_delete, serial_follows
from ledger.fields import AmountField, amount_check
from ledger.history import records
from ledger.ruling import Rule, append_only

CHANGED: dict[str, Any] = WHOLE | {"referencing": pgtrigger.Referencing(old="before", new="fresh")}
SHA256 = r"^[0-9a-f]{64}$"


class Bank(Dated):
    """A bank by the four letters that stand for it in an IBAN. The BIC is empty where it is not known."""

    code = models.CharField("bank code in an IBAN", max_length=4)
    name = models.CharField(max_length=80)
    bic = models.CharField("BIC", max_length=11, blank=True)

    history = records()

    class Meta(Dated.Meta):
        ordering = ["code", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "effective_from"], name="bank_once_from_a_day"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{4}$"), name="bank_code_is_four_letters"),
        ]

    def __str__(self) -> str:
        return self.name


class BankLayout(Dated):
    """How one bank wants a list of transfers as CSV: see `funds/runs/bank_csv.py` for what `shape` may say."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    shape = models.JSONField()

    history = records()

    class Meta(Dated.Meta):
        ordering = ["code", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "effective_from"], name="bank_layout_once_from_a_day"),
        ]

    def __str__(self) -> str:
        return self.name


class PaymentRun(models.Model):
    """One file for the bank, numbered without gaps per fund and year. `amount` and `count` are those of its lines once proposed.

    `terms` says what the file needs beside the lines, as it was at the release, so that the same bytes can be made again;
    `file_sha256` proves that they are.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Waits for release"
        RELEASED = "released", "Released"
        SENT = "sent", "Sent to the bank"
        PARTLY = "partly", "Partly answered"
        ANSWERED = "answered", "Answered"
        CANCELLED = "cancelled", "Cancelled"

    class Format(models.TextChoices):
        PAIN001 = "pain001", "ISO 20022 pain.001.001.09"
        CSV = "csv", "CSV in the bank's layout"

    OPEN = (State.DRAFT, State.PROPOSED)
    AT_BANK = (State.SENT, State.PARTLY, State.ANSWERED)

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="runs")
    year = models.ForeignKey("ledger.FiscalYear", on_delete=models.PROTECT, related_name="+")
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=32, unique=True)
    bank_account = models.CharField("account that is debited (IBAN)", max_length=24)
    format = models.CharField(max_length=8, choices=Format.choices)
    layout = models.ForeignKey(BankLayout, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    execution_on = models.DateField("the bank pays on")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    count = models.PositiveIntegerField("payments", default=0)
    amount = AmountField(default=0)
    digest = models.CharField("digest of the content", max_length=64, blank=True)
    terms = models.JSONField(default=dict)
    file_sha256 = models.CharField("SHA-256 of the file", max_length=64, blank=True)
    reason = models.CharField("why it was cancelled", max_length=200, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)

    history = records()

    class Meta:
        ordering = ["-id"]
        constraints = [
            amount_check("amount", name="payment_run_amount_in_range", zero=True),
            models.UniqueConstraint(fields=["fund", "year", "serial"], name="payment_run_serial_once"),
            models.CheckConstraint(
                condition=Q(format="csv", layout__isnull=False) | Q(format="pain001", layout=None),
                name="payment_run_has_its_layout",
            ),
        ]
        triggers = [
            serial_follows("funds_paymentrun"),
            Rule(
                name="run_begins",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=run_rules.RUN_BEGINS,
            ),
            Rule(
                name="run_moves",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("made", "record")],
                func=run_rules.RUN_MOVES,
            ),
            no_delete(),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("run", args=[self.pk])


class RunLine(models.Model):
    """One payee line in a run. A line waits in one run at most; issued, its instrument says what became of it."""

    class State(models.TextChoices):
        CHOSEN = "chosen", "Chosen"
        ISSUED = "issued", "Issued"
        DROPPED = "dropped", "Taken out"

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(PayeeLine, on_delete=models.PROTECT, related_name="run_lines")
    position = models.PositiveIntegerField()
    end_to_end = models.CharField("end-to-end id", max_length=35, unique=True)
    amount = AmountField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHOSEN)
    instrument = models.OneToOneField(
        Instrument, on_delete=models.PROTECT, null=True, blank=True, related_name="run_line"
    )

    class Meta:
        ordering = ["run_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="run_position_once"),
            models.UniqueConstraint(fields=["run", "line"], name="line_once_in_a_run"),
            models.UniqueConstraint(fields=["line"], condition=Q(state="chosen"), name="line_in_one_live_run"),
        ]
        triggers = [
            Rule(
                name="line_may_be_chosen",
                operation=pgtrigger.Insert,
                **WHOLE,
                declare=[("wrong", "text")],
                func=run_rules.LINE_MAY_BE_CHOSEN,
            ),
            Rule(
                name="run_line_moves",
                operation=pgtrigger.Update,
                **CHANGED,
                declare=[("wrong", "text")],
                func=run_rules.RUN_LINE_MOVES,
            ),
            no_delete(),
        ]

    def __str__(self) -> str:
        return self.end_to_end


class RunDownload(models.Model):
    """One handing out of the file: copy 0 is the sending, every later one is a numbered copy and says so."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="downloads")
    copy = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    # Empty where an operator wrote a copy by command.
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    taken_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["run_id", "copy"]
        constraints = [models.UniqueConstraint(fields=["run", "copy"], name="run_sent_once")]
        triggers = [
            append_only(),
            Rule(
                name="sent_once",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("run", "funds_paymentrun%ROWTYPE")],
                func=run_rules.SENT_ONCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} copy {self.copy}"


class StatusFile(models.Model):
    """A status report of the bank on a run that was sent, taken whole or not at all, and once."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="status_files")
    message = models.CharField("the bank's own message id", max_length=35)
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    status = models.CharField("status of the whole", max_length=4, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "message"], name="status_message_once"),
            models.CheckConstraint(condition=Q(sha256__regex=SHA256), name="status_file_is_known"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="answers_what_was_sent",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("run", "funds_paymentrun%ROWTYPE")],
                func=run_rules.ANSWERS_WHAT_WAS_SENT,
            ),
        ]

    def __str__(self) -> str:
        return self.message


class LineStatus(models.Model):
    """What a status report says about one payment of the run."""

    file = models.ForeignKey(StatusFile, on_delete=models.PROTECT, related_name="lines")
    run_line = models.ForeignKey(RunLine, on_delete=models.PROTECT, related_name="statuses")
    status = models.CharField(max_length=4)
    reason = models.CharField("the bank's reason", max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["file", "run_line"], name="status_once_a_file")]
        triggers = [
            append_only(),
            Rule(
                name="status_of_its_run",
                operation=pgtrigger.Insert,
                **WHOLE,
                declare=[("wrong", "text")],
                func=run_rules.STATUS_OF_ITS_RUN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.reason}".strip()
