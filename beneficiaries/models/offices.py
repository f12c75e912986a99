"""Offices and their officers: whose record it is, and who acts."""

import pgtrigger
from django.conf import settings
from django.db import models

from beneficiaries.private.sealed import SealedField, ValueIndex, sealed_check
from beneficiaries.rules.case_rules import OFFICER_STAYS_ONE_PERSON
from ledger.history import records
from ledger.ruling import Rule


class Office(models.Model):
    """A ministry, regional directorate or provincial department. Only a federal office sees the others' records."""

    class Level(models.TextChoices):
        FEDERAL = "federal", "Federal ministry"
        REGIONAL = "regional", "Regional directorate"
        PROVINCIAL = "provincial", "Provincial department"

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=12, choices=Level.choices)
    province = models.ForeignKey("Province", on_delete=models.PROTECT, null=True, blank=True)

    history = records()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_federal(self) -> bool:
        return self.level == self.Level.FEDERAL


class Officer(models.Model):
    """The post a user holds. What it may sanction, and since when, is in limits.py."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="officer")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="officers")
    designation = models.CharField(max_length=80)
    grade = models.PositiveSmallIntegerField("BPS grade", default=17)
    cnic = SealedField("CNIC", kind="cnic")
    iban = SealedField("IBAN of the salary account", kind="iban", blank=True, default="", db_default="")
    # The one letter a day about what waits; where it goes is the address of the account.
    daily_mail = models.BooleanField("gets the daily mail", default=True, db_default=True)

    history = records()

    class Meta:
        ordering = ["user__username"]
        constraints = [
            models.UniqueConstraint(ValueIndex("cnic"), name="officer_cnic_once"),
            sealed_check("cnic", name="officer_cnic_is_sealed"),
            sealed_check("iban", name="officer_iban_is_sealed"),
        ]
        indexes = [models.Index(ValueIndex("iban"), name="officer_by_iban")]
        triggers = [
            Rule(
                name="stays_one_person",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=OFFICER_STAYS_ONE_PERSON,
            )
        ]

    def __str__(self) -> str:
        return f"{self.user.get_full_name()}, {self.designation}"


class ApiToken(models.Model):
    """A bearer token of the API: only its SHA-256 is kept, the token is shown once when made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    # One that is given to a sender of referrals: it sends those of this source, asks what became of them, and nothing else.
    referral_source = models.CharField(max_length=12, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    history = records()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"
