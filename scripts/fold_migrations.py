"""Folds the migrations of apps into one each, which makes the tables and rules as the models declare them now.

    .venv/bin/python scripts/fold_migrations.py ledger beneficiaries funds config

The folded one `replaces` the files that it takes the place of and that are removed: a database that has all of them has
nothing to do, one that lacks some is refused. Extensions are kept. Other steps on rows are not, so a database of before
must be migrated before folding; what a fresh one needs of them is to be put in by hand. docs/decisions/0042 says how to
prove that nothing changed.
"""

import os
import sys
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent


def main(labels: list[str]) -> None:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    names = {app: _last(loader, app) for app in loader.migrated_apps}
    before = {label: [m for (app, _), m in sorted(loader.disk_migrations.items()) if app == label] for label in labels}
    names |= {label: _name(before[label], names[label]) for label in labels}
    for label in labels:
        text = _folded(label, names, before[label])
        folder = ROOT / label / "migrations"
        for migration in before[label]:
            (folder / f"{migration.name}.py").unlink()
        (folder / f"{names[label]}.py").write_text(text, encoding="utf-8")
        sys.stdout.write(f"{label}: of {len(before[label])} migrations {names[label]} was made\n")


def _last(loader: Any, app: str) -> str:
    """The app's newest migration. Raises: ValueError when there is more than one."""
    ((_, name),) = loader.graph.leaf_nodes(app)
    return str(name)


def _name(before: list[Any], last: str) -> str:
    """One that is alone is written anew under its own name."""
    return last if len(before) == 1 else f"0001_squashed_{last}"


def _replaced(label: str, before: list[Any]) -> list[tuple[str, str]]:
    """All that a database must have, also what was folded earlier, for it has that on record too."""
    if len(before) == 1:
        return list(before[0].replaces)
    return [key for migration in before for key in (*migration.replaces, (label, migration.name))]


def _folded(label: str, names: dict[str, str], before: list[Any]) -> str:
    """The text of the app's only migration."""
    from django.apps import apps
    from django.db.migrations import Migration
    from django.db.migrations.operations import CreateModel
    from django.db.migrations.state import ModelState
    from django.db.migrations.writer import MigrationWriter
    from pgtrigger.migrations import AddTrigger

    from ledger.migrating import Extension, Tables

    extensions = [step for migration in before for step in migration.operations if isinstance(step, Extension)]
    tables, rules, beyond = [], [], set()
    for model in apps.get_app_config(label).get_models():
        state = ModelState.from_model(model)
        for rule in state.options.pop("triggers", []):
            rules.append(AddTrigger(model_name=state.name_lower, trigger=rule.compile(model)))
        options = {name: value for name, value in state.options.items() if value not in ([], set())}
        tables.append(CreateModel(state.name, list(state.fields.items()), options, state.bases, state.managers))
        beyond |= {field.related_model._meta.app_label for field in model._meta.local_fields if field.is_relation}
    migration = Migration(names[label], label)
    migration.initial = True
    migration.replaces = _replaced(label, before)
    # Of auth the last one: its own changes are quick only as long as there are few tables.
    migration.dependencies = [(app, names[app]) for app in sorted(beyond - {label})]
    migration.operations = [*extensions, Tables(models=tables), *rules]
    return MigrationWriter(migration).as_string()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(sys.argv[1:])
