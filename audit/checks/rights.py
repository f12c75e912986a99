"""Part of I4: the application's role in the database may do what the apps declare, and nothing else."""

from typing import Any

from django.db import connection

from audit.checks.base import ask
from beneficiaries.offices.row_security import policies
from ledger.ruling import Routine, bare, rules
from ledger.table_rights import KINDS, declared_rights, doors

# To read is not among them: the application reads every table.
_WISHES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
# Belonging to one of these is as good as the rights themselves.
_MIGHTY = (
    "pg_checkpoint", "pg_create_subscription", "pg_database_owner", "pg_execute_server_program", "pg_maintain",
    "pg_read_server_files", "pg_signal_backend", "pg_write_all_data", "pg_write_server_files",
)  # fmt: skip

_ROLE = """
    SELECT r.rolname, r.rolsuper, r.oid = c.relowner
    FROM pg_roles r, pg_class c WHERE r.rolname = %(role)s AND c.oid = 'public.ledger_journalentry'::regclass
"""
# A right on one column counts like one on the table: an amount alone is enough to change.
_TABLES = """
    SELECT format('role %%s may %%s %%s', %(role)s::text, wish, c.relname)
    FROM pg_class c, unnest(%(wishes)s::text[]) AS wish
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND CASE WHEN wish IN ('INSERT', 'UPDATE', 'REFERENCES') THEN has_any_column_privilege(%(role)s, c.oid, wish)
            ELSE has_table_privilege(%(role)s, c.oid, wish) END
        AND (c.relname || ' ' || wish) <> ALL(%(declared)s::text[]) ORDER BY 1
"""
_BESIDES = """
    SELECT format('role %%s may %%s', rolname, what) FROM pg_roles, LATERAL (VALUES
        (rolcreatedb, 'create databases'), (rolcreaterole, 'create roles'), (rolreplication, 'copy the whole server'),
        (rolbypassrls, 'pass by row security')) AS v (held, what) WHERE rolname = %(role)s AND held
    UNION ALL
    SELECT format('role %%s may act as %%s', %(role)s::text, m.rolname) FROM pg_roles m
    WHERE m.rolname <> %(role)s AND pg_has_role(%(role)s, m.oid, 'MEMBER') AND (m.rolsuper OR m.rolcreaterole
        OR m.rolname = ANY(%(mighty)s) OR EXISTS (SELECT FROM pg_class c
            WHERE c.relowner = m.oid AND c.relnamespace = 'public'::regnamespace))
    UNION ALL
    SELECT format('role %%s owns %%s', %(role)s::text, name) FROM (
        SELECT relowner AS owner, relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT proowner, oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT datdba, 'the database' FROM pg_database WHERE datname = current_database()) AS ours
    WHERE pg_get_userbyid(owner) = %(role)s
    UNION ALL
    SELECT format('role %%s may create in the schema %%s', %(role)s::text, nspname) FROM pg_namespace
    WHERE nspname !~ '^pg_' AND has_schema_privilege(%(role)s, oid, 'CREATE')
    UNION ALL
    SELECT format('role %%s may create %%s', %(role)s::text, what)
    FROM (VALUES ('CREATE', 'schemas'), ('TEMPORARY', 'temporary tables')) AS v (wish, what)
    WHERE has_database_privilege(%(role)s, current_database(), wish)
    UNION ALL
    SELECT format('role %%s may set the sequence %%s back', %(role)s::text, relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
        AND CASE relkind WHEN 'S' THEN has_sequence_privilege(%(role)s, oid, 'UPDATE') END
    UNION ALL
    SELECT format('role %%s may call %%s, which runs with the rights of %%s', %(role)s::text, oid::regprocedure,
        pg_get_userbyid(proowner)) FROM pg_proc p
    WHERE prosecdef AND prorettype <> 'trigger'::regtype AND proname <> ALL(%(routines)s)
        AND pronamespace::regnamespace::text !~ '^(pg_|information_schema)'
        AND has_function_privilege(%(role)s, oid, 'EXECUTE')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('role %%s may call %%s, which is closed to others', %(role)s::text, oid::regprocedure) FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND proacl IS NOT NULL
        AND NOT EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0)
        AND has_function_privilege(%(role)s, oid, 'EXECUTE')
    UNION ALL
    SELECT format('role %%s may switch ordinary triggers off', %(role)s::text)
    WHERE has_parameter_privilege(%(role)s, 'session_replication_role', 'SET')
    ORDER BY 1
"""

POLICIES = """
    SELECT c.relname::text, p.polname::text, p.polcmd::text, pg_get_expr(p.polqual, p.polrelid), c.relrowsecurity
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 2
"""


def rights() -> tuple[list[str], tuple[str, ...]]:
    """What the application's role may do beyond its work; a note where it is above all rights.

    One login for everything is a choice an installation may make, so it is told and not counted as broken: the rules stand,
    but whoever holds that login can take them away. Where the roles are apart, each right too many is an offender.
    """
    role = connection.settings_dict.get("APPLICATION_ROLE") or ask("SELECT current_user")[0][0]
    rows = ask(_ROLE, {"role": role})
    if not rows:
        return [f"there is no database role {role}"], ()
    _, superuser, owner = rows[0]
    if superuser or owner:
        what = "a superuser" if superuser else "the owner of the tables"
        note = (
            f"The application connects as {role}, {what}: rights cannot protect the records, only rules do, and this login"
            " can take them away. Give it one of its own: manage.py database_roles."
        )
        return [], (note,)
    values = {"role": role, "mighty": list(_MIGHTY), "routines": _routines()}
    tables = {"role": role, "wishes": list(_WISHES), "declared": _declared()}
    return [str(row[0]) for row in (*ask(_TABLES, tables), *ask(_BESIDES, values))] + policies_apart(), ()


def policies_apart(rows: list[tuple[Any, ...]] | None = None) -> list[str]:
    """How the policies that show each office its own rows differ from the declared ones; `rows` answer POLICIES."""
    asked = ask(POLICIES) if rows is None else rows
    found = {(table, name): (verb, bare(shown or ""), on) for table, name, verb, shown, on in asked}
    wanted = {(policy.table, name): told for policy in policies() for name, told in policy.parts().items()}
    missing = [
        f"table {table} shows its rows to every office: policy {name} is not in force as declared"
        for (table, name), (verb, shown) in wanted.items()
        if found.get((table, name)) != (verb, bare(shown), True)
    ]
    return missing + [
        f"table {table}: policy {name} is not one of ours" for table, name in found.keys() - wanted.keys()
    ]


def kept_tables() -> set[str]:
    """Tables whose rows the application may not change: evidence, history, and what only rules write."""
    kept = (KINDS["EVIDENCE"], KINDS["READ_ONLY"])
    return {table for table, held in declared_rights().items() if held in kept} - doors()


def _declared() -> list[str]:
    """Each as "table RIGHT" of all declared."""
    return [f"{table} {right}" for table, held in declared_rights().items() for right in held]


def _routines() -> list[Any]:
    return [rule.name for _, rule in rules() if isinstance(rule, Routine)]
