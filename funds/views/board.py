"""Payments: what waits for a voucher, for a cheque, for the bank, and what came back."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beneficiaries.views.pages import actor, offered, page_of, roles_only
from funds.budgets import visible_funds
from funds.chain import freezes
from funds.models import Instrument, PayeeLine
from funds.payments import visible_instruments
from funds.readers import OF_REQUESTS
from funds.requests import inbox
from funds.views.shared import counted, tabs, visible_total
from funds.workflow import Action, State, actors
from ledger.clock import today
from ledger.roles import Role, roles_of

REQUEST_TABS = ("voucher", "pay")
WORDS = {
    "voucher": "To voucher",
    "pay": "To pay",
    "issued": "Sent",
    "cleared": "Cleared",
    "returned": "Returned, stopped",
    "stale": "Stale",
}
LEADS = {
    "voucher": "Sanctioned requests that wait for their voucher.",
    "pay": "Vouchered requests with lines that wait for a cheque, transfer or challan.",
    "issued": "Payments issued that the bank has not cleared, the first to expire first.",
    "cleared": "Payments the bank has cleared, the latest first.",
    "returned": "Payments that came back or were stopped; each line waits for another one unless it was replaced.",
    "stale": "Cheques that nobody presented in time; each is destroyed before another replaces it.",
}
FAILED = {"returned": (Instrument.State.RETURNED, Instrument.State.STOPPED), "stale": (Instrument.State.STALE,)}
AGES = {"15": "15 days or more", "30": "30 days or more", "90": "90 days or more"}
SOON = 14  # days before the last one on which a cheque is good


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def show(http: HttpRequest) -> HttpResponse:
    """The board; the first tab is the reader's own work."""
    user, funds = actor(http), list(visible_funds(actor(http)).order_by("code"))
    fund = next((row for row in funds if row.code == http.GET.get("fund")), None)
    text = http.GET.get("q", "").strip()[:80]
    method = _one_of(http.GET.get("method", ""), PayeeLine.Method.values)
    age = _one_of(http.GET.get("age", ""), AGES)
    lists = {name: _narrowed(name, rows, fund, text, method, age) for name, rows in _lists(user).items()}
    totals = {name: visible_total(rows) for name, rows in lists.items()}
    names = _order(user)
    tab = http.GET.get("tab") if http.GET.get("tab") in names else names[0]
    assert tab is not None
    rows = lists[tab]
    number, total = totals[tab]
    page = page_of(rows, http.GET, count=number)
    stopped = freezes.shown_for([fund] if fund else funds, freezes.PAYMENTS) if tab in REQUEST_TABS else []
    for row in page.object_list:
        row.frozen = next((each for each in stopped if each.row.fund_id in (None, row.fund_id)), None)
    context = {
        "tab": tab,
        "tabs": tabs(http.GET, tab, [(name, WORDS[name], totals[name][0]) for name in names]),
        "figures": [_figure(name, lists[name], *totals[name]) for name in WORDS],
        "methods": PayeeLine.Method.choices,
        "method": method,
        "ages": AGES.items(),
        "age": age,
        "page": page,
        "number": number,
        "total": total,
        "funds": funds,
        "fund": fund,
        "text": text,
        "of_requests": tab in REQUEST_TABS,
        "may_clear": tab == "issued" and not roles_of(user).isdisjoint(actors(Action.CLEAR, State.PAID)),
        "lead": LEADS[tab],
        "freezes": stopped,
        "runs": offered(reverse("run_list"), to=user),
    }
    return render(http, "funds/payments.html", context)


def _one_of(value: str, allowed: Iterable[str]) -> str:
    """A filter that is not there filters nothing."""
    return value if value in allowed else ""


def _order(user: User) -> list[str]:
    names = list(WORDS)
    if Role.RECONCILER in roles_of(user):
        return ["issued", *(name for name in names if name != "issued")]
    return names


def _lists(user: User) -> dict[str, QuerySet[Any]]:
    instruments = visible_instruments(user).select_related(
        "fund", "voucher", "line__disbursement", "replaced_by", "paper_end"
    )
    failed = {
        name: instruments.filter(state__in=states).order_by("-state_on", "-pk") for name, states in FAILED.items()
    }
    return {
        "voucher": inbox.to_voucher(user),
        "pay": inbox.to_pay(user),
        "issued": inbox.outstanding(user).select_related("voucher"),
        "cleared": instruments.filter(state=Instrument.State.CLEARED).order_by("-state_on", "-pk"),
        **failed,
    }


def _narrowed(name: str, rows: QuerySet[Any], fund: Any, text: str, method: str, age: str) -> QuerySet[Any]:
    """Those of the fund and the method that are as old, counted from when they came to where they are."""
    of_requests = name in REQUEST_TABS
    rows = rows.filter(fund=fund) if fund else rows
    if method:
        paid_so = PayeeLine.objects.filter(disbursement=OuterRef("pk"), method=method)
        rows = rows.filter(Exists(paid_so)) if of_requests else rows.filter(method=method)
    if age:
        since = "waiting_since" if of_requests else "state_on"
        rows = rows.filter(**{f"{since}__lte": today() - timedelta(days=int(age))})
    return rows.filter(_matches(name, text)) if text else rows


def _figure(name: str, rows: QuerySet[Any], number: int, total: Decimal) -> dict[str, Any]:
    """The sum of a tab, and how many; of what is sent also how many are good for a fortnight at most."""
    note = counted(number, "request" if name in REQUEST_TABS else "payment")
    if name == "issued" and (soon := rows.filter(expires_on__lte=today() + timedelta(days=SOON)).count()):
        note += f", {soon} stale within {SOON} days"
    return {"label": WORDS[name], "value": total, "note": note}


def _matches(name: str, text: str) -> Q:
    if name in REQUEST_TABS:
        return Q(title__icontains=text) | Q(number__icontains=text) | Q(pay_to__icontains=text)
    return (
        Q(number__icontains=text)
        | Q(line__payee_name__icontains=text)
        | Q(voucher__number__icontains=text)
        | Q(line__disbursement__number__icontains=text)
    )
