"""What court and jail put on paper about the prisoners of a request, as events of its trail: recorded, withdrawn."""

from collections.abc import Iterable

from audit.events import Event, Kind, Phase, said_origin
from audit.records import Records
from beneficiaries.models import ReleaseStep

PAPER = frozenset({Kind.PAPER})


def release_events(found: Records) -> Iterable[Event]:
    """One event for each record but the release, which the history of the case tells, and one for each withdrawal."""
    for row in found.releases:
        if row.step != ReleaseStep.RELEASED:
            yield Event(
                at=row.recorded_at,
                on=row.happened_on,
                title=f"{row.get_step_display()} recorded",
                who=found.who(row.recorded_by_id),
                kinds=PAPER,
                phase=Phase.RECEIPT,
                text=f"{row.case.number}: {row.reference}{f'. {row.reason}' if row.reason else ''}",
                origin=said_origin(row.address, row.request_id),
                icon="file-earmark-text",
                tone="blue",
                url=row.paper.get_absolute_url() if row.paper else "",
            )
        gone = getattr(row, "withdrawal", None)
        if gone is not None:
            yield Event(
                at=gone.recorded_at,
                title=f"Record withdrawn: {row.get_step_display().lower()}",
                who=found.who(gone.withdrawn_by_id),
                kinds=PAPER | {Kind.CHANGE},
                phase=Phase.RECEIPT,
                text=f"Of {row.case.number}. Reason: {gone.reason}",
                origin=said_origin(gone.address, gone.request_id),
                icon="arrow-return-left",
                tone="violet",
            )
