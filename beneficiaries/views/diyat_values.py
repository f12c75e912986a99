"""The notified value of diyat, year by year, with its notification."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.forms.owed import ValueForm
from beneficiaries.forms.papers import content_of
from beneficiaries.offices.policies import NOT_FOUND, NOT_YET, NOTIFIED, ROUNDED, values
from beneficiaries.offices.scope import office_of
from beneficiaries.owed import diyat_values as service
from beneficiaries.papers.examining import ENDINGS
from beneficiaries.papers.inspection import TAKEN
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only, sees_majority
from beneficiaries.views.papers import HEADERS
from beneficiaries.views.people import READERS
from ledger.money import figures
from ledger.roles import Role, roles_of

READING = (*READERS, Role.FUND_MANAGER)
LOOKS = {
    NOTIFIED: ("checked", "Notified"),
    ROUNDED: ("warn", "Rounded only"),
    NOT_YET: ("waiting", "Not yet notified"),
    NOT_FOUND: ("missing", "Not on record"),
}


@require_safe
@roles_only(*READING, action="see the notified values")
def diyat_values(request: HttpRequest) -> HttpResponse:
    """Every fiscal year with its value, or that there is none yet."""
    user = actor(request)
    context = {
        "rows": [(value, *LOOKS[value.state]) for value in values()],
        "may_record": Role.FUND_MANAGER in roles_of(user) and office_of(user).is_federal,
        "on_cases": not roles_of(user).isdisjoint(READERS),
        "majority": sees_majority(user),
    }
    return render(request, "beneficiaries/diyat_values.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.FUND_MANAGER, action="record a notified value")
def diyat_value_new(request: HttpRequest) -> HttpResponse:
    """Record a notification: for a new year, or in place of a figure that was not exact."""
    page = FormPage(
        "Record a notified value",
        "Record value",
        reverse("diyat_values"),
        crumbs=[("Notified values of diyat", reverse("diyat_values"))],
        lead="As the gazette gives it. What stood for that year before stays in the history.",
    )
    options: dict[str, Any] = {"most": settings.PAPER_MEGABYTES, "taken": TAKEN}
    if request.method != "POST":
        return form_page(request, ValueForm(initial={"year": request.GET.get("year", "")}, **options), page)
    form = ValueForm(request.POST, request.FILES, **options)
    if form.is_valid():
        given = dict(form.cleaned_data)
        upload = given.pop("file")
        content = content_of(upload) if upload else None
        made = form.call(lambda: service.record_value(**given, content=content, by=actor(request)))
        if made is not None:
            messages.success(request, f"Recorded: {figures(made.amount)} for {made.year}.")
            return SeeOther(reverse("diyat_values"))
    return form_page(request, form, page)


@require_safe
@roles_only(*READING, action="see a notification")
def diyat_value_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A notification's file, hashed again just now. Raises: NotFound, PaperAltered."""
    row, content = service.read_file(pk)
    name = f"diyat-value-{row.year}.{ENDINGS[row.file_type]}"
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=row.file_type, headers=headers)
