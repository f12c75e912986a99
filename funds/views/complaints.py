"""Complaints and appeals: the list with what is late, one complaint, registering it, and the steps."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.base import PageForm
from beneficiaries.identity import masked_phone
from beneficiaries.models import Case, Officer
from beneficiaries.offices.scope import get_visible
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, offered, page_of, roles_only
from funds import complaints as service
from funds.forms.complaints import (
    AssignForm,
    ComplaintFilter,
    ComplaintForm,
    ReopenForm,
    ReplyForm,
    StepForm,
    said_decision,
)
from funds.models import Complaint, ComplaintStep
from funds.requests.filing import diary_number
from funds.views.shared import counted
from ledger.ids import row_ids
from ledger.roles import roles_of

PARTS = (
    (service.OPEN, "Open"),
    (service.OVERDUE, "Overdue"),
    (service.MINE, "Assigned to me"),
    (service.ANSWERED, "Answered"),
)
Act = ComplaintStep.Act


@require_safe
@roles_only(*service.READERS, action="see complaints")
def complaint_list(http: HttpRequest) -> HttpResponse:
    """Complaints of the user's office, the one due first on top."""
    user, part = actor(http), http.GET.get("part", service.OPEN)
    part = part if part in dict(PARTS) else service.OPEN
    filters = ComplaintFilter(http.GET, user=user)
    rows = _filtered(service.visible_complaints(user), filters)
    page = page_of(service.parted(rows, part, by=user), http.GET)
    url = reverse("complaint_list")
    context = {
        "page": page,
        "part": part,
        "rows": [(row, service.state_of(row), service.days_late(row)) for row in page],
        "holders": _holders(page),
        "filters": filters,
        "filtered": any(filters.given(name) for name in filters.fields),
        "may_register": not roles_of(user).isdisjoint(service.REGISTRARS),
        "tabs": [
            {
                "label": label,
                "url": f"{url}?part={key}",
                "count": service.parted(rows, key, by=user).count(),
                "current": key == part,
            }
            for key, label in PARTS
        ],
    }
    return render(http, "funds/complaints.html", context)


def _filtered(rows: Any, filters: ComplaintFilter) -> Any:
    if text := filters.given("q"):
        rows = rows.filter(
            Q(number__icontains=text) | Q(complainant__icontains=text) | Q(case__person__name__icontains=text)
        )
    if category := filters.given("category"):
        rows = rows.filter(category__code=category)
    if "office" in filters.fields and filters.given("office"):
        rows = rows.filter(office=filters.given("office"))
    return rows


def _holders(rows: Any) -> dict[int, str]:
    """Names of the officers that complaints are assigned to."""
    keys = {row.holder for row in rows} - {None}
    return {
        officer.user_id: officer.user.get_full_name()
        for officer in Officer.objects.filter(user__in=keys).select_related("user")
    }


def _get(http: HttpRequest, pk: int) -> Complaint:
    user = actor(http)
    return get_visible(service.visible_complaints(user), to=user, pk=pk)


@require_safe
@roles_only(*service.READERS, action="see a complaint")
def complaint(http: HttpRequest, pk: int) -> HttpResponse:
    """What was received, every step, and what the viewer may do."""
    return _page(http, _get(http, pk))


FORMS: tuple[tuple[str, str, str, str, type[PageForm]], ...] = (
    (Act.REPLIED, "complaint_reply", "Answer it", "Record reply", ReplyForm),
    (Act.ASSIGNED, "complaint_assign", "Assign it", "Assign", AssignForm),
    (Act.REOPENED, "complaint_reopen", "Open it again", "Open again", ReopenForm),
    (Act.NOTED, "complaint_note", "Note something", "Record note", StepForm),
)


def _form(act: str, row: Complaint, data: Any = None) -> PageForm:
    form_class = next(form for name, *_, form in FORMS if name == act)
    more = {"complaint": row} if form_class is AssignForm else {}
    return form_class(data, prefix=act, **more)


def _page(http: HttpRequest, row: Complaint, *, sent: tuple[str, PageForm] | None = None) -> HttpResponse:
    user, may, late = actor(http), service.possible(row, by=actor(http)), service.days_late(row)
    acts = [
        {
            "title": title,
            "button": button,
            "url": reverse(url, args=[row.pk]),
            "form": sent[1] if sent and sent[0] == act else _form(act, row),
            "key": act,
        }
        for act, url, title, button, _ in FORMS
        if act in may
    ]
    context = {
        "row": row,
        "state": service.state_of(row),
        "late": late,
        "late_words": f"It was due on {row.due_on:%-d %b %Y}, {counted(late, 'day')} ago.",
        "facts": _facts(row, user),
        "steps": row.steps.select_related("taken_by__officer", "assigned_to__officer"),
        "acts": acts,
        "barred": row.decision is not None and row.decision.decided_by_id == user.pk,
    }
    form = sent[1] if sent else None
    return render(http, "funds/complaint.html", context, status=form.status if form and form.errors else 200)


