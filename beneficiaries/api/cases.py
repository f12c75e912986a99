"""The API of cases; each operation calls one service. What courts ordered: orders.py, and what is owed of it: owed.py."""

from datetime import date
from typing import Annotated, Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries import cases
from beneficiaries.api.people import Named, known, reader
from beneficiaries.casework import case_changes
from beneficiaries.models import (
    Case,
    Court,
    District,
    Person,
    Prison,
    ReliefCase,
)
from beneficiaries.offices.scope import get_visible
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


class DistrictOut(Named):
    province: str

    @staticmethod
    def resolve_province(row: District) -> str:
        return row.province.code


class PlaceOut(Named):
    district_id: int


class ReliefOut(Schema):
    violation: str
    happened_on: date
    district_id: int
    referral: str
    referral_reference: str
    report: str
    recommended_amount: Amount


class PrisonerOut(Schema):
    prison: Named
    prisoner_number: str
    sections: str
    sentence_served_on: date | None
    sentence_certificate: str
    released_on: date | None
    release_reference: str


class CaseOut(Schema):
    id: int
    number: str
    kind: str
    office: str
    person: Named
    opened_on: date
    police_station: str
    fir_number: str
    fir_year: int | None
    set_aside_on: date | None = Field(description="no money is asked for it since then")
    set_aside_reason: str
    relief: ReliefOut | None = None
    prisoner: PrisonerOut | None = None

    @staticmethod
    def resolve_office(row: Case) -> str:
        return row.office.code

    @staticmethod
    def resolve_relief(row: Case) -> Any:
        return getattr(row, "relief", None)

    @staticmethod
    def resolve_prisoner(row: Case) -> Any:
        return getattr(row, "prisoner", None)


class CaseFilter(Paging):
    kind: Annotated[str, OneOf(Case.Kind)] | None = None
    person: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None


class FirIn(Given):
    police_station: Text
    number: Text
    year: Annotated[int, Field(strict=True, ge=1947, le=2199)]


class CaseIn(Given):
    person: Id
    opened_on: Day | None = None
    fir: FirIn | None = None


def first_report(fir: FirIn | None) -> tuple[str, str, int] | None:
    return (fir.police_station, fir.number, fir.year) if fir else None


class ReliefFacts(Given):
    violation: Annotated[str, OneOf(ReliefCase.Violation)]
    happened_on: Day
    district: Id
    referral: Annotated[str, OneOf(ReliefCase.Referral)]
    referral_reference: Annotated[str, Field(max_length=40)] = ""
    report: Annotated[str, Field(max_length=20_000)] = ""
    recommended_amount: AmountIn


class ReliefCaseIn(CaseIn, ReliefFacts):
    pass


class PrisonerFacts(Given):
    prison: Id
    prisoner_number: Text
    sections: Text
    sentence_served_on: Day | None = None
    sentence_certificate: Text = ""


class PrisonerCaseIn(CaseIn, PrisonerFacts):
    pass


class Corrected(Given):
    """The facts as they should read, and why; an FIR that is left out is taken away."""

    reason: Text
    fir: FirIn | None = None


class ReliefCorrectionIn(Corrected, ReliefFacts):
    pass


class PrisonerCorrectionIn(Corrected, PrisonerFacts):
    pass


class SetAsideIn(Given):
    reason: Text


@router.get("/districts", response=answers(Page[DistrictOut]), tags=["places"])
def districts(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Districts with their province."""
    return page(District.objects.select_related("province"), paging)


@router.get("/prisons", response=answers(Page[PlaceOut]), tags=["places"])
def prisons(request: HttpRequest, paging: Query[Paging]) -> Any:
    return page(Prison.objects.all(), paging)


@router.get("/courts", response=answers(Page[PlaceOut]), tags=["places"])
def courts(request: HttpRequest, paging: Query[Paging]) -> Any:
    return page(Court.objects.all(), paging)


@router.get("/cases", response=answers(Page[CaseOut]), tags=["cases"])
def list_cases(request: HttpRequest, filters: Query[CaseFilter]) -> Any:
    user = reader(request, "cases")
    return page(filtered(cases.visible_cases(user), kind=filters.kind, person=filters.person), filters)


def _particulars(data: CaseIn, user: User) -> dict[str, Any]:
    values = data.dict(exclude={"fir"}) | {"fir": first_report(data.fir)}
    return values | {"person": get_visible(Person.objects.all(), to=user, pk=data.person)}


@router.post("/cases/relief", response=answers(CaseOut, 201), tags=["cases"])
def open_relief_case(request: HttpRequest, data: ReliefCaseIn) -> Any:
    """Opens a victim's case."""
    user = actor(request)
    values = _particulars(data, user) | {"district": known(District.objects.all(), data.district, "district")}
    return created(cases.open_relief_case(**values, by=user))


@router.post("/cases/prisoner", response=answers(CaseOut, 201), tags=["cases"])
def open_prisoner_case(request: HttpRequest, data: PrisonerCaseIn) -> Any:
    """Opens a prisoner's case."""
    user = actor(request)
    values = _particulars(data, user) | {"prison": known(Prison.objects.all(), data.prison, "prison")}
    return created(cases.open_prisoner_case(**values, by=user))


@router.get("/cases/{case}", response=answers(CaseOut), tags=["cases"])
def get_case(request: HttpRequest, case: PathId) -> Any:
    user = reader(request, "a case")
    return get_visible(cases.visible_cases(user), to=user, pk=case)


@router.post("/cases/relief/{case}/correct", response=answers(CaseOut), tags=["cases"])
def correct_relief_case(request: HttpRequest, case: PathId, data: ReliefCorrectionIn) -> Any:
    """The facts of a victim's case as they should read; the old ones stay in the history."""
    user = actor(request)
    district = known(District.objects.all(), data.district, "district")
    values = data.dict(exclude={"fir", "district"}) | {"fir": first_report(data.fir), "district": district}
    case_changes.correct_relief_case(case=case, **values, by=user)
    return cases.visible_cases(user).get(pk=case)


@router.post("/cases/prisoner/{case}/correct", response=answers(CaseOut), tags=["cases"])
def correct_prisoner_case(request: HttpRequest, case: PathId, data: PrisonerCorrectionIn) -> Any:
    """The facts of a prisoner's case as they should read; the old ones stay in the history."""
    user = actor(request)
    prison = known(Prison.objects.all(), data.prison, "prison")
    values = data.dict(exclude={"fir", "prison"}) | {"fir": first_report(data.fir), "prison": prison}
    case_changes.correct_prisoner_case(case=case, **values, by=user)
    return cases.visible_cases(user).get(pk=case)


@router.post("/cases/{case}/set-aside", response=answers(CaseOut), tags=["cases"])
def set_case_aside(request: HttpRequest, case: PathId, data: SetAsideIn) -> Any:
    """A case that should not have been opened: no money is asked for it any more."""
    user = actor(request)
    case_changes.set_aside(case=case, reason=data.reason, by=user)
    return cases.visible_cases(user).get(pk=case)
