"""Payments: what waits for a voucher, for a cheque, for the bank, and what came back."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beneficiaries.views.pages import actor, offered, page_of, roles_only
from funds.budgets import visible_funds
from funds.chain import freezes
from funds.models import Instrument
from funds.payments import FAILURES, visible_instruments
from funds.readers import OF_REQUESTS
from funds.requests import inbox
from funds.views.shared import tabs, visible_total
from funds.workflow import Action, State, actors
from ledger.roles import Role, roles_of

REQUEST_TABS = ("voucher", "pay")
WORDS = {
    "voucher": "To voucher",
    "pay": "To pay",
    "issued": "Issued",
    "cleared": "Cleared",
    "failed": "Returned, stale, stopped",
}
LEADS = {
    "voucher": "Sanctioned requests that wait for their voucher.",
    "pay": "Vouchered requests with lines that wait for a cheque, transfer or challan.",
    "issued": "Payments issued that the bank has not cleared, the first to expire first.",
    "cleared": "Payments the bank has cleared, the latest first.",
    "failed": "Payments that came back; each line waits for another one unless it was replaced.",
}


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def show(http: HttpRequest) -> HttpResponse:
    """The board; the first tab is the reader's own work."""
    user, funds = actor(http), list(visible_funds(actor(http)).order_by("code"))
    fund = next((row for row in funds if row.code == http.GET.get("fund")), None)
    text = http.GET.get("q", "").strip()[:80]
    lists = _lists(user, fund, text)
    counts = _counts(lists)
    names = _order(user)
    tab = http.GET.get("tab") if http.GET.get("tab") in names else names[0]
    assert tab is not None
    rows = lists[tab]
    number, total = visible_total(rows)
    page = page_of(rows, http.GET, count=number)
    stopped = freezes.shown_for([fund] if fund else funds, freezes.PAYMENTS) if tab in REQUEST_TABS else []
    for row in page.object_list:
        row.frozen = next((each for each in stopped if each.row.fund_id in (None, row.fund_id)), None)
    context = {
        "tab": tab,
        "tabs": tabs(http.GET, tab, [(name, WORDS[name], counts[name]) for name in names]),
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


def _order(user: User) -> list[str]:
    names = list(WORDS)
    if Role.RECONCILER in roles_of(user):
        return ["issued", *(name for name in names if name != "issued")]
    return names


def _lists(user: User, fund: Any, text: str) -> dict[str, QuerySet[Any]]:
    instruments = visible_instruments(user).select_related("fund", "voucher", "line__disbursement", "replaced_by")
    found: dict[str, QuerySet[Any]] = {
        "voucher": inbox.to_voucher(user),
        "pay": inbox.to_pay(user),
        "issued": inbox.outstanding(user).select_related("voucher"),
        "cleared": instruments.filter(state=Instrument.State.CLEARED).order_by("-state_on", "-pk"),
        "failed": instruments.filter(state__in=FAILURES).order_by("-state_on", "-pk"),
    }
    for name, rows in found.items():
        rows = rows.filter(fund=fund) if fund else rows
        found[name] = rows.filter(_matches(name, text)) if text else rows
    return found


def _matches(name: str, text: str) -> Q:
    if name in REQUEST_TABS:
        return Q(title__icontains=text) | Q(number__icontains=text) | Q(pay_to__icontains=text)
    return (
        Q(number__icontains=text)
        | Q(line__payee_name__icontains=text)
        | Q(voucher__number__icontains=text)
        | Q(line__disbursement__number__icontains=text)
    )


def _counts(lists: dict[str, QuerySet[Any]]) -> dict[str, int]:
    return {name: rows.order_by().values("pk").distinct().count() for name, rows in lists.items()}
