"""Several instruments received at once, all or none: one court receipt for four heirs."""

from collections.abc import Sequence
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from funds import payments
from funds.models import Acknowledgement


@transaction.atomic
def acknowledge_instruments(
    *, instruments: Sequence[int], received_by: str, reference: str = "", by: User, on: date | None = None
) -> list[Acknowledgement]:
    """One paper that acknowledges several payments. Raises: as payments.acknowledge."""
    return [
        payments.acknowledge(instrument=pk, received_by=received_by, reference=reference, by=by, on=on)
        for pk in instruments
    ]
