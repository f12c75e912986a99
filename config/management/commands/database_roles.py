"""Owner and application apart, on a server of your own: prints what a superuser runs in psql, or runs it."""

import os
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management.base import CommandError
from psycopg2.extensions import make_dsn

from config.database_roles import (
    DATABASE_STEPS,
    EMBEDDED,
    OWNERSHIP_STEPS,
    ROLE_STEPS,
    Roles,
    make_roles,
    run,
)
from config.environment import Environment
from config.management.commands.database_url import connection_string
from ledger import commands
from ledger.errors import WrongState

ADMIN = "DATABASE_ADMIN_URL"
NEXT = "manage.py migrate"


class Command(commands.Command):
    help = "Makes the owner of the tables, the login that migrates and the application's login; prints it, or --apply."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        text = (
            f"run it as the superuser of {ADMIN}, with the names and passwords of DATABASE_URL and DATABASE_OWNER_URL"
        )
        parser.add_argument("--apply", action="store_true", help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        """Names come from DATABASE_URL and DATABASE_OWNER_URL where they are set. No password is ever printed."""
        roles, passwords = installation()
        if not options["apply"]:
            text = script(roles)
            self.say(text, _document(roles) | {"applied": False, "script": text}, as_json=options["json"])
            return
        done = apply(roles, passwords)
        text = "\n".join([*(f"{statement};" for statement in done), f"Roles and owner are set. Now: {NEXT}"])
        self.say(text, _document(roles) | {"applied": True, "statements": done}, as_json=options["json"])


def installation() -> tuple[Roles, dict[str, str]]:
    """The names in use, or the usual ones, and the passwords known. Raises: WrongState for roles that are not apart."""
    application, owner = (
        Environment(argv=["manage.py", command]).databases(settings.VAR_DIR)["default"]
        for command in ("database_roles", "migrate")
    )
    if application.get("EMBEDDED"):
        return EMBEDDED, {}
    if "assume_role" in application["OPTIONS"]:
        raise WrongState("DATABASE_URL has assume_role among its options: the application connects as itself.")
    if owner["USER"] == application["USER"]:
        return Roles(application["NAME"], EMBEDDED.owner, EMBEDDED.login, application["USER"]), {}
    if "assume_role" not in owner["OPTIONS"]:
        text = f"DATABASE_OWNER_URL names no owner: add ?assume_role={EMBEDDED.owner}, a role that cannot log in."
        raise WrongState(text)
    roles = Roles(application["NAME"], owner["OPTIONS"]["assume_role"], owner["USER"], application["USER"])
    if roles.owner in {roles.login, roles.application}:
        raise WrongState(f"{roles.owner} is named as the owner and as a login. Choose another name for the owner.")
    given = {server["USER"]: server["PASSWORD"] for server in (owner, application)}
    return roles, {name: password for name, password in given.items() if password}


def script(roles: Roles) -> str:
    """What a superuser runs in psql; as often as wished. Passwords are asked for by psql, which sends them hashed."""
    return "\n".join(
        [
            f"-- {roles.owner} owns the tables and cannot log in; {roles.login} logs in and acts as it;",
            f"-- {roles.application} is the application. Run this as a superuser in psql; it may be run again.",
            *(f"{roles.fill(step)} \\gexec" for step in (*ROLE_STEPS, *DATABASE_STEPS)),
            f"\\password {_quoted(roles.login)}",
            f"\\password {_quoted(roles.application)}",
            f"\\connect {_quoted(roles.database)}",
            *(f"{roles.fill(step)} \\gexec" for step in OWNERSHIP_STEPS),
            "-- Then set these, with host and passwords, and run: " + NEXT,
            f"-- DATABASE_URL=postgresql://{roles.application}:...@HOST:5432/{roles.database}",
            f"-- DATABASE_OWNER_URL=postgresql://{roles.login}:...@HOST:5432/{roles.database}?assume_role={roles.owner}",
        ]
    )


def apply(roles: Roles, passwords: dict[str, str]) -> list[str]:
    """Makes roles, database and owner as the administrator, then tries both logins. Returns the statements run.

    Raises: WrongState without the addresses it needs, CommandError with what the server said.
    """
    if roles == EMBEDDED and not os.environ.get("DATABASE_URL"):
        raise WrongState("DATABASE_URL is not set: the embedded server is in use, and it made its roles itself.")
    for name in (ADMIN, "DATABASE_OWNER_URL"):
        if not os.environ.get(name):
            raise WrongState(f"{name} is not set. See docs/settings.md, or run this without --apply to see it as SQL.")
    address = os.environ[ADMIN]
    try:
        with closing(psycopg2.connect(address)) as server:
            server.autocommit = True
            with server.cursor() as cursor:
                done = make_roles(cursor, roles, passwords) + run(cursor, roles, DATABASE_STEPS)
        inside = psycopg2.connect(make_dsn(address, dbname=roles.database))
        with closing(inside), inside, inside.cursor() as cursor:  # one transaction: all tables or none
            done += run(cursor, roles, OWNERSHIP_STEPS)
        for role in ("application", "owner"):
            psycopg2.connect(connection_string(role)).close()
    except psycopg2.Error as error:
        raise CommandError(f"The server refused: {str(error).strip()}", returncode=1) from error
    return done


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _document(roles: Roles) -> dict[str, Any]:
    """The names, for programs."""
    return {
        "database": roles.database,
        "owner": roles.owner,
        "login": roles.login,
        "application": roles.application,
        "next": NEXT,
    }
