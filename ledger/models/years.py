"""Fiscal years and their periods: open, closed, and opened again by two people."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Func, Q

from ledger import period_rules
from ledger.history import records
from ledger.models.accounts import Book
from ledger.models.guards import frozen, never_removed
from ledger.ruling import Rule


def _last_day(length: str) -> Func:
    """The last day of a span of `length` beginning at `start`."""
    template = f"(%(expressions)s + interval '{length}' - interval '1 day')::date"
    return Func(F("start"), template=template, output_field=models.DateField())


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
            never_removed(),
            frozen("book", "label", "start", "end"),
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
            never_removed(),
            frozen("book", "year", "start", "end"),
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
            never_removed(),
            Rule(
                name="decided_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=period_rules.REOPENING_IS_DECIDED_ONCE,
            ),
        ]

    def __str__(self) -> str:
        return f"Reopening of {self.what}"

    @property
    def what(self) -> Period | FiscalYear:
        """The month or the year to be opened; the database keeps that there is exactly one."""
        found = self.year or self.period
        assert found is not None
        return found
