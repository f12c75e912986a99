"""Instruments, receipts, releases and closing as POSTs, and the board of everything on its way to the bank."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from beneficiaries.screened.screening import Occasion
from beneficiaries.views.pages import SeeOther, actor
from funds import batches, payments, settling
from funds.disbursements import get_disbursement, may
from funds.forms.payments import AcknowledgeForm, ClearForm, FailForm, InstrumentsForm, ReleaseForm
from funds.readers import require_reader
from funds.requests import overview, payee_screening
from funds.views import request_page
from funds.views.shared import counted, put, see
from funds.workflow import Action
from ledger.errors import BadInput, NotFound, WrongState
from ledger.ids import row_ids
from ledger.money import figures
from ledger.roles import Role, roles_of

TICK_ONE = "Tick at least one payment in the list."


def act(http: HttpRequest, pk: int, name: str, form: BaseForm, call: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """Checks the form, calls the service, says what was done; on a refusal the page of the request comes back with what
    was typed. `call` gets the cleaned values and returns the message."""
    if not form.is_valid():
        return request_page.page(http, pk, forms={name: form}, status=422)
    try:
        done = call(form.cleaned_data)
    except BadInput as refusal:
        put(form, refusal)
        return request_page.page(http, pk, forms={name: form}, status=422)
    except WrongState as refusal:
        return request_page.page(http, pk, forms={name: form}, refusal=refusal, status=409)
    messages.success(http, done)
    return see("disbursement", pk)


def _ticked(http: HttpRequest) -> list[int]:
    return row_ids(http.POST.getlist("instrument"))


def _mine(http: HttpRequest, pk: int, wanted: list[int], action: Action) -> list[int]:
    """The ticked instruments that belong to this request. Raises: NotFound, NotAllowed, WrongState, BadInput for none."""
    may(get_disbursement(pk, by=actor(http)), action, by=actor(http))
    if not wanted:
        raise BadInput(TICK_ONE, fields={"instrument": TICK_ONE})
    found = payments.visible_instruments(actor(http)).filter(line__disbursement=pk, pk__in=wanted)
    if found.count() != len(set(wanted)):
        raise NotFound("A ticked payment does not belong to this request.")
    return sorted(set(wanted))


@login_required
@require_POST
def issue(http: HttpRequest, pk: int) -> HttpResponse:
    """Cheque, transfer or other numbers for the lines that got one."""
    request = get_disbursement(pk, by=actor(http))
    wanted = row_ids(name[7:] for name in http.POST if name.startswith("number-"))
    lines = list(overview.lines_of(request).filter(pk__in=wanted))
    form = InstrumentsForm(http.POST, lines=lines)

    def call(data: dict[str, Any]) -> str:
        numbers = [(line.pk, number) for line, number in form.given()]
        # By itself, so that what is found stays in the queue when the payments are refused for it.
        if Role.DDO in roles_of(actor(http)):
            payee_screening.screen(request, lines, occasion=Occasion.PAYMENT)
        issued = payments.issue_instruments(
            disbursement=pk, numbers=numbers, said=form.said(), by=actor(http), on=data["on"]
        )
        total = figures(sum(paid.amount for paid in issued))
        left = overview.unpaid(request)
        after = (
            "The bank is next." if not left else f"{counted(left, 'line')} still {'waits' if left == 1 else 'wait'}."
        )
        return f"Recorded: {counted(len(issued), 'payment')}, {total}.\n{after}"

    return act(http, pk, "issue", form, call)


@login_required
@require_POST
def clear_several(http: HttpRequest, pk: int) -> HttpResponse:
    """The ticked instruments appeared on the bank statement."""

    def call(data: dict[str, Any]) -> str:
        ticked = _mine(http, pk, _ticked(http), Action.CLEAR)
        done = settling.clear_instruments(instruments=ticked, by=actor(http), on=data["on"])
        return f"Cleared: {counted(len(done), 'payment')}, {figures(sum(paid.amount for paid in done))}."

    return act(http, pk, "clear", ClearForm(http.POST), call)


@login_required
@require_POST
def acknowledge_several(http: HttpRequest, pk: int) -> HttpResponse:
    """One receipt for the ticked instruments."""

    def call(data: dict[str, Any]) -> str:
        ticked = _mine(http, pk, _ticked(http), Action.ACKNOWLEDGE)
        batches.acknowledge_instruments(instruments=ticked, by=actor(http), **data)
        return f"Receipt recorded for {counted(len(ticked), 'payment')}."

    return act(http, pk, "acknowledge", AcknowledgeForm(http.POST), call)


def _request_of(http: HttpRequest, pk: int) -> int:
    """The request an instrument pays. Raises: NotAllowed, NotFound."""
    require_reader(actor(http))
    found = payments.visible_instruments(actor(http)).filter(pk=pk).values_list("line__disbursement", flat=True).first()
    if found is None:
        raise NotFound("There is no such payment in your office.")
    return found


@login_required
@require_POST
def clear(http: HttpRequest, pk: int) -> HttpResponse:
    """One instrument appeared on the bank statement."""
    request, on_board = _request_of(http, pk), http.POST.get("back") == "board"

    def call(data: dict[str, Any]) -> str:
        paid = payments.clear_instrument(instrument=pk, by=actor(http), on=data["on"])
        return f"Cleared: {paid}, {figures(paid.amount)}."

    answer = act(http, request, "clear", ClearForm(http.POST), call)
    return SeeOther(_board_address("issued")) if on_board and isinstance(answer, SeeOther) else answer


def _board_address(tab: str) -> str:
    return f"{reverse('payments')}?tab={tab}"


@login_required
@require_POST
def fail(http: HttpRequest, pk: int) -> HttpResponse:
    """Returned by the bank, stale or stopped."""

    def call(data: dict[str, Any]) -> str:
        failed = payments.fail_instrument(instrument=pk, by=actor(http), **data)
        return (
            f"{failed}: {failed.get_state_display().lower()}, {figures(failed.amount)}.\n"
            "The line waits for another payment by the DDO."
        )

    form = FailForm(http.POST)
    form.instrument = pk
    return act(http, _request_of(http, pk), "fail", form, call)


@login_required
@require_POST
def release(http: HttpRequest, pk: int) -> HttpResponse:
    """The prisoner is out."""

    def call(data: dict[str, Any]) -> str:
        case = payments.record_release(disbursement=pk, by=actor(http), **data)
        return f"Release recorded: {case.person}, {data['reference']}."

    return act(http, pk, "release", ReleaseForm(http.POST), call)


@login_required
@require_POST
def close(http: HttpRequest, pk: int) -> HttpResponse:
    """Ends an acknowledged request."""
    try:
        request = payments.close(disbursement=pk, by=actor(http))
    except WrongState as refusal:
        return request_page.page(http, pk, refusal=refusal, status=409)
    messages.success(http, f"Closed: {request.number}, {figures(request.amount)}.")
    return see("disbursement", pk)
