"""Who was shown a whole CNIC, telephone, address or account, and why: each look is one row that stays."""

from django.conf import settings
from django.db import models

from ledger.ruling import append_only


class Disclosure(models.Model):
    """One look at one private value. `line` is a payee line's number where the value is that line's account."""

    class What(models.TextChoices):
        CNIC = "cnic", "CNIC"
        OTHER_ID = "other_id", "Number of the other paper"
        PHONE = "phone", "Telephone"
        ADDRESS = "home_address", "Address"
        IBAN = "iban", "IBAN"

    what = models.CharField(max_length=16, choices=What.choices)
    office = models.ForeignKey("Office", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("Person", on_delete=models.PROTECT, null=True, blank=True, related_name="disclosures")
    line = models.BigIntegerField(null=True, blank=True, db_index=True)
    subject = models.CharField("whose it is", max_length=200)
    reason = models.CharField(max_length=200)
    shown_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    roles = models.CharField("roles held then", max_length=200)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="disclosure_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | models.Q(line__isnull=False), name="disclosure_of_somebody"
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.get_what_display()} of {self.subject}"
