"""The budget of a fund and year by heads: bars and figures, what was recorded, what would stay free; and its files."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beneficiaries.offices import persons
from beneficiaries.offices.scope import acts_for
from beneficiaries.views.pages import actor, roles_only
from funds.books import book_tables
from funds.budget import budget_dates, heads, reappropriations, what_if
from funds.budget.budget_position import ZERO, FundBudget, HeadPosition, budget
from funds.budgets import get_fund
from funds.disbursements import visible_disbursements
from funds.forms.shared import AnswerForm
from funds.models import BudgetRelease, Fund, Reappropriation
from funds.readers import READERS, opens_books
from funds.views.book_parts import file_answer, files
from funds.views.funds import chosen_year
from funds.workflow import State
from ledger.chart import fiscal_bounds, fiscal_label
from ledger.clock import today
from ledger.ids import row_ids
from ledger.money import AmountError, parse_amount
from ledger.roles import Role, roles_of

MOST = 100  # waiting requests that are offered one by one; the whole chain counts in any case
# What is shown of each head: word, field, the account it is drawn from, the look of its bar.
FIGURES = (
    ("Original", "original", "X70", "given"),
    ("Revised", "revised", "X71", "given"),
    ("Released", "released", "X10", "given"),
    ("Committed", "committed", "X20", "committed"),
    ("Spent", "spent", "X30", "spent"),
    ("Free", "free", "X10", "free"),
)


@require_safe
@roles_only(*READERS, action="see a budget")
def fund_budget(request: HttpRequest, code: str) -> HttpResponse:
    """One fund and year by heads."""
    return page(request, get_fund(code, by=actor(request)))


def page(request: HttpRequest, fund: Fund, *, asked: int = 0, form: AnswerForm | None = None) -> HttpResponse:
    """The page; with `form` what was answered wrongly to the re-appropriation `asked`."""
    user = actor(request)
    label, years = chosen_year(fund, request.GET.get("year"))
    found = budget(fund, label)
    current = label == fiscal_label(today())
    opens = opens_books(fund, by=user)
    keeps = Role.FUND_MANAGER in roles_of(user) and acts_for(fund.office, by=user)
    moves = list(reappropriations.of_fund(fund).filter(year__label=label))
    answers = not roles_of(user).isdisjoint(reappropriations.AGREERS) and acts_for(fund.office, by=user)
    context = {
        "fund": fund,
        "year": label,
        "years": years,
        "current": current,
        "found": found,
        "rows": [_shown(row, label, opens=opens) for row in found.rows],
        "total": _shown(found.total, label, opens=False),
        "several": len(found.rows) > 1,
        "needed": heads.release_needed(fund, today()),
        "waits": heads.is_released(fund, today()),
        "files": files("fund_budget_file", fund.code, query=f"?year={label}"),
        "releases": _releases(fund, label),
        "surrenders": list(fund.surrenders.filter(year__label=label).select_related("budget_head")),
        "allocations": list(fund.allocations.filter(year__label=label).select_related("budget_head")),
        "moves": [_move(row, user, form if row.pk == asked else None, answers=answers) for row in moves],
        "faults": form,
        "may_manage": keeps,
        "last_days": _last_days(fund) if current else [],
        "supposed": _supposed(request, fund, found) if current else None,
    }
    return render(request, "funds/budget.html", context, status=form.status if form else 200)


def _shown(row: HeadPosition, label: str, *, opens: bool) -> dict[str, Any]:
    """A head with its six figures, each with its bar and the account whose entries made it."""
    start, end = fiscal_bounds(label)
    largest = max([getattr(row, name) for _, name, _, _ in FIGURES] + [row.available])
    figures = [
        {
            "word": word,
            "value": getattr(row, name),
            "kind": kind,
            "account": heads.account(base, row.head) if opens else "",
        }
        for word, name, base, kind in FIGURES
    ]
    return {"row": row, "figures": figures, "largest": largest, "span": f"?from={start}&to={end}"}


def _releases(fund: Fund, label: str) -> list[BudgetRelease]:
    return list(fund.budgetreleases.filter(year__label=label).select_related("budget_head", "recorded_by"))


def _move(row: Reappropriation, user: Any, form: AnswerForm | None, *, answers: bool) -> dict[str, Any]:
    """A re-appropriation; who may answer it gets the form, who asked may only take it back."""
    decision = getattr(row, "decision", None)
    return {
        "row": row,
        "decision": decision,
        "own": row.recorded_by_id in persons.selves(user),
        "form": (form or AnswerForm(auto_id=f"move-{row.pk}-%s")) if answers and decision is None else None,
    }


def _last_days(fund: Fund) -> list[tuple[str, Any, str]]:
    """What must be done by when this year, and by which rule."""
    words = {
        budget_dates.SUPPLEMENT: "Supplementary allocation",
        budget_dates.RELEASE: "Release",
        budget_dates.REAPPROPRIATE: "Re-appropriation",
        budget_dates.SURRENDER: "Surrender by hand",
    }
    if not fund.lapsable:
        del words[budget_dates.SURRENDER]
    settings = [(word, budget_dates.setting_for(fund, code, today())) for code, word in words.items()]
    return [(word, budget_dates.day_of(row, today()), row.source) for word, row in settings if row]


def _supposed(request: HttpRequest, fund: Fund, found: FundBudget) -> dict[str, Any]:
    """The what-if: chosen requests of those the reader may see, or the whole chain, and a further amount for each head."""
    given = request.GET
    waiting = visible_disbursements(actor(request)).filter(fund=fund, state=State.SUBMITTED).order_by("pk")
    listed = list(waiting[:MOST])
    ticked = set(row_ids(given.getlist("with")))
    whole = given.get("chain") == "all"
    chosen = what_if.whole_chain(fund) if whole else [(row.kind, row.amount) for row in listed if row.pk in ticked]
    further, faults = _further(given, found)
    rows = what_if.suppose(found, today(), chosen=chosen, further=further)
    return {
        "rows": [
            (row, f"add-{row.stands.code or 'whole'}", given.get(f"add-{row.stands.code or 'whole'}", ""))
            for row in rows
        ],
        "asked": bool(chosen or further or faults),
        "whole": whole,
        "listed": [(row, row.pk in ticked) for row in listed],
        "more": max(waiting.count() - MOST, 0),
        "faults": faults,
    }


def _further(given: QueryDict, found: FundBudget) -> tuple[dict[str, Decimal], list[str]]:
    amounts: dict[str, Decimal] = {}
    faults = []
    for row in what_if.drawn_on(found, today()):
        text = given.get(f"add-{row.code or 'whole'}", "").strip()[:40]
        if not text:
            continue
        try:
            amounts[row.code] = parse_amount(text)
        except AmountError as error:
            faults.append(f"{row.name}: {error}")
    return {code: amount for code, amount in amounts.items() if amount != ZERO}, faults


@require_safe
@roles_only(*READERS, action="see a budget")
def fund_budget_file(request: HttpRequest, code: str, fmt: str) -> HttpResponseBase:
    """The same figures as a file."""
    fund = get_fund(code, by=actor(request))
    label, _ = chosen_year(fund, request.GET.get("year"))
    title = f"Budget {label} by heads"
    return file_answer(fund, f"budget-{label}", fmt, title, lambda: book_tables.by_heads(budget(fund, label), title))
