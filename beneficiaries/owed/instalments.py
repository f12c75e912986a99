"""Instalments that a court allowed, and which of them are paid by now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.casework.money import Owed, obligations_of
from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Instalment, InstalmentPlan, Limit, Obligation
from beneficiaries.offices.policies import limit
from beneficiaries.offices.scope import get_visible
from beneficiaries.owed.months import months_after
from ledger.clock import act_date, today
from ledger.errors import BadInput, WrongState
from ledger.money import allocate, figures, parse_amount
from ledger.roles import Role, require_role

MOST = 600
ZERO = Decimal("0.00")
PAID, PART, LATE, DUE, TO_COME = "paid", "part", "late", "due", "to_come"
LOOKS = {
    PAID: ("paid", "Paid"),
    PART: ("with", "Paid in part"),
    LATE: ("late", "Late"),
    DUE: ("due", "Due today"),
    TO_COME: ("missing", "To come"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment in rupees with what is paid of it; whatever was paid counts for the earliest first."""

    row: Instalment
    paid: Decimal
    state: str

    @property
    def left(self) -> Decimal:
        return self.row.amount - self.paid

    @property
    def look(self) -> str:
        """The state as the component draws it."""
        return LOOKS[self.state][0]

    @property
    def word(self) -> str:
        return LOOKS[self.state][1]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The plan of a sum that counts now."""

    plan: InstalmentPlan
    dues: tuple[Due, ...]

    @property
    def due_now(self) -> Decimal:
        """Rupees that are due and unpaid today."""
        return sum((due.left for due in self.dues if due.state in (LATE, DUE)), ZERO)

    @property
    def next(self) -> Due | None:
        """The earliest that is not paid in full."""
        return next((due for due in self.dues if due.left), None)

    @property
    def left(self) -> Decimal:
        """Rupees of the plan that nobody has paid."""
        return sum((due.left for due in self.dues), ZERO)

    @property
    def is_late(self) -> bool:
        return any(due.state == LATE for due in self.dues)


def schedule(owed: Owed, *, on: date | None = None) -> Schedule | None:
    """The latest plan of the sum and how far it is paid on the day; None without a plan."""
    plans: list[InstalmentPlan] = list(owed.obligation.plans.all())
    if not plans:
        return None
    plan = plans[-1]
    day = on or today()
    settled = max(plan.total - unpaid(owed), ZERO)
    dues = []
    for row in plan.instalments.all():
        part = min(settled, row.amount)
        settled -= part
        dues.append(Due(row, part, _state(row, part, day)))
    return Schedule(plan, tuple(dues))


def too_long(found: Schedule) -> Limit | None:
    """The rule that the plan's last day exceeds, for a look, not a refusal; None where it keeps within."""
    decided, last = found.plan.decided_on, found.dues[-1].row.due_on
    rule = limit(Limit.Code.INSTALMENTS, on=decided)
    return rule if rule and last > months_after(decided, int(rule.value * 12)) else None


def _state(row: Instalment, paid: Decimal, day: date) -> str:
    if paid >= row.amount:
        return PAID
    if row.due_on < day:
        return LATE
    if row.due_on == day:
        return DUE
    return PART if paid else TO_COME


def unpaid(owed: Owed) -> Decimal:
    """What of the sum nobody has paid yet and no heir waived, in rupees; requests under way count as unpaid."""
    return owed.obligation.balance - owed.waived - owed.paid


def equal_parts(total: Decimal, first_due_on: date, months: int, every: int = 1) -> list[tuple[date, Decimal]]:
    """`months` instalments, one each `every` months, in whole rupees where the total is whole; the first take the rupees over."""
    unit = Decimal(1) if total == total.to_integral_value() else Decimal("0.01")
    parts = allocate(total, [1] * months, unit=unit)
    return [(months_after(first_due_on, every * at), part) for at, part in enumerate(parts)]


@transaction.atomic
def record_plan(
    *,
    obligation: int,
    decided_on: date,
    reference: str,
    instalments: Sequence[tuple[date, Any]],
    by: User,
) -> InstalmentPlan:
    """The instalments a court allowed, as (day, rupees); together exactly what nobody has paid yet. A later plan replaces it.

    Raises: NotAllowed, NotFound, BadInput naming `instalments`, WrongState for a surety bond or a sum that is paid.
    """
    require_role(by, Role.CASE_OFFICER, action="record instalments")
    rows = Obligation.objects.select_related("order__case")
    found = get_visible(rows, to=by, path="order__case__office", pk=obligation)
    Obligation.objects.select_for_update().get(pk=found.pk)
    day = act_date(decided_on, field="decided_on", not_before=found.order.decided_on)
    owed = next(row for row in obligations_of(found.order.case) if row.obligation.pk == found.pk)
    left = unpaid(owed)
    if found.is_contingent or left <= 0:
        raise WrongState("Nothing is left to pay by instalments.", ids=(found.pk,), code="nothing_left")
    parts = sorted((due, take("instalments", parse_amount, amount)) for due, amount in instalments)
    _check_parts(parts, left, day)
    plan = InstalmentPlan.objects.create(
        obligation=found,
        total=left,
        decided_on=day,
        reference=take("reference", parse_text, reference, maximum=80),
        recorded_by=by,
    )
    Instalment.objects.bulk_create(
        Instalment(plan=plan, number=number, due_on=due, amount=amount) for number, (due, amount) in enumerate(parts, 1)
    )
    return plan


def _check_parts(parts: Sequence[tuple[date, Decimal]], left: Decimal, decided_on: date) -> None:
    """Raises: BadInput."""
    total = sum((amount for _, amount in parts), ZERO)
    days = [due for due, _ in parts]
    if not 1 <= len(parts) <= MOST:
        detail = f"{len(parts)} instalments cannot be taken: give 1 to {MOST}."
    elif len(set(days)) != len(days):
        detail = "Two instalments have the same day. Give each a day of its own."
    elif days[0] < decided_on:
        detail = f"{days[0]:%-d %b %Y} is before the court allowed it."
    elif total != left:
        detail = f"The instalments make {figures(total)}; what nobody has paid yet is {figures(left)}."
    else:
        return
    raise BadInput(detail, fields={"instalments": detail})
