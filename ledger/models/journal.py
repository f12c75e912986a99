"""Journal entries and lines, and the totals kept with them.

Rows arise only through the door (ledger/door.py), which posting.post knocks at; it looks foreign keys up itself, because
constraints would lock the parent rows of every post.
"""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Func, Q

from ledger import door, read_functions
from ledger.fields import PaisaField, RupeesMoneyField, XidField
from ledger.models.accounts import Account, Book, Side
from ledger.models.guards import only_by_door, only_by_rule
from ledger.models.years import Period
from ledger.ruling import Door, Routine, append_only


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
        ]
        triggers = [
            append_only(),
            only_by_door(),
            Door(view=door.PAIR_VIEW, columns=door.PAIR_COLUMNS, declare=door.PAIR_DECLARE, func=door.PAIR),
            Door(view=door.MANY_VIEW, columns=door.MANY_COLUMNS, declare=door.MANY_DECLARE, func=door.MANY),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.kind} {self.reference}"


class JournalLine(models.Model):
    """An amount above zero on one side of one account.

    `head` is the charge account a payable or cheque line belongs to, `party` whom it concerns ("line:<id>"). The door judges
    amount and side with everything else: a CHECK would be parsed anew by each statement.
    """

    pk = models.CompositePrimaryKey("entry", "position")
    entry = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    # Before the position, for a table's columns stand as here: else each line has four bytes more, to align this one.
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    position = models.IntegerField()
    side = models.CharField(max_length=1, choices=Side)
    amount = RupeesMoneyField()
    head = models.CharField(max_length=20, blank=True, default="", db_default="")
    party = models.CharField(max_length=100, blank=True, default="", db_default="")
    objects: ClassVar[models.Manager["JournalLine"]] = models.Manager()

    class Meta:
        ordering = ["entry", "position"]
        indexes = [models.Index(fields=["account", "entry"], name="line_by_account")]
        triggers = [append_only(), only_by_door()]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.position}"


class AccountTotal(models.Model):
    """Debits and credits of one account in one period, added up by the door; a busy account has several slots."""

    pk = models.CompositePrimaryKey("account", "period", "slot")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="totals", db_index=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="totals", db_index=False)
    slot = models.SmallIntegerField()
    debit = PaisaField(db_column="debit_paisa")
    credit = PaisaField(db_column="credit_paisa")

    class Meta:
        triggers = [
            only_by_rule(),
            Routine(
                name="ledger_balance",
                signature=read_functions.BALANCE_SIGNATURE,
                declare=read_functions.BALANCE_DECLARE,
                func=read_functions.BALANCE,
            ),
            Routine(
                name="ledger_trial",
                signature=read_functions.TRIAL_SIGNATURE,
                declare=read_functions.TRIAL_DECLARE,
                func=read_functions.TRIAL,
            ),
        ]

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
