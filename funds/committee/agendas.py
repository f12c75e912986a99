"""What waits for a committee, and a meeting with its agenda, minutes and signatures as the page shows it. Reads only."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Exists, F, OuterRef, Prefetch, QuerySet

from beneficiaries.offices.scope import get_visible, visible
from funds.committee import committee_versions
from funds.disbursements import visible_disbursements
from funds.models import (
    Adoption,
    AgendaItem,
    ApprovalStep,
    CalledOff,
    Committee,
    CommitteeMember,
    Disbursement,
    ItemRecusal,
    Meeting,
    Minutes,
    MinutesItem,
    MinutesSignature,
)
from funds.workflow import State
from ledger.roles import roles_of

Outcome = MinutesItem.Outcome
DECIDING = (Outcome.APPROVED, Outcome.RETURNED, Outcome.REJECTED)


def waiting_for(committee: Committee) -> QuerySet[Disbursement]:
    """Requests whose step waits for the committee, the longest waiting first; those before a meeting as well."""
    step = ApprovalStep.objects.filter(
        disbursement_id=OuterRef("pk"),
        submission=OuterRef("submission"),
        position=OuterRef("position"),
        committee=committee,
    )
    rows = Disbursement.objects.filter(Exists(step), state=State.SUBMITTED)
    return rows.select_related("fund", "office", "year", "maker").order_by("waiting_since", "pk")


def numbers_waiting(committees: Iterable[Committee]) -> dict[int, int]:
    """How many requests wait for each of the committees, by committee, in one query."""
    steps = ApprovalStep.objects.filter(
        committee__in=[row.pk for row in committees],
        disbursement__state=State.SUBMITTED,
        disbursement__submission=F("submission"),
        disbursement__position=F("position"),
    )
    counted = steps.order_by().values("committee").annotate(number=Count("pk"))
    return dict(counted.values_list("committee", "number"))


def free_for(committee: Committee, user: User) -> QuerySet[Disbursement]:
    """Of those the ones the user sees that are on no agenda which is still to be decided."""
    listed = AgendaItem.objects.filter(
        disbursement_id=OuterRef("pk"),
        step__submission=OuterRef("submission"),
        step__position=OuterRef("position"),
        meeting__called_off=None,
        meeting__adoption=None,
    )
    rows = waiting_for(committee).filter(pk__in=visible_disbursements(user).values("pk"))
    return rows.exclude(Exists(listed))


def listed_in(rows: Iterable[Disbursement]) -> dict[int, Meeting]:
    """By request the meeting that is still to decide on it, called or with minutes that wait for signatures."""
    items = AgendaItem.objects.filter(
        disbursement__in=[row.pk for row in rows], meeting__called_off=None, meeting__adoption=None
    )
    return {item.disbursement_id: item.meeting for item in items.select_related("meeting").order_by("pk")}


def visible_meetings(user: User) -> QuerySet[Meeting]:
    """Meetings of the committees the user may see."""
    rows = Meeting.objects.select_related("committee__office", "called_by", "called_off", "adoption")
    return visible(rows, to=user, path="committee__office")


def get_meeting(pk: int, *, by: User) -> Meeting:
    """Raises: NotFound."""
    return get_visible(visible_meetings(by), to=by, path="committee__office", pk=pk)


def state_of(meeting: Meeting) -> str:
    """'called', 'circulating', 'adopted' or 'called_off'."""
    if hasattr(meeting, "called_off"):
        return "called_off"
    if hasattr(meeting, "adoption"):
        return "adopted"
    return "circulating" if meeting.minutes.all() else "called"


def is_before(item: AgendaItem, request: Disbursement) -> bool:
    """Whether the request still waits at the step, and with the content, that the agenda lists."""
    step = item.step
    place = (step.submission, step.position)
    same = request.digest == item.digest and (request.submission, request.position) == place
    return request.state == State.SUBMITTED and same


@dataclass(slots=True)
class Sheet:
    """A meeting with everything around it. `minutes` is the last version."""

    meeting: Meeting
    agenda: list[AgendaItem]
    minutes: Minutes | None
    versions: list[Minutes]
    adoption: Adoption | None
    called_off: CalledOff | None
    present: list[CommitteeMember] = field(default_factory=list)
    absent: list[CommitteeMember] = field(default_factory=list)
    items: list[MinutesItem] = field(default_factory=list)
    signatures: list[MinutesSignature] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether the meeting is still to be held."""
        return self.minutes is None and self.called_off is None

    @property
    def unsigned(self) -> list[CommitteeMember]:
        """Those who were there, vote and have not signed the last version."""
        done = {row.member_id for row in self.signatures}
        return [row for row in self.present if row.votes and row.pk not in done]

    @property
    def left(self) -> list[MinutesItem]:
        """Items decided in adopted minutes that are not carried out."""
        return [row for row in self.items if row.outcome in DECIDING and not carried(row)] if self.adoption else []


def carried(item: MinutesItem) -> bool:
    """Whether the members' decisions on the item were written."""
    return any(row.outcome == item.outcome for row in item.decisions.all())


