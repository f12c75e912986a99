"""Instalments over all cases: which plans are late and which fall due soon; reads only."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, OuterRef, Subquery

from beneficiaries.casework.money import owed_of
from beneficiaries.models import Case, InstalmentPlan, Obligation
from beneficiaries.offices.scope import visible
from beneficiaries.owed.instalments import Due, Schedule, schedule
from ledger.clock import today
from ledger.roles import Role, roles_of

READERS = (Role.CASE_OFFICER, Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, Role.AUDITOR)
SOON_DAYS = 30
LATE, SOON = "late", "soon"


@dataclass(frozen=True, slots=True)
class PlanDue:
    """One sum that is paid by instalments, as its plan stands today."""

    obligation: Obligation
    schedule: Schedule
    next: Due

    @property
    def case(self) -> Case:
        return self.obligation.order.case

    @property
    def state(self) -> str:
        return LATE if self.schedule.is_late else SOON

    @property
    def days_late(self) -> int:
        """Days since the earliest unpaid instalment was due; below zero while it is still to come."""
        return (today() - self.next.row.due_on).days

    @property
    def words(self) -> str:
        """How long it is late: '12 days late'."""
        return f"{self.days_late} day{'' if self.days_late == 1 else 's'} late"

    @property
    def missed(self) -> int:
        """How many instalments are past their day and not paid in full."""
        return sum(due.row.due_on < today() for due in self.schedule.dues if due.left)


def plans_due(user: User) -> list[PlanDue]:
    """Plans of the user's office with an instalment unpaid that is late, or due within SOON_DAYS; the longest late first."""
    found = [(owed, schedule(owed)) for owed in owed_of(_maybe_due(user, today() + timedelta(days=SOON_DAYS)))]
    rows = [
        PlanDue(owed.obligation, plan, plan.next) for owed, plan in found if plan is not None and plan.next is not None
    ]
    last = timedelta(days=SOON_DAYS)
    return sorted(
        (row for row in rows if row.next.row.due_on <= today() + last),
        key=lambda row: (row.next.row.due_on, row.obligation.pk),
    )


def _maybe_due(user: User, until: date) -> Any:
    """A few more than are due: the sums whose latest plan has an instalment by that day, and which others did not pay whole."""
    latest = InstalmentPlan.objects.filter(obligation=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    rows = Obligation.objects.filter(order__case__set_aside_on=None, amount_ordered__gt=F("paid_before"))
    rows = rows.annotate(latest=Subquery(latest)).filter(plans=F("latest"), plans__instalments__due_on__lte=until)
    rows = rows.select_related("order__case__person", "order__case__office").distinct()
    return visible(rows, to=user, path="order__case__office")


def late_count(user: User) -> int:
    """For the first page of a case officer: how many plans are late; nothing for others."""
    if Role.CASE_OFFICER not in roles_of(user):
        return 0
    return sum(row.state == LATE for row in plans_due(user))
