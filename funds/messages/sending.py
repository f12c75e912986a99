"""What a worker does about a notice: writes the messages, a few at a time, and hands each to the gateway at most once.

A text holds an amount and a number of the request: no name, no CNIC, no case.
"""

from datetime import date

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from beneficiaries.models import Person
from beneficiaries.offices.policies import in_force
from beneficiaries.people.contact import Contact, contact_of
from beneficiaries.people.merged import kept_for
from funds.jobs.running import NotYet, Run, finished
from funds.messages.gateways import Gateway, NotTaken, Turned, Unseen, gateway
from funds.models import Instrument, Message, MessageEvent, MessageText, PayeeLine
from funds.models.messages import Occasion
from ledger.clock import today
from ledger.errors import WrongState
from ledger.money import grouped

What = MessageEvent.What
PIECE = 100  # messages written at a time
OPEN = (What.BEGUN, What.FAILED)  # last events after which a message is still to be sent


def tell(run: Run, by: User) -> None:
    """Writes what is not written yet and sends what is not sent yet. Raises: NotYet where the gateway took nothing of some."""
    messages = _written(run)
    out, late = gateway(), ""
    total, left = messages.count(), waiting(messages)
    done = total - left.count()
    run.begin(total)
    run.step(done)
    for message in left.order_by("pk").iterator(PIECE):
        if problem := _send(message, out):
            late = problem
        else:
            done += 1
        run.step(done)
    if late:
        raise NotYet(f"Messages were not taken: {late}")
    with transaction.atomic():
        finished(run)


def waiting(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Those with an address whose last event is none of an end."""
    rows = messages.filter(unsent="").annotate(last=last_event())
    return rows.filter(Q(last=None) | Q(last__in=OPEN))


def last_event() -> Subquery:
    """What became last of each message of a query; None while it was not begun."""
    return Subquery(MessageEvent.objects.filter(message=OuterRef("pk")).order_by("-serial").values("what")[:1])


def _written(run: Run) -> QuerySet[Message]:
    """The messages of the notice, written by this attempt or one before it, in the order of the lines."""
    given = run.job.arguments
    occasion = Occasion(given["occasion"])
    lines = PayeeLine.objects.filter(disbursement=given["disbursement"], payee_kind=PayeeLine.PayeeKind.PERSON)
    paid: dict[int, int] = {}
    if occasion is not Occasion.SANCTION:
        paid = dict(Instrument.objects.filter(pk__in=given["instruments"]).values_list("line", "pk"))
        lines = lines.filter(pk__in=paid)
    if "line" in given:
        lines = lines.filter(pk=given["line"])
    texts = _texts(occasion, on=today())
    told = Message.objects.filter(job=run.job)
    while part := list(_after(lines, told)):
        rows = [_message(run, line, occasion, paid.get(line.pk), texts) for line in part]
        try:
            with transaction.atomic():
                run.hold()
                Message.objects.bulk_create(rows)
        except IntegrityError as error:
            raise NotYet("A telephone or a wish was changed in between") from error
    return told


def _after(lines: QuerySet[PayeeLine], told: QuerySet[Message]) -> QuerySet[PayeeLine]:
    """The next lines without a message."""
    last = told.aggregate(last=Max("line"))["last"] or 0
    rows = lines.filter(pk__gt=last).select_related("person__guardian", "disbursement")
    return rows.order_by("pk")[:PIECE]


def _texts(occasion: Occasion, *, on: date) -> dict[str, MessageText]:
    """The text of each language in force. Raises: WrongState where there is none."""
    rows = MessageText.objects.filter(in_force(on), occasion=occasion).order_by("effective_from")
    if not (found := {row.language: row for row in rows}):
        raise WrongState(f"No text for “{occasion.label}” is in force. Load the pack.")
    return found


def _message(
    run: Run, line: PayeeLine, occasion: Occasion, instrument: int | None, texts: dict[str, MessageText]
) -> Message:
    person, contact = told_person(line)
    text = texts.get(contact.language) or next(iter(texts.values()))
    unsent = Message.Unsent.NO_CONTACT if contact.stop else "" if person.phone else Message.Unsent.NO_ADDRESS
    return Message(
        job=run.job,
        disbursement=line.disbursement,
        line=line,
        instrument_id=instrument,
        person=person,
        occasion=occasion,
        language=text.language,
        text=text.text.format(amount=grouped(line.amount), reference=line.disbursement.number),
        version=text,
        phone="" if unsent else person.phone,
        unsent=unsent,
        key=f"{run.job.pk}-{line.pk}",
    )


def told_person(line: PayeeLine) -> tuple[Person, Contact]:
    """Who is told about the line, the guardian for a minor, and what was wished; a stop of either of the two holds."""
    assert line.person is not None, "a line that pays a person names it"
    person = kept_for(line.person)
    wish = contact_of(person)
    if not person.is_minor or person.guardian is None:
        return person, wish
    guardian = kept_for(person.guardian)
    theirs = contact_of(guardian)
    return guardian, Contact(wish.stop or theirs.stop, theirs.language)


def _send(message: Message, out: Gateway) -> str:
    """One message, begun before the gateway is called. Returns why it was not taken for now, or nothing."""
    last = message.events.order_by("-serial").first()
    if last is not None and last.what == What.BEGUN and not out.repeats_safely:
        note(message, What.UNKNOWN, words="The worker stopped while it was being sent.")
        return ""
    if (last is None or last.what == What.FAILED) and told_person(message.line)[1].stop:
        note(message, What.WITHHELD)
        return ""
    note(message, What.BEGUN)
    try:
        reference = out.send(key=message.key, to=message.phone, text=message.text)
    except NotTaken as error:
        note(message, What.FAILED, words=str(error))
        return str(error)
    except Unseen as error:
        note(message, What.UNKNOWN, words=str(error))
    except Turned as error:
        note(message, What.REFUSED, words=str(error))
    else:
        note(message, What.SENT, reference=reference)
    return ""


def note(
    message: Message, what: MessageEvent.What, *, reference: str = "", words: str = "", by: User | None = None
) -> MessageEvent:
    """The next event of a message."""
    last = message.events.order_by("-serial").values_list("serial", flat=True).first() or 0
    return MessageEvent.objects.create(
        message=message, serial=last + 1, what=what, reference=reference[:120], words=words[:200], by=by
    )
