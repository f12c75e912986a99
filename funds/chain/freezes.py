"""Freezes: no sanctions or payments of a fund, or of all, for some days. Two people begin one, two end it early.

Cancelling, reversing, clearing, receipts and closing stay possible: they give nothing out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models.limits import Consent
from beneficiaries.offices import persons, second_person
from beneficiaries.offices.scope import acts_for, office_of
from funds.models import Freeze, FreezeDecision, FreezeLift, FreezeLiftDecision, Fund
from funds.rules.freeze_rules import LOCK
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.locks import hold
from ledger.roles import ALL_BUT_ADMINISTRATORS, Role, require_role, roles_of

PROPOSERS = (Role.FUND_MANAGER, Role.AUDITOR)
AGREERS = (Role.FUND_MANAGER, Role.APPROVER)
READERS = ALL_BUT_ADMINISTRATORS
SANCTIONS, PAYMENTS = Freeze.What.SANCTIONS, Freeze.What.PAYMENTS
LONGEST = 366  # days
STOPPED = {SANCTIONS: "nothing is sanctioned", PAYMENTS: "nothing is paid out"}


def last_day(row: Freeze) -> date:
    """The last day it counts: the day before it was lifted, else its own end."""
    lifted = next((lift for lift in row.lifts.all() if _outcome(lift) == Consent.Outcome.AGREED), None)
    if lifted is None:
        return row.ends_on
    return timezone.localdate(lifted.decision.decided_at) - timedelta(days=1)


def _outcome(row: Any) -> str:
    """What became of a proposal; empty while it waits."""
    decision = getattr(row, "decision", None)
    return str(decision.outcome) if decision else ""


def _whole(rows: QuerySet[Freeze]) -> QuerySet[Freeze]:
    rows = rows.select_related("fund__office", "proposed_by", "decision__decided_by")
    return rows.prefetch_related("lifts__proposed_by", "lifts__decision__decided_by")


def on_fund(fund: Fund, *, on: date, what: Freeze.What | None = None) -> list[Freeze]:
    """The freezes of the fund that count on the day; with `what` those that stop these acts."""
    return _counting(Q(fund=fund), on=on, what=what)


def _counting(funds: Q, *, on: date, what: Freeze.What | None) -> list[Freeze]:
    rows = Freeze.objects.filter(funds | Q(fund=None), starts_on__lte=on, ends_on__gte=on)
    rows = rows.filter(decision__outcome=Consent.Outcome.AGREED)
    if what is not None:
        rows = rows.filter(what__in=(Freeze.What.ALL, what))
    return [row for row in _whole(rows) if last_day(row) >= on]


def said(row: Freeze) -> str:
    """'Sanctions of DAD are frozen until 30 Jun 2027 for an audit: …'."""
    cause = {"audit": "an audit", "year_end": "the end of the year"}[row.cause]
    what = row.get_what_display()
    return f"{what} of {row.scope} are frozen until {last_day(row):%-d %b %Y} for {cause}: {row.reason}"


@dataclass(frozen=True, slots=True)
class Frozen:
    """A freeze of today as pages show it."""

    row: Freeze
    said: str

    @property
    def until(self) -> date:
        return last_day(self.row)

    def stops(self, what: Freeze.What) -> bool:
        return self.row.what in (Freeze.What.ALL, what)


def shown(fund: Fund) -> list[Frozen]:
    """The freezes of the fund that count today, each in a sentence."""
    return [Frozen(row, said(row)) for row in on_fund(fund, on=today())]


def shown_for(funds: Iterable[Fund], what: Freeze.What) -> list[Frozen]:
    """The freezes of any of the funds, or of all, that stop these acts today; as many queries for many funds as for one."""
    return [Frozen(row, said(row)) for row in _counting(Q(fund__in=list(funds)), on=today(), what=what)]


def stopped(fund: Fund, what: Freeze.What) -> str:
    """Why these acts are not possible today, for a button that is off; empty where they are."""
    found = on_fund(fund, on=today(), what=what)
    return f"{said(found[0])}." if found else ""


def require_open(fund: Fund, what: Freeze.What, *, on: date) -> None:
    """Neither today nor the day of the act lies in a freeze. Raises: WrongState, saying until when and why."""
    found = on_fund(fund, on=today(), what=what) or on_fund(fund, on=on, what=what)
    if found:
        detail = f"{said(found[0])}. Until then {STOPPED[what]}; nothing was recorded."
        raise WrongState(detail, ids=(found[0].pk,), code="frozen")


def visible_freezes(user: User) -> QuerySet[Freeze]:
    """Those of the funds that the user's office keeps, and those of all funds; from a federal office every one."""
    rows, office = _whole(Freeze.objects.all()), office_of(user)
    return rows if office.is_federal else rows.filter(Q(fund=None) | Q(fund__office=office))


