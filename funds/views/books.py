"""The books of a fund: trial balance at any day, and each account's ledger down to the request behind a line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from beneficiaries.views.pages import actor, roles_only
from funds.disbursements import visible_disbursements
from funds.models import PayeeLine, Sanction
from funds.views.statements import READERS, owned_fund
from funds.vouchers import visible_vouchers
from ledger import balances
from ledger.account_pages import AccountPage, account_page
from ledger.balances import LedgerRow
from ledger.chart import fiscal_bounds, fiscal_label
from ledger.clock import today
from ledger.models import Element, Side

SIZE = 100
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


def _day(text: str | None, default: date) -> date:
    """The day the address names, or the default: a filter that cannot be read filters nothing."""
    try:
        found = parse_date(text or "")
    except ValueError:
        found = None
    return min(max(found, FIRST), LAST) if found else default


@require_safe
@roles_only(*READERS, action="see the books")
def trial_balance(request: HttpRequest, code: str) -> HttpResponse:
    """Every account with its balance at the end of a day; the chart of accounts on the same page."""
    fund = owned_fund(request, code)
    as_at = _day(request.GET.get("as_at"), today())
    found = balances.trial_balance(fund.book.code, as_at=as_at)
    accounts = {account.code: account for account in fund.book.accounts.all()}
    groups: dict[str, list[Any]] = {}
    for row in found.rows:
        groups.setdefault(accounts[row.code].element, []).append((row, accounts[row.code]))
    order = [element for element in Element if element.value in groups]
    same = found.debit_total == found.credit_total
    context = {
        "fund": fund,
        "as_at": as_at,
        "found": found,
        "groups": [(str(element.label), groups[element.value]) for element in order],
        "badge": {
            "ok": same,
            "title": "Debits equal credits" if same else "Debits and credits differ",
            "text": f"{len(found.rows)} accounts at the end of {as_at:%-d %b %Y}",
        },
    }
    return render(request, "funds/trial_balance.html", context)


@require_safe
@roles_only(*READERS, action="see the books")
def account_ledger(request: HttpRequest, code: str, account: str) -> HttpResponse:
    """One account's lines with the balance after each, and the request or voucher each belongs to."""
    fund = owned_fund(request, code)
    first, last = fiscal_bounds(fiscal_label(today()))
    start, end = _day(request.GET.get("from"), first), _day(request.GET.get("to"), last)
    end = max(start, end)
    text = request.GET.get("page", "1")
    number = int(text) if text.isdecimal() and len(text) < 8 else 1
    page = account_page(fund.book.code, account, start=start, end=end, number=number, size=SIZE)
    context = {
        "fund": fund,
        "page": page,
        "start": start,
        "end": end,
        "about": f"{fund.name} · {page.account.get_element_display().lower()}, normal side {_side(page.account.normal)}",
        "lines": linked(page.rows, request),
        "pages": _pager(request, page),
    }
    return render(request, "funds/account_ledger.html", context)


def _side(letter: str) -> str:
    return str(Side(letter).label).lower()


def _pager(request: HttpRequest, page: AccountPage) -> dict[str, str]:
    query = request.GET.copy()

    def address(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "previous": address(page.number - 1) if page.number > 1 else "",
        "next": address(page.number + 1) if page.number < page.pages else "",
        "text": f"{page.first} to {page.last} of {page.count} lines" if page.count else "",
    }


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """A ledger line and the page its reference or payee line leads to ('' for none)."""

    row: LedgerRow
    url: str

    @property
    def kind(self) -> str:
        return self.row.kind.replace("_", " ")


def linked(rows: Iterable[LedgerRow], request: HttpRequest) -> list[LinkedRow]:
    """The lines with their links, found in three queries for all of them; only what the user may see is linked."""
    listed, user = list(rows), actor(request)
    references = {row.reference for row in listed}
    visible_vouchers_here = visible_vouchers(user).filter(number__in=references)
    urls = {
        number: reverse("voucher", args=[number]) for number in visible_vouchers_here.values_list("number", flat=True)
    }
    requests = visible_disbursements(user).values("pk")
    sanctions = Sanction.objects.filter(number__in=references, disbursement__in=requests)
    for number, pk in sanctions.values_list("number", "disbursement_id"):
        urls[number] = reverse("disbursement", args=[pk])
    lines = {int(row.party[5:]) for row in listed if row.party.startswith("line:") and row.party[5:].isdecimal()}
    found = PayeeLine.objects.filter(pk__in=lines, disbursement__in=requests).values_list("pk", "disbursement_id")
    parties = {f"line:{line}": reverse("disbursement", args=[pk]) for line, pk in found}
    return [LinkedRow(row, urls.get(row.reference) or parties.get(row.party, "")) for row in listed]
