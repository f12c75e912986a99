"""`migrate`, which then gives the application role its rights on the tables that came or changed.

It refuses a database that was left in the middle of migrations that are one now.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.operations import AddConstraint, AddIndex, RemoveConstraint, RemoveIndex
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from config.database_roles import grant
from config.folded import lacking

# They change no column, but Django makes the model and all that point to it anew after each, which took half of the time.
COLUMNS_STAY = (AddTrigger, RemoveTrigger, AddConstraint, RemoveConstraint, AddIndex, RemoveIndex)
Forwards = Callable[[Any, str, ProjectState], None]


@contextmanager
def models_kept() -> Iterator[None]:
    """Inside it those operations leave the models of a migration's state as they are."""
    usual: dict[Any, Forwards] = {operation: operation.state_forwards for operation in COLUMNS_STAY}
    for operation, forwards in usual.items():
        operation.state_forwards = _beside_models(forwards)
    try:
        yield
    finally:
        for operation, forwards in usual.items():
            operation.state_forwards = forwards


def _beside_models(forwards: Forwards) -> Forwards:
    def run(self: Any, app_label: str, state: ProjectState) -> None:
        models = state.__dict__.pop("apps", None)
        forwards(self, app_label, state)
        if models is not None:
            state.__dict__["apps"] = models

    return run


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates, then grants, unless nothing was to be changed.

        Raises: CommandError where a database lacks some of what is folded now.
        """
        if lacks := lacking(connections[options["database"]]):
            raise CommandError(
                f"This database lacks {', '.join(lacks)}. Migrate it with the release before this one, then with this."
            )
        with models_kept():
            super().handle(*args, **options)
        if options["plan"] or options["check_unapplied"]:
            return
        connection = connections[options["database"]]
        application = connection.settings_dict.get("APPLICATION_ROLE", "")
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user")
            (login,) = cursor.fetchone()
        if not application or application == login:
            text = "The application connects as the tables' owner. Set DATABASE_OWNER_URL too, to take its rights away."
            self.stderr.write(self.style.WARNING(text))
            return
        tables = grant(connection, application)
        if options["verbosity"] >= 1:
            self.stdout.write(f"Rights of {application} set on {tables} tables.")
