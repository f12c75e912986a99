"""Meetings of committees over the API: what waits, calling, agenda, minutes, signing."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.views.pages import actor
from funds.api.committees import Username, reader
from funds.chain.reauthentication import remembered
from funds.committee import agendas, committee_versions, meetings, minutes
from funds.committee.meetings import ItemDecided
from funds.models import Disbursement, Meeting
from ledger.api_types import (
    Amount,
    Code,
    Day,
    Given,
    Id,
    Page,
    Paging,
    PathId,
    Text,
    answers,
    created,
    filtered,
    page,
)

router = Router(tags=["committees"])


class WaitingOut(Schema):
    id: int
    number: str
    title: str
    fund: str
    amount: Amount
    waiting_since: date

    @staticmethod
    def resolve_fund(row: Disbursement) -> str:
        return row.fund.code


class MeetingIn(Given):
    """Without `requests` all that wait for the committee are on the agenda."""

    day: Day
    place: Text
    requests: Annotated[list[Id], Field(max_length=500)] | None = None


class AgendaIn(Given):
    requests: Annotated[list[Id], Field(max_length=500)]


class ItemIn(Given):
    """`recused` are members who were there and took no part in the item; they give one ground and reason."""

    disbursement: Id
    outcome: Annotated[str, Field(examples=["approved"])]
    to: Annotated[int, Field(strict=True, ge=0, le=100)] = 0
    ground: Annotated[str, Field(max_length=24)] = ""
    reason: Text = ""
    recused: Annotated[list[Username], Field(max_length=50)] = []
    recusal_ground: Annotated[str, Field(max_length=24)] = ""
    recusal_reason: Text = ""


class MinutesIn(Given):
    held_on: Day
    present: Annotated[list[Username], Field(max_length=50)]
    items: Annotated[list[ItemIn], Field(max_length=500)]
    place: Text = ""
    remarks: Text = ""


class SignIn(Given):
    """`seen` is the digest of the minutes that were read; other minutes now are refused (409)."""

    seen: Annotated[str, Field(max_length=64)]
    on: Day | None = None


class Reason(Given):
    reason: Text


class AgendaOut(Schema):
    """`outcome` is null before minutes are written; `held_up` says why an adopted item is not carried out."""

    position: int
    disbursement: int
    number: str
    amount: Amount
    outcome: str | None
    back_to: int
    ground: str | None
    reason: str
    recused: list[str]
    carried_out: bool
    held_up: str | None


class SignatureOut(Schema):
    username: str
    name: str
    post: str
    signed_on: date
    digest: str


class MeetingOut(Schema):
    """`state` is called, circulating, adopted or called_off; `minutes` is the last version, `number` that of adopted ones."""

    id: int
    committee: str
    day: date
    place: str
    state: str
    minutes: int | None
    digest: str | None
    number: str | None
    present: list[str]
    items: list[AgendaOut]
    signatures: list[SignatureOut]


class MeetingsFilter(Paging):
    committee: Code | None = None


class MeetingLine(Schema):
    id: int
    committee: str
    day: date
    place: str
    state: str

    @staticmethod
    def resolve_committee(row: Meeting) -> str:
        return row.committee.code

    @staticmethod
    def resolve_state(row: Meeting) -> str:
        return agendas.state_of(row)


def _shown(meeting: Meeting) -> dict[str, Any]:
    sheet = agendas.sheet(meeting)
    decided = {row.item_id: row for row in sheet.items}
    return {
        "id": meeting.pk,
        "committee": meeting.committee.code,
        "day": meeting.day,
        "place": meeting.place,
        "state": agendas.state_of(meeting),
        "minutes": sheet.minutes.version if sheet.minutes else None,
        "digest": sheet.minutes.digest if sheet.minutes else None,
        "number": sheet.adoption.number if sheet.adoption else None,
        "present": [seat.officer.user.get_username() for seat in sheet.present],
        "items": [_item(item, decided.get(item.pk)) for item in sheet.agenda],
        "signatures": [
            {
                "username": row.signed_by.get_username(),
                "name": row.name,
                "post": row.post,
                "signed_on": row.signed_on,
                "digest": row.digest,
            }
            for row in sheet.signatures
        ],
    }


def _item(item: Any, row: Any) -> dict[str, Any]:
    held = list(row.held_up.all()) if row else []
    done = agendas.carried(row) if row else False
    return {
        "position": item.position,
        "disbursement": item.disbursement_id,
        "number": item.disbursement.number,
        "amount": item.disbursement.amount,
        "outcome": row.outcome if row else None,
        "back_to": row.back_to if row else 0,
        "ground": row.ground.code if row and row.ground else None,
        "reason": row.reason if row else "",
        "recused": [apart.member.officer.user.get_username() for apart in row.recusals.all()] if row else [],
        "carried_out": done,
        "held_up": held[-1].reason if held and not done else None,
    }


@router.get("/committees/{code}/waiting", response=answers(Page[WaitingOut]))
def list_waiting(request: HttpRequest, code: str, paging: Query[Paging]) -> Any:
    """Requests that wait for the committee and are on no agenda which is still to be decided."""
    user = reader(request)
    return page(agendas.free_for(committee_versions.get_committee(code, by=user), user), paging)


@router.get("/meetings", response=answers(Page[MeetingLine]))
def list_meetings(request: HttpRequest, filters: Query[MeetingsFilter]) -> Any:
    """Meetings of the committees the caller sees."""
    rows = agendas.visible_meetings(reader(request)).prefetch_related("minutes")
    return page(filtered(rows, committee__code=filters.committee), filters)


@router.post("/committees/{code}/meetings", response=answers(MeetingOut, 201))
def call_meeting(request: HttpRequest, code: str, data: MeetingIn) -> Any:
    """The committee's secretary calls a meeting."""
    return created(_shown(meetings.call(committee=code, by=actor(request), **data.dict())))


