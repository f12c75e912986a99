"""The application role has the declared rights and no others; the database says so, not our code."""

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from psycopg2.errors import InsufficientPrivilege, InvalidParameterValue

from config.database_roles import KINDS, declared_rights, grant
from funds import rights as fund_rights

pytestmark = pytest.mark.django_db
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


@pytest.fixture
def application(new_connection: Any) -> Any:
    raw = new_connection()
    raw.autocommit = True
    with raw.cursor() as cursor:
        yield cursor


def evidence() -> list[str]:
    return sorted(table for table, rights in declared_rights().items() if rights == KINDS["EVIDENCE"])


def test_each_table_has_exactly_the_declared_rights(application: Any) -> None:
    application.execute(
        "SELECT c.relname, array_agg(r ORDER BY r) FILTER (WHERE has_table_privilege(c.oid, r))"
        " FROM pg_class c, unnest(%s) r WHERE c.relnamespace = 'public'::regnamespace"
        " AND c.relkind IN ('r', 'p', 'v', 'm') GROUP BY c.relname",
        [list(RIGHTS)],
    )
    held = {table: set(rights or ()) for table, rights in application.fetchall()}
    declared = {table: set(rights) for table, rights in declared_rights().items()}
    assert declared.keys() <= held.keys()
    assert held == {table: declared.get(table, {"SELECT"}) for table in held}


def test_there_is_evidence_and_all_history_is_among_it() -> None:
    history = {model._meta.db_table for model in apps.get_models() if model.__name__.startswith("Historical")}
    assert {"ledger_journalentry", "ledger_journalline", "funds_voucher", "funds_decision"} <= set(evidence())
    assert history
    assert history <= set(evidence())


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_evidence_cannot_be_changed_or_removed(application: Any, statement: str) -> None:
    for table in evidence():
        with pytest.raises(InsufficientPrivilege):
            application.execute(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (a int)",
        "CREATE TEMPORARY TABLE mine (a int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE ROLE mine",
        "DROP TABLE ledger_journalline",
        "ALTER TABLE ledger_journalline DISABLE TRIGGER ALL",
        "ALTER TABLE ledger_journalline OWNER TO CURRENT_USER",
        "SELECT setval(pg_get_serial_sequence('ledger_journalentry', 'id'), 1)",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', 'x', now())",
        "COPY auth_user TO PROGRAM 'cat'",
        "SET session_replication_role = replica",
    ],
)
def test_application_cannot_get_round_the_rules(application: Any, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        application.execute(statement)


def test_application_cannot_become_another_role(application: Any) -> None:
    application.execute("SELECT rolname FROM pg_roles WHERE rolname <> current_user AND rolname !~ '^pg_'")
    others = [name for (name,) in application.fetchall()]
    assert others
    for other in others:
        with pytest.raises((InsufficientPrivilege, InvalidParameterValue)):
            application.execute(f'SET ROLE "{other}"')


def test_application_is_no_superuser_and_owns_nothing(application: Any) -> None:
    application.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    assert application.fetchone() == (False, False, False, False)
    application.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
    assert application.fetchone() == (0,)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ({"funds.Vuocher"}, "which is no model"),
        ({"ledger.JournalLine"}, "a model of another app"),
        ({"Voucher"}, "no model"),
    ],
)
def test_slip_in_a_declaration_is_refused(monkeypatch: pytest.MonkeyPatch, labels: set[str], words: str) -> None:
    monkeypatch.setattr(fund_rights, "EVIDENCE", labels)
    with pytest.raises(ImproperlyConfigured, match=words):
        declared_rights()


def test_model_declared_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fund_rights, "READ_ONLY", {"funds.Voucher"}, raising=False)
    with pytest.raises(ImproperlyConfigured, match=r"lists funds\.Voucher twice"):
        declared_rights()


def test_granting_again_takes_away_what_was_given_by_hand(
    logins: Any, owner_cursor: Any, transactional_db: None
) -> None:
    application, question = logins.roles.application, "SELECT has_table_privilege(%s, %s, 'DELETE')"
    table = evidence()[0]
    owner_cursor.execute(f"GRANT DELETE ON {table} TO PUBLIC")
    owner_cursor.execute(question, [application, table])
    assert owner_cursor.fetchone() == (True,)
    logins.use(logins.roles.owner)
    try:
        assert grant(connection, application) > len(declared_rights()) / 2
    finally:
        logins.use(application)
    owner_cursor.execute(question, [application, table])
    assert owner_cursor.fetchone() == (False,)
