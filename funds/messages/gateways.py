"""Ways out for messages. A ministry names its own by MESSAGE_GATEWAY: any class with `repeats_safely` and `send`."""

import os
import smtplib
import sys
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string


class NotTaken(Exception):
    """The gateway is away or busy and took nothing; later it may."""


class Turned(Exception):
    """The gateway will never take this message; the text says why, without the number."""


class Unseen(Exception):
    """The connection broke in the middle: it is not known whether the gateway took it."""


class Gateway(Protocol):
    """`repeats_safely`: a message sent again with its key goes out once, so that a call whose end nobody saw is made again."""

    repeats_safely: bool

    def send(self, *, key: str, to: str, text: str) -> str:
        """Hands the message over; `to` is 03XXXXXXXXX. Returns the gateway's own number. Raises: NotTaken, Turned, Unseen."""


class FileGateway:
    """Each message is a file named by its key, readable by its owner only; for practice, and for a program that fetches them."""

    repeats_safely = True

    def send(self, *, key: str, to: str, text: str) -> str:
        outbox = Path(settings.MESSAGE_OUTBOX)
        path = outbox / f"{key}.txt"
        try:
            outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = path.with_name(f".{key}.{os.getpid()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(f"{to}\n{text}\n")
            draft.replace(path)
        except OSError as error:
            raise NotTaken(f"the outbox cannot be written: {error.strerror}") from error
        return path.name


class ConsoleGateway:
    """Prints what would be sent, with the number masked."""

    repeats_safely = False

    def send(self, *, key: str, to: str, text: str) -> str:
        sys.stdout.write(f"{key} to {to[:4]}****{to[-3:]}: {text}\n")
        return key


class MailGateway:
    """By Django's mail to an operator's gateway from mail to SMS: 03XXXXXXXXX@MESSAGE_MAIL_DOMAIN."""

    repeats_safely = False

    def send(self, *, key: str, to: str, text: str) -> str:
        number = f"<{key}@{settings.MESSAGE_MAIL_DOMAIN}>"
        mail = EmailMessage(
            "", text, settings.DEFAULT_FROM_EMAIL, [f"{to}@{settings.MESSAGE_MAIL_DOMAIN}"],
            headers={"Message-ID": number},
        )  # fmt: skip
        try:
            mail.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            raise Turned("the mail server refused it") from error
        except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
            raise Unseen("the mail server did not answer to the end") from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken("the mail server is away") from error
        return number


def gateway() -> Gateway:
    """The one that is set. Raises: ImproperlyConfigured where there is none of this name."""
    try:
        made: Gateway = import_string(settings.MESSAGE_GATEWAY)()
    except ImportError as error:
        raise ImproperlyConfigured(f"MESSAGE_GATEWAY is {settings.MESSAGE_GATEWAY!r}: {error}.") from error
    return made
