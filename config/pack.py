"""Reads the pack: the dated data of one ministry as JSON files, checked whole before a row of it is used.

Each file is {"as_of": date, "source": text, "rows": [...]}. What is wrong is told by file, row and field.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from beneficiaries.identity import IdentityError, parse_iban, parse_text
from beneficiaries.models import Limit, Office, ReliefCase, RequiredPaper
from beneficiaries.models.watch_list import CLEARING_ROLES
from config.pack_checks import check_together
from funds.entitlement.conditions import VOCABULARY
from funds.models import BudgetSetting, DecisionGround, EligibilityRule, Fund, OrderText, PaymentKind
from funds.models.eligibility import OVERRIDING_ROLES
from funds.models.rules import MOST_SIGNATURES, SIGNING_ROLES
from funds.paperwork.order_texts import NAMES
from ledger.chart import fiscal_bounds
from ledger.errors import BadInput, Refusal
from ledger.money import AmountError, parse_amount
from ledger.roles import Role

Row = dict[str, Any]
Parse = Callable[[Any], Any]


class PackError(Refusal):
    """The pack cannot be loaded; `fields` says what is wrong by file, row and field."""

    code = "bad_pack"


@dataclass(frozen=True, slots=True)
class Pack:
    """The checked files: rows by file name without its ending, and the day each file speaks of."""

    rows: dict[str, list[Row]]
    as_of: dict[str, date]

    def __getitem__(self, name: str) -> list[Row]:
        return self.rows[name]


def _text(maximum: int) -> Parse:
    def parse(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is not a text")
        return parse_text(value, maximum=maximum)

    return parse


def _sentence(value: Any) -> str:
    """A text whose names in braces are those that an order knows."""
    text = _text(300)(value)
    try:
        text.format(**dict.fromkeys(NAMES, ""))
    except (LookupError, ValueError):
        allowed = ", ".join(f"{{{name}}}" for name in NAMES)
        raise ValueError(f"{text!r} has a name in braces that an order does not know; it knows {allowed}") from None
    return str(text)


def _optional(parse: Parse, empty: Any = "") -> Parse:
    return lambda value: empty if value in ("", None) else parse(value)


def _one_of(choices: Any) -> Parse:
    allowed = [str(choice) for choice in choices]

    def parse(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is not one of: {', '.join(allowed)}")
        return str(value)

    return parse


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is not true or false")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{value!r} is not a whole number above zero")
    return value


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a date such as 2025-07-01") from None


def _score(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 50 <= value <= 100:
        raise ValueError(f"{value!r} is not a whole number from 50 to 100")
    return value


def _figures(value: Any) -> Row:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is not an object with figures")
    return value


def _amount(value: Any) -> Decimal:
    if not isinstance(value, str):
        raise ValueError(f'{value!r} is not an amount in quotes, such as "50000"')
    return parse_amount(value)


def _number(value: Any) -> Decimal:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", value):
        raise ValueError(f'{value!r} is not a number in quotes, such as "3" or "1.5"')
    return Decimal(value)


def _head_code(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z][A-Z0-9]{1,11}", value):
        raise ValueError(f"{value!r} is not a code of 2 to 12 capital letters and digits")
    return value


def _day_of_year(value: Any) -> tuple[int, int]:
    try:
        found = date.fromisoformat(f"2001-{value}")  # no leap year, so that every year has the day
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a day of the year such as 05-31") from None
    return found.month, found.day


def _fiscal_year(value: Any) -> str:
    fiscal_bounds(value if isinstance(value, str) else "")
    return str(value)


def _amount_or_nil(value: Any) -> Decimal:
    return Decimal("0.00") if value == "0" else _amount(value)


def _list_of(parse: Parse) -> Parse:
    def parse_all(value: Any) -> list[Any]:
        if not isinstance(value, list) or not value:
            raise ValueError(f"{value!r} is not a list with at least one item")
        return [parse(item) for item in value]

    return parse_all


def _signatures(value: Any) -> int:
    if _whole(value) > MOST_SIGNATURES:
        raise ValueError(f"{value} people cannot sign one step; give 1 to {MOST_SIGNATURES}")
    return int(value)


STEP: Mapping[str, Parse] = {
    "role": _one_of(role for role, _ in SIGNING_ROLES),
    "act": _text(40),
    "post": _optional(_text(80)),
    "signatures": _signatures,
    "days": _whole,
}


def _step(value: Any) -> Row:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is not a step")
    row, wrong = _parse_row(value, STEP)
    if wrong:
        raise ValueError("; ".join(f"{field}: {reason}" for field, reason in wrong.items()))
    return row


_DATED: Mapping[str, Parse] = {
    "effective_from": _day,
    "effective_to": _optional(_day, None),
    "source": _text(300),
    "verified": _flag,
}
# In the order of loading; the first field, or pair of fields, is what a row is known by.
FILES: Mapping[str, Mapping[str, Parse]] = {
    "provinces": {"code": _text(8), "name": _text(80)},
    "districts": {"province": _text(8), "name": _text(80)},
    "prisons": {"name": _text(120), "province": _text(8), "district": _text(80)},
    "courts": {"name": _text(120), "province": _text(8), "district": _text(80)},
    "offices": {
        "code": _text(12),
        "name": _text(120),
        "level": _one_of(Office.Level.values),
        "province": _optional(_text(8)),
    },
    "paper_kinds": {"code": _text(24), "name": _text(80)},
    "required_papers": {
        "cause": _one_of(cause for cause, _ in RequiredPaper.CAUSES),
        "paper": _text(24),
        "effective_from": _day,
        "effective_to": _optional(_day, None),
        "source": _text(300),
    },
    "release_alarms": {
        "days": _whole,
        "effective_from": _day,
        "effective_to": _optional(_day, None),
        "source": _text(300),
    },
    "ceilings": {"violation": _one_of(ReliefCase.Violation.values), "amount": _amount, **_DATED},
    "limits": {"code": _one_of(Limit.Code.values), "value": _number, **_DATED},
    "incompatible_roles": {"first": _one_of(Role.values), "second": _one_of(Role.values), **_DATED},
    "decision_grounds": {
        "outcome": _one_of(DecisionGround.Of.values),
        "code": _text(24),
        "name": _text(80),
        **_DATED,
    },
    "diyat_values": {
        "year": _fiscal_year,
        "amount": _amount,
        "exact": _flag,
        "notification": _optional(_text(60)),
        "notified_on": _optional(_day, None),
        "source": _text(300),
    },
    "screening_settings": {
        "effective_from": _day,
        "name_score": _score,
        "clearing_role": _one_of(role for role, _ in CLEARING_ROLES),
        "source": _text(300),
        "verified": _flag,
    },
    "complaint_categories": {
        "code": _text(24),
        "name": _text(80),
        "days": _whole,
        "appeal": _flag,
        "effective_from": _day,
        "effective_to": _optional(_day, None),
        "source": _text(300),
        "verified": _flag,
    },
    "posts": {"designation": _text(80), "grade": _whole, "sanction_limit": _amount_or_nil},
    "funds": {
        "code": _text(12),
        "name": _text(120),
        "office": _text(12),
        "lapsable": _flag,
        "fund_class": _one_of(Fund.Class.values),
        "kinds": _list_of(_one_of(PaymentKind.values)),
        "purpose": _text(300),
        "donor": _optional(_text(120)),
        "bank_name": _text(80),
        "bank_account": parse_iban,
        "ddo_code": _text(10),
        "cost_centre": _text(12),
        "function_code": _text(12),
    },
    "budget_heads": {
        "fund": _text(12),
        "code": _head_code,
        "name": _text(80),
        "object_code": _optional(_text(20)),
        "kinds": _list_of(_one_of(PaymentKind.values)),
        **_DATED,
    },
    "budget_settings": {
        "code": _one_of(BudgetSetting.Code.values),
        "fund": _optional(_text(12)),
        "day_of_year": _optional(_day_of_year, None),
        **_DATED,
    },
    "escalation_settings": {"fund": _optional(_text(12)), "to_roles": _list_of(_one_of(Role.values)), **_DATED},
    "approval_rules": {
        "title": _text(120),
        "fund": _optional(_text(12)),
        "kind": _optional(_one_of(PaymentKind.values)),
        "office": _optional(_text(12)),
        "minimum": _amount,
        "maximum": _amount,
        "effective_from": _day,
        "effective_to": _optional(_day, None),
        "steps": _list_of(_step),
    },
    "order_texts": {
        "part": _one_of(OrderText.Part.values),
        "position": _whole,
        "fund": _optional(_text(12)),
        "kind": _optional(_one_of(PaymentKind.values)),
        "text": _sentence,
        **_DATED,
    },
    "eligibility_rules": {
        "code": _text(40),
        "title": _text(120),
        "fund": _optional(_text(12)),
        "kind": _optional(_one_of(PaymentKind.values)),
        "condition": _one_of(VOCABULARY),
        "parameters": _figures,
        "when_unknown": _one_of(EligibilityRule.Unknown.values),
        "override_role": _one_of(role for role, _ in OVERRIDING_ROLES),
        "source": _text(300),
        "verified": _flag,
        "effective_from": _day,
        "effective_to": _optional(_day, None),
    },
}
KEYS: Mapping[str, tuple[str, ...]] = {
    "provinces": ("code",),
    "districts": ("province", "name"),
    "prisons": ("name",),
    "courts": ("name",),
    "offices": ("code",),
    "paper_kinds": ("code",),
    "required_papers": ("cause", "paper", "effective_from"),
    "release_alarms": ("effective_from",),
    "ceilings": ("violation", "effective_from"),
    "limits": ("code", "effective_from"),
    "incompatible_roles": ("first", "second", "effective_from"),
    "decision_grounds": ("outcome", "code", "effective_from"),
    "diyat_values": ("year",),
    "screening_settings": ("effective_from",),
    "complaint_categories": ("code", "effective_from"),
    "posts": ("designation",),
    "funds": ("code",),
    "budget_heads": ("fund", "code"),
    "budget_settings": ("code", "fund", "effective_from"),
    "escalation_settings": ("fund", "effective_from"),
    "approval_rules": ("title", "effective_from"),
    "order_texts": ("part", "position", "fund", "kind", "effective_from"),
    "eligibility_rules": ("code", "effective_from"),
}
# (file, fields) whose values must be the key of a row of another file.
REFERENCES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("districts", ("province",), "provinces"),
    ("prisons", ("province", "district"), "districts"),
    ("courts", ("province", "district"), "districts"),
    ("offices", ("province",), "provinces"),
    ("required_papers", ("paper",), "paper_kinds"),
    ("funds", ("office",), "offices"),
    ("budget_heads", ("fund",), "funds"),
    ("budget_settings", ("fund",), "funds"),
    ("escalation_settings", ("fund",), "funds"),
    ("approval_rules", ("fund",), "funds"),
    ("approval_rules", ("office",), "offices"),
    ("order_texts", ("fund",), "funds"),
    ("eligibility_rules", ("fund",), "funds"),
)


def read_pack(directory: Path) -> Pack:
    """The whole pack of a directory. Raises: PackError with everything that is wrong, by file, row and field."""
    wrong: dict[str, str] = {}
    pack = Pack({}, {})
    for name in FILES:
        pack.rows[name], pack.as_of[name] = _read_file(directory / f"{name}.json", wrong)
    if not wrong:
        _check_references(pack, wrong)
        check_together(pack.rows, wrong)
    if wrong:
        count = "1 thing" if len(wrong) == 1 else f"{len(wrong)} things"
        raise PackError(f"The pack in {directory.name} has {count} to correct; nothing was loaded.", fields=wrong)
    return pack


def _read_file(path: Path, wrong: dict[str, str]) -> tuple[list[Row], date]:
    nothing: tuple[list[Row], date] = ([], date.min)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        wrong[path.name] = "The file is missing."
        return nothing
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        wrong[path.name] = f"This is not JSON: {error}."
        return nothing
    if not isinstance(document, dict) or not isinstance(document.get("rows"), list) or not document["rows"]:
        wrong[path.name] = "The file needs rows: a list with at least one row."
        return nothing
    try:
        as_of = _day(document.get("as_of"))
    except ValueError as error:
        wrong[f"{path.name}, as_of"] = f"{error}."
        return nothing
    return _read_rows(path, document["rows"], wrong), as_of


def _read_rows(path: Path, given: list[Any], wrong: dict[str, str]) -> list[Row]:
    rows: list[Row] = []
    first: dict[tuple[Any, ...], int] = {}
    for number, values in enumerate(given, 1):
        place = f"{path.name}, row {number}"
        if not isinstance(values, dict):
            wrong[place] = "The row is not an object with fields."
            continue
        row, faults = _parse_row(values, FILES[path.stem])
        wrong |= {f"{place}, {field}": f"{reason}." for field, reason in faults.items()}
        if faults:
            continue
        key = tuple(row[field] for field in KEYS[path.stem])
        if key in first:
            wrong[f"{place}, {KEYS[path.stem][-1]}"] = f"{key[-1]!r} stands already in row {first[key]}."
        first.setdefault(key, number)
        rows.append(row)
    return rows


def _parse_row(values: Row, fields: Mapping[str, Parse]) -> tuple[Row, dict[str, str]]:
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


def _check_references(pack: Pack, wrong: dict[str, str]) -> None:
    for name, fields, target in REFERENCES:
        known = {tuple(row[field] for field in KEYS[target]) for row in pack[target]}
        for number, row in enumerate(pack[name], 1):
            key = tuple(row[field] for field in fields)
            if any(key) and key not in known:
                wrong[f"{name}.json, row {number}, {fields[-1]}"] = f"{' '.join(key)!r} is not in {target}.json."
