"""The crash drill: writers at work, the server killed under them again and again, every answer looked up afterwards."""

import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from random import Random

from tests.faults.installation import Installation
from tests.faults.writer import BOOK

PATIENCE = 90
PROVE = (
    "import django; django.setup(); from ledger.balances import prove_balanced, prove_totals; "
    "found = [*prove_totals(), *prove_balanced()]; assert not found, found"
)
_ENTRIES = """
    SELECT e.key, e.id, sum(l.amount) FILTER (WHERE l.side = 'D') FROM ledger_journalentry e
    JOIN ledger_book b ON b.id = e.book_id LEFT JOIN ledger_journalline l ON l.entry_id = e.id
    WHERE b.code = %s GROUP BY e.id ORDER BY e.id
"""
Entry = tuple[str, int, Decimal]


def crash(made: Installation, chance: Random, *, rounds: int, writers: int) -> None:
    """Every acknowledged entry is there once, as acknowledged; every request that was cut off has one effect."""
    folder = made.directory / "answers"
    folder.mkdir()
    made.run("-m", "tests.faults.writer", "prepare")
    running = [made.start("-m", "tests.faults.writer", f"w{number}", str(folder)) for number in range(writers)]
    slowest = 0.0
    try:
        wait_for(folder, running, more=1)
        for number in range(rounds):
            wait_for(folder, running, more=5)
            time.sleep(chance.uniform(0, 0.6))
            made.kill_server(children=number % 2 == 0)
            killed = time.monotonic()
            wait_for(folder, running, more=2)
            slowest = max(slowest, time.monotonic() - killed)
            known = answered(folder)
            missing = set(known) - set(entries(made))
            assert not missing, f"round {number}: acknowledged, then lost or different: {sorted(missing)[:5]}"
        (folder / "stop").touch()
        for writer in running:
            assert writer.wait(PATIENCE) == 0, writer.communicate()[1]
    finally:
        for writer in running:
            writer.kill()
            writer.communicate()
    conclude(made, folder, f"{rounds} kills under {writers} writers, all at work again after {slowest:.1f} s at most")


def conclude(made: Installation, folder: Path, what: str) -> None:
    known, found = answered(folder), entries(made)
    assert sorted(known) == sorted(found), "the journal is not exactly what was acknowledged"
    assert len({key for key, _, _ in found}) == len(found)
    cut = [line.split()[1] for file in folder.glob("*.cut") for line in file.read_text().splitlines()]
    assert cut, "no request was cut off, so the kills met nobody at work"
    made.run("-c", PROVE)
    sent_again = f"{len(cut)} requests cut off ({cut.count('written')} had been written) and sent again"
    sys.stdout.write(f"{what}: {len(found)} entries acknowledged, none lost, none twice; {sent_again}\n")


def answered(folder: Path) -> list[Entry]:
    """What the writers were told; a last line without its end was not finished."""
    lines = [line for file in sorted(folder.glob("*.answered")) for line in file.read_text().split("\n")[:-1]]
    return [(key, int(entry), Decimal(amount)) for key, entry, amount in map(str.split, lines)]


def entries(made: Installation) -> list[Entry]:
    return [(key, entry, amount) for key, entry, amount in made.ask(_ENTRIES, BOOK)]


def wait_for(folder: Path, running: list[subprocess.Popen[str]], *, more: int) -> None:
    """Until every writer has had `more` answers since now."""
    deadline, before = time.monotonic() + PATIENCE, counts(folder, len(running))
    while any(now < then + more for then, now in zip(before, counts(folder, len(running)), strict=True)):
        for writer in running:
            assert writer.poll() is None, writer.communicate()[1]
        assert time.monotonic() < deadline, "a writer gets no answers"
        time.sleep(0.05)


def counts(folder: Path, writers: int) -> list[int]:
    files = [folder / f"w{number}.answered" for number in range(writers)]
    return [file.read_text().count("\n") if file.exists() else 0 for file in files]
