"""What a trail is made of: events with who, when, what and why; no database."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What the reader may filter by; an event may be of several kinds."""

    DECISION = "decisions"
    CHANGE = "changes"
    MONEY = "money"
    PAPER = "papers"
    REFUSED = "refused"
    SHOWN = "shown"


class Phase(StrEnum):
    """The headings of the time line."""

    CHECKS = "Request and checks"
    APPROVAL = "Approval"
    PAYMENT = "Voucher and payment"
    RECEIPT = "Receipt and release"


@dataclass(frozen=True, slots=True)
class Booked:
    """One account of a posted entry, its lines on one side added up; rupees."""

    account: str
    debit: Decimal | None
    credit: Decimal | None


@dataclass(frozen=True, slots=True)
class Who:
    """A person as the record names them: name, and post or roles as they were."""

    id: int | None
    name: str
    post: str = ""

    def __str__(self) -> str:
        return f"{self.name}, {self.post}" if self.post else self.name


NOBODY = Who(None, "nobody signed in")


@dataclass(slots=True)
class Event:
    """One thing that happened. `at` is when it was recorded, `on` the date of the act where that may differ."""

    at: datetime
    title: str
    who: Who
    on: date | None = None
    kinds: frozenset[Kind] = frozenset()
    phase: Phase | None = None  # None: whatever phase the request was in
    text: str = ""
    origin: str = ""
    icon: str = "check-lg"
    tone: str = "green"
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    lines: list[Booked] = field(default_factory=list)
    proof: str = ""
    url: str = ""
    bank: bool = False  # changes whom or where to the money goes

    @property
    def late(self) -> bool:
        """Whether it was recorded on another day than it is dated."""
        return self.on is not None and self.on != self.at.date()


def short(digest: str) -> str:
    """'7f3a…c21d', as the trail names a content."""
    return f"{digest[:4]}…{digest[-4:]}" if digest else ""


def said_origin(address: str, request_id: str) -> str:
    """'Address 10.20.4.17, request c9e1…04'; empty for work done by a command."""
    parts = [f"Address {address}"] if address else []
    parts += [f"request {request_id[:4]}…{request_id[-2:]}"] if request_id else []
    return ", ".join(parts)
