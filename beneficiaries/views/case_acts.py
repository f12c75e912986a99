"""Acts on a case file: correct it, set it aside, say why somebody is helped again, permit more than the ceiling."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from beneficiaries.casework import case_changes, ceilings, earlier_help
from beneficiaries.forms.cases import PermitForm, PrisonerCorrection, ReliefCorrection
from beneficiaries.forms.papers import ReasonForm
from beneficiaries.models import Case
from beneficiaries.views.cases import crumbs_of, get_case
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only
from beneficiaries.views.people import READERS
from ledger.clock import today
from ledger.errors import NotAllowed
from ledger.money import figures, grouped
from ledger.roles import Role, roles_of


def facts_of(case: Case) -> list[tuple[Any, ...]]:
    return [("Case", case.number), ("Person", case.person.described)]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="correct a case")
def case_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the facts of a case, with the reason."""
    user, case = actor(request), get_case(request, pk)
    page = FormPage(
        "Correct the case",
        "Save correction",
        case.get_absolute_url(),
        crumbs=crumbs_of(case),
        facts=facts_of(case),
        lead="The old facts stay in the history.",
    )
    relief = case.kind == Case.Kind.RELIEF
    row: Any = case.relief if relief else case.prisoner
    form_class: Any = ReliefCorrection if relief else PrisonerCorrection
    if request.method != "POST":
        names = [name for name in form_class.base_fields if hasattr(row, name)]
        initial = {name: getattr(row, f"{name}_id", getattr(row, name)) for name in names}
        initial |= {name: getattr(case, name) for name in ("police_station", "fir_number", "fir_year")}
        if relief:
            initial["recommended_amount"] = grouped(row.recommended_amount)
        return form_page(request, form_class(initial=initial), page)
    form, correct = form_class(request.POST), _correct(relief)
    if form.is_valid() and form.call(lambda: correct(case=pk, by=user, **form.cleaned_data)) is not None:
        messages.success(request, f"Corrected: {case.number}.\nThe old facts stay in the history.")
        return SeeOther(case.get_absolute_url())
    return form_page(request, form, page)


def _correct(relief: bool) -> Any:
    return case_changes.correct_relief_case if relief else case_changes.correct_prisoner_case


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="set a case aside")
def case_set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a case aside that should not have been opened."""
    user, case = actor(request), get_case(request, pk)
    page = FormPage(
        "Set the case aside",
        "Set aside",
        case.get_absolute_url(),
        crumbs=crumbs_of(case),
        facts=facts_of(case),
        lead="For a case opened twice or by mistake. No money is asked for it any more; it stays in the list.",
    )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: case_changes.set_aside(case=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Set aside: {case.number}.")
            return SeeOther(case.get_absolute_url())
    return form_page(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*READERS, action="see other help")
def case_help(request: HttpRequest, pk: int) -> HttpResponse:
    """What other requests of any fund give to the person, and why there is a further one."""
    user, case = actor(request), get_case(request, pk)
    may = Role.CASE_OFFICER in roles_of(user)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        if not may:
            raise NotAllowed("To give a reason for further help you need the role case officer.")
        if form.is_valid():
            made = form.call(lambda: earlier_help.record_reason(case=pk, by=user, **form.cleaned_data))
            if made is not None:
                count = len(made.requests)
                messages.success(request, f"Reason recorded for {count} request{'' if count == 1 else 's'}.")
                return SeeOther(case.get_absolute_url())
    first, rule = earlier_help.window(on=today())
    reasons = earlier_help.explained_by(case)
    rows = [(row, reasons.get(row.request)) for row in earlier_help.helps(case, on=today(), to=user)]
    context = {
        "case": case,
        "rows": rows,
        "first": first,
        "rule": rule,
        "form": form,
        "may_explain": may and any(reason is None for _, reason in rows),
    }
    return render(request, "beneficiaries/case_help.html", context, status=form.status if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.APPROVER, action="permit more than the ceiling")
def ceiling_permit(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the grants of one case exceed the ceiling."""
    user, case = actor(request), get_case(request, pk)
    now = ceilings.ceiling(case, on=today())
    told = (
        [("Ceiling", figures(now.rule.amount)), ("By", now.rule.source), ("Asked so far", figures(now.asked))]
        if now
        else []
    )
    if now and now.permit:
        told.append(("Permitted", f"{figures(now.permit.up_to)}, {now.permit.permitted_by.get_full_name()}"))
    if case.kind == Case.Kind.RELIEF:
        told.append(("Recommended", figures(case.relief.recommended_amount)))
    page = FormPage(
        "Permit more than the ceiling",
        "Permit",
        case.get_absolute_url(),
        crumbs=crumbs_of(case),
        facts=[*facts_of(case), *told],
        lead="The case can then be asked for up to this sum. Your reason stands on it and on its requests.",
    )
    form = PermitForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: ceilings.permit_more(case=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Permitted for {case.number}: up to {figures(made.up_to)}.")
            return SeeOther(reverse("case", args=[pk]))
    return form_page(request, form, page)
