"""The books of a fund at a day: trial balance, chart of accounts, comparison of two days, and their files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beneficiaries.views.pages import roles_only
from funds.books import book_tables
from funds.models import Fund
from funds.readers import READERS
from funds.views.book_parts import asked_day, books, file_answer, files, fund_of
from ledger import balances
from ledger.balances import Comparison, TrialBalance
from ledger.chart import fiscal_bounds, fiscal_label
from ledger.clock import today
from ledger.models import Account, Element, FiscalYear, Side

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class AsAt:
    """The day a trial balance is asked for; `label` names a closed year whose closing entries are left out."""

    day: date
    label: str = ""

    @property
    def words(self) -> str:
        return f"{self.day:%-d %b %Y}{', before the closing entries' if self.label else ''}"

    @property
    def query(self) -> str:
        return f"?before_closing={self.label}" if self.label else f"?as_at={self.day}"

    def read(self, fund: Fund) -> TrialBalance:
        if self.label:
            return balances.before_closing(fund.book.code, self.label)
        return balances.trial_balance(fund.book.code, as_at=self.day)


def _as_at(request: HttpRequest, fund: Fund) -> AsAt:
    label = request.GET.get("before_closing")
    year = next((year for year in fund.book.years.all() if year.label == label), None)
    if year:
        return AsAt(year.end, year.label if year.closed else "")
    return AsAt(asked_day(request.GET.get("as_at"), today()))


def _choices(fund: Fund, chosen: AsAt) -> list[dict[str, Any]]:
    """Days people ask for most: today, the last month's end, each 30 June that is past, before and after closing."""
    days = [("Today", AsAt(today())), ("End of last month", AsAt(today().replace(day=1) - timedelta(days=1)))]
    for year in fund.book.years.filter(end__lt=today()).order_by("-start"):
        days.append((f"30 Jun {year.end:%Y}", AsAt(year.end)))
        if year.closed:
            days.append((f"30 Jun {year.end:%Y} before closing", AsAt(year.end, year.label)))
    return [{"label": label, "url": each.query, "current": each == chosen} for label, each in days]


def _grouped(fund: Fund, rows: Iterable[Row]) -> list[tuple[str, list[tuple[Row, Account]]]]:
    """Rows in the order of codes beside their accounts, by element."""
    accounts: dict[str, Account] = {account.code: account for account in fund.book.accounts.all()}
    groups: dict[str, list[tuple[Row, Account]]] = {}
    for row in rows:
        account = accounts[row.code]  # type: ignore[attr-defined]
        groups.setdefault(account.element, []).append((row, account))
    return [(str(element.label), groups[element.value]) for element in Element if element.value in groups]


def _balanced(same: bool, text: str) -> dict[str, Any]:
    return {"ok": same, "title": "Debits equal credits" if same else "Debits and credits differ", "text": text}


@require_safe
@roles_only(*READERS, action="see the books")
def trial_balance(request: HttpRequest, code: str) -> HttpResponse:
    """Every account with its balance at the end of a day."""
    fund = fund_of(request, code)
    as_at = _as_at(request, fund)
    found = as_at.read(fund)
    since, _ = fiscal_bounds(fiscal_label(as_at.day))
    context = {
        "fund": fund,
        "books": books(fund, "trial_balance"),
        "as_at": as_at,
        "choices": _choices(fund, as_at),
        "found": found,
        "groups": _grouped(fund, found.rows),
        "drill": f"?from={since}&to={as_at.day}",
        "files": files("trial_balance_file", code, query=as_at.query),
        "badge": _balanced(
            found.debit_total == found.credit_total, f"{len(found.rows)} accounts at the end of {as_at.words}"
        ),
    }
    return render(request, "funds/trial_balance.html", context)


@require_safe
@roles_only(*READERS, action="see the books")
def trial_balance_file(request: HttpRequest, code: str, fmt: str) -> HttpResponseBase:
    """The same trial balance as a file."""
    fund = fund_of(request, code)
    as_at = _as_at(request, fund)
    title = f"Trial balance at the end of {as_at.words}"
    stem = f"trial-balance-{as_at.day}{'-before-closing' if as_at.label else ''}"
    return file_answer(fund, stem, fmt, f"at {as_at.words}", lambda: book_tables.trial(as_at.read(fund), title))


