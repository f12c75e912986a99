"""Journal entries and lines, and the totals kept with them.

Rows of entries and lines arise only through posting.post; their foreign keys are checked by the line rule instead of by
constraints, which would lock the parent rows of every post.
"""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Func, Q

from ledger import line_rules, post_functions, rules
from ledger.fields import RupeesMoneyField, XidField
from ledger.models.accounts import Account, Book, Side
from ledger.models.guards import only_by_rule
from ledger.models.years import Period
from ledger.ruling import Routine, Rule, append_only


class JournalEntry(models.Model):
    """One booking: what happened, on which date, under which reference. Never changed; undone by a reversal.

    `corrects`: this entry was posted in place of that one, together with its reversal.
    """

    book = models.ForeignKey(
        Book, on_delete=models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    date = models.DateField()
    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=100)
    memo = models.TextField()
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    reverses = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="reversals", db_constraint=False, db_index=False
    )
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections", db_constraint=False, db_index=False
    )
    reason = models.TextField(default="", db_default="")
    recorded = models.DateTimeField(db_default=TransactionNow(), editable=False)
    xid = XidField(db_default=Func(function="pg_current_xact_id"), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        ordering = ["date", "id"]
        verbose_name_plural = "journal entries"
        indexes = [
            models.Index(fields=["period", "date"], name="entry_by_date"),
            models.Index(fields=["corrects"], condition=Q(corrects__isnull=False), name="entry_by_corrected"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["book", "key"], name="one_entry_per_key"),
            models.UniqueConstraint(fields=["reverses"], condition=Q(reverses__isnull=False), name="reversed_once"),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(key=""), name="entry_has_kind_and_key"),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, corrects__isnull=True) | ~Q(reason=""), name="reversal_has_a_reason"
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="has_lines",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=rules.HAS_LINES,
            ),
            Routine(
                name="ledger_post_one",
                signature=post_functions.ONE_SIGNATURE,
                declare=post_functions.ONE_DECLARE,
                func=post_functions.ONE,
            ),
            Routine(
                name="ledger_post",
                signature=post_functions.MANY_SIGNATURE,
                declare=post_functions.MANY_DECLARE,
                func=post_functions.MANY,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.kind} {self.reference}"


class JournalLine(models.Model):
    """An amount above zero on one side of one account.

    `head` is the charge account a payable or cheque line belongs to, `party` whom it concerns ("line:<id>"). The line rule
    checks amount, currency and side with everything else: a CHECK would be parsed anew by each statement.
    """

    entry = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    position = models.IntegerField()
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    side = models.CharField(max_length=1, choices=Side)
    amount = RupeesMoneyField()
    head = models.CharField(max_length=20, blank=True, default="", db_default="")
    party = models.CharField(max_length=100, blank=True, default="", db_default="")
    objects: ClassVar[models.Manager["JournalLine"]] = models.Manager()

    class Meta:
        ordering = ["entry", "position"]
        indexes = [models.Index(fields=["account", "entry"], name="line_by_account")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="one_line_per_position"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="lines",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_lines"),
                declare=line_rules.DECLARE,
                func=line_rules.LINES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.position}"


class AccountTotal(models.Model):
    """Debits and credits of one account in one period, added up by the line rule; a busy account has several slots."""

    pk = models.CompositePrimaryKey("account", "period", "slot")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="totals", db_index=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="totals", db_index=False)
    slot = models.SmallIntegerField()
    debit = models.DecimalField(max_digits=30, decimal_places=2)
    credit = models.DecimalField(max_digits=30, decimal_places=2)

    class Meta:
        triggers = [only_by_rule()]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.period_id}"


class AccountFloor(models.Model):
    """The balance of a never-negative account on its normal side: one row, so that it can be guarded exactly."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, related_name="floor")
    balance = models.DecimalField(max_digits=30, decimal_places=2)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(balance__gte=0), name="floor_holds")]
        triggers = [only_by_rule()]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.balance}"
