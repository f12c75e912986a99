"""What adopted minutes decided becomes decisions of the members who signed, and what follows from them; item by item."""

from datetime import date

from django.db import transaction

from funds import approvals
from funds.chain import freezes
from funds.chain.chains import basis_of
from funds.chain.signatures import RECUSED, signatures
from funds.committee import agendas, committee_versions, member_bars
from funds.committee.agendas import Outcome
from funds.models import Adoption, AgendaItem, CommitteeMember, Decision, Disbursement, HeldUp, Minutes, MinutesItem
from funds.papers.order_data import OrderPaper
from funds.paperwork import orders
from funds.requests import claims, content, drift
from funds.workflow import Action, next_state
from ledger.clock import act_date, today
from ledger.errors import NotAllowed, Refusal, WrongState
from ledger.money import figures

ACTIONS = {Outcome.RETURNED: Action.RETURN, Outcome.REJECTED: Action.REJECT}


def carry_out(minutes: Minutes, adoption: Adoption, *, on: date) -> None:
    """Writes the decisions of every item that is still open. One that cannot be carried out waits with its reason.

    All requests are locked first and every order is filed last, so that the acts of others on the same funds and registers
    wait for this one and never in a ring.
    """
    items = sorted(agendas.items_of(minutes), key=lambda row: (row.item.disbursement.fund_id, row.item.position))
    keys = [row.item.disbursement_id for row in items]
    list(Disbursement.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    signed = _signed(minutes)
    sanctioned = []
    for item in items:
        if item.outcome not in (*agendas.DECIDING, Outcome.DEFERRED) or agendas.carried(item):
            continue
        _recusals(item, signed, on=on)
        if item.outcome == Outcome.DEFERRED:
            continue
        try:
            with transaction.atomic():
                made = _carry(item, adoption, signed, on=on)
        except Refusal as refusal:
            _hold_up(item, refusal.detail)
        else:
            sanctioned += [made] if made is not None else []
    for paper, request in sanctioned:
        orders.keep(request, paper, by=request.sanction.sanctioned_by)


def _signed(minutes: Minutes) -> list[CommitteeMember]:
    """Those who signed, the chair last: the paper of a sanction is signed by the last one."""
    rows = minutes.signatures.select_related("member__officer__user", "member__officer__office").order_by("pk")
    members = [row.member for row in rows]
    return sorted(members, key=lambda row: row.part == CommitteeMember.Part.CHAIR)


def _hold_up(item: MinutesItem, reason: str) -> None:
    """Written once for each reason."""
    last = item.held_up.order_by("-pk").first()
    if last is None or last.reason != reason:
        HeldUp.objects.create(item=item, reason=reason)


def _waits(item: AgendaItem) -> Disbursement:
    """The request as it is now. Raises: WrongState where it no longer waits for this decision."""
    request = Disbursement.objects.select_related("fund__book", "fund__office", "year", "office").get(
        pk=item.disbursement_id
    )
    if not agendas.is_before(item, request):
        state = request.get_state_display().lower()
        raise WrongState(f"{request.number} no longer waits for this decision; it is {state}.", ids=(request.pk,))
    if AgendaItem.objects.filter(step=item.step, pk__gt=item.pk).exists():
        raise WrongState(f"{request.number} is before a later meeting.", ids=(request.pk,))
    return request


def _recusals(item: MinutesItem, signed: list[CommitteeMember], *, on: date) -> None:
    """A member who took no part in an item and signed that stands apart from the request from then on."""
    keys = {member.pk for member in signed}
    for apart in item.recusals.all():
        if apart.member_id not in keys:
            continue
        try:
            request = _waits(item.item)
        except WrongState:
            return
        user = apart.member.officer.user
        said = request.decisions.filter(decided_by=user, outcome=RECUSED).exists()
        if not said and request.maker_id != user.pk:
            approvals.record_decision(
                request, item.item.step, apart.member.officer, Decision.Outcome.RECUSED, on, minutes_item=item,
                ground=apart.ground, reason=apart.reason,
            )  # fmt: skip


def _carry(
    item: MinutesItem, adoption: Adoption, signed: list[CommitteeMember], *, on: date
) -> tuple[OrderPaper, Disbursement] | None:
    """Decisions of the free members and the move they make; for a sanction its order, drawn and not yet filed.

    Raises: Refusal in the words in which the item is held up.
    """
    request, step = _waits(item.item), item.item.step
    act_date(on, not_before=request.waiting_since)
    if content.digest(request) != request.digest:
        raise WrongState(
            f"The content of {request.number} is not what was submitted. Tell the auditor.", ids=(request.pk,)
        )
    apart = {row.member_id for row in item.recusals.all()}
    free = [row for row in signed if row.pk not in apart and not member_bars.bar(request, step, row)]
    quorum = adoption.minutes.under.quorum
    if len(free) < quorum:
        detail = f"{len(free)} of those who signed may decide on {request.number}; the quorum is {quorum}."
        raise WrongState(detail, ids=(request.pk,), code="no_quorum")
    if item.outcome == Outcome.APPROVED:
        drift.require_unchanged(request)
        if step.last:
            freezes.require_open(request.fund, freezes.SANCTIONS, on=on)
            _within_limit(request, adoption, on=on)
            claims.require_owed(request)
    for member in free:
        approvals.record_decision(
            request, step, member.officer, Decision.Outcome(item.outcome), on, minutes_item=item, ground=item.ground,
            reason=item.reason, back_to=item.back_to,
        )  # fmt: skip
    return _move(item, request, free, on=on)


def _move(
    item: MinutesItem, request: Disbursement, free: list[CommitteeMember], *, on: date
) -> tuple[OrderPaper, Disbursement] | None:
    step, by = item.item.step, free[-1].officer.user
    if item.outcome == Outcome.APPROVED:
        approvals.settle(request, step, by=by, on=on)
        return (orders.draw(request, signed=signatures(request)), request) if step.last else None
    action = Action.BACK if item.back_to else ACTIONS[Outcome(item.outcome)]
    request.state = next_state(action, request.state, number=request.number, pk=request.pk)
    request.position, request.waiting_since = item.back_to or request.position, on
    request.save(update_fields=["state", "position", "waiting_since"])
    return None


def _within_limit(request: Disbursement, adoption: Adoption, *, on: date) -> None:
    """Raises: NotAllowed above what the committee may sanction on the day, or may no longer."""
    least, own = basis_of(request), min(committee_versions.limit_on(adoption.committee, day) for day in (on, today()))
    if least > own:
        detail = f"{figures(least)} is above the authority of {adoption.committee}, {figures(own)}."
        raise NotAllowed(detail, code="above_limit")
