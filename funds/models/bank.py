"""Instruments: cheques, transfers and the other ways money leaves, from issue to the payee's receipt."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models

from funds.models.disbursement import PayeeLine
from funds.models.fund import Fund
from funds.models.voucher import Voucher
from funds.rules import cheque_rules, claim_rules, eligibility_rules, freeze_rules, hold_rules, request_rules
from ledger.clock import today
from ledger.fields import AmountField, amount_check
from ledger.history import records
from ledger.ruling import Rule, append_only

# Judged once for a statement, which may issue a hundred thousand.
WHOLE: dict[str, Any] = {
    "when": pgtrigger.After,
    "level": pgtrigger.Statement,
    "referencing": pgtrigger.Referencing(new="fresh"),
}


class Instrument(models.Model):
    """One instrument pays one line. A line has at most one live instrument; a number is never used again in its fund."""

    class State(models.TextChoices):
        ISSUED = "issued", "Issued"
        CLEARED = "cleared", "Cleared"
        RETURNED = "returned", "Returned by the bank"
        STALE = "stale", "Stale"
        STOPPED = "stopped", "Stopped"

    LIVE = (State.ISSUED, State.CLEARED)

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="instruments")
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="instruments")
    line = models.ForeignKey(PayeeLine, on_delete=models.PROTECT, related_name="instruments")
    method = models.CharField(max_length=16, choices=PayeeLine.Method.choices)
    number = models.CharField("cheque, transfer or challan number", max_length=40)
    amount = AmountField()
    place = models.CharField("treasury, bank's branch or court", max_length=120, blank=True, db_default="")
    account_head = models.CharField("head of account", max_length=40, blank=True, db_default="")
    court_case = models.CharField("number of the case in court", max_length=80, blank=True, db_default="")
    matures_on = models.DateField(null=True, blank=True)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ISSUED)
    state_on = models.DateField("in this state since")
    reason = models.CharField(max_length=200, blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="instruments")
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    entry = models.OneToOneField("ledger.JournalEntry", on_delete=models.PROTECT, related_name="+", db_constraint=False)

    history = records()

    class Meta:
        ordering = ["-id"]
        constraints = [
            amount_check("amount", name="instrument_amount_in_range"),
            models.UniqueConstraint(fields=["fund", "method", "number"], name="instrument_number_once_per_fund"),
            models.UniqueConstraint(
                fields=["line"], condition=models.Q(state__in=["issued", "cleared"]), name="one_live_instrument_a_line"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["issued", "cleared"]) | ~models.Q(reason=""),
                name="failed_instrument_needs_a_reason",
            ),
        ]
        triggers = [
            Rule(
                name="instrument_pays_its_line",
                operation=pgtrigger.Insert,
                **WHOLE,
                declare=[("request", "funds_disbursement%ROWTYPE"), ("wrong", "text"), ("hand", "bigint")],
                func=request_rules.INSTRUMENT_PAYS_ITS_LINE,
            ),
            Rule(
                name="owed_when_paid",
                operation=pgtrigger.Insert,
                **WHOLE,
                declare=[("lacking", "text"), ("paying", "bigint")],
                func=claim_rules.OWED_WHEN_PAID,
            ),
            Rule(
                name="payee_is_screened",
                operation=pgtrigger.Insert,
                **WHOLE,
                declare=[("listed", "text")],
                func=eligibility_rules.PAYEE_IS_SCREENED,
            ),
            Rule(
                name="leaf_is_free",
                operation=pgtrigger.Insert,
                **WHOLE,
                declare=[("wrong", "text")],
                func=cheque_rules.LEAF_IS_FREE,
            ),
            Rule(
                name="payable_for_its_time",
                operation=pgtrigger.Insert,
                **WHOLE,
                declare=[("wrong", "text")],
                func=cheque_rules.GOOD_FOR_ITS_TIME,
            ),
            Rule(
                name="particulars_are_said",
                operation=pgtrigger.Insert,
                **WHOLE,
                declare=[("wrong", "text")],
                func=cheque_rules.PARTICULARS_ARE_SAID,
            ),
            Rule(
                name="replaces_what_failed",
                operation=pgtrigger.Insert,
                **WHOLE,
                declare=[("wrong", "text")],
                func=cheque_rules.REPLACES_WHAT_FAILED,
            ),
            Rule(
                name="payee_not_held",
                operation=pgtrigger.Insert,
                **WHOLE,
                declare=[("payee", "text")],
                func=hold_rules.PAYEE_NOT_HELD,
            ),
            Rule(
                name="account_has_cooled",
                operation=pgtrigger.Insert,
                **WHOLE,
                declare=[("payee", "text")],
                func=hold_rules.ACCOUNT_HAS_COOLED,
            ),
            Rule(
                name="instrument_not_frozen",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=freeze_rules.not_frozen("NEW.fund_id", "payments", "NEW.issued_on"),
            ),
            Rule(
                name="clears_what_is_signed",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=cheque_rules.CLEARS_WHAT_IS_SIGNED,
            ),
            Rule(
                name="instrument_facts_stay",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("request", "funds_disbursement%ROWTYPE")],
                func=request_rules.INSTRUMENT_FACTS_STAY,
            ),
            request_rules.no_delete(),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.number}"

    @property
    def days_left(self) -> int | None:
        """For how many days it is still payable, below zero once it is stale; None where it does not expire."""
        return (self.expires_on - today()).days if self.expires_on else None


class Acknowledgement(models.Model):
    """The payee's, court's or jail's receipt for one instrument."""

    instrument = models.OneToOneField(Instrument, on_delete=models.PROTECT, related_name="acknowledgement")
    received_on = models.DateField()
    received_by = models.CharField(max_length=120)
    reference = models.CharField(max_length=80, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        triggers = [
            append_only(),
            Rule(
                name="hands_out_what_is_signed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("cheque", "funds_instrument%ROWTYPE")],
                func=cheque_rules.HANDS_OUT_WHAT_IS_SIGNED,
            ),
        ]

    def __str__(self) -> str:
        return f"Received by {self.received_by} on {self.received_on:%-d %b %Y}"
