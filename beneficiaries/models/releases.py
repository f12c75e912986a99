"""From the court's receipt to the open gate: what court and jail put on paper after the money was paid, and what came instead."""

import pgtrigger
from django.conf import settings
from django.db import models

from beneficiaries.models.cases import Case
from beneficiaries.models.papers import Paper, Trace
from beneficiaries.rules import release_rules as rules
from ledger.history import records
from ledger.ruling import Rule, append_only


class ReleaseStep(models.TextChoices):
    """What is recorded of a prisoner. The first four follow each other; one of the last four ends the case."""

    COURT_RECEIPT = "court_receipt", "Court's receipt"
    RELEASE_ORDER = "release_order", "Release order"
    JAIL_CERTIFICATE = "jail_certificate", "Jail's confirmation"
    RELEASED = "released", "Released"
    DIED = "died", "Died"
    OTHERWISE = "otherwise", "Released otherwise"
    HELD = "held", "Held in another case"


class ReleaseRecord(Trace):
    """One such fact: its day, its reference and its paper. A wrong one is withdrawn by another row."""

    # The kind of paper (of the pack) that proves a step. An ending other than release is proved by any paper of the case.
    PAPERS = {
        ReleaseStep.COURT_RECEIPT: "court_receipt",
        ReleaseStep.RELEASE_ORDER: "release_order",
        ReleaseStep.JAIL_CERTIFICATE: "release_certificate",
    }
    OTHER_ENDINGS = (ReleaseStep.DIED, ReleaseStep.OTHERWISE, ReleaseStep.HELD)
    ENDINGS = (ReleaseStep.RELEASED, *OTHER_ENDINGS)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="release_records")
    step = models.CharField(max_length=16, choices=ReleaseStep.choices)
    happened_on = models.DateField("on")
    reference = models.CharField("number and date of the paper", max_length=120)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="release_records")
    reason = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reference=""), name="release_record_names_its_paper"),
            models.CheckConstraint(
                condition=models.Q(step="released", paper__isnull=True)
                | ~models.Q(step="released") & models.Q(paper__isnull=False),
                name="release_record_has_its_paper",
            ),
            models.CheckConstraint(
                condition=~models.Q(step__in=["died", "otherwise", "held"]) | ~models.Q(reason=""),
                name="release_outcome_has_a_reason",
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="release_record_fits",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("wanted", "text")],
                func=rules.RELEASE_RECORD_FITS,
            ),
            Rule(
                name="release_agrees",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=rules.AGREES_DECLARE,
                func=rules.release_agrees("NEW.case_id", when="NEW.step = 'released'"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}, {self.happened_on:%-d %b %Y}, {self.reference}"


class ReleaseWithdrawal(Trace):
    """A record that does not hold, and why. Of a release: the prisoner counts as inside again."""

    record = models.OneToOneField(ReleaseRecord, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="release_withdrawal_needs_a_reason")]
        triggers = [
            append_only(),
            Rule(
                name="release_withdrawal_fits",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("gone", "beneficiaries_releaserecord%ROWTYPE")],
                func=rules.RELEASE_WITHDRAWAL_FITS,
            ),
            Rule(
                name="release_agrees",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=rules.AGREES_DECLARE,
                func=rules.release_agrees(
                    "(SELECT case_id FROM beneficiaries_releaserecord WHERE id = NEW.record_id AND step = 'released')"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Withdrawn: {self.record}"


class ReleaseAlarm(models.Model):
    """After how many days a prisoner who is paid for and still inside is on the alarm list. Dated, from the pack."""

    days = models.PositiveSmallIntegerField()
    effective_from = models.DateField(unique=True)
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField("rule it follows from", max_length=300)

    history = records()

    class Meta:
        ordering = ["effective_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True) | models.Q(effective_to__gte=models.F("effective_from")),
                name="release_alarm_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} days from {self.effective_from:%-d %b %Y}"
