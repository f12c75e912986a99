"""Payment runs, payees on hold and confirmed accounts over the API; each operation calls one service."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from beneficiaries.offices.scope import get_visible
from beneficiaries.registry import visible_people
from beneficiaries.views.pages import actor
from funds import bank_files, budgets, payment_runs
from funds.api.away import WhyIn
from funds.bank_files import Handed
from funds.chain import reauthentication
from funds.models import AccountConfirmation, PayeeHold, PayeeLine, PaymentKind, PaymentRun, RunLine
from funds.requests import changed_accounts, payee_holds
from funds.runs.choosing import MOST, Wanted
from ledger.api_types import (
    Amount,
    Code,
    Day,
    Given,
    Id,
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
from ledger.errors import BadInput, NotFound
from ledger.roles import require_role

router = Router(tags=["runs"])
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE = {"description": "The file for the bank", "content": {"application/xml": BINARY, "text/csv": BINARY}}


class RunOut(Schema):
    """`state`: draft, proposed, released, sent, partly, answered, cancelled. `count` and `amount` stand from the proposal on."""

    id: int
    number: str
    fund: str
    state: str
    format: str
    layout: str | None
    bank_account: str
    execution_on: date
    count: int
    amount: Amount
    digest: str
    file_sha256: str
    reason: str
    drafted_by: str
    proposed_by: str | None
    released_by: str | None
    released_at: datetime | None

    @staticmethod
    def resolve_fund(row: PaymentRun) -> str:
        return row.fund.code

    @staticmethod
    def resolve_layout(row: PaymentRun) -> str | None:
        return row.layout.code if row.layout else None

    @staticmethod
    def resolve_drafted_by(row: PaymentRun) -> str:
        return row.drafted_by.get_username()

    @staticmethod
    def resolve_proposed_by(row: PaymentRun) -> str | None:
        return row.proposed_by.get_username() if row.proposed_by else None

    @staticmethod
    def resolve_released_by(row: PaymentRun) -> str | None:
        return row.released_by.get_username() if row.released_by else None


class StatusOut(Schema):
    status: str
    reason: str


class RunLineOut(Schema):
    """`state`: chosen, issued, dropped; of an issued one `instrument_state` says what became of it."""

    id: int
    position: int
    line_id: int
    disbursement_id: int
    payee: str
    end_to_end: str
    amount: Amount
    state: str
    instrument_id: int | None
    instrument_state: str | None
    statuses: list[StatusOut]

    @staticmethod
    def resolve_disbursement_id(row: RunLine) -> int:
        return row.line.disbursement_id

    @staticmethod
    def resolve_payee(row: RunLine) -> str:
        return row.line.payee_name

    @staticmethod
    def resolve_instrument_state(row: RunLine) -> str | None:
        return row.instrument.state if row.instrument else None

    @staticmethod
    def resolve_statuses(row: RunLine) -> Any:
        return list(row.statuses.all())


class RunIn(Given):
    """Every unpaid transfer of the fund that fits and that nothing holds back; with `lines` those of them and no other."""

    fund: Code
    execution_on: Day
    format: Annotated[str, OneOf(PaymentRun.Format)] = PaymentRun.Format.PAIN001.value
    layout: Annotated[str, Field(max_length=20)] = ""
    office: Id | None = None
    kind: Annotated[str, OneOf(PaymentKind)] | None = None
    request: Annotated[str, Field(max_length=32)] = ""
    vouchered_until: Day | None = None
    lines: Annotated[list[Id], Field(max_length=MOST)] | None = None


class DropIn(Given):
    """Keys of lines of the run."""

    lines: Annotated[list[Id], Field(max_length=MOST)]


class RunFilter(Paging):
    fund: Code | None = None
    state: Annotated[str, OneOf(PaymentRun.State)] | None = None


@router.get("/runs", response=answers(Page[RunOut]))
def list_runs(request: HttpRequest, filters: Query[RunFilter]) -> Any:
    """The runs of the funds that the caller's office keeps."""
    user = actor(request)
    require_role(user, *payment_runs.READERS, action="see payment runs")
    return page(filtered(payment_runs.visible_runs(user), fund__code=filters.fund, state=filters.state), filters)


@router.get("/runs/{run}", response=answers(RunOut))
def get_run(request: HttpRequest, run: PathId) -> Any:
    return payment_runs.get_run(run, by=actor(request))


@router.get("/runs/{run}/lines", response=answers(Page[RunLineOut]))
def list_run_lines(request: HttpRequest, run: PathId, paging: Query[Paging]) -> Any:
    """The payments of a run, with what the bank said of each."""
    row = payment_runs.get_run(run, by=actor(request))
    return page(row.lines.select_related("line", "instrument").prefetch_related("statuses"), paging)


@router.post("/runs", response=answers(RunOut, 201))
def draft_run(request: HttpRequest, data: RunIn) -> Any:
    """A new run, as a draft."""
    user = actor(request)
    require_role(user, *payment_runs.PREPARERS, action="prepare a payment run")
    wanted = Wanted(
        budgets.get_fund(data.fund, by=user), data.office, data.kind or "", data.request, data.vouchered_until
    )
    made = payment_runs.draft(
        wanted=wanted, execution_on=data.execution_on, format=data.format, layout=data.layout, lines=data.lines, by=user
    )
    return created(get_run(request, made.pk))


@router.post("/runs/{run}/drop", response=answers(RunOut))
def drop_lines(request: HttpRequest, run: PathId, data: DropIn) -> Any:
    """Takes payments out of a draft."""
    return get_run(request, payment_runs.drop_lines(run=run, lines=data.lines, by=actor(request)).pk)


