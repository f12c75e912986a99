"""Complaints and appeals: what was received stays as it was; what was done about it is steps that only grow."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse

from beneficiaries.models.papers import Trace
from beneficiaries.private.sealed import SealedField, sealed_check
from funds.models.approval import Decision
from funds.rules import eligibility_rules
from ledger.history import records
from ledger.ruling import Rule, append_only


class ComplaintCategory(models.Model):
    """What a complaint is about, and within how many days it is answered. Dated, from the pack."""

    code = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    days = models.PositiveSmallIntegerField("days until the reply is due")
    appeal = models.BooleanField("against a decision on a request", default=False)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField("rule it follows from", max_length=300)
    verified = models.BooleanField("the source was checked", default=False)

    history = records()

    class Meta:
        ordering = ["name", "effective_from"]
        verbose_name_plural = "complaint categories"
        constraints = [
            models.UniqueConstraint(fields=["code", "effective_from"], name="complaint_category_once_from_a_day"),
            models.CheckConstraint(condition=models.Q(days__gt=0), name="complaint_category_has_days"),
        ]

    def __str__(self) -> str:
        return self.name


class Complaint(Trace):
    """A complaint as it was received, with or without a name, on a case or on none. An appeal names the decision."""

    class Channel(models.TextChoices):
        HELPLINE = "helpline", "Helpline 1099"
        LETTER = "letter", "Letter"
        VISIT = "visit", "Visit"
        TELEPHONE = "telephone", "Telephone"
        E_MAIL = "e_mail", "E-mail"
        JAIL_VISIT = "jail_visit", "Jail visit"
        PORTAL = "portal", "Citizen's portal"
        OTHER = "other", "Other way"

    number = models.CharField(max_length=32, unique=True)
    office = models.ForeignKey("beneficiaries.Office", on_delete=models.PROTECT, related_name="complaints")
    case = models.ForeignKey(
        "beneficiaries.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="appeals")
    category = models.ForeignKey(ComplaintCategory, on_delete=models.PROTECT, related_name="complaints")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    complainant = models.CharField("name of who complains", max_length=120, blank=True)
    phone = SealedField(kind="phone", blank=True)
    text = models.TextField("what is complained of")
    about_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_on = models.DateField()
    due_on = models.DateField("reply due on")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            sealed_check("phone", name="complaint_phone_is_sealed"),
            models.CheckConstraint(condition=~models.Q(text=""), name="complaint_says_something"),
            models.CheckConstraint(
                condition=models.Q(about_officer=None) | ~models.Q(about_officer=models.F("registered_by")),
                name="complaint_not_registered_by_whom_it_is_about",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gt=models.F("received_on")), name="complaint_due_after_receipt"
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("complaint", args=[self.pk])


class ComplaintStep(Trace):
    """One thing done about a complaint. The last one that is no note says where it stands."""

    class Act(models.TextChoices):
        ASSIGNED = "assigned", "Assigned"
        NOTED = "noted", "Noted"
        REPLIED = "replied", "Replied"
        REOPENED = "reopened", "Opened again"

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "Upheld"
        PARTLY = "partly", "Partly upheld"
        NOT_UPHELD = "not_upheld", "Not upheld"
        WITHDRAWN = "withdrawn", "Withdrawn by who complained"
        REFERRED = "referred", "Referred to another body"

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=10, choices=Act.choices)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    text = models.TextField()
    taken_on = models.DateField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="complaint_step_says_something"),
            models.CheckConstraint(
                condition=models.Q(act="replied") & ~models.Q(outcome="")
                | ~models.Q(act="replied") & models.Q(outcome=""),
                name="a_reply_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(act="assigned", assigned_to__isnull=False)
                | ~models.Q(act="assigned") & models.Q(assigned_to__isnull=True),
                name="an_assignment_names_an_officer",
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="complaint_step_is_fair",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("complaint", "funds_complaint%ROWTYPE"), ("last", "text"), ("assigned", "bigint")],
                func=eligibility_rules.COMPLAINT_STEP_IS_FAIR,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.complaint}"
