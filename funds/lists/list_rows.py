"""Rows of a list of payees as they stand in a file, in canonical form or with what to change. No database but the places."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from beneficiaries.identity import IdentityError, parse_cnic, parse_iban, parse_name, parse_phone, parse_text
from beneficiaries.models import District, Person, ReliefCase
from beneficiaries.referral.referral_values import Places, chosen, parse_day
from beneficiaries.tables.table_rows import Row, Shape, rows_of
from funds.models import PayeeLine
from ledger.money import AmountError, parse_amount

MOST_ROWS = 100_000
MOST_BYTES = 20_000_000  # what the server takes of one body by default
# Column, as it is written in our template, and how else it may be headed.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("نام", "payee", "name of payee"),
    "cnic": ("شناختی کارڈ نمبر", "CNIC number"),
    "father_name": ("والد یا شوہر کا نام", "father", "father's name", "father's or husband's name", "relative name"),
    "district": ("ضلع",),
    "amount": ("رقم", "amount (Rs)", "rupees"),
    "method": ("ادائیگی کا طریقہ", "mode", "mode of payment", "paid by"),
    "iban": ("آئی بی اے این", "account"),
    "account_title": ("اکاؤنٹ کا نام", "title of account"),
    "case_number": ("کیس نمبر", "case"),
    "relation": ("رشتہ",),
    "gender": ("جنس",),
    "phone": ("فون نمبر",),
    "violation": ("خلاف ورزی",),
    "happened_on": ("تاریخ وقوعہ",),
}
NEEDED = ("name", "cnic", "amount")
SHAPE = Shape(
    COLUMNS, NEEDED, most_bytes=MOST_BYTES, most_rows=MOST_ROWS, figures=("amount",), most_unpacked=400_000_000
)
# What a page or an answer says to more rows than it takes.
MORE = "Send it in parts, or have the list imported whole by the command `import_disbursement`."
# Of these an error shows only the ends.
PRIVATE = frozenset({"cnic", "iban", "phone"})
# How a list may pay: what a share of an heir needs does not come by a list.
METHODS = (
    PayeeLine.Method.CHEQUE,
    PayeeLine.Method.TRANSFER,
    PayeeLine.Method.PAY_ORDER,
    PayeeLine.Method.CERTIFICATE,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one place of the file: where, what was seen there, what to change."""

    row: int
    column: str
    seen: str
    what: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.what}"


@dataclass(slots=True)
class Entry:
    """One row that can be read: who is paid how much and how, and what is needed where the person is new here."""

    row: int
    name: str
    cnic: str
    amount: Decimal
    method: str
    father_name: str = ""
    district: District | None = None
    iban: str = ""
    account_title: str = ""
    case_number: str = ""
    relation: str = ""
    gender: str = ""
    phone: str = ""
    violation: str = ""
    happened_on: date | None = None


def seen(column: str, text: str) -> str:
    """The text as an error may show it."""
    if column in PRIVATE and text:
        return f"{text[:3]}****{text[-1:]}" if len(text) > 6 else "****"
    return text[:60]


def read(content: bytes, faults: list[Fault], *, most: int = MOST_ROWS) -> Iterator[Entry]:
    """Every row that can be read; the others go to `faults`. Raises: BadInput for a file that cannot be taken as a whole."""
    parsers = _parsers(Places.read())
    first: dict[str, int] = {}
    for row in rows_of(content, replace(SHAPE, most_rows=most, more=MORE if most < MOST_ROWS else SHAPE.more)):
        entry = _entry(row, parsers, faults)
        if entry is None:
            continue
        before = first.setdefault(entry.cnic, entry.row)
        if before != entry.row:
            what = f"This CNIC stands in row {before} already. Nobody is paid twice by one list: keep one of the rows."
            faults.append(Fault(entry.row, "cnic", seen("cnic", entry.cnic), what))
            continue
        yield entry


Parser = tuple[str, Callable[[str], Any]]


def _parsers(places: Places) -> tuple[Parser, ...]:
    return (
        ("name", parse_name),
        ("cnic", parse_cnic),
        ("father_name", parse_name),
        ("district", _remembered(lambda text: places.district(text, ""))),
        ("amount", parse_amount),
        ("method", _remembered(_method)),
        ("iban", parse_iban),
        ("account_title", parse_name),
        ("case_number", partial(parse_text, maximum=32)),
        ("relation", _remembered(partial(chosen, "relation", Person.Relation))),
        ("gender", _remembered(partial(chosen, "gender", Person.Gender))),
        ("phone", parse_phone),
        ("violation", _remembered(partial(chosen, "violation", ReliefCase.Violation))),
        ("happened_on", _remembered(parse_day)),
    )


def _remembered(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same word stands in thousands of rows and is looked up once."""
    known: dict[str, Any] = {}

    def parsed(text: str) -> Any:
        if text not in known:
            known[text] = parse(text)
        return known[text]

    return parsed


def _method(text: str) -> str:
    """Raises: IdentityError."""
    try:
        return chosen("method", PayeeLine.Method, text)
    except IdentityError:
        raise IdentityError(f"Write one of: {', '.join(METHODS)}.") from None


def _entry(row: Row, parsers: tuple[Parser, ...], faults: list[Fault]) -> Entry | None:
    """The row's values, or None where something in it is wrong."""
    values: dict[str, Any] = {}
    wrong = dict(row.wrong)
    for name, parse in parsers:
        text = row.texts.get(name, "").strip()
        if not text or name in wrong:
            continue
        try:
            values[name] = parse(text)
        except (IdentityError, AmountError) as error:
            wrong[name] = _without(str(error), name, text)
    for name in NEEDED:
        if name not in values and name not in wrong:
            wrong[name] = "It is empty. Fill it in."
    wrong |= _payment_wrong(values, wrong) | _cause_wrong(values, wrong)
    if wrong:
        faults.extend(
            Fault(row.number, name, seen(name, row.texts.get(name, "")), text) for name, text in wrong.items()
        )
        return None
    return Entry(row=row.number, **values)


def _payment_wrong(values: dict[str, Any], wrong: dict[str, str]) -> dict[str, str]:
    """The way of payment, which an account alone may tell, and what belongs together with it."""
    if "method" in wrong:
        return {}
    method = values.setdefault("method", PayeeLine.Method.TRANSFER if values.get("iban") else PayeeLine.Method.CHEQUE)
    if method not in METHODS:
        return {"method": f"A list pays by one of: {', '.join(METHODS)}."}
    if method == PayeeLine.Method.TRANSFER and "iban" not in values and "iban" not in wrong:
        return {"iban": "A transfer needs the payee's IBAN. Fill it in, or choose another way of payment."}
    if method != PayeeLine.Method.TRANSFER and (values.get("iban") or values.get("account_title")):
        return {
            "method": "An account is given, so the way of payment is transfer. Write that, or leave the account out."
        }
    return {}


def _cause_wrong(values: dict[str, Any], wrong: dict[str, str]) -> dict[str, str]:
    """What happened and when come together."""
    told = {"violation", "happened_on"} & {*values, *wrong}
    if len(told) == 1 and not told & set(wrong):
        lacking = "happened_on" if "violation" in told else "violation"
        return {lacking: "Violation and happened_on come together. Give both, or none."}
    return {}


def _without(message: str, column: str, text: str) -> str:
    """The message with a private value masked; the others show in the column of what was seen."""
    return message.replace(repr(text), f"“{seen(column, text)}”") if column in PRIVATE else message
