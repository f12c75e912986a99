"""The registers of an office: the diary of what comes in, the dispatch of what goes out."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import ExtractYear

from beneficiaries.models.papers import Trace
from beneficiaries.models.referrals import Referral
from beneficiaries.rules.register_rules import ENTRY_FOLLOWS
from ledger.ruling import Rule, append_only


class RegisterEntry(Trace):
    """One line of a register under its number, which is counted per office and calendar year and never used again.

    `other_office` is the office at the other end, if it is one of ours; it sees the line too.
    """

    class Register(models.TextChoices):
        DIARY = "diary", "Diary"
        DISPATCH = "dispatch", "Dispatch"

    class Kind(models.TextChoices):
        REQUEST = "request", "Request for sanction"
        REFERRAL = "referral", "Referral"
        COMPLAINT = "complaint", "Complaint"
        SANCTION_ORDER = "order", "Sanction order"
        VOUCHER = "voucher", "Voucher"
        LETTER = "letter", "Letter"

    class Means(models.TextChoices):
        SYSTEM = "system", "Through this service"
        HAND = "hand", "By hand"
        POST = "post", "Registered post"
        COURIER = "courier", "Courier"
        E_MAIL = "e_mail", "E-mail"

    # What each register takes; a letter is the only kind that is recorded by hand.
    COMING_IN = (Kind.REQUEST, Kind.REFERRAL, Kind.COMPLAINT, Kind.LETTER)
    GOING_OUT = (Kind.SANCTION_ORDER, Kind.VOUCHER, Kind.LETTER)

    register = models.CharField(max_length=8, choices=Register.choices)
    office = models.ForeignKey("Office", on_delete=models.PROTECT, related_name="register_entries")
    other_office = models.ForeignKey("Office", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=32, unique=True)
    entered_on = models.DateField("came in or went out on")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    party = models.CharField("from or to whom", max_length=160)
    subject = models.CharField(max_length=200)
    reference = models.CharField("number on the paper", max_length=60, blank=True)
    means = models.CharField("by which means", max_length=8, choices=Means.choices)
    referral = models.OneToOneField(
        Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="diary_entry"
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "register entries"
        constraints = [
            models.UniqueConstraint(fields=["register", "office", "year", "serial"], name="register_serial_once"),
            models.CheckConstraint(
                condition=models.Q(year=ExtractYear("entered_on")), name="register_year_is_that_of_its_day"
            ),
            models.CheckConstraint(
                condition=models.Q(register="diary", kind__in=["request", "referral", "complaint", "letter"])
                | models.Q(register="dispatch", kind__in=["order", "voucher", "letter"]),
                name="register_takes_this_kind",
            ),
            models.CheckConstraint(
                condition=~models.Q(party="") & ~models.Q(subject=""), name="register_entry_says_whom_and_what"
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="entry_follows",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("last", "bigint"), ("kept_by", "text")],
                func=ENTRY_FOLLOWS,
            ),
        ]

    def __str__(self) -> str:
        return self.number
