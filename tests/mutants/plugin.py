"""A pytest plugin that breaks the migrated database in one place, as the tables' owner, before the tests copy it."""

import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test without a database notices nothing."""
    from tests.conftest import asks_for_a_database

    config.hook.pytest_deselected(items=[item for item in items if not asks_for_a_database(item)])
    items[:] = [item for item in items if asks_for_a_database(item)]


@pytest.fixture(scope="session", autouse=True)
def broken(databases: Any, logins: Any) -> Iterator[None]:
    from tests.mutants.catalogue import all_mutants  # models, which are there only once Django is set up

    wanted = os.environ["RELIEF_MUTANT"]
    mutant = next(each for each in all_mutants() if each.name == wanted)
    with closing(logins.owner_connection(databases.template)) as owner, owner.cursor() as cursor:
        change, mend = _statements(cursor, mutant)
        cursor.execute(change)
    yield
    with closing(logins.owner_connection(databases.template)) as owner, owner.cursor() as cursor:
        cursor.execute(mend)


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
