"""Bundles in the background: what is asked for, run as who asked, counted once, cancelled, fetched, and what SQL is refused."""

import csv
import io
import os
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.test import Client
from django_tasks_db.models import DBTaskResult
from pypdf import PdfReader

from beneficiaries.models import Officer
from funds import vouchers
from funds.jobs import bundles, queue, results, running, worker
from funds.models import BundleSheet, Job, JobCancel, JobResult, JobSetting, VoucherPrint
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from tests.funds.by_sql import accepted, copied, flat, no, refused, yes
from tests.funds.jobs_world import again, asked, files_of, no_wait, printed
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "RESULT_STORE", tmp_path / "results")
    return tmp_path / "results"


@pytest.fixture
def here(small_world: World) -> World:
    """Two printed vouchers, and nothing that waits."""
    printed(small_world, 2)
    worker.work(once=True)
    return small_world


def bundles_there() -> int:
    return Job.objects.filter(kind="bundle").count()


def done(job: Job) -> Job:
    """Run as a worker runs it, with nobody else there."""
    worker.work(once=True)
    return again(job)


def zipped(job: Job, by: Any) -> zipfile.ZipFile:
    with results.opened(job.pk, by=by)[1] as stream:
        return zipfile.ZipFile(io.BytesIO(stream.read()))


def test_a_bundle_holds_counted_copies_with_masked_numbers(here: World) -> None:
    bare = here.vouchered()
    assert bundles.counted(bundles.Choice(), by=here["auditor"]) == (2, 1)
    job = asked(here)
    assert (job.title, job.state, job.done, job.total) == ("2 vouchers: all vouchers", "queued", 0, 0)
    row = done(job)
    assert (row.state, row.done, row.total, row.attempts, row.words) == ("done", 2, 2, 1, "")
    bundle = zipped(row, here["auditor"])
    index = list(csv.DictReader(io.StringIO(bundle.read("index.csv").decode())))
    assert [line["copy"] for line in index] == ["1", "1"]
    assert bare.number not in str(index)
    text = PdfReader(io.BytesIO(bundle.read(index[0]["file"]))).pages[0].extract_text()
    assert "copy 1" in text
    assert f"by Auditor Khan, bundle {job.pk}" in text
    assert "90001-*******-2" in text
    assert set(VoucherPrint.objects.filter(copy=1).values_list("printed_by", flat=True)) == {here["auditor"].pk}
    assert not bare.prints.exists()
    # The next bundle, and the next printing, count on.
    assert done(asked(here, "ddo")).state == "done"
    assert vouchers.print_voucher(number=index[0]["voucher"], by=here["ddo"])[0].copy == 3


