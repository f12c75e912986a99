"""Decisions of the chain: approve (the last one sanctions), return, reject. One person, one signature, one content."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Officer
from beneficiaries.scope import acts_for, officer_of
from funds import claims, content, heads, orders, postings
from funds.budget_position import budget
from funds.budgets import headroom
from funds.chains import waiting_step
from funds.disbursements import lock_disbursement, may
from funds.models import ApprovalStep, BudgetHead, Decision, Disbursement, Sanction
from funds.numbers import next_number, year_of
from funds.workflow import Action
from ledger.chart import fiscal_label
from ledger.clock import act_date
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.history import acting, trace
from ledger.money import figures
from ledger.posting import post
from ledger.roles import Role, roles_of

# These agree to spend a fund's money, so they sit in the office that keeps it; the office that asks may verify.
KEEPERS = frozenset({Role.FINANCE_OFFICER, Role.APPROVER})


@transaction.atomic
def approve(
    *,
    disbursement: int,
    by: User,
    reason: str = "",
    on: date | None = None,
    seen: str | None = None,
    at: int | None = None,
) -> Disbursement:
    """The officer whose step waits agrees; the last step sanctions: a number is taken, the budget committed and the order made.

    `seen` is the digest of the content the officer looked at, `at` the place in the chain where it stood then; another
    content or place now is refused, so that nobody signs a step they did not see.
    Raises: NotFound, WrongState, NotAllowed, BadInput, BelowFloor (the fund has no room left).
    """
    request = lock_disbursement(disbursement, by=by)
    step, officer = _due(request, by=by, action=Action.FORWARD, at=at)
    day = act_date(on, not_before=request.waiting_since)
    _bound(request, seen)
    remark = _remark(reason, needed=False)
    if step.last:
        _within_limit(request, officer)
        claims.require_owed(request)
    with acting(by, remark or step.act):
        _decide(request, step, officer, Decision.Outcome.APPROVED, remark, day)
        if step.last:
            _sanction(request, by=by, on=day)
            request.state, request.waiting_since = may(request, Action.SANCTION, by=by), day
        else:
            request.position, request.waiting_since = request.position + 1, day
        request.save(update_fields=["state", "position", "waiting_since"])
        if step.last:
            orders.make(request, signed=signatures(request), by=by)
    return request


@transaction.atomic
def return_for_correction(
    *,
    disbursement: int,
    by: User,
    reason: str,
    on: date | None = None,
    seen: str | None = None,
    at: int | None = None,
) -> Disbursement:
    """Back to the maker with a reason; the signatures so far no longer count. Raises: as `approve`."""
    return _turn_down(
        disbursement, Action.RETURN, Decision.Outcome.RETURNED, by=by, reason=reason, on=on, seen=seen, at=at
    )


@transaction.atomic
def reject(
    *,
    disbursement: int,
    by: User,
    reason: str,
    on: date | None = None,
    seen: str | None = None,
    at: int | None = None,
) -> Disbursement:
    """Ends the request with a reason. Raises: as `approve`."""
    return _turn_down(
        disbursement, Action.REJECT, Decision.Outcome.REJECTED, by=by, reason=reason, on=on, seen=seen, at=at
    )


def _turn_down(
    disbursement: int,
    action: Action,
    outcome: Decision.Outcome,
    *,
    by: User,
    reason: str,
    on: date | None,
    seen: str | None,
    at: int | None,
) -> Disbursement:
    request = lock_disbursement(disbursement, by=by)
    step, officer = _due(request, by=by, action=action, at=at)
    day = act_date(on, not_before=request.waiting_since)
    _bound(request, seen)
    remark = _remark(reason, needed=True)
    with acting(by, remark):
        _decide(request, step, officer, outcome, remark, day)
        request.state, request.waiting_since = may(request, action, by=by), day
        request.save(update_fields=["state", "waiting_since"])
    return request


def objection(request: Disbursement, step: ApprovalStep, user: User, officer: Officer | None) -> str:
    """Why this user may not decide this step, in the words shown beside the disabled option; empty if they may."""
    if user.pk == request.maker_id:
        return "You drafted this request, so somebody else must decide on it."
    earlier = request.decisions.filter(submission=request.submission, decided_by=user).first()
    if earlier is not None:
        return f"You already signed this request on {earlier.decided_on:%-d %b %Y}, so somebody else must decide now."
    if officer is None:
        return "Your account has no post in an office."
    if request.lines.filter(cnic=officer.cnic).exists():
        return "You are a payee of this request, so somebody else must decide on it."
    if Role(step.role) not in roles_of(user):
        return f"This step is for the {Role(step.role).label.lower()}."
    if Role(step.role) in KEEPERS and not acts_for(request.fund.office, by=user):
        return f"This step is for an officer of {request.fund.office}, which keeps the fund."
    if step.post and step.post != officer.designation:
        return f"This step is for the {step.post}; your post is {officer.designation}."
    return ""


def _due(request: Disbursement, *, by: User, action: Action, at: int | None) -> tuple[ApprovalStep, Officer]:
    may(request, action, by=by)
    if at is not None and at != request.position:
        detail = f"{request.number} left the step you had before you. Nothing was decided by you."
        raise WrongState(detail, ids=(request.pk,), code="step_passed")
    step, officer = waiting_step(request), officer_of(by)
    refusal = objection(request, step, by, officer)
    if refusal:
        raise NotAllowed(refusal)
    return step, officer


def _bound(request: Disbursement, seen: str | None) -> None:
    """The rows still hold what was submitted, and that is what the officer saw."""
    if content.digest(request) != request.digest:
        raise WrongState(
            f"The content of {request.number} is not what was submitted. Tell the auditor.", ids=(request.pk,)
        )
    if seen is not None and seen != request.digest:
        detail = f"{request.number} was changed after you opened it. Read it again; nothing was decided."
        raise WrongState(detail, ids=(request.pk,), code="content_changed")


def _remark(text: str, *, needed: bool) -> str:
    if not text.strip():
        if needed:
            detail = "Say why, in a sentence the maker can act on."
            raise BadInput(detail, fields={"reason": detail})
        return ""
    return take("reason", parse_text, text, maximum=2000)


def _within_limit(request: Disbursement, officer: Officer) -> None:
    if request.amount > officer.sanction_limit:
        detail = f"{figures(request.amount)} is above your authority, {figures(officer.sanction_limit)}."
        raise NotAllowed(detail, code="above_limit")


def _decide(
    request: Disbursement, step: ApprovalStep, officer: Officer, outcome: Decision.Outcome, reason: str, on: date
) -> Decision:
    return Decision.objects.create(
        disbursement=request,
        step=step,
        submission=request.submission,
        outcome=outcome,
        reason=reason,
        digest=request.digest,
        decided_by=officer.user,
        name=officer.user.get_full_name(),
        post=officer.designation,
        decided_on=on,
        **trace(),
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


def short_of(request: Disbursement, head: BudgetHead | None, on: date) -> str:
    """Why the amount does not fit under its head, and what would make room."""
    fund, found = request.fund, budget(request.fund, fiscal_label(on))
    stands = found.of(head)
    whose = f"{head} of {fund.code}" if head else fund.code
    said = f"{whose} has {figures(stands.free)} free, less than {figures(request.amount)}. Nothing was sanctioned."
    if not heads.is_released(fund, on) or not (stands.to_release or found.pool):
        return said
    told = f"Released for {found.year}: {figures(stands.released)} of {figures(stands.revised)} allotted"
    return f"{said} {told}; {figures(found.pool)} was received and waits for a release, which the fund manager records."


def signatures(request: Disbursement) -> list[Decision]:
    """The approvals that count, in order."""
    return list(
        request.decisions.filter(submission=request.submission, outcome=Decision.Outcome.APPROVED).select_related(
            "step"
        )
    )
