"""Unclaimed money of a lapsable fund on its way back to the Treasury."""

import pgtrigger
from django.db import models

from funds.models.budget import Recorded
from funds.rules import budget_rules as rules
from ledger.ruling import Rule, append_only


class TreasuryReturn(Recorded):
    """Money of payments that failed after 30 June, paid into government receipt by a challan."""

    reference = models.CharField("number of the challan", max_length=80)
    returned_on = models.DateField()
    entry = models.OneToOneField("ledger.JournalEntry", on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta(Recorded.Meta):
        ordering = ["returned_on", "id"]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(fields=["fund", "reference"], name="treasury_return_once"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="returns_what_is_unclaimed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=rules.POSTED_DECLARE,
                func=rules.RETURNS_WHAT_IS_UNCLAIMED,
            ),
        ]

    def __str__(self) -> str:
        return f"Challan {self.reference}"
