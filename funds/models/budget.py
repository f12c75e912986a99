"""A fund's budget by heads: the heads, dated settings, releases, re-appropriations, surrenders. Rows add, none is edited."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from beneficiaries.models.policy import Dated
from funds.models.fund import Fund, PaymentKind
from funds.rules import budget_rules as rules
from ledger.fields import AmountField, amount_check
from ledger.history import records
from ledger.models.guards import frozen, never_removed
from ledger.ruling import Rule, append_only


class BudgetHead(Dated):
    """A part of a fund's budget, by what it may be spent on. A fund without heads in force has one budget for all it pays.

    Its accounts are those of the fund's budget with its code behind: X10-LEGAL is what is free under LEGAL.
    """

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="budget_heads")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    object_code = models.CharField("object head of the national chart", max_length=20, blank=True)
    kinds = ArrayField(models.CharField(max_length=16, choices=PaymentKind.choices))

    history = records()

    class Meta(Dated.Meta):
        ordering = ["fund", "code"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z][A-Z0-9]{1,11}$"), name="budget_head_code_in_form"),
            models.CheckConstraint(condition=Q(kinds__len__gte=1), name="budget_head_pays_something"),
            models.UniqueConstraint(fields=["fund", "code"], name="budget_head_once"),
        ]
        triggers = [
            never_removed(),
            frozen("fund", "code", "kinds", "effective_from"),
            Rule(
                name="heads_are_apart",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("other", "text")],
                func=rules.HEADS_ARE_APART,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def counts_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return self.effective_from <= day and (self.effective_to is None or self.effective_to >= day)


class BudgetSetting(Dated):
    """Whether a fund's money must be released before it is spent, and the last day of the year for an act of the budget.

    A row of a fund goes before one for all funds; a cut-off without month and day says that there is none.
    """

    class Code(models.TextChoices):
        RELEASE_NEEDED = "release_needed", "Money is spent only when it was released"
        RELEASE_BY = "release_by", "Last day of the year for a release"
        SUPPLEMENT_BY = "supplement_by", "Last day of the year for a supplementary allocation"
        REAPPROPRIATE_BY = "reappropriate_by", "Last day of the year for a re-appropriation"
        SURRENDER_BY = "surrender_by", "Last day of the year for a surrender by hand"

    code = models.CharField(max_length=20, choices=Code.choices)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="budget_settings", null=True, blank=True)
    month = models.PositiveSmallIntegerField(null=True, blank=True)
    day = models.PositiveSmallIntegerField(null=True, blank=True)

    history = records()

    class Meta(Dated.Meta):
        ordering = ["code", "fund", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["code", "fund", "effective_from"], name="budget_setting_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(month=None, day=None)
                | Q(month__isnull=False, day__isnull=False)
                & (
                    Q(month__in=(1, 3, 5, 7, 8, 10, 12), day__range=(1, 31))
                    | Q(month__in=(4, 6, 9, 11), day__range=(1, 30))
                    | Q(month=2, day__range=(1, 28))
                ),
                name="budget_setting_is_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(code="release_needed") | (Q(month=None, fund__isnull=False)),
                name="release_is_needed_by_a_fund",
            ),
        ]
        triggers = [never_removed()]

    def __str__(self) -> str:
        return self.get_code_display()


class Recorded(models.Model):
    """An act on the budget of one fund and year."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="%(class)ss")
    year = models.ForeignKey("ledger.FiscalYear", on_delete=models.PROTECT, related_name="+")
    amount = AmountField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        constraints = [amount_check("amount", name="%(class)s_amount_in_range")]


