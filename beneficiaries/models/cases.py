"""Cases: why money is due. A relief case names a violation, a prisoner case a court order; what it orders is in owed.py."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import ExtractYear, Lower
from django.urls import reverse

from beneficiaries.rules import case_rules, release_rules
from ledger.fields import AmountField, amount_check
from ledger.history import records
from ledger.ruling import Rule


class Case(models.Model):
    """One case file of one person; details sit in ReliefCase or PrisonerCase."""

    class Kind(models.TextChoices):
        RELIEF = "relief", "Relief"
        PRISONER = "prisoner", "Prisoner"

    number = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    office = models.ForeignKey("Office", on_delete=models.PROTECT, related_name="cases")
    person = models.ForeignKey("Person", on_delete=models.PROTECT, related_name="cases")
    opened_on = models.DateField()
    police_station = models.CharField(max_length=80, blank=True)
    fir_number = models.CharField("FIR number", max_length=20, blank=True)
    fir_year = models.PositiveSmallIntegerField("FIR year", null=True, blank=True)
    set_aside_on = models.DateField(null=True, blank=True)
    set_aside_reason = models.CharField("why it was set aside", max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    history = records()

    class Meta:
        ordering = ["-opened_on", "-id"]
        constraints = [
            # One FIR may name several victims, and somebody may be accused in the FIR under which he was also harmed.
            models.UniqueConstraint(
                "person",
                "kind",
                Lower("police_station"),
                Lower("fir_number"),
                "fir_year",
                condition=models.Q(set_aside_on=None) & ~models.Q(fir_number=""),
                name="one_case_per_person_and_fir",
            ),
            models.CheckConstraint(
                condition=models.Q(fir_number="", police_station="", fir_year=None)
                | (~models.Q(fir_number="") & ~models.Q(police_station="") & models.Q(fir_year__isnull=False)),
                name="fir_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(set_aside_on=None, set_aside_reason="")
                | (models.Q(set_aside_on__isnull=False) & ~models.Q(set_aside_reason="")),
                name="set_aside_says_why",
            ),
        ]
        triggers = [
            case_rules.not_merged("person_id"),
            Rule(
                name="relief_follows_its_case",
                operation=pgtrigger.Update,
                when=pgtrigger.After,
                func=case_rules.RELIEF_FOLLOWS_ITS_CASE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.pk])

    @property
    def fir(self) -> str:
        """'FIR 68/2019, PS Saddar', or empty."""
        return f"FIR {self.fir_number}/{self.fir_year}, PS {self.police_station}" if self.fir_number else ""


class ReliefCase(models.Model):
    """A victim of a human-rights violation who asks for a relief grant."""

    class Violation(models.TextChoices):
        TORTURE = "torture", "Torture in custody"
        KIDNAPPING = "kidnapping", "Kidnapping"
        RAPE = "rape", "Rape"
        ENCOUNTER = "encounter", "Police encounter"
        KILLING = "killing", "Extra-judicial killing"
        ARREST = "arrest", "Unlawful arrest of a woman"
        DOMESTIC = "domestic", "Domestic violence"
        FORCED_LABOUR = "forced_labour", "Forced labour"
        MINORITY = "minority", "Attack on a minority"
        OTHER = "other", "Other violation"

    class Referral(models.TextChoices):
        HELPLINE = "helpline", "Helpline 1099"
        LAJA = "laja", "LAJA lawyer"
        JAIL_VISIT = "jail_visit", "Jail visit"
        PROVINCE = "province", "Provincial department"
        COURT = "court", "Court"
        NGO = "ngo", "NGO"
        OWN = "own", "Own application"

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="relief")
    # Both are copies that the database keeps equal to the case's, so that one index can refuse the same help twice.
    person = models.ForeignKey("Person", on_delete=models.PROTECT, related_name="+", editable=False)
    set_aside = models.BooleanField(default=False, db_default=False, editable=False)
    violation = models.CharField(max_length=16, choices=Violation.choices)
    happened_on = models.DateField()
    district = models.ForeignKey("District", on_delete=models.PROTECT)
    referral = models.CharField(max_length=12, choices=Referral.choices)
    referral_reference = models.CharField(max_length=40, blank=True)
    report = models.TextField("verification report", blank=True)
    recommended_amount = AmountField()

    history = records(excluded_fields=["person", "set_aside"])

    class Meta:
        constraints = [
            amount_check("recommended_amount", name="relief_amount_in_range"),
            models.UniqueConstraint(
                "person",
                "violation",
                ExtractYear("happened_on"),
                condition=models.Q(set_aside=False),
                name="one_relief_case_per_violation_and_year",
            ),
        ]
        triggers = [
            Rule(
                name="person_of_its_case",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=case_rules.PERSON_OF_ITS_CASE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_violation_display()}, {self.happened_on}"


class PrisonerCase(models.Model):
    """A prisoner who stays inside only because money is unpaid. Release counts when the jail has confirmed it."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="prisoner")
    prison = models.ForeignKey("Prison", on_delete=models.PROTECT, related_name="cases")
    prisoner_number = models.CharField(max_length=30)
    sections = models.CharField("sections of law", max_length=120)
    sentence_served_on = models.DateField("substantive sentence served on", null=True, blank=True)
    sentence_certificate = models.CharField("jail's certificate of the sentence", max_length=80, blank=True)
    released_on = models.DateField(null=True, blank=True)
    release_reference = models.CharField("court release order and jail certificate", max_length=120, blank=True)

    history = records()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(released_on__isnull=True) | ~models.Q(release_reference=""),
                name="release_needs_its_reference",
            ),
        ]
        triggers = [
            Rule(
                name="released_on_is_proved",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=release_rules.AGREES_DECLARE,
                func=release_rules.RELEASED_ON_IS_PROVED,
            )
        ]

    def __str__(self) -> str:
        return f"Prisoner {self.prisoner_number}, {self.prison}"


class CourtOrder(models.Model):
    """The judgment or order that fixes what is owed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="orders")
    court = models.ForeignKey("Court", on_delete=models.PROTECT)
    number = models.CharField("case number of the court", max_length=60)
    decided_on = models.DateField()
    judgment_on = models.DateField("judgment of conviction, where this order came later", null=True, blank=True)

    history = records()

    class Meta:
        ordering = ["decided_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "court", "number"], name="court_order_once_per_case"),
            models.CheckConstraint(
                condition=models.Q(judgment_on=None) | models.Q(judgment_on__lte=models.F("decided_on")),
                name="judgment_before_its_order",
            ),
        ]
        triggers = [
            Rule(
                name="order_once_per_person",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("other", "text")],
                func=case_rules.ORDER_ONCE_PER_PERSON,
            )
        ]

    def __str__(self) -> str:
        return f"{self.court}, {self.number}, {self.decided_on:%-d %b %Y}"
