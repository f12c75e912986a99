"""Lists of payees: from which file a request was drafted, and who looked at which sample of it. Evidence, never changed."""

import pgtrigger
from django.conf import settings
from django.db import models

from beneficiaries.models.papers import Trace
from funds.models.disbursement import Disbursement
from funds.rules import list_rules
from ledger.ruling import Rule, append_only

_REQUEST = [("request", "funds_disbursement%ROWTYPE")]


class ListImport(Trace):
    """The file a request was drafted from, by its SHA-256, and what came of it: people registered, cases opened."""

    disbursement = models.OneToOneField(Disbursement, on_delete=models.PROTECT, related_name="list_import")
    file_name = models.CharField("name it came with", max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.PositiveIntegerField("rows with a payee")
    registered = models.PositiveIntegerField("people registered from it")
    opened = models.PositiveIntegerField("cases opened from it")
    differing = models.PositiveIntegerField("names confirmed although registered otherwise")
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["sha256"], name="list_import_by_content")]
        constraints = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="list_has_a_sha256"),
            models.CheckConstraint(condition=models.Q(rows__gt=0), name="list_is_not_empty"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="list_of_its_request",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=_REQUEST,
                func=list_rules.LIST_OF_ITS_REQUEST,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.rows} rows"


class ListInspection(Trace):
    """Somebody looked at a random sample of a request's lines: `seed` and `size` say which, of how many `lines`."""

    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="inspections")
    submission = models.PositiveSmallIntegerField()
    digest = models.CharField("digest of the content", max_length=64, blank=True)
    seed = models.PositiveIntegerField()
    size = models.PositiveIntegerField("lines looked at")
    lines = models.PositiveIntegerField("lines there were")
    inspected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    post = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="inspection_is_not_empty"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="inspection_is_true",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=_REQUEST,
                func=list_rules.INSPECTION_IS_TRUE,
            ),
        ]

    def __str__(self) -> str:
        return f"inspected {self.size:,} of {self.lines:,}, seed {self.seed}"
