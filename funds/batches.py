"""Several instruments at once, all or none: one cheque list, one bank statement, one court receipt for four heirs."""

from collections.abc import Sequence
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from funds import payments
from funds.models import Acknowledgement, Instrument
from ledger.errors import BadInput


@transaction.atomic
def issue_instruments(
    *, disbursement: int, numbers: Sequence[tuple[int, str]], by: User, on: date | None = None
) -> list[Instrument]:
    """Records an instrument for each (line, number). Raises: as payments.issue_instrument; a wrong number of a line is
    named in the fields as `number-<line>`."""
    issued = []
    for line, number in numbers:
        try:
            issued.append(payments.issue_instrument(disbursement=disbursement, line=line, number=number, by=by, on=on))
        except BadInput as refusal:
            fields = {(f"number-{line}" if name == "number" else name): text for name, text in refusal.fields.items()}
            raise BadInput(refusal.detail, fields=fields) from refusal
    return issued


@transaction.atomic
def clear_instruments(*, instruments: Sequence[int], by: User, on: date | None = None) -> list[Instrument]:
    """Marks each cleared on the same day. Raises: as payments.clear_instrument."""
    return [payments.clear_instrument(instrument=pk, by=by, on=on) for pk in instruments]


@transaction.atomic
def acknowledge_instruments(
    *, instruments: Sequence[int], received_by: str, reference: str = "", by: User, on: date | None = None
) -> list[Acknowledgement]:
    """One paper that acknowledges several payments. Raises: as payments.acknowledge."""
    return [
        payments.acknowledge(instrument=pk, received_by=received_by, reference=reference, by=by, on=on)
        for pk in instruments
    ]
