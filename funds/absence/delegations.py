"""Delegations: an officer lets another sign in their stead for some days; a third person agrees; each may be ended early."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Officer
from beneficiaries.models.limits import Consent
from beneficiaries.offices import limits, persons, second_person, staff
from beneficiaries.offices.scope import get_visible, office_of, officer_of
from funds.models import Delegation, DelegationDecision, DelegationEnd, Fund
from funds.rules.delegation_rules import LOCK
from funds.workflow import SIGNATORIES
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.history import trace
from ledger.locks import hold
from ledger.money import figures, parse_amount
from ledger.roles import Role, require_role, roles_of

GIVERS = tuple(role for role in Role if role in SIGNATORIES)
AGREERS = (Role.FUND_MANAGER, Role.APPROVER)
ENDERS = (*GIVERS, Role.FUND_MANAGER)
LONGEST = 366  # days
AGREED = Q(decision__outcome=Consent.Outcome.AGREED, end=None)


def visible_delegations(user: User) -> QuerySet[Delegation]:
    """Those in which an officer of the user's office gives or takes; all from a federal one."""
    rows = Delegation.objects.select_related(
        "giver__user", "giver__office", "taker__user", "fund", "decision__decided_by", "end__ended_by"
    )
    office = office_of(user)
    return rows if office.is_federal else rows.filter(Q(giver__office=office) | Q(taker__office=office))


def in_force(rows: QuerySet[Delegation], *, on: date) -> QuerySet[Delegation]:
    """Of these the delegations that were agreed to, not ended, and have this day among theirs; the posts are not compared."""
    return rows.filter(AGREED, starts_on__lte=on, ends_on__gte=on, decision__decided_at__date__lte=on)


def takers_for(user: User, office: Any) -> QuerySet[Officer]:
    """Who may sign for the user: signatories of the office, or of a federal one, other people than the user."""
    rows = Officer.objects.filter(user__is_active=True, user__groups__name__in=GIVERS)
    rows = rows.filter(Q(office=office) | Q(office__level="federal")).exclude(user__in=persons.selves(user))
    return rows.select_related("user", "office").distinct().order_by("user__first_name", "pk")


def clash(giver: User, taker: User, *, on: date) -> str:
    """Why the two officers' roles do not go together in one hand on the day; empty if they do.

    The register of incompatible roles is asked about the taker's own roles and the signing roles that the giver lends.
    """
    held = roles_of(taker)
    if held.isdisjoint(SIGNATORIES):
        return f"{taker.get_full_name()} signs no step. Choose a verifier, a finance officer or an approver."
    lent = roles_of(giver) & SIGNATORIES
    found = staff.clashes(held | lent, on=on)
    if not found:
        return ""
    one, other = found[0]
    words = f"{one.label.lower()} and {other.label.lower()}"
    return f"{taker.get_full_name()} would be {words} at once, which one person may not be."


@transaction.atomic
def give(
    *,
    taker: int,
    starts_on: date,
    ends_on: date,
    ceiling: Any,
    reason: str,
    by: User,
    fund: Fund | None = None,
) -> Delegation:
    """`by` lets another officer sign in their stead, up to `ceiling` rupees; it counts when a third person agrees.

    Raises: NotAllowed, NotFound, BadInput.
    """
    require_role(by, *GIVERS, action="delegate your signature")
    giver = officer_of(by)
    much = take("ceiling", parse_amount, ceiling)
    why = take("reason", parse_text, reason, maximum=500)
    found = takers_for(by, giver.office).filter(pk=taker).first()
    errors = _day_faults(starts_on, ends_on)
    if found is None:
        errors["taker"] = "Choose an officer of the list: somebody else who signs steps where you do."
    elif text := clash(by, found.user, on=starts_on):
        errors["taker"] = text
    if text := _above(giver, much, on=starts_on):
        errors["ceiling"] = text
    if errors or found is None:
        raise BadInput("The delegation cannot be given like this.", fields=errors)
    hold(LOCK)
    _refuse_chain(giver, found, starts_on, ends_on)
    made = Delegation.objects.create(
        giver=giver,
        giver_name=by.get_full_name(),
        giver_post=giver.designation,
        taker=found,
        taker_name=found.user.get_full_name(),
        fund=fund,
        starts_on=starts_on,
        ends_on=ends_on,
        ceiling=much,
        reason=why,
        **trace(),
    )
    made.refresh_from_db(fields=["given_at"])
    return made


def _day_faults(starts_on: date, ends_on: date) -> dict[str, str]:
    if starts_on < today():
        return {"starts_on": f"{starts_on:%-d %b %Y} has passed. A delegation is not dated back."}
    if ends_on < starts_on:
        return {"ends_on": f"{ends_on:%-d %b %Y} is before the first day, {starts_on:%-d %b %Y}."}
    if (ends_on - starts_on).days > LONGEST:
        return {"ends_on": "A delegation lasts a year at most."}
    return {}


def _above(giver: Officer, much: Decimal, *, on: date) -> str:
    """Why the ceiling is more than the giver has to give; who sanctions nothing may still let others verify and agree."""
    own = limits.limit_of(giver, on=on)
    if own and much > own:
        return f"{figures(much)} is above your own limit on {on:%-d %b %Y}, {figures(own)}."
    return ""


