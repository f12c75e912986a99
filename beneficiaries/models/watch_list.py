"""The watch list: versions of the files that were loaded, the people and organisations they name, and who looked like one.

All rows are evidence. An entry is one content of one listed party: where a newer file says something else of it, the old
entry ends in that version and another begins, so a judgement holds for what was compared and for nothing else.
"""

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse

from beneficiaries.models.offices import Office
from beneficiaries.models.papers import Trace
from beneficiaries.models.people import Person
from beneficiaries.rules import screening_rules
from ledger.history import records
from ledger.roles import Role
from ledger.ruling import Rule, append_only

CLEARING_ROLES = [(role.value, role.label) for role in (Role.VERIFIER, Role.APPROVER, Role.FUND_MANAGER)]


class ScreeningSetting(models.Model):
    """From when on which likeness of names is a hit, and which role judges it. Dated, from the pack."""

    effective_from = models.DateField(unique=True)
    name_score = models.PositiveSmallIntegerField("likeness of names from which on it is a hit")
    clearing_role = models.CharField(max_length=16, choices=CLEARING_ROLES)
    source = models.CharField("rule it follows from", max_length=300)
    verified = models.BooleanField("the source was checked", default=False)

    history = records()

    class Meta:
        ordering = ["effective_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(name_score__gte=50, name_score__lte=100), name="name_score_from_50_to_100"
            )
        ]

    def __str__(self) -> str:
        return f"From {self.effective_from}: {self.name_score}, judged by {self.get_clearing_role_display()}"


class WatchListVersion(Trace):
    """One file that was loaded: which list, of which day, and what it brought against the version before."""

    class Form(models.TextChoices):
        UN_XML = "un_xml", "UN consolidated list, XML"
        CSV = "csv", "CSV"

    source = models.CharField("list", max_length=40)
    number = models.PositiveIntegerField("version")
    form = models.CharField(max_length=8, choices=Form.choices)
    dated = models.DateField("date of the list", null=True, blank=True)
    file_name = models.CharField(max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64)
    entries = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    people_screened = models.PositiveIntegerField()
    # None: at the server's own shell.
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="watch_list_version_once"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="watch_list_has_a_sha256"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="version_follows_its_list",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("last", "bigint")],
                func=screening_rules.VERSION_FOLLOWS_ITS_LIST,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("watch_list_version", args=[self.pk])


class WatchEntry(models.Model):
    """One listed person or organisation as the file wrote it. `names`: [{"name", "quality"}], the first is the main one;
    `born`: years or days as text; `documents`: [{"kind", "shown", "index"}], where the number itself is not kept."""

    class Kind(models.TextChoices):
        INDIVIDUAL = "individual", "Person"
        ENTITY = "entity", "Organisation"

    added_in = models.ForeignKey(WatchListVersion, on_delete=models.PROTECT, related_name="brought")
    reference = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=400)
    names = models.JSONField(encoder=DjangoJSONEncoder)
    born = models.JSONField(default=list)
    documents = models.JSONField(default=list)
    nationality = models.CharField(max_length=200, blank=True)
    listed_on = models.DateField(null=True, blank=True)
    remarks = models.TextField(blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        verbose_name = "entry of the watch list"
        constraints = [
            models.UniqueConstraint(fields=["added_in", "reference"], name="watch_entry_once_per_version"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.name} ({self.reference})"


class WatchEntryEnd(models.Model):
    """An entry that a newer version of its list no longer has, or has otherwise."""

    entry = models.OneToOneField(WatchEntry, on_delete=models.PROTECT, related_name="end")
    ended_in = models.ForeignKey(WatchListVersion, on_delete=models.PROTECT, related_name="ended")

    class Meta:
        ordering = ["id"]
        triggers = [
            append_only(),
            Rule(
                name="entry_ends_later",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("source", "text"), ("began", "bigint")],
                func=screening_rules.ENTRY_ENDS_LATER,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} ended in {self.ended_in}"


class ScreeningHit(Trace):
    """A person, or an organisation that is to be paid, looks like an entry. Open until it is judged."""

    class Occasion(models.TextChoices):
        REGISTERED = "registered", "Registration"
        CORRECTED = "corrected", "Correction of the record"
        BANK = "bank", "Payee and bank details"
        PAYMENT = "payment", "Before payment"
        LIST = "list", "New list"

    class By(models.TextChoices):
        ID = "id", "Number of a paper"
        NAME = "name", "Name"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="watch_hits")
    payee = models.CharField("organisation", max_length=120, blank=True)
    entry = models.ForeignKey(WatchEntry, on_delete=models.PROTECT, related_name="hits")
    by = models.CharField("found by", max_length=4, choices=By.choices)
    score = models.PositiveSmallIntegerField("likeness of 100")
    why = models.CharField("what was compared", max_length=300)
    occasion = models.CharField(max_length=10, choices=Occasion.choices)

    class Meta:
        ordering = ["-id"]
        verbose_name = "hit of the watch list"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "entry"], condition=models.Q(person__isnull=False), name="one_hit_a_person_and_entry"
            ),
            # Each office judges whom it pays itself; a person is one office's.
            models.UniqueConstraint(
                fields=["office", "payee", "entry"],
                condition=models.Q(person__isnull=True),
                name="one_hit_an_office_payee_and_entry",
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, payee="")
                | models.Q(person__isnull=True) & ~models.Q(payee=""),
                name="hit_is_of_a_person_or_a_payee",
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.subject} and {self.entry}"

    def get_absolute_url(self) -> str:
        return reverse("screening_hit", args=[self.pk])

    @property
    def subject(self) -> str:
        """Who was compared."""
        return str(self.person) if self.person else self.payee


class HitJudgement(Trace):
    """What an officer found after comparing: another party, so that payment may go on, or the same one, so that it may not."""

    class Outcome(models.TextChoices):
        CLEARED = "cleared", "Somebody else: cleared"
        CONFIRMED = "confirmed", "The listed party: stays blocked"

    hit = models.ForeignKey(ScreeningHit, on_delete=models.PROTECT, related_name="judgements")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.TextField()
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="judgement_needs_a_reason")]
        triggers = [
            append_only(),
            Rule(
                name="hit_is_judged_by_another",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("hit", "beneficiaries_screeninghit%ROWTYPE"), ("last", "text")],
                func=screening_rules.HIT_IS_JUDGED_BY_ANOTHER,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.reason}"
