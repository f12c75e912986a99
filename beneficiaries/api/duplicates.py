"""The API of the queue of duplicates: pairs, and what was decided about them."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.api.people import PersonOut
from beneficiaries.models import Pair, PairDecision
from beneficiaries.people import merging
from beneficiaries.views.duplicates import READERS
from beneficiaries.views.pages import actor
from ledger.api_types import Given, Id, OneOf, Page, Paging, PathId, Text, answers, created, page
from ledger.errors import BadInput
from ledger.roles import require_role

router = Router()


class PairOut(Schema):
    id: int
    first: PersonOut
    second: PersonOut
    score: int
    reasons: list[str]
    state: str
    said: str = Field(description="what the officer said who registered the second one all the same")
    found_at: datetime


class DecisionOut(Schema):
    id: int
    pair_id: int
    act: str
    reason: str
    kept_id: int | None
    gone_id: int | None
    decided_by: str
    recorded_at: datetime

    @staticmethod
    def resolve_decided_by(row: PairDecision) -> str:
        return row.decided_by.get_username()


class PairsFilter(Paging):
    state: Annotated[str, OneOf(Pair.State)] = Pair.State.OPEN


class DecisionIn(Given):
    """`merged` names in `keep` the record that stands for both."""

    act: Annotated[str, OneOf(PairDecision.Act)]
    reason: Text
    keep: Id | None = None


class PartIn(Given):
    reason: Text


@router.get("/duplicates", response=answers(Page[PairOut]), tags=["people"])
def list_pairs(request: HttpRequest, filters: Query[PairsFilter]) -> Any:
    """Pairs of whom the caller may see both; those that wait to be compared, or with `state` others."""
    user = actor(request)
    require_role(user, *READERS, action="see who may be registered twice")
    waiting = filters.state == Pair.State.OPEN
    rows = merging.open_pairs(user) if waiting else merging.visible_pairs(user).filter(state=filters.state)
    return page(rows.select_related("first__province", "second__province"), filters)


@router.post("/duplicates/{pair}/decide", response=answers(DecisionOut, 201), tags=["people"])
def decide_pair(request: HttpRequest, pair: PathId, data: DecisionIn) -> Any:
    """`different`, `linked` (one person, kept by two offices) or `merged`. A merge is undone at /people/{gone}/part."""
    user = actor(request)
    given: dict[str, Any] = {"pair": pair, "reason": data.reason}
    if data.act == PairDecision.Act.DIFFERENT:
        return created(merging.mark_different(**given, by=user))
    if data.act == PairDecision.Act.LINKED:
        return created(merging.mark_linked(**given, by=user))
    if data.act == PairDecision.Act.MERGED:
        return created(merging.merge(**given, keep=data.keep or 0, by=user))
    raise BadInput("A merge is undone at its record.", fields={"act": "Choose different, linked or merged."})


@router.post("/people/{person}/part", response=answers(DecisionOut, 201), tags=["people"])
def part_person(request: HttpRequest, person: PathId, data: PartIn) -> Any:
    """Undoes the merge of this record; what was opened or paid on the other since then stays there."""
    return created(merging.part(person=person, reason=data.reason, by=actor(request)))
