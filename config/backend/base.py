"""Django's PostgreSQL backend, which also starts the embedded server when the first connection is asked for."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import base, client, features

from beneficiaries.offices import row_scope
from config import embedded_postgres


class DatabaseFeatures(features.DatabaseFeatures):
    """Older servers let every login create objects in `public`. Django refuses, naming the version it found."""

    minimum_database_version = (15,)


class DatabaseClient(client.DatabaseClient):
    """Lets `manage.py dbshell` reach the embedded server, with the psql that came with it."""

    def runshell(self, parameters: Iterable[str]) -> None:
        settings = self.connection.settings_dict
        if settings.get("EMBEDDED"):
            server = embedded_postgres.ensure(settings["EMBEDDED"])
            settings |= {"HOST": server.host, "PORT": server.port, "PASSWORD": server.passwords[settings["USER"]]}
            self.executable_name = type(self).executable_name = str(embedded_postgres.program("psql"))
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the server in the settings; `EMBEDDED` there holds the directory of run-time data."""

    features_class = DatabaseFeatures
    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Where and as whom to connect. Starts the embedded server if it is the one in use and does not answer."""
        params: dict[str, Any] = super().get_connection_params()
        if self.settings_dict.get("EMBEDDED"):
            server = embedded_postgres.ensure(self.settings_dict["EMBEDDED"])
            params |= {"host": server.host, "port": server.port, "password": server.passwords[params["user"]]}
        return params

    def init_connection_state(self) -> None:
        """Also tells the session whose rows this thread is shown."""
        super().init_connection_state()
        row_scope.tell(self.connection, row_scope.current())
