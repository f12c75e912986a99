"""Who stands apart from what, and the register of incompatible roles with its report."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.models import Case, Person
from beneficiaries.offices import persons
from beneficiaries.offices.scope import get_visible
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only
from funds.chain import conflicts as service
from funds.chain import duties_report
from funds.disbursements import get_disbursement
from funds.forms.duties import ConflictEndForm, ConflictForm
from funds.models import Conflict
from ledger.roles import roles_of

ABOUT = ("disbursement", "case", "person")
MOST = 60


@require_safe
@roles_only(*service.DECLARERS, *service.READERS, action="see conflicts of interest")
def conflict_list(http: HttpRequest) -> HttpResponse:
    """One's own; for the fund manager, the auditor and the administrator those of the office's officers."""
    page = page_of(service.visible_conflicts(actor(http)), http.GET)
    ends = not roles_of(actor(http)).isdisjoint(service.ENDERS)
    rows = [(row, ends and not row.ended and row.declared_by_id not in persons.selves(actor(http))) for row in page]
    return render(http, "funds/conflicts.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*service.DECLARERS, action="declare a conflict of interest")
def conflict_new(http: HttpRequest) -> HttpResponse:
    """Declared from the page of a request, a case or a person, whose key comes in the address."""
    user, things, back = actor(http), _things(http), reverse("conflict_list")
    page = FormPage(
        "Declare a conflict of interest",
        "Declare it",
        back,
        crumbs=[("Conflicts of interest", back)],
        lead="You then take no part in it until a fund manager ends it. What you signed before stays and is shown with it.",
    )
    first = things[0][0] if len(things) == 1 else ""
    form = ConflictForm(http.POST or None, things=things, initial={"about": first})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        kind, _, key = given["about"].partition(":")
        made: Conflict | None = form.call(
            lambda: service.declare(
                by=user,
                ground=given["ground"],
                reason=given["reason"],
                **{kind: int(key)},  # type: ignore[arg-type]
            )
        )
        if made is not None:
            messages.success(http, f"Declared: you stand apart from {made.about}.\nOther officers act on it.")
            return SeeOther(back)
    return form_page(http, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*service.ENDERS, action="end a conflict of interest")
def conflict_end(http: HttpRequest, pk: int) -> HttpResponse:
    """A fund manager finds that an officer's conflict is over."""
    user, back = actor(http), reverse("conflict_list")
    row = service.get_conflict(pk, by=user)
    page = FormPage(
        "End a conflict of interest",
        "End this conflict",
        back,
        crumbs=[("Conflicts of interest", back)],
        facts=[
            ("Officer", f"{row.name}, {row.post}"),
            ("With", row.about[0].upper() + row.about[1:]),
            ("Declared", f"{row.declared_on:%-d %b %Y}: {row.ground}. {row.reason}"),
            ("Ended", row.ended),
        ],
        lead=f"{row.name} may then take part again. What others decided meanwhile stays.",
    )
    form = ConflictEndForm(http.POST if http.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: service.end(conflict=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(http, f"Ended: the conflict of {row.name} with {row.about}.\nThe trail keeps both.")
            return SeeOther(back)
    return form_page(http, form, page)


def _things(http: HttpRequest) -> list[tuple[str, str]]:
    """What the conflict may be with: the request, its cases and its payees, or the case and its person, or the person."""
    user = actor(http)
    kind = next((name for name in ABOUT if http.GET.get(name, "").isdecimal()), "")
    key = int(http.GET[kind][:18]) if kind else 0
    if kind == "disbursement":
        request = get_disbursement(key, by=user)
        lines = list(request.lines.select_related("case__person", "person").order_by("position")[:MOST])
        cases, people = {line.case for line in lines}, {line.person for line in lines if line.person}
        people |= {case.person for case in cases}
        return [(f"disbursement:{request.pk}", f"Request {request.number}"), *_named(cases, people)]
    if kind == "case":
        case = get_visible(Case.objects.select_related("person"), to=user, pk=key)
        return _named({case}, {case.person})
    if kind == "person":
        return _named(set(), {get_visible(Person.objects.all(), to=user, pk=key)})
    return []


def _named(cases: set[Case], people: set[Person]) -> list[tuple[str, str]]:
    rows = [(f"case:{case.pk}", f"Case {case.number}, {case.person}") for case in cases]
    return sorted(rows) + sorted((f"person:{person.pk}", f"{person}, wherever they appear") for person in people)


@require_safe
@roles_only(*duties_report.READERS, action="see the report on duties")
def register(http: HttpRequest) -> HttpResponse:
    """The pairs of roles in force, and everything that goes against the separation of duties."""
    return render(http, "funds/duties.html", {"report": duties_report.report(by=actor(http))})
