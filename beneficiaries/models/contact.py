"""How somebody wants to be told about payments, and whether they may be told at all. The last wish of a record counts."""

from django.conf import settings
from django.db import models

from beneficiaries.models.papers import Trace
from beneficiaries.rules.case_rules import not_merged
from ledger.ruling import append_only


class Language(models.TextChoices):
    URDU = "ur", "Urdu"
    ENGLISH = "en", "English"


class ContactWish(Trace):
    """`stop` says why nothing is sent to this person, as where somebody else reads the telephone; empty: messages are sent."""

    person = models.ForeignKey("Person", on_delete=models.PROTECT, related_name="contact_wishes")
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.URDU)
    stop = models.CharField("why nothing is sent", max_length=200, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "contact wishes"
        triggers = [append_only(), not_merged("person_id")]

    def __str__(self) -> str:
        return f"{self.get_language_display()}{', nothing is sent' if self.stop else ''}"
