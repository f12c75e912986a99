"""The trail of one request: everything that happened to it, on one time line, from the records and never from a summary."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from audit import changes, records
from audit.changes import batches, differences, previous, replaced, touches_bank
from audit.events import Booked, Event, Kind, Phase, Who, said_origin, short
from audit.records import Records
from audit.trail_cases import case_events
from audit.trail_checks import check_events
from audit.trail_meetings import meeting_events
from audit.trail_money import payment_events
from audit.trail_papers import paper_events
from audit.trail_releases import release_events
from beneficiaries.identity import masked_cnic
from funds.committee import minutes_words
from funds.disbursements import get_disbursement
from funds.models import Conflict, Decision, Disbursement
from ledger.money import figures
from ledger.roles import Role

DECIDED = frozenset({Kind.DECISION})
CHANGED = frozenset({Kind.CHANGE})
# A move of the request that a decision, a voucher or an instrument tells already is not told twice.
TOLD = {
    "paid": ("Paid: every payee has an instrument", Phase.PAYMENT),
    "cleared": ("Cleared: the bank has paid every payee", Phase.PAYMENT),
    "acknowledged": ("Acknowledged: every receipt is in", Phase.RECEIPT),
    "closed": ("Closed", Phase.RECEIPT),
}
ABOUT = {
    "case": "Case opened",
    "reliefcase": "Relief case described",
    "prisonercase": "Prisoner described",
    "courtorder": "Court order recorded",
    "obligation": "Obligation recorded",
    "heir": "Heirs recorded",
    "person": "Registered",
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
        *_decided(found),
        *_apart(found),
        *meeting_events(found),
        *payment_events(found),
        *_around(found),
        *_waived(found),
        *paper_events(found),
        *release_events(found),
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


def _decided(found: Records) -> Iterable[Event]:
    sanction, minuted = found.sanction, minutes_words.adoptions_of(found.decisions)
    for row in found.decisions:
        approved = row.outcome == Decision.Outcome.APPROVED
        sanctioned = approved and row.step.last and sanction is not None
        entries = [entry for entry in found.entries if sanction and entry.pk == sanction.entry_id]
        title = row.step.act if approved else _turned(row)
        remark = f"“{row.reason}” " if row.reason else ""
        if row.ground:
            remark = f"{row.ground}. {remark}"
        if row.minutes_item_id in minuted:
            remark = f"{row.step.committee}, {minutes_words.words(minuted[row.minutes_item_id])}. {remark}"
        yield Event(
            at=row.recorded_at,
            on=row.decided_on,
            title=f"{title}: {sanction.number}" if sanctioned and sanction else title,
            who=Who(row.decided_by_id, row.name, row.seat),
            kinds=DECIDED | ({Kind.MONEY, Kind.PAPER} if sanctioned else set()),
            phase=Phase.CHECKS if row.step.role == Role.VERIFIER else Phase.APPROVAL,
            text=f"{remark}Content signed: {short(row.digest)}.",
            origin=said_origin(row.address, row.request_id),
            icon="pen-fill" if sanctioned else "check-lg" if approved else "arrow-return-left",
            tone="green" if approved else "red" if row.outcome == "rejected" else "violet",
            lines=_lines(found, entries) if sanctioned else [],
            proof=_proof(entries) if sanctioned else "",
        )


def _turned(row: Decision) -> str:
    """What a decision against the request is called."""
    if row.outcome == Decision.Outcome.RETURNED:
        return f"Returned to step {row.back_to}" if row.back_to else "Returned for correction"
    return "Recused" if row.outcome == Decision.Outcome.RECUSED else "Rejected"


def _conflict_ended(row: Conflict) -> Event:
    ending = row.ending
    return Event(
        at=ending.recorded_at,
        on=ending.ended_on,
        title=f"Conflict of {row.name} with {row.about} ended",
        who=Who(ending.ended_by_id, ending.name, ending.post),
        kinds=DECIDED,
        text=f"“{ending.reason}”",
        origin=said_origin(ending.address, ending.request_id),
        icon="slash-circle",
        tone="grey",
        proof=f"end of conflict {row.pk}",
    )


def _apart(found: Records) -> Iterable[Event]:
    """Conflicts of interest that touch the request, and chains that ended by what changed under them."""
    for row in found.conflicts:
        yield Event(
            at=row.recorded_at,
            on=row.declared_on,
            title=f"Conflict of interest declared with {row.about}",
            who=Who(row.declared_by_id, row.name, row.post),
            kinds=DECIDED,
            text=f"{row.ground}. “{row.reason}”",
            origin=said_origin(row.address, row.request_id),
            icon="slash-circle",
            tone="violet",
            proof=f"conflict {row.pk}",
        )
        if row.ended:
            yield _conflict_ended(row)
    for void in found.voids:
        yield Event(
            at=void.recorded_at,
            title="Chain void by a change",
            who=found.who(void.caused_by_id),
            kinds=CHANGED,
            text=f"Written by the system. {void.cause}",
            origin=said_origin(void.address, void.request_id),
            icon="arrow-return-left",
            tone="red",
            changes=[(void.field, void.before, void.after)],
            proof=f"note {void.pk}",
        )


def _lines(found: Records, entries: Iterable[Any]) -> list[Booked]:
    return [line for entry in entries for line in found.booked.get(entry.pk, [])]


def _proof(entries: Iterable[Any]) -> str:
    numbers = [str(entry.pk) for entry in entries]
    return f"entry {', '.join(numbers)}" if numbers else ""


def _around(found: Records) -> Iterable[Event]:
    """What happened to the cases, orders, heirs and people behind the payee lines."""
    for name, title in ABOUT.items():
        rows = found.histories[name]
        before = previous(rows)
        for act in batches(rows):
            yield from _about(found, title, act, before)


def _about(found: Records, title: str, act: list[Any], before: dict[int, Any]) -> Iterable[Event]:
    last = act[-1]
    common: dict[str, Any] = {
        "at": last.history_date,
        "who": found.stamped(last),
        "origin": said_origin(last.address, last.request_id),
        "text": f"Reason: {last.history_change_reason}" if last.history_change_reason else "",
    }
    released = [row for row in act if _released(before.get(row.history_id), row)]
    if released:
        row = released[-1]
        text = f"Court order and jail certificate: {row.release_reference}"
        common |= {"text": text, "on": row.released_on}
        yield Event(
            **common,
            title="Release recorded",
            kinds=frozenset({Kind.PAPER}),
            phase=Phase.RECEIPT,
            icon="box-arrow-right",
        )
        return
    added = [row for row in act if row.history_type == "+"]
    if added and len(added) == len(act):
        names = "; ".join(_subject(found, row) for row in added[:6])
        more = f" and {len(added) - 6} more" if len(added) > 6 else ""
        common |= {"text": names + more, "on": getattr(last, "opened_on", None)}
        yield Event(**common, title=title, icon="file-earmark-text", tone="blue")
        return
    rows: list[changes.Change] = []
    for row in act:
        old, new = before.get(row.history_id), None if row.history_type == "-" else row
        rows += differences(old if row.history_type != "+" else None, new, _subject(found, row), found.names)
    if rows:
        bank = any(change[0].startswith("CNIC") for change in rows)
        yield Event(
            **common, title="Changed", kinds=CHANGED, icon="pencil-square", tone="blue", changes=rows, bank=bank
        )


def _waived(found: Records) -> Iterable[Event]:
    """Shares that heirs gave up before the court, and waivers set aside."""
    for row in found.share_waivers:
        heir = row.heir
        yield Event(
            at=row.recorded_at,
            on=row.decided_on,
            title=f"{row.get_act_display()}: {heir.person}, {heir.kinship}, {heir.share}",
            who=found.who(row.recorded_by_id),
            kinds=frozenset({Kind.PAPER}),
            text=f"{row.reference}: {row.reason}",
            icon="file-earmark-text",
            tone="blue",
            proof=f"waiver {row.pk}",
        )


def _released(old: Any, new: Any) -> bool:
    return getattr(new, "released_on", None) is not None and getattr(old, "released_on", None) is None


def _subject(found: Records, row: Any) -> str:
    """Which record a history row is about, in a few words."""
    name = row._meta.model_name.removeprefix("historical")
    if name == "person":
        return f"{row.name}, CNIC {masked_cnic(row.cnic)}" if row.cnic else row.name
    if name == "heir":
        person = found.names.get(("person", row.person_id), f"person {row.person_id}")
        return f"{person}, {row.kinship}, {row.share_numerator}/{row.share_denominator}"
    if name == "obligation":
        return f"{row.get_kind_display()} {figures(row.amount_ordered)}"
    if name == "courtorder":
        return f"Order {row.number} of {row.decided_on:%-d %b %Y}"
    if name in ("reliefcase", "prisonercase"):
        return found.names.get(("case", row.case_id), f"case {row.case_id}")
    return str(getattr(row, "number", row.id))


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
