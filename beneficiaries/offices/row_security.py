"""Row-level security: a policy on each table whose rows belong to an office, made after each migration.

An app says in its `rights.py` how a row leads to its office: OFFICE_ROWS maps a model's label to its field, which names the
office, or another model of the list that does, or as in `person__office` the office of one that is open. Two offices are two
fields. History tables follow their model; they can always be added to. The policies bind the application's role, which owns
no table; what they compare with stands in row_scope.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db.models import Model

from beneficiaries.offices.row_scope import ALL, SETTING

# A sub-select, so that the setting is read once a statement and not once a row. All is written as PostgreSQL writes it out
# again, brackets and types apart, so that `verify` can compare.
_SHOWN = f"(SELECT current_setting('{SETTING}', true) AS current_setting)"
READ, ADD = "office", "office_add"


@dataclass(frozen=True, slots=True)
class Policy:
    """One table's rule: which rows are shown and may be written; of history only which are shown."""

    table: str
    shown: str
    history: bool

    def parts(self) -> dict[str, tuple[str, str]]:
        """Its policies by name: the letter PostgreSQL keeps for what each is asked about, and which rows it shows."""
        return {READ: ("r", self.shown), ADD: ("a", "")} if self.history else {READ: ("*", self.shown)}

    def statements(self, role: str) -> list[str]:
        """SQL that puts it in force for the (quoted) role, in place of any older one."""
        table = f'"{self.table}"'
        made = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS {READ} ON {table}",
            f"DROP POLICY IF EXISTS {ADD} ON {table}",
            f"CREATE POLICY {READ} ON {table} FOR {'SELECT' if self.history else 'ALL'} TO {role} USING ({self.shown})",
        ]
        if self.history:
            made.append(f"CREATE POLICY {ADD} ON {table} FOR INSERT TO {role} WITH CHECK (true)")
        return made


def policies() -> list[Policy]:
    """Of all installed apps, parents before children."""
    return list(_policies())


def _policies() -> Iterator[Policy]:
    for label, fields in office_rows().items():
        model = apps.get_model(label)
        shown = _conditions(model, fields)
        yield Policy(model._meta.db_table, shown, history=False)
        history = getattr(model, "history", None)
        if history is not None:
            yield Policy(history.model._meta.db_table, _conditions(history.model, fields), history=True)


def office_rows() -> dict[str, tuple[str, ...]]:
    """Model label -> fields that lead to its office, or to one of its offices, as the apps declare it."""
    found: dict[str, tuple[str, ...]] = {}
    for app in apps.get_app_configs():
        name = f"{app.name}.rights"
        if find_spec(name) is not None:
            for label, fields in getattr(import_module(name), "OFFICE_ROWS", {}).items():
                found[label] = (fields,) if isinstance(fields, str) else fields
    return found


def _conditions(model: type[Model], names: tuple[str, ...]) -> str:
    return " OR ".join(_condition(model, name) for name in names)


def _condition(model: type[Model], path: str) -> str:
    name, _, beyond = path.partition("__")
    field: Any = model._meta.get_field(name)
    if field.related_model._meta.label == "beneficiaries.Office":
        return f"{_SHOWN} = ANY (ARRAY['{ALL}', {field.column}::text])"
    parent = field.related_model._meta
    if beyond:
        office = parent.get_field(beyond).column
        return (
            f"{_SHOWN} = '{ALL}' OR EXISTS (SELECT FROM {parent.db_table} parent"
            f" WHERE parent.{parent.pk.column} = {model._meta.db_table}.{field.column} AND parent.{office}::text = {_SHOWN})"
        )
    if parent.label not in office_rows():
        raise LookupError(f"{model._meta.label}.{name} leads to {parent.label}, which is in nobody's OFFICE_ROWS.")
    return (
        f"{_SHOWN} = '{ALL}' OR EXISTS (SELECT FROM {parent.db_table} parent"
        f" WHERE parent.{parent.pk.column} = {model._meta.db_table}.{field.column})"
    )
