"""How a database rule is declared beside its model, installed by migrations and compared with what is really installed.

A rule is a trigger that nothing switches off: it runs with its owner's rights under a fixed search path, also under
`session_replication_role = replica`, asks no session setting, and nobody else may hang its function on a table of
his own.
Migrations refer to the SQL classes below: change a template only by adding a new class.
"""

import re
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import DEFAULT_DB_ALIAS, connections
from pgtrigger import compiler, core, registry

# Look-ups are by key. Without these a plan made while a table was empty, or for a batch of 10,000, is kept by the
# session and slows every later post.
_PLANNER = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"
# A rule that judges a whole statement of many thousands of rows takes a hundred times as long by key: it begins with this. The
# function's end puts the settings back, as they are its own.
AS_USUAL = (
    "PERFORM "
    + ", ".join(f"set_config('enable_{way}', 'on', true)" for way in ("seqscan", "hashjoin", "mergejoin"))
    + ";"
)
# A rule that holds two lists of one request against each other begins its question with this and ends it with the other: the second
# list was written a moment ago, so that nothing is known of its length, and one row after the other would take hours.
WHOLE_LISTS = "PERFORM set_config('enable_hashjoin', 'on', true), set_config('enable_nestloop', 'off', true);"
BY_KEY_AGAIN = "PERFORM set_config('enable_hashjoin', 'off', true), set_config('enable_nestloop', 'on', true);"
# For readers: two hundred accounts and their sums are joined by hashing twice as fast as by looking each up.
_BY_KEY = "SET enable_seqscan = off SET enable_mergejoin = off"
# Without this a statement that looks dearer for any values than for those at hand is planned anew at each call, which
# took longer than running it.
_ONCE = "SET plan_cache_mode = force_generic_plan"
_PATH = "SET search_path = public, pg_temp"
# A hundred thousand entries in one statement are sorted and counted in memory.
_ROOM = "SET work_mem = '128MB'"


class RuleSql(compiler.UpsertTriggerSql):
    """Installation text of a Rule, version 1."""

    def get_template(self) -> str:
        return (
            "CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER "
            + f"{_PATH} {_PLANNER} AS "
            + "$rule$ {declare} BEGIN {func} END $rule$;\n"
            "REVOKE ALL ON FUNCTION {pgid}() FROM PUBLIC;\n"
            "DROP TRIGGER IF EXISTS {pgid} ON {table};\n"
            "CREATE {constraint} TRIGGER {pgid} {when} {operation} ON {table} {timing} {referencing} "
            "FOR EACH {level} {condition} EXECUTE PROCEDURE {execute};\n"
            "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {pgid};\n"
            "COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';"
        )


class ReaderSql(compiler.UpsertTriggerSql):
    """Installation text of a Routine: planned once a session, `execute` holds the signature, `declare` and `func` the body.

    What it finds may be joined by hashing.
    """

    def get_template(self) -> str:
        return (
            "CREATE OR REPLACE FUNCTION {execute} LANGUAGE plpgsql "
            + f"{_PATH} {_BY_KEY} {_ONCE} AS "
            + "$rule$ {declare} BEGIN {func} END $rule$;\n"
            "COMMENT ON FUNCTION {pgid} IS '{hash}';"
        )


class ViewSql(compiler.UpsertTriggerSql):
    """Installation text of a Door, version 1: `execute` holds the view's columns."""

    def get_template(self) -> str:
        return (
            "CREATE VIEW {table} AS SELECT {execute};\n"
            "CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER "
            + f"{_PATH} {_PLANNER} {_ONCE} {_ROOM} AS "
            + "$rule$ {declare} BEGIN {func} END $rule$;\n"
            "REVOKE ALL ON FUNCTION {pgid}() FROM PUBLIC;\n"
            "CREATE TRIGGER {pgid} INSTEAD OF INSERT ON {table} FOR EACH ROW EXECUTE PROCEDURE {pgid}();\n"
            "COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';"
        )


class CompiledDoor(compiler.Trigger):
    """A door as migrations hold it: it goes with its view."""

    @property
    def uninstall_sql(self) -> str:
        return f"DROP VIEW IF EXISTS {self.sql.table}; DROP FUNCTION IF EXISTS {self.sql.pgid}();"


