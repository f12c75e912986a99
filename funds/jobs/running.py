"""How one job is run: taken by one worker, as the person who asked, resumed or put back where that worker stops.

A worker holds a lock of its session for the attempt it makes, which the server lets go when the process dies: so the reaper knows
the dead without guessing by age. Whatever a worker writes asks whether the attempt is still its own; one that lost its connection
and was replaced meanwhile writes nothing more.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django_tasks import task

from beneficiaries.offices import row_scope
from beneficiaries.offices.scope import office_of
from funds.models import Job, JobCancel
from ledger import history
from ledger.errors import NotAllowed, Refusal

log = logging.getLogger(__name__)
State = Job.State
# What passes by itself: the database is away, too busy, or somebody held the rows too long.
TRANSIENT = (OperationalError, InterfaceError, ConnectionError, TimeoutError)
BEAT = 60.0  # seconds
STOP = threading.Event()  # set when this process is asked to end: the job is put back at its next piece


class Superseded(Exception):
    """Another worker has the job: this one was given up for dead, or the job has ended."""


class Cancelled(Exception):
    """Whoever asked wants it no more."""


class Interrupted(Exception):
    """This process is to end; another takes the job up."""


class NotYet(Exception):
    """What the job needs is away for the moment; the text says what."""


@dataclass(slots=True)
class Run:
    """One attempt at a job, as the work itself sees it."""

    job: Job
    told: float = 0.0  # when it was last heard of, by the clock of this process

    def begin(self, total: int) -> None:
        """Says how many pieces there are."""
        self._tell(total=total)

    def step(self, done: int) -> None:
        """Says how many pieces are done. Raises: Superseded, Cancelled, Interrupted; the work ends there."""
        self._tell(done=done)
        if JobCancel.objects.filter(job=self.job).exists():
            raise Cancelled
        if STOP.is_set():
            raise Interrupted

    def beat(self) -> None:
        """Says that the work goes on, once a minute, inside a piece that may take long. Raises: Superseded."""
        if time.monotonic() - self.told > BEAT:
            self._tell()

    def _tell(self, **values: int) -> None:
        self.told = time.monotonic()
        mine = Job.objects.filter(pk=self.job.pk, state=State.RUNNING, attempts=self.job.attempts)
        if not mine.update(seen_at=timezone.now(), **values):
            raise Superseded

    def hold(self) -> Job:
        """The job, locked while this attempt still has it and nobody cancelled it. Raises: Superseded, Cancelled."""
        row = Job.objects.select_for_update().get(pk=self.job.pk)
        if (row.state, row.attempts) != (State.RUNNING, self.job.attempts):
            raise Superseded
        if JobCancel.objects.filter(job=row).exists():
            raise Cancelled
        return row


@dataclass(frozen=True, slots=True)
class Work:
    """How jobs of a kind are done: by what, and with whose eyes; how often it is tried, and how many seconds after the first
    time, doubled each time."""

    do: Callable[[Run, User], None]
    as_asker: bool
    attempts: int = 5
    back_off: int = 5


def work_of(job: Job) -> Work:
    """Read when a job runs, because the acts that queue jobs are imported by what does them."""
    from funds.jobs import bundles
    from funds.messages import sending

    return {
        Job.Kind.BUNDLE: Work(bundles.make, as_asker=True),
        # The act is done and its officer may be gone. Four hours in all, for a gateway that is away.
        Job.Kind.TELL: Work(sending.tell, as_asker=False, attempts=10, back_off=30),
    }[Job.Kind(job.kind)]


@task()
def run_job(pk: int) -> None:
    """What the queue holds for each job."""
    perform(pk)


def offer(job: Job, *, after: datetime | None = None) -> None:
    """Puts a line for a waiting job into the queue, to be taken up at once or after a moment."""
    run_job.using(run_after=after).enqueue(job.pk)


def perform(pk: int) -> None:
    """Takes the job if it waits, and runs it; whatever happens to it, it is recorded with the job."""
    job = take(pk)
    if job is None:
        return
    run = Run(job)
    with attempt_held(job), Ending(run):
        _as_asked(run)


@transaction.atomic
def take(pk: int) -> Job | None:
    """The job, running now, with its lock held by this session; None where it waits no more or somebody else is taking it."""
    job = Job.objects.select_for_update(skip_locked=True).filter(pk=pk, state=State.QUEUED).first()
    if job is None:
        return None
    job.state, job.attempts, job.done, job.seen_at = State.RUNNING, job.attempts + 1, 0, timezone.now()
    if not try_lock(job):  # a session whose own take was rolled back; it is offered again when that has ended
        return None
    job.save(update_fields=["state", "attempts", "done", "seen_at"])
    return job


def try_lock(job: Job) -> bool:
    """Takes the lock of the job's attempt for this session, if nobody has it."""
    return _lock("pg_try_advisory_lock", job)


