"""The books: accounts, years, periods, journal entries and lines, stored totals. rules.py holds their rules.

Rows of entries and lines arise only through posting.post; foreign keys of the journal are checked by the line rule
instead of by constraints, which would lock the parent rows of every post.
"""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Func, Q

from ledger import line_rules, period_rules, post_functions, rules
from ledger.fields import RupeesMoneyField, XidField
from ledger.history import records
from ledger.ruling import Routine, Rule, append_only

CURRENCY = "PKR"


class Element(models.TextChoices):
    ASSET = "asset", "Asset"
    LIABILITY = "liability", "Liability"
    EQUITY = "equity", "Equity"
    RECEIPT = "receipt", "Receipt"
    EXPENDITURE = "expenditure", "Expenditure"
    MEMO = "memo", "Memorandum"


class Side(models.TextChoices):
    DEBIT = "D", "Debit"
    CREDIT = "C", "Credit"


def _never_removed() -> list[Rule]:
    return [
        Rule(
            name="never_removed",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Delete | pgtrigger.Truncate,
            func=rules.NEVER_REMOVED,
        )
    ]


def _frozen(*fields: str) -> Rule:
    return Rule(
        name="frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("id", *fields),
        func=rules.FROZEN,
    )


def _only_by_rule() -> Rule:
    """Refuses whoever writes directly; the line rule and the account rule write from one trigger further in."""
    return Rule(
        name="only_by_rule",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
        func=rules.ONLY_BY_RULE,
    )


def _last_day(length: str) -> Func:
    """The last day of a span of `length` beginning at `start`."""
    template = f"(%(expressions)s + interval '{length}' - interval '1 day')::date"
    return Func(F("start"), template=template, output_field=models.DateField())


