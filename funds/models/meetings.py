"""Meetings of committees: agenda, minutes in versions, signatures, and the number they are adopted under. Rows only grow."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.urls import reverse

from funds.models.approval import ApprovalStep
from funds.models.committees import Committee, CommitteeMember, CommitteeVersion
from funds.models.disbursement import Disbursement
from funds.models.duties import DecisionGround
from funds.rules import committee_rules
from ledger.ruling import Rule, append_only

_User = settings.AUTH_USER_MODEL


def _guard(name: str, body: str, *declare: tuple[str, str]) -> Rule:
    return Rule(name=name, operation=pgtrigger.Insert, when=pgtrigger.Before, declare=list(declare), func=body)


class Meeting(models.Model):
    """A meeting as the secretary called it; what happened there stands in its minutes."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="meetings")
    day = models.DateField()
    place = models.CharField(max_length=120)
    called_by = models.ForeignKey(_User, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [models.CheckConstraint(condition=~models.Q(place=""), name="meeting_has_a_place")]
        triggers = [append_only(), _guard("meeting_is_called", committee_rules.MEETING_IS_CALLED)]

    def __str__(self) -> str:
        return f"{self.committee}, meeting of {self.day:%-d %b %Y}"

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.pk])


class CalledOff(models.Model):
    """A meeting that does not take place; its requests wait for another one."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="called_off")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(_User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="calling_off_has_a_reason")]
        triggers = [append_only(), _guard("called_off_in_time", committee_rules.CALLED_OFF_IN_TIME)]

    def __str__(self) -> str:
        return f"Called off: {self.reason}"


class AgendaItem(models.Model):
    """One request on the agenda, at the step and with the content that wait for the committee."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="agenda_items")
    step = models.ForeignKey(ApprovalStep, on_delete=models.PROTECT, related_name="agenda_items")
    digest = models.CharField(max_length=64)
    added_by = models.ForeignKey(_User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["meeting_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="agenda_position_once"),
            models.UniqueConstraint(fields=["meeting", "step"], name="agenda_item_once"),
        ]
        triggers = [
            append_only(),
            _guard(
                "item_waits_for_its_committee",
                committee_rules.ITEM_WAITS,
                ("request", "funds_disbursement%ROWTYPE"),
                ("due", "funds_approvalstep%ROWTYPE"),
                ("last", "bigint"),
            ),
        ]

    def __str__(self) -> str:
        return f"Item {self.position}: {self.disbursement}"


class Minutes(models.Model):
    """What was decided at a meeting, as the secretary wrote it down; a correction is the next version.

    `digest` is the SHA-256 of all that the version says; it is what the members sign.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    version = models.PositiveSmallIntegerField()
    under = models.ForeignKey(CommitteeVersion, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    place = models.CharField(max_length=120)
    remarks = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(_User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["meeting_id", "version"]
        verbose_name_plural = "minutes"
        constraints = [models.UniqueConstraint(fields=["meeting", "version"], name="minutes_version_once")]
        triggers = [
            append_only(),
            _guard(
                "minutes_follow", committee_rules.MINUTES_FOLLOW, ("met", "funds_meeting%ROWTYPE"), ("last", "bigint")
            ),
        ]

    def __str__(self) -> str:
        return f"Minutes of {self.meeting}, version {self.version}"


class Presence(models.Model):
    """A member who was there."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="presences")
    member = models.ForeignKey(CommitteeMember, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["minutes", "member"], name="present_once")]
        triggers = [
            append_only(),
            _guard("present_in_office", committee_rules.PRESENT_IN_OFFICE, ("written", "funds_minutes%ROWTYPE")),
        ]

    def __str__(self) -> str:
        return str(self.member)


class MinutesItem(models.Model):
    """What the meeting decided on one item."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"
        REJECTED = "rejected", "Rejected"
        DEFERRED = "deferred", "Deferred"
        GONE = "gone", "No longer before the committee"

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="items")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="results")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    back_to = models.PositiveSmallIntegerField(default=0, db_default=0)
    ground = models.ForeignKey(DecisionGround, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["minutes_id", "item__position"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "item"], name="item_decided_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["approved", "gone"]) | ~models.Q(reason=""),
                name="item_not_approved_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(back_to=0) | models.Q(outcome="returned"), name="only_a_returned_item_goes_back"
            ),
        ]
        triggers = [
            append_only(),
            _guard(
                "item_of_its_meeting",
                committee_rules.ITEM_OF_ITS_MEETING,
                ("written", "funds_minutes%ROWTYPE"),
                ("listed", "funds_agendaitem%ROWTYPE"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_outcome_display().lower()}"


class ItemRecusal(models.Model):
    """A member who took no part in one item, and why."""

    item = models.ForeignKey(MinutesItem, on_delete=models.PROTECT, related_name="recusals")
    member = models.ForeignKey(CommitteeMember, on_delete=models.PROTECT, related_name="+")
    ground = models.ForeignKey(DecisionGround, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "member"], name="recused_from_item_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="recusal_from_item_has_a_reason"),
        ]
        triggers = [
            append_only(),
            _guard("recused_who_was_there", committee_rules.RECUSED_WAS_THERE, ("written", "funds_minutes%ROWTYPE")),
        ]

    def __str__(self) -> str:
        return str(self.member)


class MinutesSignature(models.Model):
    """A member signs a version of the minutes with the own account; `digest` is that of what was read."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="signatures")
    member = models.ForeignKey(CommitteeMember, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(_User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    post = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    signed_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["minutes", "member"], name="minutes_signed_once")]
        triggers = [
            append_only(),
            _guard(
                "signed_by_who_was_there",
                committee_rules.SIGNED_BY_WHO_WAS_THERE,
                ("written", "funds_minutes%ROWTYPE"),
                ("seat", "funds_committeemember%ROWTYPE"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Adoption(models.Model):
    """Minutes that the chair and a quorum signed get their number: one series per committee and fiscal year."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="adoption")
    minutes = models.OneToOneField(Minutes, on_delete=models.PROTECT, related_name="adoption")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="adoptions")
    year = models.CharField(max_length=7)
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=40, unique=True)
    adopted_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["committee", "year", "serial"], name="minutes_serial_once")]
        triggers = [
            append_only(),
            _guard(
                "minutes_are_adopted",
                committee_rules.MINUTES_ARE_ADOPTED,
                ("written", "funds_minutes%ROWTYPE"),
                ("met", "funds_meeting%ROWTYPE"),
                ("last", "bigint"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class HeldUp(models.Model):
    """Why an adopted item could not be carried out; the request goes on waiting for the committee."""

    item = models.ForeignKey(MinutesItem, on_delete=models.PROTECT, related_name="held_up")
    reason = models.TextField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        triggers = [append_only()]

    def __str__(self) -> str:
        return self.reason