def unlock(job: Job) -> None:
    _lock("pg_advisory_unlock", job)


def _lock(function: str, job: Job) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext(%s), %s)", [f"job attempt {job.attempts}", job.pk])
        (held,) = cursor.fetchone()
        return bool(held)


@contextmanager
def attempt_held(job: Job) -> Iterator[None]:
    """Lets the lock of the attempt go at the end; a session that is lost has let it go by itself."""
    session = connection.connection
    try:
        yield
    finally:
        if connection.connection is session:
            unlock(job)


def _as_asked(run: Run) -> None:
    """Does the work in the name of who asked, and from where they asked; as them, with the roles and the office they have now,
    where the work is theirs.

    Raises: NotAllowed where they are of another office now; and what the work raises.
    """
    job, work = run.job, work_of(run.job)
    user = User.objects.get(pk=job.asked_by_id)
    marks = history.request_id.set(job.request_id), history.address.set(job.address)
    try:
        with row_scope.showing(_rows(job, user) if work.as_asker else row_scope.ALL), history.acting(user, job.title):
            work.do(run, user)
    finally:
        history.request_id.reset(marks[0])
        history.address.reset(marks[1])


def _rows(job: Job, user: User) -> str:
    office = office_of(user)
    if office.pk != job.office_id:
        raise NotAllowed(f"{user.get_full_name()} is of another office now than when this was asked for.")
    return row_scope.rows_of(office)


class Ending:
    """What becomes of the job when its work has ended, by how it ended. Only what ends the process goes on from here."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        if error is None:
            return False
        if isinstance(error, TRANSIENT):
            connection.close()  # it may be broken; the next statement opens another
        try:
            self._record(error)
        except Superseded:
            log.warning("Job %s goes on elsewhere; this attempt wrote nothing more.", self.run.job.pk)
        return isinstance(error, Exception)

    def _record(self, error: BaseException) -> None:
        if isinstance(error, Superseded):
            raise error
        if isinstance(error, Cancelled):
            self._end(State.CANCELLED)
        elif isinstance(error, (*TRANSIENT, NotYet)):
            self._again(error)
        elif isinstance(error, Refusal):
            self._end(State.FAILED, error.detail)
        elif isinstance(error, Exception) and not isinstance(error, Interrupted):
            log.error("Job %s failed", self.run.job.pk, exc_info=error)
            self._end(
                State.FAILED, f"An error that nobody foresaw. The server's log has it under job {self.run.job.pk}."
            )
        else:
            put_back(self._mine(), after=0)

    def _again(self, error: BaseException) -> None:
        """Later, unless it was tried often enough."""
        log.warning("Job %s, attempt %s: %s", self.run.job.pk, self.run.job.attempts, type(error).__name__)
        why = str(error) if isinstance(error, NotYet) else "The database or the network was away"
        retry(self._mine(), why)

    def _end(self, state: State, words: str = "") -> None:
        end(self._mine(), state, words)

    def _mine(self) -> Job:
        job = Job.objects.filter(pk=self.run.job.pk, state=State.RUNNING, attempts=self.run.job.attempts).first()
        if job is None:
            raise Superseded
        return job


def end(job: Job, state: State, words: str = "") -> None:
    """The job's last move. A cancel that came in meanwhile goes before a failure."""
    if state == State.FAILED and JobCancel.objects.filter(job=job).exists():
        state, words = State.CANCELLED, ""
    _move(job, state=state, words=words[:500], ended_at=timezone.now())


def retry(job: Job, why: str) -> None:
    """Back into the queue with twice the wait of the last time, or failed if it was tried often enough."""
    work = work_of(job)
    if job.attempts >= work.attempts:
        end(job, State.FAILED, f"{why}, {work.attempts} times. Ask for it again.")
    else:
        put_back(job, after=work.back_off * 2 ** (job.attempts - 1))


@transaction.atomic
def put_back(job: Job, *, after: int) -> None:
    """Waits again, to be taken up after so many seconds."""
    _move(job, state=State.QUEUED)
    offer(job, after=timezone.now() + timedelta(seconds=after) if after else None)


def _move(job: Job, **values: object) -> None:
    """Raises: Superseded where the job is not what it was when it was read."""
    if not Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts).update(**values):
        raise Superseded


def finished(run: Run) -> None:
    """The last move of work that went well; call it in the transaction that writes what came of it."""
    job = run.hold()
    end(job, State.DONE)
