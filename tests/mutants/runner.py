"""A pytest plugin: collects the tests once, then runs them for each mutant in a process of its own, up to the first red one."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from _pytest.main import pytest_runtestloop as run_the_tests

from audit.checks import i04_permanence
from ledger.ruling import Drift
from tests.conftest import asks_for_a_database
from tests.mutants.catalogue import TARGETS, all_mutants
from tests.mutants.mutant import Mutant
from tests.standing import Databases

SURVIVED, NOTICED, BROKE, STALE = "SURVIVED", "noticed", "BROKE", "STALE"
LONGEST = 900  # seconds; taking a lock away may leave a test waiting for ever


class Runner:
    """`BROKE`: with other words no test could begin, so they may be no SQL. `STALE`: the rule no longer has the words."""

    def __init__(self, words: list[str]) -> None:
        self.chosen = [mutant for mutant in all_mutants() if all(word in mutant.name for word in words)]
        self.mutant: Mutant | None = None  # in a mutant's own process
        self.verdict, self.said = SURVIVED, ""
        self.all_noticed = False

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """A test without a database notices nothing."""
        config.hook.pytest_deselected(items=[item for item in items if not asks_for_a_database(item)])
        items[:] = [item for item in items if asks_for_a_database(item)]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """First the tests about rules with nothing changed, which makes the database, then each mutant."""
        verdict, said = self._apart(session, None)
        if verdict != SURVIVED:
            raise pytest.Session.Failed(f"without a mutant: {verdict} {said}")
        alive = []
        for number, mutant in enumerate(self.chosen, 1):
            start = time.monotonic()
            verdict, said = self._apart(session, mutant)
            if verdict != NOTICED:
                alive.append(mutant.name)
            say(f"{number:3}/{len(self.chosen)} {verdict:8} {mutant.name} {said} {time.monotonic() - start:.0f} s")
        say(f"{len(self.chosen) - len(alive)} of {len(self.chosen)} mutants were noticed.")
        for name in alive:
            say(f"  not: {name}")
        self.all_noticed = bool(self.chosen) and not alive
        return True

    def _apart(self, session: pytest.Session, mutant: Mutant | None) -> tuple[str, str]:
        """Verdict and what was said by the process that ran the tests."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            os.write(writer, self._inside(session, mutant).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as answer:
            verdict, _, said = answer.read().partition(" ")
        os.waitpid(child, 0)
        return verdict or "DIED", said

    def _inside(self, session: pytest.Session, mutant: Mutant | None) -> str:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        signal.alarm(LONGEST)
        self.mutant = mutant
        session.items = in_order(session.items, mutant)
        if mutant:
            Databases.migrate = _nothing  # type: ignore[method-assign] # the run without a mutant did
            i04_permanence.drift = _no_drift  # what compares installed with declared would notice any mutant
        try:
            run_the_tests(session)
        except session.Failed:
            pass
        finally:
            session.config.hook.pytest_sessionfinish(session=session, exitstatus=0)
        return f"{self.verdict} {self.said}"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.verdict == SURVIVED:
            reworded = self.mutant is not None and self.mutant.function and not self.mutant.trigger
            self.verdict = BROKE if reworded and report.when != "call" else NOTICED
            self.said = f"by {report.nodeid}"

    @pytest.fixture(scope="session", autouse=True)
    def broken(self, databases: Any, logins: Any) -> Iterator[None]:
        """The database that this process copies, with the mutant in it; the migrated one stays as it is."""
        if self.mutant is not None:
            name = f"{databases.own}_mutant"
            databases.copy(name)
            databases.template = name
            with closing(logins.owner_connection(name)) as owner, owner.cursor() as cursor:
                if not self._break(cursor, self.mutant):
                    self.verdict, self.said = STALE, f"the rule no longer says {self.mutant.old!r}"
                    pytest.fail(self.said)
        yield

    @staticmethod
    def _break(cursor: Any, mutant: Mutant) -> bool:
        """Whether there was something to break."""
        if mutant.trigger:
            cursor.execute(f"ALTER TABLE {mutant.table} DISABLE TRIGGER {mutant.trigger}")
        elif mutant.function:
            cursor.execute("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = %s", [mutant.function])
            text = cursor.fetchone()[0]
            cursor.execute(text.replace(mutant.old, mutant.new))
            return mutant.old in text
        else:
            cursor.execute("SELECT FROM pg_constraint WHERE conname = %s", [mutant.old])
            if cursor.fetchone():
                cursor.execute(f"ALTER TABLE {mutant.table} DROP CONSTRAINT {mutant.old}")
            else:
                cursor.execute(f"DROP INDEX {mutant.old}")
        return True


def in_order(items: list[pytest.Item], mutant: Mutant | None) -> list[pytest.Item]:
    """The tests that look for the mutant, the likely ones first; without a mutant those of the ledger that are likely."""
    first, rest = TARGETS[mutant.app] if mutant else (TARGETS["ledger"][0], [])
    found = {item: None for path in (*first, *rest) for item in items if item.nodeid.startswith(path)}
    return list(found)


def _nothing(*args: Any, **options: Any) -> None:
    """Stands in for what is done already."""


def _no_drift() -> list[Drift]:
    """Stands in for the comparison of every rule with its declaration."""
    return []


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
