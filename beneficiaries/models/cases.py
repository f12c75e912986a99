"""Cases: why money is due. A relief case names a violation, a prisoner case a court order and its obligations."""

from decimal import Decimal
from fractions import Fraction

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse

from beneficiaries.kinship import Kin, kin_of
from beneficiaries.release_rules import AGREES_DECLARE, RELEASED_ON_IS_PROVED
from beneficiaries.rules import ORDERED_SUM_STAYS, SHARES_SUM_TO_ONE, not_merged
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
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    history = records()

    class Meta:
        ordering = ["-opened_on", "-id"]
        triggers = [not_merged("person_id")]

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
    violation = models.CharField(max_length=16, choices=Violation.choices)
    happened_on = models.DateField()
    district = models.ForeignKey("District", on_delete=models.PROTECT)
    referral = models.CharField(max_length=12, choices=Referral.choices)
    referral_reference = models.CharField(max_length=40, blank=True)
    report = models.TextField("verification report", blank=True)
    recommended_amount = AmountField()

    history = records()

    class Meta:
        constraints = [
            amount_check("recommended_amount", name="relief_amount_in_range"),
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
                declare=AGREES_DECLARE,
                func=RELEASED_ON_IS_PROVED,
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

    history = records()

    class Meta:
        ordering = ["decided_on", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "court", "number"], name="court_order_once_per_case")]

    def __str__(self) -> str:
        return f"{self.court}, {self.number}, {self.decided_on:%d %b %Y}"


class Obligation(models.Model):
    """One sum a court has ordered, in rupees; what others paid before is taken off."""

    class Kind(models.TextChoices):
        DIYAT = "diyat", "Diyat"
        ARSH = "arsh", "Arsh"
        DAMAN = "daman", "Daman"
        COMPENSATION = "compensation", "Compensation, s.544-A CrPC"
        FINE = "fine", "Fine"
        BAIL = "bail_deposit", "Bail deposit"

    order = models.ForeignKey(CourtOrder, on_delete=models.PROTECT, related_name="obligations")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    amount_ordered = AmountField()
    paid_before = AmountField("paid before by others", default=Decimal(0))
    owed_to = models.CharField("owed to the heirs of, or to", max_length=120, blank=True)

    history = records()

    class Meta:
        ordering = ["id"]
        constraints = [
            amount_check("amount_ordered", name="obligation_amount_in_range"),
            amount_check("paid_before", name="obligation_paid_before_in_range", zero=True),
            models.CheckConstraint(
                condition=models.Q(paid_before__lte=models.F("amount_ordered")),
                name="obligation_not_paid_before_in_excess",
            ),
        ]
        triggers = [
            Rule(
                name="ordered_sum_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=ORDERED_SUM_STAYS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_ordered}"

    @property
    def balance(self) -> Decimal:
        """What the order leaves to pay, in rupees, before anything our funds have paid."""
        return self.amount_ordered - self.paid_before


class Heir(models.Model):
    """An heir's share of diyat as the court gave it: an exact fraction. All heirs of one obligation share a denominator."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="heirs")
    person = models.ForeignKey("Person", on_delete=models.PROTECT, related_name="inheritances")
    kinship = models.CharField("relation to the deceased", max_length=40)
    share_numerator = models.PositiveIntegerField()
    share_denominator = models.PositiveIntegerField()
    unsound_mind = models.BooleanField("of unsound mind, as the court found", default=False, db_default=False)

    history = records()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "person"], name="heir_once_per_obligation"),
            models.CheckConstraint(
                condition=models.Q(share_numerator__gt=0, share_numerator__lte=models.F("share_denominator")),
                name="heir_share_between_0_and_1",
            ),
        ]
        triggers = [
            not_merged("person_id"),
            Rule(
                name="shares_sum_to_one",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=[
                    ("denominators", "bigint"),
                    ("total", "bigint"),
                    ("denominator", "bigint"),
                    ("heirs", "bigint"),
                ],
                func=SHARES_SUM_TO_ONE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.share}"

    @property
    def kin(self) -> Kin | None:
        """The kinship as the calculator of shares knows it; None for others, whose share the court alone gives."""
        return kin_of(self.kinship)

    @property
    def part(self) -> Fraction:
        """The court's share as a number."""
        return Fraction(self.share_numerator, self.share_denominator)

    @property
    def share(self) -> str:
        """'9/72', as the certificate writes it."""
        return f"{self.share_numerator}/{self.share_denominator}"
