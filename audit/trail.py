"""The trail of one request: everything that happened to it, on one time line, from the records and never from a summary."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from audit import changes, records
from audit.changes import batches, differences, previous, replaced, touches_bank
from audit.events import Event, Kind, Phase, Who, said_origin, short
from audit.records import Records
from audit.trail_cases import case_events
from audit.trail_checks import check_events
from audit.trail_cheques import cheque_events
from audit.trail_decisions import apart_events, decided_events
from audit.trail_meetings import meeting_events
from audit.trail_messages import message_events
from audit.trail_money import payment_events
from audit.trail_papers import paper_events
from audit.trail_records import record_events, waiver_events
from audit.trail_releases import release_events
from audit.trail_runs import run_events
from funds.disbursements import get_disbursement
from funds.models import Disbursement
from ledger.money import figures

CHANGED = frozenset({Kind.CHANGE})
# A move of the request that a decision, a voucher or an instrument tells already is not told twice.
TOLD = {
    "paid": ("Paid: every payee has an instrument", Phase.PAYMENT),
    "cleared": ("Cleared: the bank has paid every payee", Phase.PAYMENT),
    "acknowledged": ("Acknowledged: every receipt is in", Phase.RECEIPT),
    "closed": ("Closed", Phase.RECEIPT),
}


@dataclass(frozen=True, slots=True)
class Trail:
    """A request with its events in the order they were recorded."""

    request: Disbursement
    found: Records
    events: tuple[Event, ...]

    def of(self, kind: Kind) -> list[Event]:
        return [event for event in self.events if kind in event.kinds]

    @property
    def people(self) -> list[Who]:
        """Everybody who appears in it, by name."""
        return sorted(
            {event.who.id: event.who for event in self.events if event.who.id}.values(), key=lambda who: who.name
        )


def build(pk: int, *, by: User) -> Trail:
    """The trail of a request that `by` may see. Raises: NotFound."""
    request = get_disbursement(pk, by=by)
    found = records.read(request)
    events = [
        *_requested(found),
        *decided_events(found),
        *apart_events(found),
        *meeting_events(found),
        *payment_events(found),
        *cheque_events(found),
        *run_events(found),
        *record_events(found),
        *waiver_events(found),
        *paper_events(found),
        *release_events(found),
        *message_events(found),
        *case_events(found),
        *check_events(found),
        *_refused(found),
        *_shown(found),
    ]
    events.sort(key=lambda event: event.at)
    return Trail(request, found, tuple(_phased(events)))


def _phased(events: Iterable[Event]) -> Iterable[Event]:
    """What has no phase of its own happened in the phase the request was in."""
    now = Phase.CHECKS
    for event in events:
        if event.phase is None:
            event.phase = now
        now = event.phase
        yield event


def _requested(found: Records) -> Iterable[Event]:
    """Drafted, changed, submitted, closed: from the histories of the request and its lines, one event for each act."""
    rows = found.histories["disbursement"] + found.histories["payeeline"]
    before = previous(found.histories["disbursement"]) | previous(found.histories["payeeline"])
    for rows_of_act in batches(rows):
        heads = [row for row in rows_of_act if row._meta.model is Disbursement.history.model]  # type: ignore[attr-defined]
        lines = [row for row in rows_of_act if row not in heads]
        if any(row.history_type == "+" for row in heads):
            yield _drafted(found, heads[0], lines)
            continue
        for row in heads:
            yield from _moved(found, before.get(row.history_id), row)
        changed = _content_changed(found, heads, lines, before)
        if changed is not None:
            yield changed


def _drafted(found: Records, row: Any, lines: list[Any]) -> Event:
    payees = f"{len(lines)} payee{'' if len(lines) == 1 else 's'}"
    return Event(
        at=row.history_date,
        on=row.drafted_on,
        title="Drafted",
        who=found.stamped(row),
        phase=Phase.CHECKS,
        text=f"{row.title}. {figures(row.amount)} to {payees}, through {row.pay_to}.",
        origin=said_origin(row.address, row.request_id),
        icon="pencil-square",
        tone="blue",
    )


def _moved(found: Records, old: Any, new: Any) -> Iterable[Event]:
    if old is None or old.state == new.state:
        return
    common = {"at": new.history_date, "who": found.stamped(new), "origin": said_origin(new.address, new.request_id)}
    if new.state == "submitted":
        again = "" if new.submission == 1 else f" Signatures of submission {new.submission - 1} no longer count."
        yield Event(
            **common,
            on=new.waiting_since,
            title="Submitted" if new.submission == 1 else f"Submitted again, time {new.submission}",
            phase=Phase.CHECKS,
            text=f"{new.history_change_reason}.{again} Content bound: {short(new.digest)}.",
            icon="arrow-right",
            tone="blue",
        )
    elif new.state in TOLD:
        title, phase = TOLD[new.state]
        icon = "check-circle-fill" if new.state == "closed" else "check-lg"
        yield Event(**common, on=new.waiting_since, title=title, phase=phase, icon=icon)


def _content_changed(found: Records, heads: list[Any], lines: list[Any], before: dict[int, Any]) -> Event | None:
    """One event with every old and new value of the request and its lines; None where nothing of the content changed."""
    rows: list[changes.Change] = []
    for row in heads:
        rows += differences(before[row.history_id], row, "", found.names) if row.history_id in before else []
    pairs = replaced(lines) + [(before.get(row.history_id), row) for row in lines if row.history_type == "~"]
    for old, new in pairs:
        rows += differences(old, new, (new or old).payee_name, found.names)
    if not rows:
        return None
    last = (lines or heads)[-1]
    return Event(
        at=last.history_date,
        title="Changed",
        who=found.stamped(last),
        kinds=CHANGED,
        text=f"Reason: {last.history_change_reason}" if last.history_change_reason else "",
        origin=said_origin(last.address, last.request_id),
        icon="pencil-square",
        tone="blue",
        changes=rows,
        bank=any(touches_bank(old, new) for old, new in pairs),
    )


def _refused(found: Records) -> Iterable[Event]:
    for row in found.refused:
        yield Event(
            at=row.at,
            title=f"Refused: {said_action(row.action)}",
            who=found.who(row.user_id),
            kinds=frozenset({Kind.REFUSED}),
            text=row.detail,
            origin=said_origin(row.address, row.request_id),
            icon="slash-circle",
            tone="red",
            proof=f"refusal {row.pk}",
        )


def _shown(found: Records) -> Iterable[Event]:
    """Looks at whole CNICs, telephones and accounts."""
    for row in found.looks:
        yield Event(
            at=row.at,
            title=f"Shown: {row.get_what_display()} of {row.subject}",
            who=found.who(row.shown_to_id),
            kinds=frozenset({Kind.SHOWN}),
            text=f"Reason: {row.reason}",
            origin=said_origin(row.address, row.request_id),
            icon="eye",
            tone="blue",
        )


def said_action(action: str) -> str:
    """'disbursement_decide' -> 'disbursement decide'; addresses without a name say so."""
    return action.replace("_", " ") or "an address without a name"
