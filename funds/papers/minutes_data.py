"""What the minutes of a committee say. All of it comes as text, as it shall be read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attendee:
    """A member: name, post, part; `signed` says when they signed in the system, empty where they did not."""

    name: str
    post: str
    part: str
    signed: str = ""


@dataclass(frozen=True)
class Item:
    """One request of the agenda; `lines` are further sentences: payees, reasons, who took no part, what held it up."""

    number: int
    request: str
    subject: str
    amount: str
    words: str
    decision: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class MinutesPaper:
    """Agenda, draft or adopted minutes of one meeting. `signing` are those with a block to sign."""

    government: str
    ministry: str
    fund_name: str
    fund_note: str
    particulars: tuple[str, ...]
    title: str
    number: str
    mark: str
    facts: tuple[tuple[str, str], ...]
    present: tuple[Attendee, ...]
    absent: tuple[Attendee, ...]
    items: tuple[Item, ...]
    totals: tuple[tuple[str, str], ...]
    remarks: str
    signing: tuple[Attendee, ...]
    digest: str
