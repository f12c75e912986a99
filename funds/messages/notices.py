"""Acts of which payees are told: each queues the telling in its own transaction, in one row whatever number of payees there are."""

from collections.abc import Sequence

from django.contrib.auth.models import User

from funds.jobs import queue
from funds.models import Disbursement, Instrument, Job
from funds.models.messages import Occasion


def sanctioned(request: Disbursement, *, by: User) -> None:
    """Every payee of the request."""
    _queue(request, Occasion.SANCTION, [], by=by)


def paid(request: Disbursement, instruments: Sequence[Instrument], *, by: User) -> None:
    """Whose line an instrument was issued for."""
    _queue(request, Occasion.PAYMENT, instruments, by=by)


def failed(request: Disbursement, instruments: Sequence[Instrument], *, by: User) -> None:
    """Whose payment was returned, stopped or became stale."""
    _queue(request, Occasion.RETURN, instruments, by=by)


def _queue(request: Disbursement, occasion: Occasion, instruments: Sequence[Instrument], *, by: User) -> None:
    queue.enqueue(
        Job.Kind.TELL,
        title=f"{occasion.label}: {request.number}",
        arguments={
            "occasion": occasion.value,
            "disbursement": request.pk,
            "instruments": [instrument.pk for instrument in instruments],
        },
        office=request.office,
        by=by,
    )
