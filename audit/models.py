"""What the auditor's desk keeps of its own: attempts that were refused, and the results of verify run from the page."""

from django.conf import settings
from django.db import models

from funds.models import Disbursement
from ledger.ruling import append_only


class RefusedAttempt(models.Model):
    """Somebody asked for a change and was told no: by right (403) or because the state did not allow it (409)."""

    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    username = models.CharField(max_length=150)
    roles = models.CharField(max_length=200)
    address = models.CharField(max_length=45)
    request_id = models.CharField(max_length=64)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    action = models.CharField("name of the address", max_length=80)
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    detail = models.TextField()
    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, null=True, related_name="refused_attempts")

    class Meta:
        ordering = ["-id"]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.username}: {self.detail}"


class Verification(models.Model):
    """One run of verify from the page, with its whole report."""

    at = models.DateTimeField()
    run_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ok = models.BooleanField()
    report = models.JSONField()

    class Meta:
        ordering = ["-id"]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.at:%-d %b %Y %H:%M}: {'holds' if self.ok else 'does not hold'}"
