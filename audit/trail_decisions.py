"""Who decided on a request, who stands apart from it, and chains that ended by themselves, as events of its trail."""

from collections.abc import Iterable
from typing import Any

from audit.events import Booked, Event, Kind, Phase, Who, said_origin, short
from audit.records import Records
from funds.committee import minutes_words
from funds.models import Conflict, Decision
from ledger.roles import Role

DECIDED = frozenset({Kind.DECISION})
CHANGED = frozenset({Kind.CHANGE})


def decided_events(found: Records) -> Iterable[Event]:
    """Each decision on the request; the one that sanctions with its entry."""
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


def apart_events(found: Records) -> Iterable[Event]:
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
