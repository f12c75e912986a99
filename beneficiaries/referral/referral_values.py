"""The values of a referral as senders write them, in canonical form, or what to change by field. One place for API and files."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from beneficiaries.identity import (
    IdentityError,
    parse_cnic,
    parse_name,
    parse_phone,
    parse_text,
    parse_urdu_name,
)
from beneficiaries.models import Case, District, Person, Prison, ReliefCase
from beneficiaries.private.vault import keyring
from beneficiaries.tables.table_reading import same
from ledger.clock import today

KIND = "referral"
FIRST_DAY = date(1900, 1, 1)
CNIC_INSIDE = re.compile(r"(?<![0-9])[0-9]{5}-?[0-9]{7}-?[0-9](?![0-9])")
# Column, as it is written in our template, and how it may be headed in Urdu.
COLUMNS: dict[str, str] = {
    "kind": "قسم",
    "source": "ذریعہ",
    "reference": "حوالہ نمبر",
    "name": "نام",
    "name_urdu": "اردو نام",
    "relation": "رشتہ",
    "relative_name": "والد یا شوہر کا نام",
    "gender": "جنس",
    "cnic": "شناختی کارڈ نمبر",
    "phone": "فون نمبر",
    "born_on": "تاریخ پیدائش",
    "province": "صوبہ",
    "district": "ضلع",
    "violation": "خلاف ورزی",
    "happened_on": "تاریخ وقوعہ",
    "prison": "جیل",
    "prisoner_number": "قیدی نمبر",
    "sections": "دفعات",
    "police_station": "تھانہ",
    "fir_number": "ایف آئی آر نمبر",
    "fir_year": "ایف آئی آر سال",
    "summary": "تفصیل",
}
NEEDED = ("kind", "source", "reference", "name", "gender", "district")
_TEXTS = (("reference", 40), ("prisoner_number", 30), ("sections", 120), ("police_station", 80), ("fir_number", 20))
_PARSERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("name", parse_name),
    ("relative_name", parse_name),
    ("name_urdu", parse_urdu_name),
    ("cnic", parse_cnic),
    ("phone", parse_phone),
)
_ALSO = {
    "gender": {"female": "F", "male": "M", "woman": "F", "man": "M", "عورت": "F", "مرد": "M"},
    "relation": {"s/o": "son", "d/o": "daughter", "w/o": "wife", "بیٹا": "son", "بیٹی": "daughter", "بیوہ": "widow"},
    "kind": {"victim": "relief", "متاثرہ": "relief", "قیدی": "prisoner"},
}
_CHOICES: tuple[tuple[str, Any], ...] = (
    ("kind", Case.Kind),
    ("source", ReliefCase.Referral),
    ("relation", Person.Relation),
    ("gender", Person.Gender),
    ("violation", ReliefCase.Violation),
)


@dataclass(frozen=True, slots=True)
class Places:
    """Districts and prisons by the words for them, read once for a file."""

    districts: dict[str, list[District]]
    prisons: dict[str, Prison]

    @classmethod
    def read(cls) -> "Places":
        districts: dict[str, list[District]] = {}
        for row in District.objects.select_related("province"):
            districts.setdefault(same(row.name), []).append(row)
        return cls(districts, {same(row.name): row for row in Prison.objects.all()})

    def district(self, name: str, province: str) -> District:
        """Raises: IdentityError for one that is not there, or is in two provinces."""
        found = self.districts.get(same(name), [])
        if province:
            names = (same(province),)
            found = [row for row in found if same(row.province.name) in names or same(row.province.code) in names]
        if len(found) != 1:
            where = f" in {province!r}" if province else ""
            what = "is in several provinces. Name the province too" if found else "is not in the list of districts"
            raise IdentityError(f"{name!r}{where} {what}.")
        return found[0]


def clean(given: Mapping[str, str], places: Places) -> tuple[dict[str, Any], dict[str, str]]:
    """The values for a Referral, and what is wrong by column. A value that is not given is ''."""
    texts = {name: str(given.get(name) or "").strip() for name in COLUMNS}
    values: dict[str, Any] = dict(texts)
    wrong = {name: "It is empty. Fill it in." for name in NEEDED if not texts[name]}
    for name, choices in _CHOICES:
        _put(values, wrong, name, partial(chosen, name, choices))
    for name, parse in _PARSERS:
        _put(values, wrong, name, parse)
    for name, maximum in _TEXTS:
        _put(values, wrong, name, partial(parse_text, maximum=maximum))
    for name in ("born_on", "happened_on"):
        _put(values, wrong, name, parse_day, empty=None)
    _put(values, wrong, "summary", _summary)
    _put(values, wrong, "fir_year", _year, empty=None)
    _put(values, wrong, "district", lambda text: places.district(text, texts["province"]))
    _put(values, wrong, "prison", lambda text: _prison(text, places), empty=None)
    del values["province"]
    _together(values, texts, wrong)
    return values, wrong


def _put(
    values: dict[str, Any], wrong: dict[str, str], name: str, parse: Callable[[str], Any], *, empty: Any = ""
) -> None:
    if not values[name]:
        values[name] = empty
        return
    try:
        values[name] = parse(values[name])
    except IdentityError as error:
        wrong[name] = str(error)


def _together(values: dict[str, Any], texts: dict[str, str], wrong: dict[str, str]) -> None:
    """What one kind of referral needs, and what makes sense only whole."""
    needs = {"relief": ("violation", "happened_on"), "prisoner": ("prison",)}.get(str(values["kind"]), ())
    wrong |= {name: f"A {values['kind']} referral needs it. Fill it in." for name in needs if not texts[name]}
    fir = [name for name in ("police_station", "fir_number", "fir_year") if not texts[name]]
    if 0 < len(fir) < 3:
        wrong.setdefault(fir[0], "An FIR is police station, number and year. Give all three, or none.")
    if bool(texts["relation"]) != bool(texts["relative_name"]):
        lacking = "relation" if texts["relative_name"] else "relative_name"
        wrong.setdefault(lacking, "Relation and the relative's name come together. Give both, or none.")


def chosen(name: str, choices: Any, text: str) -> str:
    """A code, its label, or another usual word. Raises: IdentityError."""
    words = {same(value): value for value in choices.values} | {same(label): value for value, label in choices.choices}
    words |= {same(word): value for word, value in _ALSO.get(name, {}).items()}
    if same(text) not in words:
        raise IdentityError(f"{text[:40]!r} is not in the list. Write one of: {', '.join(choices.values)}.")
    return str(words[same(text)])


def _ascii(text: str) -> str:
    return "".join(
        str(unicodedata.decimal(char)) if unicodedata.decimal(char, None) is not None else char for char in text
    )


def parse_day(text: str) -> date:
    """A day written year first, not after today. Raises: IdentityError."""
    plain = _ascii(text)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", plain):
        raise IdentityError(f"{text[:40]!r} is not a date. Write it year first, as 2025-09-26.")
    try:
        day = date.fromisoformat(plain)
    except ValueError:
        raise IdentityError(f"There is no day {text[:40]!r}. Write it year first, as 2025-09-26.") from None
    if not FIRST_DAY <= day <= today():
        raise IdentityError(f"{text[:40]!r} is after today or before 1900. Compare it with the paper.")
    return day


def _year(text: str) -> int:
    plain = _ascii(text)
    if not re.fullmatch(r"[0-9]{4}", plain) or not 1947 <= int(plain) <= today().year:
        raise IdentityError(f"{text[:40]!r} is not a year from 1947 to {today().year}.")
    return int(plain)


def _prison(text: str, places: Places) -> Prison:
    if same(text) not in places.prisons:
        raise IdentityError(f"{text[:80]!r} is not in the list of prisons. Write its name as there.")
    return places.prisons[same(text)]


def _summary(text: str) -> str:
    """Raises: IdentityError for a text in which a CNIC would lie open."""
    plain = parse_text(text, maximum=2000)
    if CNIC_INSIDE.search(_ascii(plain)):
        raise IdentityError("The text holds a CNIC. Take it out; the number belongs into its own field.")
    return plain


def digest(values: Mapping[str, Any]) -> str:
    """The same for two referrals that say the same; keyed, because they hold a CNIC."""
    plain = {name: str(value) if value is not None else "" for name, value in values.items()}
    plain |= {name: str(values[name].pk) for name in ("district", "prison") if values[name]}  # names may be mended
    return keyring().index(KIND, json.dumps(plain, sort_keys=True, ensure_ascii=False))
