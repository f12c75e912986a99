"""Cheque books: a leaf is a number of a book. Unused is what nothing says anything about; the rest is a record each."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from funds.models.bank import Instrument
from funds.models.fund import Fund
from funds.rules import cheque_rules
from ledger.ruling import Rule, append_only

LARGEST = 10_000  # leaves of a book


class Recorded(models.Model):
    """Who recorded it, and when."""

    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        abstract = True


class ChequeBook(Recorded):
    """The numbers that the bank gave out on one fund's account: a prefix, and `first` to `last` in `digits` digits."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="cheque_books")
    prefix = models.CharField(max_length=8, blank=True)
    digits = models.PositiveSmallIntegerField()
    first = models.PositiveIntegerField("first leaf")
    last = models.PositiveIntegerField("last leaf")
    received_on = models.DateField()
    received_from = models.CharField("branch of the bank", max_length=120)

    class Meta:
        ordering = ["received_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first"), last__lt=F("first") + LARGEST), name="cheque_book_leaves_in_order"
            ),
            models.CheckConstraint(condition=Q(prefix__regex=r"^([A-Z0-9/-]*[A-Z/-])?$"), name="cheque_book_prefix"),
            models.CheckConstraint(condition=Q(digits__range=(1, 9)), name="cheque_book_digits"),
            models.CheckConstraint(condition=~Q(received_from=""), name="cheque_book_has_a_branch"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="book_is_new",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=cheque_rules.BOOK_IS_NEW,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number(self.first)} to {self.number(self.last)}"

    def get_absolute_url(self) -> str:
        return reverse("cheque_book", args=[self.fund.code, self.pk])

    def number(self, leaf: int) -> str:
        """What is printed on this leaf."""
        return f"{self.prefix}{leaf:0{self.digits}d}"

    @property
    def size(self) -> int:
        return self.last - self.first + 1


class LeafMark(Recorded):
    """A leaf that no cheque is ever drawn on: spoilt before it was used, or void."""

    class Kind(models.TextChoices):
        SPOILT = "spoilt", "Spoilt"
        VOID = "void", "Void"

    book = models.ForeignKey(ChequeBook, on_delete=models.PROTECT, related_name="marks")
    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="leaf_marked_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="leaf_mark_has_a_reason"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="leaf_is_unused",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("book", "funds_chequebook%ROWTYPE")],
                func=cheque_rules.LEAF_IS_UNUSED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_kind_display().lower()}, {self.reason}"


class ChequeEnd(Recorded):
    """What became of the paper of a cheque that failed, or of a marked leaf: destroyed before a witness, or lost.

    A failed cheque is replaced only when this is known (Finance Division OM of 10 April 2010: it comes back and is destroyed).
    """

    class Kind(models.TextChoices):
        DESTROYED = "destroyed", "Destroyed"
        LOST = "lost", "Lost"

    instrument = models.OneToOneField(
        Instrument, on_delete=models.PROTECT, null=True, blank=True, related_name="paper_end"
    )
    mark = models.OneToOneField(LeafMark, on_delete=models.PROTECT, null=True, blank=True, related_name="paper_end")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    ended_on = models.DateField()
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stop_reference = models.CharField("the bank's confirmation that it is stopped", max_length=80, blank=True)
    indemnity = models.CharField("indemnity bond", max_length=80, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(instrument__isnull=False, mark=None) | Q(instrument=None, mark__isnull=False),
                name="one_paper_ends",
            ),
            models.CheckConstraint(
                condition=Q(kind="destroyed", witness__isnull=False)
                | (Q(kind="lost", instrument__isnull=False) & ~Q(indemnity="")),
                name="end_is_proved",
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="paper_may_end",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("failed", "funds_instrument%ROWTYPE")],
                func=cheque_rules.PAPER_MAY_END,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.ended_on:%-d %b %Y}"


class CoSignature(Recorded):
    """The second signature on a cheque, by another person, where a setting of that day asks for one."""

    instrument = models.OneToOneField(Instrument, on_delete=models.PROTECT, related_name="co_signature")

    class Meta:
        ordering = ["id"]
        triggers = [
            append_only(),
            Rule(
                name="signs_beside_the_first",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("cheque", "funds_instrument%ROWTYPE"), ("request", "funds_disbursement%ROWTYPE")],
                func=cheque_rules.SIGNS_BESIDE_THE_FIRST,
            ),
        ]

    def __str__(self) -> str:
        return f"Signed by {self.recorded_by.get_full_name()} too"


class LeafPrint(Recorded):
    """A cheque was printed on its leaf; each time it was sent to the printer."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="leaf_prints")

    class Meta:
        ordering = ["id"]
        triggers = [
            append_only(),
            Rule(
                name="prints_what_is_signed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("cheque", "funds_instrument%ROWTYPE")],
                func=cheque_rules.PRINTS_WHAT_IS_SIGNED,
            ),
        ]
