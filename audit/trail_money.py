"""The events of a trail that move money: voucher, printings, instruments, receipts, cancellation, with their entries."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from audit.changes import previous
from audit.events import Booked, Event, Kind, Phase, said_origin
from audit.records import Records
from funds.models import Instrument
from ledger.models import JournalEntry
from ledger.money import figures

MONEY = frozenset({Kind.MONEY})
PAPER = frozenset({Kind.PAPER})
BACK = {"returned": "returned by the bank", "stale": "stale", "stopped": "stopped"}


def payment_events(found: Records) -> Iterable[Event]:
    """From the voucher to the last receipt, or to the cancellation."""
    taken: set[int] = {found.sanction.entry_id} if found.sanction else set()
    yield from _vouchered(found, taken)
    yield from _issued(found, taken)
    yield from _instrument_moves(found, taken)
    yield from _received(found)
    yield from _cancelled(found, taken)


def _take(found: Records, taken: set[int], **wanted: Any) -> list[JournalEntry]:
    """The entries with one of these keys, numbers or originals, each told once."""
    keys, ids, undone = wanted.get("keys", ()), wanted.get("ids", ()), wanted.get("undone", ())
    rows = [row for row in found.entries if row.key in keys or row.pk in ids or row.reverses_id in undone]
    rows = [row for row in rows if row.pk not in taken]
    taken |= {row.pk for row in rows}
    return rows


def _with_entries(found: Records, entries: list[JournalEntry]) -> dict[str, Any]:
    lines: list[Booked] = [line for entry in entries for line in found.booked.get(entry.pk, [])]
    numbers = ", ".join(str(entry.pk) for entry in entries)
    return {"lines": lines, "proof": f"entry {numbers}" if numbers else ""}


def _vouchered(found: Records, taken: set[int]) -> Iterable[Event]:
    voucher = found.voucher
    if voucher is None:
        return
    keys = (f"voucher:{voucher.number}", f"voucher:{voucher.number}:budget")
    entries = _take(found, taken, keys=keys)
    copies = len(found.prints)
    printed = f"Printed {copies} time{'' if copies == 1 else 's'}." if copies else "Not printed yet."
    yield Event(
        at=voucher.recorded_at,
        on=voucher.issued_on,
        title=f"Voucher {voucher.number} issued",
        who=found.who(voucher.issued_by_id),
        kinds=MONEY | PAPER,
        phase=Phase.PAYMENT,
        text=f"{figures(voucher.amount)}. {printed}",
        icon="receipt",
        tone="blue",
        url=reverse("voucher", args=[voucher.number]),
        **_with_entries(found, entries),
    )
    for row in found.prints:
        what = "original" if row.copy == 0 else f"copy {row.copy}"
        yield Event(
            at=row.printed_at,
            title=f"Voucher {voucher.number} printed, {what}",
            who=found.who(row.printed_by_id),
            kinds=PAPER,
            phase=Phase.PAYMENT,
            icon="printer",
            tone="grey",
        )


def _issued(found: Records, taken: set[int]) -> Iterable[Event]:
    for row in found.instruments:
        entries = _take(found, taken, ids=(row.entry_id,))
        instead = f" in place of {row.replaces.number}" if row.replaces else ""
        yield Event(
            at=row.recorded_at,
            on=row.issued_on,
            title=f"{row} issued{instead}",
            who=found.who(row.issued_by_id),
            kinds=MONEY,
            phase=Phase.PAYMENT,
            text=f"{row.line.payee_name}, {figures(row.amount)}",
            icon="cash" if row.replaces is None else "arrow-repeat",
            tone="blue",
            **_with_entries(found, entries),
        )


def _instrument_moves(found: Records, taken: set[int]) -> Iterable[Event]:
    rows = found.histories["instrument"]
    before, by_key = previous(rows), {row.pk: row for row in found.instruments}
    for row in rows:
        old = before.get(row.history_id)
        instrument = by_key.get(row.id)
        if old is None or instrument is None or old.state == row.state:
            continue
        cleared = row.state == Instrument.State.CLEARED
        keys = (f"clearing:{row.id}",) if cleared else (f"unclaimed:{row.id}",)
        entries = _take(found, taken, keys=keys, undone=() if cleared else (instrument.entry_id,))
        yield Event(
            at=row.history_date,
            on=row.state_on,
            title=f"{instrument} {'cleared by the bank' if cleared else BACK[row.state]}",
            who=found.stamped(row),
            kinds=MONEY,
            phase=Phase.PAYMENT,
            text=f"{instrument.line.payee_name}, {figures(instrument.amount)}"
            + (f". Reason: {row.reason}" if row.reason else ""),
            origin=said_origin(row.address, row.request_id),
            icon="bank" if cleared else "arrow-return-left",
            tone="green" if cleared else "violet",
            **_with_entries(found, entries),
        )


def _received(found: Records) -> Iterable[Event]:
    numbers = {row.pk: row for row in found.instruments}
    for row in found.receipts:
        instrument = numbers.get(row.instrument_id)
        what = str(instrument) if instrument else f"instrument {row.instrument_id}"
        yield Event(
            at=row.recorded_at,
            on=row.received_on,
            title=f"Receipt for {what}",
            who=found.who(row.recorded_by_id),
            kinds=PAPER,
            phase=Phase.RECEIPT,
            text=f"Signed by {row.received_by}" + (f", {row.reference}" if row.reference else ""),
            icon="check-circle-fill",
        )


def _cancelled(found: Records, taken: set[int]) -> Iterable[Event]:
    row = found.cancellation
    if row is None:
        return
    entries = [entry for entry in found.entries if entry.pk not in taken and entry.kind != "payment"]
    yield Event(
        at=row.recorded_at,
        on=row.cancelled_on,
        title=f"Cancelled when {row.stage}",
        who=found.who(row.cancelled_by_id),
        kinds=MONEY if entries else frozenset(),
        text=f"Reason: {row.reason}. Its numbers stay and say so.",
        icon="slash-circle",
        tone="red",
        **_with_entries(found, entries),
    )
