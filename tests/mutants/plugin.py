"""A pytest plugin that breaks the test database in one place before the first test, as the tables' owner."""

import os
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def broken(django_db_setup: None, logins: Any) -> Iterator[None]:
    from tests.mutants.catalogue import all_mutants  # models, which are there only once Django is set up

    wanted = os.environ["RELIEF_MUTANT"]
    mutant = next(each for each in all_mutants() if each.name == wanted)
    owner = logins.owner_connection()
    with owner.cursor() as cursor:
        change, mend = _statements(cursor, mutant)
        cursor.execute(change)
        yield
        cursor.execute(mend)
    owner.close()


def _statements(cursor: Any, mutant: Any) -> tuple[str, str]:
    """What breaks the database, and what makes it whole again for the next mutant."""
    if mutant.trigger:
        alter = f"ALTER TABLE {mutant.table}"
        return f"{alter} DISABLE TRIGGER {mutant.trigger}", f"{alter} ENABLE ALWAYS TRIGGER {mutant.trigger}"
    if mutant.function:
        cursor.execute("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = %s", [mutant.function])
        text = cursor.fetchone()[0]
        if mutant.old not in text:
            pytest.exit(f"{mutant.name}: the rule no longer says {mutant.old!r}", returncode=9)
        return text.replace(mutant.old, mutant.new), text
    cursor.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass",
        [mutant.old, mutant.table],
    )
    if row := cursor.fetchone():
        alter = f"ALTER TABLE {mutant.table}"
        return f"{alter} DROP CONSTRAINT {mutant.old}", f"{alter} ADD CONSTRAINT {mutant.old} {row[0]}"
    cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [mutant.old])
    return f"DROP INDEX {mutant.old}", cursor.fetchone()[0]
