"""Who may do what in the database: an owner that cannot log in, a login that may act as it, and the application.

What makes them so is written once, as steps: the embedded server and the tests run them, `manage.py database_roles` prints
them for psql or runs them on a server of your own. What the application may do to each table stands in
ledger/table_rights.py and is granted after each `migrate`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from psycopg2 import sql
from psycopg2.extensions import encrypt_password

from beneficiaries.offices.row_security import policies
from ledger.errors import WrongState
from ledger.table_rights import KINDS, declared_rights

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of the database and of the three roles of one installation."""

    database: str
    owner: str
    login: str
    application: str

    def fill(self, template: str) -> str:
        """The template with its names: {owner} as a text in quotes; likewise the others."""
        names = {name: getattr(self, name) for name in self.__slots__}
        return template.format(**{name: "'" + text.replace("'", "''") + "'" for name, text in names.items()})


EMBEDDED = Roles("relief", "relief_owner", "relief_migrator", "relief_app")

# Each is a question whose answers are the statements still missing, as psql's \gexec runs them; so all may be run again.
# A superuser is never altered here: it may be the server's own. CREATEDB: tests and restored copies are the owner's too.
_CREATE = (
    "SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY[{owner}, {login}, {application}]) AS name"
    " WHERE name NOT IN (SELECT rolname FROM pg_roles)"
)
_OWNER = (
    "SELECT format('ALTER ROLE %I NOLOGIN CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', rolname) FROM pg_roles"
    " WHERE rolname = {owner} AND NOT rolsuper"
    " AND (rolcanlogin OR NOT rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)"
)
_LOGINS = (
    "SELECT format('ALTER ROLE %I LOGIN NOINHERIT NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', rolname)"
    " FROM pg_roles WHERE rolname IN ({login}, {application}) AND NOT rolsuper"
    " AND (NOT rolcanlogin OR rolinherit OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)"
)
_MEMBER = "SELECT format('GRANT %I TO %I', {owner}, {login}) WHERE NOT pg_has_role({login}, {owner}, 'MEMBER')"
_NO_MEMBER = (
    "SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname) FROM pg_auth_members x"
    " JOIN pg_roles g ON g.oid = x.roleid JOIN pg_roles m ON m.oid = x.member"
    " WHERE m.rolname = {application} AND g.rolname IN ({owner}, {login})"
)
ROLE_STEPS = (_CREATE, _OWNER, _LOGINS, _MEMBER, _NO_MEMBER)

DATABASE_STEPS = (
    "SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', {database}, {owner})"
    " WHERE {database} NOT IN (SELECT datname FROM pg_database)",
    "SELECT format('ALTER DATABASE %I OWNER TO %I', datname, {owner}) FROM pg_database"
    " WHERE datname = {database} AND pg_get_userbyid(datdba) <> {owner}",
)

# Inside the database: what another login made before there was an owner becomes the owner's. Not what an extension brought.
OWNERSHIP_STEPS = (
    "SELECT 'ALTER SCHEMA public OWNER TO pg_database_owner' FROM pg_namespace"
    " WHERE nspname = 'public' AND pg_get_userbyid(nspowner) NOT IN ('pg_database_owner', {owner})",
    """SELECT format('ALTER %s %s OWNER TO %I', what, name, {owner}) FROM (
    SELECT c.oid, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
            ELSE 'TABLE' END AS what, c.oid::regclass::text AS name, c.relowner AS holder, c.relnamespace AS place
        FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT (c.relkind = 'S' AND EXISTS (
            SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i')))
    UNION ALL SELECT oid, 'ROUTINE', oid::regprocedure::text, proowner, pronamespace FROM pg_proc
    UNION ALL SELECT t.oid, 'TYPE', t.oid::regtype::text, t.typowner, t.typnamespace
        FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c'
) x WHERE place = 'public'::regnamespace AND pg_get_userbyid(holder) <> {owner}
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = x.oid AND d.deptype = 'e') ORDER BY what, name""",
)


def run(cursor: Any, roles: Roles, steps: Iterable[str]) -> list[str]:
    """Runs what each step says is missing; returns those statements."""
    done = []
    for step in steps:
        cursor.execute(roles.fill(step))
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
            done.append(statement)
    return done


def make_roles(cursor: Any, roles: Roles, passwords: dict[str, str]) -> list[str]:
    """Makes the three roles, or sets them right, and gives those in `passwords` theirs. Needs a superuser's session.

    Returns what was done, without passwords. Raises: WrongState when one of the names is a superuser's.
    """
    cursor.execute("SELECT pg_advisory_lock(hashtext('relief roles'))")
    try:
        names = [roles.owner, roles.login, roles.application]
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolsuper AND rolname = ANY(%s)", [names])
        if row := cursor.fetchone():
            raise WrongState(f"{row[0]} is a superuser of this server. Choose another name for that role.")
        done = run(cursor, roles, ROLE_STEPS)
        for name, password in passwords.items():
            # Hashed here, so that no log of the server can hold it.
            hashed = encrypt_password(password, name, cursor.connection, "scram-sha-256")
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
            cursor.execute(statement.format(sql.Identifier(name), sql.Literal(hashed)))
            done.append(f"ALTER ROLE {name} PASSWORD (the one given)")
    finally:
        cursor.execute("SELECT pg_advisory_unlock(hashtext('relief roles'))")
    return done


def grant(connection: "BaseDatabaseWrapper", application: str) -> int:
    """Gives the application role its rights on every table and shows it each office's rows, in one transaction.

    All other rights are taken away.

    Returns the number of tables. Needs the owner's connection.
    """
    quote = connection.ops.quote_name
    role, rights = quote(application), declared_rights()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm') AND pg_has_role(current_user, relowner, 'USAGE') ORDER BY relname"
        )
        tables = [name for (name,) in cursor.fetchall()]
        statements = _grants_on_schema(cursor, role, quote)
        for table in tables:
            statements.append(f"REVOKE ALL ON {quote(table)} FROM PUBLIC, {role}")
            statements.append(f"GRANT {', '.join(rights.get(table, KINDS['READ_ONLY']))} ON {quote(table)} TO {role}")
        for policy in policies():
            if policy.table in tables:  # an older state of the database may lack some
                statements += policy.statements(role)
        cursor.execute("; ".join(statements))
    return len(tables)


def _grants_on_schema(cursor: Any, role: str, quote: Callable[[str], str]) -> list[str]:
    cursor.execute(
        "SELECT d.datname, pg_has_role(current_user, d.datdba, 'USAGE'), pg_has_role(current_user, n.nspowner, 'USAGE')"
        " FROM pg_database d, pg_namespace n WHERE d.datname = current_database() AND n.nspname = 'public'"
    )
    database, owns_database, owns_schema = cursor.fetchone()
    statements = []
    if owns_database:
        statements.append(f"REVOKE TEMPORARY, CREATE ON DATABASE {quote(database)} FROM PUBLIC, {role}")
    if owns_schema:
        statements.append("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        statements.append(f"REVOKE ALL ON SCHEMA public FROM {role}")
        statements.append(f"GRANT USAGE ON SCHEMA public TO {role}")
    # Numbers come from sequences through USAGE; without UPDATE nobody can set one back.
    statements.append(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {role}")
    statements.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    return statements
