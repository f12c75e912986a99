"""The databases of a test run: one is migrated, all others are copies of it.

    test_relief_p123              migrated once, by the first worker; nobody works in it
    test_relief_p123_gw0          a worker's own, empty: for tests that commit, or that want nothing there
    test_relief_p123_gw0_here     the same with a standing world, for tests that are rolled back

A standing world is made and committed once for each worker, by the function under `@standing`. A test that asks for it
works in that database, in a transaction of its own, and gets a copy of what the function returned.
"""

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import pytest
from django.db import connection, transaction
from psycopg2.errors import InsufficientPrivilege, ObjectInUse

MAKERS: dict[str, Callable[[], Any]] = {}
TRANSACTIONAL = {"transactional_db", "live_server"}


class Logins(Protocol):
    """What is asked of tests/conftest.py."""

    def use(self, role: str) -> None: ...

    def owner_connection(self, database: str = "") -> Any: ...


def standing(make: Callable[[], Any]) -> Any:
    """A fixture of this function's name: what it makes stands already when the test begins. One for each test."""
    name = make.__name__
    assert name not in MAKERS, f"there is a standing world {name} already"
    MAKERS[name] = make

    @pytest.fixture(name=name)
    def fixture(db: None, databases: "Databases") -> Any:
        return copy.deepcopy(databases.standing[name])

    fixture.__doc__ = make.__doc__
    return fixture


def wanted(item: pytest.Item) -> str:
    """The standing world this test asks for, or nothing."""
    fixtures = set(getattr(item, "fixturenames", ()))
    found = sorted(fixtures & set(MAKERS))
    if not found:
        return ""
    marker = item.get_closest_marker("django_db")
    commits = fixtures & TRANSACTIONAL or (marker and marker.kwargs.get("transaction"))
    if commits or len(found) > 1:
        text = "only one that is rolled back can have a standing world, and only one world"
        raise pytest.UsageError(f"{item.nodeid} asks for {', '.join(found)}: {text}.")
    return found[0]


class Databases:
    """One worker's databases. `template` is the migrated one, `own` the worker's empty one."""

    def __init__(self, logins: Logins, blocker: Any, *, template: str, own: str) -> None:
        self.logins, self.blocker, self.template, self.own = logins, blocker, template, own
        self.settings = connection.settings_dict
        self.standing: dict[str, Any] = {}
        self.made: list[str] = []

    @contextmanager
    def alone(self) -> Iterator[Any]:
        """A cursor of the owner outside all these databases, while no other worker migrates or copies."""
        raw = self.logins.owner_connection("postgres")
        try:
            with raw.cursor() as cursor:
                # The application's sessions give up soon; to migrate takes longer.
                cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
                cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [self.template])
                yield cursor
        finally:
            raw.close()

    def migrate(self, *, keep: bool, anew: bool) -> None:
        """Makes the template, or finds that another worker of this run did. A template to keep is brought up to date."""
        with self.alone() as cursor:
            if keep:
                self._create(self.template, keepdb=not anew)
            elif not _exists(cursor, self.template):
                # Under its name only when it is whole, so nobody copies half of it.
                self._create(f"{self.template}_new", keepdb=False)
                cursor.execute(f"ALTER DATABASE {self.template}_new RENAME TO {self.template}")

    def _create(self, name: str, *, keepdb: bool) -> None:
        self.settings["TEST"]["NAME"] = name
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=keepdb)
        connection.close()

    def copy(self, name: str) -> None:
        """A database like the template. What belongs to a database itself is not copied, so it is said again."""
        self.made.append(name)
        with self.alone() as cursor:
            _drop(cursor, name)
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {self.template}")
            cursor.execute(f"REVOKE TEMPORARY, CREATE ON DATABASE {name} FROM PUBLIC")

    def enter(self, world: str = "") -> None:
        """From here on Django works in the database of this standing world, which is made if need be, or in `own`."""
        name = f"{self.own}_{world}" if world else self.own
        missing = world and world not in self.standing
        if missing or self.settings["NAME"] != name:
            connection.close()
            self.settings["NAME"] = name
        if missing:
            self.copy(name)
            with self.blocker.unblock(), transaction.atomic():
                self.standing[world] = MAKERS[world]()

    def drop(self, *, keep: bool) -> None:
        """This worker's databases, and the template unless it is kept or another worker may still copy it."""
        connection.close()
        with self.alone() as cursor:
            for name in self.made:
                _drop(cursor, name)
            cursor.execute("SELECT count(*) FROM pg_database WHERE starts_with(datname, %s)", [f"{self.template}_"])
            if not keep and cursor.fetchone() == (0,):
                cursor.execute(f"DROP DATABASE IF EXISTS {self.template}")


def _drop(cursor: Any, name: str) -> None:
    """Sessions of the application that were closed a moment ago may still be there, and are not the owner's to end."""
    deadline = time.monotonic() + 30
    while True:
        try:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        except (ObjectInUse, InsufficientPrivilege):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() is not None
