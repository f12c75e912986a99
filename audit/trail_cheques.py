"""The events of a trail about the paper of cheques: signed by a second person, printed on the leaf, destroyed or lost."""

from collections.abc import Iterable

from audit.events import Event, Kind, Phase
from audit.records import Records
from funds.models import ChequeEnd, CoSignature

PAPER = frozenset({Kind.PAPER})


def cheque_events(found: Records) -> Iterable[Event]:
    """What was recorded about each cheque beside its issue and its clearing."""
    drawn = {row.pk: row for row in found.instruments}
    for row in found.cheque_acts:
        cheque = drawn.get(row.instrument_id)
        if cheque is None:
            continue  # beyond what a trail shows
        title, text, icon, on = f"{cheque} printed on its leaf", "", "printer", None
        if isinstance(row, CoSignature):
            title, icon = f"{cheque} signed by a second person", "check-circle-fill"
        elif isinstance(row, ChequeEnd):
            title, icon, on = f"{cheque}: paper {row.get_kind_display().lower()}", "slash-circle", row.ended_on
            seen = f"Before {row.witness.get_full_name()}" if row.witness else f"Indemnity {row.indemnity}"
            text = f"{seen}. Stop confirmed: {row.stop_reference}." if row.stop_reference else f"{seen}."
        yield Event(
            at=max(row.recorded_at, cheque.recorded_at),  # its transaction may have begun before and waited
            on=on,
            title=title,
            who=found.who(row.recorded_by_id),
            kinds=PAPER,
            phase=Phase.PAYMENT,
            text=text,
            icon=icon,
            tone="grey",
        )
