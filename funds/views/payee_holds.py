"""Payees on hold, placing and ending a hold; and the call-back that confirms a changed account."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.offices import persons
from beneficiaries.offices.scope import get_visible
from beneficiaries.registry import visible_people
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only
from funds.forms.runs import ConfirmForm, HoldForm
from funds.models import PayeeHold, PayeeLine
from funds.requests import changed_accounts, payee_holds
from funds.requests.changed_accounts import CONFIRMERS
from funds.requests.payee_holds import HOLDERS, READERS
from funds.views.shared import see
from ledger.roles import roles_of


@require_safe
@roles_only(*READERS, action="see payees on hold")
def hold_list(http: HttpRequest) -> HttpResponse:
    """Every hold, those that stand first."""
    user = actor(http)
    rows = payee_holds.visible_holds(user).order_by("end", "-pk")
    context = {
        "page": page_of(rows, http.GET),
        "may_hold": not roles_of(user).isdisjoint(HOLDERS),
        "selves": persons.selves(user),
    }
    return render(http, "funds/holds.html", context)


def _line(http: HttpRequest, pk: int) -> PayeeLine:
    rows = PayeeLine.objects.select_related("disbursement__office", "person__office")
    return get_visible(rows, to=actor(http), path="disbursement__office", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*HOLDERS, action="put a payee on hold")
def hold_person(http: HttpRequest, pk: int) -> HttpResponse:
    """Puts a person on hold."""
    person = get_visible(visible_people(actor(http)), to=actor(http), pk=pk)
    return _place(http, person.name, partial(payee_holds.place_on_person, person=person))


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*HOLDERS, action="put a payee on hold")
def hold_payee(http: HttpRequest, pk: int) -> HttpResponse:
    """Puts the payee of a line on hold, whatever the request."""
    line = _line(http, pk)
    return _place(http, line.payee_name, partial(payee_holds.place_on_line, line=line))


def _place(http: HttpRequest, name: str, act: Callable[..., PayeeHold]) -> HttpResponse:
    form, back = HoldForm(http.POST or None), reverse("hold_list")
    page = FormPage(
        "Put a payee on hold",
        "Put on hold",
        back,
        lead="Nothing is paid to this payee, on any request, until another person ends the hold.",
        crumbs=[("Payees on hold", back)],
        facts=[("Payee", name)],
    )
    if form.is_bound and form.is_valid():
        made = form.call(lambda: act(by=actor(http), **form.cleaned_data))
        if made is not None:
            messages.success(http, f"On hold: {made.payee_name}.\nAnother person ends the hold.")
            return SeeOther(back)
    return form_page(http, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*HOLDERS, action="end a hold")
def hold_end(http: HttpRequest, pk: int) -> HttpResponse:
    """Another person than who placed it ends the hold."""
    user = actor(http)
    row, form, back = payee_holds.get_hold(pk, by=user), HoldForm(http.POST or None), reverse("hold_list")
    page = FormPage(
        "End a hold",
        "End the hold",
        back,
        crumbs=[("Payees on hold", back)],
        facts=[
            ("Payee", row.payee_name),
            ("On hold because", row.reason),
            ("Placed by", row.placed_by.get_full_name()),
        ],
    )
    if form.is_bound and form.is_valid():
        made = form.call(lambda: payee_holds.end(hold_id=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(http, f"Ended: the hold on {made.payee_name}.")
            return SeeOther(back)
    return form_page(http, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*CONFIRMERS, action="confirm an account")
def account_confirm(http: HttpRequest, pk: int) -> HttpResponse:
    """Records the call-back on the changed account of a line."""
    user, line = actor(http), _line(http, pk)
    form, back = ConfirmForm(http.POST or None), line.disbursement.get_absolute_url()
    found = changed_accounts.fresh([line.pk]).get(line.pk)
    page = FormPage(
        "Confirm a changed account",
        "Confirm the account",
        back,
        lead="Call the payee back by a number that was known before the account changed, and write down how.",
        crumbs=[("Requests", reverse("disbursement_list")), (line.disbursement.number, back)],
        facts=[
            ("Payee", line.payee_name),
            ("Account", line.masked_iban),
            ("Changed on", f"{found.on:%-d %b %Y}" if found else ""),
        ],
    )
    if form.is_bound and form.is_valid():
        made = form.call(lambda: changed_accounts.confirm(line=line.pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(http, f"Confirmed: the account of {line.payee_name}.")
            return see("disbursement", line.disbursement_id)
    return form_page(http, form, page)
