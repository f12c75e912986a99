"""What a court ordered, and who paid of it before."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower

from beneficiaries.models.cases import CourtOrder
from beneficiaries.rules import case_rules
from ledger.fields import AmountField, amount_check
from ledger.history import records
from ledger.ruling import Rule, append_only


class JointAward(models.Model):
    """Diyat that several convicts owe together: split among them equally, each part for itself (PLD 2003 Karachi 277).

    Known by court, case number and whose heirs are owed; the convicts' cases may lie in different offices.
    """

    court = models.ForeignKey("Court", on_delete=models.PROTECT)
    number = models.CharField("case number of the court", max_length=60)
    owed_to = models.CharField("owed to the heirs of", max_length=120)
    total = AmountField()
    convicts = models.PositiveSmallIntegerField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            amount_check("total", name="joint_award_in_range"),
            models.CheckConstraint(
                condition=models.Q(convicts__gte=2, convicts__lte=200), name="joint_award_of_several"
            ),
            models.UniqueConstraint("court", Lower("number"), Lower("owed_to"), name="joint_award_once"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.total} owed by {self.convicts} convicts together"


class Obligation(models.Model):
    """One sum a court has ordered, in rupees; what others paid before is taken off."""

    class Kind(models.TextChoices):
        DIYAT = "diyat", "Diyat"
        ARSH = "arsh", "Arsh"
        DAMAN = "daman", "Daman"
        COMPENSATION = "compensation", "Compensation, s.544-A CrPC"
        FINE = "fine", "Fine"
        BAIL = "bail_deposit", "Bail deposit"
        SURETY = "surety_bond", "Surety bond"

    CONTINGENT = (Kind.SURETY,)  # owed only if the bond is forfeited (s.514 CrPC), so never paid from here
    WITH_DEFAULT_TERM = (Kind.FINE, Kind.COMPENSATION)

    order = models.ForeignKey(CourtOrder, on_delete=models.PROTECT, related_name="obligations")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    section = models.CharField("under section", max_length=40, blank=True, default="")
    amount_ordered = AmountField()
    paid_before = AmountField("paid before by others", default=Decimal(0))
    owed_to = models.CharField("owed to the heirs of, or to", max_length=120, blank=True)
    default_days = models.PositiveSmallIntegerField(
        "days of prison in default of payment", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    surety = models.ForeignKey(
        "Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bonds",
        verbose_name="who stands surety",
    )
    award = models.ForeignKey(JointAward, on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    award_place = models.PositiveSmallIntegerField("place among the convicts", null=True, blank=True)

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
            models.UniqueConstraint(
                "order", "kind", Lower("owed_to"), Lower("section"), name="obligation_once_per_order"
            ),
            models.CheckConstraint(
                condition=models.Q(default_days=None)
                | models.Q(default_days__gte=1, kind__in=["fine", "compensation"]),
                name="default_term_of_a_fine",
            ),
            models.CheckConstraint(
                condition=models.Q(surety=None) | models.Q(kind="surety_bond"), name="surety_of_a_bond"
            ),
            models.CheckConstraint(
                condition=models.Q(award=None, award_place=None)
                | models.Q(award__isnull=False, award_place__gte=1, kind="diyat"),
                name="joint_part_has_a_place",
            ),
            models.UniqueConstraint(fields=["award", "award_place"], name="joint_part_once"),
        ]
        triggers = [
            Rule(
                name="ordered_sum_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=case_rules.ORDERED_SUM_STAYS,
            ),
            Rule(
                name="obligation_begins_unpaid",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("joint", "beneficiaries_jointaward%ROWTYPE"), ("unit", "numeric"), ("units", "numeric")],
                func=case_rules.OBLIGATION_BEGINS_UNPAID,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_ordered}"

    @property
    def balance(self) -> Decimal:
        """What the order leaves to pay, in rupees, before anything our funds have paid."""
        return self.amount_ordered - self.paid_before

    @property
    def is_contingent(self) -> bool:
        """Whether nothing is due unless something else happens: a surety bond."""
        return self.kind in self.CONTINGENT

    @property
    def whole(self) -> Decimal:
        """The whole award in rupees, of which this is one convict's part."""
        return self.award.total if self.award is not None else self.amount_ordered


class PriorPayment(models.Model):
    """What somebody else paid of a sum: who, when, by which receipt.

    The sum's `paid_before` is the total of these rows; the database refuses another.
    """

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="prior_payments")
    paid_on = models.DateField(null=True, blank=True)
    payer = models.CharField("paid by", max_length=120)
    receipt = models.CharField("court's or treasury's receipt", max_length=80, blank=True)
    amount = AmountField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    UNNAMED = "Others, not named"

    class Meta:
        ordering = ["paid_on", "id"]
        constraints = [
            amount_check("amount", name="prior_payment_in_range"),
            models.CheckConstraint(condition=~models.Q(payer=""), name="prior_payment_names_its_payer"),
            models.UniqueConstraint(
                "obligation", Lower("receipt"), condition=~models.Q(receipt=""), name="prior_receipt_once"
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="prior_payment_counts",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=[("owed", "beneficiaries_obligation%ROWTYPE")],
                func=case_rules.paid_before_is_the_sum("NEW.obligation_id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} by {self.payer}"


class PriorPaymentStruck(models.Model):
    """A payment by others that was recorded by mistake, and why; the row stays and no longer counts."""

    payment = models.OneToOneField(PriorPayment, on_delete=models.PROTECT, related_name="struck")
    reason = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="struck_payment_says_why")]
        triggers = [
            append_only(),
            Rule(
                name="struck_payment_counts_no_more",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=[("owed", "beneficiaries_obligation%ROWTYPE")],
                func=case_rules.paid_before_is_the_sum(
                    "(SELECT obligation_id FROM beneficiaries_priorpayment WHERE id = NEW.payment_id)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment} struck out: {self.reason}"
