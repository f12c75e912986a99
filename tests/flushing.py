"""Empties the test database after a test that committed, although the database itself forbids that."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from psycopg2 import sql

TABLES = (
    "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
    " AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'django_migrations' ORDER BY 1"
)
TRIGGERS = (
    "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid"
    " WHERE NOT tgisinternal AND tgparentid = 0 AND tgenabled <> 'D' AND c.relkind <> 'v'"
    " AND tgrelid::regclass::text = ANY(%s) ORDER BY 1, 2"
)
ENABLED = {"O": "ENABLE TRIGGER", "A": "ENABLE ALWAYS TRIGGER", "R": "ENABLE REPLICA TRIGGER"}


class Flush:
    """Called in place of Django's flush. Rows that the migrations wrote are kept aside and put back.

    `owner` is a raw connection of the tables' owner, in autocommit.
    """

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        with owner.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
            self.kept = {table: f"kept.t{position}" for position, table in enumerate(self._filled(cursor))}
            for table, kept in self.kept.items():
                cursor.execute(f"CREATE TABLE {kept} AS TABLE {table}")

    def __call__(self, statements: list[str]) -> None:
        """One transaction: rules off, rows out, the kept rows back in, and each rule on again exactly as it was."""
        with self.owner.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                if changed := self._changed(cursor):
                    self._empty(cursor, changed)
                cursor.execute("COMMIT")
            finally:
                cursor.execute("ROLLBACK")

    def _changed(self, cursor: Any) -> list[str]:
        """Tables with rows that no migration wrote, or without some that one did."""
        differ = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS ((TABLE {table} EXCEPT TABLE {kept}) UNION ALL (TABLE {kept} EXCEPT TABLE {table}))"
            for table, kept in self.kept.items()
        )
        cursor.execute(differ)
        changed = [name for (name,) in cursor.fetchall()]
        return [*changed, *(table for table in self._filled(cursor) if table not in self.kept)]

    def _empty(self, cursor: Any, tables: list[str]) -> None:
        """By DELETE, for tests leave few rows behind, and a TRUNCATE makes new files for each table and index."""
        cursor.execute(TRIGGERS, [tables])
        found = cursor.fetchall()
        for table in {table for table, _, _ in found}:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
        for table in tables:
            if table in self.kept:
                cursor.execute(f"INSERT INTO {table} TABLE {self.kept[table]}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, triggers in groupby(found, key=itemgetter(0)):
            on = [sql.SQL(ENABLED[state] + " {}").format(sql.Identifier(name)) for _, name, state in triggers]
            cursor.execute(sql.SQL("ALTER TABLE " + table + " ") + sql.SQL(", ").join(on))

    @staticmethod
    def _filled(cursor: Any) -> list[str]:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        questions = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (TABLE {table})" for table in tables)
        cursor.execute(questions)
        return [name for (name,) in cursor.fetchall()]