class BudgetRelease(Recorded):
    """Money received that a head may spend from now on, by a letter of release. A letter for three heads is three rows."""

    budget_head = models.ForeignKey(
        BudgetHead, on_delete=models.PROTECT, related_name="releases", null=True, blank=True
    )
    quarter = models.PositiveSmallIntegerField()
    reference = models.CharField("number of the release order", max_length=80)
    file_number = models.CharField("number of the file", max_length=60)
    file_sha256 = models.CharField("SHA-256 of the letter", max_length=64, blank=True)
    file_type = models.CharField(max_length=16, blank=True)
    released_on = models.DateField()
    entry = models.OneToOneField("ledger.JournalEntry", on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta(Recorded.Meta):
        ordering = ["released_on", "id"]
        constraints = [
            *Recorded.Meta.constraints,
            models.CheckConstraint(condition=Q(quarter__range=(1, 4)), name="release_of_a_quarter"),
            models.CheckConstraint(
                condition=Q(file_sha256="", file_type="") | Q(file_sha256__regex=r"^[0-9a-f]{64}$") & ~Q(file_type=""),
                name="release_file_is_whole",
            ),
            models.UniqueConstraint(
                fields=["fund", "reference", "budget_head"], name="release_once_a_head", nulls_distinct=False
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="released_in_time",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=rules.CUT_OFF_DECLARE,
                func=rules.cut_off("release_by", "NEW.released_on"),
            ),
            Rule(
                name="released_to_its_head",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=rules.POSTED_DECLARE,
                func=rules.RELEASED_TO_ITS_HEAD,
            ),
            Rule(
                name="budget_holds",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                declare=rules.HOLDS_DECLARE,
                func=rules.budget_holds("NEW.released_on"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount}"


class Reappropriation(Recorded):
    """Budget that is to move from one head of a fund to another, as one person asks; another one decides."""

    from_head = models.ForeignKey(BudgetHead, on_delete=models.PROTECT, related_name="+")
    to_head = models.ForeignKey(BudgetHead, on_delete=models.PROTECT, related_name="+")
    order_number = models.CharField(max_length=80)
    reason = models.TextField()
    asked_on = models.DateField()

    class Meta(Recorded.Meta):
        ordering = ["-id"]
        constraints = [
            *Recorded.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason="") & ~Q(order_number=""), name="reappropriation_has_its_order"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="within_one_fund",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=rules.WITHIN_ONE_FUND,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_number}: {self.amount} from {self.from_head} to {self.to_head}"


class ReappropriationDecision(models.Model):
    """What the second person decided. `moved`: of the amount, what was released already and so moved as free money too."""

    class Outcome(models.TextChoices):
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"

    reappropriation = models.OneToOneField(Reappropriation, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    remark = models.TextField(blank=True)
    moved = AmountField(default=0)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    entry = models.OneToOneField(
        "ledger.JournalEntry", on_delete=models.PROTECT, related_name="+", db_constraint=False, null=True, blank=True
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            amount_check("moved", name="reappropriation_moved_in_range", zero=True),
            models.CheckConstraint(
                condition=Q(outcome="agreed", entry__isnull=False) | Q(outcome="declined", entry=None, moved=0),
                name="reappropriation_posted_if_agreed",
            ),
            models.CheckConstraint(
                condition=Q(outcome="agreed") | ~Q(remark=""), name="declined_reappropriation_says_why"
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="agreed_by_another",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=rules.AGREED_DECLARE,
                func=rules.AGREED_BY_ANOTHER,
            ),
            Rule(
                name="agreed_in_time",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[*rules.CUT_OFF_DECLARE, ("asked", "funds_reappropriation%ROWTYPE")],
                func=rules.AGREED_IN_TIME,
            ),
            Rule(
                name="budget_holds",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                declare=[*rules.HOLDS_DECLARE, ("asked", "funds_reappropriation%ROWTYPE")],
                func=rules.REAPPROPRIATION_HOLDS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.decided_on:%-d %b %Y}"


class Surrender(Recorded):
    """Budget of a lapsable fund given back by hand before the cut-off; `returned`: what of it had been received."""

    budget_head = models.ForeignKey(
        BudgetHead, on_delete=models.PROTECT, related_name="surrenders", null=True, blank=True
    )
    returned = AmountField()
    reference = models.CharField(max_length=80)
    surrendered_on = models.DateField()
    entry = models.OneToOneField("ledger.JournalEntry", on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta(Recorded.Meta):
        ordering = ["surrendered_on", "id"]
        constraints = [
            *Recorded.Meta.constraints,
            amount_check("returned", name="surrender_returned_in_range", zero=True),
            models.CheckConstraint(condition=Q(returned__lte=F("amount")), name="surrender_returns_at_most_its_amount"),
            models.UniqueConstraint(
                fields=["fund", "reference", "budget_head"], name="surrender_once_a_head", nulls_distinct=False
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="surrendered_in_time",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=rules.CUT_OFF_DECLARE,
                func=rules.cut_off("surrender_by", "NEW.surrendered_on"),
            ),
            Rule(
                name="surrendered_from_its_head",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=rules.POSTED_DECLARE,
                func=rules.SURRENDERED_FROM_ITS_HEAD,
            ),
            Rule(
                name="budget_holds",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                declare=rules.HOLDS_DECLARE,
                func=rules.budget_holds("NEW.surrendered_on"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount}"
