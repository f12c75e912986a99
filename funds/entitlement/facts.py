"""What is known of the person whom a rule of eligibility is asked about, and what a condition answers; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

MET, NOT_MET, NOT_KNOWN = "met", "not_met", "not_known"


@dataclass(frozen=True, slots=True)
class Help:
    """One earlier help to the person: the day it was paid, or sanctioned while unpaid; rupees."""

    on: date
    fund: str
    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the person a case is about. Empty means not known, except `helped`: no help is a fact."""

    fund: str = ""
    born_on: date | None = None
    monthly_income: Decimal | None = None
    income_shown_on: date | None = None
    sentence_served_on: date | None = None
    province: str = ""  # its code, by which rules ask
    province_name: str = ""
    resident_since: date | None = None
    helped: Sequence[Help] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What one condition found: `said` for people, `seen` the facts it used, as they were."""

    verdict: str
    said: str
    seen: dict[str, str] = field(default_factory=dict)


def said_day(day: date) -> str:
    """'7 Nov 2025'."""
    return f"{day:%-d %b %Y}"
