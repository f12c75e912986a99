"""The bank account of one payee line, masked, and whole for who says why."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from beneficiaries.identity import spaced_iban
from beneficiaries.models import Disclosure
from beneficiaries.people.disclosures import REVEALERS
from beneficiaries.views.pages import actor, roles_only
from funds.forms.requests import AccountForm
from funds.requests.accounts_shown import get_line, reveal_account


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*REVEALERS, action="see a whole IBAN")
def line_account(http: HttpRequest, pk: int, line: int) -> HttpResponse:
    """GET: the masked account and every look at it. POST: the whole one; the look and its reason are recorded first."""
    user = actor(http)
    found = get_line(disbursement=pk, line=line, by=user)
    form, whole = AccountForm(http.POST or None), None
    if http.method == "POST" and form.is_valid():
        whole = form.call(
            lambda: reveal_account(disbursement=pk, line=line, reason=form.cleaned_data["reason"], by=user)
        )
    context = {
        "line": found,
        "request_row": found.disbursement,
        "iban": spaced_iban(whole) if whole else found.masked_iban,
        "whole": bool(whole),
        "form": AccountForm() if whole else form,
        "looks": Disclosure.objects.filter(line=found.pk).select_related("shown_to"),
    }
    status = form.status if form.is_bound and form.errors else 200
    return render(http, "funds/line_account.html", context, status=status)
