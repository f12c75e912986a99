"""Instruments over the API: issue, clear, fail, acknowledge; each operation calls one service."""

from datetime import date
from typing import Annotated, Any, Literal

from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from beneficiaries.offices.scope import get_visible
from beneficiaries.views.pages import actor
from funds import payments
from funds.models import Instrument
from funds.particulars import Particulars
from funds.readers import require_reader
from ledger.api_types import (
    LARGEST_ID,
    Amount,
    Because,
    Code,
    Day,
    Given,
    Id,
    OnDay,
    OneOf,
    Page,
    Paging,
    PathId,
    Text,
    answers,
    created,
    filtered,
    page,
)

router = Router(tags=["instruments"])


class InstrumentOut(Schema):
    id: int
    disbursement_id: int
    line_id: int
    payee: str
    fund: str
    voucher: str
    method: str
    number: str
    amount: Amount
    place: str
    account_head: str
    court_case: str
    matures_on: date | None
    issued_on: date
    expires_on: date | None
    state: str
    state_on: date
    reason: str
    replaces_id: int | None
    issued_by: str
    entry_id: int

    @staticmethod
    def resolve_disbursement_id(row: Instrument) -> int:
        return row.line.disbursement_id

    @staticmethod
    def resolve_payee(row: Instrument) -> str:
        return row.line.payee_name

    @staticmethod
    def resolve_fund(row: Instrument) -> str:
        return row.fund.code

    @staticmethod
    def resolve_voucher(row: Instrument) -> str:
        return row.voucher.number

    @staticmethod
    def resolve_issued_by(row: Instrument) -> str:
        return row.issued_by.get_username()


class AcknowledgementOut(Schema):
    id: int
    instrument_id: int
    received_on: date
    received_by: str
    reference: str
    recorded_by: str

    @staticmethod
    def resolve_recorded_by(row: Any) -> str:
        recorder: User = row.recorded_by
        return recorder.get_username()


class InstrumentIn(Given):
    """`number` is that of the cheque, transfer or challan; the line says how it is paid. A cheque's is an unused leaf of a
    cheque book of the fund. A pay order needs `place`, a challan `place` and `account_head`, a deposit in court `place` and
    `court_case`, a savings certificate `place` and `matures_on`."""

    disbursement: Id
    line: Id
    number: Text
    place: Text = ""
    account_head: Text = ""
    court_case: Text = ""
    matures_on: Day | None = None
    on: Day | None = None


class FailureIn(Because):
    state: Literal["returned", "stale", "stopped"]


class AcknowledgementIn(OnDay):
    received_by: Text
    reference: Text = ""


class InstrumentFilter(Paging):
    fund: Code | None = None
    state: Annotated[str, OneOf(Instrument.State)] | None = None
    disbursement: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None


@router.get("/instruments", response=answers(Page[InstrumentOut]))
def list_instruments(request: HttpRequest, filters: Query[InstrumentFilter]) -> Any:
    """Instruments of the requests of the caller's office."""
    wanted = {
        "fund__code": filters.fund,
        "state": filters.state,
        "line__disbursement": filters.disbursement,
    }
    require_reader(actor(request))
    return page(filtered(payments.visible_instruments(actor(request)), **wanted), filters)


@router.get("/instruments/{instrument}", response=answers(InstrumentOut))
def get_instrument(request: HttpRequest, instrument: PathId) -> Any:
    user = actor(request)
    require_reader(user)
    return get_visible(payments.visible_instruments(user), to=user, path="line__disbursement__office", pk=instrument)


@router.post("/instruments", response=answers(InstrumentOut, 201))
def issue_instrument(request: HttpRequest, data: InstrumentIn) -> Any:
    """Records the instrument that pays one line of a vouchered request."""
    names = {"disbursement", "line", "number", "on"}
    said = Particulars(**data.dict(exclude=names))
    made = payments.issue_instrument(**data.dict(include=names), said=said, by=actor(request))
    return created(get_instrument(request, made.pk))


@router.post("/instruments/{instrument}/clear", response=answers(InstrumentOut))
def clear_instrument(request: HttpRequest, instrument: PathId, data: OnDay = OnDay()) -> Any:  # noqa: B008
    """The bank statement shows that it was paid."""
    made = payments.clear_instrument(instrument=instrument, by=actor(request), on=data.on)
    return get_instrument(request, made.pk)


@router.post("/instruments/{instrument}/fail", response=answers(InstrumentOut))
def fail_instrument(request: HttpRequest, instrument: PathId, data: FailureIn) -> Any:
    """Returned by the bank, stale or stopped: the line can be paid anew."""
    made = payments.fail_instrument(instrument=instrument, **data.dict(), by=actor(request))
    return get_instrument(request, made.pk)


@router.post("/instruments/{instrument}/acknowledge", response=answers(AcknowledgementOut, 201))
def acknowledge_instrument(request: HttpRequest, instrument: PathId, data: AcknowledgementIn) -> Any:
    """The payee's, court's or jail's receipt."""
    return created(payments.acknowledge(instrument=instrument, **data.dict(), by=actor(request)))
