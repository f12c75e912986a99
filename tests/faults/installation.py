"""An installation of its own for one drill: a directory of run-time data with its embedded server, killed at will."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

import psycopg2
from django.conf import settings

from config.embedded_postgres import _Place, ensure, stop

ROOT = Path(__file__).resolve().parent.parent.parent
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'relief' AND pid <> pg_backend_pid()"


def chance() -> Random:
    """Chance that can be had again: RELIEF_DRILL_SEED names the seed, which each drill prints."""
    seed = int(os.environ.get("RELIEF_DRILL_SEED") or Random().randrange(10**6))
    sys.stdout.write(f"seed: RELIEF_DRILL_SEED={seed}\n")
    return Random(seed)


class Installation:
    """What a drill does to its installation from outside."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
        self.environment = inherited | {"RELIEF_VAR": str(directory), "DJANGO_SETTINGS_MODULE": "config.settings"}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A Python process that works in this installation."""
        command = [sys.executable, *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, *arguments: str) -> str:
        """What such a process prints; it must succeed."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=600)
        assert process.returncode == 0, f"{arguments}: {out}\n{err}"
        return out

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows, as the application role sees them; starts the server if it is down."""
        server = ensure(self.directory)
        login = {"user": "relief_app", "password": server.passwords["relief_app"], "dbname": "relief"}
        with closing(psycopg2.connect(host=server.host, port=server.port, **login)) as raw, raw.cursor() as cursor:
            cursor.execute(question, values or None)
            return list(cursor.fetchall())

    def kill_server(self, *, children: bool = True) -> None:
        """kill -9 of the postmaster first, so that it cannot tidy up, then of its children, unless they are left alone."""
        postmaster = int((self.directory / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        others = [pid for pid in _Place(self.directory).processes() if pid != postmaster] if children else []
        for pid in [postmaster, *others]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def wait_until_left(self) -> None:
        """Until the server has noticed that its clients are gone."""
        deadline = time.monotonic() + 60
        while self.ask(SESSIONS)[0][0]:
            assert time.monotonic() < deadline, "sessions of dead clients stay"
            time.sleep(0.1)


@contextmanager
def installation(name: str, *migrate: str) -> Iterator[Installation]:
    """A new installation with the tables of these apps (none: of all), removed at the end."""
    directory = settings.VAR_DIR / f"drill {name} {os.getpid()}"
    directory.mkdir(parents=True)
    try:
        made = Installation(directory)
        for app in migrate or ("",):
            made.run("manage.py", "migrate", *([app] if app else []), "--verbosity", "0")
        yield made
    finally:
        stop(directory)
        shutil.rmtree(_Place(directory).elsewhere, ignore_errors=True)
        shutil.rmtree(directory)
