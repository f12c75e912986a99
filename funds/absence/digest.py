"""The daily mail: what waits for an officer, what is overdue, what came back, which delegations begin or end.

It names requests by number, kind and amount only: no payee, no CNIC, no account and no free text, which might hold them.
"""

import logging
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.urls import reverse

from beneficiaries.models import Officer
from funds.absence import delegations, escalations
from funds.chain import consents
from funds.models import DigestSent, Disbursement, Escalation
from funds.requests import inbox
from funds.workflow import State
from ledger.clock import today
from ledger.errors import BadInput
from ledger.money import figures
from ledger.roles import Role

log = logging.getLogger(__name__)
MOST = 20  # requests named in one part
DAY = "%-d %b %Y"


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of the mail with its lines; `more` are those left out."""

    title: str
    lines: list[str]
    more: int = 0


@dataclass(slots=True)
class Run:
    """What a run did, by user name; `failed` are tried again by the next run."""

    day: date
    sent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    nothing: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


def receivers() -> list[Officer]:
    """The officers who get the mail: with an open account, an address, and the mail not switched off."""
    rows = Officer.objects.filter(user__is_active=True, daily_mail=True).exclude(user__email="")
    return list(rows.select_related("user", "office").order_by("pk"))


def parts_for(user: User) -> list[Part]:
    """What there is to tell the user today; an empty list where nothing waits."""
    waiting = list(inbox.mine(user))
    late = [row for row in waiting if row.due < today()]  # type: ignore[attr-defined]
    told = escalations.of_requests(late)
    asked = len(consents.waiting_for(user))
    back = list(inbox.my_drafts(user).filter(state=State.RETURNED))
    found = [
        _part("Waiting for you", [_request(row, f"due {row.due:{DAY}}") for row in waiting]),  # type: ignore[attr-defined]
        _part("Of these overdue", [_request(row, _reminded(row, told.get(row.pk))) for row in late]),
        _part("Escalated to you", [_escalated(row) for row in escalations.to_me(user)]),
        _part("Came back to you", [_request(row, f"since {row.waiting_since:{DAY}}") for row in back]),
        _part("Waits for your consent", [_count(asked, "proposal")] if asked else []),
        _part("Delegations", _delegations(user)),
    ]
    return [part for part in found if part.lines]


def _part(title: str, lines: list[str]) -> Part:
    return Part(title, lines[:MOST], max(0, len(lines) - MOST))


def _count(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _request(row: Disbursement, note: str) -> str:
    return f"{row.number}, {row.get_kind_display().lower()}, {figures(row.amount)}, {note}"


def _reminded(row: Any, told: Escalation | None) -> str:
    names = sorted({each.name for each in told.reminders.all()}) if told else []
    late = _count((today() - row.due).days, "day")
    return f"{late} late" + (f", reminded by {', '.join(names)}" if names else "")


def _escalated(row: Escalation) -> str:
    late = _count((today() - row.due_on).days, "day")
    return _request(row.disbursement, f"{late} late, waits for the {Role(row.step.role).label.lower()}")


def _delegations(user: User) -> list[str]:
    """Those of the user that begin or end today or tomorrow."""
    days = (today(), today() + timedelta(days=1))
    rows = delegations.visible_delegations(user).filter(delegations.AGREED)
    rows = rows.filter(giver__user=user) | rows.filter(taker__user=user)
    told = []
    for row in rows.distinct().order_by("pk"):
        pair = f"{row.taker_name} for {row.giver_name}, up to {figures(row.ceiling)}"
        if row.starts_on in days:
            told.append(f"begins {row.starts_on:{DAY}}: {pair}")
        if row.ends_on in days:
            told.append(f"ends {row.ends_on:{DAY}}: {pair}")
    return told


def text_of(parts: list[Part], officer: Officer) -> str:
    """The mail as plain text."""
    blocks = [f"{officer.user.get_full_name()}, {officer.designation}"]
    for part in parts:
        rows = [f"- {line}" for line in part.lines]
        if part.more:
            rows.append(f"- and {part.more} more")
        blocks.append("\n".join([f"{part.title} ({len(part.lines) + part.more})", *rows]))
    home = f"{settings.PUBLIC_URL}{reverse('home')}"
    off = f"{settings.PUBLIC_URL}{reverse('daily_mail')}"
    blocks.append(f"Sign in: {home}\nSwitch this mail off: {off}")
    return "\n\n".join(blocks) + "\n"


def send(*, on: date | None = None) -> Run:
    """Sends each receiver the mail of the day, once. Where the mail server fails, the others still get theirs.

    `on` may be today only: the mail tells how things stand now. Raises: BadInput for another day.
    """
    done = Run(_today(on))
    for officer, parts in _open(done):
        getattr(done, _send(officer, parts, done.day)).append(officer.user.get_username())
    return done


def prepared(*, on: date | None = None) -> Run:
    """What `send` would send, by user name. Nothing is sent or recorded. Raises: as `send`."""
    done = Run(_today(on))
    done.texts = {officer.user.get_username(): text_of(parts, officer) for officer, parts in _open(done)}
    return done


def _today(on: date | None) -> date:
    if on not in (None, today()):
        text = f"The mail tells how things stand today, {today():{DAY}}. It cannot be made for {on:{DAY}}."
        raise BadInput(text, fields={"on": text})
    return today()


def _open(done: Run) -> Iterator[tuple[Officer, list[Part]]]:
    """Those who have not had the mail of the day and for whom something waits; the others are noted."""
    sent = set(DigestSent.objects.filter(day=done.day).values_list("officer_id", flat=True))
    for officer in receivers():
        if officer.pk in sent:
            done.before.append(officer.user.get_username())
        elif parts := parts_for(officer.user):
            yield officer, parts
        else:
            done.nothing.append(officer.user.get_username())


def _send(officer: Officer, parts: list[Part], day: date) -> str:
    """'sent', 'failed', or 'before' where another run was faster. The record stands only if the server took the mail."""
    subject = f"Relief Ledger, {day:{DAY}}: {parts[0].title.lower()} ({len(parts[0].lines) + parts[0].more})"
    mail = EmailMessage(subject, text_of(parts, officer), settings.DEFAULT_FROM_EMAIL, [officer.user.email])
    try:
        with transaction.atomic():
            lines = sum(len(part.lines) + part.more for part in parts)
            DigestSent.objects.create(officer=officer, day=day, lines=lines)
            mail.send()
    except IntegrityError:
        return "before"
    except (OSError, smtplib.SMTPException) as error:
        log.warning("The daily mail to %s was not taken: %s", officer.user.get_username(), error)
        return "failed"
    return "sent"