def _refuse_chain(giver: Officer, taker: Officer, first: date, last: date) -> None:
    """Raises: WrongState where the power would be one that somebody lent, or be lent on."""
    rows = Delegation.objects.filter(AGREED, starts_on__lte=last, ends_on__gte=first)
    held = rows.filter(taker__user__in=persons.selves(giver.user)).first()
    lent = rows.filter(giver__user__in=persons.selves(taker.user)).first()
    row = held or lent
    if row is not None:
        whose = "You sign" if held else f"{taker.user.get_full_name()} delegates"
        detail = f"{whose} on some of these days already ({row}). A power that was lent is not lent on."
        raise WrongState(detail, ids=(row.pk,), code="onwards")


@transaction.atomic
def agree(*, delegation: int, by: User, remark: str = "") -> Delegation:
    """The third person's consent. Raises: NotAllowed (also for giver and taker), NotFound, BadInput, WrongState."""
    require_role(by, *AGREERS, action="agree to a delegation")
    row = _held(delegation, by=by)
    second_person.refuse_decided(DelegationDecision.objects.filter(delegation=row), row.pk, "delegation")
    if is_party(row, by):
        raise NotAllowed("Neither who gives nor who takes a delegation agrees to it.")
    if row.ends_on < today():
        raise WrongState(f"It would have ended on {row.ends_on:%-d %b %Y}. Decline it.", ids=(row.pk,))
    if row.giver.designation != row.giver_post:
        detail = f"{row.giver_name} is no longer {row.giver_post}. Decline this one."
        raise WrongState(detail, ids=(row.pk,))
    if text := clash(row.giver.user, row.taker.user, on=max(row.starts_on, today())):
        raise WrongState(text, ids=(row.pk,))
    _refuse_chain(row.giver, row.taker, row.starts_on, row.ends_on)
    second_person.agree(DelegationDecision(delegation=row), remark=remark, by=by)
    return row


@transaction.atomic
def decline(*, delegation: int, by: User, remark: str) -> Delegation:
    """Ends a proposal: taken back by its giver, else declined. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    require_role(by, *ENDERS, action="decline a delegation")
    row = _held(delegation, by=by)
    outcome = second_person.declining(row.giver.user_id, agreers=AGREERS, action="decline a delegation", by=by)
    if row.taker.user_id in persons.selves(by):
        raise NotAllowed("It was given to you, so a third person decides on it.")
    second_person.refuse_decided(DelegationDecision.objects.filter(delegation=row), row.pk, "delegation")
    second_person.decline(DelegationDecision(delegation=row), outcome, remark=remark, by=by)
    return row


@transaction.atomic
def end(*, delegation: int, by: User, reason: str) -> Delegation:
    """From now on it gives nothing: by who gave or took it, or by a fund manager or an approver.

    What was signed under it stands. Raises: NotAllowed, NotFound, BadInput, WrongState.
    """
    row = may_end(delegation, by=by)
    why = take("reason", parse_text, reason, maximum=500)
    hold(LOCK)
    state = state_of(get_visible_one(delegation, by=by))
    if state not in ("in_force", "coming"):
        raise WrongState(f"This delegation is not in force, so there is nothing to end. It is: {state}.", ids=(row.pk,))
    made = DelegationEnd.objects.create(delegation=row, reason=why, ended_by=by)
    made.refresh_from_db(fields=["ended_at"])
    return get_visible_one(delegation, by=by)


def may_end(delegation: int, *, by: User) -> Delegation:
    """The delegation, if the user gave or took it or may agree to others'. Raises: NotAllowed, NotFound."""
    require_role(by, *ENDERS, action="end a delegation")
    row = get_visible_one(delegation, by=by)
    if not is_party(row, by):
        require_role(by, *AGREERS, action="end somebody else's delegation")
    return row


def is_party(row: Delegation, user: User) -> bool:
    """Whether the person gives or takes it."""
    return not {row.giver.user_id, row.taker.user_id}.isdisjoint(persons.selves(user))


def get_visible_one(delegation: int, *, by: User) -> Delegation:
    """Raises: NotFound."""
    office = office_of(by)
    rows = visible_delegations(by)
    path = "giver__office" if office.is_federal or rows.filter(pk=delegation, giver__office=office) else "taker__office"
    return get_visible(rows, to=by, path=path, pk=delegation)


def state_of(row: Delegation, *, on: date | None = None) -> str:
    """waiting, declined, withdrawn, ended, coming, in_force or past."""
    day = on or today()
    decision: DelegationDecision | None = getattr(row, "decision", None)
    if decision is None:
        return "waiting"
    if decision.outcome != Consent.Outcome.AGREED:
        return str(decision.outcome)
    if getattr(row, "end", None) is not None:
        return "ended"
    return "coming" if row.starts_on > day else "in_force" if row.ends_on >= day else "past"


def waiting(user: User) -> QuerySet[Delegation]:
    """Proposals that this user may agree to, the oldest first."""
    if roles_of(user).isdisjoint(AGREERS):
        return Delegation.objects.none()
    accounts = persons.selves(user)
    rows = visible_delegations(user).filter(decision=None, ends_on__gte=today())
    return rows.exclude(giver__user__in=accounts).exclude(taker__user__in=accounts).order_by("pk")


def _held(delegation: int, *, by: User) -> Delegation:
    hold(LOCK)
    return get_visible_one(delegation, by=by)
