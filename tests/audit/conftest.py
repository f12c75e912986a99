"""Tests that corrupt records: they act as the tables' owner inside one transaction, which is rolled back at the end."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from audit.verify import verify
from ledger.models import JournalEntry
from tests import world
from tests.conftest import Logins
from tests.standing import standing

Corrupt = Callable[..., int]
TABLES = (
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    " AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)"
)


@pytest.fixture
def owner_login(django_db_setup: None, logins: Logins, django_db_blocker: Any) -> Iterator[None]:
    """Django's connection is the owner's while the test runs; asked for before `db`, so it outlives the transaction."""
    with django_db_blocker.unblock():
        logins.use(logins.roles.owner)
    yield
    with django_db_blocker.unblock():
        logins.use(logins.roles.application)


@pytest.fixture
def corrupt(owner_login: None, db: None) -> Callable[..., int]:
    """Runs one statement with all rules of the database switched off, as only the owner can; answers the rows changed."""

    def run(statement: str, *values: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(TABLES)
            tables = [name for (name,) in cursor.fetchall()]
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement, values)
            changed = cursor.rowcount
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
                cursor.execute(
                    "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
                )
                for (name,) in cursor.fetchall():
                    cursor.execute(f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER "{name}"')
        assert changed != 0, f"nothing was corrupted: {statement}"
        return changed

    return run


@standing
def audited_world() -> world.World:
    """The small world with one diyat to four heirs paid and cleared, a grant at its sanction and one vouchered."""
    made = world.build()
    made.cleared(made.diyat())
    made.at_sanction()
    made.vouchered()
    return made


@pytest.fixture
def here(corrupt: Callable[..., int], audited_world: world.World) -> world.World:
    return audited_world


def broken() -> dict[str, str]:
    """What does not hold, by promise: all its offenders as one text."""
    return {result.id: "\n".join(result.offenders) for result in verify().broken}


def entry(key: str) -> int:
    return JournalEntry.objects.get(key=key).pk
