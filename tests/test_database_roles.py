"""The application role has the declared rights and no others; the database says so, not our code."""

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from psycopg2.errors import InsufficientPrivilege, InvalidParameterValue

from audit.checks.rights import kept_tables
from config.database_roles import declared_rights, grant
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
    return sorted(kept_tables())


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


@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_evidence_cannot_be_changed_or_removed(application: Any, statement: str) -> None:
    last = {model._meta.db_table: model._meta.concrete_fields[-1].column for model in apps.get_models()}
    for table in evidence():
        with pytest.raises(InsufficientPrivilege):
            application.execute(statement.format(table, last[table]))


# Every way round the rules that came to mind, by what it attacks. Each must be refused for want of a right: 42501.
FORBIDDEN = [
    # records
    "UPDATE ledger_journalentry SET memo = memo",
    "UPDATE ledger_journalline SET amount = amount",
    "DELETE FROM ledger_journalline",
    "TRUNCATE ledger_journalentry CASCADE",
    "SELECT FROM ledger_journalentry FOR UPDATE",
    "DELETE FROM ledger_historicalaccount",
    "UPDATE beneficiaries_historicalperson SET name = name",
    "DELETE FROM auth_user",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', 'x', now())",
    # what the rules keep
    "INSERT INTO ledger_journalentry SELECT * FROM ledger_journalentry",
    "INSERT INTO ledger_journalline SELECT * FROM ledger_journalline",
    "COPY ledger_journalline FROM STDIN",
    "UPDATE ledger_accounttotal SET debit_paisa = debit_paisa",
    "INSERT INTO ledger_accounttotal (account_id, period_id, slot, debit_paisa, credit_paisa) VALUES (1, 1, 0, 0, 0)",
    "UPDATE ledger_accountfloor SET balance = balance",
    "SELECT setval(pg_get_serial_sequence('ledger_journalentry', 'id'), 1)",
    "ALTER SEQUENCE ledger_journalentry_id_seq RESTART",
    # the rules themselves
    "ALTER TABLE ledger_journalline DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_journalline DISABLE TRIGGER USER",
    "ALTER TABLE ledger_journalentry DROP CONSTRAINT one_entry_per_key",
    "CREATE TRIGGER mine BEFORE INSERT ON ledger_journalline EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE mine AS ON INSERT TO ledger_journalline DO INSTEAD NOTHING",
    "CREATE POLICY mine ON ledger_journalline USING (false)",
    "ALTER FUNCTION ledger_door RENAME TO mine",
    "ALTER FUNCTION ledger_door SET search_path = pg_temp",
    "DROP FUNCTION ledger_door",
    "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION mine()",
    "SET session_replication_role = replica",
    "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
    "ALTER SYSTEM SET fsync = off",
    # things of its own
    "CREATE TABLE mine (a int)",
    "CREATE TEMPORARY TABLE mine (a int)",
    "SELECT 1 AS a INTO TEMPORARY mine",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OPERATOR public.<=> (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = numeric_eq)",
    "CREATE EXTENSION hstore",
    "CREATE PUBLICATION mine FOR TABLE ledger_journalline",
    "CREATE DATABASE mine",
    # ownership and roles
    "DROP TABLE ledger_journalline",
    "ALTER TABLE ledger_journalline OWNER TO CURRENT_USER",
    "ALTER TABLE ledger_journalline ADD COLUMN mine int",
    "CREATE INDEX mine ON ledger_journalline (id)",
    "COMMENT ON TABLE ledger_journalline IS 'mine'",
    "CREATE ROLE mine",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER CREATEROLE",
    "REASSIGN OWNED BY {owner} TO CURRENT_USER",
    "SET ROLE {owner}",
    "SET ROLE {login}",
    "SET SESSION AUTHORIZATION {owner}",
    # the machine
    "COPY auth_user TO PROGRAM 'cat'",
    "COPY auth_user TO '/tmp/relief-stolen'",
    "COPY auth_user FROM '/etc/passwd'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_read_binary_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_ls_waldir()",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/relief-stolen')",
    "SELECT pg_reload_conf()",
    "SELECT pg_switch_wal()",
    "SELECT rolpassword FROM pg_authid",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_application_cannot_get_round_the_rules(application: Any, logins: Any, statement: str) -> None:
    """InsufficientPrivilege is SQLSTATE 42501 and nothing else: a slip in a statement would be another error."""
    with pytest.raises(InsufficientPrivilege):
        application.execute(statement.format(owner=logins.roles.owner, login=logins.roles.login))


def test_application_uses_sequences_and_cannot_set_them(application: Any) -> None:
    application.execute(
        "SELECT relname, has_sequence_privilege(oid, 'USAGE'), has_sequence_privilege(oid, 'SELECT'),"
        " has_sequence_privilege(oid, 'UPDATE') FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND CASE relkind WHEN 'S' THEN true END"
    )
    rows = application.fetchall()
    assert rows
    assert {tuple(held) for _, *held in rows} == {(True, False, False)}


def test_application_has_no_right_on_single_columns(application: Any) -> None:
    application.execute(
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = 'public'::regnamespace AND a.attacl IS NOT NULL"
    )
    assert application.fetchall() == []


def test_no_function_lends_the_owners_rights(application: Any) -> None:
    """Rules run with the owner's rights and cannot be called; what can be called runs with the caller's."""
    application.execute(
        "SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND (prorettype <> 'trigger'::regtype OR has_function_privilege(oid, 'EXECUTE'))"
    )
    assert application.fetchall() == []


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
