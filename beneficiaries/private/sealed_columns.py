"""Sealed columns as the database holds them, read and written in batches past the models: for migrations and new keys.

The values stay what they are, so nothing here writes history.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def unguarded(model: type[Model]) -> Iterator[None]:
    """The owner's migrations alone: the table's rules rest inside, and are as before after it, also in a failed one."""
    table = connection.ops.quote_name(model._meta.db_table)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled = 'A'", [table]
        )
        rules = [name for (name,) in cursor.fetchall()]
        for name in rules:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        yield
        # A row that was written twice has its foreign keys checked at commit, and a table is not altered before that.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in rules:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