def _facts(row: Complaint, user: User) -> list[tuple[Any, ...]]:
    decision = row.decision
    return [
        ("Category", row.category),
        ("Came by", row.get_channel_display()),
        ("Received", f"{row.received_on:%-d %b %Y}"),
        ("Reply due", f"{row.due_on:%-d %b %Y}"),
        ("From", row.complainant or "anonymous"),
        ("Telephone", masked_phone(row.phone)),
        ("Case", f"{row.case.number}, {row.case.person}", offered(row.case.get_absolute_url(), to=user))
        if row.case
        else ("Case", ""),
        ("Appeals", said_decision(decision), decision.disbursement.get_absolute_url()) if decision else ("Appeals", ""),
        ("Officer complained of", row.about_officer.get_full_name() if row.about_officer else ""),
        ("Office", row.office),
        ("Diary no.", diary_number(row)),
        ("Registered by", row.registered_by.get_full_name()),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*service.REGISTRARS, action="register a complaint")
def complaint_new(http: HttpRequest) -> HttpResponse:
    """Register a complaint, on the case named in the address or on none."""
    user = actor(http)
    keys = row_ids([http.GET.get("case", "")])
    case = get_visible(Case.objects.select_related("person"), to=user, pk=keys[0]) if keys else None
    page = FormPage(
        "Register a complaint",
        "Register complaint",
        case.get_absolute_url() if case else reverse("complaint_list"),
        lead="What was received stays as it is written here. The category says by when it is answered.",
        crumbs=[("Complaints", reverse("complaint_list"))],
        facts=[("Case", case.number), ("Person", case.person.described)] if case else [],
    )
    data = http.POST if http.method == "POST" else None
    form = ComplaintForm(data, user=user, case=case.pk if case else None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: service.register(case=case.pk if case else None, by=user, **form.asked()))
        if made is not None:
            messages.success(http, f"Registered: {made.number}.\nThe reply is due on {made.due_on:%-d %b %Y}.")
            seen = service.visible_complaints(user).filter(pk=made.pk).exists()
            return SeeOther(made.get_absolute_url() if seen else reverse("complaint_list"))
    return form_page(http, form, page)


def _step(http: HttpRequest, pk: int, act: str, call: Callable[[dict[str, Any]], ComplaintStep]) -> HttpResponse:
    row = _get(http, pk)
    form = _form(act, row, http.POST)
    if form.is_valid():
        made = form.call(lambda: call(form.cleaned_data))
        if made is not None:
            messages.success(http, f"{made.get_act_display()}: {row.number}.")
            return SeeOther(row.get_absolute_url())
    return _page(http, row, sent=(act, form))


@require_POST
@roles_only(*service.ASSIGNERS, action="assign a complaint")
def complaint_assign(http: HttpRequest, pk: int) -> HttpResponse:
    """Give it to an officer."""
    by = actor(http)
    return _step(
        http, pk, Act.ASSIGNED,
        lambda data: service.assign(complaint=pk, officer=data["officer"].pk, text=data["text"], by=by),
    )  # fmt: skip


@require_POST
@roles_only(*service.HANDLERS, action="note something on a complaint")
def complaint_note(http: HttpRequest, pk: int) -> HttpResponse:
    """What was asked, seen or heard."""
    return _step(http, pk, Act.NOTED, lambda data: service.note(complaint=pk, by=actor(http), **data))


@require_POST
@roles_only(*service.HANDLERS, action="answer a complaint")
def complaint_reply(http: HttpRequest, pk: int) -> HttpResponse:
    """The answer and its outcome."""
    return _step(http, pk, Act.REPLIED, lambda data: service.reply(complaint=pk, by=actor(http), **data))


@require_POST
@roles_only(*service.REOPENERS, action="open a complaint again")
def complaint_reopen(http: HttpRequest, pk: int) -> HttpResponse:
    """Look into it again."""
    return _step(http, pk, Act.REOPENED, lambda data: service.reopen(complaint=pk, by=actor(http), **data))