def test_the_choice_narrows_and_refuses_nothing_and_too_many(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    voucher = vouchers.visible_vouchers(here["auditor"]).earliest("pk")
    for choice, count in (
        ({"fund": "TEST"}, 2),
        ({"year": "2025-26"}, 2),
        ({"sanction": voucher.sanction.number}, 1),
        ({"issued_from": voucher.issued_on, "issued_to": voucher.issued_on}, 2),
    ):
        assert len(asked(here, **choice).arguments["vouchers"]) == count
    for choice in ({"fund": "NONE"}, {"year": "2024-25"}, {"issued_to": voucher.issued_on - timedelta(days=1)}):
        with pytest.raises(BadInput, match="No voucher that was printed fits"):
            asked(here, **choice)
    with pytest.raises(BadInput, match="wrong order"):
        asked(here, issued_from=today(), issued_to=date(2025, 1, 1))
    monkeypatch.setattr(bundles, "MOST", 1)
    with pytest.raises(BadInput, match="More than 1 vouchers"):
        asked(here)
    with pytest.raises(NotAllowed):
        asked(here, "administrator")


def test_what_is_rolled_back_was_never_asked_for(here: World) -> None:
    with transaction.atomic():
        asked(here)
        transaction.set_rollback(True)
    assert bundles_there() == 0
    assert not DBTaskResult.objects.filter(status="READY").exists()


def test_a_role_or_office_that_was_lost_meanwhile_counts(here: World) -> None:
    left, moved = asked(here, "ddo"), asked(here, "verifier")
    here["ddo"].groups.clear()
    Officer.objects.filter(user=here["verifier"]).update(office=here.quetta_office)
    worker.work(once=True)
    assert (again(left).state, again(moved).state) == ("failed", "failed")
    assert "you need the role" in again(left).words
    assert "of another office now" in again(moved).words
    assert not BundleSheet.objects.exists()
    assert VoucherPrint.objects.filter(copy__gt=0).count() == 0


def test_an_office_gets_its_own_vouchers_and_another_s_bundle_is_not_there(here: World) -> None:
    with pytest.raises(BadInput):
        asked(here, "quetta")
    job = done(asked(here))
    assert results.opened(job.pk, by=here["ddo"])[0] == job.result
    with pytest.raises(NotFound):
        results.opened(job.pk, by=here["quetta"])
    with pytest.raises(NotAllowed):
        queue.get_job(job.pk, by=here["administrator"])
    with pytest.raises(NotAllowed, match="Only who asked"):
        queue.cancel(job=asked(here).pk, by=here["ddo"])


def test_cancelled_before_it_began_and_in_the_middle(here: World, monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    waiting = asked(here)
    assert queue.cancel(job=waiting.pk, by=here["auditor"]).state == "cancelled"
    with pytest.raises(WrongState, match="It is cancelled already"):
        queue.cancel(job=waiting.pk, by=here["auditor"])
    monkeypatch.setattr(bundles, "PIECE", 1)
    job, render = asked(here), vouchers.render

    def cancelling(*args: Any, **given: Any) -> bytes:
        queue.cancel(job=job.pk, by=here["auditor"])
        return render(*args, **given)

    monkeypatch.setattr(vouchers, "render", cancelling)
    row = done(job)
    assert (row.state, row.done, row.total) == ("cancelled", 1, 2)
    assert again(waiting).attempts == 0
    assert BundleSheet.objects.filter(job=job).count() == 1, "a number that was taken stays used"
    assert files_of(store) == []
    with pytest.raises(WrongState, match="There is no file"):
        results.opened(job.pk, by=here["auditor"])


def test_what_passes_is_tried_again_and_other_errors_are_not(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    no_wait(monkeypatch)
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(bundles, "PIECE", 1)
    failing, render = [OperationalError("away"), running.NotYet("The store is away")], vouchers.render

    def shaky(*args: Any, **given: Any) -> bytes:
        if failing:
            raise failing.pop()
        return render(*args, **given)

    monkeypatch.setattr(vouchers, "render", shaky)
    row = done(asked(here))
    assert (row.state, row.attempts, row.done) == ("done", 3, 2)
    assert BundleSheet.objects.count() == 2, "counted once, though drawn again"
    failing += [ZeroDivisionError("a name in it")]
    row = done(asked(here))
    assert (row.state, row.attempts) == ("failed", 1)
    assert row.words == f"An error that nobody foresaw. The server's log has it under job {row.pk}."
    failing += [OperationalError("away")] * 9
    row = done(asked(here))
    assert (row.state, row.attempts) == ("failed", 5)
    assert row.words.endswith("5 times. Ask for it again.")


def test_it_waits_longer_each_time(here: World) -> None:
    job = asked(here)
    DBTaskResult.objects.update(status="SUCCESSFUL")
    waits = []
    for _ in range(3):
        running.retry(running.take(job.pk), "away")
        line = DBTaskResult.objects.get(status="READY")
        waits.append(round((line.run_after - line.enqueued_at).total_seconds()))
        DBTaskResult.objects.filter(pk=line.pk).update(status="SUCCESSFUL")
    assert waits == [5, 10, 20]


def test_a_worker_that_was_replaced_writes_nothing_more(
    here: World, monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    """Its connection was lost, so that its lock was free; the other attempt has the job now."""
    job, render = asked(here), vouchers.render

    def replaced(*args: Any, **given: Any) -> bytes:
        Job.objects.filter(pk=job.pk).update(state="queued")
        Job.objects.filter(pk=job.pk).update(state="running", attempts=2)
        return render(*args, **given)

    monkeypatch.setattr(vouchers, "render", replaced)
    monkeypatch.setattr(bundles, "PIECE", 1)
    row = done(job)
    assert (row.state, row.attempts, row.done) == ("running", 2, 0)
    assert not JobResult.objects.exists()
    assert files_of(store) == []


def test_a_worker_that_is_asked_to_end_puts_the_job_back(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running.STOP, "is_set", lambda: True)
    job = asked(here)
    running.perform(job.pk)
    row = again(job)
    assert (row.state, row.attempts, row.words) == ("queued", 1, "")
    monkeypatch.undo()


def test_a_job_whose_line_was_lost_is_offered_again(here: World) -> None:
    job = asked(here)
    assert worker.look_after() == 0, "it has its line"
    DBTaskResult.objects.update(status="RUNNING")
    assert worker.look_after() == 1
    assert done(job).state == "done"


def test_one_that_is_silent_for_long_is_given_up_though_its_lock_is_held(here: World, new_connection: Any) -> None:
    """A machine that vanished keeps its session, and so its lock, until the server gives the connection up."""
    job = running.take(asked(here).pk)
    assert job is not None
    running.unlock(job)
    new_connection().cursor().execute("SELECT pg_advisory_lock(hashtext('job attempt 1'), %s)", [job.pk])
    assert worker.look_after() == 0
    Job.objects.filter(pk=job.pk).update(seen_at=job.seen_at - worker.SILENT - timedelta(seconds=1))
    assert worker.look_after() == 1
    assert (again(job).state, again(job).attempts) == ("queued", 1)


def test_the_file_is_hashed_and_ends_with_its_days(here: World, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    JobSetting.objects.create(keep_days=3, effective_from=date(2020, 7, 1), source="House rules")
    job = done(asked(here))
    assert job.result.kept_until == today() + timedelta(days=3)
    (path,) = files_of(store)
    assert path.name == job.result.sha256
    assert path.stat().st_size == job.result.size
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(WrongState, match="not the one that was made"):
        results.opened(job.pk, by=here["auditor"])
    assert results.expire() == 0
    os.utime(path, (0, 0))
    assert results.expire() == 0, "its days are not over"
    monkeypatch.setattr(results, "today", lambda: job.result.kept_until + timedelta(days=1))
    with pytest.raises(WrongState, match="The file was kept until"):
        results.opened(job.pk, by=here["auditor"])
    assert (results.expire(), files_of(store)) == (1, [])


def test_pages_from_the_register_to_the_file(here: World) -> None:
    client = Client()
    client.force_login(here["auditor"])
    assert "2 vouchers" in client.get("/bundles/new?fund=TEST").content.decode()
    answer = client.post("/bundles/new", {"fund": "TEST"})
    assert answer.status_code == 303
    page = client.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "It has not begun yet" in page
    assert "Nobody works in the background now" in page
    worker.work(once=True)
    page = client.get(answer["Location"]).content.decode()
    assert "hx-trigger" not in page
    assert "2 of 2 vouchers, 100%" in page
    file = client.get(f"{answer['Location']}file")
    assert (file.status_code, file["Content-Type"]) == (200, "application/zip")
    assert len(zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content))).namelist()) == 3  # type: ignore[attr-defined]
    assert client.post(f"{answer['Location']}cancel").status_code == 409
    assert "2 vouchers: TEST" in client.get("/bundles/").content.decode()
    assert client.post("/bundles/new", {"sanction": "none"}).status_code == 422


def test_api_from_the_wish_to_the_file(here: World) -> None:
    client = Client()
    client.force_login(here["auditor"])
    made = client.post("/api/v1/bundles", {"fund": "TEST"}, "application/json", headers={"Idempotency-Key": "b1"})
    again_ = client.post("/api/v1/bundles", {"fund": "TEST"}, "application/json", headers={"Idempotency-Key": "b1"})
    assert made.status_code == again_.status_code == 201
    assert made.json() == again_.json()
    assert bundles_there() == 1
    address = f"/api/v1/bundles/{made.json()['id']}"
    assert client.get(f"{address}/file").status_code == 409
    worker.work(once=True)
    told = client.get(address).json()
    assert (told["state"], told["done"], told["result"]["name"]) == ("done", 2, f"vouchers-{told['id']}.zip")
    assert client.get(f"{address}/file").status_code == 200
    assert [row["id"] for row in client.get("/api/v1/bundles").json()["items"]] == [told["id"]]
    assert client.post(f"{address}/cancel", {}, "application/json").status_code == 409


def test_the_command_tells_what_waits(here: World, capsys: pytest.CaptureFixture[str]) -> None:
    asked(here)
    with pytest.raises(CommandError, match="No worker lives"):
        call_command("jobs")
    assert "0 working, 1 waiting, 0 running." in capsys.readouterr().out
    call_command("work", "--once")
    call_command("jobs", "--json")
    assert '"state": "done"' in capsys.readouterr().out


# What the database refuses by itself


def test_sql_begins_and_moves_a_job_as_the_rules_say(here: World) -> None:
    job = asked(here)
    yes(job, asked_at=now())
    for change in ({"state": "running"}, {"attempts": 1}, {"words": "x"}, {"asked_at": "2025-01-01T00:00:00Z"}):
        refused("23FD0", *flat(copied(job, **({"asked_at": now()} | change))))
    move = "UPDATE funds_job SET {} WHERE id = %s"
    accepted(move.format("state = 'running', attempts = 1"), job.pk)
    for change in (
        "title = 'x'",
        "arguments = '{}'",
        f"asked_by_id = {here['ddo'].pk}",
        f"office_id = {here.quetta_office.pk}",
        "state = 'done', ended_at = now()",
        "state = 'running'",
        "attempts = 1",
        "state = 'cancelled', ended_at = now()",
    ):
        refused("23FD1", move.format(change), job.pk)
    row = running.take(job.pk)
    assert row is not None
    accepted(move.format("done = 1, total = 2"), job.pk)
    Job.objects.filter(pk=job.pk).update(done=1, total=2)
    for change in ("done = 0", "state = 'done', ended_at = now()", "state = 'done', done = 2, ended_at = now()"):
        refused("23FD1", move.format(change), job.pk)
    JobResult.objects.create(job=job, sha256="0" * 64, size=1, name="x.zip", kept_until=today())
    refused("23FD1", move.format("state = 'done', ended_at = now()"), job.pk)
    accepted(move.format("state = 'done', done = 2, ended_at = now()"), job.pk)
    accepted(move.format("state = 'failed', ended_at = now()"), job.pk)
    running.unlock(row)
    running.end(again(job), Job.State.FAILED, "x")
    refused("23FD1", move.format("state = 'queued', ended_at = null"), job.pk)
    refused("42501", "DELETE FROM funds_job WHERE id = %s", job.pk)


def now() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def test_sql_adds_no_file_to_work_that_does_not_run(here: World) -> None:
    job = asked(here)
    file = JobResult(job=job, sha256="0" * 64, size=1, name="x.zip", kept_until=today(), made_at=now())
    no("23FD2", file)
    row = running.take(job.pk)
    yes(file)
    no("23FD2", file, kept_until=today() - timedelta(days=1))
    no("23FD2", file, made_at="2025-01-01T00:00:00Z")
    JobCancel.objects.create(job=job, cancelled_by=here["auditor"])
    no("23FD2", file)
    assert row is not None
    running.unlock(row)


def test_sql_puts_no_other_printing_into_a_bundle(here: World) -> None:
    first, second = vouchers.visible_vouchers(here["auditor"]).order_by("pk")
    job = asked(here, "ddo", sanction=first.sanction.number)
    mine, original = (
        VoucherPrint.objects.create(voucher=first, copy=1, printed_by=here["ddo"]),
        first.prints.get(copy=0),
    )
    other = VoucherPrint.objects.create(voucher=first, copy=2, printed_by=here["auditor"])
    beside = VoucherPrint.objects.create(voucher=second, copy=1, printed_by=here["ddo"])
    sheet = BundleSheet(job=job, voucher=first, printing=mine)
    no("23FD3", sheet)
    row = running.take(job.pk)
    yes(sheet)
    for change in (
        {"printing_id": original.pk},
        {"printing_id": other.pk},
        {"printing_id": beside.pk},
        {"printing_id": beside.pk, "voucher_id": second.pk},
    ):
        no("23FD3", sheet, **change)
    assert row is not None
    running.unlock(row)


def test_sql_cancels_nobody_else_s_work_and_nothing_that_ended(here: World) -> None:
    job = asked(here)
    cancel = JobCancel(job=job, cancelled_by=here["auditor"], recorded_at=now())
    yes(cancel)
    no("23FD4", cancel, cancelled_by_id=here["ddo"].pk)
    done(job)
    no("23FD4", cancel)
