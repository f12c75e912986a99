"""The list of requests, and drafting or changing one: first what and for whom, then the amounts."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.models import Case, Office
from beneficiaries.offices.scope import get_visible, office_of
from beneficiaries.views.pages import actor, page_of, roles_only
from funds.budget import budget_position
from funds.budget.budget_position import ZERO
from funds.budgets import get_fund, visible_funds
from funds.disbursements import create_draft, get_disbursement, revise_draft, visible_disbursements
from funds.forms.requests import Entry
from funds.models import Disbursement, Fund, PaymentKind
from funds.readers import OF_REQUESTS
from funds.requests import causes as why
from funds.requests import claims
from funds.requests.causes import Cause
from funds.views import request_page
from funds.views.shared import counted, see, tabs, visible_total
from funds.workflow import EDITABLE, ENDED, MAKERS, Action, State, next_state
from ledger.clock import today
from ledger.errors import BadInput, NotFound, WrongState
from ledger.ids import row_id
from ledger.money import figures
from ledger.roles import require_role, roles_of

TABS: list[tuple[str, str, tuple[State, ...]]] = [
    ("", "All", ()),
    ("open", "To submit", (State.DRAFT, State.RETURNED)),
    ("chain", "In the chain", (State.SUBMITTED,)),
    ("pay", "To pay", (State.SANCTIONED, State.VOUCHERED)),
    ("bank", "At the bank", (State.PAID,)),
    ("receipts", "Receipts", (State.CLEARED, State.ACKNOWLEDGED)),
    ("ended", "Ended", ENDED),
]


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def request_list(http: HttpRequest) -> HttpResponse:
    """All requests the reader may see, filtered; tabs are saved filters by stage."""
    user, given = actor(http), http.GET
    funds = list(visible_funds(user).order_by("code"))
    offices = list(Office.objects.order_by("name")) if office_of(user).is_federal else []
    rows = _filtered(visible_disbursements(user), given, funds)
    per_state = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    tab = given.get("tab", "")
    states = next((states for name, _, states in TABS if name == tab), ())
    rows = rows.filter(state__in=states) if states else rows
    number, total = visible_total(rows)
    page = page_of(rows.order_by("-pk"), given, count=number)
    context = {
        "tabs": tabs(given, tab, [(name, word, _sum(per_state, of)) for name, word, of in TABS]),
        "tab": tab,
        "page": page,
        "number": number,
        "total": total,
        "funds": funds,
        "offices": offices,
        "states": State.choices,
        "kinds": PaymentKind.choices,
        "given": given,
        "filtered": any(given.get(name) for name in ("fund", "kind", "state", "office", "q", "tab")),
        "may_draft": not roles_of(user).isdisjoint(MAKERS),
    }
    return render(http, "funds/requests.html", context)


def _sum(per_state: dict[str, int], states: tuple[State, ...]) -> int:
    return sum(per_state.values()) if not states else sum(per_state.get(state.value, 0) for state in states)


def _filtered(rows: QuerySet[Disbursement], given: QueryDict, funds: list[Fund]) -> QuerySet[Disbursement]:
    fund = next((row for row in funds if row.code == given.get("fund")), None)
    rows = rows.filter(fund=fund) if fund else rows
    if given.get("kind") in PaymentKind.values:
        rows = rows.filter(kind=given["kind"])
    if given.get("state") in State.values:
        rows = rows.filter(state=given["state"])
    if office := row_id(given.get("office") or ""):
        rows = rows.filter(office_id=office)
    text = given.get("q", "").strip()[:80]
    if text:
        words = Q(number__icontains=text) | Q(title__icontains=text) | Q(pay_to__icontains=text)
        words |= Q(sanction__number=text) | Q(sanction__voucher__number=text)
        named = Disbursement.objects.filter(lines__payee_name__icontains=text).values("pk")
        rows = rows.filter(words | Q(pk__in=named))
    return rows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(http: HttpRequest) -> HttpResponse:
    """First what is paid and why, then title and payees. Raises: NotAllowed for who does not draft, NotFound."""
    user = actor(http)
    require_role(user, *MAKERS, action="draft a request")
    given = http.POST if http.method == "POST" else http.GET
    fund, kind = _what(user, given.get("what", ""))
    if http.method == "POST":
        if fund is None:
            raise NotFound("There is no such fund and kind for your office.")
        picked = why.by_keys(user, kind, given.getlist("pick"))
        return (
            _draft(http, fund, kind, picked) if picked else _choose(http, fund, kind, fault="Tick at least one case.")
        )
    if "go" not in given or fund is None:
        return _choose(http, fund, kind)
    picked = why.by_keys(user, kind, given.getlist("pick"))
    fault = _pick_fault(kind, picked)
    if fault:
        return _choose(http, fund, kind, fault=fault)
    return _entry_page(http, Entry(kind=kind, causes=picked), fund, kind)


def _what(user: User, text: str) -> tuple[Fund | None, str]:
    """'DAD:diyat' as fund and kind; (None, '') where there is no such pair."""
    code, _, kind = text.partition(":")
    fund = visible_funds(user).filter(code=code).first() if code else None
    return (fund, kind) if fund is not None and kind in fund.kinds else (None, "")


def _pick_fault(kind: str, picked: list[Cause]) -> str:
    if not picked:
        return "Tick at least one case."
    if len(picked) > 1 and any(why.mode_of(kind, why.heirs_of(cause.obligation)) == why.HEIRS for cause in picked):
        return "Heirs are paid one order at a time. Tick one order."
    return ""


def _choose(http: HttpRequest, fund: Fund | None, kind: str, *, fault: str = "") -> HttpResponse:
    """Step 1: fund and kind, then the cases that fit."""
    user, given = actor(http), http.POST if http.method == "POST" else http.GET
    case = None
    if number := row_id(given.get("case", "")):
        case = get_visible(Case.objects.select_related("person"), to=user, pk=number)
    options = _options(user, case)
    flat = [value for _, pairs in options for value, _ in pairs]
    if fund is None and len(flat) == 1:
        fund, kind = _what(user, flat[0])
    if fund is None and ("show" in given or "go" in given):
        fault = "Choose the fund and kind of payment."
    text, keys = given.get("q", "").strip()[:80], given.getlist("pick")
    found = why.candidates(user, kind, text=text, keys=keys, case=case.pk if case else None) if fund else []
    ticked = set(keys) | ({cause.key for cause in found if cause.case.pk == case.pk} if case and not keys else set())
    context = {
        "options": options,
        "what": f"{fund.code}:{kind}" if fund else "",
        "case": case,
        "found": found,
        "ticked": ticked,
        "text": text,
        "fault": fault,
        "full": len(found) >= why.SHOWN,
        "fund": fund,
        "kind_label": PaymentKind(kind).label if kind else "",
    }
    return render(http, "funds/request_choose.html", context, status=422 if fault else 200)


def _options(user: User, case: Case | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Funds with the kinds they pay, only those that fit the case the officer comes from."""
    fitting = why.kinds_of(case) if case else set(PaymentKind.values)
    found = []
    for fund in visible_funds(user).order_by("code"):
        pairs = [
            (f"{fund.code}:{kind}", f"{PaymentKind(kind).label}, {fund.code}") for kind in fund.kinds if kind in fitting
        ]
        if pairs:
            found.append((f"{fund.code}, {fund.name}", pairs))
    return found


