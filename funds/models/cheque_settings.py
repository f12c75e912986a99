"""Dated data about cheques, from the pack: how long they are good, who signs beside the DDO, how a bank's leaf is laid out."""

from django.db import models
from django.db.models import F, Q

from beneficiaries.models.policy import Dated
from funds.models.fund import Fund
from ledger.fields import AmountField, amount_check
from ledger.history import records
from ledger.models.guards import never_removed

# What stands on a leaf; the crossing is "A/C PAYEE ONLY".
PARTS = ("date", "crossing", "payee", "words", "words_next", "amount", "first_signatory", "second_signatory")


class ChequeExpiry(Dated):
    """A cheque or pay order is payable for `months` after the month of issue, never beyond 30 June where `within_year`."""

    months = models.PositiveSmallIntegerField()
    within_year = models.BooleanField()

    history = records()

    class Meta(Dated.Meta):
        ordering = ["effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["effective_from"], name="cheque_expiry_once_a_day"),
            models.CheckConstraint(condition=Q(months__range=(0, 24)), name="cheque_expiry_in_months"),
        ]
        triggers = [never_removed()]

    def __str__(self) -> str:
        return f"{self.months} months{', within the year' if self.within_year else ''}"


class SecondSignature(Dated):
    """From `minimum` rupees on a second person signs a cheque. A fund's own row goes before one for all."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    minimum = AmountField()

    history = records()

    class Meta(Dated.Meta):
        ordering = ["fund", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            amount_check("minimum", name="second_signature_minimum_in_range"),
            models.UniqueConstraint(
                fields=["fund", "effective_from"], name="second_signature_once", nulls_distinct=False
            ),
        ]
        triggers = [never_removed()]

    def __str__(self) -> str:
        return f"Two sign from {self.minimum}"


class LeafLayout(Dated):
    """Where the parts of a cheque stand on the leaf of a bank, whose accounts have this code in their IBAN; in millimetres.

    `places`: by part x and y of its baseline from the left and top edge, the size in points, and the width.
    """

    bank = models.CharField("code of the bank", max_length=4)
    width_mm = models.PositiveSmallIntegerField()
    height_mm = models.PositiveSmallIntegerField()
    places = models.JSONField()

    history = records()

    class Meta(Dated.Meta):
        ordering = ["bank", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["bank", "effective_from"], name="leaf_layout_once"),
            models.CheckConstraint(
                condition=Q(width_mm__range=(50, 300), height_mm__range=(30, 200), width_mm__gte=F("height_mm")),
                name="leaf_layout_is_a_leaf",
            ),
        ]
        triggers = [never_removed()]

    def __str__(self) -> str:
        return f"{self.bank} {self.width_mm} × {self.height_mm} mm"
