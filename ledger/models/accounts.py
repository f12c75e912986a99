"""Books and their accounts."""

import pgtrigger
from django.db import models
from django.db.models import Q

from ledger import rules
from ledger.history import records
from ledger.models.guards import frozen, never_removed
from ledger.ruling import Rule

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
        triggers = [never_removed(), frozen("code", "currency")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Account(models.Model):
    """A head of one book. `never_negative`: the database refuses a balance below zero on the normal side.

    `slots` is over how many rows the stored total spreads, so that a busy account does not queue.
    """

    # Accounts are found by book and code together; an index on the book alone misled the planner of the posting functions.
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts", db_index=False)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    element = models.CharField(max_length=12, choices=Element)
    normal = models.CharField(max_length=1, choices=Side)
    never_negative = models.BooleanField(default=False)
    slots = models.SmallIntegerField(default=8)
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
            never_removed(),
            frozen("book", "code", "element", "normal", "never_negative", "slots"),
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