def _entry_page(
    http: HttpRequest, entry: Entry, fund: Fund, kind: str, *, request: Disbursement | None = None, status: int = 200
) -> HttpResponse:
    """Step 2, or the same form for a draft that is changed."""
    key = http.POST.get("key", "") if http.method == "POST" else ""
    context = {
        "entry": entry,
        "fund": fund,
        "kind_label": PaymentKind(kind).label,
        "row": request,
        "what": f"{fund.code}:{kind}",
        "keys": [cause.key for cause in entry.causes],
        "key": key or f"form:{secrets.token_hex(16)}",
        "count": counted(len(entry.rows), "payee"),
        "checked": status != 200,
        "help": _help(http, entry, request),
        **_room(entry, fund, kind, request),
    }
    return render(http, "funds/request_form.html", context, status=status)


def _room(entry: Entry, fund: Fund, kind: str, request: Disbursement | None) -> dict[str, Any]:
    """Where the head of the budget stands that the request will draw on: free before, this request as typed, free after."""
    try:
        has = budget_position.room(fund, kind, today(), but=request)
    except WrongState as refusal:
        return {"room_title": "Room", "room_lacking": refusal.detail}
    shown = request_page.room_rows(has, entry.total() or ZERO, open_still=True)
    return {"room_title": has.title, "room": shown}


