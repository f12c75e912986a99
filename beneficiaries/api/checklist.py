"""The API of what a case lacks before money is asked for: the checklist, other help, ceilings; and its loans."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.api.people import reader
from beneficiaries.casework import ceilings, earlier_help, readiness
from beneficiaries.models import Case, LoanTerms
from beneficiaries.offices.scope import get_visible
from beneficiaries.owed import loans
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
from ledger.clock import today

router = Router(tags=["cases"])
Percent = Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?$", examples=["1.00"])]
Count = Annotated[int, Field(strict=True, ge=1, le=600)]


class PointOut(Schema):
    """One line of the checklist. `missing` stops a request when it is submitted, `check` asks for a look."""

    part: str
    state: str
    title: str
    detail: str


class HelpOut(Schema):
    """What another request gives. `number` is empty where it is another office's."""

    fund: str
    amount: Amount
    asked_on: date = Field(alias="on")
    state: str
    number: str
    same_case: bool
    explained: bool


class ReasonIn(Given):
    reason: Text


class ReasonOut(Schema):
    id: int
    reason: str
    recorded_by: str
    recorded_at: datetime

    @staticmethod
    def resolve_recorded_by(row: Any) -> str:
        return row.recorded_by.get_full_name()


class PermitIn(ReasonIn):
    up_to: AmountIn


class PermitOut(Schema):
    id: int
    up_to: Amount
    reason: str
    permitted_by: str
    permitted_at: datetime = Field(alias="recorded_at")

    @staticmethod
    def resolve_permitted_by(row: Any) -> str:
        return row.permitted_by.get_full_name()


class LoanIn(Given):
    amount: AmountIn
    agreed_on: Day
    first_due_on: Day
    months: Count
    reference: Text
    charge_percent: Percent = "0"
    guarantor: Text = ""
    obligation: Id | None = None


class LoanOut(Schema):
    id: int
    amount: Amount
    charge_percent: str
    agreed_on: date
    first_due_on: date
    months: int
    reference: str
    guarantor: str
    obligation_id: int | None
    to_repay: Amount

    @staticmethod
    def resolve_charge_percent(row: LoanTerms) -> str:
        return f"{row.charge_percent:.2f}"

    @staticmethod
    def resolve_to_repay(row: LoanTerms) -> Decimal:
        return sum((amount for _, amount in loans.loan_schedule(row)), Decimal(0))


def _case(request: HttpRequest, pk: int) -> Case:
    user = reader(request, "a case")
    return get_visible(Case.objects.select_related("person", "relief", "prisoner"), to=user, pk=pk)


@router.get("/cases/{case}/checklist", response=answers(list[PointOut]))
def checklist(request: HttpRequest, case: PathId) -> Any:
    """What is missing before money can be asked for."""
    return readiness.points(_case(request, case), on=today())


@router.get("/cases/{case}/earlier-help", response=answers(list[HelpOut]))
def list_earlier_help(request: HttpRequest, case: PathId) -> Any:
    """What other requests of any fund gave to the person, in the years that policy looks back."""
    return earlier_help.helps(_case(request, case), on=today(), to=actor(request))


@router.post("/cases/{case}/earlier-help", response=answers(ReasonOut, 201))
def explain_earlier_help(request: HttpRequest, case: PathId, data: ReasonIn) -> Any:
    """Says why the person is helped again, for all other help known now."""
    return created(earlier_help.record_reason(case=case, reason=data.reason, by=actor(request)))


@router.get("/cases/{case}/ceiling-permits", response=answers(Page[PermitOut]))
def list_permits(request: HttpRequest, case: PathId, paging: Query[Paging]) -> Any:
    return page(_case(request, case).ceiling_permits.select_related("permitted_by"), paging)


@router.post("/cases/{case}/ceiling-permits", response=answers(PermitOut, 201))
def permit_more(request: HttpRequest, case: PathId, data: PermitIn) -> Any:
    """An approving authority lets the grants of a case exceed the ceiling of its violation."""
    return created(ceilings.permit_more(case=case, **data.dict(), by=actor(request)))


@router.get("/cases/{case}/loan-terms", response=answers(Page[LoanOut]))
def list_loan_terms(request: HttpRequest, case: PathId, paging: Query[Paging]) -> Any:
    """Every agreement on a soft loan; the last one counts."""
    return page(LoanTerms.objects.filter(case=_case(request, case)), paging)


@router.post("/cases/{case}/loan-terms", response=answers(LoanOut, 201))
def record_loan_terms(request: HttpRequest, case: PathId, data: LoanIn) -> Any:
    """Records what was agreed about a soft loan; nothing is posted."""
    return created(loans.record_loan_terms(case=case, **data.dict(), by=actor(request)))
