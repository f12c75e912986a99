"""The messages of a request, and one told anew by a person: another message, to the telephone that is on record now."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Prefetch, QuerySet

from funds.disbursements import get_disbursement
from funds.jobs import queue
from funds.messages.sending import last_event, note, told_person
from funds.models import Disbursement, Job, Message, MessageEvent
from funds.readers import OF_REQUESTS, seen
from ledger.errors import NotFound, WrongState
from ledger.roles import Role, require_role

What = MessageEvent.What
RESENDERS = (Role.CASE_OFFICER, Role.DDO)
OVER = (What.FAILED, What.REFUSED, What.UNKNOWN, What.WITHHELD)


def visible_messages(user: User) -> QuerySet[Message]:
    """Messages about requests the user sees, each with its events and with `last`, what became of it last."""
    rows = seen(Message.objects.all(), by=user, path="disbursement__office")
    events = Prefetch("events", MessageEvent.objects.select_related("by").order_by("serial"))
    return rows.select_related("line", "disbursement", "job").prefetch_related(events).annotate(last=last_event())


def of_request(disbursement: int, *, by: User) -> tuple[Disbursement, QuerySet[Message]]:
    """Raises: NotAllowed, NotFound."""
    require_role(by, *OF_REQUESTS, action="see messages to payees")
    request = get_disbursement(disbursement, by=by)
    return request, visible_messages(by).filter(disbursement=request).order_by("-pk")


def not_told_yet(request: Disbursement) -> int:
    """How many notices of the request wait for a worker."""
    rows = Job.objects.filter(kind=Job.Kind.TELL, state__in=Job.OPEN, arguments__disbursement=request.pk)
    return rows.filter(messages=None).count()


def state_of(row: Message) -> str:
    """no_address, no_contact, waiting, begun, sent, failed, refused, unknown, withheld or again."""
    last: str | None = row.last  # type: ignore[attr-defined]
    return last or row.unsent or "waiting"


def may_resend(row: Message) -> bool:
    """Whether the message did not reach anybody, and nobody told it anew since."""
    state = state_of(row)
    return state in OVER or state in Message.Unsent.values


@transaction.atomic
def resend(*, message: int, by: User) -> Message:
    """Tells the payee anew: as the person is on record now. The message that did not arrive ends with that.

    Raises: NotAllowed, NotFound, WrongState for one that went out, waits, or was told anew already, and for somebody who is not
    to be contacted or has no telephone.
    """
    require_role(by, *RESENDERS, action="send a message again")
    row = visible_messages(by).filter(pk=message).first()
    if row is None:
        raise NotFound("There is no such message in your office.")
    Disbursement.objects.select_for_update().get(pk=row.disbursement_id)
    row = visible_messages(by).get(pk=message)
    if not may_resend(row):
        raise WrongState(f"This message is not one to send again: {label_of(row).lower()}.", ids=(row.pk,))
    person, wish = told_person(row.line)
    if wish.stop:
        raise WrongState(f"{person.name} is not to be contacted: {wish.stop}", ids=(row.pk,), code="no_contact")
    if not person.phone:
        raise WrongState(f"No telephone of {person.name} is on record. Correct the record first.", ids=(row.pk,))
    note(row, What.AGAIN, by=by)
    queue.enqueue(
        Job.Kind.TELL,
        title=f"{row.get_occasion_display()}, anew: {row.disbursement.number}",
        arguments={
            "occasion": row.occasion,
            "disbursement": row.disbursement_id,
            "instruments": [row.instrument_id] if row.instrument_id else [],
            "line": row.line_id,
        },
        office=row.disbursement.office,
        by=by,
    )
    return visible_messages(by).get(pk=message)


def label_of(row: Message) -> str:
    """Its state in words."""
    state = state_of(row)
    if state in Message.Unsent.values:
        return str(Message.Unsent(state).label)
    return "Waiting" if state == "waiting" else str(What(state).label)
