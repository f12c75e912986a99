"""The registers: diary and dispatch of an office, with letters entered by hand, and the register of sanctions."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.models import RegisterEntry
from beneficiaries.offices import registers as service
from beneficiaries.offices.scope import office_of
from beneficiaries.referral.referrals import READERS as REFERRAL_READERS
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only
from funds.books import register_tables
from funds.budgets import visible_funds
from funds.forms.registers import EntryFilter, LetterForm
from funds.models import Sanction
from funds.numbers import missing_numbers
from funds.paperwork import orders
from funds.readers import OF_REQUESTS
from funds.views.book_parts import files, table_answer
from funds.views.shared import pdf_answer, visible_total
from ledger.clock import today
from ledger.models import FiscalYear
from ledger.roles import roles_of

Register = RegisterEntry.Register
LEADS = {
    Register.DIARY: "What came in, under the next number of the office that got it. Each year begins with 1.",
    Register.DISPATCH: "What went out, under the next number of the office that sent it. Each year begins with 1.",
}


def _entries(http: HttpRequest, register: str, filters: EntryFilter) -> QuerySet[RegisterEntry]:
    rows = service.visible_entries(actor(http), register).order_by("-entered_on", "-pk")
    if text := filters.given("q"):
        rows = rows.filter(
            Q(number__icontains=text)
            | Q(party__icontains=text)
            | Q(subject__icontains=text)
            | Q(reference__icontains=text)
        )
    for name in ("kind", "year"):
        if value := filters.given(name):
            rows = rows.filter(**{name: value})
    if "office" in filters.fields and (office := filters.given("office")):
        rows = rows.filter(office=office)
    return rows


def _list(http: HttpRequest, register: Register) -> HttpResponse:
    user = actor(http)
    filters = EntryFilter(http.GET, user=user, register=register)
    rows = _entries(http, register, filters).select_related("filing", "referral")
    page = page_of(rows, http.GET)
    context = {
        "page": page,
        "register": register,
        "title": register.label,
        "lead": LEADS[register],
        "filters": filters,
        "filtered": any(filters.given(name) for name in filters.fields),
        "missing": service.missing(register, office_of(user)),
        "own": office_of(user),
        "files": files(f"{register}_file", query=f"?{http.GET.urlencode()}" if http.GET else ""),
        "new_url": reverse(f"{register}_new") if not roles_of(user).isdisjoint(service.CLERKS) else "",
        "sees_referrals": not roles_of(user).isdisjoint(REFERRAL_READERS),
    }
    return render(http, "funds/register.html", context)


@require_safe
@roles_only(*service.READERS, action="see the diary and the dispatch register")
def diary(http: HttpRequest) -> HttpResponse:
    """What came in."""
    return _list(http, Register.DIARY)


@require_safe
@roles_only(*service.READERS, action="see the diary and the dispatch register")
def dispatch(http: HttpRequest) -> HttpResponse:
    """What went out."""
    return _list(http, Register.DISPATCH)


def _file(http: HttpRequest, register: Register, form: str) -> HttpResponseBase:
    office = office_of(actor(http))
    rows = _entries(http, register, EntryFilter(http.GET, user=actor(http), register=register))
    title = f"{register.label}, {office.name}, {today():%-d %b %Y}"
    return table_answer(
        f"{office.code}-{register}", form, title, lambda: register_tables.entries(rows.iterator(500), title)
    )


@require_safe
@roles_only(*service.READERS, action="see the diary and the dispatch register")
def diary_file(http: HttpRequest, form: str) -> HttpResponseBase:
    """The diary as it is filtered, csv or xlsx."""
    return _file(http, Register.DIARY, form)


@require_safe
@roles_only(*service.READERS, action="see the diary and the dispatch register")
def dispatch_file(http: HttpRequest, form: str) -> HttpResponseBase:
    """The dispatch register as it is filtered, csv or xlsx."""
    return _file(http, Register.DISPATCH, form)


def _new(http: HttpRequest, register: Register) -> HttpResponse:
    user, url = actor(http), reverse(register)
    word = "came in" if register is Register.DIARY else "goes out"
    page = FormPage(
        f"Enter a letter that {word}",
        "Enter letter",
        url,
        lead=f"It gets the next number of {office_of(user)}. An entry is never changed; a wrong one is told by another.",
        crumbs=[(register.label, url)],
    )
    form = LetterForm(http.POST if http.method == "POST" else None, register=register)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: service.record_letter(register=register, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(http, f"Entered: {made.number}.\nWrite this number on the letter.")
            return SeeOther(url)
    return form_page(http, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*service.CLERKS, action="enter a letter in the register")
def diary_new(http: HttpRequest) -> HttpResponse:
    """A letter that came in."""
    return _new(http, Register.DIARY)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*service.CLERKS, action="enter a letter in the register")
def dispatch_new(http: HttpRequest) -> HttpResponse:
    """A letter that goes out."""
    return _new(http, Register.DISPATCH)


def _sanctions(http: HttpRequest) -> tuple[QuerySet[Sanction], dict[str, Any]]:
    """The register as it is filtered, latest number first, and what was asked for."""
    user, given = actor(http), http.GET
    rows = orders.visible_sanctions(user).order_by("-year__label", "fund__code", "-serial")
    funds = list(visible_funds(user).order_by("code"))
    fund = next((row for row in funds if row.code == given.get("fund")), None)
    labels = list(
        FiscalYear.objects.filter(label__in=rows.values("year__label"))
        .order_by("-label")
        .values_list("label", flat=True)
        .distinct()
    )
    year = given.get("year") if given.get("year") in labels else ""
    text = given.get("q", "").strip()[:80]
    rows = rows.filter(fund=fund) if fund else rows
    rows = rows.filter(year__label=year) if year else rows
    rows = rows.filter(disbursement__cancellation__isnull=False) if given.get("state") == "cancelled" else rows
    if text:
        words = Q(number__icontains=text) | Q(disbursement__title__icontains=text)
        rows = rows.filter(words | Q(disbursement__pay_to__icontains=text) | Q(disbursement__number__icontains=text))
    asked = {
        "funds": funds,
        "fund": fund,
        "labels": labels,
        "year": year,
        "text": text,
        "state": given.get("state", ""),
    }
    return rows, asked


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def sanction_list(http: HttpRequest) -> HttpResponse:
    """Every sanction by fund and year, cancelled ones with their reason, and whether a number is missing."""
    rows, asked = _sanctions(http)
    number, total = visible_total(rows)
    context = asked | {
        "page": page_of(rows, http.GET, count=number),
        "number": number,
        "total": total,
        "missing": missing_numbers(Sanction),
        "files": files("sanction_list_file", query=f"?{http.GET.urlencode()}" if http.GET else ""),
    }
    return render(http, "funds/sanctions.html", context)


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def sanction_list_file(http: HttpRequest, form: str) -> HttpResponseBase:
    """The register of sanctions as it is filtered, csv or xlsx."""
    rows, _ = _sanctions(http)
    title = f"Register of sanctions, {today():%-d %b %Y}, rupees"
    rows = rows.order_by("year__label", "fund__code", "serial")
    return table_answer("sanctions", form, title, lambda: register_tables.sanctions(rows.iterator(500), title))


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def sanction_order(http: HttpRequest, number: str) -> HttpResponse:
    """The order as it was made: not counted, for it is no paper that money is paid on."""
    return pdf_answer(orders.render(orders.get_order(number, by=actor(http))), f"sanction-{number}")
