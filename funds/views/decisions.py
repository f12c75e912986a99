"""Submit, decide, cancel: each a POST that calls one service and says what was done and who is next."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from beneficiaries.views.pages import actor
from funds import approvals, budget_position, checks, disbursements, inbox, overview
from funds.forms.decisions import ApproveForm, CancelForm, RejectForm, ReturnForm
from funds.models import Disbursement
from funds.overview import Overview
from funds.views import request_page
from funds.views.shared import counted, put, see
from funds.workflow import State
from ledger.errors import BadInput, WrongState
from ledger.money import figures
from ledger.roles import Role

NOT_CHOSEN = "Choose one: agree, return for correction, or reject."


@login_required
@require_POST
def submit(http: HttpRequest, pk: int) -> HttpResponse:
    """Into the chain."""
    user = actor(http)
    try:
        request = disbursements.submit(disbursement=pk, by=user)
    except (BadInput, WrongState) as refusal:
        return request_page.page(http, pk, refusal=refusal, status=refusal.status)
    view = overview.load(request, viewer=user)
    step = view.waiting
    assert step is not None
    who = view.actor(step.role, step.post)
    messages.success(
        http, f"Submitted: {request.number}, {figures(request.amount)}.\n{who[0].upper()}{who[1:]} is next."
    )
    return see("disbursement", pk)


@login_required
@require_POST
def decide(http: HttpRequest, pk: int) -> HttpResponse:
    """Agree, return or reject, on exactly the content the officer saw. A conflict keeps the remarks typed."""
    user, chosen = actor(http), http.POST.get("decision", "")
    view = overview.load(disbursements.get_disbursement(pk, by=user), viewer=user)
    forms = _forms(http, view)
    form = forms.get(chosen)
    if form is None:
        return request_page.page(http, pk, refusal=BadInput(NOT_CHOSEN), status=422)
    if view.waiting is not None and not form.is_valid():
        return request_page.page(http, pk, forms=forms, chosen=chosen, status=422)
    try:
        request = _call(chosen, form, pk=pk, by=user, saw=_saw(http))
    except BadInput as refusal:
        put(form, refusal)
        return request_page.page(http, pk, forms=forms, chosen=chosen, status=422)
    except WrongState as refusal:
        return _conflict(http, pk, refusal, forms, chosen)
    _told(http, request, chosen)
    return see("disbursement", pk)


def _forms(http: HttpRequest, view: Overview) -> dict[str, BaseForm]:
    """The three forms with what was typed; only the chosen one is checked."""
    points = 0
    if view.waiting is not None:
        found = checks.all_of(
            view, room=budget_position.room_of(view.request, view.sanction), officer=None, objection="-"
        )
        points = checks.open_points(found)
    chosen = http.POST.get("decision", "")
    data = {name: http.POST if name == chosen else None for name in ("approve", "return", "reject")}
    return {
        "approve": ApproveForm(data["approve"], prefix="approve", points=points),
        "return": ReturnForm(data["return"], prefix="return"),
        "reject": RejectForm(data["reject"], prefix="reject"),
    }


def _saw(http: HttpRequest) -> dict[str, Any]:
    """Content and step as the page showed them to the officer."""
    at = http.POST.get("at", "")
    return {"seen": http.POST.get("seen", ""), "at": int(at) if at.isdecimal() and len(at) < 5 else None}


def _call(chosen: str, form: BaseForm, *, pk: int, by: User, saw: dict[str, Any]) -> Disbursement:
    form.is_valid()  # a request that left its chain has no points to tick; the service then says what happened
    text = form.cleaned_data.get("remarks") or form.cleaned_data.get("reason") or ""
    if chosen == "approve":
        return approvals.approve(disbursement=pk, by=by, reason=text, **saw)
    if chosen == "return":
        return approvals.return_for_correction(disbursement=pk, by=by, reason=text, **saw)
    return approvals.reject(disbursement=pk, by=by, reason=text, **saw)


def _conflict(http: HttpRequest, pk: int, refusal: WrongState, forms: dict[str, BaseForm], chosen: str) -> HttpResponse:
    """409 with the page as it is now, who was faster, and the remarks still there."""
    typed = http.POST.get("approve-remarks" if chosen == "approve" else f"{chosen}-reason", "")
    return request_page.page(
        http, pk, forms=forms, refusal=refusal, conflict=_faster(actor(http), pk), kept=typed, chosen=chosen, status=409
    )


def _faster(user: User, pk: int) -> str:
    """'Imran Qureshi returned this request at 10:29, before you pressed the button.', or '' where nobody was."""
    last = Disbursement.objects.get(pk=pk).decisions.exclude(decided_by=user).order_by("-pk").first()
    if last is None:
        return ""
    at = timezone.localtime(last.recorded_at)
    day = "" if at.date() == timezone.localdate() else f" on {at:%-d %b}"
    verb = {"approved": "agreed to", "returned": "returned", "rejected": "rejected"}[last.outcome]
    return f"{last.name} {verb} this request{day} at {at:%H:%M}, before you pressed the button."


def _told(http: HttpRequest, request: Disbursement, chosen: str) -> None:
    user, amount = actor(http), figures(request.amount)
    view = overview.load(request, viewer=user)
    if request.state == State.SANCTIONED:
        assert view.sanction is not None
        lines = [
            f"Sanctioned: {view.sanction.number}, {amount}.",
            f"{_upper(view.actor(Role.DDO))} issues the voucher.",
        ]
    elif chosen == "approve":
        assert view.waiting is not None
        who = view.actor(view.waiting.role, view.waiting.post)
        lines = [f"Agreed: {request.number}, {amount}.", f"{_upper(who)} is next."]
    elif chosen == "return":
        lines = [f"Returned: {request.number}, {amount}.", f"{request.maker.get_full_name()} corrects it."]
    else:
        lines = [f"Rejected: {request.number}, {amount}.", "Nothing is paid; the number stays."]
    messages.success(http, "\n".join([*lines, *_next_item(user)]))


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def _next_item(user: User) -> list[str]:
    """How many more wait, and a button to the first of them."""
    rows = inbox.mine(user)
    first = rows.first()
    if first is None:
        return ["Nothing more waits for you."]
    more = counted(rows.count(), "more request waits for you.", "more requests wait for you.")
    return [more, f"Next: {first.title} | {first.get_absolute_url()}"]


@login_required
@require_POST
def cancel(http: HttpRequest, pk: int) -> HttpResponse:
    """Ends a request with a reason; numbers stay."""
    form = CancelForm(http.POST)
    if not form.is_valid():
        return request_page.page(http, pk, forms={"cancel": form}, status=422)
    try:
        request = disbursements.cancel(disbursement=pk, reason=form.cleaned_data["reason"], by=actor(http))
    except BadInput as refusal:
        put(form, refusal)
        return request_page.page(http, pk, forms={"cancel": form}, status=422)
    except WrongState as refusal:
        return request_page.page(http, pk, forms={"cancel": form}, refusal=refusal, status=409)
    messages.success(http, f"Cancelled: {request.number}, {figures(request.amount)}.\nIts numbers stay and say so.")
    return see("disbursement", pk)
