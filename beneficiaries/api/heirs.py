"""The API of heirs: the court's shares, the aid that reckons beside them, and waivers before the court."""

from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries import cases
from beneficiaries.api.orders import find_obligation
from beneficiaries.api.people import PersonOut, reader
from beneficiaries.heirs import waivers
from beneficiaries.heirs.kinship import read_family
from beneficiaries.heirs.shares import rows
from beneficiaries.inheritance import LIMITS, divide
from beneficiaries.models import Heir, HeirWaiver, Obligation, Person
from beneficiaries.offices.scope import get_visible, visible
from beneficiaries.views.pages import actor
from ledger.api_types import Amount, AmountIn, Day, Flag, Given, Id, Page, Paging, PathId, Text, answers, created, page
from ledger.money import parse_amount

router = Router()

Share = Annotated[str, Field(pattern=r"^[0-9]{1,6}/[1-9][0-9]{0,5}$", examples=["9/72"])]


class WaiverOut(Schema):
    id: int
    heir_id: int
    act: str
    decided_on: date
    reference: str
    reason: str


class HeirOut(Schema):
    id: int
    person: PersonOut
    kinship: str
    kin: str | None = Field(description="the kinship in the words of /shares; null for others, by court order")
    share: Share
    unsound_mind: bool
    waived: bool = Field(description="left out of new requests, because the heir waived before the court")

    @staticmethod
    def resolve_waived(row: Heir) -> bool:
        acts = [waiver.act for waiver in row.waivers.all()]
        return acts[-1:] == [HeirWaiver.Act.WAIVED]


class HeirIn(Given):
    person: Id
    kinship: Text
    share: Share
    unsound_mind: Flag = False


class HeirsIn(Given):
    heirs: Annotated[list[HeirIn], Field(max_length=100)]
    reason: Text = "Heirs recorded"


class WaiverIn(Given):
    decided_on: Day
    reference: Text
    reason: Text


class SharesQuery(Schema):
    heirs: Annotated[str, Field(max_length=400, examples=["wife=1,mother=1,son=1,daughter=1"])]
    award: AmountIn | None = None


class SharesRow(Schema):
    heir: str
    number: int
    share: Share = Field(description="of each person")
    amount: Amount | None = Field(
        description="of each person, rupees; the least where a rupee over makes them differ; null without an award"
    )
    amounts: list[Amount] = Field(description="of each person, one after the other")
    total: Amount | None = Field(description="of all of that kinship together")

    @staticmethod
    def resolve_heir(row: Any) -> str:
        return str(row.kin)


class SharesOut(Schema):
    divisor: int
    heirs: list[SharesRow]
    steps: list[str]
    limits: list[str]


@router.get("/shares", response=answers(SharesOut), tags=["obligations"])
def reckon_shares(request: HttpRequest, given: Query[SharesQuery]) -> Any:
    """An aid by Hanafi law; the court's figures count. A family that only a court may divide is refused (422, `for_the_court`)."""
    reader(request, "shares")
    found = divide(read_family(given.heirs))
    award = parse_amount(given.award) if given.award is not None else None
    return {"divisor": found.divisor, "heirs": rows(found, award), "steps": list(found.steps), "limits": list(LIMITS)}


def _heirs(obligation: Obligation) -> QuerySet[Heir]:
    rows = obligation.heirs.select_related("person__district", "person__province", "person__office")
    return rows.prefetch_related("waivers")


@router.get("/obligations/{obligation}/heirs", response=answers(Page[HeirOut]), tags=["obligations"])
def list_heirs(request: HttpRequest, obligation: PathId, paging: Query[Paging]) -> Any:
    """The heirs with the court's shares."""
    return page(_heirs(find_obligation(reader(request, "a case"), obligation)), paging)


@router.post("/obligations/{obligation}/heirs", response=answers(list[HeirOut], 201), tags=["obligations"])
def record_heirs(request: HttpRequest, obligation: PathId, data: HeirsIn) -> Any:
    """Records the court's shares, replacing those recorded before; together they make the whole."""
    user = actor(request)
    found = find_obligation(user, obligation)
    people = {row.pk: row for row in _people(user, data)}
    heirs = [
        (
            people.get(heir.person) or get_visible(Person.objects.all(), to=user, pk=heir.person),
            heir.kinship,
            Fraction(heir.share),
        )
        for heir in data.heirs
    ]
    unsound = {heir.person for heir in data.heirs if heir.unsound_mind}
    made = cases.record_heirs(obligation=found, heirs=heirs, unsound=unsound, reason=data.reason, by=user)
    return created(_heirs(found).filter(pk__in=[row.pk for row in made]))


def _people(user: User, data: HeirsIn) -> QuerySet[Person]:
    return visible(Person.objects.filter(pk__in=[heir.person for heir in data.heirs]), to=user)


@router.post("/heirs/{heir}/waiver", response=answers(WaiverOut, 201), tags=["obligations"])
def record_waiver(request: HttpRequest, heir: PathId, data: WaiverIn) -> Any:
    """An adult heir gave the share up before the court; a minor's is refused (422, `protected_heir`)."""
    return created(waivers.record_waiver(heir=heir, **data.dict(), by=actor(request)))


@router.post("/heirs/{heir}/waiver/set-aside", response=answers(WaiverOut, 201), tags=["obligations"])
def set_waiver_aside(request: HttpRequest, heir: PathId, data: WaiverIn) -> Any:
    """The court set the waiver aside, or it was recorded by mistake."""
    return created(waivers.set_waiver_aside(heir=heir, **data.dict(), by=actor(request)))