def get_freeze(pk: int, *, by: User) -> Freeze:
    """Raises: NotFound."""
    row = visible_freezes(by).filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such freeze in your office.")
    return row


def state_of(row: Freeze) -> str:
    """waiting, declined, withdrawn, coming, in_force, lifted or past."""
    outcome = _outcome(row)
    if outcome != Consent.Outcome.AGREED:
        return outcome or "waiting"
    last = last_day(row)
    if last < row.ends_on:
        return "lifted"
    return "coming" if row.starts_on > today() else "in_force" if last >= today() else "past"


def open_lift(row: Freeze) -> FreezeLift | None:
    """The proposal to lift it that waits."""
    return next((lift for lift in row.lifts.all() if not _outcome(lift)), None)


def in_scope(fund: Fund | None, *, by: User) -> bool:
    """Whether the user's office decides about freezes of the fund; about those of all funds, None, a federal one does."""
    return acts_for(fund.office, by=by) if fund else office_of(by).is_federal


def _require_scope(fund: Fund | None, *, by: User, action: str) -> None:
    """Raises: NotAllowed for a fund that another office keeps, and for all funds where the office is not federal."""
    if not in_scope(fund, by=by):
        whose = f"{fund.office}, which keeps the fund" if fund else "a federal office"
        raise NotAllowed(f"To {action} you need a post at {whose}.")


@transaction.atomic
def propose(
    *, fund: Fund | None, what: str, cause: str, starts_on: date, ends_on: date, reason: str, by: User
) -> Freeze:
    """Asks to freeze a fund, or all; it counts when a second person agrees. An auditor asks for an audit only.

    Raises: NotAllowed, BadInput.
    """
    require_role(by, *PROPOSERS, action="propose a freeze")
    _require_scope(fund, by=by, action="propose a freeze")
    errors: dict[str, str] = {}
    if what not in Freeze.What.values:
        errors["what"] = "Choose what is frozen."
    if cause not in Freeze.Cause.values:
        errors["cause"] = "Choose why it is frozen."
    elif cause != Freeze.Cause.AUDIT and Role.FUND_MANAGER not in roles_of(by):
        errors["cause"] = "An auditor asks for a freeze for an audit; others are the fund manager's."
    if starts_on < today():
        errors["starts_on"] = f"{starts_on:%-d %b %Y} has passed. A freeze is not dated back."
    if ends_on < starts_on:
        errors["ends_on"] = f"{ends_on:%-d %b %Y} is before the first day, {starts_on:%-d %b %Y}."
    elif (ends_on - starts_on).days > LONGEST:
        errors["ends_on"] = "A freeze lasts a year at most."
    if errors:
        raise BadInput("The freeze cannot be proposed like this.", fields=errors)
    why = take("reason", parse_text, reason, maximum=500)
    made = Freeze.objects.create(
        fund=fund, what=what, cause=cause, starts_on=starts_on, ends_on=ends_on, reason=why, proposed_by=by
    )
    return get_freeze(made.pk, by=by)


@transaction.atomic
def agree(*, freeze: int, by: User, remark: str = "") -> Freeze:
    """The second person's consent: from the first day on, or from now, it counts.

    Raises: NotAllowed (also for the proposer), NotFound, BadInput, WrongState.
    """
    require_role(by, *AGREERS, action="agree to a freeze")
    row = _held(freeze, by=by, action="decide on this freeze")
    second_person.refuse_decided(FreezeDecision.objects.filter(freeze=row), row.pk, "freeze")
    second_person.refuse_proposer(row.proposed_by_id, "proposed this freeze", by=by)
    if row.ends_on < today():
        raise WrongState(f"It would have ended on {row.ends_on:%-d %b %Y}. Decline it.", ids=(row.pk,))
    second_person.agree(FreezeDecision(freeze=row), remark=remark, by=by)
    return row


