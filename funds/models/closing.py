"""What a closed year leaves for good: its statement, frozen, a new version each time the year is closed."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models

from funds.models.fund import Fund
from funds.rules import request_rules
from ledger.ruling import Rule, append_only


class StatementVersion(models.Model):
    """The annual statement as it was when the year was closed. `digest` is the SHA-256 of `document`."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="statement_versions")
    year = models.ForeignKey("ledger.FiscalYear", on_delete=models.PROTECT, related_name="statement_versions")
    version = models.PositiveIntegerField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    reason = models.TextField()

    class Meta:
        ordering = ["fund", "year", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "year", "version"], name="statement_version_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="statement_version_has_a_reason"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="version_follows",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("last", "bigint")],
                func=request_rules.VERSION_FOLLOWS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund.code} {self.year.label}, version {self.version}"
