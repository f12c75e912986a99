"""Funds: the list with their room, one fund in one year, money in and budget given."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.offices import limits
from beneficiaries.offices.scope import acts_for
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only
from funds import statements, unclaimed
from funds.books import frozen
from funds.budget import heads, position
from funds.budgets import get_fund, record_allocation, record_receipt, standing, visible_funds
from funds.chain import freezes
from funds.forms.funds import AllocationForm, ReceiptForm, TreasuryReturnForm
from funds.models import Fund
from funds.readers import READERS, opens_books
from funds.receipts import reading
from funds.views.statements import badge_of, chart_rows, series_of
from ledger.chart import fiscal_bounds, fiscal_label
from ledger.clock import today
from ledger.errors import NotFound
from ledger.money import figures, grouped
from ledger.roles import Role, roles_of

ZERO = Decimal("0.00")


@require_safe
@roles_only(*READERS, action="see the funds")
def fund_list(request: HttpRequest) -> HttpResponse:
    """Every fund the user works with and its room this year."""
    label = fiscal_label(today())
    rows = position.positions(visible_funds(actor(request)).order_by("code"), label)
    names = ("spent", "committed", "free", "cash", "revised")
    totals = {name: sum((getattr(row, name) for row in rows), ZERO) for name in names}
    sees_limits = not roles_of(actor(request)).isdisjoint(limits.READERS)
    context = {"rows": rows, "totals": totals, "year": label, "sees_limits": sees_limits}
    return render(request, "funds/funds.html", context)


def chosen_year(fund: Fund, given: str | None) -> tuple[str, list[str]]:
    """The year asked for and those the fund has, latest first. Raises: NotFound for another."""
    years = statements.published_years(fund)
    label = given or (years[0] if years else fiscal_label(today()))
    if given and given not in years:
        raise NotFound(f"The fund {fund.code} has no year {given[:20]}.")
    return label, years


@require_safe
@roles_only(*READERS, action="see a fund")
def fund(request: HttpRequest, code: str) -> HttpResponse:
    """One fund in one year: figures, heads, months, money in, budget, statements, rules."""
    user = actor(request)
    found = get_fund(code, by=user)
    label, years = chosen_year(found, request.GET.get("year"))
    now = position.positions([found], label)[0]
    statement = frozen.published(found, label)
    charged = position.heads(found, label)
    receipts = list(standing(reading.visible_receipts(user).filter(fund=found, year__label=label)))
    allocations = list(found.allocations.filter(year__label=label).select_related("budget_head"))
    current = bool(years) and label == years[0]
    head_spent = sum((head.spent for head in charged), ZERO)
    context = {
        "fund": found,
        "year": label,
        "years": years,
        "current": current,
        "about": f"{found.nature} · {found.bank_name}, account ending {found.bank_account[-4:]}",
        "year_label": f"Open for FY {label}" if current else f"FY {label}",
        "opens": opens_books(found, by=user),
        "span": fiscal_bounds(label),
        "series": series_of(statement),
        "kinds": position.kinds_named(found),
        "divided": found.budget_heads.exists(),
        "now": now,
        "figures": _figures(now, position.counts(found), statement.now.people, current=current),
        "heads": charged,
        "head_committed": sum((head.committed for head in charged), ZERO),
        # A voucher of an earlier year that is cancelled now gives its money back to this year's room.
        "given_back": head_spent - now.spent,
        "months": chart_rows(statement),
        "badge": badge_of(statement),
        "receipts": receipts,
        "received": sum((row.amount for row in receipts), ZERO),
        "allocations": allocations,
        "rules": position.rules_in_force(found, today()) if current else [],
        "freezes": freezes.shown(found) if current else [],
        "unclaimed": unclaimed.held(found) if found.lapsable else 0,
        "may_manage": Role.FUND_MANAGER in roles_of(user) and acts_for(found.office, by=user),
    }
    return render(request, "funds/fund.html", context)


def _figures(now: position.Position, counts: position.Counts, people: int, *, current: bool) -> list[dict[str, Any]]:
    percent = "" if now.used_percent is None else f"{now.used_percent} % of the budget, "
    helped = f"{percent}{people} {'person' if people == 1 else 'people'} helped"
    waiting = f"{counts.sanctioned} {'sanction' if counts.sanctioned == 1 else 'sanctions'} without voucher"
    asking = f"{counts.asking} {'request asks' if counts.asking == 1 else 'requests ask'} for {grouped(counts.asked)}"
    return [
        {"label": "Revised budget", "value": now.revised, "note": f"original {figures(now.original)}"},
        {"label": "Spent", "value": now.spent, "note": helped},
        {"label": "Committed", "value": now.committed, "note": waiting if current else "on 30 June"},
        {"label": "Free to sanction", "value": now.free, "note": asking if current else "on 30 June"},
        {
            "label": f"Cash at bank, {today():%-d %b}" if current else "Cash at bank, 30 Jun",
            "value": now.cash,
            "note": f"with {grouped(now.uncleared)} uncleared",
        },
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.FUND_MANAGER, action="record a receipt")
def receipt_new(request: HttpRequest, code: str) -> HttpResponse:
    """Money that reached the fund's bank account."""
    user, found = actor(request), get_fund(code, by=actor(request))
    form = ReceiptForm(request.POST or None, fund=found)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: record_receipt(fund=found, by=user, **form.cleaned_data))
        if made is not None:
            said = f"Receipt {made.number} recorded: {made.get_kind_display()}, {figures(made.amount)}."
            waits = made.budget_head_id is None and heads.is_released(found, made.received_on)
            then = "It waits for a release to its heads." if waits else "The amount is free to sanction at once."
            messages.success(request, f"{said}\n{then}")
            return SeeOther(made.get_absolute_url())
    return form_page(request, form, _page(found, "Record a receipt", "Record receipt"))


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*unclaimed.RETURNERS, action=unclaimed.ACT)
def treasury_return(request: HttpRequest, code: str) -> HttpResponse:
    """Money of payments that failed after their year, paid into government receipt."""
    user, found = actor(request), get_fund(code, by=actor(request))
    form = TreasuryReturnForm(request.POST or None, initial={"amount": grouped(unclaimed.held(found))})
    if form.is_bound and form.is_valid():
        made = form.call(lambda: unclaimed.return_unclaimed(fund=found, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Returned to the Treasury: {figures(made.amount)}, challan {made.reference}.")
            return SeeOther(found.get_absolute_url())
    return form_page(request, form, _page(found, "Return unclaimed money to the Treasury", "Record the return"))


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.FUND_MANAGER, action="record an allocation")
def allocation_new(request: HttpRequest, code: str) -> HttpResponse:
    """Budget given to the fund for a year, raised or reduced."""
    user, found = actor(request), get_fund(code, by=actor(request))
    form = AllocationForm(request.POST or None, fund=found)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: record_allocation(fund=found, by=user, **form.cleaned_data))
        if made is not None:
            said = f"{made.get_kind_display()} recorded: {figures(made.amount)} for {made.year}."
            messages.success(request, f"{said}\nMoney is free to sanction only when a receipt brings it.")
            return SeeOther(found.get_absolute_url())
    return form_page(request, form, _page(found, "Record an allocation", "Record allocation"))


def _page(found: Fund, title: str, button: str) -> FormPage:
    facts = [("Fund", found.name), ("Code", found.code), ("Nature", found.nature), ("Bank", found.bank_name)]
    crumbs = [("Funds", reverse("fund_list")), (found.code, found.get_absolute_url())]
    return FormPage(title, button, found.get_absolute_url(), crumbs=crumbs, facts=facts)
