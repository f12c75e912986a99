"""What was checked around a request, as events of its trail: rules of eligibility, the watch list, means, complaints."""

from collections.abc import Iterable
from itertools import groupby

from audit.events import Event, Kind, Phase, said_origin
from audit.records import Records
from beneficiaries.views.means import said as said_means
from funds.entitlement.facts import MET

CHECKED = frozenset({Kind.DECISION})
PAPER = frozenset({Kind.PAPER})


def check_events(found: Records) -> Iterable[Event]:
    """One event for the answers of one submission; each override, hit, judgement, evidence and complaint by itself."""
    yield from _eligibility(found)
    yield from _screening(found)
    yield from _means(found)
    yield from _complaints(found)


def _eligibility(found: Records) -> Iterable[Event]:
    at = {row.submission: row for row in found.histories["disbursement"] if row.state == "submitted"}
    for submission, rows in groupby(found.findings, key=lambda row: row.submission):
        answers, moved = list(rows), at.get(submission)
        if moved is None:
            continue
        told = "; ".join(f"{row.rule}, {row.case.number}: {row.said}" for row in answers if row.verdict != MET)
        yield Event(
            at=moved.history_date,
            on=moved.waiting_since,
            title=f"Rules of eligibility asked: {sum(row.verdict == MET for row in answers)} of {len(answers)} met",
            who=found.stamped(moved),
            phase=Phase.CHECKS,
            text=told[:600],
            icon="check-lg",
            tone="amber" if told else "green",
        )
    for row in found.overrides:
        yield Event(
            at=row.recorded_at,
            title=f"Rule overridden: {row.rule}",
            who=found.who(row.overridden_by_id),
            kinds=CHECKED,
            phase=Phase.CHECKS,
            text=f"Case {row.case.number}. {row.said} Reason: {row.reason}",
            origin=said_origin(row.address, row.request_id),
            icon="exclamation-triangle-fill",
            tone="amber",
            proof=f"override {row.pk}",
        )


def _screening(found: Records) -> Iterable[Event]:
    for hit in found.hits:
        yield Event(
            at=hit.recorded_at,
            title=f"Watch list: {hit.subject} looks like {hit.entry}",
            who=found.who(None),
            text=f"{hit.get_occasion_display()}. {hit.why}",
            origin=said_origin(hit.address, hit.request_id),
            icon="exclamation-triangle-fill",
            tone="amber",
            proof=f"hit {hit.pk}",
            url=hit.get_absolute_url(),
        )
    for row in found.judgements:
        yield Event(
            at=row.recorded_at,
            title=f"Watch list, {row.hit.subject}: {row.get_outcome_display()}",
            who=found.who(row.judged_by_id),
            kinds=CHECKED,
            text=f"Reason: {row.reason}",
            origin=said_origin(row.address, row.request_id),
            icon="check-lg" if row.outcome == "cleared" else "slash-circle",
            tone="green" if row.outcome == "cleared" else "red",
            proof=f"judgement {row.pk}",
            url=row.hit.get_absolute_url(),
        )


def _means(found: Records) -> Iterable[Event]:
    for row in found.means:
        yield Event(
            at=row.recorded_at,
            on=row.shown_on,
            title=f"{row.get_what_display()} of {row.person} recorded",
            who=found.who(row.recorded_by_id),
            kinds=PAPER,
            text=f"{said_means(row)}. Shown by: {row.source}",
            origin=said_origin(row.address, row.request_id),
            icon="file-earmark-text",
            tone="blue",
            proof=f"evidence {row.pk}",
        )


def _complaints(found: Records) -> Iterable[Event]:
    for row in found.complaints:
        yield Event(
            at=row.recorded_at,
            on=row.received_on,
            title=f"Complaint {row.number}: {row.category}",
            who=found.who(row.registered_by_id),
            text=f"{row.get_channel_display()}. {row.text[:300]}",
            origin=said_origin(row.address, row.request_id),
            icon="file-earmark-text",
            tone="violet",
            url=row.get_absolute_url(),
        )
    for step in found.complaint_steps:
        outcome = f": {step.get_outcome_display().lower()}" if step.outcome else ""
        yield Event(
            at=step.recorded_at,
            on=step.taken_on,
            title=f"Complaint {step.complaint.number}, {step.get_act_display().lower()}{outcome}",
            who=found.who(step.taken_by_id),
            kinds=CHECKED if step.act == "replied" else frozenset(),
            text=step.text[:300],
            origin=said_origin(step.address, step.request_id),
            icon="check-lg",
            tone="violet",
            url=step.complaint.get_absolute_url(),
        )
