"""The one door to work in the background: it is queued in the caller's transaction and run by `manage.py work`.

The queue of django-tasks only says that a job may be taken up; the Job itself is the truth, so that a line of the queue which
comes twice or is lost does no harm. Whoever replaces the queue changes `running.offer` and `worker.py`.
"""

from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet

from beneficiaries.models import Office
from beneficiaries.offices.scope import get_visible
from funds.jobs import running
from funds.models import Job, JobCancel
from funds.readers import require_reader, seen
from ledger.errors import NotAllowed, WrongState
from ledger.history import trace

State = Job.State


def enqueue(kind: Job.Kind, *, title: str, arguments: dict[str, Any], office: Office, by: User) -> Job:
    """A job that a worker takes up once the caller's transaction is committed; rolled back, it never was."""
    assert connection.in_atomic_block, "queue work in the transaction of the act that wants it"
    job = Job.objects.create(kind=kind, title=title, arguments=arguments, office=office, asked_by=by, **trace())
    running.offer(job)
    return job


def visible_jobs(user: User) -> QuerySet[Job]:
    """The bundles of the user's office, whose people see the same vouchers; from a federal one all."""
    rows = Job.objects.filter(kind=Job.Kind.BUNDLE).select_related("result", "cancel", "asked_by")
    rows = rows.defer("arguments")  # the keys of twenty thousand vouchers
    return seen(rows, by=user)


def get_job(pk: int, *, by: User) -> Job:
    """Raises: NotAllowed, NotFound."""
    require_reader(by)
    return get_visible(visible_jobs(by), to=by, pk=pk)


@transaction.atomic
def cancel(*, job: int, by: User) -> Job:
    """Work that waits is cancelled at once; what runs stops at its next piece. Only who asked for it cancels it.

    Raises: NotAllowed, NotFound, WrongState.
    """
    if get_job(job, by=by).asked_by_id != by.pk:
        raise NotAllowed("Only who asked for it cancels it.")
    row = Job.objects.select_for_update().get(pk=job)
    if row.state not in Job.OPEN:
        raise WrongState(f"It is {row.get_state_display().lower()} already. Nothing was changed.", ids=(row.pk,))
    if JobCancel.objects.filter(job=row).exists():
        raise WrongState("It is cancelled already and stops at the next piece.", ids=(row.pk,))
    JobCancel.objects.create(job=row, cancelled_by=by, **trace())
    if row.state == State.QUEUED:
        running.end(row, State.CANCELLED)
    return get_job(job, by=by)
