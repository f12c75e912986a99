"""The period calendar of a fund's books: months and years, closing them, and opening them again by two people."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from beneficiaries.forms.base import Made, PageForm
from beneficiaries.offices import persons
from beneficiaries.views.pages import actor, roles_only
from funds import closing
from funds.books import book_tables, calendar, frozen
from funds.books.calendar import Month, Year
from funds.forms.periods import CloseForm, ReopenForm
from funds.forms.shared import AnswerForm
from funds.models import Fund, StatementVersion
from funds.readers import READERS, owned_fund
from funds.views.book_parts import books, file_answer, files, fund_of
from funds.views.shared import see
from ledger.chart import fiscal_label
from ledger.clock import today
from ledger.models import FiscalYear, Period, Reopening
from ledger.periods import AGREERS, CLOSERS

Context = dict[str, Any]


@require_safe
@roles_only(*READERS, action="see the period calendar")
def period_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """All years of the fund, the latest first, and the reopenings that wait."""
    return _calendar(request, owned_fund(code, by=actor(request)))


@require_safe
@roles_only(*READERS, action="see the period calendar")
def period_calendar_file(request: HttpRequest, code: str, fmt: str) -> HttpResponseBase:
    """The same calendar as a file."""
    fund, day = fund_of(request, code), today()
    heading = f"periods at {day:%-d %b %Y}"
    return file_answer(fund, f"periods-{day}", fmt, heading, lambda: book_tables.periods(calendar.calendar(fund)))


def _calendar(request: HttpRequest, fund: Fund, *, asked: int = 0, form: AnswerForm | None = None) -> HttpResponse:
    """The calendar; with `form` what was answered wrongly to the reopening `asked`."""
    user, years = actor(request), calendar.calendar(fund)
    rows = list(calendar.waiting(fund))
    agrees = calendar.may_agree(fund, user)
    context = {
        "fund": fund,
        "books": books(fund, "period_calendar"),
        "files": files("period_calendar_file", fund.code),
        "years": years,
        "months_open": sum(month.state == calendar.OPEN for year in years for month in year.months),
        "years_open": sum(year.state in (calendar.OPEN, calendar.REOPENED) for year in years),
        "may_close": calendar.may_close(fund, user),
        "waiting": [_asked(row, user, agrees, form if row.pk == asked else None) for row in rows],
        "decided": list(calendar.reopenings(fund).exclude(outcome=Reopening.Outcome.WAITING)[:10]),
        "faults": form,
    }
    return render(request, "funds/period_calendar.html", context, status=form.status if form else 200)


def _asked(row: Reopening, user: Any, agrees: bool, form: AnswerForm | None) -> Context:
    own = row.asked_by_id in persons.selves(user)
    return {
        "row": row,
        "own": own,
        "form": (form or AnswerForm(auto_id=f"answer-{row.pk}-%s")) if agrees else None,
    }


@require_safe
@roles_only(*READERS, action="see the period calendar")
def period_month(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """One month: whether it can be closed, or who closed it and why."""
    fund = owned_fund(code, by=actor(request))
    return _month(request, fund, closing.get_month(fund, month))


def _month(
    request: HttpRequest, fund: Fund, period: Period, form: CloseForm | ReopenForm | None = None
) -> HttpResponse:
    year = calendar.calendar(fund, label=fiscal_label(period.start))[0]
    shown = next(month for month in year.months if month.label == str(period))
    ready = None if period.closed or shown.state == calendar.TO_COME else closing.month_readiness(fund, period)
    context = _detail(request, fund, shown, ready, form) | {
        "year": year,
        "period": period,
        "name": f"{period.start:%B %Y}",
        "asked_before": period.reopenings.select_related("asked_by", "decided_by"),
    }
    return render(request, "funds/period_month.html", context, status=form.status if form else 200)


def _detail(
    request: HttpRequest,
    fund: Fund,
    shown: Month | Year,
    ready: closing.Readiness | None,
    form: CloseForm | ReopenForm | None,
) -> Context:
    """What the pages of a month and of a year share."""
    may = calendar.may_close(fund, actor(request))
    closed = shown.state == calendar.CLOSED
    offered: CloseForm | ReopenForm | None = None
    if may and closed and not shown.asked:
        offered = form if isinstance(form, ReopenForm) else ReopenForm()
    elif may and ready is not None and ready.ready:
        offered = form if isinstance(form, CloseForm) else CloseForm()
    return {
        "fund": fund,
        "shown": shown,
        "closed": closed,
        "look": look_of(shown.state),
        "ready": ready,
        "points": _points(ready) if ready else [],
        "form": offered,
        "faults": form,
        "may_close": may,
    }


def look_of(state: str) -> str:
    """The state of a month or year as config.components draws it."""
    return f"books_{state.replace(' ', '_')}"


def _points(ready: closing.Readiness) -> list[dict[str, str]]:
    """Blockers and notes as the component `checks` takes them."""
    blockers = [{"title": text, "detail": "", "state": "failed", "word": "In the way"} for text in ready.blockers]
    notes = [{"title": text, "detail": "", "state": "missing", "word": "To know"} for text in ready.notes]
    return blockers + notes


@require_safe
@roles_only(*READERS, action="see the period calendar")
def period_year(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """One year: what closing it would do, or what it did, and the published versions of its statement."""
    fund = owned_fund(code, by=actor(request))
    return _year(request, fund, closing.get_year(fund, year))


def _year(
    request: HttpRequest, fund: Fund, row: FiscalYear, form: CloseForm | ReopenForm | None = None
) -> HttpResponse:
    shown = calendar.calendar(fund, label=row.label)[0]
    idle = shown.state in (calendar.CLOSED, calendar.TO_COME, calendar.RUNNING)
    context = _detail(request, fund, shown, None if idle else closing.year_readiness(fund, row), form) | {
        "name": f"Year {row.label}",
        "months_open": sum(month.state != calendar.CLOSED for month in shown.months),
        "versions": list(frozen.versions(fund, row.label)),
        "asked_before": row.reopenings.select_related("asked_by", "decided_by"),
    }
    return render(request, "funds/period_year.html", context, status=form.status if form else 200)


@require_POST
@roles_only(*CLOSERS, action="close a month")
def month_close(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """Closes the month with the override of the form."""
    user, fund = actor(request), owned_fund(code, by=actor(request))
    form = CloseForm(request.POST)
    period = _done(form, lambda: closing.close_month(fund=fund, month=month, by=user, **form.cleaned_data))
    if period is None:
        return _month(request, fund, closing.get_month(fund, month), form)
    messages.success(request, f"{period.start:%B %Y} of {fund.code} is closed.\nNothing is posted into it any more.")
    return see("period_calendar", fund.code)


@require_POST
@roles_only(*CLOSERS, action="close a year")
def year_close(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """Closes the year with all its months and freezes its statement."""
    user, fund = actor(request), owned_fund(code, by=actor(request))
    form = CloseForm(request.POST)
    version = _done(form, lambda: closing.close_year(fund=fund, label=year, by=user, **form.cleaned_data))
    if version is None:
        return _year(request, fund, closing.get_year(fund, year), form)
    _say_closed(request, fund, version)
    return see("period_year", fund.code, version.year.label)


def _say_closed(request: HttpRequest, fund: Fund, version: StatementVersion) -> None:
    label = version.year.label
    said = f"{label} of {fund.code} is closed. Its statement is final, version {version.version}."
    messages.success(request, f"{said}\nNext: Statement of {label} | /statements/{fund.code}/{label}/")


@require_POST
@roles_only(*CLOSERS, action="ask for a reopening")
def month_reopen(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """Asks for the month to be opened again."""
    user, fund = actor(request), owned_fund(code, by=actor(request))
    form = ReopenForm(request.POST)
    row = _done(form, lambda: closing.ask_month(fund=fund, month=month, by=user, **form.cleaned_data))
    if row is None:
        return _month(request, fund, closing.get_month(fund, month), form)
    return _say_asked(request, fund, row)


@require_POST
@roles_only(*CLOSERS, action="ask for a reopening")
def year_reopen(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """Asks for the year to be opened again."""
    user, fund = actor(request), owned_fund(code, by=actor(request))
    form = ReopenForm(request.POST)
    row = _done(form, lambda: closing.ask_year(fund=fund, label=year, by=user, **form.cleaned_data))
    if row is None:
        return _year(request, fund, closing.get_year(fund, year), form)
    return _say_asked(request, fund, row)


def _say_asked(request: HttpRequest, fund: Fund, row: Reopening) -> HttpResponse:
    said = f"Asked: {row.what} of {fund.code} is to be opened again."
    messages.success(request, f"{said}\nIt opens when an approver or another fund manager agrees.")
    return see("period_calendar", fund.code)


@require_POST
@roles_only(*AGREERS, action="agree to a reopening")
def reopening_agree(request: HttpRequest, code: str, reopening: int) -> HttpResponse:
    """The second person's consent, which opens the month or year at once."""
    user, fund = actor(request), owned_fund(code, by=actor(request))
    form = AnswerForm(request.POST, auto_id=f"answer-{reopening}-%s")
    row = _done(form, lambda: closing.agree_reopening(fund=fund, reopening=reopening, by=user, **form.cleaned_data))
    if row is None:
        return _calendar(request, fund, asked=reopening, form=form)
    said = f"{row.what} of {fund.code} is open again."
    more = "Its statement is provisional until the year is closed again." if row.year else ""
    messages.success(request, f"{said}\n{more}".strip())
    return see("period_calendar", fund.code)


@require_POST
@roles_only(*AGREERS, action="decline a reopening")
def reopening_decline(request: HttpRequest, code: str, reopening: int) -> HttpResponse:
    """It stays closed; who asked may take it back the same way."""
    user, fund = actor(request), owned_fund(code, by=actor(request))
    form = AnswerForm(request.POST, auto_id=f"answer-{reopening}-%s")
    row = _done(form, lambda: closing.decline_reopening(fund=fund, reopening=reopening, by=user, **form.cleaned_data))
    if row is None:
        return _calendar(request, fund, asked=reopening, form=form)
    messages.success(request, f"{row.what} of {fund.code} stays closed.")
    return see("period_calendar", fund.code)


def _done(form: PageForm, act: Callable[[], Made]) -> Made | None:
    """What the service made; None where the form, or the service for a reason the person can mend, refused."""
    return form.call(act) if form.is_valid() else None
