"""Papers of a case: attach, show the file, withdraw, waive."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries import documents
from beneficiaries.casework.required_papers import MISSING, checklist
from beneficiaries.documents import visible_papers
from beneficiaries.forms.papers import AttachForm, ReasonForm, WaiveForm
from beneficiaries.models import Case, Paper
from beneficiaries.offices.scope import get_visible
from beneficiaries.papers.examining import ENDINGS
from beneficiaries.views.cases import get_case, next_paper
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only
from beneficiaries.views.people import READERS
from ledger.clock import today
from ledger.roles import Role

# A paper is saved, never shown within the site; opened from disk it could still do nothing.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def file_response(paper: Paper, content: bytes) -> HttpResponse:
    """The file under a name made of our own words, with the type we found, not the one somebody told us."""
    name = f"{paper.case.number}-{paper.kind.code}-{paper.pk}.{ENDINGS[paper.media_type]}"
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=paper.media_type, headers=headers)


@require_safe
@roles_only(*READERS, action="see a paper")
def paper_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, hashed again just now. Raises: NotFound, PaperAltered."""
    return file_response(*documents.read(pk, by=actor(request)))


def _crumbs(case: Case) -> list[tuple[str, str]]:
    return [("Cases", reverse("case_list")), (case.number, case.get_absolute_url())]


def _facts(case: Case) -> list[tuple[Any, ...]]:
    return [("Case", case.number), ("Person", case.person.described)]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="attach a paper")
def paper_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a scanned paper."""
    user, case = actor(request), get_case(request, pk)
    page = FormPage(
        "Attach a paper",
        "Attach paper",
        case.get_absolute_url(),
        lead="What is attached stays: a wrong file is withdrawn with a reason, and can still be read.",
        crumbs=_crumbs(case),
        facts=_facts(case),
    )
    options: dict[str, Any] = {"case": case, "most": settings.PAPER_MEGABYTES}
    if request.method != "POST":
        return form_page(request, AttachForm(initial={"kind": request.GET.get("kind", "")}, **options), page)
    form = AttachForm(request.POST, request.FILES, **options)
    if form.is_valid():
        made = form.call(lambda: documents.attach(case=case.pk, papers=[form.paper()], by=user))
        if made is not None:
            messages.success(request, f"Attached to {case.number}: {made[0]}.\n{next_paper(case)}")
            return SeeOther(case.get_absolute_url())
    return form_page(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.VERIFIER, action="waive a paper")
def paper_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a case go on without a required paper."""
    user, case = actor(request), get_case(request, pk)
    page = FormPage(
        "Waive a paper",
        "Waive paper",
        case.get_absolute_url(),
        lead="The case can then be asked for without it. Your reason stands on the request and in its trail.",
        crumbs=_crumbs(case),
        facts=_facts(case),
    )
    missing = [need.kind for need in checklist(case, on=today()) if need.state == MISSING]
    data = request.POST if request.method == "POST" else None
    form = WaiveForm(data, missing=missing, initial={"kind": request.GET.get("kind", "")})
    if form.is_bound and form.is_valid():
        made = form.call(lambda: documents.waive(case=case.pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Waived for {case.number}: {made.kind}.")
            return SeeOther(case.get_absolute_url())
    return form_page(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="withdraw a paper")
def paper_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an attached paper no longer counts."""
    user = actor(request)
    paper = get_visible(visible_papers(user).select_related("case__person"), to=user, path="case__office", pk=pk)
    page = FormPage(
        f"Withdraw {paper}",
        "Withdraw paper",
        paper.case.get_absolute_url(),
        lead="It no longer counts for the case. It stays in the list and can be read.",
        crumbs=_crumbs(paper.case),
        facts=[*_facts(paper.case), ("Paper", str(paper)), ("File", paper.file_name), ("SHA-256", paper.sha256[:16])],
    )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: documents.withdraw(paper=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Withdrawn: {paper}.\nIt stays in the list of {paper.case.number}.")
            return SeeOther(paper.case.get_absolute_url())
    return form_page(request, form, page)