def sheet(meeting: Meeting) -> Sheet:
    """A fixed number of queries whatever the length of the agenda."""
    versions = list(meeting.minutes.select_related("under", "recorded_by").order_by("-version"))
    last = versions[0] if versions else None
    found = Sheet(
        meeting,
        list(
            meeting.agenda.select_related("disbursement__fund", "disbursement__office", "step", "added_by").order_by(
                "position"
            )
        ),
        last,
        versions,
        Adoption.objects.filter(meeting=meeting).first(),
        CalledOff.objects.filter(meeting=meeting).select_related("by").first(),
    )
    if last is not None:
        there = set(last.presences.values_list("member_id", flat=True))
        seats = list(last.under.members.select_related("officer__user").order_by("pk"))
        found.present = [row for row in seats if row.pk in there]
        found.absent = [row for row in seats if row.pk not in there]
        found.items = items_of(last)
        found.signatures = list(last.signatures.select_related("member").order_by("pk"))
    return found


def items_of(minutes: Minutes) -> list[MinutesItem]:
    """The items of a version in the order of the agenda, with recusals, decisions and what held them up."""
    apart = ItemRecusal.objects.select_related("member__officer__user", "ground")
    rows = minutes.items.select_related(
        "item__disbursement__fund", "item__disbursement__office", "item__step", "ground"
    )
    rows = rows.prefetch_related(Prefetch("recusals", queryset=apart), "decisions", "held_up")
    return list(rows.order_by("item__position"))


def digest(text: dict[str, Any]) -> str:
    """SHA-256 of all that a version of minutes says."""
    return hashlib.sha256(json.dumps(text, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def text_of(
    meeting: Meeting,
    version: int,
    held_on: date,
    place: str,
    remarks: str,
    *,
    present: Iterable[CommitteeMember],
    items: Any,
) -> dict[str, Any]:
    """What is signed: who was there and, item by item, which content was decided how, for which reason, without whom."""
    return {
        "committee": meeting.committee.code,
        "meeting": meeting.pk,
        "version": version,
        "held_on": held_on,
        "place": place,
        "remarks": remarks,
        "present": sorted([row.officer_id, row.part, row.votes] for row in present),
        "items": items,
    }


def said(row: AgendaItem, outcome: str, back_to: int, ground: str, reason: str, apart: list[list[Any]]) -> list[Any]:
    """One item of it."""
    return [row.position, row.disbursement_id, row.digest, outcome, back_to, ground, reason, sorted(apart)]


def digest_now(minutes: Minutes) -> str:
    """The digest of a version as its rows are now; `verify` compares it with the one that was signed."""
    items = [
        said(
            row.item,
            row.outcome,
            row.back_to,
            row.ground.code if row.ground else "",
            row.reason,
            [[a.member.officer_id, a.ground.code, a.reason] for a in row.recusals.all()],
        )
        for row in items_of(minutes)
    ]
    present = CommitteeMember.objects.filter(pk__in=minutes.presences.values("member_id"))
    return digest(
        text_of(
            minutes.meeting,
            minutes.version,
            minutes.held_on,
            minutes.place,
            minutes.remarks,
            present=present,
            items=items,
        )
    )


def sits(user: User) -> bool:
    """Whether the user ever had a seat on a committee; read once per user object, so once per request."""
    cached: bool | None = getattr(user, "_sits", None)
    if cached is None:
        cached = not roles_of(user).isdisjoint(committee_versions.SEATED)
        cached = cached and CommitteeMember.objects.filter(officer__user=user).exists()
        user._sits = cached  # type: ignore[attr-defined]
    return cached


def minutes_to_sign(user: User) -> QuerySet[Minutes]:
    """The last minutes of meetings where the user was, votes, and has not signed; not adopted yet."""
    if not sits(user):
        return Minutes.objects.none()
    later = Minutes.objects.filter(meeting=OuterRef("meeting"), version__gt=OuterRef("version"))
    rows = Minutes.objects.filter(
        presences__member__officer__user=user,
        presences__member__votes=True,
        meeting__called_off=None,
        meeting__adoption=None,
    )
    rows = rows.exclude(Exists(later)).exclude(signatures__signed_by=user)
    return rows.select_related("meeting__committee").order_by("held_on", "pk")


def meetings_to_record(user: User, day: date) -> QuerySet[Meeting]:
    """Meetings that were called by the user and whose day has come, without minutes."""
    if not sits(user):
        return Meeting.objects.none()
    rows = Meeting.objects.filter(called_by=user, minutes=None, called_off=None, day__lte=day)
    return rows.select_related("committee").annotate(code=F("committee__code")).order_by("day", "pk")


def to_call(user: User) -> list[tuple[Committee, int]]:
    """The committees whose secretary the user is, with how many requests wait on no agenda."""
    if not sits(user):
        return []
    seated = Committee.objects.filter(versions__members__officer__user=user).distinct().order_by("code")
    rows = ((row, free_for(row, user).count()) for row in seated if committee_versions.is_secretary(row, user))
    return [(row, number) for row, number in rows if number]
