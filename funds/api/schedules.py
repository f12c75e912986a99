"""Signatures of vouchers over the API, and schedules of vouchers signed together."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.views.pages import actor
from funds.api.disbursements import FundFilter
from funds.api.vouchers import PDF
from funds.models import ScheduleLine, SignedSchedule
from funds.readers import require_reader
from funds.signing import originals, schedules
from funds.vouchers import get_voucher
from ledger.api_types import Amount, Given, Number, Page, answers, created, filtered, page
from ledger.errors import NotFound

router = Router(tags=["signatures"])


class SignatureOut(Schema):
    """`fault` says why a signature does not hold and is empty where it does; `schedule` names that of many vouchers."""

    intact: bool
    fault: str
    signer: str
    certificate: str
    signed_at: datetime
    time_stamped: bool
    schedule: str | None
    sha256: str


class ScheduleOut(Schema):
    id: int
    number: str
    fund: str
    year: str
    count: int
    amount: Amount
    digest: str
    sha256: str
    signer: str
    certificate: str
    signed_by: str
    signed_at: datetime

    @staticmethod
    def resolve_fund(row: SignedSchedule) -> str:
        return row.fund.code

    @staticmethod
    def resolve_year(row: SignedSchedule) -> str:
        return row.year.label

    @staticmethod
    def resolve_signed_by(row: SignedSchedule) -> str:
        return row.signed_by.get_username()


class LineOut(Schema):
    position: int
    voucher: str
    amount: Amount
    digest: str

    @staticmethod
    def resolve_voucher(row: ScheduleLine) -> str:
        return row.voucher.number


class ScheduleIn(Given):
    """The numbers of vouchers of one fund."""

    vouchers: Annotated[list[Number], Field(min_length=1, max_length=schedules.MOST)]


@router.get("/vouchers/{number}/signature", response=answers(SignatureOut))
def voucher_signature(request: HttpRequest, number: Number) -> Any:
    """How a voucher's signature stands now. 404 where it has none."""
    found = originals.standing(get_voucher(number, by=actor(request)))
    if found is None:
        raise NotFound(f"Voucher {number} has no signature: its original was printed without one, or not yet.")
    return {
        "intact": found.good,
        "fault": found.finding.fault,
        "signer": found.finding.signer,
        "certificate": found.row.certificate,
        "signed_at": found.row.signed_at,
        "time_stamped": found.finding.stamped,
        "schedule": found.schedule.number if found.schedule else None,
        "sha256": found.row.sha256,
    }


@router.get("/schedules", response=answers(Page[ScheduleOut]))
def list_schedules(request: HttpRequest, filters: Query[FundFilter]) -> Any:
    """Schedules of the funds of the caller's office."""
    require_reader(actor(request))
    rows = schedules.visible_schedules(actor(request))
    return page(filtered(rows, fund__code=filters.fund, year__label=filters.year), filters)


@router.post("/schedules", response=answers(ScheduleOut, 201))
def sign_schedule(request: HttpRequest, data: ScheduleIn) -> Any:
    """Signs these vouchers together; their originals then print without a signature of their own."""
    return created(schedules.sign_schedule(vouchers=data.vouchers, by=actor(request)))


@router.get("/schedules/{number}", response=answers(ScheduleOut))
def get_schedule(request: HttpRequest, number: Number) -> Any:
    require_reader(actor(request))
    return schedules.get_schedule(number, by=actor(request))


@router.get("/schedules/{number}/lines", response=answers(list[LineOut]))
def list_schedule_lines(request: HttpRequest, number: Number) -> Any:
    """Its vouchers, at most a thousand, in the order of the paper."""
    require_reader(actor(request))
    found = schedules.get_schedule(number, by=actor(request))
    return found.lines.select_related("voucher").defer("voucher__snapshot").order_by("position")


@router.get("/schedules/{number}/pdf", response=answers(None), openapi_extra={"responses": {200: PDF}})
def schedule_pdf(request: HttpRequest, number: Number) -> HttpResponse:
    """The file as it was signed."""
    require_reader(actor(request))
    found = schedules.get_schedule(number, by=actor(request))
    headers = {"Content-Disposition": f'inline; filename="{found.number}.pdf"'}
    return HttpResponse(schedules.signed_file(found), content_type="application/pdf", headers=headers)