@router.post("/runs/{run}/propose", response=answers(RunOut))
def propose_run(request: HttpRequest, run: PathId) -> Any:
    """Binds the payments; a second person releases them."""
    return get_run(request, payment_runs.propose(run=run, by=actor(request)).pk)


@router.post("/runs/{run}/take-back", response=answers(RunOut))
def take_back_run(request: HttpRequest, run: PathId, data: WhyIn) -> Any:
    """A proposed run becomes a draft again."""
    return get_run(request, payment_runs.take_back(run=run, reason=data.reason, by=actor(request)).pk)


@router.post("/runs/{run}/release", response=answers(RunOut))
def release_run(request: HttpRequest, run: PathId) -> Any:
    """A second person issues every payment of the run; above a limit only with the password, so on the page."""
    user = actor(request)
    made = payment_runs.release(run=run, by=user, proved=reauthentication.remembered(request, user))
    return get_run(request, made.pk)


@router.post("/runs/{run}/cancel", response=answers(RunOut))
def cancel_run(request: HttpRequest, run: PathId, data: WhyIn) -> Any:
    """Ends a run that was not sent."""
    return get_run(request, payment_runs.cancel(run=run, reason=data.reason, by=actor(request)).pk)


@router.post("/runs/{run}/send", response=answers(None), openapi_extra={"responses": {200: FILE}})
def send_run(request: HttpRequest, run: PathId) -> Any:
    """The file for the bank, once."""
    return _file(bank_files.send(run=run, by=actor(request)))


@router.post("/runs/{run}/copy", response=answers(None), openapi_extra={"responses": {200: FILE}})
def copy_run(request: HttpRequest, run: PathId) -> Any:
    """The same file again, named as a copy; logged."""
    return _file(bank_files.copy(run=run, by=actor(request)))


def _file(handed: Handed) -> HttpResponse:
    """Whole, because the answer to an Idempotency-Key is kept."""
    with handed.stream as stream:
        headers = {"Content-Disposition": f'attachment; filename="{handed.name}"'}
        return HttpResponse(stream.read(), content_type=handed.media_type, headers=headers)


@router.post("/runs/{run}/answer", response=answers(RunOut))
def take_answer(request: HttpRequest, run: PathId, file: File[UploadedFile]) -> Any:
    """The bank's status report (pain.002.001.10), whole or not at all; the same one again changes nothing."""
    assert file.file is not None
    return get_run(request, bank_files.take_answer(run=run, stream=file.file, by=actor(request)).pk)


class HoldEndOut(Schema):
    reason: str
    ended_by: str
    ended_at: datetime

    @staticmethod
    def resolve_ended_by(row: Any) -> str:
        name: str = row.ended_by.get_username()
        return name


class HoldOut(Schema):
    id: int
    person_id: int | None
    payee_kind: str
    payee_name: str
    reason: str
    placed_by: str
    placed_at: datetime
    end: HoldEndOut | None

    @staticmethod
    def resolve_placed_by(row: PayeeHold) -> str:
        return row.placed_by.get_username()

    @staticmethod
    def resolve_end(row: PayeeHold) -> Any:
        return getattr(row, "end", None)


class HoldIn(Given):
    """The person, or a payee line whose payee is meant: one of the two."""

    person: Id | None = None
    line: Id | None = None
    reason: Text


class ConfirmationIn(Given):
    spoke_to: Text
    reference: Text


class ConfirmationOut(Schema):
    id: int
    line_id: int
    spoke_to: str
    reference: str
    confirmed_by: str
    confirmed_at: datetime

    @staticmethod
    def resolve_confirmed_by(row: AccountConfirmation) -> str:
        return row.confirmed_by.get_username()


@router.get("/payee-holds", response=answers(Page[HoldOut]))
def list_holds(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Every hold of the caller's office, those that were ended too."""
    user = actor(request)
    require_role(user, *payee_holds.READERS, action="see payees on hold")
    return page(payee_holds.visible_holds(user), paging)


@router.post("/payee-holds", response=answers(HoldOut, 201))
def place_hold(request: HttpRequest, data: HoldIn) -> Any:
    """Nothing is paid to the payee from now on."""
    user = actor(request)
    require_role(user, *payee_holds.HOLDERS, action="put a payee on hold")
    if (data.person is None) is (data.line is None):
        raise BadInput("Name a person or a line, and not both.", fields={"person": "Name a person or a line."})
    if data.line is not None:
        made = payee_holds.place_on_line(line=_line(request, data.line), reason=data.reason, by=user)
    else:
        person = visible_people(user).filter(pk=data.person or 0).first()
        if person is None:
            raise NotFound("There is no such person in your office.")
        made = payee_holds.place_on_person(person=person, reason=data.reason, by=user)
    return created(payee_holds.get_hold(made.pk, by=user))


def _line(request: HttpRequest, pk: int) -> PayeeLine:
    rows = PayeeLine.objects.select_related("disbursement__office", "person__office")
    return get_visible(rows, to=actor(request), path="disbursement__office", pk=pk)


@router.post("/payee-holds/{hold}/end", response=answers(HoldOut))
def end_hold(request: HttpRequest, hold: PathId, data: WhyIn) -> Any:
    """Another person than who placed it ends the hold."""
    return payee_holds.end(hold_id=hold, reason=data.reason, by=actor(request))


@router.post("/payee-lines/{line}/confirm-account", response=answers(ConfirmationOut, 201))
def confirm_account(request: HttpRequest, line: PathId, data: ConfirmationIn) -> Any:
    """Records the call-back on the changed account of a line."""
    return created(changed_accounts.confirm(line=line, **data.dict(), by=actor(request)))
