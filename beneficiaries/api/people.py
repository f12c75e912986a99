"""The API of people: list, find by CNIC, register, and show a whole value for a reason."""

from datetime import date, datetime
from typing import Annotated, Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries import registry
from beneficiaries.duplicates import candidates
from beneficiaries.identity import parse_cnic
from beneficiaries.inputs import take
from beneficiaries.models import Disclosure, District, Person
from beneficiaries.models.contact import Language
from beneficiaries.offices.scope import get_visible
from beneficiaries.people import contact, disclosures
from beneficiaries.people.likeness import Particulars
from beneficiaries.views.pages import actor
from beneficiaries.views.people import READERS
from ledger.api_types import Day, Flag, Given, Id, OneOf, Page, Paging, PathId, Text, answers, created, page
from ledger.errors import BadInput
from ledger.roles import require_role

router = Router()


def reader(request: HttpRequest, what: str) -> User:
    """The caller, who may read files of people. Raises: NotAllowed."""
    user = actor(request)
    require_role(user, *READERS, action=f"see {what}")
    return user


def known(rows: QuerySet[Any], pk: int, field: str) -> Any:
    """The row of reference data a body names. Raises: BadInput for one that is not in the list."""
    row = rows.filter(pk=pk).first()
    if row is None:
        detail = f"There is no {rows.model._meta.verbose_name} {pk}. Choose one of the list."
        raise BadInput(detail, fields={field: detail})
    return row


class Named(Schema):
    id: int
    name: str


class PersonOut(Schema):
    id: int
    name: str
    relation: str
    relative_name: str
    name_urdu: str
    cnic: str = Field(description="first five and last digit only")
    cnic_kind: str
    other_kind: str
    other_id: str = Field(description="last three letters or digits only")
    gender: str
    born_on: date | None
    is_minor: bool
    guardian_id: int | None
    district: Named
    province: str
    office: str
    merged_into_id: int | None = Field(description="the record that stands for this one, where it was merged")
    phone: str = Field(description="first four and last three digits only")
    home_address: str = Field(description="hidden; not empty where one is recorded")
    warnings: list[str] = Field(description="what to compare with the card once more; nothing is refused for it")
    created_at: datetime

    @staticmethod
    def resolve_cnic(row: Person) -> str:
        return row.masked_cnic

    @staticmethod
    def resolve_other_id(row: Person) -> str:
        return row.masked_other_id

    @staticmethod
    def resolve_warnings(row: Person) -> list[str]:
        return registry.doubts(row)

    @staticmethod
    def resolve_phone(row: Person) -> str:
        return row.masked_phone

    @staticmethod
    def resolve_home_address(row: Person) -> str:
        return row.masked_address

    @staticmethod
    def resolve_province(row: Person) -> str:
        return row.province.code

    @staticmethod
    def resolve_office(row: Person) -> str:
        return row.office.code


class PersonIn(Given):
    name: Text
    relation: Annotated[str, OneOf(Person.Relation)]
    relative_name: Text
    gender: Annotated[str, OneOf(Person.Gender)]
    district: Id
    cnic: Text | None = None
    born_on: Day | None = None
    is_minor: Flag = False
    guardian: Id | None = None
    phone: Text = ""
    home_address: Text = ""
    name_urdu: Text = ""
    cnic_kind: Annotated[str, OneOf(Person.CnicKind)] = Person.CnicKind.CNIC
    other_kind: Text = ""
    other_id: Text = ""
    distinct_because: Text = Field("", description="why it is nobody of those on record who are like it")


class AlikeIn(Given):
    """Particulars to look for; nobody is registered by it."""

    name: Text
    relative_name: Text
    gender: Annotated[str, OneOf(Person.Gender)]
    district: Id
    born_on: Day | None = None
    name_urdu: Text = ""
    cnic: Text = ""


class AlikeOut(Schema):
    person: PersonOut
    score: int = Field(description="0 to 100; no proof")
    reasons: list[str]


