"""How one value of the pack's files is read: each function takes what JSON gave, and says in words what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from beneficiaries.identity import IdentityError, parse_text
from funds.models.cheque_settings import PARTS
from funds.models.rules import MOST_SIGNATURES
from funds.papers.urdu import line
from funds.papers.urdu_faces import NASKH, NASTALIQ
from funds.paperwork.order_texts import NAMES
from ledger.chart import fiscal_bounds
from ledger.errors import BadInput
from ledger.money import AmountError, parse_amount

Row = dict[str, Any]
Parse = Callable[[Any], Any]


def text(maximum: int) -> Parse:
    def parse(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is not a text")
        return parse_text(value, maximum=maximum)

    return parse


def urdu(maximum: int) -> Parse:
    """A text that both Urdu typefaces of the papers can draw."""

    def parse(value: Any) -> str:
        said = str(text(maximum)(value))
        for face in (NASKH, NASTALIQ):
            line(said, face)
        return said

    return parse


def _named(names: Iterable[str], what: str) -> Parse:
    """A text whose names in braces are among these."""

    def parse(value: Any) -> str:
        said = str(text(300)(value))
        try:
            said.format(**dict.fromkeys(names, ""))
        except (LookupError, ValueError):
            allowed = ", ".join(f"{{{name}}}" for name in names)
            raise ValueError(f"{said!r} has a name in braces that {what} does not know; it knows {allowed}") from None
        return said

    return parse


sentence = _named(NAMES, "an order")
told = _named(("amount", "reference"), "a message")


def optional(parse: Parse, empty: Any = "") -> Parse:
    return lambda value: empty if value in ("", None) else parse(value)


def one_of(choices: Any) -> Parse:
    allowed = [str(choice) for choice in choices]

    def parse(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is not one of: {', '.join(allowed)}")
        return str(value)

    return parse


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is not true or false")
    return value


def whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{value!r} is not a whole number above zero")
    return value


def day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a date such as 2025-07-01") from None


def score(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 50 <= value <= 100:
        raise ValueError(f"{value!r} is not a whole number from 50 to 100")
    return value


def figures(value: Any) -> Row:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is not an object with figures")
    return value


def amount(value: Any) -> Decimal:
    if not isinstance(value, str):
        raise ValueError(f'{value!r} is not an amount in quotes, such as "50000"')
    return parse_amount(value)


def number(value: Any) -> Decimal:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", value):
        raise ValueError(f'{value!r} is not a number in quotes, such as "3" or "1.5"')
    return Decimal(value)


def head_code(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z][A-Z0-9]{1,11}", value):
        raise ValueError(f"{value!r} is not a code of 2 to 12 capital letters and digits")
    return value


def bank_code(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{4}", value):
        raise ValueError(f"{value!r} is not the four capital letters of a bank in an IBAN")
    return value


def bic(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", value):
        raise ValueError(f"{value!r} is not a BIC of 8 or 11 letters and digits")
    return value


def day_of_year(value: Any) -> tuple[int, int]:
    try:
        found = date.fromisoformat(f"2001-{value}")  # no leap year, so that every year has the day
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a day of the year such as 05-31") from None
    return found.month, found.day


def fiscal_year(value: Any) -> str:
    fiscal_bounds(value if isinstance(value, str) else "")
    return str(value)


def amount_or_nil(value: Any) -> Decimal:
    return Decimal("0.00") if value == "0" else amount(value)


def list_of(parse: Parse) -> Parse:
    def parse_all(value: Any) -> list[Any]:
        if not isinstance(value, list) or not value:
            raise ValueError(f"{value!r} is not a list with at least one item")
        return [parse(item) for item in value]

    return parse_all


def places(value: Any) -> dict[str, list[float]]:
    """Where the parts of a cheque stand on its leaf: x and y in millimetres, the size in points, the width in millimetres."""
    if not isinstance(value, dict) or set(value) != set(PARTS):
        raise ValueError(f"it names the parts {', '.join(PARTS)}")
    for part, place in value.items():
        numbers = isinstance(place, list) and all(type(each) in (int, float) and each >= 0 for each in place)
        if not numbers or len(place) != 4:
            raise ValueError(f"{part} needs four numbers: x, y, size, width")
    return value


def signatures(value: Any) -> int:
    if whole(value) > MOST_SIGNATURES:
        raise ValueError(f"{value} people cannot sign one step; give 1 to {MOST_SIGNATURES}")
    return int(value)


def parse_row(values: Row, fields: Mapping[str, Parse]) -> tuple[Row, dict[str, str]]:
    """The row with parsed values, and what is wrong by field."""
    row: Row = {}
    wrong = {name: "The field is not known; compare its spelling" for name in values if name not in fields}
    for name, parse in fields.items():
        if name not in values:
            wrong[name] = "The field is missing"
            continue
        try:
            row[name] = parse(values[name])
        except (BadInput, IdentityError, AmountError, ValueError) as error:
            wrong[name] = str(error).rstrip(".")
    return row, wrong
