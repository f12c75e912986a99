"""Throw-away databases on the server in use: the embedded one, or that of DATABASE_URL. Peers get the same durability."""

import io
import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.errors
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg2 import sql

from config import embedded_postgres
from config.environment import Environment

PREFIX = "relief_bench_"
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class Login:
    """Where and as whom to connect; `role` is taken on afterwards, if there is one."""

    host: str
    port: str
    user: str
    password: str
    database: str
    role: str = ""

    @classmethod
    def of(cls, chosen: dict[str, Any]) -> "Login":
        """From one of Django's DATABASES; starts the embedded server if that is the one in use."""
        host, port, password = (str(chosen.get(key, "")) for key in ("HOST", "PORT", "PASSWORD"))
        if chosen.get("EMBEDDED"):
            server = embedded_postgres.ensure(chosen["EMBEDDED"])
            host, port, password = server.host, str(server.port), server.passwords[chosen["USER"]]
        return cls(host, port, chosen["USER"], password, chosen["NAME"], chosen["OPTIONS"].get("assume_role", ""))

    def to(self, database: str) -> "Login":
        return Login(**asdict(self) | {"database": database})


def connect(login: Login, *, autocommit: bool = True) -> Any:
    """A raw connection."""
    raw = psycopg2.connect(
        host=login.host, port=login.port or None, user=login.user, password=login.password, dbname=login.database
    )
    raw.autocommit = True
    if login.role:
        with raw.cursor() as cursor:
            cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(login.role)))
    raw.autocommit = autocommit
    return raw


def django_uses(login: Login, *, application: str = "") -> None:
    """Django's next connections in this process go there; `application` is the role that `migrate` gives rights to."""
    connection.close()
    given = connection.settings_dict
    options = {name: value for name, value in given["OPTIONS"].items() if name != "assume_role"}
    connection.settings_dict |= {
        "NAME": login.database,
        "USER": login.user,
        "PASSWORD": login.password,
        "HOST": login.host,
        "PORT": login.port,
        "EMBEDDED": None,
        "APPLICATION_ROLE": application,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": options | ({"assume_role": login.role} if login.role else {}),
    }


@dataclass(frozen=True, slots=True)
class Books:
    """A throw-away database with the ledger's tables and rules: the logins of its owner and of the application."""

    owner: Login
    application: Login


@dataclass(slots=True)
class Scratch:
    """Makes throw-away databases when they are asked for."""

    version: str
    cursor: Any
    owner: Login
    application: Login
    drops: ExitStack

    def empty(self, part: str) -> Login:
        """A new database without tables, for its owner."""
        name = f"{PREFIX}{os.getpid()}_{part}"
        self.drops.callback(_drop, self.cursor, name)
        self.cursor.execute(f"CREATE DATABASE {name}")
        return self.owner.to(name)

    def books(self, part: str) -> Books:
        """A new database with the ledger; Django's connection is left on it, as the application."""
        owner = self.empty(part)
        migrate(owner, self.application.user)
        made = Books(owner, self.application.to(owner.database))
        django_uses(made.application)
        return made


def migrate(owner: Login, application: str) -> None:
    """Makes the ledger's tables and rules there; the application's role gets its rights."""
    django_uses(owner, application=application)
    for app in ("auth", "ledger"):
        call_command("migrate", app, verbosity=0, stderr=io.StringIO())


@contextmanager
def scratch() -> Iterator[Scratch]:
    """Throw-away databases, dropped whatever happens."""
    owner, application = _logins()
    with ExitStack() as stack:
        raw = stack.enter_context(closing(connect(owner)))
        cursor = raw.cursor()
        version = _check(cursor)
        _drop_left_behind(cursor)
        drops = stack.enter_context(ExitStack())
        stack.callback(connection.close)  # first of all, when it ends: a database in use cannot be dropped
        yield Scratch(version, cursor, owner, application, drops)


def settle(login: Login) -> None:
    """Puts a filled database in the state it has on a quiet day: statistics, visibility, no writing left over."""
    with closing(connect(login)) as raw, raw.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        with suppress(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("CHECKPOINT")


def _drop(cursor: Any, name: str) -> None:
    """Sessions that were closed a moment ago may still be there, and those of the application are not ours to end."""
    deadline = time.monotonic() + 60
    while True:
        try:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        except (psycopg2.errors.ObjectInUse, psycopg2.errors.InsufficientPrivilege):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _logins() -> tuple[Login, Login]:
    """The owner's and the application's, as `manage.py migrate` and the site would connect."""
    owner = Environment(argv=["manage.py", "migrate"]).databases(settings.VAR_DIR)["default"]
    application = Environment(argv=["bench"]).databases(settings.VAR_DIR)["default"]
    return Login.of(owner), Login.of(application)


def _check(cursor: Any) -> str:
    """The server's version. Raises: RuntimeError if what it calls committed may be lost."""
    cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting <> 'on'", [list(DURABLE)])
    if weak := [name for (name,) in cursor.fetchall()]:
        raise RuntimeError(f"{', '.join(weak)} must be on: otherwise no rate here means durable commits.")
    cursor.execute("SHOW server_version")
    return str(cursor.fetchone()[0])


def _drop_left_behind(cursor: Any) -> None:
    """Drops the databases of runs that were killed."""
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
    for (name,) in cursor.fetchall():
        found = re.fullmatch(rf"{PREFIX}([0-9]+)_[a-z]+", name)
        if found and not Path("/proc", found[1]).exists():
            _drop(cursor, name)
