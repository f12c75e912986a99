"""Operations that migrations are written with. Old migrations name them, so a changed one must do the same as before."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class Tables(Operation):
    """Makes all tables of an app at once.

    One `CreateModel` after the other has Django make the models of the state anew for each table, of all apps each time:
    with two hundred tables that is nearly all the time a fresh database takes.
    """

    serialization_expand_args = ["models"]

    def __init__(self, models: list[CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)  # made anew, once, when it is next asked for
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.models)} tables"


class Extension(Operation):
    """Makes an extension of PostgreSQL, unless it is there. It stays when the migration is taken back.

    Where the owner may not create extensions, a superuser makes it once; then there is nothing to do here.
    Raises: ImproperlyConfigured, saying so.
    """

    def __init__(self, name: str, purpose: str) -> None:
        self.name, self.purpose = name, purpose

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = %s", [self.name])
            if cursor.fetchone():
                return
            try:
                with transaction.atomic(using=schema_editor.connection.alias):
                    cursor.execute(f"CREATE EXTENSION {self.name} SCHEMA public")
            except DatabaseError as error:
                raise ImproperlyConfigured(
                    f"The {self.purpose} needs the extension {self.name}, and this login may not create it. Let a superuser"
                    f" run, in this database: CREATE EXTENSION {self.name}; then migrate again."
                ) from error

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Other databases' copies may rest on it, and it harms nobody."""

    def describe(self) -> str:
        return f"Create the extension {self.name}"
