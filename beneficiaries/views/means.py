"""Evidence of income and residence of a person."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from beneficiaries.forms.screening import EvidenceForm, IncomeForm, ResidenceForm
from beneficiaries.models import MeansEvidence, Person
from beneficiaries.offices.scope import get_visible
from beneficiaries.people.merged import numbers_of
from beneficiaries.registry import visible_people
from beneficiaries.screened import means
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only
from ledger.money import figures
from ledger.roles import Role


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="record evidence of means")
def income_new(request: HttpRequest, pk: int) -> HttpResponse:
    """What the household has to live on."""
    return _record(request, pk, IncomeForm, means.record_income, "Record income")


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="record evidence of means")
def residence_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the person lives, and since when."""
    return _record(request, pk, ResidenceForm, means.record_residence, "Record residence")


def _record(
    request: HttpRequest, pk: int, form_class: type[EvidenceForm], service: Callable[..., MeansEvidence], title: str
) -> HttpResponse:
    user = actor(request)
    person: Person = get_visible(visible_people(user), to=user, pk=pk)
    page = FormPage(
        title,
        title,
        person.get_absolute_url(),
        lead="A later record replaces this one for the rules of eligibility; both stay.",
        crumbs=[("People and cases", reverse("people")), (person.name, person.get_absolute_url())],
        facts=[("Person", person.described), ("CNIC", person.masked_cnic)],
    )
    form = form_class(request.POST if request.method == "POST" else None, person=person)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: service(person=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Recorded: {said(made)}.")
            return SeeOther(person.get_absolute_url())
    return form_page(request, form, page)


def said(row: MeansEvidence) -> str:
    """'Rs 25,000.00 a month', 'In Balochistan since 3 May 2019'."""
    if row.what == MeansEvidence.What.INCOME and row.monthly_income is not None:
        return f"{figures(row.monthly_income)} a month" if row.monthly_income else "No income"
    return f"In {row.province} since {row.resident_since:%-d %b %Y}"


def shown(person: Person, user: Any) -> list[tuple[str, MeansEvidence]]:
    """All evidence of a person, the latest first."""
    return [
        (said(row), row)
        for row in means.visible_means(user).filter(person__in=numbers_of(person)).order_by("-shown_on", "-pk")
    ]
