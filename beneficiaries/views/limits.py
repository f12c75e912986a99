"""Limits of officers: who may sanction how much, since when, by whose word; proposing and agreeing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.consent import RemarkForm
from beneficiaries.forms.limits import LimitForm
from beneficiaries.models import Officer, OfficerLimit
from beneficiaries.offices import limits, persons
from beneficiaries.offices.limits import AGREERS, PROPOSERS, READERS
from beneficiaries.offices.scope import get_visible
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only
from ledger.clock import today
from ledger.errors import NotAllowed
from ledger.money import figures
from ledger.roles import Role, roles_of


@require_safe
@roles_only(*READERS, action="see limits")
def limit_list(request: HttpRequest) -> HttpResponse:
    """Every approver with the limit in force, and the proposals that wait."""
    user = actor(request)
    rows = limits.visible_officers(user).filter(user__groups__name=Role.APPROVER, user__is_active=True)
    page = page_of(rows.order_by("office__name", "-grade", "pk"), request.GET)
    found = limits.limits_of(list(page), on=today())
    context = {
        "page": page,
        "rows": [(officer, found.get(officer.pk)) for officer in page],
        "waiting": limits.waiting(user),
        "day": today(),
    }
    return render(request, "beneficiaries/limits.html", context)


@require_safe
@roles_only(*READERS, action="see limits")
def officer_limits(request: HttpRequest, pk: int) -> HttpResponse:
    """Every limit of one officer, and what the reader may do about one that waits."""
    return _officer(request, pk)


def _officer(
    request: HttpRequest, pk: int, *, form: RemarkForm | None = None, at: int = 0, status: int = 200
) -> HttpResponse:
    user = actor(request)
    officer = get_visible(limits.visible_officers(user), to=user, pk=pk)
    rows, held, accounts = limits.history(officer), roles_of(user), persons.selves(user)
    counting = limits.row_of(officer, on=today())
    context = {
        "officer": officer,
        "rows": [(row, _state(row, counting)) for row in rows],
        "limit": limits.words(counting),
        "waiting": [
            (
                row,
                row.proposed_by_id in accounts,
                form if form and row.pk == at else RemarkForm(auto_id=f"id_{row.pk}_%s"),
            )
            for row in rows
            if _open(row)
        ],
        "holder": officer.user_id in accounts,
        "may_propose": officer.user_id not in accounts and not held.isdisjoint(PROPOSERS),
        "may_agree": not held.isdisjoint(AGREERS),
        "may_decline": not held.isdisjoint((*AGREERS, *PROPOSERS)),
    }
    return render(request, "beneficiaries/officer_limits.html", context, status=status)


def _open(row: OfficerLimit) -> bool:
    return getattr(row, "decision", None) is None


def _state(row: OfficerLimit, counting: OfficerLimit | None) -> str:
    if _open(row):
        return "waiting"
    if row.decision.outcome != "agreed":
        return str(row.decision.outcome)
    if counting is not None and row.pk == counting.pk:
        return "in_force"
    return "coming" if row.effective_from > today() else "past"


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*PROPOSERS, action="propose a limit")
def limit_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a limit for an officer."""
    user = actor(request)
    officer = get_visible(Officer.objects.select_related("user", "office"), to=user, pk=pk)
    if officer.user_id in persons.selves(user):
        raise NotAllowed("You cannot propose your own limit. Somebody else does that.")
    home, name = reverse("officer_limits", args=[pk]), officer.user.get_full_name()
    page = FormPage(
        f"Propose a limit for {name}",
        "Propose limit",
        home,
        lead="It counts when a fund manager or an approver agrees to it.",
        crumbs=[("Limits", reverse("limit_list")), (name, home)],
        facts=[
            ("Post", f"{officer.designation}, BPS {officer.grade}"),
            ("Office", str(officer.office)),
            ("Limit now", limits.words(limits.row_of(officer, on=today()))),
        ],
    )
    form = LimitForm(request.POST or None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: limits.propose(officer=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Proposed: {figures(made.amount)} for {name}.\nAnother person agrees to it.")
            return SeeOther(home)
    return form_page(request, form, page)


@require_POST
@roles_only(*AGREERS, action="agree to a limit")
def limit_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person's consent."""
    return _decide(request, pk, limits.agree, "Agreed")


@require_POST
@roles_only(*AGREERS, *PROPOSERS, action="decline a limit")
def limit_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The limit is declined, or taken back by who proposed it."""
    return _decide(request, pk, limits.decline, "Not given")


def _decide(request: HttpRequest, pk: int, act: Any, word: str) -> HttpResponse:
    user, form = actor(request), RemarkForm(request.POST)
    row = get_visible(OfficerLimit.objects.select_related("officer__user"), to=user, path="officer__office", pk=pk)
    if form.is_valid():
        made = form.call(lambda: act(limit=pk, by=user, remark=form.cleaned_data["remark"]))
        if made is not None:
            messages.success(request, f"{word}: {figures(row.amount)} for {row.officer}.")
            return SeeOther(reverse("officer_limits", args=[row.officer_id]))
    return _officer(request, row.officer_id, form=form, at=pk, status=form.status)
