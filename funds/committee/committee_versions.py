"""Who sits on which committee on which day, and what it may sanction. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import Prefetch, QuerySet

from beneficiaries.models.limits import Consent
from beneficiaries.offices import persons
from beneficiaries.offices.scope import acts_for, get_visible, visible
from funds.models import ApprovalStep, Committee, CommitteeMember, CommitteeVersion, Meeting, Minutes
from ledger.clock import today
from ledger.errors import NotFound
from ledger.money import figures
from ledger.roles import ALL_BUT_ADMINISTRATORS, Role

READERS = ALL_BUT_ADMINISTRATORS
# Who votes is an approver; a secretary without a vote may hold any of these. Which of them it is, the committee says.
SEATED = (Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER, Role.FUND_MANAGER)
ZERO = Decimal("0.00")
CHAIR, SECRETARY = CommitteeMember.Part.CHAIR, CommitteeMember.Part.SECRETARY


def everything() -> QuerySet[CommitteeVersion]:
    """Every version of every committee with its members and what became of it."""
    seats = CommitteeMember.objects.select_related("officer__user", "officer__office").order_by("pk")
    rows = CommitteeVersion.objects.select_related("committee__office", "proposed_by", "decision__decided_by")
    return rows.prefetch_related(Prefetch("members", queryset=seats))


def visible_committees(user: User) -> QuerySet[Committee]:
    """The committees of the user's office, or all from a federal one."""
    return visible(Committee.objects.select_related("office"), to=user)


def get_committee(code: str, *, by: User) -> Committee:
    """Raises: NotFound."""
    return get_visible(Committee.objects.select_related("office"), to=by, code=code)


def version_on(committee: Committee, day: date) -> CommitteeVersion | None:
    """The version in force on the day."""
    return versions_on([committee], day).get(committee.pk)


def versions_on(committees: Iterable[Committee], day: date) -> dict[int, CommitteeVersion]:
    """The same of many committees, by committee, in as many queries as of one."""
    rows = everything().filter(decision__outcome=Consent.Outcome.AGREED, effective_from__lte=day)
    rows = rows.filter(committee__in=[row.pk for row in committees])
    return {row.committee_id: row for row in rows.order_by("committee_id", "-version").distinct("committee_id")}


def require_version(committee: Committee, day: date) -> CommitteeVersion:
    """Raises: NotFound where nobody sat on the committee that day."""
    found = version_on(committee, day)
    if found is None:
        raise NotFound(f"{committee} has no members on {day:%-d %b %Y}. Two people agree on them first.")
    return found


def voters(version: CommitteeVersion) -> list[CommitteeMember]:
    """Those of a version who vote."""
    return [row for row in version.members.all() if row.votes]


def voters_on(committee: Committee, day: date) -> list[CommitteeMember]:
    """Those who vote on the day; nobody where no version is in force."""
    found = version_on(committee, day)
    return voters(found) if found else []


def seat_of(version: CommitteeVersion | None, user: User) -> CommitteeMember | None:
    """The user's own seat."""
    rows = version.members.all() if version else ()
    return next((row for row in rows if row.officer.user_id == user.pk), None)


def would_sit(version: CommitteeVersion | None, user: User) -> bool:
    """Whether a seat of the version is the person's, through whichever account."""
    accounts = persons.selves(user)
    return version is not None and any(row.officer.user_id in accounts for row in version.members.all())


def is_secretary(committee: Committee, user: User, *, on: date | None = None) -> bool:
    """Whether the user calls and records the committee's meetings on the day."""
    seat = seat_of(version_on(committee, on or today()), user)
    return seat is not None and seat.part == SECRETARY


def limit_on(committee: Committee, day: date) -> Decimal:
    """The most, in rupees, the committee may sanction on the day; nothing where no limit was agreed."""
    found = version_on(committee, day)
    return found.sanction_limit if found and found.sanction_limit is not None else ZERO


def limit_words(version: CommitteeVersion | None) -> str:
    """'up to Rs 10,00,000.00', or that it recommends only."""
    if version is None or version.sanction_limit is None:
        return "recommends, sanctions nothing"
    return f"up to {figures(version.sanction_limit)}"


def undecided() -> QuerySet[CommitteeVersion]:
    """Versions that nobody decided yet, without their members."""
    rows = CommitteeVersion.objects.select_related("committee__office", "proposed_by")
    return rows.filter(decision=None).order_by("pk")


def versions(committee: Committee) -> list[CommitteeVersion]:
    """Every version of a committee, the latest first."""
    return list(everything().filter(committee=committee).order_by("-version"))


def state_of(version: CommitteeVersion, *, on: date, current: CommitteeVersion | None) -> str:
    """'waiting', 'declined', 'withdrawn', 'coming', 'in_force' or 'past'."""
    decision = getattr(version, "decision", None)
    if decision is None:
        return "waiting"
    if decision.outcome != Consent.Outcome.AGREED:
        return str(decision.outcome)
    if current is not None and version.pk == current.pk:
        return "in_force"
    return "coming" if version.effective_from > on else "past"


def in_scope(committee: Committee, user: User) -> bool:
    """Whether the user may propose and agree for this committee's office."""
    return acts_for(committee.office, by=user)


def open_meetings(committee: Committee) -> QuerySet[Meeting]:
    """Meetings neither called off nor adopted, the next first."""
    return committee.meetings.filter(called_off=None, adoption=None).order_by("day", "pk")


def next_meeting(committee: Committee, day: date | None = None) -> Meeting | None:
    """The next meeting that was called and not held yet."""
    return next_meetings([committee], day or today()).get(committee.pk)


def next_meetings(committees: Iterable[Committee], day: date) -> dict[int, Meeting]:
    """The same of many committees, by committee, in one query."""
    rows = Meeting.objects.filter(committee__in=[row.pk for row in committees], called_off=None, adoption=None)
    rows = rows.filter(day__gte=day, minutes=None).order_by("committee_id", "day", "pk").distinct("committee_id")
    return {row.committee_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class Ahead:
    """A committee whose turn it is, as the chain shows it."""

    name: str
    when: str


def ahead(step: ApprovalStep | None) -> Ahead | None:
    """Where a request that waits for a committee will be decided; None where none waits.

    `when`: 'met on 3 Dec, its minutes are being signed', 'on the agenda of 3 Dec', 'next meeting 3 Dec' or 'no meeting
    called yet'.
    """
    if step is None or step.committee is None:
        return None
    listed = Meeting.objects.filter(agenda__step=step, called_off=None, adoption=None).order_by("-pk").first()
    if listed is not None and Minutes.objects.filter(meeting=listed).exists():
        return Ahead(step.committee.name, f"met on {listed.day:%-d %b}, its minutes are being signed")
    if listed is not None:
        return Ahead(step.committee.name, f"on the agenda of {listed.day:%-d %b}")
    coming = next_meeting(step.committee)
    return Ahead(step.committee.name, f"next meeting {coming.day:%-d %b}" if coming else "no meeting called yet")
