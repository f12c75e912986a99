"""The events of a trail about payment runs, payees on hold and accounts that were confirmed."""

from collections.abc import Iterable

from audit.events import Event, Kind, Phase
from audit.records import Records
from funds.rules.run_rules import REJECTED
from funds.runs.pain002 import STATUSES

MONEY = frozenset({Kind.MONEY})
DECIDED = frozenset({Kind.DECISION})


def run_events(found: Records) -> Iterable[Event]:
    """Holds and confirmations, the runs the request's payments went in, and what the bank said of them."""
    yield from _held(found)
    for row in found.confirmations:
        yield Event(
            at=row.confirmed_at,
            title=f"Changed account of {row.line.payee_name} confirmed",
            who=found.who(row.confirmed_by_id),
            kinds=DECIDED,
            phase=Phase.PAYMENT,
            text=f"Called back: {row.spoke_to}, {row.reference}",
        )
    yield from _runs(found)
    for status in found.bank_said:
        rejected = status.status in REJECTED
        yield Event(
            at=status.file.taken_at,
            title=f"The bank on {status.run_line.end_to_end}: {STATUSES[status.status]}",
            who=found.who(status.file.taken_by_id),
            kinds=MONEY,
            phase=Phase.PAYMENT,
            text=status.reason,
            icon="x-lg" if rejected else "bank",
            tone="red" if rejected else "blue",
            proof=f"message {status.file.message}",
        )


def _held(found: Records) -> Iterable[Event]:
    for row in found.holds:
        yield Event(
            at=row.placed_at,
            title=f"{row.payee_name} put on hold",
            who=found.who(row.placed_by_id),
            kinds=DECIDED,
            text=row.reason,
            icon="slash-circle",
            tone="red",
        )
        if hasattr(row, "end"):
            yield Event(
                at=row.end.ended_at,
                title=f"The hold on {row.payee_name} ended",
                who=found.who(row.end.ended_by_id),
                kinds=DECIDED,
                text=row.end.reason,
            )


def _runs(found: Records) -> Iterable[Event]:
    for run in found.runs:
        yield Event(
            at=run.drafted_at,
            title=f"Chosen for payment run {run.number}",
            who=found.who(run.drafted_by_id),
            kinds=MONEY,
            phase=Phase.PAYMENT,
            icon="box-arrow-right",
            tone="grey",
        )
        if run.released_at is not None:
            yield Event(
                at=run.released_at,
                title=f"Payment run {run.number} released",
                who=found.who(run.released_by_id),
                kinds=MONEY | DECIDED,
                phase=Phase.PAYMENT,
                icon="box-arrow-right",
                tone="blue",
                proof=f"file {run.file_sha256[:12]}…",
            )
