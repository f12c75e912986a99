"""Prints the connection string in use, for psql, pg_dump and other programs."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from config import embedded_postgres
from config.environment import Environment
from ledger import commands

# Set for our own sessions; another program has its own.
WORKING = {"application_name", "connect_timeout", "options"}


class Command(commands.Command):
    help = "Prints the connection string of the database in use; the embedded server is started for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        roles = ["application", "owner"]
        parser.add_argument("--role", choices=roles, default=roles[0], help="whose login (default: the application's)")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        """The owner's string acts as the tables' owner at once, so that what it makes belongs there."""
        url = connection_string(role)
        self.say(url, {"role": role, "url": url}, as_json=options["json"])


def connection_string(role: str) -> str:
    """The libpq address for the `application` or the `owner`; it holds a password. Starts the embedded server."""
    command = "migrate" if role == "owner" else "database_url"
    server = Environment(argv=["manage.py", command]).databases(settings.VAR_DIR)["default"]
    options = {name: value for name, value in server["OPTIONS"].items() if name not in WORKING}
    if assumed := options.pop("assume_role", ""):
        options["options"] = f"-c role={assumed}"
    if server.get("EMBEDDED"):
        running = embedded_postgres.ensure(server["EMBEDDED"])
        server["PASSWORD"] = running.passwords[server["USER"]]
        server |= {"HOST": running.host, "PORT": str(running.port)}
    login = quote(server["USER"], safe="")
    if server.get("PASSWORD"):
        login += ":" + quote(server["PASSWORD"], safe="")
    host, port = server.get("HOST", ""), server.get("PORT", "")
    if not host.replace(".", "").replace("-", "").isalnum():  # a socket, an IPv6 address, or several hosts
        options |= {name: value for name, value in (("host", host), ("port", port)) if value}
        host = port = ""
    query = urlencode(options, quote_via=quote)
    place = f"{host}:{port}" if port else host
    return f"postgresql://{login}@{place}/{quote(server['NAME'])}" + (f"?{query}" if query else "")
