"""The API of what is owed and how: joint awards, payments by others, instalments, loans, ceilings, other help, the checklist."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries import ceilings, diyat_values, earlier_help, instalments, loans, orders, prior_payments, readiness
from beneficiaries.api import ObligationOut, find_obligation
from beneficiaries.api_people import reader
from beneficiaries.models import (
    Case,
    CourtOrder,
    DiyatValue,
    InstalmentPlan,
    LoanTerms,
    Obligation,
    Person,
    PriorPayment,
)
from beneficiaries.money import obligations_of
from beneficiaries.scope import get_visible
from beneficiaries.views.diyat_values import READING
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
    YearLabel,
    answers,
    created,
    page,
)
from ledger.clock import today
from ledger.errors import NotFound
from ledger.roles import require_role

router = Router(tags=["obligations"])
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


class ValueOut(Schema):
    """`exact` is false where only a rounded figure was found."""

    id: int
    year: str
    amount: Amount
    exact: bool
    notification: str
    notified_on: date | None
    source: str
    file_sha256: str


class ValueIn(Given):
    """A file is added on the page."""

    year: YearLabel
    amount: AmountIn
    notification: Text
    notified_on: Day
    source: Text


def _case(request: HttpRequest, pk: int) -> Case:
    user = reader(request, "a case")
    return get_visible(Case.objects.select_related("person", "relief", "prisoner"), to=user, pk=pk)


@router.get("/cases/{case}/checklist", response=answers(list[PointOut]), tags=["cases"])
def checklist(request: HttpRequest, case: PathId) -> Any:
    """What is missing before money can be asked for."""
    return readiness.points(_case(request, case), on=today())


@router.get("/cases/{case}/earlier-help", response=answers(list[HelpOut]), tags=["cases"])
def list_earlier_help(request: HttpRequest, case: PathId) -> Any:
    """What other requests of any fund gave to the person, in the years that policy looks back."""
    return earlier_help.helps(_case(request, case), on=today(), to=actor(request))


@router.post("/cases/{case}/earlier-help", response=answers(ReasonOut, 201), tags=["cases"])
def explain_earlier_help(request: HttpRequest, case: PathId, data: ReasonIn) -> Any:
    """Says why the person is helped again, for all other help known now."""
    return created(earlier_help.record_reason(case=case, reason=data.reason, by=actor(request)))


@router.get("/cases/{case}/ceiling-permits", response=answers(Page[PermitOut]), tags=["cases"])
def list_permits(request: HttpRequest, case: PathId, paging: Query[Paging]) -> Any:
    return page(_case(request, case).ceiling_permits.select_related("permitted_by"), paging)


@router.post("/cases/{case}/ceiling-permits", response=answers(PermitOut, 201), tags=["cases"])
def permit_more(request: HttpRequest, case: PathId, data: PermitIn) -> Any:
    """An approving authority lets the grants of a case exceed the ceiling of its violation."""
    return created(ceilings.permit_more(case=case, **data.dict(), by=actor(request)))


@router.get("/cases/{case}/loan-terms", response=answers(Page[LoanOut]), tags=["cases"])
def list_loan_terms(request: HttpRequest, case: PathId, paging: Query[Paging]) -> Any:
    """Every agreement on a soft loan; the last one counts."""
    return page(LoanTerms.objects.filter(case=_case(request, case)), paging)


@router.post("/cases/{case}/loan-terms", response=answers(LoanOut, 201), tags=["cases"])
def record_loan_terms(request: HttpRequest, case: PathId, data: LoanIn) -> Any:
    """Records what was agreed about a soft loan; nothing is posted."""
    return created(loans.record_loan_terms(case=case, **data.dict(), by=actor(request)))


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


@router.get("/diyat-values", response=answers(Page[ValueOut]), tags=["diyat values"])
def list_values(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The notified values on record. A year that is not there was not notified yet, or not found."""
    require_role(actor(request), *READING, action="see the notified values")
    return page(DiyatValue.objects.all(), paging)


@router.post("/diyat-values", response=answers(ValueOut, 201), tags=["diyat values"])
def record_value(request: HttpRequest, data: ValueIn) -> Any:
    """Records a notification."""
    return created(diyat_values.record_value(**data.dict(), by=actor(request)))
