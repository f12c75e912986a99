"""People: victims, prisoners, heirs, guardians and sureties are Persons; what they are in a case is said there."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.urls import reverse

from beneficiaries.identity import masked_address, masked_cnic, masked_id, masked_phone
from beneficiaries.private.sealed import SealedField, ValueIndex, sealed_check
from beneficiaries.rules.case_rules import MERGED_BY_DECISION, not_merged
from ledger.history import records
from ledger.ruling import Rule


class Metaphone(models.Func):
    """The sound of a text's beginning in at most four letters, by fuzzystrmatch."""

    function = "dmetaphone"
    arity = 1
    output_field = models.TextField()


class Person(models.Model):
    """One human being, once. The CNIC is 13 digits, or empty while none is known (a small child, a foreigner)."""

    class Gender(models.TextChoices):
        FEMALE = "F", "Female"
        MALE = "M", "Male"
        X = "X", "X"

    class Relation(models.TextChoices):
        SON = "son", "son of"
        DAUGHTER = "daughter", "daughter of"
        WIFE = "wife", "wife of"
        WIDOW = "widow", "widow of"

    class CnicKind(models.TextChoices):
        """Papers with NADRA's 13 digits; one range of numbers, so one person has one of them."""

        CNIC = "cnic", "CNIC"
        CRC = "crc", "B-Form or CRC"
        NICOP = "nicop", "NICOP"

    class OtherKind(models.TextChoices):
        """Papers of those without such a number, or from before it."""

        NIC = "nic", "Old NIC, 11 digits"
        POR = "por", "Afghan PoR card"
        OTHER = "other", "Another paper"

    office = models.ForeignKey("Office", on_delete=models.PROTECT, related_name="people")
    name = models.CharField(max_length=120)
    name_urdu = models.CharField("name in Urdu", max_length=120, blank=True)
    # What a search looks in: names.searchable of the names. Made anew by fold_names, so no history.
    folded = models.TextField(default="", blank=True, editable=False)
    # The telling words of name and relative as they sound: what the search for duplicates looks in. Made anew likewise.
    sound = models.TextField(default="", blank=True, editable=False)
    relation = models.CharField(max_length=10, choices=Relation.choices)
    relative_name = models.CharField("father's or husband's name", max_length=120)
    cnic = SealedField("CNIC", kind="cnic", null=True, blank=True)
    cnic_kind = models.CharField(
        "paper with the CNIC number", max_length=5, choices=CnicKind.choices, default=CnicKind.CNIC
    )
    other_kind = models.CharField("other paper", max_length=5, choices=OtherKind.choices, blank=True)
    other_id = SealedField("number of the other paper", kind="identity", blank=True)
    gender = models.CharField(max_length=1, choices=Gender.choices)
    born_on = models.DateField("date of birth", null=True, blank=True)
    is_minor = models.BooleanField("minor (under 18)", default=False)
    guardian = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="wards")
    province = models.ForeignKey("Province", on_delete=models.PROTECT)
    district = models.ForeignKey(
        "District", on_delete=models.PROTECT, db_index=False
    )  # person_heard_in_district serves
    phone = SealedField(kind="phone", blank=True)
    # Not `address`: that is where an act came from, in history and evidence.
    home_address = SealedField("address", kind="address", blank=True)
    # Found to be the same person as that record: kept to be read, and named by nothing new.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    history = records(excluded_fields=["folded", "sound"])

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "people"
        indexes = [
            GinIndex(OpClass("folded", name="gin_trgm_ops"), name="person_folded"),
            GinIndex(OpClass("sound", name="gin_trgm_ops"), name="person_sound"),
            models.Index("district", Metaphone("sound"), name="person_heard_in_district"),
            # Of the few only: an index of nearly everybody would tempt the planner away from those above.
            models.Index("merged_into", condition=models.Q(merged_into__isnull=False), name="person_merged"),
        ]
        triggers = [
            not_merged("guardian_id"),
            Rule(
                name="merged_by_decision",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("last", "text"), ("kept", "bigint")],
                func=MERGED_BY_DECISION,
            ),
        ]
        constraints = [
            models.UniqueConstraint(ValueIndex("cnic"), name="person_cnic_once"),
            sealed_check("cnic", name="person_cnic_is_sealed"),
            sealed_check("phone", name="person_phone_is_sealed"),
            sealed_check("home_address", name="person_address_is_sealed"),
            models.UniqueConstraint(
                "other_kind", ValueIndex("other_id"), condition=~models.Q(other_kind=""), name="person_other_id_once"
            ),
            sealed_check("other_id", name="person_other_id_is_sealed"),
            models.CheckConstraint(
                condition=models.Q(other_kind="", other_id="") | ~models.Q(other_kind="") & ~models.Q(other_id=""),
                name="person_other_id_has_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(guardian__isnull=True) | ~models.Q(guardian=models.F("id")),
                name="person_not_own_guardian",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    @property
    def described(self) -> str:
        """'Zainab Bibi, widow of Muhammad Yaqub'."""
        return f"{self.name}, {self.get_relation_display()} {self.relative_name}"

    @property
    def masked_cnic(self) -> str:
        return masked_cnic(self.cnic or "")

    @property
    def masked_other_id(self) -> str:
        return masked_id(self.other_id)

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)

    @property
    def masked_address(self) -> str:
        return masked_address(self.home_address)
