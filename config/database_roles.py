"""Who may do what in the database: an owner that cannot log in, a login that may act as it, and the application.

An app says in its `rights.py` which of its tables are special, as sets of model labels such as "ledger.JournalLine":

    EVIDENCE    rows are added and never changed: SELECT, INSERT. (SELECT FOR UPDATE is refused on them too.)
    READ_ONLY   only rules in the database write them: SELECT.
    REMOVABLE   rows may go again: SELECT, INSERT, UPDATE, DELETE.

Every other table gets SELECT, INSERT, UPDATE. History tables are evidence without saying so; a table no model knows is
read only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from psycopg2 import sql

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

SELECT, INSERT, UPDATE, DELETE = "SELECT", "INSERT", "UPDATE", "DELETE"
KINDS = {
    "EVIDENCE": (SELECT, INSERT),
    "READ_ONLY": (SELECT,),
    "REMOVABLE": (SELECT, INSERT, UPDATE, DELETE),
}
USUAL = (SELECT, INSERT, UPDATE)
# What Django and the lockout counter delete in the course of a day.
LIBRARIES_REMOVABLE = frozenset(
    {
        "auth.group_permissions",
        "auth.user_groups",
        "auth.user_user_permissions",
        "axes.accessattempt",
        "axes.accessattemptexpiration",
        "axes.accessfailurelog",
        "sessions.session",
    }
)


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of the database and of the three roles of one installation."""

    database: str
    owner: str
    login: str
    application: str


EMBEDDED = Roles("relief", "relief_owner", "relief_migrator", "relief_app")


def make_roles(cursor: Any, roles: Roles, passwords: dict[str, str]) -> None:
    """Makes the three roles, or sets them right. Needs a session that may create roles.

    `passwords` holds one for `roles.login` and one for `roles.application`.
    """
    cursor.execute("SELECT pg_advisory_lock(hashtext('relief roles'))")
    try:
        cursor.execute("SELECT rolname FROM pg_roles")
        known = {name for (name,) in cursor.fetchall()}
        plan = (
            (roles.owner, "NOLOGIN CREATEDB"),
            (roles.login, "LOGIN NOINHERIT"),
            (roles.application, "LOGIN NOINHERIT NOCREATEDB"),
        )
        for name, attributes in plan:
            verb = "ALTER" if name in known else "CREATE"
            common = f"{verb} ROLE {{}} NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS {attributes}"
            cursor.execute(sql.SQL(common).format(sql.Identifier(name)))
        for name in (roles.login, roles.application):
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(passwords[name]))
            cursor.execute(statement)
        cursor.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(roles.owner), sql.Identifier(roles.login)))
    finally:
        cursor.execute("SELECT pg_advisory_unlock(hashtext('relief roles'))")


def declared_rights() -> dict[str, tuple[str, ...]]:
    """The rights of the application on each table of the installed models, by table name.

    Raises: ImproperlyConfigured for a label that names no model, or a model listed twice.
    """
    special = dict.fromkeys(LIBRARIES_REMOVABLE, KINDS["REMOVABLE"])
    for app in apps.get_app_configs():
        special |= _special(app)
    return {
        model._meta.db_table: special.get(model._meta.label_lower, _usual(model._meta.model_name or ""))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def grant(connection: "BaseDatabaseWrapper", application: str) -> int:
    """Gives the application role its rights on every table, and takes all others away, in one transaction.

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


def _special(app: AppConfig) -> dict[str, tuple[str, ...]]:
    name = f"{app.name}.rights"
    if find_spec(name) is None:
        return {}
    module, found = import_module(name), dict[str, tuple[str, ...]]()
    for kind, rights in KINDS.items():
        for label in getattr(module, kind, ()):
            _check_label(label, name, app.label)
            if label.lower() in found:
                raise ImproperlyConfigured(f"{name} lists {label} twice.")
            found[label.lower()] = rights
    return found


def _check_label(label: str, source: str, app_label: str) -> None:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise ImproperlyConfigured(f"{source} names {label!r}, which is no model.") from error
    if model._meta.app_label != app_label:
        raise ImproperlyConfigured(f"{source} names {label}, a model of another app.")


def _usual(model_name: str) -> tuple[str, ...]:
    return KINDS["EVIDENCE"] if model_name.startswith("historical") else USUAL
