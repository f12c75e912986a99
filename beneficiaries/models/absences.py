"""When an officer is away. Rows only grow: who comes back early, or never left, is another row."""

from datetime import date, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from beneficiaries.models.offices import Officer
from beneficiaries.models.papers import Trace
from beneficiaries.rules import absence_rules
from ledger.ruling import Rule, append_only


class Absence(Trace):
    """An officer is away from one day to another, both included."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_dates_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="absence_has_a_reason"),
        ]
        triggers = [
            append_only(),
            Rule(
                name="absence_is_recorded",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("holder", "bigint")],
                func=absence_rules.ABSENCE_IS_RECORDED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer.user.get_full_name()} away from {self.starts_on:%-d %b %Y} to {self.ends_on:%-d %b %Y}"

    @property
    def last_day(self) -> date | None:
        """The last day away; None where the officer never left."""
        end: AbsenceEnd | None = getattr(self, "end", None)
        if end is None:
            return self.ends_on
        return end.back_on - timedelta(days=1) if end.back_on > self.starts_on else None


class AbsenceEnd(Trace):
    """The officer is back earlier than recorded; `back_on` is the first day at the desk."""

    absence = models.OneToOneField(Absence, on_delete=models.PROTECT, related_name="end")
    back_on = models.DateField()
    reason = models.CharField(max_length=200)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="absence_end_has_a_reason")]
        triggers = [
            append_only(),
            Rule(
                name="absence_ends_early",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("away", "beneficiaries_absence%ROWTYPE")],
                func=absence_rules.ABSENCE_ENDS_EARLY,
            ),
        ]

    def __str__(self) -> str:
        return f"back on {self.back_on:%-d %b %Y}"
