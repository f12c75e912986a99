"""Bail deposits that a court keeps (s.514 CrPC). A deposit is the payee line it was paid on; what comes back is MoneyBack."""

import pgtrigger
from django.db import models
from django.db.models import Q

from beneficiaries.models.limits import Consent
from funds.models.disbursement import PayeeLine
from funds.models.freezes import Proposal
from funds.rules import bail_rules as rules
from ledger.fields import AmountField, amount_check
from ledger.ruling import Rule, append_only


class Forfeiture(Proposal):
    """A court's order that it keeps a bail deposit, in part or whole; it counts when a second person agrees."""

    line = models.ForeignKey(PayeeLine, on_delete=models.PROTECT, related_name="forfeitures")
    amount = AmountField()
    forfeited_on = models.DateField("ordered on")
    order_number = models.CharField("number of the court's order", max_length=80)
    paper = models.ForeignKey("beneficiaries.Paper", on_delete=models.PROTECT, related_name="+")

    class Meta(Proposal.Meta):
        ordering = ["id"]
        constraints = [
            *Proposal.Meta.constraints,
            amount_check("amount", name="forfeiture_in_range"),
            models.CheckConstraint(condition=~Q(order_number=""), name="forfeiture_names_its_order"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="forfeiture_is_asked",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=rules.DECLARE,
                func=rules.FORFEITURE_IS_ASKED,
            ),
        ]

    def __str__(self) -> str:
        return f"Forfeiture by order {self.order_number}"


class ForfeitureDecision(Consent):
    """A second person's consent, with the entry that charges it, or not."""

    forfeiture = models.OneToOneField(Forfeiture, on_delete=models.PROTECT, related_name="decision")
    entry = models.OneToOneField(
        "ledger.JournalEntry", on_delete=models.PROTECT, related_name="+", db_constraint=False, null=True
    )

    class Meta(Consent.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="agreed", entry__isnull=False) | ~Q(outcome="agreed") & Q(entry=None),
                name="deposit_forfeited_by_an_entry",
            )
        ]
        triggers = [
            append_only(),
            Rule(
                name="forfeiture_is_agreed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[*rules.DECLARE, ("asked", "funds_forfeiture%ROWTYPE")],
                func=rules.FORFEITURE_IS_AGREED,
            ),
        ]
