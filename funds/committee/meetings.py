"""Meetings of a committee: call one with its agenda, add to it, call it off, write down what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take, take_optional
from funds.chain.chains import waiting_step
from funds.chain.grounds import take_ground
from funds.committee import agendas, committee_versions
from funds.committee.agendas import Outcome
from funds.disbursements import visible_disbursements
from funds.models import (
    AgendaItem,
    CalledOff,
    Committee,
    CommitteeMember,
    CommitteeVersion,
    DecisionGround,
    ItemRecusal,
    Meeting,
    Minutes,
    MinutesItem,
    Presence,
)
from funds.rules.committee_rules import LOCK
from ledger.clock import act_date, today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.locks import hold

FARTHEST = 366  # days ahead that a meeting may be called


@dataclass(frozen=True, slots=True)
class ItemDecided:
    """What the meeting decided on one request of its agenda; `recused` are usernames of members who took no part in it."""

    disbursement: int
    outcome: str
    to: int = 0
    ground: str = ""
    reason: str = ""
    recused: Sequence[str] = ()
    recusal_ground: str = ""
    recusal_reason: str = ""


@dataclass(slots=True)
class _Row:
    """An item that was checked, ready to be written."""

    item: AgendaItem
    outcome: str
    to: int = 0
    ground: DecisionGround | None = None
    reason: str = ""
    apart: list[CommitteeMember] = field(default_factory=list)
    apart_ground: DecisionGround | None = None
    apart_reason: str = ""


@transaction.atomic
def call(*, committee: str, day: date, place: str, by: User, requests: Sequence[int] | None = None) -> Meeting:
    """The secretary calls a meeting; its agenda are the requests given, or all that wait for the committee.

    Raises: NotAllowed but for the secretary, NotFound, BadInput, WrongState for a request that does not wait.
    """
    found = _committee(committee, by=by)
    if (day - today()).days > FARTHEST:
        raise BadInput("The day is too far away.", fields={"day": f"{day:%-d %b %Y} is more than a year away."})
    where = take("place", parse_text, place, maximum=120)
    meeting = Meeting.objects.create(committee=found, day=day, place=where, called_by=by)
    chosen = list(agendas.free_for(found, by).values_list("pk", flat=True)) if requests is None else requests
    _put(meeting, chosen, by=by)
    return agendas.get_meeting(meeting.pk, by=by)


@transaction.atomic
def add(*, meeting: int, requests: Sequence[int], by: User) -> Meeting:
    """Further requests on the agenda, until the meeting is held. Raises: as `call`."""
    found = _open(meeting, by=by)
    if not requests:
        raise BadInput("Choose a request.", fields={"requests": "Choose a request that waits for the committee."})
    _put(found, requests, by=by)
    return found


@transaction.atomic
def call_off(*, meeting: int, reason: str, by: User) -> Meeting:
    """The meeting does not count; its requests wait for another one. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    found = _meeting(meeting, by=by)
    if hasattr(found, "adoption"):
        raise WrongState(f"Its minutes are adopted as {found.adoption.number}. Nothing was changed.", ids=(found.pk,))
    CalledOff.objects.create(meeting=found, reason=take("reason", parse_text, reason, maximum=500), by=by)
    return found


def _committee(code: str, *, by: User) -> Committee:
    """Locks the committee until the transaction ends. Raises: NotFound, NotAllowed but for its secretary."""
    found = committee_versions.get_committee(code, by=by)
    hold(LOCK, found.pk)
    require_secretary(found, by=by)
    return found


def require_secretary(committee: Committee, *, by: User) -> None:
    """Raises: NotAllowed."""
    if not committee_versions.is_secretary(committee, by):
        raise NotAllowed(f"The secretary of {committee} does this.")


def _meeting(pk: int, *, by: User) -> Meeting:
    """Raises: NotFound, NotAllowed, WrongState once it was called off."""
    found = agendas.get_meeting(pk, by=by)
    hold(LOCK, found.committee_id)
    found = agendas.get_meeting(pk, by=by)
    require_secretary(found.committee, by=by)
    if hasattr(found, "called_off"):
        raise WrongState("This meeting was called off. Nothing was changed.", ids=(pk,), code="called_off")
    return found


