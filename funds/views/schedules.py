"""Schedules: vouchers signed together. What was signed, one of them, and signing the next."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.forms.base import PageForm
from beneficiaries.offices.scope import acts_for
from beneficiaries.views.pages import SeeOther, actor, page_of, roles_only
from funds.budgets import visible_funds
from funds.models import Fund
from funds.readers import OF_REQUESTS
from funds.signing import originals, schedules
from funds.views.shared import pdf_answer
from ledger.money import figures
from ledger.roles import roles_of

OFFERED = 200  # vouchers to choose from on one page; the next follow when these are signed


@require_safe
@roles_only(*OF_REQUESTS, action="see schedules of vouchers")
def schedule_list(http: HttpRequest) -> HttpResponse:
    """Every schedule of the reader's funds, latest first."""
    user = actor(http)
    context = {
        "page": page_of(schedules.visible_schedules(user), http.GET),
        "may_sign": settings.SIGNING is not None and not roles_of(user).isdisjoint(schedules.SIGNERS),
    }
    return render(http, "funds/schedules.html", context)


@require_safe
@roles_only(*OF_REQUESTS, action="see schedules of vouchers")
def schedule(http: HttpRequest, number: str) -> HttpResponse:
    """One schedule: its signature and its vouchers."""
    row = schedules.get_schedule(number, by=actor(http))
    lines = row.lines.select_related("voucher__sanction__disbursement").defer("voucher__snapshot")
    context = {
        "row": row,
        "finding": originals.schedule_finding(row),
        "page": page_of(lines.order_by("position"), http.GET),
    }
    return render(http, "funds/schedule.html", context)


@require_safe
@roles_only(*OF_REQUESTS, action="see schedules of vouchers")
@xframe_options_sameorigin
def schedule_pdf(http: HttpRequest, number: str) -> HttpResponse:
    """The file as it was signed; it names no CNIC."""
    row = schedules.get_schedule(number, by=actor(http))
    return pdf_answer(schedules.signed_file(row), row.number)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*schedules.SIGNERS, action="sign a schedule of vouchers")
def schedule_new(http: HttpRequest) -> HttpResponse:
    """Choose among the vouchers of a fund that were neither printed nor signed."""
    user = actor(http)
    form = PageForm(http.POST if http.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: schedules.sign_schedule(vouchers=http.POST.getlist("vouchers"), by=user))
        if made is not None:
            text = (
                f"Signed: {made.number}, {made.count} vouchers, {figures(made.amount)}.\nTheir originals print without"
            )
            messages.success(http, f"{text} a signature of their own.")
            return SeeOther(reverse("schedule", args=[made.number]))
    if form.refusal is not None:
        http.refusal = form.refusal  # type: ignore[attr-defined]  # the record of refused attempts reads it
    funds = _funds(user)
    fund = next((row for row in funds if row.code == http.GET.get("fund")), funds[0] if funds else None)
    rows = list(schedules.waiting(user, fund).defer("snapshot")[:OFFERED]) if fund else []
    context = {
        "form": form,
        "funds": funds,
        "fund": fund,
        "rows": rows,
        "signs": settings.SIGNING is not None,
    }
    return render(http, "funds/schedule_new.html", context, status=form.status if form.errors else 200)


def _funds(user: User) -> list[Fund]:
    return [
        row for row in visible_funds(user).select_related("office").order_by("code") if acts_for(row.office, by=user)
    ]
