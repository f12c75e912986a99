"""`migrate`, which then gives the application role its rights on the tables that came or changed."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from config.database_roles import grant


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates, then grants, unless nothing was to be changed."""
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
