"""Money to the payee: instruments cleared and failed one by one, receipts; the prisoner's release; closing.

Instruments are issued in issuing.py, and many at once cleared and failed in settling.py.
"""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.identity import parse_name, parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Case, ReleaseStep
from beneficiaries.offices.row_scope import everywhere
from funds.cheque_books import signing
from funds.disbursements import lock_disbursement, may
from funds.issuing import issue_instrument, issue_instruments, move
from funds.models import Acknowledgement, Disbursement, Instrument
from funds.readers import seen
from funds.release import releases
from funds.settling import FAILURES, clear_instruments, fail_instruments, lock_instruments, settle
from funds.workflow import Action
from ledger.clock import act_date
from ledger.errors import NotFound, WrongState
from ledger.history import acting

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


def visible_instruments(user: User) -> QuerySet[Instrument]:
    """Instruments of requests the user sees."""
    rows = Instrument.objects.select_related("fund", "voucher", "line__disbursement", "issued_by")
    return seen(rows, by=user, path="line__disbursement__office")


def clear_instrument(*, instrument: int, by: User, on: date | None = None) -> Instrument:
    """`settling.clear_instruments` for one. Raises: the same."""
    return clear_instruments(instruments=[instrument], by=by, on=on)[0]


def fail_instrument(*, instrument: int, state: str, reason: str, by: User, on: date | None = None) -> Instrument:
    """`settling.fail_instruments` for one. Raises: the same."""
    return fail_instruments(reasons={instrument: reason}, state=state, by=by, on=on)[0]


@transaction.atomic
def acknowledge(
    *, instrument: int, received_by: str, reference: str = "", by: User, on: date | None = None
) -> Acknowledgement:
    """The payee's, court's or jail's receipt. When the bank has paid and every receipt is in, the request is acknowledged.

    Raises: NotFound, WrongState, NotAllowed, BadInput.
    """
    request, (paid,) = lock_instruments([instrument], by=by, action=Action.ACKNOWLEDGE)[0]
    if paid.state not in Instrument.LIVE:
        raise WrongState(f"{paid} is {paid.get_state_display().lower()}, so nobody received it.", ids=(paid.pk,))
    if hasattr(paid, "acknowledgement"):
        raise WrongState(f"The receipt for {paid} is already recorded.", ids=(paid.pk,), code="already_acknowledged")
    signing.require_signed(paid)
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
        settle(request, by=by, on=day)
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