def _open(pk: int, *, by: User) -> Meeting:
    found = _meeting(pk, by=by)
    if found.minutes.exists():
        raise WrongState("The meeting was held, so its agenda is closed. Nothing was changed.", ids=(pk,), code="held")
    return found


def _put(meeting: Meeting, requests: Sequence[int], *, by: User) -> None:
    free = agendas.free_for(meeting.committee, by).select_for_update(of=("self",))
    rows = {row.pk: row for row in free.filter(pk__in=requests)}
    gone = [pk for pk in requests if pk not in rows]
    if gone:
        known = visible_disbursements(by).filter(pk__in=gone).values_list("number", flat=True)
        named = ", ".join(known) or "One of them"
        detail = f"{named}: does not wait for {meeting.committee} or is before another meeting. Nothing was changed."
        raise WrongState(detail, ids=tuple(gone), code="not_waiting")
    last = meeting.agenda.aggregate(last=Max("position"))["last"] or 0
    for position, pk in enumerate(dict.fromkeys(requests), last + 1):
        AgendaItem.objects.create(
            meeting=meeting, position=position, disbursement=rows[pk], step=waiting_step(rows[pk]),
            digest=rows[pk].digest, added_by=by,
        )  # fmt: skip


@transaction.atomic
def record(
    *,
    meeting: int,
    held_on: date,
    present: Sequence[str],
    items: Sequence[ItemDecided],
    by: User,
    place: str = "",
    remarks: str = "",
) -> Minutes:
    """The secretary writes down who was there and what was decided on each item; the minutes then wait for signatures.

    `present`: usernames. Writing again before the minutes are adopted makes a new version, and what was signed is void.
    A request that no longer waits is written down as gone, whatever was decided. Raises: NotAllowed, NotFound, BadInput
    with `items.N.field`, WrongState.
    """
    found = _meeting(meeting, by=by)
    if hasattr(found, "adoption"):
        detail = f"These minutes are adopted as {found.adoption.number} and stay as they are. Nothing was changed."
        raise WrongState(detail, ids=(found.pk,), code="adopted")
    day = act_date(held_on, field="held_on")
    version = committee_versions.require_version(found.committee, day)
    there = _present(version, present)
    rows = _rows(found, items, {row.officer.user.get_username(): row for row in there if row.votes}, day)
    where = take_optional("place", place, maximum=120) or found.place
    told = take("remarks", parse_text, remarks, maximum=2000) if remarks.strip() else ""
    return _write(found, version, day, where, told, there, rows, by=by)


def _present(version: CommitteeVersion, usernames: Sequence[str]) -> list[CommitteeMember]:
    seats = {row.officer.user.get_username(): row for row in version.members.all()}
    strangers = [name for name in usernames if name not in seats]
    there = [row for name, row in seats.items() if name in usernames]
    voting = [row for row in there if row.votes]
    error = ""
    if strangers:
        error = f"{', '.join(strangers)}: no member of {version.committee} on that day."
    elif not any(row.part == CommitteeMember.Part.CHAIR for row in there):
        error = (
            "The chair was not there. Without a chair nothing is decided: call the meeting off, or name another chair."
        )
    elif len(voting) < version.quorum:
        error = f"{len(voting)} of those who vote were there; the quorum is {version.quorum}. Nothing can be decided."
    if error:
        raise BadInput(error, fields={"present": error})
    return there


