"""The API of what is owed: joint awards, terms in default, payments by others, instalments."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.api.checklist import ReasonIn
from beneficiaries.api.orders import ObligationOut, find_obligation
from beneficiaries.api.people import reader
from beneficiaries.casework.money import obligations_of
from beneficiaries.models import (
    CourtOrder,
    InstalmentPlan,
    Obligation,
    Person,
    PriorPayment,
)
from beneficiaries.offices.scope import get_visible
from beneficiaries.owed import instalments, instalments_due, orders, prior_payments
from beneficiaries.owed.instalments_due import PlanDue
from beneficiaries.views.pages import actor
from ledger.api_types import (
    Amount,
    AmountIn,
    Day,
    Given,
    Id,
    Page,
    Paging,
    PathId,
    Text,
    answers,
    created,
    page,
)
from ledger.errors import NotFound

router = Router(tags=["obligations"])


class JointIn(Given):
    """`total`: the whole diyat; it splits equally among the convicts, `place` says who bears the rupee over."""

    total: AmountIn
    convicts: Annotated[int, Field(strict=True, ge=2, le=200)]
    owed_to: Text
    place: Annotated[int, Field(strict=True, ge=1, le=200)] | None = None


class TermsIn(ReasonIn):
    default_days: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None
    surety: Id | None = None


class PriorPaymentIn(Given):
    amount: AmountIn
    paid_on: Day
    payer: Text
    receipt: Text = ""


class PriorPaymentOut(Schema):
    id: int
    amount: Amount
    paid_on: date | None
    payer: str
    receipt: str
    struck_out: str = Field(description="why it no longer counts; empty while it does")

    @staticmethod
    def resolve_struck_out(row: PriorPayment) -> str:
        struck = getattr(row, "struck", None)
        return struck.reason if struck else ""


class InstalmentIn(Given):
    due_on: Day
    amount: AmountIn


class PlanIn(Given):
    decided_on: Day
    reference: Text
    instalments: Annotated[list[InstalmentIn], Field(min_length=1, max_length=600)]


class InstalmentOut(Schema):
    number: int
    due_on: date
    amount: Amount
    paid: Amount
    state: str


class PlanOut(Schema):
    """The plan that counts now; what was paid counts for the earliest instalment first."""

    reference: str
    decided_on: date
    total: Amount
    due_now: Amount
    instalments: list[InstalmentOut]


@router.post("/orders/{order}/joint-obligations", response=answers(ObligationOut, 201))
def create_joint_obligation(request: HttpRequest, order: PathId, data: JointIn) -> Any:
    """Records one convict's part of a diyat that several owe together."""
    user = actor(request)
    found = get_visible(CourtOrder.objects.all(), to=user, path="case__office", pk=order)
    return created(orders.record_joint_obligation(order=found, **data.dict(), by=user))


@router.post("/obligations/{obligation}/correct", response=answers(ObligationOut))
def correct_obligation(request: HttpRequest, obligation: PathId, data: TermsIn) -> Any:
    """The term in default and the surety as they should read."""
    user = actor(request)
    surety = get_visible(Person.objects.all(), to=user, pk=data.surety) if data.surety else None
    values = data.dict(exclude={"surety"}) | {"surety": surety}
    return orders.correct_obligation(obligation=obligation, **values, by=user)


@router.get("/obligations/{obligation}/prior-payments", response=answers(Page[PriorPaymentOut]))
def list_prior_payments(request: HttpRequest, obligation: PathId, paging: Query[Paging]) -> Any:
    """What others paid of a sum, struck-out rows as well."""
    found = find_obligation(reader(request, "a case"), obligation)
    return page(found.prior_payments.select_related("struck"), paging)


@router.post("/obligations/{obligation}/prior-payments", response=answers(PriorPaymentOut, 201))
def record_prior_payment(request: HttpRequest, obligation: PathId, data: PriorPaymentIn) -> Any:
    """Somebody else paid of the sum; it lessens what may be asked for."""
    return created(prior_payments.record_prior_payment(obligation=obligation, **data.dict(), by=actor(request)))


