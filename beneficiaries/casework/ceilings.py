"""How much relief grants may give for one case: the ceiling of its violation, and the permit to exceed it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Sum

from beneficiaries.heirs.waivers import DEAD
from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Case, CeilingPermit, ViolationCeiling
from beneficiaries.offices.policies import ceiling_of
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import get_visible
from ledger.clock import today
from ledger.errors import BadInput, WrongState
from ledger.history import trace
from ledger.money import figures, parse_amount
from ledger.roles import Role, require_role

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The ceiling of a case on a day in rupees, what was permitted above it, and what grants of every fund ask for."""

    rule: ViolationCeiling
    permit: CeilingPermit | None
    asked: Decimal

    @property
    def most(self) -> Decimal:
        return max(self.rule.amount, self.permit.up_to) if self.permit else self.rule.amount

    def exceeded_by(self, amount: Decimal) -> bool:
        return amount > self.most


@everywhere()
def ceiling(case: Case, *, on: date) -> Ceiling | None:
    """None for a prisoner's case, and where no ceiling is in force."""
    if case.kind != Case.Kind.RELIEF:
        return None
    rule = ceiling_of(case.relief.violation, on=on)
    if rule is None:
        return None
    permit = CeilingPermit.objects.filter(case=case).select_related("permitted_by").order_by("-up_to").first()
    grants: Any = case.payee_lines.filter(disbursement__kind="relief_grant").exclude(disbursement__state__in=DEAD)
    return Ceiling(rule, permit, grants.aggregate(total=Sum("amount"))["total"] or ZERO)


@transaction.atomic
def permit_more(*, case: int, up_to: Any, reason: str, by: User) -> CeilingPermit:
    """An approving authority lets the grants of a case exceed the ceiling, up to so many rupees in all.

    Raises: NotAllowed, NotFound, BadInput where it is within the ceiling, WrongState where there is none or as much is permitted.
    """
    require_role(by, Role.APPROVER, action="permit more than the ceiling")
    found = get_visible(Case.objects.select_related("relief"), to=by, pk=case)
    why = take("reason", parse_text, reason, maximum=500)
    amount = take("up_to", parse_amount, up_to)
    list(Case.objects.select_for_update(no_key=True).filter(pk=case).values_list("pk"))
    now = ceiling(found, on=today())
    if now is None:
        raise WrongState(f"No ceiling holds for {found.number}.", ids=(found.pk,), code="no_ceiling")
    if amount <= now.rule.amount:
        detail = f"{figures(amount)} is within the ceiling, {figures(now.rule.amount)}. No permit is needed."
        raise BadInput(detail, fields={"up_to": detail})
    if now.permit and amount <= now.permit.up_to:
        detail = f"{figures(now.permit.up_to)} was permitted already, by {now.permit.permitted_by.get_full_name()}."
        raise WrongState(detail, ids=(found.pk,), code="permitted")
    return CeilingPermit.objects.create(case=found, up_to=amount, reason=why, permitted_by=by, **trace())
