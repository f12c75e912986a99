"""What a worker does: takes lines from the queue, one after the other, and looks after jobs whose worker died.

Any number of workers run, on any number of machines: a line is taken with SKIP LOCKED.
"""

import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from os import getpid
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from funds.jobs import results, running
from funds.jobs.running import STOP, Superseded, offer, retry, try_lock, unlock
from funds.models import Job

log = logging.getLogger(__name__)
State = Job.State
PRESENT = "job workers"  # the lock that every worker shares while it lives
POLL = 1.0  # seconds between looks into an empty queue
LOOK_AFTER = 15.0  # seconds between looks for the dead
CLEAN_UP = 3600.0  # seconds between removals of what is over
SILENT = timedelta(minutes=30)  # after which a worker whose machine vanished is given up, though its lock is still held
SETTLED = timedelta(days=1)  # how long ended lines of the queue are kept
LIVING = """
    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = hashtext(%s)::oid AND objid = 0 AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# Jobs that wait although no line of the queue names them: the worker that took the line died before it took the job.
WITHOUT_A_LINE = """
    SELECT id FROM funds_job j WHERE state = 'queued' AND NOT EXISTS (
        SELECT FROM django_tasks_database_dbtaskresult t WHERE t.status = 'READY' AND t.args_kwargs #>> '{args,0}' = j.id::text
    ) ORDER BY id
"""


class Timed:
    """Something done at once and then not again before `seconds` have passed."""

    def __init__(self, seconds: float, act: Callable[[], Any]) -> None:
        self.seconds, self.act, self.due = seconds, act, 0.0

    def __call__(self) -> None:
        if time.monotonic() >= self.due:
            self.act()
            self.due = time.monotonic() + self.seconds


class Presence:
    """Shows others that this worker lives, by a shared lock of its session, which goes with it."""

    session: Any = None

    def __call__(self) -> None:
        connection.ensure_connection()
        if connection.connection is not self.session:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock_shared(hashtext(%s), 0)", [PRESENT])
            self.session = connection.connection

    def end(self) -> None:
        if self.session is not None and connection.connection is self.session:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_shared(hashtext(%s), 0)", [PRESENT])
        self.session = None


def work(*, once: bool) -> int:
    """Runs what waits until told to stop, or with `once` until nothing waits; how many lines were taken.

    A database that is away is waited for.
    """
    taken, present = 0, Presence()
    dead, over = Timed(LOOK_AFTER, look_after), Timed(CLEAN_UP, clean_up)
    try:
        while not STOP.is_set():
            try:
                present()
                dead()
                over()
                if take_one():
                    taken += 1
                    continue
            except (OperationalError, InterfaceError) as error:
                log.warning("The database does not answer: %s", type(error).__name__)
                connection.close()
            else:
                if once:
                    break
            STOP.wait(POLL)
    finally:
        present.end()
    return taken


def take_one() -> bool:
    """Runs the next line of the queue; whether there was one."""
    with transaction.atomic():
        line = DBTaskResult.objects.ready().get_locked()
        if line is None:
            return False
        line.claim(f"{socket.gethostname()[:40]}:{getpid()}")
    running.run_job.call(*line.args_kwargs["args"])
    line.set_successful(None)
    return True


def look_after() -> int:
    """Puts back the jobs whose worker died, and offers those that wait without a line; how many."""
    found = sum(_given_up(job) for job in Job.objects.filter(state=State.RUNNING).order_by("pk"))
    for job in Job.objects.raw(WITHOUT_A_LINE):
        offer(job)
        found += 1
    return found


def _given_up(job: Job) -> bool:
    """Puts the job back if the worker that has it is dead: its lock is free, or nothing was heard of it for SILENT."""
    free = try_lock(job)
    silent = job.seen_at is not None and job.seen_at < timezone.now() - SILENT
    if not free and not silent:
        return False
    try:
        retry(job, "The worker stopped in the middle")
    except Superseded:  # it ended, or another looked after it, since it was read
        return False
    finally:
        if free:
            unlock(job)
    log.warning("Job %s: attempt %s was given up", job.pk, job.attempts)
    return True


def clean_up() -> None:
    """Removes files whose days are over, and lines of the queue that were settled long ago."""
    results.expire()
    ended = [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED, TaskResultStatus.RUNNING]
    DBTaskResult.objects.filter(status__in=ended, started_at__lt=timezone.now() - SETTLED).delete()


@dataclass(frozen=True, slots=True)
class Health:
    """Whether anybody works, and what there is to do. `oldest` is for how many seconds the first has waited."""

    workers: int
    waiting: int
    running: int
    oldest: int

    @property
    def stuck(self) -> bool:
        """Something waits and nobody is there to do it."""
        return self.waiting > 0 and self.workers == 0


def health() -> Health:
    with connection.cursor() as cursor:
        cursor.execute(LIVING, [PRESENT])
        (workers,) = cursor.fetchone()
    waiting = Job.objects.filter(state=State.QUEUED).order_by("asked_at")
    first = waiting.first()
    oldest = int((timezone.now() - first.asked_at).total_seconds()) if first else 0
    return Health(workers, waiting.count(), Job.objects.filter(state=State.RUNNING).count(), max(oldest, 0))
