"""Files that were made in the background: written once, under the SHA-256 of their content, and removed when their days are over.

They lie apart from the papers of cases, which are kept for ever.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from beneficiaries.offices.policies import in_force
from beneficiaries.papers.store import FULL, NoRoom
from funds.jobs import queue, running
from funds.jobs.running import Run
from funds.models import Job, JobResult, JobSetting
from ledger.clock import today
from ledger.errors import NotFound, WrongState

PIECE = 1 << 20  # bytes read at a time
USUAL_DAYS = 7  # where no row of the pack is in force
ABANDONED = timedelta(days=1)


def place(sha256: str) -> Path:
    return Path(settings.RESULT_STORE) / sha256[:2] / sha256


@contextmanager
def draft(run: Run) -> Iterator[Path]:
    """Where the attempt writes its file; what earlier attempts left is removed, and so is this one unless it was kept.

    Raises: NoRoom.
    """
    store = Path(settings.RESULT_STORE)
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in store.glob(f".job-{run.job.pk}-*.part"):
        left.unlink(missing_ok=True)
    path = store / f".job-{run.job.pk}-{run.job.attempts}.part"
    try:
        yield path
    except OSError as error:
        if error.errno in FULL:
            raise NoRoom("There is no room for the file on the server. Tell the administrator.") from error
        raise
    finally:
        path.unlink(missing_ok=True)


def keep(run: Run, path: Path, name: str) -> JobResult:
    """The written file becomes the job's result, and the job is done; one transaction, so there is one result or none.

    Raises: Superseded, Cancelled.
    """
    sha256, size = _digest(path), path.stat().st_size
    kept = place(sha256)
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.replace(kept)
    with transaction.atomic():
        job = run.hold()
        made = JobResult.objects.create(
            job=job, sha256=sha256, size=size, name=name, kept_until=today() + timedelta(days=keep_days(on=today()))
        )
        running.finished(run)
    return made


def keep_days(*, on: date) -> int:
    row = JobSetting.objects.filter(in_force(on)).order_by("-effective_from").first()
    return row.keep_days if row else USUAL_DAYS


def opened(job: int, *, by: User) -> tuple[JobResult, BinaryIO]:
    """The result and its file, hashed again before a byte of it is given out.

    Raises: NotAllowed, NotFound, WrongState where there is no file (any more), or not the one that was made.
    """
    row = queue.get_job(job, by=by)
    result = getattr(row, "result", None)
    if result is None:
        raise WrongState(f"There is no file: the work is {row.get_state_display().lower()}.", ids=(row.pk,))
    if result.kept_until < today():
        raise WrongState(f"The file was kept until {result.kept_until:%-d %b %Y}. Ask for it again.", ids=(row.pk,))
    path = place(result.sha256)
    try:
        if _digest(path) != result.sha256:
            raise WrongState("The file is not the one that was made. Tell the administrator.", ids=(row.pk,))
        return result, path.open("rb")
    except FileNotFoundError:
        raise NotFound("The file is not on this server. Tell the administrator.") from None


def _digest(path: Path) -> str:
    """Read in pieces, and forced to the disk first where it was just written."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
        while piece := stream.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def expire() -> int:
    """Removes the files whose days are over, and what nobody owns; how many. Their rows stay."""
    store = Path(settings.RESULT_STORE)
    if not store.is_dir():
        return 0
    kept = set(JobResult.objects.filter(kept_until__gte=today()).values_list("sha256", flat=True))
    old = (timezone.now() - ABANDONED).timestamp()
    gone = 0
    for path in (*store.glob(".job-*.part"), *store.glob("??/*")):
        if path.name not in kept and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def held_back(job: Job) -> str:
    """Why the job's file cannot be fetched now; empty where it can."""
    result = getattr(job, "result", None)
    return "" if result is None or result.kept_until >= today() else f"kept until {result.kept_until:%-d %b %Y}"
