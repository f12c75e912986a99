"""What changed in a record over time, read from its history rows: was, became, who, when, why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from beneficiaries.identity import masked_address, masked_cnic, masked_iban, masked_id, masked_phone
from beneficiaries.models import District, Office, Officer, Person

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One recorded act on a record: who, when, why, and rows of (field, was, became)."""

    when: datetime
    by: str
    reason: str
    rows: tuple[tuple[str, str, str], ...]


PERSON_FIELDS = (
    "name", "name_urdu", "relation", "relative_name", "cnic", "cnic_kind", "other_kind", "other_id", "gender", "born_on",
    "is_minor", "guardian_id", "district_id", "phone", "home_address",
)  # fmt: skip
OFFICER_FIELDS = ("office_id", "designation", "grade", "iban")


def person_changes(person: Person) -> list[Change]:
    """The changes of a person's record and the looks at its private values, latest first; values stay masked here."""
    rows = list(person.history.select_related("history_user").order_by("-history_id")[: SHOWN + 1])
    guardians = {row.guardian_id for row in rows} - {None}
    names = dict(Person.objects.filter(pk__in=guardians).values_list("pk", "name"))
    districts = dict(District.objects.filter(pk__in={row.district_id for row in rows}).values_list("pk", "name"))
    words = {
        "guardian_id": names,
        "district_id": districts,
        "cnic": masked_cnic,
        "phone": masked_phone,
        "home_address": masked_address,
        "other_id": masked_id,
    }
    looks = [
        Change(look.at, look.shown_to.get_full_name(), f"{look.get_what_display()} was shown: {look.reason}", ())
        for look in person.disclosures.select_related("shown_to")[:SHOWN]
    ]
    return sorted(
        [*_changes(Person, rows, PERSON_FIELDS, words), *looks], key=lambda change: change.when, reverse=True
    )[:SHOWN]


def officer_changes(officer: Officer) -> list[Change]:
    """The changes of a user's post, latest first; the reason names roles and passwords that changed."""
    rows = list(officer.history.select_related("history_user").order_by("-history_id")[: SHOWN + 1])
    offices = dict(Office.objects.filter(pk__in={row.office_id for row in rows}).values_list("pk", "name"))
    return _changes(Officer, rows, OFFICER_FIELDS, {"office_id": offices, "iban": masked_iban})


def _changes(model: Any, rows: list[Any], fields: tuple[str, ...], words: dict[str, Any]) -> list[Change]:
    pairs = zip(rows, [*rows[1:], None], strict=True)
    return [
        Change(
            row.history_date,
            row.history_user.get_full_name() if row.history_user else row.username or "the system",
            row.history_change_reason or ("Recorded" if row.history_type == "+" else "Changed"),
            tuple(_differences(model, row, older, fields, words)) if older is not None else (),
        )
        for row, older in pairs
    ][:SHOWN]


def _differences(model: Any, row: Any, older: Any, fields: tuple[str, ...], words: dict[str, Any]) -> Any:
    for name in fields:
        was, became = getattr(older, name), getattr(row, name)
        if was != became:
            field = model._meta.get_field(name.removesuffix("_id"))
            yield str(field.verbose_name), _word(field, was, words.get(name)), _word(field, became, words.get(name))


def _word(field: Any, value: Any, word: Any) -> str:
    if value is None or value == "":
        return ""
    if callable(word):
        return str(word(value))
    if word is not None:
        return str(word.get(value, "no longer there"))
    if field.choices:
        return str(dict(field.choices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:%-d %b %Y}" if hasattr(value, "strftime") else str(value)
