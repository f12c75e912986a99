"""What the pages of a fund's books share: their navigation, days asked for, pages turned, and files."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.dateparse import parse_date

from beneficiaries.views.pages import actor
from funds.books.table_files import Cell, Sheet, csv_parts, write_xlsx
from funds.models import Fund
from funds.readers import owned_fund
from funds.views.shared import with_query
from ledger.chart import fiscal_bounds, fiscal_label
from ledger.clock import today
from ledger.errors import BadInput, NotFound
from ledger.snapshot import snapshot
from ledger.walks import Key

EARLIEST, LATEST = date(2000, 7, 1), date(2099, 12, 31)  # fiscal years "2000-01" to "2099-00"
MOST_ROWS = 100_000  # of a workbook, which people open on small machines
PARTS = (
    ("Trial balance", "trial_balance"),
    ("Accounts", "chart_of_accounts"),
    ("Day book", "day_book"),
    ("Comparison", "comparison"),
    ("Periods", "period_calendar"),
)
KINDS_OF_FILE = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def fund_of(request: HttpRequest, code: str) -> Fund:
    """The fund whose books are asked for. Raises: NotFound where the user may not open them."""
    return owned_fund(code, by=actor(request))


def books(fund: Fund, current: str) -> list[dict[str, Any]]:
    """The pages of the books as tabs."""
    return [
        {"label": label, "url": reverse(name, args=[fund.code]), "current": name == current} for label, name in PARTS
    ]


def asked_day(text: str | None, default: date) -> date:
    """The day the address names, or the default: a filter that cannot be read filters nothing."""
    try:
        found = parse_date(text or "")
    except ValueError:
        found = None
    return min(max(found, EARLIEST), LATEST) if found else default


def asked_span(request: HttpRequest) -> tuple[date, date]:
    """First and last day the address asks for; without them, this fiscal year."""
    first, last = fiscal_bounds(fiscal_label(today()))
    start, end = asked_day(request.GET.get("from"), first), asked_day(request.GET.get("to"), last)
    return start, max(start, end)


def said_span(start: date, end: date) -> str:
    """'1 Jul 2025 to 30 Jun 2026'."""
    return f"{start:%-d %b %Y} to {end:%-d %b %Y}"


def turning(request: HttpRequest, previous: Key | None, following: Key | None, text: str) -> dict[str, str]:
    """The links to the first, previous, next and last page; those that lead nowhere are empty."""

    def address(**place: str) -> str:
        return with_query(request.GET, **({"after": "", "before": ""} | place))

    return {
        "first": address() if previous else "",
        "previous": address(before=str(previous)) if previous else "",
        "next": address(after=str(following)) if following else "",
        "last": f"{address()}&page=last".replace("?&", "?") if following else "",
        "text": text,
    }


def files(name: str, *args: Any, query: str = "") -> list[dict[str, str]]:
    """The links to the files of a page, with what the page was asked for."""
    return [
        {"label": label, "url": f"{reverse(name, args=[*args, fmt])}{query}"}
        for label, fmt in (("Excel", "xlsx"), ("CSV", "csv"))
    ]


def file_answer(fund: Fund, stem: str, fmt: str, heading: str, make: Callable[[], Sheet]) -> HttpResponseBase:
    """A table of a fund's books as a file to keep. Raises: as table_answer."""
    return table_answer(f"{fund.code}-{stem}", fmt, f"{fund.name} ({fund.code}), {heading}, rupees", make)


def table_answer(stem: str, fmt: str, heading: str, make: Callable[[], Sheet]) -> HttpResponseBase:
    """The table as a file to keep. It is read as of one moment, a CSV while it is sent.

    Raises: NotFound for another format, BadInput for a workbook with too many rows.
    """
    if fmt not in KINDS_OF_FILE:
        raise NotFound(f"There is no such file as {fmt[:10]}. Choose csv or xlsx.")
    name = f"{stem}.{fmt}"
    if fmt == "csv":
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(_csv(heading, make), content_type=KINDS_OF_FILE[fmt], headers=headers)
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it was sent
    with snapshot():
        sheet = make()
        rows = _at_most(iter(sheet.rows))
        write_xlsx(stream, heading, [Sheet(sheet.name, sheet.title, sheet.heads, rows)], today())
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=name, content_type=KINDS_OF_FILE[fmt])


def _csv(heading: str, make: Callable[[], Sheet]) -> Iterator[bytes]:
    with snapshot():
        yield from csv_parts(heading, [make()])


def _at_most(rows: Iterator[tuple[Cell, ...]]) -> Iterator[tuple[Cell, ...]]:
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            raise BadInput(f"An Excel file holds up to {MOST_ROWS} rows here. Ask for fewer days, or take the CSV.")
        yield row
