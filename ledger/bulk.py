"""Many rows of one kind at once, each with a row of its history: the history is copied inside the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault
from django.utils import timezone

from ledger.history import stamp

Row = TypeVar("Row", bound=models.Model)
BATCH = 5_000


def create_many(rows: Sequence[Row], *, by: User, batch: int = BATCH) -> list[Row]:
    """Writes new rows of one model, in statements of `batch` rows, and their history as `by` and the reason of `acting` say.

    A private value keeps the seal it has in its row. Call it inside a transaction.
    """
    if not rows:
        return []
    at = timezone.now()
    for first in range(0, len(rows), batch):
        part = rows[first : first + batch]
        keys = _write(part, at)
        for row, key in zip(part, keys, strict=True):
            row.pk, row._state.adding, row._state.db = key, False, connection.alias
        _keep(type(rows[0]), keys, "+", by=by, at=at)
    return list(rows)


def _write(rows: Sequence[models.Model], at: datetime) -> list[int]:
    """The keys of new rows. What is the same in all of them is sent once: a person has forty columns, a list tells ten of each."""
    columns, same = dict[str, list[Any]](), dict[str, Any]()
    for field in rows[0]._meta.concrete_fields:
        if field.primary_key:
            continue
        if _now(field):
            for row in rows:
                setattr(row, field.attname, at)
        values = [getattr(row, field.attname) for row in rows]
        first = values[0]
        if isinstance(first, DatabaseDefault):
            assert all(isinstance(value, DatabaseDefault) for value in values)
        elif all(value is first or value == first for value in values):
            same[field.name] = field.get_db_prep_save(first, connection)
        else:
            columns[field.name] = [field.get_db_prep_save(value, connection) for value in values]
    if not columns:
        name, value = same.popitem()
        columns[name] = [value] * len(rows)
    return insert_columns(type(rows[0]), columns, same)


def _now(field: Any) -> bool:
    return bool(getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False))


def _array(field: Any) -> str:
    """The type of a column's values. A text is sent without its length, for a cast would cut it and an insert refuses it."""
    kind: str = field.db_type(connection)
    return "text[]" if kind.startswith("varchar") else f"{kind}[]"


def insert_columns(model: Any, columns: Mapping[str, Sequence[Any]], same: Mapping[str, Any]) -> list[int]:
    """Rows given column by column, in one statement; `same` holds what is the same in all of them. Their keys, in order.

    For tables without history: values go in as they are, a JSON as text.
    """
    fields = {name: model._meta.get_field(name) for name in (*columns, *same)}
    quote = connection.ops.quote_name
    into = ", ".join(quote(field.column) for field in fields.values())
    parts = [f"given.c{place}" for place in range(len(columns))] + ["%s"] * len(same)
    lists = ", ".join(f"%s::{_array(fields[name])}" for name in columns)
    names = ", ".join(f"c{place}" for place in range(len(columns)))
    sql = (
        f"INSERT INTO {quote(model._meta.db_table)} ({into}) SELECT {', '.join(parts)}"
        f" FROM unnest({lists}) WITH ORDINALITY AS given ({names}, place) ORDER BY place RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*same.values(), *map(list, columns.values())])
        return [key for (key,) in cursor.fetchall()]


def change_many(rows: models.QuerySet[Any], *, by: User, **values: Any) -> int:
    """Gives the same values to all these rows, in one statement, and keeps their history as `create_many` does; how many.

    Lock the rows first. Call it inside a transaction.
    """
    keys = list(rows.values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=keys).update(**values)
    _keep(rows.model, keys, "~", by=by, at=timezone.now())
    return len(keys)


def _keep(model: Any, keys: list[int], what: str, *, by: User, at: datetime) -> None:
    """One history row for each key, taken from the table itself; `what` is the history's sign for new or changed."""
    kept: Any = model.history.model
    shape = kept(history_user=by, history_date=at, history_type=what)
    stamp(shape)
    fields = [kept._meta.get_field(field.name) for field in kept.tracked_fields]
    same = [connection.ops.quote_name(field.column) for field in fields]
    own = [field for field in kept._meta.concrete_fields if field not in fields and not field.primary_key]
    values = [field.get_db_prep_save(getattr(shape, field.attname), connection) for field in own]
    names = [connection.ops.quote_name(field.column) for field in own]
    into, source = (connection.ops.quote_name(each._meta.db_table) for each in (kept, model))
    sql = (
        f"INSERT INTO {into} ({', '.join([*same, *names])}) SELECT {', '.join([*same, *['%s'] * len(own)])}"
        f" FROM {source} WHERE id = ANY(%s) ORDER BY id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, keys])
