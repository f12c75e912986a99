"""What each way of paying needs beside its number: the treasury and head of a challan, the court and case of a deposit.

The database asks the same in rules/cheque_rules.py.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from funds.models import Instrument, PayeeLine
from ledger.errors import BadInput

Method = PayeeLine.Method


@dataclass(frozen=True, slots=True)
class Particulars:
    """As they are kept with the instrument; what a method does not need stays empty."""

    place: str = ""
    account_head: str = ""
    court_case: str = ""
    matures_on: date | None = None

    def values(self) -> dict[str, Any]:
        return asdict(self)


NOTHING = Particulars()
LONGEST = {"place": 120, "account_head": 40, "court_case": 80}
# By method the fields it needs, and what each is called there.
NEEDED: dict[str, dict[str, str]] = {
    Method.PAY_ORDER: {"place": "Branch that made it out"},
    Method.CHALLAN: {"place": "Treasury or bank's branch", "account_head": "Head of account"},
    Method.COURT_DEPOSIT: {"place": "Court", "court_case": "Case in that court"},
    Method.CERTIFICATE: {"place": "Court through which it goes", "matures_on": "Matures on"},
}


def read(payee: PayeeLine, given: Particulars, *, on: date) -> Particulars:
    """Those that the line's method needs. Raises: BadInput naming `<field>-<line>` for one that is missing or too long."""
    found: dict[str, Any] = {}
    for name, label in NEEDED.get(payee.method, {}).items():
        field, value = f"{name}-{payee.pk}", getattr(given, name)
        if not value:
            raise BadInput(f"{label} is empty. Fill it in.", fields={field: f"{label} is empty. Fill it in."})
        if name in LONGEST:
            found[name] = take(field, parse_text, value, maximum=LONGEST[name])
        elif value <= on:
            detail = f"{label}: give the day on which the certificate can be cashed, after {on:%-d %b %Y}."
            raise BadInput(detail, fields={field: detail})
        else:
            found[name] = value
    return Particulars(**found)


def suggested(line: PayeeLine) -> Particulars:
    """What the records know of the court that ordered the sum."""
    order = line.obligation.order if line.obligation else None
    if order is None or line.method not in (Method.COURT_DEPOSIT, Method.CERTIFICATE):
        return NOTHING
    return Particulars(place=order.court.name, court_case=order.number)


def told(paid: Instrument, payee_name: str) -> list[tuple[str, str]]:
    """Label and value of what the instrument says beside its number."""
    found: list[tuple[str, Any]] = [(word, getattr(paid, name)) for name, word in NEEDED.get(paid.method, {}).items()]
    if paid.method == Method.CERTIFICATE:
        found.insert(0, ("In the name of", payee_name))
    return [(word, f"{value:%-d %b %Y}" if isinstance(value, date) else value) for word, value in found if value]