@require_safe
@roles_only(*READERS, action="see the books")
def chart_of_accounts(request: HttpRequest, code: str) -> HttpResponse:
    """Every account: what it is, which side it stands on, whether the database guards it, its balance now."""
    fund = fund_of(request, code)
    rows = _held(fund)
    groups: dict[str, list[tuple[Account, Decimal]]] = {}
    for account, held in rows:
        groups.setdefault(account.element, []).append((account, held))
    context = {
        "fund": fund,
        "books": books(fund, "chart_of_accounts"),
        "count": len(rows),
        "floors": sum(account.never_negative for account, _ in rows),
        "groups": [(str(element.label), groups[element.value]) for element in Element if element.value in groups],
        "files": files("chart_of_accounts_file", code),
    }
    return render(request, "funds/chart_of_accounts.html", context)


@require_safe
@roles_only(*READERS, action="see the books")
def chart_of_accounts_file(request: HttpRequest, code: str, fmt: str) -> HttpResponseBase:
    """The same chart as a file."""
    fund = fund_of(request, code)
    stem = f"accounts-{today()}"
    return file_answer(fund, stem, fmt, f"at {today():%-d %b %Y}", lambda: book_tables.chart(_held(fund)))


def _held(fund: Fund) -> list[tuple[Account, Decimal]]:
    """Each account with the balance of everything posted, on its normal side."""
    nets = {row.code: row.debit - row.credit for row in balances.trial_balance(fund.book.code).rows}
    accounts = fund.book.accounts.order_by("code")
    return [(each, nets[each.code] if each.normal == Side.DEBIT else -nets[each.code]) for each in accounts]


@require_safe
@roles_only(*READERS, action="see the books")
def comparison(request: HttpRequest, code: str) -> HttpResponse:
    """Every account at the ends of two days, and what changed in between."""
    fund = fund_of(request, code)
    found = _compared(request, fund)
    query = f"?first={found.first}&second={found.second}"
    totals = found.first_total, found.second_total, found.change_total
    context = {
        "fund": fund,
        "books": books(fund, "comparison"),
        "found": found,
        "groups": _grouped(fund, found.rows),
        "drill": f"?from={found.first + timedelta(days=1)}&to={found.second}",
        "choices": _pairs(fund, query),
        "files": files("comparison_file", code, query=query),
        "badge": _balanced(
            all(total.debit == total.credit for total in totals), f"{len(found.rows)} accounts at both days"
        ),
    }
    return render(request, "funds/comparison.html", context)


@require_safe
@roles_only(*READERS, action="see the books")
def comparison_file(request: HttpRequest, code: str, fmt: str) -> HttpResponseBase:
    """The same comparison as a file."""
    fund = fund_of(request, code)
    found = _compared(request, fund)
    title = f"Balances at the ends of {found.first:%-d %b %Y} and {found.second:%-d %b %Y}"
    stem = f"comparison-{found.first}-{found.second}"
    return file_answer(fund, stem, fmt, title, lambda: book_tables.comparison(found, title))


def _compared(request: HttpRequest, fund: Fund) -> Comparison:
    year_start, _ = fiscal_bounds(fiscal_label(today()))
    first = asked_day(request.GET.get("first"), year_start - timedelta(days=1))
    return balances.compare(fund.book.code, first, asked_day(request.GET.get("second"), today()))


def _pairs(fund: Fund, query: str) -> list[dict[str, Any]]:
    """This year so far, the last month, each whole year."""
    year_start, _ = fiscal_bounds(fiscal_label(today()))
    month_end = today().replace(day=1) - timedelta(days=1)
    pairs = [
        ("This year", year_start - timedelta(days=1), today()),
        (f"{month_end:%B}", month_end.replace(day=1) - timedelta(days=1), month_end),
    ]
    ended: Iterable[FiscalYear] = fund.book.years.filter(end__lt=today()).order_by("-start")
    pairs += [(year.label, year.start - timedelta(days=1), year.end) for year in ended]
    links = [(label, f"?first={first}&second={second}") for label, first, second in pairs]
    return [{"label": label, "url": url, "current": url == query} for label, url in links]
