"""Empties the test database after a test that committed, although the database itself forbids that."""

from typing import Any

from psycopg2 import sql

TABLES = (
    "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
    " AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'django_migrations' ORDER BY 1"
)
TRIGGERS = (
    "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid"
    " WHERE NOT tgisinternal AND tgparentid = 0 AND tgenabled <> 'D' AND c.relkind <> 'v' ORDER BY 1, 2"
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
            self.kept = self._filled(cursor)
            for position, table in enumerate(self.kept):
                cursor.execute(f"CREATE TABLE kept.t{position} AS TABLE {table}")

    def __call__(self, statements: list[str]) -> None:
        """One transaction: rules off, rows out, the kept rows back in, and each rule on again exactly as it was."""
        with self.owner.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                if filled := self._filled(cursor):
                    self._empty(cursor, filled)
                cursor.execute("COMMIT")
            finally:
                cursor.execute("ROLLBACK")

    def _empty(self, cursor: Any, filled: list[str]) -> None:
        cursor.execute(TRIGGERS)
        triggers = cursor.fetchall()
        for table in sorted({table for table, _, _ in triggers}):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
        for position, table in enumerate(self.kept):
            cursor.execute(f"INSERT INTO {table} TABLE kept.t{position}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, name, state in triggers:
            on = sql.SQL("ALTER TABLE " + table + " " + ENABLED[state] + " {}").format(sql.Identifier(name))
            cursor.execute(on)

    @staticmethod
    def _filled(cursor: Any) -> list[str]:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        questions = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (TABLE {table})" for table in tables)
        cursor.execute(questions)
        return [name for (name,) in cursor.fetchall()]