def _help(http: HttpRequest, entry: Entry, request: Disbursement | None) -> list[tuple[Case, list[str]]]:
    """Other help to the people of these cases, case by case; only cases with some."""
    user, cases = actor(http), {cause.case.pk: cause.case for cause in entry.causes}
    found = [(case, claims.help_words(case, to=user, but=request.pk if request else None)) for case in cases.values()]
    return [(case, told) for case, told in found if told]


def _draft(http: HttpRequest, fund: Fund, kind: str, picked: list[Cause]) -> HttpResponse:
    fault = _pick_fault(kind, picked)
    if fault:
        return _choose(http, fund, kind, fault=fault)
    entry = Entry(kind=kind, causes=picked, data=http.POST)
    if "shares" in http.POST:
        return _entry_page(http, Entry(kind=kind, causes=picked, data=http.POST), fund, kind)
    if not entry.is_valid():
        return _entry_page(http, entry, fund, kind, status=422)
    head = entry.head.cleaned_data
    key = http.POST.get("key", "")[:80]
    try:
        request = create_draft(
            fund=fund,
            kind=kind,
            title=head["title"],
            pay_to=head["pay_to"],
            payees=entry.payees(),
            by=actor(http),
            key=key if key.startswith("form:") else None,
        )
    except BadInput as refusal:
        entry.put(refusal)
        return _entry_page(http, entry, fund, kind, status=422)
    messages.success(
        http,
        f"Drafted: {request.number}, {figures(request.amount)}.\nCompare it once more, then submit it for approval.",
    )
    return see("disbursement", request.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(http: HttpRequest, pk: int) -> HttpResponse:
    """Changes title, payee and amounts of a draft or returned request. Raises: NotFound, WrongState, NotAllowed."""
    user = actor(http)
    request = get_disbursement(pk, by=user)
    require_role(user, *MAKERS, action="change a request")
    if request.state not in EDITABLE:
        next_state(Action.REVISE, request.state, number=request.number, pk=request.pk)
    lines = list(request.lines.order_by("position"))
    fund = get_fund(request.fund.code, by=user)
    head = {"title": request.title, "pay_to": request.pay_to}
    data = http.POST if http.method == "POST" else None
    entry = Entry(kind=request.kind, causes=why.of_request(request), data=data, lines=lines, head=head)
    if http.method != "POST" or "shares" in http.POST:
        return _entry_page(http, entry, fund, request.kind, request=request)
    if not entry.is_valid():
        return _entry_page(http, entry, fund, request.kind, request=request, status=422)
    given: dict[str, Any] = entry.head.cleaned_data
    try:
        request = revise_draft(
            disbursement=pk,
            title=given["title"],
            pay_to=given["pay_to"],
            payees=entry.payees(),
            by=user,
            reason=given["reason"],
        )
    except BadInput as refusal:
        entry.put(refusal)
        return _entry_page(http, entry, fund, request.kind, request=request, status=422)
    messages.success(http, f"Changed: {request.number}, {figures(request.amount)}.\nSubmit it when it is complete.")
    return see("disbursement", pk)