class Book(models.Model):
    """The self-balancing accounts of one fund; `code` is the fund's code."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default=CURRENCY, db_default=CURRENCY)
    history = records()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="book_has_a_code"),
            models.CheckConstraint(condition=Q(currency=CURRENCY), name="book_in_rupees"),
        ]
        triggers = [*_never_removed(), _frozen("code", "currency")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Account(models.Model):
    """A head of one book. `never_negative`: the database refuses a balance below zero on the normal side.

    `slots` is over how many rows the stored total spreads, so that a busy account does not queue.
    """

    # Accounts are found by book and code together; an index on the book alone misled the planner of ledger_post.
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts", db_index=False)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    element = models.CharField(max_length=12, choices=Element)
    normal = models.CharField(max_length=1, choices=Side)
    never_negative = models.BooleanField(default=False)
    slots = models.SmallIntegerField(default=16)
    official_code = models.CharField(max_length=30, blank=True, default="")
    history = records()

    class Meta:
        ordering = ["book", "code"]
        constraints = [
            models.UniqueConstraint(fields=["book", "code"], name="one_account_per_code"),
            models.CheckConstraint(condition=~Q(code=""), name="account_has_a_code"),
            models.CheckConstraint(condition=Q(element__in=Element.values), name="account_element_known"),
            models.CheckConstraint(condition=Q(normal__in=Side.values), name="account_side_known"),
            models.CheckConstraint(condition=Q(slots__gte=1, slots__lte=64), name="account_slots_in_range"),
        ]
        triggers = [
            *_never_removed(),
            _frozen("book", "code", "element", "normal", "never_negative", "slots"),
            Rule(
                name="new_floor",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.never_negative"),
                func=rules.NEW_FLOOR,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class FiscalYear(models.Model):
    """1 July to 30 June, "2025-26". Years of a book open, close and reopen in order."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="years")
    label = models.CharField(max_length=7)
    start = models.DateField()
    end = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    history = records()

    class Meta:
        ordering = ["book", "start"]
        constraints = [
            models.UniqueConstraint(fields=["book", "label"], name="one_year_per_label"),
            models.UniqueConstraint(fields=["book", "start"], name="one_year_per_start"),
            models.CheckConstraint(
                condition=Q(start__month=7, start__day=1, end=_last_day("1 year")), name="year_is_july_to_june"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="year_closed_by_somebody",
            ),
        ]
        triggers = [
            *_never_removed(),
            _frozen("book", "label", "start", "end"),
            Rule(
                name="years_follow",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=period_rules.YEARS_FOLLOW,
            ),
            Rule(
                name="closes_in_order",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("closed_at", "closed_by"),
                declare=period_rules.GATE_DECLARE,
                func=period_rules.YEAR_CLOSES_IN_ORDER,
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def closed(self) -> bool:
        return self.closed_at is not None


class Period(models.Model):
    """One calendar month of a book, or the day of 30 June that a year's closing entries lie in.

    Closed when `closed_at` is set: the database then refuses entries dated in it. `override` says why it was closed
    without an approved bank reconciliation.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="periods")
    year = models.ForeignKey(FiscalYear, on_delete=models.PROTECT, related_name="periods")
    start = models.DateField()
    end = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    override = models.TextField(blank=True, default="", db_default="")
    history = records()

    class Meta:
        ordering = ["book", "start"]
        constraints = [
            models.UniqueConstraint(fields=["book", "start"], name="one_period_per_month"),
            models.CheckConstraint(
                condition=Q(start__day=1, end=_last_day("1 month")) | Q(start=F("end"), end__month=6, end__day=30),
                name="period_is_a_month",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, override="")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(override=""),
                name="period_closed_by_somebody",
            ),
        ]
        triggers = [
            *_never_removed(),
            _frozen("book", "year", "start", "end"),
            Rule(
                name="starts_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=period_rules.PERIOD_STARTS_OPEN,
            ),
            Rule(
                name="closes_in_order",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("closed_at", "closed_by", "override"),
                declare=period_rules.GATE_DECLARE,
                func=period_rules.PERIOD_CLOSES_IN_ORDER,
            ),
        ]

    def __str__(self) -> str:
        return f"closing of {self.end:%Y-%m-%d}" if self.is_closing else f"{self.start:%Y-%m}"

    @property
    def closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_closing(self) -> bool:
        """Whether it is the closing period of its year instead of a month."""
        return self.start == self.end


class Reopening(models.Model):
    """A closed month, or a closed year, to be opened again: one person asks, another one agrees or declines."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting"
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"

    period = models.ForeignKey(Period, null=True, on_delete=models.PROTECT, related_name="reopenings")
    year = models.ForeignKey(FiscalYear, null=True, on_delete=models.PROTECT, related_name="reopenings")
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    remark = models.TextField(blank=True, default="")
    history = records()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isnull=False, year__isnull=True) | Q(period__isnull=True, year__isnull=False),
                name="reopening_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reopening_has_a_reason"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | Q(outcome="agreed", decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("asked_by"))
                | Q(outcome="declined", decided_by__isnull=False, decided_at__isnull=False),
                name="reopening_agreed_by_another",
            ),
            models.UniqueConstraint(fields=["period"], condition=Q(outcome="waiting"), name="month_asked_once"),
            models.UniqueConstraint(fields=["year"], condition=Q(outcome="waiting"), name="year_asked_once"),
        ]
        triggers = [
            *_never_removed(),
            Rule(
                name="decided_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=period_rules.REOPENING_IS_DECIDED_ONCE,
            ),
        ]

    def __str__(self) -> str:
        return f"Reopening of {self.period or self.year}"


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
        triggers = [_only_by_rule()]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.period_id}"


class AccountFloor(models.Model):
    """The balance of a never-negative account on its normal side: one row, so that it can be guarded exactly."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, related_name="floor")
    balance = models.DecimalField(max_digits=30, decimal_places=2)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(balance__gte=0), name="floor_holds")]
        triggers = [_only_by_rule()]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.balance}"
