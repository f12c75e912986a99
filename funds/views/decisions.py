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
from funds import approvals, disbursements
from funds.chain import reauthentication
from funds.forms.decisions import CancelForm
from funds.models import Disbursement
from funds.requests import inbox, overview
from funds.views import decision_forms, request_page
from funds.views.shared import counted, put, see
from funds.workflow import SIGNATORIES, State
from ledger.errors import BadInput, WrongState
from ledger.ids import row_id
from ledger.money import figures
from ledger.roles import Role, require_role

NOT_CHOSEN = "Choose one: agree, return for correction, reject, or recuse yourself."


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
    who = view.actor(step.role, step.desk)
    messages.success(
        http, f"Submitted: {request.number}, {figures(request.amount)}.\n{who[0].upper()}{who[1:]} is next."
    )
    return see("disbursement", pk)


@login_required
@require_POST
def decide(http: HttpRequest, pk: int) -> HttpResponse:
    """Agree, return, reject or recuse, on exactly the content the officer saw. A conflict keeps the remarks typed."""
    user, chosen = actor(http), http.POST.get("decision", "")
    found = disbursements.get_disbursement(pk, by=user)
    require_role(user, *SIGNATORIES, action="decide on a request")
    view = overview.load(found, viewer=user)
    forms = decision_forms.made(view, asks=request_page.password_asked(http, view), chosen=chosen, data=http.POST)
    form = forms.get(chosen)
    if form is None:
        return request_page.page(http, pk, refusal=BadInput(NOT_CHOSEN), status=422)
    if view.waiting is not None and not form.is_valid():
        return request_page.page(http, pk, forms=forms, chosen=chosen, status=422)
    try:
        request = _call(http, chosen, form, pk=pk)
    except BadInput as refusal:
        put(form, refusal)
        return request_page.page(http, pk, forms=forms, chosen=chosen, status=422)
    except WrongState as refusal:
        return _conflict(http, pk, refusal, forms, chosen)
    _told(http, request, chosen)
    return see("disbursement", pk)


def _saw(http: HttpRequest) -> dict[str, Any]:
    """Content and step as the page showed them to the officer."""
    at = http.POST.get("at", "")
    return {"seen": http.POST.get("seen", ""), "at": int(at) if at.isdecimal() and len(at) < 5 else None}


def _power(http: HttpRequest) -> int | None:
    """The delegation under which the page said that the officer decides."""
    return row_id(http.POST.get("for", ""))


def _call(http: HttpRequest, chosen: str, form: BaseForm, *, pk: int) -> Disbursement:
    """Raises: as the services, and BadInput for a wrong password."""
    user = actor(http)
    form.is_valid()  # a request that left its chain has no points to tick; the service then says what happened
    given = form.cleaned_data
    common = {"disbursement": pk, "by": user, **_saw(http)}
    if chosen == "approve":
        if given.get("password"):
            reauthentication.prove(http, user, given["password"])
            reauthentication.remember(http, user)
        proved = reauthentication.remembered(http, user)
        return approvals.approve(**common, delegation=_power(http), reason=given.get("remarks") or "", proved=proved)
    common |= {"ground": given.get("ground") or "", "reason": given.get("reason") or ""}
    if chosen == "return":
        return approvals.return_for_correction(**common, delegation=_power(http), to=int(given.get("to") or 0))
    if chosen == "reject":
        return approvals.reject(**common, delegation=_power(http))
    return approvals.recuse(**common)


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
    verb = {"approved": "agreed to", "recused": "stood back from"}.get(last.outcome, last.outcome)
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
        who = view.actor(view.waiting.role, view.waiting.desk)
        lines = [f"Agreed: {request.number}, {amount}.", f"{_upper(who)} is next."]
    elif chosen == "recuse":
        lines = [f"You stand apart from {request.number} from now on.", view.nobody or "Another officer decides it."]
    elif chosen == "return" and view.waiting is not None:
        who = view.actor(view.waiting.role, view.waiting.desk)
        lines = [f"Returned to step {request.position}: {request.number}, {amount}.", f"{_upper(who)} signs it again."]
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