def _rows(meeting: Meeting, items: Sequence[ItemDecided], voting: dict[str, CommitteeMember], day: date) -> list[_Row]:
    """Raises: BadInput with every field at fault."""
    given = {item.disbursement: (place, item) for place, item in enumerate(items)}
    agenda = list(meeting.agenda.select_related("disbursement", "step").order_by("position"))
    errors: dict[str, str] = {}
    strangers = set(given) - {row.disbursement_id for row in agenda}
    if strangers:
        errors["items"] = f"Request {min(strangers)} is not on the agenda."
    rows = []
    for listed in agenda:
        if not agendas.is_before(listed, listed.disbursement):
            rows.append(_Row(listed, Outcome.GONE))
        elif listed.disbursement_id not in given:
            errors["items"] = f"Say what was decided on item {listed.position}, {listed.disbursement.number}."
        else:
            place, item = given[listed.disbursement_id]
            try:
                rows.append(_row(listed, item, voting, day))
            except BadInput as refusal:
                errors |= {f"items.{place}.{name}": text for name, text in refusal.fields.items()}
    if errors:
        raise BadInput("The minutes cannot be written like this.", fields=errors)
    return rows


def _row(listed: AgendaItem, item: ItemDecided, voting: dict[str, CommitteeMember], day: date) -> _Row:
    request = listed.disbursement
    if item.outcome not in (*agendas.DECIDING, Outcome.DEFERRED):
        detail = "Choose approved, returned, rejected or deferred."
        raise BadInput(detail, fields={"outcome": detail})
    if request.waiting_since and day < request.waiting_since:
        detail = f"{request.number} came to the committee on {request.waiting_since:%-d %b %Y}, after the meeting."
        raise BadInput(detail, fields={"outcome": detail})
    row = _Row(listed, item.outcome)
    if item.outcome in (Outcome.RETURNED, Outcome.REJECTED):
        row.ground = take_ground(item.outcome, item.ground, on=day)
    if item.outcome != Outcome.APPROVED or item.reason.strip():
        row.reason = take("reason", parse_text, item.reason, maximum=2000)
    if item.outcome == Outcome.RETURNED:
        if not 0 <= item.to < listed.step.position:
            detail = f"Choose the maker (0) or a step before step {listed.step.position}."
            raise BadInput(detail, fields={"to": detail})
        row.to = item.to
    if item.recused:
        _recused(row, item, voting, day)
    return row


def _recused(row: _Row, item: ItemDecided, voting: dict[str, CommitteeMember], day: date) -> None:
    strangers = [name for name in item.recused if name not in voting]
    if strangers:
        detail = f"{', '.join(strangers)}: was not there, or does not vote."
        raise BadInput(detail, fields={"recused": detail})
    row.apart = [voting[name] for name in dict.fromkeys(item.recused)]
    try:
        row.apart_ground = take_ground(DecisionGround.Of.RECUSED, item.recusal_ground, on=day)
    except BadInput as refusal:
        raise BadInput(refusal.detail, fields={"recusal_ground": refusal.detail}) from refusal
    row.apart_reason = take("recusal_reason", parse_text, item.recusal_reason, maximum=500)


def _write(
    meeting: Meeting,
    under: CommitteeVersion,
    day: date,
    place: str,
    remarks: str,
    there: list[CommitteeMember],
    rows: list[_Row],
    *,
    by: User,
) -> Minutes:
    version = meeting.minutes.count() + 1
    text = agendas.text_of(meeting, version, day, place, remarks, present=there, items=[_said(row) for row in rows])
    minutes = Minutes.objects.create(
        meeting=meeting, version=version, under=under, held_on=day, place=place, remarks=remarks,
        digest=agendas.digest(text), recorded_by=by,
    )  # fmt: skip
    for seat in there:
        Presence.objects.create(minutes=minutes, member=seat)
    for row in rows:
        made = MinutesItem.objects.create(
            minutes=minutes, item=row.item, outcome=row.outcome, back_to=row.to, ground=row.ground, reason=row.reason
        )
        for member in row.apart:
            assert row.apart_ground is not None
            ItemRecusal.objects.create(item=made, member=member, ground=row.apart_ground, reason=row.apart_reason)
    return minutes


def _said(row: _Row) -> list[Any]:
    ground = row.ground.code if row.ground else ""
    code = row.apart_ground.code if row.apart_ground else ""
    apart = [[member.officer_id, code, row.apart_reason] for member in row.apart]
    return agendas.said(row.item, row.outcome, row.to, ground, row.reason, apart)
