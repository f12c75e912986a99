"""What happened to the papers behind a request, as events of its trail: attached, withdrawn, waived."""

from collections.abc import Iterable
from itertools import groupby

from audit.changes import TOGETHER
from audit.events import Event, Kind, said_origin
from audit.records import Records
from beneficiaries.models import Paper

PAPER = frozenset({Kind.PAPER})
TOLD = 6


def paper_events(found: Records) -> Iterable[Event]:
    """One event for the papers of one act; each withdrawal and waiver by itself."""
    for rows in _acts(found.papers):
        last = rows[-1]
        yield Event(
            at=last.recorded_at,
            title="Paper attached" if len(rows) == 1 else f"{len(rows)} papers attached",
            who=found.who(last.added_by_id),
            kinds=PAPER,
            text=_named(rows),
            origin=said_origin(last.address, last.request_id),
            icon="file-earmark-text",
            tone="blue",
            url=last.get_absolute_url() if len(rows) == 1 else last.case.get_absolute_url(),
        )
    for gone in found.withdrawals:
        yield Event(
            at=gone.recorded_at,
            title=f"Paper withdrawn: {gone.paper.kind}",
            who=found.who(gone.withdrawn_by_id),
            kinds=PAPER | {Kind.CHANGE},
            text=f"Of {gone.paper.case.number}. Reason: {gone.reason}",
            origin=said_origin(gone.address, gone.request_id),
            icon="arrow-return-left",
            tone="violet",
            url=gone.paper.get_absolute_url(),
        )
    for waived in found.paper_waivers:
        yield Event(
            at=waived.recorded_at,
            title=f"Paper waived: {waived.kind}",
            who=found.who(waived.waived_by_id),
            kinds=PAPER | {Kind.DECISION},
            text=f"Of {waived.case.number}. Reason: {waived.reason}",
            origin=said_origin(waived.address, waived.request_id),
            icon="exclamation-triangle-fill",
            tone="amber",
            url=waived.case.get_absolute_url(),
        )


def _acts(papers: list[Paper]) -> Iterable[list[Paper]]:
    """Papers that one person added to one case within moments."""
    for _, group in groupby(papers, key=lambda row: (row.case_id, row.added_by_id)):
        rows: list[Paper] = []
        for row in group:
            if rows and row.recorded_at - rows[-1].recorded_at >= TOGETHER:
                yield rows
                rows = []
            rows.append(row)
        yield rows


def _named(rows: list[Paper]) -> str:
    names = "; ".join(f"{row} ({row.sha256[:12]})" for row in rows[:TOLD])
    more = f" and {len(rows) - TOLD} more" if len(rows) > TOLD else ""
    return f"{rows[-1].case.number}: {names}{more}"
