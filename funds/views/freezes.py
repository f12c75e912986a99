"""Freezes of funds: those in force and coming, proposing one, agreeing to it, lifting it early."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.base import PageForm
from beneficiaries.forms.consent import RemarkForm
from beneficiaries.offices import persons
from beneficiaries.offices.scope import office_of
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only
from funds.budgets import visible_funds
from funds.chain import freezes
from funds.chain.freezes import AGREERS, PROPOSERS, READERS
from funds.forms.away import WhyForm
from funds.forms.freezes import FreezeForm
from funds.models import Freeze
from ledger.roles import Role, roles_of


@require_safe
@roles_only(*READERS, action="see freezes")
def freeze_list(http: HttpRequest) -> HttpResponse:
    """Every freeze that was ever proposed, the last to begin first."""
    user = actor(http)
    page = page_of(freezes.visible_freezes(user), http.GET)
    context = {
        "page": page,
        "rows": [(row, freezes.state_of(row), freezes.last_day(row)) for row in page],
        "may_propose": not roles_of(user).isdisjoint(PROPOSERS),
    }
    return render(http, "funds/freezes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*PROPOSERS, action="propose a freeze")
def freeze_new(http: HttpRequest) -> HttpResponse:
    """Propose a freeze."""
    user, back = actor(http), reverse("freeze_list")
    causes = list(Freeze.Cause.values) if Role.FUND_MANAGER in roles_of(user) else [Freeze.Cause.AUDIT.value]
    rows = visible_funds(user).order_by("code")
    federal = office_of(user).is_federal
    form = FreezeForm(http.POST or None, funds=rows, federal=federal, causes=causes)
    page = FormPage(
        "Propose a freeze",
        "Propose freeze",
        back,
        lead="It counts when a second person agrees. Cancelling, clearing, receipts and closing stay possible.",
        crumbs=[("Freezes", back)],
    )
    if form.is_bound and form.is_valid():
        made = form.call(lambda: freezes.propose(by=user, **form.cleaned_data))
        if made is not None:
            messages.success(http, f"Proposed: {made}.\nA second person agrees to it.")
            return SeeOther(made.get_absolute_url())
    return form_page(http, form, page)


@require_safe
@roles_only(*READERS, action="see freezes")
def freeze(http: HttpRequest, pk: int) -> HttpResponse:
    """One freeze, its proposals and consents, and what the reader may do about it."""
    return _freeze(http, pk)


def _freeze(http: HttpRequest, pk: int, *, form: PageForm | None = None, status: int = 200) -> HttpResponse:
    user = actor(http)
    row = freezes.get_freeze(pk, by=user)
    state, lift, held = freezes.state_of(row), freezes.open_lift(row), roles_of(user)
    scope = freezes.in_scope(row.fund, by=user)
    agrees, asks = scope and not held.isdisjoint(AGREERS), scope and not held.isdisjoint(PROPOSERS)
    own = (lift.proposed_by_id if lift else row.proposed_by_id) in persons.selves(user)
    context = {
        "row": row,
        "state": state,
        "last": freezes.last_day(row),
        "lift": lift,
        "form": form if isinstance(form, RemarkForm) else RemarkForm(),
        "why": form if isinstance(form, WhyForm) else WhyForm(auto_id="id_why_%s"),
        "own": own,
        "waits": state == "waiting" or lift is not None,
        "may_agree": agrees and not own,
        "may_decline": agrees or (asks and own),
        "may_lift": asks and lift is None and state in ("in_force", "coming"),
    }
    return render(http, "funds/freeze.html", context, status=status)


@require_POST
@roles_only(*AGREERS, action="agree to a freeze")
def freeze_agree(http: HttpRequest, pk: int) -> HttpResponse:
    """The second person's consent."""
    return _act(http, pk, freezes.agree, "remark", "Agreed")


@require_POST
@roles_only(*AGREERS, *PROPOSERS, action="decline a freeze")
def freeze_decline(http: HttpRequest, pk: int) -> HttpResponse:
    """Declined, or taken back by who proposed it."""
    return _act(http, pk, freezes.decline, "remark", "Not frozen")


@require_POST
@roles_only(*PROPOSERS, action="ask to lift a freeze")
def freeze_lift(http: HttpRequest, pk: int) -> HttpResponse:
    """Asks to end it early."""
    return _act(http, pk, freezes.propose_lift, "reason", "Asked to lift", WhyForm)


@require_POST
@roles_only(*AGREERS, action="agree to lift a freeze")
def lift_agree(http: HttpRequest, pk: int) -> HttpResponse:
    """The second person's consent to lifting it."""
    return _act(http, pk, freezes.agree_lift, "remark", "Lifted")


@require_POST
@roles_only(*AGREERS, *PROPOSERS, action="decline to lift a freeze")
def lift_decline(http: HttpRequest, pk: int) -> HttpResponse:
    """The freeze stays."""
    return _act(http, pk, freezes.decline_lift, "remark", "The freeze stays")


def _act(
    http: HttpRequest, pk: int, act: Any, field: str, word: str, kind: type[PageForm] = RemarkForm
) -> HttpResponse:
    user, form = actor(http), kind(http.POST)
    freezes.get_freeze(pk, by=user)
    if form.is_valid():
        made = form.call(lambda: act(freeze=pk, by=user, **{field: form.cleaned_data["remark"]}))
        if made is not None:
            messages.success(http, f"{word}: {made}.")
            return SeeOther(made.get_absolute_url())
    return _freeze(http, pk, form=form, status=form.status)
