"""The database is killed in the middle of posting, again and again: what was confirmed is there, and nothing is half there."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from config.embedded_postgres import Server, _Place, ensure, stop

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = int(os.environ.get("RELIEF_DRILL_ROUNDS", "10"))
CLERKS = 3
CLERK = "import sys, django; django.setup(); from tests.faults import posting; posting."
# Every lawful state of the books answers each of these with 0.
FAULTS = {
    "entries that do not balance": """
        SELECT count(*) FROM (SELECT entry_id FROM ledger_journalline GROUP BY entry_id
        HAVING sum(CASE side WHEN 'D' THEN amount ELSE -amount END) <> 0 OR count(*) < 2) t""",
    "entries without lines": """
        SELECT count(*) FROM ledger_journalentry e
        WHERE NOT EXISTS (SELECT FROM ledger_journalline l WHERE l.entry_id = e.id)""",
    "lines without an entry": """
        SELECT count(*) FROM ledger_journalline l
        WHERE NOT EXISTS (SELECT FROM ledger_journalentry e WHERE e.id = l.entry_id)""",
    "totals that are not the sum of their lines": """
        SELECT count(*) FROM (SELECT account_id, sum(debit) d, sum(credit) c FROM ledger_accounttotal GROUP BY 1) t
        FULL JOIN (SELECT account_id, sum(amount) FILTER (WHERE side = 'D') d, sum(amount) FILTER (WHERE side = 'C') c
        FROM ledger_journalline GROUP BY 1) l USING (account_id)
        WHERE coalesce(t.d, 0) <> coalesce(l.d, 0) OR coalesce(t.c, 0) <> coalesce(l.c, 0)""",
    "calls of which only a part was written": """
        SELECT count(*) FROM (SELECT xid FROM ledger_journalentry GROUP BY xid HAVING count(*) <> 20) t""",
}


@pytest.fixture
def place() -> Iterator[Path]:
    directory = settings.VAR_DIR / f"drill {os.getpid()}"
    directory.mkdir(parents=True)
    run(directory, "manage.py", "migrate", "--verbosity", "0")
    run(directory, "-c", f"{CLERK}prepare()")
    yield directory
    stop(directory)
    shutil.rmtree(_Place(directory).elsewhere, ignore_errors=True)
    shutil.rmtree(directory)


def environment(place: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    return inherited | {"RELIEF_VAR": str(place), "DJANGO_SETTINGS_MODULE": "config.settings"}


def run(place: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment(place), check=True)


def clerks(place: Path, number: int) -> list[subprocess.Popen[str]]:
    start = [sys.executable, "-c", f"{CLERK}receipts(sys.argv[1])"]
    return [
        subprocess.Popen(
            [*start, f"{number}-{clerk}"],
            cwd=ROOT,
            env=environment(place),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for clerk in range(CLERKS)
    ]


def answers(server: Server, question: str, *values: object) -> list[tuple[object, ...]]:
    raw = psycopg2.connect(
        host=server.host, port=server.port, user="relief_app", password=server.passwords["relief_app"], dbname="relief"
    )
    try:
        with raw.cursor() as cursor:
            cursor.execute(question, values or None)
            return cursor.fetchall()
    finally:
        raw.close()


def kill(place: Path, number: int) -> None:
    """By turns all the server's processes at once, and the postmaster alone. (A power cut would also take the disk's cache.)"""
    postmaster = int((place / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    for victim in [postmaster] if number % 2 else _Place(place).processes():
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            continue


def confirmed(running: list[subprocess.Popen[str]]) -> set[int]:
    """The entries that the clerks saw confirmed. They stop by themselves when the database is gone."""
    found: set[int] = set()
    for clerk in running:
        lines = clerk.communicate(timeout=120)[0].splitlines()
        assert clerk.returncode != 0, "the clerk never met the dead database"
        for line in lines:
            first, last = map(int, line.split())
            found |= {first, last}
    return found


def test_killed_database_keeps_what_it_confirmed_and_nothing_by_halves(place: Path) -> None:
    seed = int(os.environ.get("RELIEF_DRILL_SEED", str(random.randrange(10**6))))
    chance, safe = random.Random(seed), set[int]()
    for number in range(ROUNDS):
        server = ensure(place)
        before = answers(server, "SELECT count(*) FROM ledger_journalentry")[0][0]
        running = clerks(place, number)
        while answers(server, "SELECT count(*) FROM ledger_journalentry")[0][0] == before:
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 0.8))
        kill(place, number)
        safe |= confirmed(running)
        server = ensure(place)
        held = {
            entry for (entry,) in answers(server, "SELECT id FROM ledger_journalentry WHERE id = ANY(%s)", list(safe))
        }
        assert held == safe, f"seed {seed}, round {number}: confirmed entries are missing"
        wrong = {fault: answers(server, question)[0][0] for fault, question in FAULTS.items()}
        assert not any(wrong.values()), f"seed {seed}, round {number}: {json.dumps(wrong, default=str)}"
    assert len(safe) > ROUNDS, "the clerks hardly posted anything, so this proved nothing"
    count = answers(ensure(place), "SELECT count(*) FROM ledger_journalentry")[0][0]
    sys.stdout.write(f"seed {seed}: {ROUNDS} kills, {count} entries, none lost, none by halves\n")
