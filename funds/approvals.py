"""Decisions of the chain: approve (the last one sanctions), return, reject, recuse. One person, one signature, one content."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Officer
from beneficiaries.offices import persons
from beneficiaries.offices.scope import acts_for, officer_of
from funds import postings
from funds.absence import powers
from funds.budget import heads
from funds.budget.budget_position import short_of
from funds.budgets import headroom
from funds.chain import duties, freezes, reauthentication
from funds.chain.chains import basis_of, waiting_step
from funds.chain.grounds import take_ground
from funds.chain.signatures import missing, signatures
from funds.committee import committee_versions
from funds.disbursements import lock_disbursement, may
from funds.messages import notices
from funds.models import ApprovalStep, Committee, Decision, Delegation, Disbursement, Sanction
from funds.numbers import next_number, year_of
from funds.paperwork import orders
from funds.requests import claims, content, drift
from funds.workflow import KEEPERS, Action
from ledger.clock import act_date, today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.history import acting, trace
from ledger.money import figures
from ledger.posting import post
from ledger.roles import Role, roles_of


@transaction.atomic
def approve(
    *,
    disbursement: int,
    by: User,
    reason: str = "",
    on: date | None = None,
    seen: str | None = None,
    at: int | None = None,
    delegation: int | None = None,
    proved: datetime | None = None,
) -> Disbursement:
    """The officer whose step waits agrees; when all who sign it have, the next one waits, and the last one sanctions: a
    number is taken, the budget committed and the order made.

    `seen` is the digest of the content the officer looked at, `at` the place in the chain where it stood then; another
    content or place now is refused, so that nobody signs a step they did not see. `delegation` is the one under which the
    officer signs for somebody else; without it they sign for themselves.
    Raises: NotFound, WrongState, NotAllowed, BadInput, BelowFloor (the fund has no room left).
    """
    request = lock_disbursement(disbursement, by=by)
    step, officer, power = _due(request, by=by, action=Action.FORWARD, at=at, delegation=delegation, on=on)
    day = _day(request, on)
    _bound(request, seen)
    drift.require_unchanged(request)
    remark = _remark(reason)
    if step.last:
        freezes.require_open(request.fund, freezes.SANCTIONS, on=day)
        _within_limit(request, officer, power, on=day)
        powers.require_still(request, step)
        reauthentication.require(request, proved, on=day)
        claims.require_owed(request)
    with acting(by, remark or step.act):
        record_decision(request, step, officer, Decision.Outcome.APPROVED, day, delegation=power, reason=remark)
        if missing(step):
            return request
        settle(request, step, by=by, on=day, seat=power.giver.user if power else by)
        if step.last:
            orders.make(request, signed=signatures(request), by=by)
    return request


def settle(request: Disbursement, step: ApprovalStep, *, by: User, on: date, seat: User | None = None) -> None:
    """All who sign the step have: the next one waits, or the request is sanctioned and its order is still to be made.

    `seat` is the account whose role sanctions where `by` signed in somebody's stead.
    """
    if step.last:
        _sanction(request, by=by, on=on)
        request.state, request.waiting_since = may(request, Action.SANCTION, by=seat or by), on
        notices.sanctioned(request, by=by)
    else:
        request.position, request.waiting_since = request.position + 1, on
    request.save(update_fields=["state", "position", "waiting_since"])


@transaction.atomic
def return_for_correction(
    *,
    disbursement: int,
    by: User,
    ground: str,
    reason: str,
    to: int = 0,
    on: date | None = None,
    seen: str | None = None,
    at: int | None = None,
    delegation: int | None = None,
) -> Disbursement:
    """Back to the maker, or with `to` to an earlier step of the chain, from which on everybody signs again.

    `ground` is the code of a DecisionGround. To the maker: the content may change, and no signature counts any more. To a
    step: the content stays, and signatures before that step go on counting. Raises: as `approve`.
    """
    request = lock_disbursement(disbursement, by=by)
    action = Action.BACK if to else Action.RETURN
    step, officer, power = _due(request, by=by, action=action, at=at, delegation=delegation, on=on)
    if not 0 <= to < step.position:
        detail = f"Choose the maker (0) or a step before step {step.position}."
        raise BadInput(detail, fields={"to": detail})
    day = _day(request, on)
    _bound(request, seen)
    why = _why(Decision.Outcome.RETURNED, ground, reason, on=day)
    with acting(by, why["reason"]):
        record_decision(request, step, officer, Decision.Outcome.RETURNED, day, delegation=power, back_to=to, **why)
        request.state, request.waiting_since = may(request, action, by=by), day
        request.position = to or request.position
        request.save(update_fields=["state", "position", "waiting_since"])
    return request


@transaction.atomic
def reject(
    *,
    disbursement: int,
    by: User,
    ground: str,
    reason: str,
    on: date | None = None,
    seen: str | None = None,
    at: int | None = None,
    delegation: int | None = None,
) -> Disbursement:
    """Ends the request with a coded ground and a reason. Raises: as `approve`."""
    request = lock_disbursement(disbursement, by=by)
    step, officer, power = _due(request, by=by, action=Action.REJECT, at=at, delegation=delegation, on=on)
    day = _day(request, on)
    _bound(request, seen)
    why = _why(Decision.Outcome.REJECTED, ground, reason, on=day)
    with acting(by, why["reason"]):
        record_decision(request, step, officer, Decision.Outcome.REJECTED, day, delegation=power, **why)
        request.state, request.waiting_since = may(request, Action.REJECT, by=by), day
        request.save(update_fields=["state", "waiting_since"])
    return request


@transaction.atomic
def recuse(
    *,
    disbursement: int,
    by: User,
    ground: str,
    reason: str,
    on: date | None = None,
    seen: str | None = None,
    at: int | None = None,
) -> Disbursement:
    """The officer stands back from this request for good; its step waits for another who may sign. Raises: as `approve`."""
    request = lock_disbursement(disbursement, by=by)
    may(request, Action.RECUSE, by=by)
    step, officer = _waiting(request, at=at), officer_of(by)
    accounts = persons.selves(by)
    refusal = post_bar(request, step, by, officer)
    if request.maker_id in accounts:
        refusal = "You drafted this request; there is nothing of it for you to decide."
    elif request.decisions.filter(decided_by__in=accounts, outcome=Decision.Outcome.RECUSED).exists():
        refusal = f"You recused yourself from {request.number} already."
    if refusal:
        raise NotAllowed(refusal)
    day = _day(request, on)
    _bound(request, seen)
    why = _why(Decision.Outcome.RECUSED, ground, reason, on=day)
    with acting(by, why["reason"]):
        record_decision(request, step, officer, Decision.Outcome.RECUSED, day, **why)
    return request


def objection(request: Disbursement, step: ApprovalStep, user: User, officer: Officer | None) -> str:
    """Why this user may not decide this step, in the words shown beside the disabled option; empty if they may."""
    if step.committee is not None:
        return in_a_meeting(step.committee)
    return duties.deciding_bar(request, step, user) or post_bar(request, step, user, officer)


def in_a_meeting(committee: Committee) -> str:
    return f"{committee} decides this in a meeting; its members sign the minutes."


def post_bar(request: Disbursement, step: ApprovalStep, user: User, officer: Officer | None) -> str:
    """Why the step is not for this user's role, office or post; empty if it is."""
    if officer is None:
        return "Your account has no post in an office."
    if step.committee is not None:
        seat = committee_versions.seat_of(committee_versions.version_on(step.committee, today()), user)
        return "" if seat is not None else f"This step is for {step.committee}, of which you are no member."
    if Role(step.role) not in roles_of(user):
        return f"This step is for the {Role(step.role).label.lower()}."
    if Role(step.role) in KEEPERS and not acts_for(request.fund.office, by=user):
        return f"This step is for an officer of {request.fund.office}, which keeps the fund."
    if step.post and step.post != officer.designation:
        return f"This step is for the {step.post}; your post is {officer.designation}."
    return ""


