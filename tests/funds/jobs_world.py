"""Vouchers to bundle, and worker processes that can be killed."""

import os
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from django.db import connection

from funds import vouchers
from funds.jobs import bundles, running, worker
from funds.models import Job, Voucher
from tests.world import World

PATIENCE = 30  # seconds


def printed(here: World, count: int) -> list[Voucher]:
    """Vouchers whose original was printed."""
    found = [here.vouchered() for _ in range(count)]
    for voucher in found:
        vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    return found


def asked(here: World, by: str = "auditor", **choice: Any) -> Job:
    return bundles.start(bundles.Choice(**choice), by=here[by])


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


class Worker:
    """A worker in a process of its own; `prepare` is called in it first, and `told` gives what it writes."""

    def __init__(self, prepare: Callable[[Callable[[bytes], None]], None] = lambda tell: None) -> None:
        self.reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._live(prepare, writing)
        os.close(writing)

    def _live(self, prepare: Callable[[Callable[[bytes], None]], None], writing: int) -> NoReturn:
        status = 1
        try:
            connection.connection = None  # the parent's, which goes on with it
            prepare(lambda text: os.write(writing, text) and None)
            worker.work(once=True)
            connection.close()
            status = 0
        except Exception:  # noqa: BLE001 - whatever it is, the test reads it and this process ends
            traceback.print_exc()
        finally:
            os._exit(status)

    def told(self, size: int = 1) -> bytes:
        """The next bytes; waits for them."""
        return os.read(self.reading, size)

    def everything(self) -> bytes:
        with os.fdopen(self.reading, "rb") as stream:
            return stream.read()

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def ended(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def found_dead() -> int:
    """Looks after the dead until one is found: the server needs a moment to notice that a process is gone."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := worker.look_after():
            return found
        time.sleep(0.02)
    raise AssertionError("nobody was found dead")


def no_wait(monkeypatch: Any) -> None:
    """What is put back may be taken up at once."""
    of = running.work_of
    monkeypatch.setattr(running, "work_of", lambda job: replace(of(job), back_off=0))


def files_of(store: Path) -> list[Path]:
    return sorted(path for path in store.rglob("*") if path.is_file())
