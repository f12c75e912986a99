"""Old and new values from the history tables, in words, with CNIC, IBAN, phone and address masked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime

from beneficiaries.identity import masked_address, masked_cnic, masked_iban, masked_id, masked_phone
from ledger.money import grouped

# Kept by the machinery, shown elsewhere, or the same for every row.
QUIET = {
    "id",
    "key",
    "created_at",
    "recorded_at",
    "digest",
    "salt",
    "state",
    "state_on",
    "position",
    "waiting_since",
    "submission",
}
STAMP = {"history_id", "history_date", "history_change_reason", "history_type", "history_user", "address", "request_id"}
BANK = {"iban", "account_title", "method", "cnic", "payee_name", "payee_kind", "person"}
# One act writes its rows within moments; two acts of one person in one request are one act.
TOGETHER = timedelta(seconds=5)

Change = tuple[str, str, str]


def differences(old: Any, new: Any, subject: str, names: Mapping[tuple[str, int], str]) -> list[Change]:
    """Field, was, became of two history rows of one record; either may be None. `names` names what keys point at."""
    row = new or old
    found = []
    for field in row._meta.concrete_fields:
        if field.name in QUIET or field.name in STAMP or field.name in ("username", "roles"):
            continue
        was, became = (getattr(each, field.attname) if each is not None else None for each in (old, new))
        if was != became and not (was in (None, "") and became in (None, "")):
            label = str(field.verbose_name)
            label = label[:1].upper() + label[1:]
            texts = said(field, was, names), said(field, became, names)
            found.append((f"{label}, {subject}" if subject else label, *texts))
    return found


def said(field: Any, value: Any, names: Mapping[tuple[str, int], str]) -> str:
    """One stored value as the reader may see it."""
    if value in (None, ""):
        return ""
    if field.name == "cnic":
        return masked_cnic(value)
    if field.name in ("iban", "bank_account"):
        return masked_iban(value)
    if field.name == "other_id":
        return masked_id(value)
    if field.name == "phone":
        return masked_phone(value)
    if field.name == "home_address":
        return masked_address(value)
    if field.is_relation:
        return names.get((field.related_model._meta.model_name, value), f"number {value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return grouped(value)
    if isinstance(value, datetime):
        return f"{localtime(value):%-d %b %Y, %H:%M}"
    return f"{value:%-d %b %Y}" if isinstance(value, date) else str(value)


def touches_bank(old: Any, new: Any) -> bool:
    """Whether the change moves the money elsewhere: another payee, account or way to pay."""
    row = new or old
    fields = [field for field in row._meta.concrete_fields if field.name in BANK]
    return any(
        (getattr(old, field.attname) if old else None) != (getattr(new, field.attname) if new else None)
        for field in fields
    )


def batches(rows: Iterable[Any]) -> list[list[Any]]:
    """History rows of one act together, in the order of time: same person, same request, same reason, same moment."""
    found: list[list[Any]] = []
    for row in sorted(rows, key=lambda each: (each.history_date, each.history_id)):
        last = found[-1][-1] if found else None
        same = last is not None and (
            row.request_id == last.request_id
            and row.history_user_id == last.history_user_id
            and row.history_change_reason == last.history_change_reason
            and row.history_date - last.history_date < TOGETHER
        )
        if same:
            found[-1].append(row)
        else:
            found.append([row])
    return found


def previous(rows: Sequence[Any]) -> dict[int, Any]:
    """The row before each history row of the same record, by history number."""
    last: dict[int, Any] = {}
    before = {}
    for row in sorted(rows, key=lambda each: each.history_id):
        if row.id in last:
            before[row.history_id] = last[row.id]
        last[row.id] = row
    return before


def replaced(rows: Sequence[Any], place: str = "position") -> list[tuple[Any, Any]]:
    """Pairs of removed and added rows of one act that stand in the same place; None where one side is missing."""
    gone = {getattr(row, place): row for row in rows if row.history_type == "-"}
    come = {getattr(row, place): row for row in rows if row.history_type == "+"}
    return [(gone.get(at), come.get(at)) for at in sorted({*gone, *come})]
