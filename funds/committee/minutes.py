"""Minutes of a committee: a member signs; with chair and quorum they are adopted, numbered and carried out."""

from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from beneficiaries.offices.scope import officer_of
from funds.chain import reauthentication
from funds.committee import agendas, carrying, committee_versions
from funds.committee.agendas import Outcome
from funds.models import Adoption, CommitteeMember, Meeting, Minutes, MinutesSignature
from funds.rules.committee_rules import LOCK
from ledger.chart import fiscal_label
from ledger.clock import act_date
from ledger.errors import NotAllowed, NotFound, WrongState
from ledger.history import acting, trace
from ledger.locks import hold
from ledger.roles import Role, require_role

SIGNERS = (Role.APPROVER,)
FORMAT = "{committee}/{year}/M-{serial:03d}"


@transaction.atomic
def sign(
    *, meeting: int, by: User, seen: str | None = None, on: date | None = None, proved: datetime | None = None
) -> Meeting:
    """A member who was there and votes signs the minutes with the own account.

    `seen` is the digest of what they read. When the chair and a quorum have signed, the minutes get their number, and what
    was decided is carried out, item by item; whoever signs later counts for items that could not be yet.
    Raises: NotAllowed, NotFound, WrongState (minutes_changed, already_signed, called_off), PasswordNeeded.
    """
    require_role(by, *SIGNERS, action="sign minutes")
    found, minutes = _last(meeting, by=by)
    seat = _seat(minutes, by=by)
    if seen is not None and seen != minutes.digest:
        detail = "The minutes were written anew after you opened them. Read them again; nothing was signed."
        raise WrongState(detail, ids=(found.pk,), code="minutes_changed")
    if minutes.signatures.filter(member=seat).exists():
        raise WrongState("You signed these minutes already.", ids=(found.pk,), code="already_signed")
    day = act_date(on, not_before=minutes.held_on)
    for item in agendas.items_of(minutes):
        if item.outcome == Outcome.APPROVED and item.item.step.last and not agendas.carried(item):
            reauthentication.require(item.item.disbursement, proved, on=day)
    MinutesSignature.objects.create(
        minutes=minutes,
        member=seat,
        signed_by=by,
        name=by.get_full_name(),
        post=officer_of(by).designation,
        digest=minutes.digest,
        signed_on=day,
        **trace(),
    )
    adoption = Adoption.objects.filter(minutes=minutes).first() or _adopt(found, minutes)
    if adoption is not None:
        with acting(by, f"Minutes {adoption.number}"):
            carrying.carry_out(minutes, adoption, on=max(day, adoption.adopted_on))
    return agendas.get_meeting(meeting, by=by)


@transaction.atomic
def carry_out(*, meeting: int, by: User, on: date | None = None) -> Meeting:
    """Tries again what adopted minutes decided and what could not be carried out. The secretary or a member does it.

    Raises: NotAllowed, NotFound, WrongState where nothing is left to do.
    """
    require_role(by, *committee_versions.SEATED, action="carry minutes out")
    found, minutes = _last(meeting, by=by)
    if committee_versions.seat_of(committee_versions.everything().get(pk=minutes.under_id), by) is None:
        raise NotAllowed(f"A member of {found.committee} does this.")
    adoption = Adoption.objects.filter(minutes=minutes).first()
    if adoption is None or not agendas.sheet(found).left:
        raise WrongState("Nothing of these minutes is left to be carried out.", ids=(found.pk,), code="nothing_left")
    day = act_date(on, not_before=adoption.adopted_on)
    with acting(by, f"Minutes {adoption.number}"):
        carrying.carry_out(minutes, adoption, on=day)
    return agendas.get_meeting(meeting, by=by)


def _last(meeting: int, *, by: User) -> tuple[Meeting, Minutes]:
    """The meeting and the last version of its minutes; the committee is locked. Raises: NotFound, WrongState."""
    found = agendas.get_meeting(meeting, by=by)
    hold(LOCK, found.committee_id)
    found = agendas.get_meeting(meeting, by=by)
    if hasattr(found, "called_off"):
        raise WrongState("This meeting was called off. Nothing was changed.", ids=(meeting,), code="called_off")
    minutes = found.minutes.select_related("under", "meeting__committee").order_by("-version").first()
    if minutes is None:
        raise WrongState("The meeting has no minutes yet.", ids=(meeting,), code="no_minutes")
    return found, minutes


def _seat(minutes: Minutes, *, by: User) -> CommitteeMember:
    """The seat of somebody who was there and votes. Raises: NotAllowed."""
    there = minutes.presences.filter(member__officer__user=by, member__votes=True).select_related("member").first()
    if there is None:
        raise NotAllowed("Minutes are signed by members who were there and vote.")
    return there.member


def _adopt(meeting: Meeting, minutes: Minutes) -> Adoption | None:
    """The next number of the committee and year of the meeting, once the chair and a quorum have signed; on the day of the
    last signature."""
    signed = list(minutes.signatures.select_related("member"))
    if len(signed) < minutes.under.quorum or not any(row.member.part == CommitteeMember.Part.CHAIR for row in signed):
        return None
    year = fiscal_label(minutes.held_on)
    series = Adoption.objects.filter(committee=meeting.committee, year=year)
    serial = (series.aggregate(last=Max("serial"))["last"] or 0) + 1
    number = FORMAT.format(committee=meeting.committee.code, year=year, serial=serial)
    return Adoption.objects.create(
        meeting=meeting,
        minutes=minutes,
        committee=meeting.committee,
        year=year,
        serial=serial,
        number=number,
        adopted_on=max(row.signed_on for row in signed),
    )


def get_adoption(number: str) -> Adoption:
    """The adopted minutes of this number. Raises: NotFound."""
    found = (
        Adoption.objects.select_related("meeting__committee__office", "minutes__under").filter(number=number).first()
    )
    if found is None:
        raise NotFound(f"There are no minutes {number}.")
    return found
