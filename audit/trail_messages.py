"""What payees were told of a request, as events of its trail: one for each notice, with how many of its messages arrived."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse

from audit.events import Event, Kind, Who, said_origin
from audit.records import Records
from funds.messages.sending import last_event
from funds.models import Message, MessageEvent
from funds.models.messages import Occasion

PAPER = frozenset({Kind.PAPER})
OF_JOB = ("job", "occasion", "job__asked_by", "job__asked_by__first_name", "job__asked_by__last_name", "job__address",
          "job__request_id")  # fmt: skip


def message_events(found: Records) -> Iterable[Event]:
    """Counted by the database, whatever number of payees there are."""
    rows = Message.objects.filter(disbursement=found.request).annotate(last=last_event())
    counts = rows.values(*OF_JOB, "unsent", "last").annotate(many=Count("pk"), first=Min("made_at")).order_by("job")
    for _, group in groupby(counts, key=lambda row: row["job"]):
        states = list(group)
        one = states[0]
        yield Event(
            at=min(row["first"] for row in states),
            title=f"Payees told: {Occasion(one['occasion']).label.lower()}",
            who=Who(
                one["job__asked_by"], f"{one['job__asked_by__first_name']} {one['job__asked_by__last_name']}".strip()
            ),
            kinds=PAPER,
            text=", ".join(f"{row['many']:,} {_state(row)}" for row in states) + ".",
            origin=said_origin(one["job__address"], one["job__request_id"]),
            icon="arrow-right",
            tone="grey",
            url=reverse("messages", args=[found.request.pk]),
        )


def _state(row: dict[str, Any]) -> str:
    if row["last"]:
        return str(MessageEvent.What(row["last"]).label).lower()
    return str(Message.Unsent(row["unsent"]).label).lower() if row["unsent"] else "waiting"
