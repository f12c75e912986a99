"""Committees: propose a new one or the next version of one, agree, decline or take it back; two people, as with rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Office, Officer
from beneficiaries.offices import second_person
from beneficiaries.offices.scope import require_office
from funds.committee import committee_versions
from funds.models import Committee, CommitteeDecision, CommitteeMember, CommitteeVersion
from funds.models.committees import LEAST_QUORUM
from funds.rules.committee_rules import LOCK
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.history import acting
from ledger.locks import hold
from ledger.money import parse_amount
from ledger.roles import Role, require_role, roles_of

PROPOSERS = (Role.FUND_MANAGER,)
AGREERS = (Role.FUND_MANAGER, Role.APPROVER)
MOST_MEMBERS = 15
Part = CommitteeMember.Part


@dataclass(frozen=True, slots=True)
class NewMember:
    """A seat as it is proposed: `username` of the officer; only a secretary may sit without a vote."""

    username: str
    part: str = Part.MEMBER
    votes: bool = True


@transaction.atomic
def propose_new(
    *,
    code: str,
    name: str,
    office: Office,
    quorum: int,
    members: Sequence[NewMember],
    reason: str,
    by: User,
    limit: Any = None,
    effective_from: date | None = None,
) -> CommitteeVersion:
    """A new committee of an office with its first version, which may be dated back to the notification it follows.

    `limit`: the most, in rupees, it may sanction; without one it may only recommend. It counts when another person agrees.
    Raises: NotAllowed, BadInput with `members.N.field`, WrongState where the code is taken.
    """
    require_role(by, *PROPOSERS, action="propose a committee")
    require_office(office, by=by, action="propose its committees")
    short, long = code.strip().upper(), take("name", parse_text, name, maximum=80)
    if not 2 <= len(short) <= 12 or not all(
        letter.isascii() and (letter.isalnum() or letter == "-") for letter in short
    ):
        detail = f"{code!r} cannot be a code. Give 2 to 12 letters, digits or hyphens, as RELIEF."
        raise BadInput(detail, fields={"code": detail})
    hold(LOCK)
    if Committee.objects.filter(code=short).exists():
        raise WrongState(f"There is a committee {short} already.", code="code_taken")
    committee = Committee.objects.create(office=office, code=short, name=long, proposed_by=by)
    return _propose(committee, quorum, limit, members, reason, effective_from, by=by)


@transaction.atomic
def propose(
    *,
    committee: str,
    quorum: int,
    members: Sequence[NewMember],
    reason: str,
    by: User,
    limit: Any = None,
    effective_from: date | None = None,
) -> CommitteeVersion:
    """The next version of a committee: members come and go, quorum and limit change. Raises: as `propose_new`, NotFound."""
    require_role(by, *PROPOSERS, action="propose a committee")
    found = committee_versions.get_committee(committee, by=by)
    return _propose(found, quorum, limit, members, reason, effective_from, by=by)


def _propose(
    committee: Committee,
    quorum: int,
    limit: Any,
    members: Sequence[NewMember],
    reason: str,
    effective_from: date | None,
    *,
    by: User,
) -> CommitteeVersion:
    hold(LOCK, committee.pk)
    last = CommitteeVersion.objects.filter(committee=committee).aggregate(last=Max("version"))["last"] or 0
    open_one = CommitteeVersion.objects.filter(committee=committee, decision=None).first()
    if open_one is not None:
        detail = f"Version {open_one.version} of {committee} waits for consent. Agree to it or take it back first."
        raise WrongState(detail, ids=(open_one.pk,), code="version_waits")
    first = effective_from or today()
    why = take("reason", parse_text, reason, maximum=500)
    seats = _seats(committee, members)
    errors = _faults(seats, quorum)
    if last and first < today():
        errors["effective_from"] = f"{first:%-d %b %Y} has passed. Only a committee's first version may be dated back."
    if errors:
        raise BadInput("The committee cannot be proposed like this.", fields=errors)
    with acting(by, why):
        version = CommitteeVersion.objects.create(
            committee=committee, version=last + 1, quorum=quorum, sanction_limit=_limit(limit), effective_from=first, reason=why,
            proposed_by=by,
        )  # fmt: skip
        for officer, seat in seats:
            CommitteeMember.objects.create(version=version, officer=officer, part=seat.part, votes=seat.votes)
    return committee_versions.everything().get(pk=version.pk)


def _limit(given: Any) -> Decimal | None:
    return None if given is None or str(given).strip() == "" else take("limit", parse_amount, given)


def _seats(committee: Committee, members: Sequence[NewMember]) -> list[tuple[Officer, NewMember]]:
    """The officers named. Raises: BadInput for one who is not there, not of the office, or not an approver but votes."""
    if not 1 <= len(members) <= MOST_MEMBERS:
        raise BadInput("Name the members.", fields={"members": f"Name 1 to {MOST_MEMBERS} members."})
    rows = Officer.objects.select_related("user", "office").filter(user__is_active=True)
    known = {row.user.get_username(): row for row in rows.filter(user__username__in=[m.username for m in members])}
    errors: dict[str, str] = {}
    for place, member in enumerate(members):
        officer = known.get(member.username)
        if officer is None:
            errors[f"members.{place}.username"] = f"There is no officer {member.username!r}."
        elif not officer.office.is_federal and officer.office_id != committee.office_id:
            errors[f"members.{place}.username"] = f"{officer.user.get_full_name()} is not of {committee.office}."
        elif member.votes and Role.APPROVER not in roles_of(officer.user):
            name = officer.user.get_full_name()
            errors[f"members.{place}.username"] = f"{name} is no approver, and only an approver votes."
        elif roles_of(officer.user).isdisjoint(committee_versions.SEATED):
            name = officer.user.get_full_name()
            errors[f"members.{place}.username"] = f"{name} is no verifier, finance officer, approver or fund manager."
        if member.part not in Part.values:
            errors[f"members.{place}.part"] = f"{member.part!r} is no part. Choose chair, secretary or member."
        elif not member.votes and member.part != Part.SECRETARY:
            errors[f"members.{place}.votes"] = (
                "The chair and the members vote; only a secretary may sit without a vote."
            )
    if len({member.username for member in members}) < len(members):
        errors["members"] = "One officer has one seat."
    if errors:
        raise BadInput("The members cannot be taken like this.", fields=errors)
    return [(known[member.username], member) for member in members]


def _faults(seats: Sequence[tuple[Officer, NewMember]], quorum: int) -> dict[str, str]:
    parts = [seat.part for _, seat in seats]
    votes = sum(seat.votes for _, seat in seats)
    errors: dict[str, str] = {}
    if parts.count(Part.CHAIR) != 1 or Part.SECRETARY not in parts:
        errors["members"] = "A committee has one chair and a secretary."
    if not LEAST_QUORUM <= quorum <= votes:
        errors["quorum"] = (
            f"{quorum} cannot be the quorum. Give {LEAST_QUORUM} to {votes}, the number of those who vote."
        )
    return errors


@transaction.atomic
def agree(*, version: int, by: User, remark: str = "") -> CommitteeVersion:
    """The second person's consent: the version counts from its first day on.

    Raises: NotAllowed (also for the proposer and for its members), NotFound, WrongState: decided, or its day has passed.
    """
    require_role(by, *AGREERS, action="agree to a committee")
    row = _open(version, by=by)
    second_person.refuse_proposer(row.proposed_by_id, "proposed this version", by=by)
    if committee_versions.would_sit(row, by):
        raise NotAllowed("You would sit on this committee, so somebody else must agree to it.")
    if row.version > 1 and row.effective_from < today():
        detail = (
            f"It would begin on {row.effective_from:%-d %b %Y}, which has passed. Decline it and propose a later day."
        )
        raise WrongState(detail, ids=(row.pk,))
    second_person.agree(CommitteeDecision(version=row), remark=remark, by=by)
    return row


@transaction.atomic
def decline(*, version: int, by: User, remark: str) -> CommitteeVersion:
    """Ends a proposal: taken back by who made it, else declined. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    require_role(by, *PROPOSERS, *AGREERS, action="decline a committee")
    row = _open(version, by=by)
    outcome = second_person.declining(row.proposed_by_id, agreers=AGREERS, action="decline a committee", by=by)
    second_person.decline(CommitteeDecision(version=row), outcome, remark=remark, by=by)
    return row


def _open(version: int, *, by: User) -> CommitteeVersion:
    row = committee_versions.everything().filter(pk=version).first()
    if row is None or not committee_versions.in_scope(row.committee, by):
        raise NotFound(f"There is no version {version}.")
    hold(LOCK, row.committee_id)
    second_person.refuse_decided(CommitteeDecision.objects.filter(version=row), row.pk, "version")
    return row