@router.post("/prior-payments/{payment}/strike", response=answers(PriorPaymentOut))
def strike_prior_payment(request: HttpRequest, payment: PathId, data: ReasonIn) -> Any:
    """A payment by others was recorded by mistake: it stays in the list and no longer counts."""
    return prior_payments.strike_prior_payment(payment=payment, reason=data.reason, by=actor(request)).payment


@router.get("/obligations/{obligation}/instalments", response=answers(PlanOut))
def get_instalments(request: HttpRequest, obligation: PathId) -> Any:
    """The plan that counts now. 404 where there is none."""
    return _plan(find_obligation(reader(request, "a case"), obligation))


class PlanDueOut(Schema):
    """One sum whose plan is late, or has an instalment due soon. `due_on`: of the earliest that is not paid in full."""

    case_id: int
    case: str
    obligation_id: int
    kind: str
    state: str
    due_on: date
    days_late: int = Field(description="below zero while it is still to come")
    missed: int = Field(description="instalments past their day and not paid in full")
    due_now: Amount
    left: Amount = Field(description="of the plan, unpaid by anybody")

    @staticmethod
    def resolve_case_id(row: PlanDue) -> int:
        return row.case.pk

    @staticmethod
    def resolve_case(row: PlanDue) -> str:
        return row.case.number

    @staticmethod
    def resolve_obligation_id(row: PlanDue) -> int:
        return row.obligation.pk

    @staticmethod
    def resolve_kind(row: PlanDue) -> str:
        return row.obligation.kind

    @staticmethod
    def resolve_due_on(row: PlanDue) -> date:
        return row.next.row.due_on

    @staticmethod
    def resolve_due_now(row: PlanDue) -> Decimal:
        return row.schedule.due_now

    @staticmethod
    def resolve_left(row: PlanDue) -> Decimal:
        return row.schedule.left


class DueFilter(Paging):
    state: Literal["late", "soon"] | None = None


@router.get("/instalments-due", response=answers(Page[PlanDueOut]))
def list_instalments_due(request: HttpRequest, filters: Query[DueFilter]) -> Any:
    """Plans that are `late`, or `soon` have an instalment due, the longest late first. Here `after` counts the rows already
    seen, because the order is that of the days."""
    user = reader(request, "instalments")
    rows = [row for row in instalments_due.plans_due(user) if filters.state in (None, row.state)]
    end = filters.after + filters.limit
    return {"items": rows[filters.after : end], "next": end if len(rows) > end else None}


def _plan(obligation: Obligation) -> dict[str, Any]:
    owed = next(row for row in obligations_of(obligation.order.case) if row.obligation.pk == obligation.pk)
    found = instalments.schedule(owed)
    if found is None:
        raise NotFound("No instalments are recorded for this sum.")
    plan: InstalmentPlan = found.plan
    return {
        "reference": plan.reference,
        "decided_on": plan.decided_on,
        "total": plan.total,
        "due_now": found.due_now,
        "instalments": [
            {
                "number": due.row.number,
                "due_on": due.row.due_on,
                "amount": due.row.amount,
                "paid": due.paid,
                "state": due.state,
            }
            for due in found.dues
        ],
    }


@router.post("/obligations/{obligation}/instalments", response=answers(PlanOut, 201))
def record_plan(request: HttpRequest, obligation: PathId, data: PlanIn) -> Any:
    """The instalments a court allowed; together what nobody has paid yet. A later plan replaces it."""
    parts = [(row.due_on, row.amount) for row in data.instalments]
    values = data.dict(exclude={"instalments"}) | {"instalments": parts}
    made = instalments.record_plan(obligation=obligation, **values, by=actor(request))
    return created(_plan(made.obligation))
