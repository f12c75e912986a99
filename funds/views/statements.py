"""Annual statements: every fund and year, one statement, its files."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beneficiaries.models import Person
from beneficiaries.views.pages import SeeOther, actor, roles_only
from funds import statements
from funds.books import editions, frozen, statement_json
from funds.books.statement_files import csv_bytes, xlsx_bytes
from funds.budgets import get_fund, visible_funds
from funds.paperwork import statement_paper
from funds.readers import READERS, opens_books
from funds.statements import Statement
from ledger.chart import fiscal_label
from ledger.clock import today
from ledger.errors import NotFound
from ledger.models import FiscalYear

LAKH = Decimal(100_000)
FILES = {
    "json": ("application/json", None),
    "pdf": ("application/pdf", statement_paper.draw),
    "csv": ("text/csv; charset=utf-8", csv_bytes),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_bytes),
}


@require_safe
@roles_only(*READERS, action="see statements")
def statement_list(request: HttpRequest) -> HttpResponse:
    """Funds by years; and the picker for one statement over several years."""
    ended = FiscalYear.objects.filter(label__lte=fiscal_label(today())).order_by("-start")
    funds = visible_funds(actor(request)).order_by("code").prefetch_related(Prefetch("book__years", ended, "ended"))
    rows = [(fund, {year.label: year for year in fund.book.ended}) for fund in funds]
    labels = sorted({label for _, years in rows for label in years}, reverse=True)
    table = [(fund, [years.get(label) for label in labels]) for fund, years in rows]
    if request.GET.get("fund") and request.GET.get("from"):
        return SeeOther(_picked(request))
    return render(request, "funds/statements.html", {"labels": labels, "table": table})


def _picked(request: HttpRequest) -> str:
    """The address of the statement that the picker names; what it names wrongly is refused there."""
    first, last = request.GET["from"][:9], request.GET.get("to", "")[:9]
    first, last = (last, first) if last and last < first else (first, last)
    if not all(_is_word(word) for word in (request.GET["fund"], first, last or first)):
        raise NotFound("There is no such statement.")
    url = reverse("statement", args=[request.GET["fund"], first])
    return f"{url}?to={last}" if last and last != first else url


def _is_word(text: str) -> bool:
    return bool(text) and len(text) <= 20 and all(char.isascii() and (char.isalnum() or char == "-") for char in text)


def _built(request: HttpRequest, code: str, year: str) -> Statement:
    """The statement asked for, of years the fund has. Raises: NotFound, BadInput, StatementBroken."""
    found = get_fund(code, by=actor(request))
    last = request.GET.get("to") or year
    years = statements.published_years(found)
    for label in (year, last):
        if label not in years:
            raise NotFound(f"The fund {found.code} has no statement of {label[:20]}.")
    if number := request.GET.get("version"):
        return frozen.version(found, year, int(number) if _is_number(number) else 0)
    return frozen.published(found, year, last)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 6


@require_safe
@roles_only(*READERS, action="see a statement")
def statement(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """The statement on a page, compared with the trial balance while it is drawn."""
    built = _built(request, code, year)
    sexes = {choice.value: str(choice.label) for choice in Person.Gender}
    now, before = built.now, built.before
    context = {
        "statement": built,
        "fund": built.fund,
        "opens": opens_books(built.fund, by=actor(request)),
        "title": f"{built.fund.name}, {built.title}",
        "about": f"{built.fund.nature} · cash basis, rupees",
        "now": now,
        "before": before,
        "previous": _previous_title(built),
        "difference": now.final - now.paid,
        "change": (now.received - now.paid, before.received - before.paid),
        "months": chart_rows(built),
        "series": series_of(built),
        "groups": [(group, sexes.get(group.sex, group.sex)) for group in built.groups],
        "groups_total": sum((group.amount for group in built.groups), Decimal(0)),
        "badge": badge_of(built),
        "years": statements.published_years(built.fund),
        "standing": editions.standing(built),
        "versions": list(frozen.versions(built.fund, built.from_year)) if built.from_year == built.to_year else [],
        "query": _query(request, built),
        "figures": [
            {"label": "Opening cash", "value": now.opening, "note": f"{now.start:%-d %b %Y}"},
            {"label": "Receipts", "value": now.received},
            {"label": "Payments", "value": now.paid},
            {"label": "Closing cash", "value": now.closing, "note": f"{now.end:%-d %b %Y}"},
            {
                "label": "People helped",
                "value": str(now.people),
                "note": f"{before.people} in {_previous_title(built)}",
            },
        ],
    }
    return render(request, "funds/statement.html", context)


def _query(request: HttpRequest, built: Statement) -> str:
    """The part of the address that says which statement this is, beyond fund and first year."""
    if request.GET.get("version") and built.edition:
        return f"?version={built.edition.version}"
    return f"?to={built.to_year}" if built.to_year != built.from_year else ""


@require_safe
@roles_only(*READERS, action="see a statement")
def statement_file(request: HttpRequest, code: str, year: str, fmt: str) -> HttpResponse:
    """The same statement as a file: json, pdf, csv or xlsx. Raises: NotFound for another format."""
    if fmt not in FILES:
        raise NotFound(f"There is no statement as {fmt[:10]}. Choose json, pdf, csv or xlsx.")
    built = _built(request, code, year)
    kind, write = FILES[fmt]
    if write is None:
        return JsonResponse(statement_json.to_json(built), json_dumps_params={"ensure_ascii": False})
    span = built.from_year if built.from_year == built.to_year else f"{built.from_year}-to-{built.to_year}"
    span += f"-version-{built.edition.version}" if built.edition else ""
    place = "inline" if fmt == "pdf" else "attachment"
    name = f"{built.fund.code}-statement-{span}.{fmt}"
    return HttpResponse(write(built), content_type=kind, headers={"Content-Disposition": f'{place}; filename="{name}"'})


def _previous_title(built: Statement) -> str:
    first, last = fiscal_label(built.before.start), fiscal_label(built.before.end)
    return first if first == last else f"{first} to {last}"


def badge_of(built: Statement) -> dict[str, Any]:
    """The comparison `build` made, now or before the year was frozen; it raises where a figure differs, so this says how
    many agreed and when."""
    moment = timezone.localtime()
    when = editions.day(built.edition.closed_on) if built.edition else f"{moment:%-d %b %Y at %H:%M}"
    return {
        "ok": all(not tie.difference for tie in built.ties),
        "title": "Agrees with the trial balance",
        "text": f"{len(built.ties)} figures compared on {when}, difference 0.00",
    }


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One month of the chart's table: rupees for the reader, lakhs for the drawing; None for months to come."""

    month: str
    each: Decimal
    each_lakh: Decimal | None
    total: Decimal | None
    total_lakh: Decimal | None
    before: Decimal | None
    before_lakh: Decimal | None


def chart_rows(built: Statement) -> list[ChartRow]:
    """Payments by month, their running total, and the running total of the span before, month by month."""
    rows, total, before = [], Decimal(0), Decimal(0)
    several = built.from_year != built.to_year
    for (label, each), (_, earlier) in zip(built.months, built.months_before, strict=True):
        month = date(int(label[:4]), int(label[5:]), 1)
        total, before, come = total + each, before + earlier, month <= today()
        lakh = [_lakh(each), _lakh(total)] if come else [None, None]
        rows.append(
            ChartRow(
                f"{month:%b %Y}" if several else f"{month:%b}",
                each,
                lakh[0],
                total if come else None,
                lakh[1],
                before,
                _lakh(before),
            )
        )
    return rows


def series_of(built: Statement) -> tuple[str, str, str]:
    """What the three columns of the chart's table are called."""
    if built.from_year != built.to_year:
        return "In the month", f"Since July {built.now.start.year}", f"Since July {built.before.start.year}"
    return "In the month", "Since July", "Since July, the year before"


def _lakh(amount: Decimal) -> Decimal:
    return (amount / LAKH).quantize(Decimal("0.01"))