def objection_for(request: Disbursement, step: ApprovalStep, user: User, power: Delegation) -> str:
    """Why this user may not decide this step under a delegation: both must be free, and the step must be the giver's."""
    if step.committee is not None:
        return in_a_meeting(step.committee)
    refusal = duties.deciding_bar(request, step, user) or powers.bar(request, step, power)
    if not refusal and post_bar(request, step, power.giver.user, power.giver):
        return f"This step is not for {power.giver_name}, so nobody decides it in their stead."
    return refusal


def _day(request: Disbursement, on: date | None) -> date:
    return act_date(on, not_before=request.waiting_since)


def _waiting(request: Disbursement, *, at: int | None) -> ApprovalStep:
    if at is not None and at != request.position:
        detail = f"{request.number} left the step you had before you. Nothing was decided by you."
        raise WrongState(detail, ids=(request.pk,), code="step_passed")
    return waiting_step(request)


def _due(
    request: Disbursement, *, by: User, action: Action, at: int | None, delegation: int | None, on: date | None
) -> tuple[ApprovalStep, Officer, Delegation | None]:
    may(request, action, by=by)
    step, officer = _waiting(request, at=at), officer_of(by)
    power = powers.get(delegation, by=by, on=on or today()) if delegation is not None else None
    refusal = objection_for(request, step, by, power) if power else objection(request, step, by, officer)
    if refusal:
        raise NotAllowed(refusal)
    return step, officer, power


