"""Ledgers written by hand with nothing but tables and psycopg2: what entries cost at the least.

The bare floor has tables and keys and no rule at all. The floor with a rule is a ledger: each line's own trigger sums its
entry up again when the transaction ends, as trigger-based ledgers usually do, and balances can be read from an index.
Neither keeps totals, refuses changes or knows months.
"""

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
    INSERT INTO account SELECT n, 'account ' || n FROM generate_series(1, 204) AS n;
"""
BARE = "CREATE INDEX ON line (account_id);"
RULE = """
    CREATE INDEX ON line (account_id) INCLUDE (amount);
    CREATE FUNCTION entry_must_balance() RETURNS trigger LANGUAGE plpgsql AS $rule$
    DECLARE
        entry bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.entry_id ELSE NEW.entry_id END;
    BEGIN
        IF (SELECT sum(amount) FROM line WHERE entry_id = entry) <> 0 THEN
            RAISE EXCEPTION 'entry % does not balance', entry USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $rule$;
    CREATE CONSTRAINT TRIGGER entry_must_balance AFTER INSERT OR UPDATE OR DELETE ON line
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_must_balance();
"""
DAY = "2025-09-26"
_ENTRY = "INSERT INTO entry (date, memo) VALUES (%s, %s) RETURNING id"
_PAIR = "INSERT INTO line (entry_id, account_id, amount) VALUES (%s, 1, %s), (%s, 2, %s)"
_LINES = "INSERT INTO line (entry_id, account_id, amount) VALUES %s"


def post_one(raw: Any, number: int) -> None:
    """Four statements: BEGIN (sent by the driver), the entry, its two lines, COMMIT."""
    amount = 1 + number % 100_000
    with raw.cursor() as cursor:
        cursor.execute(_ENTRY, [DAY, f"Entry {number}"])
        (entry,) = cursor.fetchone()
        cursor.execute(_PAIR, [entry, amount, entry, -amount])
    raw.commit()


def post_many(raw: Any, count: int) -> None:
    """`count` entries by two calls of execute_values, each of one statement, and one COMMIT."""
    with raw.cursor() as cursor:
        rows = [(DAY, f"Entry {number}") for number in range(count)]
        sent = "INSERT INTO entry (date, memo) VALUES %s RETURNING id"
        ids = [number for (number,) in execute_values(cursor, sent, rows, page_size=count, fetch=True)]
        pairs = ([(entry, 1, 1 + entry % 100_000), (entry, 2, -1 - entry % 100_000)] for entry in ids)
        execute_values(cursor, _LINES, list(itertools.chain.from_iterable(pairs)), page_size=2 * count)
    raw.commit()


def post_wide(raw: Any, count: int) -> None:
    """One entry of `count` lines over two hundred accounts."""
    with raw.cursor() as cursor:
        cursor.execute(_ENTRY, [DAY, "A long list"])
        (entry,) = cursor.fetchone()
        lines = [(entry, 1 + number % 200, -7 if number % 2 else 7) for number in range(count)]
        execute_values(cursor, _LINES, lines, page_size=count)
    raw.commit()