@router.get("/meetings/{meeting}", response=answers(MeetingOut))
def get_meeting(request: HttpRequest, meeting: PathId) -> Any:
    """One meeting: agenda, what was decided, who signed."""
    return _shown(agendas.get_meeting(meeting, by=reader(request)))


@router.post("/meetings/{meeting}/agenda", response=answers(MeetingOut))
def add_to_agenda(request: HttpRequest, meeting: PathId, data: AgendaIn) -> Any:
    """Further requests, until the meeting is held."""
    return _shown(meetings.add(meeting=meeting, requests=data.requests, by=actor(request)))


@router.post("/meetings/{meeting}/call-off", response=answers(MeetingOut))
def call_meeting_off(request: HttpRequest, meeting: PathId, data: Reason) -> Any:
    """The meeting does not count; its requests wait for another one."""
    made = meetings.call_off(meeting=meeting, reason=data.reason, by=actor(request))
    return _shown(agendas.get_meeting(made.pk, by=actor(request)))


@router.post("/meetings/{meeting}/minutes", response=answers(MeetingOut, 201))
def write_minutes(request: HttpRequest, meeting: PathId, data: MinutesIn) -> Any:
    """The secretary writes the minutes, or their next version, which voids what was signed."""
    given = data.dict() | {"items": [ItemDecided(**item.dict()) for item in data.items]}
    made = meetings.record(meeting=meeting, by=actor(request), **given)
    return created(_shown(agendas.get_meeting(made.meeting_id, by=actor(request))))


@router.post("/meetings/{meeting}/sign", response=answers(MeetingOut))
def sign_minutes(request: HttpRequest, meeting: PathId, data: SignIn) -> Any:
    """The caller signs the minutes; with chair and quorum they are adopted and carried out.

    Minutes that sanction more than the limit of policy ask for the password, which a program cannot give: 403 `password_needed`.
    """
    user = actor(request)
    made = minutes.sign(meeting=meeting, by=user, seen=data.seen, on=data.on, proved=remembered(request, user))
    return _shown(made)


@router.post("/meetings/{meeting}/carry-out", response=answers(MeetingOut))
def carry_minutes_out(request: HttpRequest, meeting: PathId) -> Any:
    """Tries again what adopted minutes decided and what could not be carried out."""
    return _shown(minutes.carry_out(meeting=meeting, by=actor(request)))
