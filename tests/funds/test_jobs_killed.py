"""Workers that are killed or meet: one bundle, each copy counted once, each job taken once."""

import io
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from beneficiaries.offices.scope import office_of
from funds import vouchers
from funds.jobs import bundles, queue, results, running, worker
from funds.jobs.worker import health
from funds.models import BundleSheet, Job, VoucherPrint
from ledger.errors import WrongState
from tests import world
from tests.funds.jobs_world import Worker, again, asked, files_of, found_dead, no_wait, printed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
JOBS = 200


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "RESULT_STORE", tmp_path / "results")
    no_wait(monkeypatch)
    return tmp_path / "results"


def test_kill_9_in_the_middle_and_the_bundle_is_whole_and_counted_once(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = world.build()
    found = printed(here, 3)
    monkeypatch.setattr(bundles, "PIECE", 1)
    job, render = asked(here), vouchers.render

    def stuck_at_the_second(tell: Callable[[bytes], None]) -> None:
        drawn = []

        def draw(*args: Any, **given: Any) -> bytes:
            drawn.append(1)
            if len(drawn) == 2:
                tell(b".")
                running.threading.Event().wait()
            return render(*args, **given)

        vouchers.render = draw

    first = Worker(stuck_at_the_second)
    assert first.told() == b"."
    assert (again(job).state, again(job).done, health().workers) == ("running", 1, 1)
    assert BundleSheet.objects.count() == 2
    assert worker.look_after() == 0, "it lives"
    first.kill()
    assert found_dead() == 1
    assert health().workers == 0
    assert [path.suffix for path in files_of(store)] == [".part"], "half a file, which nobody is given"
    assert Worker().ended() == 0
    row = again(job)
    assert (row.state, row.done, row.total, row.attempts) == ("done", 3, 3, 2)
    with results.opened(job.pk, by=here["auditor"])[1] as stream:
        names = zipfile.ZipFile(io.BytesIO(stream.read())).namelist()
    assert sorted(names) == sorted([f"{voucher.number}-copy-1.pdf" for voucher in found] + ["index.csv"])
    assert [path.name for path in files_of(store)] == [row.result.sha256]
    assert Counter(VoucherPrint.objects.filter(copy__gt=0).values_list("voucher", flat=True)) == Counter(
        voucher.pk for voucher in found
    )


def test_two_workers_take_each_of_200_jobs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world.build()
    by = here["auditor"]
    with transaction.atomic():
        for number in range(JOBS):
            queue.enqueue(Job.Kind.BUNDLE, title=f"{number}", arguments={"vouchers": []}, office=office_of(by), by=by)

    def counting(tell: Callable[[bytes], None]) -> None:
        def count(run: running.Run, user: Any) -> None:
            tell(b"%d\n" % run.job.pk)
            raise WrongState("Counted")

        running.work_of = lambda job: running.Work(count, as_asker=True)

    both = [Worker(counting), Worker(counting)]
    told = [worker_.everything().split() for worker_ in both]
    assert [worker_.ended() for worker_ in both] == [0, 0]
    assert all(told), "both had something to do"
    assert sorted(map(int, told[0] + told[1])) == sorted(Job.objects.values_list("pk", flat=True))
    assert set(Job.objects.values_list("state", "attempts")) == {("failed", 1)}