def _bound(request: Disbursement, seen: str | None) -> None:
    """The rows still hold what was submitted, and that is what the officer saw."""
    if content.digest(request) != request.digest:
        raise WrongState(
            f"The content of {request.number} is not what was submitted. Tell the auditor.", ids=(request.pk,)
        )
    if seen is not None and seen != request.digest:
        detail = f"{request.number} was changed after you opened it. Read it again; nothing was decided."
        raise WrongState(detail, ids=(request.pk,), code="content_changed")


def _remark(text: str) -> str:
    return take("reason", parse_text, text, maximum=2000) if text.strip() else ""


def _why(outcome: Decision.Outcome, ground: str, reason: str, *, on: date) -> dict[str, Any]:
    """Ground and reason of a decision against the request. Raises: BadInput with every field at fault."""
    errors: dict[str, str] = {}
    found, remark = None, ""
    try:
        found = take_ground(outcome, ground, on=on)
    except BadInput as refusal:
        errors |= refusal.fields
    try:
        if not (remark := _remark(reason)):
            errors["reason"] = "Say why, in a sentence the maker can act on."
    except BadInput as refusal:
        errors |= refusal.fields
    if errors:
        raise BadInput(" ".join(errors.values()), fields=errors)
    return {"ground": found, "reason": remark}


def _within_limit(request: Disbursement, officer: Officer, power: Delegation | None, *, on: date) -> None:
    sum_of, most = basis_of(request), powers.reach(officer, power, on=on)
    if sum_of > most:
        whose = f"what you may sanction for {power.giver_name}" if power else "your authority"
        raise NotAllowed(f"{figures(sum_of)} is above {whose}, {figures(most)}.", code="above_limit")


def record_decision(
    request: Disbursement, step: ApprovalStep, officer: Officer, outcome: Decision.Outcome, on: date, **given: Any
) -> Decision:
    """The row of evidence of one officer's decision; the caller has asked whether they may."""
    return Decision.objects.create(
        disbursement=request,
        step=step,
        submission=request.submission,
        outcome=outcome,
        digest=request.digest,
        decided_by=officer.user,
        name=officer.user.get_full_name(),
        post=officer.designation,
        decided_on=on,
        **trace(),
        **given,
    )


def _sanction(request: Disbursement, *, by: User, on: date) -> Sanction:
    """Takes the next number and commits the budget of its head; the floor of X10 decides under any concurrency."""
    head = heads.head_for(request.fund, request.kind, on)
    if request.amount > headroom(request.fund, head):
        raise WrongState(short_of(request, head, on), ids=(request.pk,), code="insufficient")
    year = year_of(request.fund, on)
    serial, number = next_number(Sanction, fund=request.fund, year=year)
    drafts = postings.sanction(
        fund=request.fund.code, amount=request.amount, on=on, number=number, memo=request.title, head=head
    )
    entry_id = post(drafts, by=by)[0]
    return Sanction.objects.create(
        disbursement=request,
        fund=request.fund,
        year=year,
        budget_head=head,
        serial=serial,
        number=number,
        amount=request.amount,
        digest=request.digest,
        sanctioned_by=by,
        sanctioned_on=on,
        entry_id=entry_id,
    )
