"""What the operator sets: read from the environment, checked here, and refused by name when it cannot be used."""

import base64
import binascii
import os
import re
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ
import psycopg2
from django.core.exceptions import ImproperlyConfigured
from psycopg2.extensions import parse_dsn

from config.database_roles import EMBEDDED

HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?")
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})
SHORTEST_SECRET = 50  # characters
KEY_BYTES = 32
ONE_KEY = "a key of 32 random bytes in base64, as `openssl rand -base64 32` prints it"
ADDRESS = "postgresql://user:password@host:port/database?option=value"

# These change the schema, or compare it with the models, so they connect as its owner; all else is the application.
SCHEMA_COMMANDS = frozenset(
    {
        "createcachetable",
        "flush",
        "inspectdb",
        "makemigrations",
        "migrate",
        "optimizemigration",
        "pgtrigger",
        "remove_stale_contenttypes",
        "showmigrations",
        "sqlflush",
        "sqlmigrate",
        "sqlsequencereset",
        "squashmigrations",
    }
)
# Parts of a connection string that Django keeps in keys of their own.
OWN_KEYS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


class Environment:
    """Reads one variable per call.

    Every method raises ImproperlyConfigured naming the variable, the value seen (no password, no secret) and what is
    accepted. `argv` tells which command runs, and so as whom to connect.
    """

    def __init__(self, values: Mapping[str, str] | None = None, argv: Sequence[str] | None = None) -> None:
        self.values = os.environ if values is None else values
        self.argv = list(sys.argv if argv is None else argv)

    @classmethod
    def with_file(cls, usual: Path) -> "Environment":
        """The process's environment, completed by the lines NAME=value of the file that RELIEF_ENV names, or `usual`."""
        environment = cls()
        named = environment._text("RELIEF_ENV")
        file = Path(named).expanduser() if named else usual
        if file.is_file():
            environ.Env.read_env(file)
        elif named:
            environment._refuse("RELIEF_ENV", named, "a file of lines NAME=value (there is none of this name)")
        return environment

    def path(self, name: str, default: Path) -> Path:
        """A directory, made absolute; it need not exist yet."""
        given = self._text(name)
        path = Path(given).expanduser().absolute() if given else default
        if path.exists() and not path.is_dir():
            self._refuse(name, str(path), "a directory (this is a file)")
        return path

    def file(self, name: str, *, needed_with: str = "") -> Path | None:
        """A file that is there; None where nothing is given. With the variable `needed_with` it must be."""
        given = self._text(name)
        if not given and needed_with and self._text(needed_with):
            self._refuse(name, "", f"the path of a file; with {needed_with} it must be set")
        path = Path(given).expanduser().absolute() if given else None
        if path and not path.is_file():
            self._refuse(name, str(path), "the path of a file (there is none of this name)")
        return path

    def refuse(self, name: str, accepted: str) -> NoReturn:
        """For what only shows when a value is used."""
        self._refuse(name, self._text(name), accepted)

    def boolean(self, name: str, default: bool) -> bool:
        """True for 1, true, yes, on; False for 0, false, no, off; in any case of letters."""
        given = self._text(name).lower()
        if not given:
            return default
        if given not in YES | NO:
            self._refuse(name, given, "1, true, yes, on, 0, false, no or off")
        return given in YES

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number between `least` and `most`, both allowed."""
        given = self._text(name)
        if not given:
            return default
        if not (given.isascii() and given.isdigit() and least <= int(given) <= most):
            self._refuse(name, given, f"a whole number from {least} to {most}")
        return int(given)

    def words(self, name: str, default: Sequence[str]) -> list[str]:
        """Words separated by commas; blanks round them are dropped."""
        given = self._text(name)
        if not given:
            return list(default)
        words = [word.strip() for word in given.split(",")]
        if not all(words):
            self._refuse(name, given, "words separated by single commas")
        return words

    def choice(self, name: str, default: str, options: Sequence[str]) -> str:
        """One of `options`, exactly as written there."""
        given = self._text(name) or default
        if given not in options:
            self._refuse(name, given, ", ".join(options))
        return given

    def url(self, name: str, default: str) -> str:
        """An http or https address without a closing slash."""
        given = (self._text(name) or default).rstrip("/")
        accepted = "an address such as https://relief.example.gov.pk"
        try:
            parts = urlsplit(given)
            good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            self._refuse(name, given, accepted)
        if not good or parts.query or parts.fragment or parts.username or parts.password is not None:
            self._refuse(name, "(hidden: it holds a password)" if parts.password else given, accepted)
        return given

    def text(self, name: str) -> str:
        """Whatever is given, without blanks round it; empty where nothing is."""
        return self._text(name)

    def host(self, name: str, *, needed: bool) -> str:
        """The name or address of a machine."""
        given = self._text(name)
        accepted = "the name of a machine, such as mail.example.gov.pk"
        if needed and not given:
            self._refuse(name, given, f"{accepted}; with MAIL=smtp it must be set")
        if given and not HOST.fullmatch(given):
            self._refuse(name, given, accepted)
        return given

    def mail_address(self, name: str, default: str) -> str:
        """An address that mail comes from."""
        given = self._text(name) or default
        if not MAIL_ADDRESS.fullmatch(given):
            self._refuse(name, given, "an address such as relief@example.gov.pk")
        return given

    def secret(self, name: str, file: Path) -> str:
        """From the environment; otherwise a random one, made once in `file` and readable by its owner only."""
        given, source = self._text(name), name
        if not given:
            given, source = _kept_secret(file), f"{name} in {file}"
        if len(given) < SHORTEST_SECRET:
            self._refuse(source, f"(hidden: {len(given)} characters)", f"at least {SHORTEST_SECRET} random characters")
        return given

    def keys(self, name: str, file: Path) -> tuple[bytes, ...]:
        """Keys for private values, separated by commas or lines: the first seals, all open.

        The embedded server's are made once in `file`; what lies on another server is worth more than a file that a
        clean-up may take away, so there they must be given.
        """
        given, source = self._text(name), name
        if not given and self._text("DATABASE_URL"):
            self._refuse(
                name, "", f"{ONE_KEY}; with DATABASE_URL it must be set, and kept apart from the database's backups"
            )
        if not given:
            given, source = _kept_secret(file, made=new_key), f"{name} in {file}"
        keys = tuple(_key(text) for text in given.replace(",", "\n").split())
        if not keys or b"" in keys:
            self._refuse(source, "(hidden)", f"{ONE_KEY}; several are separated by commas")
        if len(set(keys)) < len(keys):
            self._refuse(source, "(hidden: one key twice)", "different keys, the one that seals first")
        return keys

    def one_key(self, name: str, file: Path, *, unlike: Sequence[bytes]) -> bytes:
        """A key that never changes and is none of those that seal."""
        keys = self.keys(name, file)
        if len(keys) > 1 or keys[0] in unlike:
            self._refuse(name, "(hidden)", f"{ONE_KEY}, one alone, and not one of DATA_KEYS")
        return keys[0]

    def databases(self, var_dir: Path) -> dict[str, dict[str, Any]]:
        """Django's DATABASES: the server that DATABASE_URL names, or the embedded one under `var_dir`."""
        url, owner_url = self._text("DATABASE_URL"), self._text("DATABASE_OWNER_URL")
        if owner_url and not url:
            self._refuse("DATABASE_OWNER_URL", "(hidden)", "a connection string, if DATABASE_URL is set as well")
        chosen: dict[str, Any]
        if url:
            application = self._server("DATABASE_URL", url)
            owner = self._server("DATABASE_OWNER_URL", owner_url) if owner_url else application
            chosen = dict(owner if self._schema_command else application)
            chosen["APPLICATION_ROLE"] = application["OPTIONS"].get("assume_role", application["USER"])
        elif self._schema_command:
            chosen = {"USER": EMBEDDED.login, "OPTIONS": {"assume_role": EMBEDDED.owner}}
        else:
            chosen = {"USER": EMBEDDED.application, "OPTIONS": {}}
        if not url:
            chosen |= {"NAME": EMBEDDED.database, "EMBEDDED": var_dir, "APPLICATION_ROLE": EMBEDDED.application}
        chosen["OPTIONS"] = self._connection_options() | chosen["OPTIONS"]
        shared = {"ENGINE": "config.backend", "CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": self._connection_age()}
        return {"default": shared | chosen}

    def given(self, name: str) -> bool:
        return bool(self._text(name))

    def _server(self, name: str, url: str) -> dict[str, Any]:
        """The parts of one connection string. What is refused is not shown, as it may hold a password."""
        scheme, separator, _ = url.partition("://")
        if not separator or scheme not in {"postgres", "postgresql"}:
            seen = f"{scheme}://..." if separator else "(hidden: no scheme)"
            self._refuse(name, seen, f"{ADDRESS}; only PostgreSQL is supported")
        plain, _, query = url.partition("?")
        options = [part for part in query.split("&") if part]
        # libpq does not know this one: it is the role that Django takes on after connecting.
        roles = [part.removeprefix("assume_role=") for part in options if part.startswith("assume_role=")]
        rest = "&".join(part for part in options if not part.startswith("assume_role="))
        try:
            parts = parse_dsn(f"{plain}?{rest}")
        except psycopg2.ProgrammingError:
            self._refuse(name, "(hidden: not a connection string)", ADDRESS)
        ports = parts.get("port", "").split(",")
        if not parts.get("dbname") or not all(port == "" or port.isdecimal() for port in ports):
            self._refuse(name, "(hidden: no database name, or a port that is no number)", ADDRESS)
        server: dict[str, Any] = {key: parts.pop(part, "") for part, key in OWN_KEYS.items()}
        server["OPTIONS"] = parts | ({"assume_role": roles[-1]} if roles else {})
        return server

    def _connection_options(self) -> dict[str, Any]:
        """Nothing waits for ever: pages give up sooner than commands, which may rightly read a whole journal."""
        statement, idle = ("0", "10min") if self._command else ("60s", "60s")
        limits = {
            "lock_timeout": self._duration("DATABASE_LOCK_TIMEOUT", "10s"),
            "statement_timeout": self._duration("DATABASE_STATEMENT_TIMEOUT", statement),
            "idle_in_transaction_session_timeout": self._duration("DATABASE_IDLE_TIMEOUT", idle),
        }
        name = f"relief-ledger {self._command}".strip()
        text = " ".join(f"-c {setting}={value}" for setting, value in limits.items())
        return {"application_name": name, "connect_timeout": 10, "options": text}

    def _connection_age(self) -> int:
        return self.whole("DATABASE_CONNECTION_AGE", 60, least=0, most=86_400)

    def _duration(self, name: str, default: str) -> str:
        given = self._text(name) or default
        digits = given.rstrip("minsh")
        if not (digits.isascii() and digits.isdigit() and given[len(digits) :] in {"", "ms", "s", "min", "h"}):
            self._refuse(name, given, "a duration such as 500ms, 10s, 5min, or 0 for none")
        return given

    @property
    def _command(self) -> str:
        """The management command being run, or nothing in a server or a test."""
        named = len(self.argv) > 1 and Path(self.argv[0]).name in {"manage.py", "django-admin", "__main__.py"}
        return self.argv[1] if named and self.argv[1] != "runserver" else ""

    @property
    def _schema_command(self) -> bool:
        return self._command in SCHEMA_COMMANDS

    def _text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def _refuse(self, name: str, seen: str, accepted: str) -> NoReturn:
        raise ImproperlyConfigured(f"{name} is {seen!r}. Accepted: {accepted}.")


def new_key() -> str:
    """A key for private values, as DATA_KEYS takes it."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _key(text: str) -> bytes:
    """The bytes of one key, or none if it is no key."""
    try:
        raw = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return b""
    return raw if len(raw) == KEY_BYTES and len(set(raw)) > 1 else b""


def _random_secret() -> str:
    return secrets.token_urlsafe(64)


def _kept_secret(file: Path, *, made: Callable[[], str] = _random_secret) -> str:
    """The secret in `file`, made first if need be. Of several processes starting together, one wins for all."""
    try:
        return file.read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except PermissionError as error:
        text = f"{file} belongs to another user. Run as that user, or set {file.name.upper()}."
        raise ImproperlyConfigured(text) from error
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        text = f"{file.parent} cannot be written ({error.strerror}). Set RELIEF_VAR to a directory of your own."
        raise ImproperlyConfigured(text) from error
    with os.fdopen(descriptor, "w") as stream:
        stream.write(made())
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text().strip()
