"""People who may be one: the pairs an officer compares, and what was decided about each."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse

from beneficiaries.models.papers import Trace
from beneficiaries.models.people import Person
from beneficiaries.rules.case_rules import PAIR_DECISION_FITS
from ledger.history import records
from ledger.ruling import Rule, append_only


class Pair(models.Model):
    """Two records that look like one person. `basis` is a digest of what was compared, so that a change asks again."""

    class State(models.TextChoices):
        OPEN = "open", "To be compared"
        DIFFERENT = "different", "Different people"
        MERGED = "merged", "Merged"
        LINKED = "linked", "One person, in two offices"
        UNLIKE = "unlike", "No longer alike"

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    basis = models.CharField("digest of what was compared", max_length=64)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    said = models.CharField("what the registering officer said", max_length=200, blank=True)
    found_at = models.DateTimeField(auto_now_add=True)

    # What was compared stands in the people's own histories.
    history = records(excluded_fields=["reasons"])

    class Meta:
        ordering = ["-score", "id"]
        indexes = [models.Index(fields=["state", "-score", "id"], name="pair_queue")]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="pair_in_order"),
            models.CheckConstraint(condition=models.Q(score__lte=100), name="pair_score_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"

    def get_absolute_url(self) -> str:
        return reverse("duplicate", args=[self.pk])


class PairDecision(Trace):
    """What an officer decided about a pair, and why. Of a merge it names the record kept, the one gone and what moved."""

    class Act(models.TextChoices):
        DIFFERENT = "different", "Marked as different people"
        MERGED = "merged", "Merged"
        LINKED = "linked", "Found to be one person in two offices"
        PARTED = "parted", "Merge undone"

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField(max_length=9, choices=Act.choices)
    reason = models.CharField(max_length=200)
    basis = models.CharField("digest of what was compared", max_length=64)
    score = models.PositiveSmallIntegerField()
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    gone = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    moved = models.JSONField("keys of the rows that moved, by kind", default=dict)
    filled = models.JSONField("particulars the kept record lacked and took", default=list)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="pair_decision_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(act__in=["merged", "parted"], kept__isnull=False, gone__isnull=False)
                | models.Q(act__in=["different", "linked"], kept__isnull=True, gone__isnull=True),
                name="pair_decision_names_whom_it_keeps",
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="decision_fits_the_pair",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("pair", "beneficiaries_pair%ROWTYPE"), ("last", "text")],
                func=PAIR_DECISION_FITS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.reason}"
