"""`manage.py database_roles`: as SQL for psql and applied, on the server the tests run on; as often as one likes."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.core.management import CommandError, ManagementUtility, call_command
from psycopg2 import sql
from psycopg2.extensions import make_dsn

from config import embedded_postgres
from config.database_roles import EMBEDDED, Roles
from tests.conftest import Logins

PASSWORD = "p'ss \\ %@:wörd"
VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL")


@dataclass(frozen=True, slots=True)
class Server:
    """A database and roles of its own on the tests' server, and how a superuser reaches that."""

    roles: Roles
    admin: str

    def one(self, question: str, database: str = "") -> Any:
        """The first value of the answer, asked as the superuser."""
        raw = psycopg2.connect(make_dsn(self.admin, dbname=database) if database else self.admin)
        raw.autocommit = True
        try:
            with raw.cursor() as cursor:
                cursor.execute(question)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            raw.close()

    def address(self, logins: Logins, user: str, more: str = "") -> str:
        parts = {**logins.address, "user": user, "password": PASSWORD}
        query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in parts.items())
        return f"postgresql:///{self.roles.database}?{query}{more}"


@pytest.fixture
def server(django_db_setup: None, logins: Logins, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The environment names it; afterwards all of it is gone."""
    mark = f"test_relief_own_{os.getpid()}"
    admin = (
        make_dsn(**logins.address, user="postgres", dbname="postgres")
        if logins.embedded
        else os.environ["DATABASE_URL"]
    )
    made = Server(Roles(mark, f"{mark}_owner", f"{mark}_migrator", f"{mark} app"), admin)
    monkeypatch.setenv("DATABASE_URL", made.address(logins, made.roles.application))
    monkeypatch.setenv("DATABASE_OWNER_URL", made.address(logins, made.roles.login, f"&assume_role={made.roles.owner}"))
    monkeypatch.setenv("DATABASE_ADMIN_URL", admin)
    yield made
    made.one(f'DROP DATABASE IF EXISTS "{made.roles.database}"')
    for role in (made.roles.application, made.roles.login, made.roles.owner):
        made.one(f'DROP ROLE IF EXISTS "{role}"')


def told(*args: str) -> dict[str, Any]:
    out = StringIO()
    call_command("database_roles", "--json", *args, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    assert PASSWORD not in out.getvalue()
    return found


def test_a_server_is_set_up_once_and_again(server: Server, logins: Logins) -> None:
    first, again = told("--apply"), told("--apply")
    roles = server.roles
    assert (first["owner"], first["login"], first["application"]) == (roles.owner, roles.login, roles.application)
    assert f"CREATE ROLE {roles.owner}" in first["statements"]
    assert all(statement.endswith("PASSWORD (the one given)") for statement in again["statements"])
    attributes = (
        "SELECT array[rolcanlogin, rolinherit, rolsuper, rolcreaterole, rolcreatedb] FROM pg_roles WHERE rolname"
    )
    assert server.one(f"{attributes} = '{roles.application}'") == [True, False, False, False, False]
    assert server.one(f"{attributes} = '{roles.login}'") == [True, False, False, False, False]
    assert server.one(f"{attributes} = '{roles.owner}'")[0] is False
    assert server.one(f"SELECT rolpassword ~ '^SCRAM' FROM pg_authid WHERE rolname = '{roles.application}'")
    assert (
        server.one(f"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '{roles.database}'") == roles.owner
    )


def test_what_another_login_made_becomes_the_owners(server: Server) -> None:
    """One login did everything so far: it stays the application's and owns nothing more."""
    roles, app = server.roles, sql.Identifier(server.roles.application).string
    server.one(f'CREATE ROLE "{app}" LOGIN CREATEDB')
    server.one(f'CREATE DATABASE "{roles.database}" OWNER "{app}" TEMPLATE template0')
    server.one(
        f'SET ROLE "{app}"; CREATE TYPE mood AS ENUM (\'good\'); CREATE TABLE "Odd name" (id serial, mood mood);'
        " CREATE SEQUENCE free; CREATE VIEW seen AS SELECT 1 AS a; CREATE MATERIALIZED VIEW kept AS SELECT 1 AS a;"
        " CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        roles.database,
    )
    told("--apply")
    left = (
        "SELECT (SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = '{0}') + (SELECT count(*) FROM pg_proc"
        " WHERE pg_get_userbyid(proowner) = '{0}') + (SELECT count(*) FROM pg_type WHERE pg_get_userbyid(typowner) = '{0}')"
    )
    assert server.one(left.format(app), roles.database) == 0
    assert server.one(left.format(roles.owner), roles.database) >= 7
    assert server.one(f"SELECT rolcreatedb FROM pg_roles WHERE rolname = '{app}'") is False


def test_an_application_that_may_act_as_the_owner_no_longer_may(server: Server) -> None:
    told("--apply")
    server.one(f'GRANT "{server.roles.owner}" TO "{server.roles.application}"')
    assert f'REVOKE {server.roles.owner} FROM "{server.roles.application}"' in told("--apply")["statements"]
    member = f"SELECT pg_has_role('{server.roles.application}', '{server.roles.owner}', 'MEMBER')"
    assert server.one(member) is False


def test_the_printed_script_does_the_same_in_psql(server: Server) -> None:
    found = told()
    assert (found["applied"], found["next"]) == (False, "manage.py migrate")
    lines = found["script"].splitlines()
    assert f'\\password "{server.roles.application}"' in lines
    without = "\n".join(line for line in lines if not line.startswith("\\password"))  # psql would ask for them
    command = [
        str(embedded_postgres.program("psql")),
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-d",
        server.admin,
        "-f",
        "-",
    ]
    for _ in range(2):
        done = subprocess.run(command, input=without, text=True, capture_output=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
    assert all(statement.endswith("PASSWORD (the one given)") for statement in told("--apply")["statements"])


@pytest.mark.parametrize("apply", [[], ["--apply"]])
def test_no_password_is_printed(server: Server, apply: list[str]) -> None:
    out = StringIO()
    call_command("database_roles", *apply, stdout=out)
    assert server.roles.application in out.getvalue()
    assert not {PASSWORD, quote(PASSWORD, safe=""), "SCRAM"} & set(out.getvalue().split())
    assert "SCRAM" not in out.getvalue() and PASSWORD not in out.getvalue()


def test_a_superuser_is_never_made_the_application(
    server: Server, logins: Logins, monkeypatch: pytest.MonkeyPatch
) -> None:
    superuser = server.one("SELECT current_user")
    changed = replace(server, roles=replace(server.roles, application=superuser))
    monkeypatch.setenv("DATABASE_URL", changed.address(logins, superuser))
    before = server.one("SELECT count(*) FROM pg_roles")
    refused(f"{superuser} is a superuser", "--apply")
    assert server.one("SELECT count(*) FROM pg_roles") == before


def refused(words: str, *args: str) -> None:
    with pytest.raises(CommandError, match=words) as caught:
        call_command("database_roles", *args, stdout=StringIO())
    assert caught.value.returncode == 1


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Only these variables are set."""

    def only(**given: str) -> None:
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in given.items():
            monkeypatch.setenv(name, value)

    return only


APP, OWNER = "postgresql://app:a@127.0.0.1:1/money", "postgresql://mover:b@127.0.0.1:1/money?assume_role=keeper"


def test_names_come_from_the_addresses_or_are_the_usual_ones(unset: Callable[..., None]) -> None:
    for given, names in (
        ({}, EMBEDDED),
        ({"DATABASE_URL": APP}, Roles("money", "relief_owner", "relief_migrator", "app")),
        ({"DATABASE_URL": APP, "DATABASE_OWNER_URL": OWNER}, Roles("money", "keeper", "mover", "app")),
    ):
        unset(**given)
        found = told()
        assert Roles(found["database"], found["owner"], found["login"], found["application"]) == names


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": APP, "DATABASE_OWNER_URL": OWNER}, "DATABASE_ADMIN_URL is not set"),
        ({"DATABASE_URL": APP, "DATABASE_ADMIN_URL": "postgresql://127.0.0.1:1/x"}, "DATABASE_OWNER_URL is not set"),
        ({"DATABASE_URL": APP, "DATABASE_OWNER_URL": "postgresql://mover@127.0.0.1:1/money"}, "names no owner"),
        ({"DATABASE_URL": APP, "DATABASE_OWNER_URL": OWNER.replace("keeper", "app")}, "as the owner and as a login"),
        ({"DATABASE_URL": f"{APP}?assume_role=other"}, "the application connects as itself"),
        (
            {"DATABASE_URL": APP, "DATABASE_OWNER_URL": OWNER, "DATABASE_ADMIN_URL": "postgresql://127.0.0.1:1/x"},
            "The server refused",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named(unset: Callable[..., None], given: dict[str, str], words: str) -> None:
    unset(**given)
    refused(words, "--apply")


def test_wrong_usage_exits_with_two(capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        ManagementUtility(["manage.py", "database_roles", "--aply"]).execute()
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err
