"""The API of means and of the watch list: evidence of a person, lists, hits and their judgement. Each calls one service."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from beneficiaries.api.people import reader
from beneficiaries.forms.papers import content_of
from beneficiaries.models import HitJudgement, MeansEvidence, Person, Province, ScreeningHit
from beneficiaries.offices.scope import get_visible
from beneficiaries.screened import means, screening, watch_lists
from beneficiaries.views.pages import actor
from beneficiaries.views.screening import READERS
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
    page,
)
from ledger.errors import BadInput
from ledger.roles import require_role

router = Router(tags=["checks"])


class MeansOut(Schema):
    """What a person's household has to live on, or where the person lives, and what showed it."""

    id: int
    what: str
    monthly_income: Amount | None
    province: str | None
    resident_since: date | None
    shown_on: date
    source: str
    paper_id: int | None
    recorded_by: str

    @staticmethod
    def resolve_province(row: MeansEvidence) -> str | None:
        return row.province.code if row.province else None

    @staticmethod
    def resolve_recorded_by(row: MeansEvidence) -> str:
        return row.recorded_by.get_full_name()


class EvidenceIn(Given):
    source: Text
    shown_on: Day | None = None
    paper: Id | None = None


class IncomeIn(EvidenceIn):
    monthly_income: AmountIn


class ResidenceIn(EvidenceIn):
    province: Annotated[str, Field(max_length=8, examples=["BL"])]
    resident_since: Day


class ListOut(Schema):
    id: int
    source: str
    number: int = Field(description="version, counted from 1 for each list")
    form: str
    dated: date | None
    file_name: str
    sha256: str
    entries: int
    added: int
    changed: int
    removed: int
    people_screened: int
    loaded_at: datetime = Field(alias="recorded_at")


class ListIn(Given):
    """The fields beside the file: `source` names a CSV's list; `removing`, where half of a list or more goes, how many."""

    source: Annotated[str, Field(max_length=200)] = ""
    removing: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class LoadedOut(Schema):
    version: ListOut
    new_hits: int


class EntryOut(Schema):
    id: int
    reference: str
    kind: str
    name: str
    names: list[dict[str, str]]
    born: list[str]
    nationality: str
    listed_on: date | None


class JudgementOut(Schema):
    outcome: str
    reason: str
    judged_by: str
    judged_at: datetime = Field(alias="recorded_at")

    @staticmethod
    def resolve_judged_by(row: HitJudgement) -> str:
        return row.judged_by.get_full_name()


class HitOut(Schema):
    """Somebody of ours who looks like a listed party; payment waits while `state` is open or confirmed."""

    id: int
    state: str
    person_id: int | None
    payee: str
    entry: EntryOut
    by: str
    score: int
    why: str
    occasion: str
    found_at: datetime = Field(alias="recorded_at")
    judgements: list[JudgementOut]

    @staticmethod
    def resolve_state(row: ScreeningHit) -> str:
        return screening.state_of(row)

    @staticmethod
    def resolve_judgements(row: ScreeningHit) -> list[HitJudgement]:
        return list(row.judgements.all())


class HitFilter(Paging):
    state: Literal["open", "cleared", "confirmed", "ended"] | None = None


class JudgeIn(Given):
    outcome: Annotated[str, OneOf(HitJudgement.Outcome)]
    reason: Text


def _checker(request: HttpRequest, what: str) -> Any:
    user = actor(request)
    require_role(user, *READERS, action=f"see {what}")
    return user


@router.get("/people/{person}/means", response=answers(list[MeansOut]))
def list_means(request: HttpRequest, person: PathId) -> Any:
    """All evidence of the person's means; the latest of each kind answers rules of eligibility."""
    user = reader(request, "a person")
    found = get_visible(Person.objects.all(), to=user, pk=person)
    return list(means.visible_means(user).filter(person=found).order_by("pk"))


@router.post("/people/{person}/income", response=answers(MeansOut, 201))
def record_income(request: HttpRequest, person: PathId, data: IncomeIn) -> Any:
    """Income of the household in rupees a month, as evidence showed it."""
    return created(means.record_income(person=person, by=actor(request), **data.dict()))


@router.post("/people/{person}/residence", response=answers(MeansOut, 201))
def record_residence(request: HttpRequest, person: PathId, data: ResidenceIn) -> Any:
    """Where the person lives and since when, as evidence showed it."""
    province = Province.objects.filter(code=data.province).first()
    if province is None:
        detail = f"There is no province {data.province!r}. Give its code, such as PB."
        raise BadInput(detail, fields={"province": detail})
    given = data.dict() | {"province": province}
    return created(means.record_residence(person=person, by=actor(request), **given))


@router.get("/watch-lists", response=answers(Page[ListOut]))
def list_watch_lists(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Every version of every list that was loaded."""
    _checker(request, "the watch lists")
    return page(watch_lists.versions(), paging)


@router.post("/watch-lists", response=answers(LoadedOut, 201))
def load_watch_list(request: HttpRequest, data: Form[ListIn], file: File[UploadedFile]) -> Any:
    """Loads the UN's consolidated list (XML) or our CSV as the list's next version, whole or not at all; everybody is
    compared with it at once. Sent as multipart/form-data."""
    unknown = {*request.POST, *request.FILES} - {*ListIn.model_fields, "file"}
    if unknown:
        fields = {name[:40]: "Leave it out." for name in unknown}
        raise BadInput("The form has fields that are not known.", fields=fields)
    made = watch_lists.load(content_of(file), file_name=file.name or "", by=actor(request), **data.dict())
    return created(made)


@router.get("/screening-hits", response=answers(Page[HitOut]))
def list_hits(request: HttpRequest, filters: Query[HitFilter]) -> Any:
    """Hits on people and payees of the caller's office."""
    user = _checker(request, "hits of the watch list")
    rows = screening.visible_hits(user).prefetch_related("judgements__judged_by")
    return page(screening.in_state(rows, filters.state) if filters.state else rows, filters)


@router.get("/screening-hits/{hit}", response=answers(HitOut))
def get_hit(request: HttpRequest, hit: PathId) -> Any:
    user = _checker(request, "a hit of the watch list")
    return get_visible(screening.visible_hits(user), to=user, pk=hit)


@router.post("/screening-hits/{hit}/judgements", response=answers(HitOut, 201))
def judge_hit(request: HttpRequest, hit: PathId, data: JudgeIn) -> Any:
    """Clears a hit, so that payment may go on, or confirms it; for this person and this entry as it is written now."""
    user = actor(request)
    screening.judge(hit=hit, by=user, **data.dict())
    return created(screening.visible_hits(user).get(pk=hit))
