"""Money to the payee: instruments cleared and failed, receipts; the prisoner's release; closing. They are issued in issuing.py."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.identity import parse_name, parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Case, ReleaseStep
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import get_visible
from funds import postings
from funds.chain import duties
from funds.disbursements import lock_disbursement, may, waiting_instruments
from funds.issuing import issue_instrument, issue_instruments, move
from funds.messages import notices
from funds.models import Acknowledgement, Disbursement, Instrument
from funds.readers import seen
from funds.release import releases
from funds.workflow import Action, State
from ledger.clock import act_date
from ledger.errors import BadInput, NotFound, WrongState
from ledger.history import acting
from ledger.posting import post, reverse

__all__ = [
    "FAILURES",
    "acknowledge",
    "clear_instrument",
    "close",
    "fail_instrument",
    "issue_instrument",
    "issue_instruments",
    "record_release",
    "visible_instruments",
]
FAILURES = (Instrument.State.RETURNED, Instrument.State.STALE, Instrument.State.STOPPED)


def visible_instruments(user: User) -> QuerySet[Instrument]:
    """Instruments of requests the user sees."""
    rows = Instrument.objects.select_related("fund", "voucher", "line__disbursement", "issued_by")
    return seen(rows, by=user, path="line__disbursement__office")


def _lock_instrument(pk: int, *, by: User, action: Action) -> tuple[Disbursement, Instrument]:
    found = get_visible(Instrument.objects.select_related("line"), to=by, path="line__disbursement__office", pk=pk)
    request = lock_disbursement(found.line.disbursement_id, by=by)
    may(request, action, by=by)
    return request, Instrument.objects.select_for_update(of=("self",)).select_related("line", "voucher__year").get(
        pk=pk
    )


def _still_issued(instrument: Instrument) -> None:
    if instrument.state != Instrument.State.ISSUED:
        detail = f"{instrument} is {instrument.get_state_display().lower()} since {instrument.state_on:%-d %b %Y}."
        raise WrongState(f"{detail} Nothing was changed.", ids=(instrument.pk,))


@transaction.atomic
def clear_instrument(*, instrument: int, by: User, on: date | None = None) -> Instrument:
    """The bank statement shows it paid: Dr G-CHQ / Cr F-BNK. When every line has cleared, the request has.

    Raises: NotFound, WrongState (already cleared, failed, or past its expiry), NotAllowed, BelowFloor (no cash).
    """
    request, paid = _lock_instrument(instrument, by=by, action=Action.CLEAR)
    _still_issued(paid)
    duties.require_clearer(request, paid, by=by)
    day = act_date(on, not_before=paid.issued_on)
    if paid.expires_on and day > paid.expires_on:
        detail = f"{paid} was payable until {paid.expires_on:%-d %b %Y}. Mark it stale and issue another."
        raise WrongState(detail, ids=(paid.pk,), code="stale")
    with acting(by, "Cleared by the bank"):
        post(postings.clearing(request=request, paid=paid, on=day), by=by)
        paid.state, paid.state_on, paid.cleared_by = Instrument.State.CLEARED, day, by
        paid.save(update_fields=["state", "state_on", "cleared_by"])
        _settle(request, by=by, on=day)
    return paid


def _settle(request: Disbursement, *, by: User, on: date) -> None:
    """Moves a request whose lines have all cleared, and then one whose receipts are all in."""
    counts = waiting_instruments(request)
    if request.state == State.PAID and counts["cleared"] == counts["lines"]:
        move(request, Action.SETTLE, by=by, on=on)
    if request.state == State.CLEARED and counts["acknowledged"] == counts["lines"]:
        move(request, Action.COMPLETE, by=by, on=on)


@transaction.atomic
def fail_instrument(*, instrument: int, state: str, reason: str, by: User, on: date | None = None) -> Instrument:
    """Returned by the bank, stale or stopped: the payable opens again (Dr G-CHQ / Cr G-PAY, linked to the issue).

    A lapsable fund's instrument that fails after its year goes to G-UNCL instead, because its budget has lapsed.
    Raises: NotFound, WrongState, NotAllowed, BadInput (stale before its expiry), LedgerError.
    """
    request, failed = _lock_instrument(instrument, by=by, action=Action.REOPEN)
    _still_issued(failed)
    day, why = act_date(on, not_before=failed.issued_on), take("reason", parse_text, reason, maximum=200)
    if state not in FAILURES:
        raise BadInput("Choose what happened.", fields={"state": f"{state!r} is not returned, stale or stopped."})
    if state == Instrument.State.STALE and (failed.expires_on is None or day <= failed.expires_on):
        until = f"payable until {failed.expires_on:%-d %b %Y}" if failed.expires_on else "not a cheque"
        raise BadInput(f"{failed} is {until}, so it is not stale.", fields={"state": f"It is {until}."})
    with acting(by, why):
        if request.fund.lapsable and day > failed.voucher.year.end:
            post(postings.unclaimed(request=request, failed=failed, on=day), by=by)
        else:
            reverse(failed.entry_id, by=by, reason=why, on=day)
        failed.state, failed.state_on, failed.reason = Instrument.State(state), day, why
        failed.save(update_fields=["state", "state_on", "reason"])
        notices.failed(request, failed, by=by)
        move(request, Action.REOPEN, by=by, on=day)
    return failed


@transaction.atomic
def acknowledge(
    *, instrument: int, received_by: str, reference: str = "", by: User, on: date | None = None
) -> Acknowledgement:
    """The payee's, court's or jail's receipt. When the bank has paid and every receipt is in, the request is acknowledged.

    Raises: NotFound, WrongState, NotAllowed, BadInput.
    """
    request, paid = _lock_instrument(instrument, by=by, action=Action.ACKNOWLEDGE)
    if paid.state not in Instrument.LIVE:
        raise WrongState(f"{paid} is {paid.get_state_display().lower()}, so nobody received it.", ids=(paid.pk,))
    if hasattr(paid, "acknowledgement"):
        raise WrongState(f"The receipt for {paid} is already recorded.", ids=(paid.pk,), code="already_acknowledged")
    day = act_date(on, not_before=paid.issued_on)
    name = take("received_by", parse_name, received_by)
    with acting(by, f"Receipt of {name}"):
        receipt = Acknowledgement.objects.create(
            instrument=paid,
            received_on=day,
            received_by=name,
            recorded_by=by,
            reference=take("reference", parse_text, reference, maximum=80) if reference else "",
        )
        _settle(request, by=by, on=day)
    return receipt


@transaction.atomic
def record_release(*, disbursement: int, case: int, reference: str, by: User, on: date | None = None) -> Case:
    """The prisoner of this case is out; the court's release order and the jail's certificate are recorded already.

    Raises: NotFound, WrongState (the money is not paid, a paper is missing, or the release is recorded), NotAllowed, BadInput.
    """
    request = lock_disbursement(disbursement, by=by)
    may(request, Action.RELEASE, by=by)
    if not request.lines.filter(case_id=case).exists():
        raise NotFound(f"{request.number} does not pay for this case.")
    return releases.record(case=case, step=ReleaseStep.RELEASED, reference=reference, by=by, on=on).case


@transaction.atomic
@everywhere()
def close(*, disbursement: int, by: User, on: date | None = None) -> Disbursement:
    """Ends an acknowledged request; one for prisoners only when each of them is recorded as released, or what came instead.

    Raises: NotFound, WrongState, NotAllowed.
    """
    request = lock_disbursement(disbursement, by=by)
    may(request, Action.CLOSE, by=by)
    day = act_date(on, not_before=request.waiting_since)
    inside = releases.inside_of(request)
    if inside.exists():
        names = ", ".join(str(case.person) for case in inside.select_related("person"))
        detail = f"{names}: the release is not recorded. Record release order and jail certificate first."
        raise WrongState(detail, ids=tuple(inside.values_list("pk", flat=True)), code="not_released")
    with acting(by, "Closed"):
        move(request, Action.CLOSE, by=by, on=day)
    return request
