"""The floor: what entries cost with nothing but tables, keys and psycopg2. No rule, no total, no idempotency."""

import itertools
from typing import Any

from psycopg2.extras import execute_values

TABLES = """
    CREATE TABLE account (id bigint PRIMARY KEY, code text NOT NULL UNIQUE);
    CREATE TABLE entry (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        date date NOT NULL,
        memo text NOT NULL,
        recorded timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE line (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        entry_id bigint NOT NULL REFERENCES entry,
        account_id bigint NOT NULL REFERENCES account,
        amount numeric NOT NULL CHECK (amount <> 0)
    );
    CREATE INDEX ON line (entry_id);
    CREATE INDEX ON line (account_id);
    INSERT INTO account SELECT n, 'account ' || n FROM generate_series(1, 20) AS n;
"""
DAY = "2025-09-26"
_ENTRY = "INSERT INTO entry (date, memo) VALUES (%s, %s) RETURNING id"
_LINES = "INSERT INTO line (entry_id, account_id, amount) VALUES (%s, 1, %s), (%s, 2, %s)"


def post_one(raw: Any, number: int) -> None:
    """Four statements: BEGIN (sent by the driver), the entry, its two lines, COMMIT."""
    amount = 1 + number % 100_000
    with raw.cursor() as cursor:
        cursor.execute(_ENTRY, [DAY, f"Entry {number}"])
        (entry,) = cursor.fetchone()
        cursor.execute(_LINES, [entry, amount, entry, -amount])
    raw.commit()


def post_many(raw: Any, count: int) -> None:
    """`count` entries by two calls of execute_values, each of one statement, and one COMMIT."""
    with raw.cursor() as cursor:
        rows = [(DAY, f"Entry {number}") for number in range(count)]
        sent = "INSERT INTO entry (date, memo) VALUES %s RETURNING id"
        ids = [number for (number,) in execute_values(cursor, sent, rows, page_size=count, fetch=True)]
        pairs = ([(entry, 1, 1 + entry % 100_000), (entry, 2, -1 - entry % 100_000)] for entry in ids)
        lines = list(itertools.chain.from_iterable(pairs))
        execute_values(cursor, "INSERT INTO line (entry_id, account_id, amount) VALUES %s", lines, page_size=2 * count)
    raw.commit()
