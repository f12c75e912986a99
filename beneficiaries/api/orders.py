"""The API of what courts ordered: orders and the sums they order; each operation calls one service."""

from datetime import date
from typing import Annotated, Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.api.people import Named, known, reader
from beneficiaries.models import Case, Court, CourtOrder, Obligation, Person
from beneficiaries.offices.scope import get_visible, visible
from beneficiaries.owed import orders
from beneficiaries.views.pages import actor
from ledger.api_types import (
    Amount,
    AmountIn,
    Day,
    Given,
    Id,
    OneOf,
    Page,
    Paging,
    PathId,
    Text,
    answers,
    created,
    filtered,
    page,
)

router = Router()


class OrderOut(Schema):
    id: int
    case_id: int
    court: Named
    number: str
    decided_on: date
    judgment_on: date | None = Field(description="the conviction, where this order came later")


class OrderIn(Given):
    court: Id
    number: Text
    decided_on: Day
    judgment_on: Day | None = None


class ObligationOut(Schema):
    id: int
    case_id: int
    order_id: int
    kind: str
    amount_ordered: Amount
    paid_before: Amount
    balance: Amount = Field(description="what the order leaves to pay before our funds pay, rupees")
    owed_to: str
    section: str
    contingent: bool = Field(description="never paid from here: a surety bond", alias="is_contingent")
    default_days: int | None = Field(description="days of prison in default of payment")
    surety_id: int | None
    joint_award_id: int | None = Field(alias="award_id", description="the award that several convicts owe together")
    joint_place: int | None = Field(alias="award_place")

    @staticmethod
    def resolve_case_id(row: Obligation) -> int:
        return row.order.case_id


class ObligationIn(Given):
    kind: Annotated[str, OneOf(Obligation.Kind)]
    amount_ordered: AmountIn
    paid_before: AmountIn = "0"
    paid_by: Text = ""
    owed_to: Text = ""
    section: Text = ""
    default_days: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None
    surety: Id | None = None


class ObligationFilter(Paging):
    case: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    kind: Annotated[str, OneOf(Obligation.Kind)] | None = None


@router.get("/cases/{case}/orders", response=answers(Page[OrderOut]), tags=["cases"])
def list_orders(request: HttpRequest, case: PathId, paging: Query[Paging]) -> Any:
    """The court orders of a case."""
    user = reader(request, "a case")
    found = get_visible(Case.objects.all(), to=user, pk=case)
    return page(found.orders.select_related("court"), paging)


@router.post("/cases/{case}/orders", response=answers(OrderOut, 201), tags=["cases"])
def create_order(request: HttpRequest, case: PathId, data: OrderIn) -> Any:
    """Records the judgment or order behind a case."""
    user = actor(request)
    found = get_visible(Case.objects.all(), to=user, pk=case)
    court = known(Court.objects.all(), data.court, "court")
    return created(orders.record_order(**data.dict(exclude={"court"}), case=found, court=court, by=user))


def _obligations(user: User) -> QuerySet[Obligation]:
    return visible(Obligation.objects.select_related("order"), to=user, path="order__case__office")


@router.get("/obligations", response=answers(Page[ObligationOut]), tags=["obligations"])
def list_obligations(request: HttpRequest, filters: Query[ObligationFilter]) -> Any:
    """Sums that courts ordered."""
    user = reader(request, "a case")
    return page(filtered(_obligations(user), order__case=filters.case, kind=filters.kind), filters)


@router.get("/obligations/{obligation}", response=answers(ObligationOut), tags=["obligations"])
def get_obligation(request: HttpRequest, obligation: PathId) -> Any:
    return find_obligation(reader(request, "a case"), obligation)


def find_obligation(user: User, pk: int) -> Obligation:
    """An obligation the caller may see. Raises: NotFound."""
    rows = Obligation.objects.select_related("order")
    return get_visible(rows, to=user, path="order__case__office", pk=pk)


@router.post("/orders/{order}/obligations", response=answers(ObligationOut, 201), tags=["obligations"])
def create_obligation(request: HttpRequest, order: PathId, data: ObligationIn) -> Any:
    """Records a sum the court ordered, and what others paid of it before."""
    user = actor(request)
    found = get_visible(CourtOrder.objects.all(), to=user, path="case__office", pk=order)
    surety = get_visible(Person.objects.all(), to=user, pk=data.surety) if data.surety else None
    return created(orders.record_obligation(order=found, **data.dict(exclude={"surety"}), surety=surety, by=user))
