"""Committees: who they are is data in versions, proposed by one person and agreed to by another. Rows only grow."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.urls import reverse

from beneficiaries.models import Officer
from beneficiaries.models.limits import Consent
from funds.rules import committee_rules
from ledger.fields import AmountField, amount_check
from ledger.ruling import Rule, append_only

LEAST_QUORUM = 2  # one person alone is no committee


class Committee(models.Model):
    """A named body of an office that decides in meetings. It counts once a version of it is agreed to."""

    office = models.ForeignKey("beneficiaries.Office", on_delete=models.PROTECT, related_name="committees")
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(code__regex=r"^[A-Z0-9-]{2,12}$"), name="committee_code_is_plain")
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("committee", args=[self.code])


class CommitteeVersion(models.Model):
    """Who sits on a committee, how many must be there and what it may sanction, from a day until the next version's.

    `sanction_limit` in rupees; without one the committee may recommend and not sanction.
    """

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    quorum = models.PositiveSmallIntegerField()
    sanction_limit = AmountField(null=True, blank=True)
    effective_from = models.DateField()
    reason = models.CharField("notification, or why", max_length=500)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["committee_id", "version"]
        constraints = [
            amount_check("sanction_limit", name="committee_limit_in_range"),
            models.UniqueConstraint(fields=["committee", "version"], name="committee_version_once"),
            models.CheckConstraint(condition=models.Q(quorum__gte=LEAST_QUORUM), name="committee_quorum_is_several"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="committee_version_has_a_reason"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="committee_version_follows",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("last", "bigint")],
                func=committee_rules.VERSION_FOLLOWS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee}, version {self.version}"


class CommitteeMember(models.Model):
    """One officer's seat in a version: chair and members vote, a secretary may."""

    class Part(models.TextChoices):
        CHAIR = "chair", "Chair"
        SECRETARY = "secretary", "Secretary"
        MEMBER = "member", "Member"

    version = models.ForeignKey(CommitteeVersion, on_delete=models.PROTECT, related_name="members")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="seats")
    part = models.CharField(max_length=10, choices=Part.choices)
    votes = models.BooleanField(default=True, db_default=True)

    class Meta:
        ordering = ["version_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "officer"], name="committee_seat_once"),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(part="chair"), name="committee_has_one_chair"
            ),
            models.CheckConstraint(
                condition=models.Q(votes=True) | models.Q(part="secretary"), name="chair_and_members_vote"
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="seat_of_a_proposal",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=committee_rules.SEAT_OF_A_PROPOSAL,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer}, {self.get_part_display().lower()}"


class CommitteeDecision(Consent):
    """Consent to a version of a committee, or not."""

    version = models.OneToOneField(CommitteeVersion, on_delete=models.PROTECT, related_name="decision")

    class Meta(Consent.Meta):
        triggers = [
            append_only(),
            Rule(
                name="committee_is_agreed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("proposal", "funds_committeeversion%ROWTYPE"), ("voters", "bigint")],
                func=committee_rules.COMMITTEE_IS_AGREED,
            ),
        ]
