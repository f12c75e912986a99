"""Who stands apart from what, on which ground a decision rests, and what made a chain void."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from beneficiaries.models.papers import Trace
from beneficiaries.models.policy import Dated
from beneficiaries.rules.case_rules import not_merged
from funds.models.disbursement import Disbursement
from funds.rules import conflict_rules, duty_rules
from ledger.history import records
from ledger.ruling import Rule, append_only


class DecisionGround(Dated):
    """A coded ground of a return, a rejection or a recusal. Dated, from the pack."""

    class Of(models.TextChoices):
        RETURNED = "returned", "Return"
        REJECTED = "rejected", "Rejection"
        RECUSED = "recused", "Recusal or conflict of interest"

    outcome = models.CharField(max_length=10, choices=Of.choices)
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=80)

    history = records()

    class Meta(Dated.Meta):
        ordering = ["outcome", "name", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["outcome", "code", "effective_from"], name="ground_once_from_a_day"),
        ]

    def __str__(self) -> str:
        return self.name


class Conflict(Trace):
    """An officer's declared conflict of interest with a request, a case or a person. It stands until a fund manager ends it."""

    disbursement = models.ForeignKey(
        Disbursement, on_delete=models.PROTECT, null=True, blank=True, related_name="conflicts"
    )
    case = models.ForeignKey(
        "beneficiaries.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="conflicts"
    )
    person = models.ForeignKey(
        "beneficiaries.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="conflicts"
    )
    ground = models.ForeignKey(DecisionGround, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts")
    name = models.CharField(max_length=150)
    post = models.CharField(max_length=80)
    declared_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(disbursement__isnull=False, case=None, person=None)
                    | Q(disbursement=None, case__isnull=False, person=None)
                    | Q(disbursement=None, case=None, person__isnull=False)
                ),
                name="conflict_with_one_thing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="conflict_needs_a_reason"),
        ]
        triggers = [
            append_only(),
            not_merged("person_id"),
            Rule(
                name="conflict_declared_once",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=conflict_rules.DECLARED_ONCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.post}: {self.ground}"

    @property
    def about(self) -> str:
        """'request DAD/2025-26/R-011', 'case MOHR-2025-00001' or the person's name."""
        if self.disbursement is not None:
            return f"request {self.disbursement.number}"
        return f"case {self.case.number}" if self.case is not None else str(self.person)

    @property
    def ended(self) -> str:
        """'ended 3 Oct 2025 by Salman Abbasi, Director', or '' while it stands."""
        ending: ConflictEnd | None = getattr(self, "ending", None)
        return str(ending) if ending else ""


class ConflictEnd(Trace):
    """A declared conflict counts no more from now on, as a fund manager found who is another person. What it barred stays."""

    conflict = models.OneToOneField(Conflict, on_delete=models.PROTECT, related_name="ending")
    reason = models.TextField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    post = models.CharField(max_length=80)
    ended_on = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="conflict_end_needs_a_reason")]
        triggers = [
            append_only(),
            Rule(
                name="conflict_ended_by_another",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("told", "funds_conflict%ROWTYPE")],
                func=conflict_rules.ENDED_BY_ANOTHER,
            ),
        ]

    def __str__(self) -> str:
        return f"ended {self.ended_on:%-d %b %Y} by {self.name}, {self.post}"


class ChainVoid(Trace):
    """One thing that is no longer what the signatures were given for. Written by the system; the chain starts anew.

    `before` and `after` are masked, as they may be private values. `caused_by` made the change, `cause` is their reason.
    """

    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="voids")
    submission = models.PositiveSmallIntegerField()
    field = models.CharField("what changed", max_length=160)
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    cause = models.TextField(blank=True)
    caused_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(field=""), name="void_names_what_changed")]
        triggers = [
            append_only(),
            Rule(
                name="void_is_of_its_submission",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("request", "funds_disbursement%ROWTYPE")],
                func=duty_rules.VOID_IS_OF_ITS_SUBMISSION,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.before or 'nothing'} → {self.after or 'nothing'}"
