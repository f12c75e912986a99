"""Papers: the evidence in a case file. What is attached stays; that it was withdrawn or waived is another row."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse

from beneficiaries.models.cases import Case, CourtOrder
from beneficiaries.models.owed import Obligation
from beneficiaries.papers import inspection
from beneficiaries.rules.case_rules import PAPER_OF_ITS_CASE
from beneficiaries.rules.release_rules import PAPER_IN_USE
from ledger.history import records
from ledger.ruling import Rule, append_only


class PaperKind(models.Model):
    """What a paper may be: application, judgment, heirship certificate. From the pack."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=80)

    history = records()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RequiredPaper(models.Model):
    """A paper without which no money is asked for, by the case's kind or the obligation that is paid. Dated, from the pack."""

    CAUSES = [*Case.Kind.choices, *Obligation.Kind.choices]

    cause = models.CharField(max_length=12, choices=CAUSES)
    kind = models.ForeignKey(PaperKind, on_delete=models.PROTECT, related_name="required")
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField("rule it follows from", max_length=300)

    history = records()

    class Meta:
        ordering = ["cause", "id"]
        constraints = [
            models.UniqueConstraint(fields=["cause", "kind", "effective_from"], name="required_paper_once_from_a_day"),
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True) | models.Q(effective_to__gte=models.F("effective_from")),
                name="required_paper_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}: {self.kind}"


class Trace(models.Model):
    """Who did it, when and from where; rows of this kind are never changed."""

    recorded_at = models.DateTimeField(auto_now_add=True)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True


class Paper(Trace):
    """One file in a case: where it belongs, what it is, and the SHA-256 its content is kept under."""

    class MediaType(models.TextChoices):
        PDF = inspection.PDF, "PDF"
        JPEG = inspection.JPEG, "JPEG image"
        PNG = inspection.PNG, "PNG image"
        TIFF = inspection.TIFF, "TIFF image"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    order = models.ForeignKey(CourtOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    kind = models.ForeignKey(PaperKind, on_delete=models.PROTECT, related_name="papers")
    title = models.CharField(max_length=160, blank=True)
    file_name = models.CharField("name it came with", max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("bytes")
    media_type = models.CharField(max_length=16, choices=MediaType.choices)
    pages = models.PositiveIntegerField()
    width = models.PositiveIntegerField("pixels across", null=True, blank=True)
    height = models.PositiveIntegerField("pixels down", null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["sha256"], name="paper_by_content")]
        constraints = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="paper_has_a_sha256"),
            models.CheckConstraint(condition=models.Q(size__gt=0, pages__gt=0), name="paper_is_not_empty"),
        ]
        triggers = [
            append_only(),
            Rule(name="paper_of_its_case", operation=pgtrigger.Insert, when=pgtrigger.Before, func=PAPER_OF_ITS_CASE),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}" if self.title else str(self.kind)

    def get_absolute_url(self) -> str:
        return reverse("paper_file", args=[self.pk])


class PaperWithdrawal(Trace):
    """A paper that no longer counts, and why: the wrong file, an older copy. The paper itself stays to be read."""

    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="withdrawal_needs_a_reason")]
        triggers = [
            append_only(),
            Rule(name="paper_not_in_use", operation=pgtrigger.Insert, when=pgtrigger.Before, func=PAPER_IN_USE),
        ]

    def __str__(self) -> str:
        return f"{self.paper} withdrawn: {self.reason}"


class PaperWaiver(Trace):
    """A verifier lets a case go on without one required paper, and says why."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="waivers")
    kind = models.ForeignKey(PaperKind, on_delete=models.PROTECT, related_name="waivers")
    reason = models.TextField()
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="paper_waived_once_per_case"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="waiver_needs_a_reason"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.kind} waived: {self.reason}"