class CompiledRoutine(compiler.Trigger):
    """A routine as migrations hold it: it goes by DROP FUNCTION."""

    @property
    def uninstall_sql(self) -> str:
        return f"DROP FUNCTION IF EXISTS {self.sql.pgid};"


_CONFIG = ["enable_hashjoin=off", "enable_mergejoin=off", "enable_seqscan=off", "search_path=public, pg_temp"]
_ONCE_CONFIG = sorted([*_CONFIG, "plan_cache_mode=force_generic_plan"])
_DOOR_CONFIG = sorted([*_ONCE_CONFIG, "work_mem=128MB"])
_READER_CONFIG = sorted(set(_ONCE_CONFIG) - {"enable_hashjoin=off"})


# The bits of pg_trigger.tgtype.
_KINDS = {"ROW": 1, "BEFORE": 2, "INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32, "INSTEAD OF": 64}


def _condition(installed: str) -> str:
    """What a trigger's definition asks before it runs."""
    found = re.search(r" WHEN (.*) EXECUTE FUNCTION ", installed, re.DOTALL)
    return bare(found[1]) if found else ""


def bare(condition: str) -> str:
    """A condition without what PostgreSQL writes otherwise than we do: brackets, quotes, blanks and types."""
    return re.sub(r"::[a-z]+( varying)?|[\s\"()]", "", condition.lower())


class Rule(pgtrigger.Trigger):
    """A trigger of ours. Declared in `Meta.triggers`; `makemigrations` notices each changed word."""

    settings = _CONFIG
    enabled = "A"  # always, also under session_replication_role = replica

    def _sql(self, model: Any) -> compiler.UpsertTriggerSql:
        return RuleSql(
            pgid=self.get_pgid(model),
            declare=self.render_declare(model),
            func=self.render_func(model),
            table=model._meta.db_table,
            constraint="CONSTRAINT" if self.timing else "",
            when=self.when,
            operation=self.operation,
            timing=f"DEFERRABLE INITIALLY {self.timing}" if self.timing else "",
            referencing=self.referencing or "",
            level=self.level,
            condition=self.render_condition(model),
            execute=self.render_execute(model),
        )

    def compile(self, model: Any) -> compiler.Trigger:
        return compiler.Trigger(name=self.name, sql=self._sql(model))

    def source(self, model: Any) -> str:
        """The function's text as PostgreSQL keeps it."""
        return f" {self.render_declare(model)} BEGIN {self.render_func(model)} END "

    def place(self, model: Any) -> str:
        """The table or view it hangs on."""
        return str(model._meta.db_table)

    def _kind(self) -> int:
        """When it runs and for what, as PostgreSQL adds it up."""
        words = [str(self.level), str(self.when), *str(self.operation).split(" OR ")]
        return sum(bit for word, bit in _KINDS.items() if word in words)

    def _asks(self, model: Any) -> str:
        return bare(self.render_condition(model).removeprefix("WHEN "))

    def faults(self, model: Any, database: str) -> list[str]:
        """How the installed rule differs from the declared one: missing, altered, switched off, without rights."""
        with connections[database].cursor() as cursor:
            cursor.execute(
                "SELECT p.prosrc, p.prosecdef, p.proconfig, t.tgenabled, obj_description(t.oid, 'pg_trigger'),"
                " EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) WHERE grantee = 0),"
                " t.tgtype, pg_get_triggerdef(t.oid)"
                " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE t.tgname = %s AND t.tgrelid = to_regclass(%s)",
                [self.get_pgid(model), f'public."{self.place(model)}"'],
            )
            row = cursor.fetchone()
        if row is None:
            return ["is not installed"]
        source, definer, config, enabled, comment, public, kind, text = row
        checks = {
            "has another function body": source != self.source(model),
            "does not run with its owner's rights": not definer,
            "has other settings": sorted(config or []) != self.settings,
            "can be switched off by a session": enabled != self.enabled,
            "may be hung on another table": public,
            "asks at other times": kind != self._kind() or _condition(text) != self._asks(model),
            "is of another version": comment != self.compile(model).hash,
        }
        return [text for text, wrong in checks.items() if wrong]

    def get_installation_status(self, model: Any, database: str | None = None) -> tuple[str, bool | None]:
        faults = self.faults(model, database or DEFAULT_DB_ALIAS)
        if "is not installed" in faults:
            return (core.UNINSTALLED, None)
        return (core.OUTDATED if faults else core.INSTALLED, "can be switched off by a session" not in faults)


class Door(Rule):
    """A view that writes what is inserted into it elsewhere; declared beside the model it writes first.

    `columns` are the view's, each "NULL::type AS name". A view's trigger cannot be enabled "always": where a session switches
    it off, an insert is an error and writes nothing.
    """

    view: str
    columns: str
    settings = _DOOR_CONFIG
    enabled = "O"

    def __init__(self, *, view: str, columns: str, **kwargs: Any) -> None:
        self.view, self.columns = view, columns
        super().__init__(name=view, when=pgtrigger.InsteadOf, operation=pgtrigger.Insert, **kwargs)

    def get_pgid(self, model: Any) -> str:
        return self.view

    def place(self, model: Any) -> str:
        return self.view

    def _sql(self, model: Any) -> compiler.UpsertTriggerSql:
        return ViewSql(
            pgid=self.view,
            declare=self.render_declare(model),
            func=self.render_func(model),
            table=self.view,
            when=self.when,
            operation=self.operation,
            execute=self.columns,
        )

    def compile(self, model: Any) -> compiler.Trigger:
        return CompiledDoor(name=self.name, sql=self._sql(model))


class Routine(Rule):
    """A plain function of ours that reads and travels with a model like a rule, so that migrations and drift checks cover it too.

    `signature` is "name(arguments) RETURNS type"; it runs with the caller's rights.
    """

    signature: str

    def __init__(self, *, signature: str, **kwargs: Any) -> None:
        self.signature = signature
        super().__init__(when=pgtrigger.After, operation=pgtrigger.Insert, **kwargs)

    def get_pgid(self, model: Any) -> str:
        return str(self.name)

    def render_execute(self, model: Any) -> str:
        return self.signature

    def _sql(self, model: Any) -> compiler.UpsertTriggerSql:
        return ReaderSql(
            pgid=self.get_pgid(model),
            declare=self.render_declare(model),
            func=self.render_func(model),
            table=model._meta.db_table,
            when=self.when,
            operation=self.operation,
            execute=self.render_execute(model),
        )

    def compile(self, model: Any) -> compiler.Trigger:
        return CompiledRoutine(name=self.name, sql=self._sql(model))

    def faults(self, model: Any, database: str) -> list[str]:
        with connections[database].cursor() as cursor:
            cursor.execute(
                "SELECT prosrc, proconfig, obj_description(oid, 'pg_proc') FROM pg_proc"
                " WHERE proname = %s AND pronamespace = 'public'::regnamespace",
                [self.name],
            )
            rows = cursor.fetchall()
        if not rows:
            return ["is not installed"]
        checks = {
            "exists twice": len(rows) > 1,
            "has another function body": any(row[0] != self.source(model) for row in rows),
            "has other settings": any(sorted(row[1] or []) != _READER_CONFIG for row in rows),
            "is of another version": any(row[2] != self.compile(model).hash for row in rows),
        }
        return [text for text, wrong in checks.items() if wrong]


@dataclass(frozen=True, slots=True)
class Drift:
    """One declared rule that the database does not hold as declared."""

    rule: str
    fault: str


def rules() -> list[tuple[Any, Rule]]:
    """Every declared rule with its model, of all apps."""
    return [(model, rule) for model, rule in registry.registered() if isinstance(rule, Rule)]


def drift(database: str = DEFAULT_DB_ALIAS) -> list[Drift]:
    """Compares the function text, settings, rights and switch of every rule in the database with its declaration."""
    return [
        Drift(f"{model._meta.label}:{rule.name}", fault)
        for model, rule in rules()
        for fault in rule.faults(model, database)
    ]


def append_only() -> Rule:
    """Rows may be added and never changed, removed or truncated away."""
    return Rule(
        name="append_only",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        func=(
            "RAISE EXCEPTION USING ERRCODE = '23L08', "
            "MESSAGE = format('%s of %s is refused: records are never changed or removed', TG_OP, TG_TABLE_NAME), "
            "DETAIL = json_build_object('rule', 'append_only', 'table', TG_TABLE_NAME)::text;"
        ),
    )
