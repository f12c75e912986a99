"""Referrals: what the helpline, lawyers and others send us before there is a case, as they sent it, and what became of it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse

from beneficiaries.identity import masked_cnic, masked_phone
from beneficiaries.models.cases import Case, ReliefCase
from beneficiaries.models.papers import Trace
from beneficiaries.models.people import Person
from beneficiaries.private.sealed import SealedField, ValueIndex, sealed_check
from beneficiaries.rules.release_rules import REFERRAL_DECIDED_ONCE
from ledger.ruling import Rule, append_only


class Referral(Trace):
    """One person's matter under the sender's own reference. It is never changed; the case says what we found out."""

    class Way(models.TextChoices):
        API = "api", "API"
        FILE = "file", "File"

    kind = models.CharField(max_length=8, choices=Case.Kind.choices)
    source = models.CharField(max_length=12, choices=ReliefCase.Referral.choices)
    reference = models.CharField("sender's reference", max_length=40)
    through = models.ForeignKey("Office", on_delete=models.PROTECT, related_name="+", verbose_name="came in through")
    office = models.ForeignKey("Office", on_delete=models.PROTECT, related_name="referrals")
    name = models.CharField(max_length=120)
    name_urdu = models.CharField("name in Urdu", max_length=120, blank=True)
    relation = models.CharField(max_length=10, choices=Person.Relation.choices, blank=True)
    relative_name = models.CharField("father's or husband's name", max_length=120, blank=True)
    gender = models.CharField(max_length=1, choices=Person.Gender.choices)
    cnic = SealedField("CNIC", kind="cnic", blank=True)
    phone = SealedField(kind="phone", blank=True)
    born_on = models.DateField("date of birth", null=True, blank=True)
    district = models.ForeignKey("District", on_delete=models.PROTECT)
    violation = models.CharField(max_length=16, choices=ReliefCase.Violation.choices, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    prison = models.ForeignKey("Prison", on_delete=models.PROTECT, null=True, blank=True)
    prisoner_number = models.CharField(max_length=30, blank=True)
    sections = models.CharField("sections of law", max_length=120, blank=True)
    police_station = models.CharField(max_length=80, blank=True)
    fir_number = models.CharField("FIR number", max_length=20, blank=True)
    fir_year = models.PositiveSmallIntegerField("FIR year", null=True, blank=True)
    summary = models.TextField("what the sender tells", blank=True)
    # Keyed, because the content holds a CNIC: equal for what was sent twice.
    digest = models.CharField(max_length=64)
    way = models.CharField("came by", max_length=4, choices=Way.choices)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(ValueIndex("cnic"), name="referral_by_cnic")]
        constraints = [
            models.UniqueConstraint(fields=["through", "source", "reference"], name="referral_once_per_reference"),
            sealed_check("cnic", name="referral_cnic_is_sealed"),
            sealed_check("phone", name="referral_phone_is_sealed"),
            models.CheckConstraint(
                condition=models.Q(kind="relief", happened_on__isnull=False) & ~models.Q(violation="")
                | models.Q(kind="prisoner", prison__isnull=False),
                name="referral_says_what_it_is_about",
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.reference}"

    def get_absolute_url(self) -> str:
        return reverse("referral", args=[self.pk])

    @property
    def described(self) -> str:
        """'Zainab Bibi, daughter of Noor Ahmed', or the name alone."""
        known = self.relation and self.relative_name
        return f"{self.name}, {self.get_relation_display()} {self.relative_name}" if known else self.name

    @property
    def masked_cnic(self) -> str:
        return masked_cnic(self.cnic)

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)

    @property
    def about(self) -> str:
        """'Torture in custody, 1 Jun 2025', or the prison."""
        if self.kind == Case.Kind.RELIEF:
            return f"{self.get_violation_display()}, {self.happened_on:%-d %b %Y}"
        return f"{self.prison}, prisoner {self.prisoner_number}" if self.prisoner_number else str(self.prison)


class ReferralDecision(Trace):
    """What became of a referral; the last row counts. One that is accepted is a case from then on."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        DUPLICATE = "duplicate", "Duplicate"
        DECLINED = "declined", "Declined"
        REOPENED = "reopened", "Taken up again"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals")
    twin = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="twins")
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="accepted", case__isnull=False)
                | models.Q(outcome="duplicate") & (models.Q(case__isnull=False) | models.Q(twin__isnull=False))
                | models.Q(outcome__in=["declined", "reopened"], case__isnull=True, twin__isnull=True),
                name="referral_decision_names_its_case",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="accepted") | ~models.Q(reason=""), name="referral_decision_has_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(twin__isnull=True) | ~models.Q(twin=models.F("referral")),
                name="referral_is_not_its_own_twin",
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="referral_decided_once",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("last", "text")],
                func=REFERRAL_DECIDED_ONCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral}: {self.get_outcome_display()}"
