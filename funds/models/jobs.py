"""Work in the background: who asked for what, how far it is, what came of it, and which printings belong to a bundle."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from beneficiaries.models import Office
from beneficiaries.models.papers import Trace
from beneficiaries.models.policy import Dated
from funds.models.voucher import Voucher, VoucherPrint
from funds.rules import job_rules
from ledger.history import records
from ledger.models.guards import never_removed
from ledger.ruling import Rule, append_only

_JOB = [("job", "funds_job%ROWTYPE")]


class JobSetting(Dated):
    """For how many days a file that was made in the background is kept. Dated, from the pack."""

    keep_days = models.PositiveSmallIntegerField()

    history = records()

    class Meta(Dated.Meta):
        ordering = ["effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["effective_from"], name="job_setting_once"),
            models.CheckConstraint(condition=Q(keep_days__gt=0), name="job_setting_keeps_a_day"),
        ]
        triggers = [never_removed()]

    def __str__(self) -> str:
        return f"{self.keep_days} days"


class Job(models.Model):
    """Something a worker does for somebody. What was asked stays; state and progress move as `job_rules` allows.

    `attempts` counts the workers that took it, and is the mark by which a worker that was given up for dead is known.
    """

    class Kind(models.TextChoices):
        BUNDLE = "bundle", "Bundle of vouchers"
        TELL = "tell", "Messages to payees"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    OPEN = (State.QUEUED, State.RUNNING)

    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=200)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    asked_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    arguments = models.JSONField()
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField("pieces done", default=0)
    total = models.PositiveIntegerField("pieces there are", default=0)
    seen_at = models.DateTimeField("last heard of", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField("why it did not end well", max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = "bundle"
        indexes = [
            models.Index(fields=["kind", "-id"], name="job_by_kind"),
            models.Index(fields=["state"], condition=Q(state__in=("queued", "running")), name="job_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="job_done_of_total"),
            models.CheckConstraint(
                condition=Q(state__in=("queued", "running"), ended_at=None)
                | Q(state__in=("done", "failed", "cancelled"), ended_at__isnull=False),
                name="job_ended_or_open",
            ),
        ]
        triggers = [
            never_removed(),
            Rule(name="job_begins", operation=pgtrigger.Insert, when=pgtrigger.Before, func=job_rules.JOB_BEGINS),
            Rule(name="job_moves", operation=pgtrigger.Update, when=pgtrigger.Before, func=job_rules.JOB_MOVES),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])


class JobCancel(Trace):
    """Whoever asked for the work wants it no more; the worker stops at the next piece."""

    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="cancel")
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        triggers = [
            append_only(),
            Rule(
                name="cancelled_by_who_asked",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=_JOB,
                func=job_rules.CANCELLED_BY_WHO_ASKED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} cancelled"


class JobResult(models.Model):
    """The file that came of a job, once, by its SHA-256. After `kept_until` it is removed and the row stays."""

    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="result")
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("bytes")
    name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    kept_until = models.DateField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["sha256"], name="job_result_by_content")]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="job_result_has_a_sha256"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="result_of_a_running_job",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=_JOB,
                func=job_rules.RESULT_OF_A_RUNNING_JOB,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BundleSheet(models.Model):
    """A counted copy that was drawn for a bundle: one of each voucher, however often its worker had to begin again."""

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="sheets")
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="+")
    printing = models.OneToOneField(VoucherPrint, on_delete=models.PROTECT, related_name="sheet")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["job", "voucher"], name="bundle_sheet_once")]
        triggers = [
            append_only(),
            Rule(
                name="sheet_is_a_copy_of_its_job",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[*_JOB, ("print", "funds_voucherprint%ROWTYPE")],
                func=job_rules.SHEET_IS_A_COPY_OF_ITS_JOB,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printing} for {self.job}"
