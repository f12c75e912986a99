"""Sealed columns as the database holds them, read and written in batches past the models: for new keys.

The values stay what they are, so nothing here writes history.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from psycopg2 import sql
from psycopg2.extras import execute_values

BATCH = 2000


def rewrite(model: type[Model], column: str, change: Callable[[Any], Any], *, where: str = "true") -> int:
    """Puts change(stored) in place of each stored value that is not empty; returns how many rows that were.

    `where` is our own SQL on the table. Each batch is a transaction of its own, unless the caller has one. A row that
    somebody changed meanwhile keeps what they wrote.
    """
    names = _names(model, column)
    text = "SELECT {pk}, {column} FROM {table} WHERE {pk} > %s AND {column} <> '' AND ({where}) ORDER BY {pk} LIMIT %s"
    read = sql.SQL(text).format(where=sql.SQL(where), **names)
    write = sql.SQL(
        "UPDATE {table} SET {column} = new.new FROM (VALUES %s) AS new (pk, old, new)"
        " WHERE {table}.{pk} = new.pk AND {table}.{column} = new.old"
    ).format(**names)
    done, last = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(read, [last, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return done
            changed = [(pk, stored, change(stored)) for pk, stored in rows]
            execute_values(cursor.cursor, write, changed, page_size=BATCH)
        done, last = done + len(rows), rows[-1][0]


def _names(model: type[Model], column: str) -> dict[str, sql.Composable]:
    pk = model._meta.pk
    assert pk is not None
    return {
        "table": sql.Identifier(model._meta.db_table),
        "pk": sql.Identifier(pk.column),
        "column": sql.Identifier(column),
    }