class CnicIn(Given):
    cnic: Text


class RevealIn(Given):
    what: Annotated[str, OneOf(Disclosure.What)]
    reason: Text


class RevealOut(Schema):
    what: str
    value: str = Field(description="as it is stored: 13 digits, 03XXXXXXXXX, or one line of text")


class ContactIn(Given):
    language: Annotated[str, OneOf(Language)]
    stop: Text = Field("", description="why nothing is sent to this person; empty: messages are sent")


class ContactOut(Schema):
    person_id: int
    language: str
    stop: str


class PeopleFilter(Paging):
    q: Annotated[str, Field(max_length=100)] = ""


def _people(user: User) -> QuerySet[Person]:
    return registry.visible_people(user)


@router.get("/people", response=answers(Page[PersonOut]), tags=["people"])
def list_people(request: HttpRequest, filters: Query[PeopleFilter]) -> Any:
    """The people of the caller's office; `q` looks in names. For a CNIC send POST /people/find."""
    user = reader(request, "people")
    return page(registry.find_named(user, filters.q) if filters.q else _people(user), filters)


# Before the address with a key, which would take its name for one.
@router.post("/people/find", response=answers(list[PersonOut]), tags=["people"])
def find_person(request: HttpRequest, data: CnicIn) -> Any:
    """The person whose CNIC it is, or nobody. Sent by POST, so that no CNIC stands in an address."""
    user = reader(request, "people")
    return list(_people(user).filter(cnic=take("cnic", parse_cnic, data.cnic)))


@router.post("/people/alike", response=answers(list[AlikeOut]), tags=["people"])
def people_alike(request: HttpRequest, data: AlikeIn) -> Any:
    """Those on record who may be this person, the likeliest first. Sent by POST, so that nothing of it stands in an address."""
    user = reader(request, "people")
    district = known(District.objects.all(), data.district, "district")
    values = data.dict() | {"district": district.pk, "province": district.province_id}
    values["cnic"] = take("cnic", parse_cnic, data.cnic) if data.cnic else ""
    return candidates(Particulars(**values), to=user)


@router.get("/people/{person}", response=answers(PersonOut), tags=["people"])
def get_person(request: HttpRequest, person: PathId) -> Any:
    """A record that was merged into another names it in `merged_into_id`; lists leave it out."""
    user = reader(request, "a person")
    return get_visible(Person.objects.select_related("district", "province", "office"), to=user, pk=person)


@router.post("/people/{person}/reveal", response=answers(RevealOut), tags=["people"])
def reveal_person(request: HttpRequest, person: PathId, data: RevealIn) -> Any:
    """The whole CNIC, telephone or address of a person. Who asked, when and why stays on record."""
    value = disclosures.reveal(person=person, what=data.what, reason=data.reason, by=actor(request))
    return RevealOut(what=data.what, value=value)


@router.post("/people/{person}/contact", response=answers(ContactOut, 201), tags=["people"])
def set_contact(request: HttpRequest, person: PathId, data: ContactIn) -> Any:
    """How somebody is told about payments from now on, or why not at all."""
    return created(contact.set_wish(person=person, by=actor(request), **data.dict()))


@router.post("/people", response=answers(PersonOut, 201), tags=["people"])
def create_person(request: HttpRequest, data: PersonIn) -> Any:
    """Registers a person in the caller's office. A CNIC that is known already is refused (409, `duplicate`).

    Where people alike are on record it is refused as well (409, `likely_duplicate`, their keys in `fields.ids`): use one of
    them, or send the same with `distinct_because`. A verifier then compares the records.
    """
    user = actor(request)
    values = data.dict() | {"district": known(District.objects.all(), data.district, "district")}
    if data.guardian is not None:
        values["guardian"] = get_visible(Person.objects.all(), to=user, pk=data.guardian)
    return created(registry.register_person(**values, by=user))
