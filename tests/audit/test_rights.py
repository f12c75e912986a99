"""verify names every right of the application that no app declares. The tables' owner gives each away, and takes it back."""

from typing import Any

import pytest
from django.db import connection

from audit.checks.rights import rights
from tests.conftest import Logins

EXCESS = [
    ("GRANT UPDATE ON ledger_journalline TO {role}", "may UPDATE ledger_journalline"),
    ("GRANT UPDATE (memo) ON ledger_journalentry TO {role}", "may UPDATE ledger_journalentry"),
    ("GRANT INSERT ON ledger_accounttotal TO PUBLIC", "may INSERT ledger_accounttotal"),
    ("GRANT UPDATE ON ledger_accountfloor TO {role}", "may UPDATE ledger_accountfloor"),
    ("GRANT DELETE ON funds_fund TO {role}", "may DELETE funds_fund"),
    ("GRANT TRUNCATE ON django_session TO {role}", "may TRUNCATE django_session"),
    ("GRANT TRIGGER ON ledger_account TO {role}", "may TRIGGER ledger_account"),
    ("GRANT INSERT ON django_migrations TO {role}", "may INSERT django_migrations"),
    ("GRANT CREATE ON SCHEMA public TO {role}", "may create in the schema public"),
    ("GRANT CREATE ON DATABASE {database} TO {role}", "may create schemas"),
    ("GRANT TEMPORARY ON DATABASE {database} TO PUBLIC", "may create temporary tables"),
    (
        "GRANT UPDATE ON SEQUENCE ledger_journalentry_id_seq TO {role}",
        "may set the sequence ledger_journalentry_id_seq back",
    ),
    (
        "CREATE FUNCTION sneak() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "may call sneak(), which runs with the rights of {owner}",
    ),
]


@pytest.fixture
def names(owner_login: None, db: None, logins: Logins) -> dict[str, str]:
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    return {"role": logins.roles.application, "owner": logins.roles.owner, "database": database}


def test_the_application_has_no_right_too_many(names: dict[str, str]) -> None:
    assert rights() == ([], ())


@pytest.mark.parametrize(("grant", "told"), EXCESS)
def test_a_right_too_many_is_named(names: dict[str, str], grant: str, told: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(grant.format(**names))
    assert rights() == ([f"role {names['role']} {told.format(**names)}"], ())


def test_who_may_become_the_owner_is_named(
    names: dict[str, str], logins: Logins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "APPLICATION_ROLE", logins.roles.login)
    found, notes = rights()
    assert f"role {logins.roles.login} may act as {logins.roles.owner}" in found
    assert notes == ()


def test_one_login_for_everything_is_told_in_plain_words(
    names: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolsuper ORDER BY oid LIMIT 1")
        (superuser,) = cursor.fetchone()
    for role, what in ((superuser, "a superuser"), (names["owner"], "the owner of the tables")):
        monkeypatch.setitem(connection.settings_dict, "APPLICATION_ROLE", role)
        found, (note,) = rights()
        assert found == []
        assert note.startswith(f"The application connects as {role}, {what}: rights cannot protect the records")
        assert note.endswith("manage.py database_roles.")


def test_a_role_that_is_not_there_is_named(names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "APPLICATION_ROLE", "nobody_at_all")
    assert rights() == (["there is no database role nobody_at_all"], ())


def test_each_table_of_records_is_among_those_compared(names: Any) -> None:
    """A table that comes later is compared too: the question asks the catalogue, not a list."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE later (a int); GRANT INSERT ON later TO {names['role']}")
    assert rights()[0] == [f"role {names['role']} may INSERT later"]
