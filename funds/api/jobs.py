"""Work in the background over the API: a bundle is asked for, looked at, cancelled, fetched."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import FileResponse, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.views.pages import actor
from funds.jobs import bundles, queue, results
from funds.jobs.bundles import Choice
from funds.models import Job
from funds.readers import require_reader
from ledger.api_types import Code, Day, Given, Page, Paging, PathId, YearLabel, answers, created, page

router = Router(tags=["bundles"])
ZIP = {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}, "description": "The bundle"}


class ResultOut(Schema):
    name: str
    size: int
    sha256: str
    kept_until: date


class JobOut(Schema):
    """`state`: queued, running, done, failed, cancelled. `words` says why it failed. `result` is null until it is done."""

    id: int
    title: str
    asked_by: str
    state: str
    done: int
    total: int
    attempts: int
    asked_at: datetime
    ended_at: datetime | None
    words: str
    result: ResultOut | None

    @staticmethod
    def resolve_asked_by(row: Job) -> str:
        return row.asked_by.get_username()

    @staticmethod
    def resolve_result(row: Job) -> Any:
        return getattr(row, "result", None)


class BundleIn(Given):
    """Which vouchers; all that the caller sees where nothing is given. Days are those of issue, both included."""

    fund: Code | None = None
    year: YearLabel | None = None
    sanction: Annotated[str, Field(max_length=40)] = ""
    issued_from: Day | None = None
    issued_to: Day | None = None


@router.post("/bundles", response=answers(JobOut, 201))
def make_bundle(request: HttpRequest, data: BundleIn) -> Any:
    """Numbered copies of the vouchers that fit and were printed before, in one ZIP; each is counted as a printing."""
    choice = Choice(**{name: value for name, value in data.dict().items() if value})
    return created(bundles.start(choice, by=actor(request)))


@router.get("/bundles", response=answers(Page[JobOut]))
def list_bundles(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Those of the caller's office."""
    require_reader(actor(request))
    return page(queue.visible_jobs(actor(request)), paging)


@router.get("/bundles/{job}", response=answers(JobOut))
def get_bundle(request: HttpRequest, job: PathId) -> Any:
    """How far it is."""
    return queue.get_job(job, by=actor(request))


@router.post("/bundles/{job}/cancel", response=answers(JobOut))
def cancel_bundle(request: HttpRequest, job: PathId) -> Any:
    """Stops it, at the next voucher where it runs; only who asked for it."""
    return queue.cancel(job=job, by=actor(request))


@router.get("/bundles/{job}/file", response=answers(None), openapi_extra={"responses": {200: ZIP}})
def bundle_file(request: HttpRequest, job: PathId) -> FileResponse:
    """The ZIP with its index. 409 while it is not done, and after its days are over."""
    result, stream = results.opened(job, by=actor(request))
    return FileResponse(stream, as_attachment=True, filename=result.name, content_type="application/zip")
