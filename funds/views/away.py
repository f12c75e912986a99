"""Who is away and who signs for whom: the calendar with its two forms, each delegation, and what is decided about it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from beneficiaries.forms.base import PageForm
from beneficiaries.forms.consent import RemarkForm
from beneficiaries.models import Officer
from beneficiaries.offices import absences, persons
from beneficiaries.offices.scope import get_visible, officer_of, visible
from beneficiaries.views.pages import SeeOther, actor, page_of, roles_only
from funds.absence import away, delegations
from funds.absence.delegations import AGREERS, ENDERS, GIVERS
from funds.budgets import visible_funds
from funds.forms.away import AbsenceEndForm, AbsenceForm, DelegationForm, WhyForm
from funds.models import Decision
from funds.views.shared import see
from ledger.ids import row_id
from ledger.money import figures
from ledger.roles import roles_of

PAST = 20  # absences below the calendar


@login_required
@require_safe
def calendar(http: HttpRequest) -> HttpResponse:
    """The month asked for, with the forms beside it."""
    return _calendar(http)


def _calendar(
    http: HttpRequest,
    *,
    absence: AbsenceForm | None = None,
    delegation: DelegationForm | None = None,
    ending: tuple[int, AbsenceEndForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    user = actor(http)
    first = away.month_of(http.GET.get("month", ""))
    earlier, later = away.beside(first)
    seen = absences.visible_absences(user)
    page = page_of(delegations.visible_delegations(user), http.GET, size=PAST)
    context = {
        "first": first,
        "earlier": f"?month={earlier:%Y-%m}",
        "later": f"?month={later:%Y-%m}",
        "rows": away.rows(user, first),
        "absence": absence or _absence_form(http),
        "delegation": delegation or _delegation_form(http),
        "absences": [
            (
                row,
                ending[1] if ending and ending[0] == row.pk else AbsenceEndForm(auto_id=f"id_{row.pk}_%s"),
                _mine(row, user),
            )
            for row in seen[:PAST]
        ],
        "page": page,
        "delegations": [(row, delegations.state_of(row)) for row in page],
    }
    return render(http, "funds/away.html", context, status=status)


def _mine(row: Any, user: Any) -> bool:
    """Whether the user may say that this absence ended early."""
    if getattr(row, "end", None) is not None or roles_of(user).isdisjoint(absences.RECORDERS):
        return False
    return row.officer.user_id == user.pk or not roles_of(user).isdisjoint(absences.KEEPERS_OF_DESKS)


def _absence_form(http: HttpRequest, data: Any = None) -> AbsenceForm | None:
    """For oneself; for every officer of the office where one looks after it. None for who records nothing."""
    user = actor(http)
    if roles_of(user).isdisjoint(absences.RECORDERS):
        return None
    own = officer_of(user)
    rows = [own]
    if not roles_of(user).isdisjoint(absences.KEEPERS_OF_DESKS):
        others = visible(Officer.objects.select_related("user").filter(user__is_active=True), to=user)
        rows = [own, *others.exclude(pk=own.pk).order_by("user__first_name", "pk")]
    return AbsenceForm(data, officers=rows, auto_id="id_absence_%s")


def _delegation_form(http: HttpRequest, data: Any = None) -> DelegationForm | None:
    user = actor(http)
    if roles_of(user).isdisjoint(GIVERS):
        return None
    takers = list(delegations.takers_for(user, officer_of(user).office))
    return DelegationForm(data, takers=takers, funds=visible_funds(user).order_by("code"), auto_id="id_delegation_%s")


@require_POST
@roles_only(*absences.RECORDERS, action="record an absence")
def absence_new(http: HttpRequest) -> HttpResponse:
    """Records an absence. Who names somebody they may not record for is told so, before the form is read."""
    officer = row_id(http.POST.get("officer", ""))
    if officer:
        absences.desk(officer, by=actor(http))
    form = _absence_form(http, http.POST)
    assert form is not None
    if form.is_valid():
        made = form.call(lambda: absences.record(by=actor(http), **form.cleaned_data))
        if made is not None:
            messages.success(http, f"Recorded: {made}.\nWhoever waits for them sees it.")
            return SeeOther(f"{reverse('away_calendar')}?month={made.starts_on:%Y-%m}")
    return _calendar(http, absence=form, status=form.status)


@require_POST
@roles_only(*absences.RECORDERS, action="end an absence")
def absence_end(http: HttpRequest, pk: int) -> HttpResponse:
    """The officer is back early."""
    user, form = actor(http), AbsenceEndForm(http.POST, auto_id=f"id_{pk}_%s")
    row = get_visible(absences.visible_absences(user), to=user, path="officer__office", pk=pk)
    absences.desk(row.officer_id, by=user)
    if form.is_valid():
        made = form.call(lambda: absences.end(absence=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(http, f"{made.officer.user.get_full_name()}: {made.end}.")  # type: ignore[attr-defined]
            return see("away_calendar")
    return _calendar(http, ending=(pk, form), status=form.status)


@require_POST
@roles_only(*GIVERS, action="delegate your signature")
def delegation_new(http: HttpRequest) -> HttpResponse:
    """Gives a delegation; a third person agrees to it."""
    form = _delegation_form(http, http.POST)
    assert form is not None
    if form.is_valid():
        made = form.call(lambda: delegations.give(by=actor(http), **form.cleaned_data))
        if made is not None:
            messages.success(http, f"Asked for: {made}, up to {figures(made.ceiling)}.\nA third person agrees to it.")
            return SeeOther(made.get_absolute_url())
    return _calendar(http, delegation=form, status=form.status)


@login_required
@require_safe
def delegation(http: HttpRequest, pk: int) -> HttpResponse:
    """One delegation, what was signed under it, and what the reader may do about it."""
    return _delegation(http, pk)


def _delegation(http: HttpRequest, pk: int, *, form: PageForm | None = None, status: int = 200) -> HttpResponse:
    user = actor(http)
    row = delegations.get_visible_one(pk, by=user)
    state, held = delegations.state_of(row), roles_of(user)
    party, own = delegations.is_party(row, user), row.giver.user_id in persons.selves(user)
    agrees = not held.isdisjoint(AGREERS)
    signed = Decision.objects.filter(delegation=row).select_related("disbursement", "step").order_by("-pk")
    context = {
        "row": row,
        "state": state,
        "signed": signed[:PAST],
        "form": form or (RemarkForm() if state == "waiting" else WhyForm()),
        "own": own,
        "may_agree": state == "waiting" and agrees and not party,
        "may_decline": state == "waiting" and (own or (agrees and not party)),
        "may_end": state in ("in_force", "coming") and not held.isdisjoint(ENDERS) and (party or agrees),
    }
    return render(http, "funds/delegation.html", context, status=status)


@require_POST
@roles_only(*AGREERS, action="agree to a delegation")
def delegation_agree(http: HttpRequest, pk: int) -> HttpResponse:
    """The third person's consent."""
    return _act(http, pk, delegations.agree, "remark", "Agreed")


@require_POST
@roles_only(*ENDERS, action="decline a delegation")
def delegation_decline(http: HttpRequest, pk: int) -> HttpResponse:
    """Declined, or taken back by its giver."""
    return _act(http, pk, delegations.decline, "remark", "Not given")


@require_POST
@roles_only(*ENDERS, action="end a delegation")
def delegation_end(http: HttpRequest, pk: int) -> HttpResponse:
    """From now on it gives nothing."""
    delegations.may_end(pk, by=actor(http))
    return _act(http, pk, delegations.end, "reason", "Ended", WhyForm)


def _act(
    http: HttpRequest, pk: int, act: Any, field: str, word: str, kind: type[PageForm] = RemarkForm
) -> HttpResponse:
    user, form = actor(http), kind(http.POST)
    row = delegations.get_visible_one(pk, by=user)
    if form.is_valid():
        made = form.call(lambda: act(delegation=pk, by=user, **{field: form.cleaned_data["remark"]}))
        if made is not None:
            messages.success(http, f"{word}: {row}.")
            return SeeOther(row.get_absolute_url())
    return _delegation(http, pk, form=form, status=form.status)
