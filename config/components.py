"""What the page components are made of, as plain values: states, bars, error lists. No database."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.forms import BaseForm, BaseFormSet

from ledger.errors import Refusal
from ledger.money import figures, grouped, words


@dataclass(frozen=True, slots=True)
class State:
    """How a state looks: icon of the sprite, word, tone (a colour class), and whether somebody still has to act."""

    icon: str
    word: str
    tone: str
    is_open: bool = False


STATES: dict[str, State] = {
    "draft": State("pencil-square", "Draft", "grey", True),
    "submitted": State("arrow-right", "Submitted", "blue", True),
    "waiting": State("hourglass-split", "Waiting for you", "amber", True),
    "with": State("hourglass-split", "With somebody else", "grey", True),
    "due": State("hourglass-split", "Due today", "amber", True),
    "late": State("exclamation-circle-fill", "Late", "red", True),
    "returned": State("arrow-return-left", "Returned", "violet", True),
    "met": State("check-circle-fill", "Met", "green"),
    "not_met": State("x-circle-fill", "Not met", "red", True),
    "not_known": State("exclamation-triangle-fill", "Not known", "amber", True),
    "confirmed": State("x-circle-fill", "Confirmed", "red"),
    "ended": State("clock-history", "No longer listed", "grey"),
    "registered": State("circle", "Not assigned yet", "amber", True),
    "assigned": State("hourglass-split", "Assigned", "blue", True),
    "replied": State("check-circle-fill", "Answered", "green"),
    "reopened": State("arrow-return-left", "Opened again", "violet", True),
    "hit_open": State("exclamation-triangle-fill", "Open", "amber", True),
    "hit_cleared": State("check-circle-fill", "Cleared", "green"),
    "sanctioned": State("lock-fill", "Sanctioned", "blue"),
    "vouchered": State("receipt", "Vouchered", "blue"),
    "issued": State("receipt", "Issued", "blue"),
    "released": State("box-arrow-right", "Released", "blue"),
    "reissued": State("arrow-repeat", "Reissued", "blue"),
    "paid": State("cash", "Paid", "blue"),
    "cleared": State("bank", "Cleared", "green"),
    "acknowledged": State("check-circle-fill", "Acknowledged", "green"),
    "closed": State("check-circle-fill", "Closed", "green"),
    "open": State("check-circle-fill", "Open", "green"),
    "books_closed": State("lock-fill", "Closed", "green"),
    "books_open": State("circle", "Open", "amber"),
    "books_running": State("hourglass-split", "Running", "blue"),
    "books_to_come": State("circle", "To come", "grey"),
    "books_reopened": State("arrow-return-left", "Reopened", "violet", True),
    "final": State("lock-fill", "Final", "green"),
    "provisional": State("pencil-square", "Provisional", "grey"),
    "replaced": State("clock-history", "Replaced", "grey"),
    "past": State("clock-history", "Past", "grey"),
    "passed": State("check-circle-fill", "Passed", "green"),
    "checked": State("check-circle-fill", "Checked", "green"),
    "new": State("hourglass-split", "New", "amber", True),
    "in_force": State("check-circle-fill", "In force", "green"),
    "frozen": State("lock-fill", "Frozen", "red", True),
    "lifted": State("arrow-return-left", "Lifted", "grey"),
    "coming": State("hourglass-split", "To come", "blue"),
    "called": State("hourglass-split", "Called", "blue"),
    "called_off": State("slash-circle", "Called off", "grey"),
    "circulating": State("hourglass-split", "To be signed", "amber", True),
    "adopted": State("lock-fill", "Adopted", "green"),
    "approved": State("check-circle-fill", "Approved", "green"),
    "deferred": State("clock", "Deferred", "grey"),
    "gone": State("slash-circle", "No longer before it", "grey"),
    "accepted": State("check-circle-fill", "Accepted", "green"),
    "duplicate": State("slash-circle", "Duplicate", "grey"),
    "declined": State("x-circle-fill", "Declined", "red"),
    "warn": State("exclamation-triangle-fill", "Check", "amber", True),
    "failed": State("exclamation-circle-fill", "Failed", "red", True),
    "missing": State("circle", "Not in yet", "grey"),
    "waived": State("exclamation-triangle-fill", "Waived", "violet"),
    "withdrawn": State("slash-circle", "Withdrawn", "grey"),
    "rejected": State("x-circle-fill", "Rejected", "red"),
    "refused": State("slash-circle", "Refused", "red"),
    "cancelled": State("slash-circle", "Cancelled", "red"),
    "stale": State("clock", "Stale", "red", True),
    "spoilt": State("x-circle-fill", "Spoilt", "grey"),
    "void": State("slash-circle", "Void", "grey"),
    "queued": State("clock", "Waiting", "grey", True),
    "running": State("hourglass-split", "Running", "blue", True),
    "done": State("check-circle-fill", "Done", "green"),
    "message_waiting": State("clock", "Waiting", "grey"),
    "message_begun": State("hourglass-split", "Being sent", "blue"),
    "message_sent": State("check-circle-fill", "Sent", "green"),
    "message_failed": State("exclamation-circle-fill", "Failed", "red", True),
    "message_refused": State("x-circle-fill", "Refused", "red", True),
    "message_unknown": State("exclamation-triangle-fill", "Not known", "amber", True),
    "message_withheld": State("slash-circle", "Held back", "grey"),
    "message_again": State("arrow-repeat", "Told anew", "grey"),
    "message_no_address": State("circle", "No telephone", "amber"),
    "message_no_contact": State("slash-circle", "Not to be contacted", "grey"),
    "stopped": State("slash-circle", "Stopped", "red", True),
}


def state_named(key: object) -> State:
    """The look of a state. Raises KeyError naming a state nobody has drawn: a page must not show a blank chip."""
    name = str(getattr(key, "value", key)).lower().replace(" ", "_")
    if name not in STATES:
        raise KeyError(f"No look for the state {name!r}; add it to config.components.STATES.")
    return STATES[name]


def value_of(source: Any, name: str, default: Any = None) -> Any:
    """`source[name]` of a mapping, else `source.name`, else the default: components take both."""
    if isinstance(source, Mapping):
        return source.get(name, default)
    return getattr(source, name, default)


def decimal_of(value: Any) -> Decimal:
    """Rupees as a Decimal from a Decimal, an int or a Money; None counts as 0. Raises TypeError for a float."""
    value = getattr(value, "amount", value)
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float; give the page a Decimal")
    return Decimal(value or 0)


def rupees_text(value: Any) -> str:
    """'12,00,000.00' without Rs, also below zero, for table cells and lists of figures."""
    amount = decimal_of(value)
    return f"\N{MINUS SIGN}{grouped(-amount)}" if amount < 0 else grouped(amount)


def figures_text(value: Any) -> str:
    """'Rs 12,00,000.00', also below zero."""
    amount = decimal_of(value)
    return f"\N{MINUS SIGN}{figures(-amount)}" if amount < 0 else figures(amount)


def words_text(value: Any) -> str:
    """'Rupees Twelve Lakh Only'; empty below zero, where words would mislead."""
    amount = decimal_of(value)
    return words(amount) if amount >= 0 else ""


@dataclass(frozen=True, slots=True)
class Part:
    """One drawn stretch of a bar, in per cent of its length with a point as decimal mark, as SVG wants it."""

    kind: str
    start: str
    width: str
    end: str


def bar_parts(
    *, total: Any, spent: Any = 0, committed: Any = 0, this: Any = 0, given: Any = 0, free: Any = 0
) -> list[Part]:
    """The stretches of a bar from left to right; what goes past the total is cut at the bar's end."""
    whole = decimal_of(total)
    parts: list[Part] = []
    if whole <= 0:
        return parts
    at = Decimal(0)
    stretches = (("given", given), ("spent", spent), ("committed", committed), ("this", this), ("free", free))
    for kind, value in stretches:
        width = min(max(decimal_of(value), Decimal(0)) * 100 / whole, 100 - at)
        if width > 0:
            parts.append(Part(kind, f"{at:.2f}%", f"{width:.2f}%", f"{at + width:.2f}%"))
        at += width
    return parts


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the error box: the words, and the id of the control they are about ('' for none)."""

    text: str
    control: str = ""


def faults_of(source: Any) -> Iterable[Fault]:
    """Every error of a form, a formset, a refusal, a mapping of field to text, or a plain text, in reading order."""
    if not source:
        return
    if isinstance(source, BaseForm):
        yield from _form_faults(source)
    elif isinstance(source, BaseFormSet):
        yield from (Fault(str(text)) for text in source.non_form_errors())
        for form in source.forms:
            yield from _form_faults(form)
    elif isinstance(source, Refusal):
        yield from (faults_of(source.fields) if source.fields else [Fault(source.detail)])
    elif isinstance(source, Mapping):
        yield from (Fault(str(text), f"id_{name}") for name, text in source.items())
    elif isinstance(source, str):
        yield Fault(source)
    else:
        for item in source:
            yield from faults_of(item)


def _form_faults(form: BaseForm) -> Iterable[Fault]:
    yield from (Fault(str(text)) for text in form.non_field_errors())
    for bound in form:
        yield from (Fault(str(text), bound.id_for_label or str(bound.auto_id)) for text in bound.errors)


NEXT_LINE = re.compile(r"^Next: (?P<label>.+) \| (?P<url>/(?!/)\S*)$")


@dataclass(frozen=True, slots=True)
class Done:
    """A message as the success box shows it: what was done, what follows, and the next thing to open."""

    title: str
    text: str = ""
    label: str = ""
    url: str = ""


def done_of(message: object) -> Done:
    """First line = title, further lines = text, a last line 'Next: Fine, Naveed Akhtar | /requests/31/' = button."""
    lines = str(message).strip().splitlines() or [""]
    label = url = ""
    if found := NEXT_LINE.match(lines[-1]) if len(lines) > 1 else None:
        label, url = found["label"], found["url"]
        lines.pop()
    return Done(lines[0], "\n".join(lines[1:]), label, url)
