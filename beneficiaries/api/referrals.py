"""The API of referrals: senders send one under their own reference and ask for it by that; officers read and decide."""

from datetime import date, datetime
from typing import Annotated, Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.models import Case, Person, Referral, ReferralDecision, ReliefCase
from beneficiaries.offices.scope import get_visible, office_of
from beneficiaries.referral import referrals
from beneficiaries.views.pages import actor
from ledger.api_types import (
    LARGEST_ID,
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
from ledger.errors import BadInput, NotFound
from ledger.roles import require_role

router = Router(tags=["referrals"])

Short = Annotated[str, Field(max_length=400)]


class ReferralIn(Given):
    """One person's matter. Places are given by their names; a token of one source need not name it."""

    reference: Annotated[
        str, Field(min_length=1, max_length=400, description="the sender's own", examples=["1099/48213"])
    ]
    kind: Annotated[str, OneOf(Case.Kind)]
    source: Annotated[str, OneOf(ReliefCase.Referral)] | None = None
    name: Short
    name_urdu: Short = ""
    relation: Annotated[str, OneOf(Person.Relation)] | None = None
    relative_name: Short = ""
    gender: Annotated[str, OneOf(Person.Gender)]
    cnic: Short = ""
    phone: Short = ""
    born_on: Day | None = None
    province: Short = ""
    district: Annotated[str, Field(max_length=400, examples=["Karachi South"])]
    violation: Annotated[str, OneOf(ReliefCase.Violation)] | None = None
    happened_on: Day | None = None
    prison: Annotated[str, Field(max_length=400, examples=["Central Jail Rawalpindi"])] = ""
    prisoner_number: Short = ""
    sections: Short = ""
    police_station: Short = ""
    fir_number: Short = ""
    fir_year: Annotated[int, Field(strict=True, ge=1947, le=2199)] | None = None
    summary: Text = ""


class StatusOut(Schema):
    """What became of a referral, for whom sent it: no private value, and no number of ours but the case's."""

    reference: str
    source: str
    kind: str
    received_at: datetime = Field(alias="recorded_at")
    state: str = Field(description="new, accepted, duplicate or declined")
    reason: str
    case: str | None

    @staticmethod
    def resolve_reason(row: Any) -> str:
        last = _last(row)
        return last.reason if last and row.state != referrals.NEW else ""

    @staticmethod
    def resolve_case(row: Any) -> str | None:
        last = _last(row)
        return last.case.number if last and last.case and row.state != referrals.NEW else None


class ReferralOut(StatusOut):
    """For officers."""

    id: int
    office: str
    name: str
    relative_name: str
    gender: str
    masked_cnic: str
    district: str
    about: str
    summary: str
    born_on: date | None

    @staticmethod
    def resolve_office(row: Referral) -> str:
        return row.office.code

    @staticmethod
    def resolve_district(row: Referral) -> str:
        return row.district.name


class Filter(Paging):
    state: Annotated[str, Field(pattern="^(new|accepted|duplicate|declined)$")] | None = None


class StatusQuery(Schema):
    reference: Annotated[str, Field(min_length=1, max_length=400)]
    source: Annotated[str, OneOf(ReliefCase.Referral)] | None = None


class ReasonIn(Given):
    reason: Text


class DuplicateIn(ReasonIn):
    """Of a case, or of another referral: one of the two."""

    case: Annotated[int, Field(strict=True, ge=1, le=LARGEST_ID)] | None = None
    referral: Annotated[int, Field(strict=True, ge=1, le=LARGEST_ID)] | None = None


def _last(row: Any) -> ReferralDecision | None:
    found: ReferralDecision | None = row.decisions.select_related("case").order_by("-pk").first()
    return found


def _source(request: HttpRequest, given: str | None) -> str:
    """The source that the token is for, or the one given. Raises: BadInput."""
    own: str = getattr(request, "referral_source", "")
    if own and given not in (None, own):
        detail = f"This token sends referrals of {own}, not of {given}."
        raise BadInput(detail, fields={"source": detail})
    if not own and given is None:
        raise BadInput("The source is missing.", fields={"source": "Say where the referral comes from."})
    return own or str(given)


@router.post("/referrals", response=answers(StatusOut, 201))
def send_referral(request: HttpRequest, data: ReferralIn) -> Any:
    """Sends a referral. The same reference with the same content is answered as the first time; with another it is 409."""
    user = actor(request)
    given = {name: "" if value is None else str(value) for name, value in data.dict().items()}
    made = referrals.receive(given=given | {"source": _source(request, data.source)}, by=user)
    return created(referrals.with_state(Referral.objects.filter(pk=made.pk)).get())


@router.get("/referrals/status", response=answers(StatusOut))
def referral_status(request: HttpRequest, asked: Query[StatusQuery]) -> Any:
    """What became of a referral, by the sender's own reference."""
    user = actor(request)
    require_role(user, *referrals.READERS, action="see referrals")
    rows = referrals.with_state(Referral.objects.filter(through=office_of(user)))
    found = rows.filter(source=_source(request, asked.source), reference=" ".join(asked.reference.split())).first()
    if found is None:
        raise NotFound("There is no referral under this reference.")
    return found


@router.get("/referrals", response=answers(Page[ReferralOut]))
def list_referrals(request: HttpRequest, paging: Query[Filter]) -> Any:
    """The referrals of your office."""
    return page(filtered(referrals.visible_referrals(_reader(request)), state=paging.state), paging)


@router.get("/referrals/{referral}", response=answers(ReferralOut))
def get_referral(request: HttpRequest, referral: PathId) -> Any:
    return _shown(referral, _reader(request))


def _reader(request: HttpRequest) -> User:
    user = actor(request)
    require_role(user, *referrals.READERS, action="see referrals")
    return user


def _shown(pk: int, user: User) -> Any:
    return get_visible(referrals.visible_referrals(user), to=user, pk=pk)


@router.post("/referrals/{referral}/duplicate", response=answers(ReferralOut))
def mark_duplicate(request: HttpRequest, referral: PathId, data: DuplicateIn) -> Any:
    """The same matter is a case, or another referral, already."""
    user = actor(request)
    referrals.mark_duplicate(referral=referral, by=user, reason=data.reason, case=data.case, twin=data.referral)
    return _shown(referral, user)


@router.post("/referrals/{referral}/decline", response=answers(ReferralOut))
def decline_referral(request: HttpRequest, referral: PathId, data: ReasonIn) -> Any:
    """It becomes no case; the sender is told the reason."""
    user = actor(request)
    referrals.decline(referral=referral, by=user, reason=data.reason)
    return _shown(referral, user)


@router.post("/referrals/{referral}/reopen", response=answers(ReferralOut))
def reopen_referral(request: HttpRequest, referral: PathId, data: ReasonIn) -> Any:
    """Takes up again what was declined or called a duplicate."""
    user = actor(request)
    referrals.reopen(referral=referral, by=user, reason=data.reason)
    return _shown(referral, user)


class AcceptIn(Given):
    """The case to open: for a registered `person`, or, left out, for one registered now. What is left out is as sent."""

    person: Id | None = None
    relation: Annotated[str, OneOf(Person.Relation)] | None = None
    relative_name: Text | None = None
    recommended_amount: Text | None = None
    report: Text = ""
    prisoner_number: Text | None = None
    sections: Text | None = None


@router.post("/referrals/{referral}/accept", response=answers(ReferralOut))
def accept_referral(request: HttpRequest, referral: PathId, data: AcceptIn) -> Any:
    """Opens a case of what was sent. A relief case needs a recommended amount."""
    user = actor(request)
    told = {name: value for name in ("relation", "relative_name") if (value := getattr(data, name)) is not None}
    row = get_visible(referrals.visible_referrals(user), to=user, pk=referral)
    fir = (row.police_station, row.fir_number, row.fir_year) if row.fir_number else None
    if row.kind == Case.Kind.RELIEF:
        values = {
            "violation": row.violation,
            "happened_on": row.happened_on,
            "district": row.district,
            "recommended_amount": data.recommended_amount or "",
            "report": data.report,
            "fir": fir,
        }
    else:
        number = row.prisoner_number if data.prisoner_number is None else data.prisoner_number
        sections = row.sections if data.sections is None else data.sections
        values = {"prison": row.prison, "prisoner_number": number, "sections": sections, "fir": fir}
    referrals.accept(referral=referral, by=user, case_values=values, person=data.person, person_values=told)
    return _shown(referral, user)
