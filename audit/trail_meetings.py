"""Committees' meetings in the trail of a request: called, listed, called off, put off. What they decided is among the decisions."""

from collections.abc import Iterable

from django.utils.timezone import localtime

from audit.events import Event, Phase, short
from audit.records import Records
from funds.committee import minutes_words
from funds.models import AgendaItem


def meeting_events(found: Records) -> Iterable[Event]:
    """One event for each agenda the request came on, each such meeting that was called off, each time it was deferred."""
    for row in found.agenda:
        yield _listed(found, row)
        off = getattr(row.meeting, "called_off", None)
        if off is not None:
            yield Event(
                at=off.at,
                title=f"Meeting of {row.meeting.day:%-d %b %Y} called off",
                who=found.who(off.by_id),
                phase=Phase.APPROVAL,
                text=f"{row.meeting.committee}. “{off.reason}” The request waits for another meeting.",
                icon="slash-circle",
                tone="grey",
                url=row.meeting.get_absolute_url(),
            )
    for item in found.put_off:
        minutes = item.minutes
        yield Event(
            at=minutes.adoption.recorded_at,
            on=minutes.adoption.adopted_on,
            title=f"Deferred by the {minutes.meeting.committee}",
            who=found.who(minutes.recorded_by_id),
            phase=Phase.APPROVAL,
            text=f"Item {item.item.position} of {minutes_words.words(minutes.adoption)}. “{item.reason}”",
            icon="clock",
            tone="violet",
            url=minutes.meeting.get_absolute_url(),
        )


def _listed(found: Records, row: AgendaItem) -> Event:
    """The call, where the request stood on the agenda from the first; else the moment it was added."""
    meeting = row.meeting
    called = row.added_at == meeting.called_at
    earlier = (
        "" if called else f" Called by {found.who(meeting.called_by_id)}, {localtime(meeting.called_at):%-d %b %Y}."
    )
    verb = "Meeting called" if called else "Added to the agenda of a meeting"
    return Event(
        at=row.added_at,
        title=f"{verb}: {meeting.committee}, {meeting.day:%-d %b %Y}",
        who=found.who(row.added_by_id),
        phase=Phase.APPROVAL,
        text=f"{meeting.place}, item {row.position}.{earlier} Content listed: {short(row.digest)}.",
        icon="people",
        tone="blue",
        proof=f"agenda item {row.pk}",
        url=meeting.get_absolute_url(),
    )
