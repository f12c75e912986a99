"""Which key each private value is sealed with, and sealing anew what may change.

History, papers and kept API answers are evidence and are never rewritten: what they were sealed with must stay among
DATA_KEYS for as long as anybody may read them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import apps
from django.db import connection
from psycopg2 import sql

from beneficiaries.private.sealed import SealedField
from beneficiaries.private.sealed_columns import rewrite
from beneficiaries.private.vault import Keyring, keyring
from ledger.table_rights import UPDATE, declared_rights

_KEY = "split_part({}, '.', 2)"
# Sealed by hand inside other columns: place, table, and the sealed texts in it.
_INSIDE = (
    (
        "funds_voucher.snapshot",
        "SELECT line ->> 'cnic' FROM funds_voucher, jsonb_array_elements(snapshot -> 'rows') AS line"
        " UNION ALL SELECT snapshot ->> 'salt' FROM funds_voucher",
    ),
    ("config_idempotencykey.body", "SELECT convert_from(substr(body, 1, 20), 'UTF8') FROM config_idempotencykey"),
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many values of one place are sealed with one key; `kept`: evidence, which is not sealed anew."""

    place: str
    key: str
    values: int
    kept: bool


def counts() -> list[Count]:
    """Of every place, by key."""
    found = []
    for model, field in _columns():
        place = f"{model._meta.db_table}.{field.column}"
        text = sql.SQL("SELECT {column} FROM {table}").format(
            column=sql.Identifier(field.column), table=sql.Identifier(model._meta.db_table)
        )
        found += _counted(place, text, kept=not _may_change(model))
    for place, texts in _INSIDE:
        found += _counted(place, sql.SQL(texts), kept=True)
    return found


def _counted(place: str, texts: sql.Composable, *, kept: bool) -> list[Count]:
    question = sql.SQL(
        "SELECT split_part(text, '.', 2), count(*) FROM ({}) AS found (text) WHERE text LIKE 'e1.%%' GROUP BY 1 ORDER BY 1"
    ).format(texts)
    with connection.cursor() as cursor:
        cursor.execute(question, [])
        return [Count(place, key, number, kept) for key, number in cursor.fetchall()]


def reseal(tell: Callable[[str, int], None]) -> int:
    """Seals with the first key what another one sealed, in batches that stay when the work is broken off.

    `tell` hears each place and its number of values. Writes no history, because no value changes.
    """
    total, ring = 0, keyring()
    for model, field in _columns():
        if not _may_change(model):
            continue
        old = f"{_KEY.format(connection.ops.quote_name(str(field.column)))} <> '{ring.current}'"
        done = rewrite(model, str(field.column), partial(_again, ring, field.kind), where=old)
        tell(f"{model._meta.db_table}.{field.column}", done)
        total += done
    return total


def _again(ring: Keyring, kind: str, stored: str) -> str:
    return ring.seal(kind, ring.open(kind, stored))


def _columns() -> list[tuple[Any, SealedField]]:
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    ]


def _may_change(model: Any) -> bool:
    return UPDATE in declared_rights()[model._meta.db_table]