@transaction.atomic
def decline(*, freeze: int, by: User, remark: str) -> Freeze:
    """Ends a proposal: taken back by who made it, else declined. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    require_role(by, *AGREERS, *PROPOSERS, action="decline a freeze")
    row = _held(freeze, by=by, action="decide on this freeze")
    outcome = second_person.declining(row.proposed_by_id, agreers=AGREERS, action="decline a freeze", by=by)
    second_person.refuse_decided(FreezeDecision.objects.filter(freeze=row), row.pk, "freeze")
    second_person.decline(FreezeDecision(freeze=row), outcome, remark=remark, by=by)
    return row


def _held(freeze: int, *, by: User, action: str) -> Freeze:
    """The freeze, under the lock of all, where the user's office decides about it. Raises: NotAllowed, NotFound."""
    hold(LOCK)
    row = get_freeze(freeze, by=by)
    _require_scope(row.fund, by=by, action=action)
    return row


@transaction.atomic
def propose_lift(*, freeze: int, by: User, reason: str) -> Freeze:
    """Asks to end a freeze before its last day. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    require_role(by, *PROPOSERS, action="ask to lift a freeze")
    row = _held(freeze, by=by, action="ask to lift a freeze")
    if state_of(row) not in ("in_force", "coming"):
        raise WrongState("This freeze does not last any more, so there is nothing to lift.", ids=(row.pk,))
    if open_lift(row) is not None:
        raise WrongState("Somebody asked to lift it already; that waits for a second person.", ids=(row.pk,))
    why = take("reason", parse_text, reason, maximum=500)
    FreezeLift.objects.create(freeze=row, reason=why, proposed_by=by)
    return get_freeze(row.pk, by=by)


@transaction.atomic
def agree_lift(*, freeze: int, by: User, remark: str = "") -> Freeze:
    """The second person's consent: from today on the freeze counts no more. Raises: as `agree`."""
    require_role(by, *AGREERS, action="agree to lift a freeze")
    row = _held(freeze, by=by, action="decide on this freeze")
    lift = _asked_lift(row)
    second_person.refuse_proposer(lift.proposed_by_id, "asked to lift this freeze", by=by)
    second_person.agree(FreezeLiftDecision(lift=lift), remark=remark, by=by)
    return row


@transaction.atomic
def decline_lift(*, freeze: int, by: User, remark: str) -> Freeze:
    """The freeze stays. Raises: as `decline`."""
    require_role(by, *AGREERS, *PROPOSERS, action="decline to lift a freeze")
    row = _held(freeze, by=by, action="decide on this freeze")
    waits = open_lift(row)
    asked_by = waits.proposed_by_id if waits else None
    outcome = second_person.declining(asked_by, agreers=AGREERS, action="decline to lift a freeze", by=by)
    second_person.decline(FreezeLiftDecision(lift=_asked_lift(row)), outcome, remark=remark, by=by)
    return row


def _asked_lift(row: Freeze) -> FreezeLift:
    lift = open_lift(row)
    if lift is None:
        raise WrongState("Nobody asks to lift this freeze. Nothing was changed.", ids=(row.pk,))
    return lift


def waiting(user: User) -> QuerySet[Freeze]:
    """Freezes, and those with a proposal to lift them, that wait for this user's consent."""
    if roles_of(user).isdisjoint(AGREERS):
        return Freeze.objects.none()
    accounts = persons.selves(user)
    lifts = FreezeLift.objects.filter(freeze=OuterRef("pk"), decision=None).exclude(proposed_by__in=accounts)
    rows = visible_freezes(user).filter(ends_on__gte=today())
    rows = rows.filter((Q(decision=None) & ~Q(proposed_by__in=accounts)) | Exists(lifts)).order_by("pk")
    return rows if in_scope(None, by=user) else rows.exclude(fund=None)
