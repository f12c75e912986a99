"""Case files: list, one case, open a relief or a prisoner's case."""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries import cases as service
from beneficiaries.casework import money, readiness, required_papers
from beneficiaries.casework.required_papers import Need
from beneficiaries.forms.cases import CaseFilter, PrisonerCaseForm, ReliefCaseForm
from beneficiaries.models import Case, Limit, Obligation, Person
from beneficiaries.offices.scope import get_visible
from beneficiaries.owed import instalments, loans
from beneficiaries.referral import referrals
from beneficiaries.registry import named, visible_people
from beneficiaries.views import case_panels
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only, sees_majority
from beneficiaries.views.paper_panel import panel
from beneficiaries.views.people import READERS
from ledger.clock import today
from ledger.roles import Role, roles_of


def get_case(request: HttpRequest, pk: int) -> Case:
    """A case the user may see. Raises: NotFound."""
    rows = Case.objects.select_related("person", "office", "relief__district", "prisoner__prison", "created_by")
    return get_visible(rows, to=actor(request), pk=pk)


def ask_url(case: Case) -> str:
    """Where money is asked for this case."""
    return f"{reverse('disbursement_new')}?case={case.pk}"


def crumbs_of(case: Case) -> list[tuple[str, str]]:
    return [("Cases", reverse("case_list")), (case.number, case.get_absolute_url())]


def find_cases(rows: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Cases whose number, FIR, prisoner number, person's name or referral's reference fits; an FIR may be written as 68/2019.

    For addresses, in which no CNIC belongs: the search box sends one by POST and finds the person.
    """
    wanted = Q(number__icontains=text) | named(text, at="person__") | Q(prisoner__prisoner_number__iexact=text)
    referred = referrals.standing_decisions().filter(referral__reference__iexact=text, case__isnull=False)
    wanted |= Q(pk__in=referred.values("case"))
    wanted |= Q(relief__referral_reference__iexact=text)
    number, _, year = text.upper().removeprefix("FIR").strip().partition("/")
    if number.strip():
        fir = Q(fir_number__iexact=number.strip())
        wanted |= fir & Q(fir_year=int(year)) if year.isdecimal() and len(year) == 4 else fir
    return rows.filter(wanted)


@require_safe
@roles_only(*READERS, action="see cases")
def case_list(request: HttpRequest) -> HttpResponse:
    """Every case file of the user's office, the latest first."""
    user = actor(request)
    filters = CaseFilter(request.GET, user=user)
    rows = service.visible_cases(user)
    if text := filters.given("q"):
        rows = find_cases(rows, text)
    if kind := filters.given("kind"):
        rows = rows.filter(kind=kind)
    if state := filters.given("money"):
        rows = money.in_state(rows, state)
    if "office" in filters.fields and filters.given("office"):
        rows = rows.filter(office=filters.given("office"))
    page = page_of(rows, request.GET)
    states = money.case_states([row.pk for row in page])
    context = {"filters": filters, "page": page, "rows": [(row, states.get(row.pk, "")) for row in page],
               "filtered": any(filters.given(name) for name in filters.fields), "majority": sees_majority(user)}  # fmt: skip
    return render(request, "beneficiaries/cases.html", context)


@require_safe
@roles_only(*READERS, action="see a case")
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one case: facts, court orders, what is owed, heirs, requests, release."""
    user, found = actor(request), get_case(request, pk)
    owed = money.obligations_of(found)
    may_edit = Role.CASE_OFFICER in roles_of(user) and found.set_aside_on is None
    needs = required_papers.checklist(found, on=today())
    requests = money.requests_of(found, to=user)
    context = {
        "case": found,
        "title": found.person.described,
        "facts": _facts(found),
        "referrals": referrals.behind(found, to=user),
        "about": " · ".join(part for part in (found.get_kind_display(), found.fir, str(found.office)) if part),
        "orders": found.orders.select_related("court"),
        "owed": [_owed_row(row) for row in owed],
        "loan": _loan(found),
        "checklist": checklist_rows(found, owed, needs, by=user),
        "left": sum((row.left for row in owed if not row.obligation.is_contingent), Decimal(0)),
        "requests": requests,
        "asked": sum((row["amount"] for row in requests if row["disbursement__state"] not in money.DEAD), Decimal(0)),
        "may_edit": may_edit,
        "ask_url": ask_url(found),
        "papers": panel(found, needs, by=user),
        "boxes": case_panels.drawn(found, by=user),
    }
    return render(request, "beneficiaries/case.html", context)


@dataclass(frozen=True, slots=True)
class OwedRow:
    """One sum of the case page: the money around it and its instalments."""

    owed: money.Owed
    schedule: instalments.Schedule | None
    too_long: Limit | None

    @property
    def obligation(self) -> Obligation:
        return self.owed.obligation

    @property
    def default_left(self) -> int | None:
        """Days of the term in default that are left after what was paid, the fine in proportion to it (PPC s.69)."""
        row = self.obligation
        if row.default_days is None:
            return None
        unpaid = max(instalments.unpaid(self.owed), Decimal(0))
        return math.ceil(row.default_days * unpaid / row.amount_ordered)


def _owed_row(owed: money.Owed) -> OwedRow:
    plan = instalments.schedule(owed)
    return OwedRow(owed, plan, instalments.too_long(plan) if plan else None)


def _loan(found: Case) -> dict[str, Any] | None:
    """The terms of a soft loan that count, with its instalments."""
    terms = found.loan_terms.select_related("obligation").order_by("-pk").first()
    if terms is None:
        return None
    rows = loans.loan_schedule(terms)
    return {
        "terms": terms,
        "first": rows[0],
        "last": rows[-1],
        "total": sum((amount for _, amount in rows), Decimal(0)),
    }


# Who may mend what a line of the checklist names; the others read it without a link.
MENDERS = {
    "ceiling_permit": {Role.APPROVER},
    "diyat_values": {*READERS},
    "case_help": {*READERS},
    "prior_payments": {*READERS},
}
LOOKS = {
    readiness.DONE: ("passed", "Done"),
    readiness.CHECK: ("warn", "Look"),
    readiness.MISSING: ("failed", "Missing"),
}


def checklist_rows(case: Case, owed: list[money.Owed], needs: list[Need], *, by: User) -> list[dict[str, str]]:
    """The checklist as the component `checks` takes it: each line with the address where the reader can mend it.

    Papers that are missing are named once, in the panel of papers; here stands how many they are.
    """
    roles, rows = roles_of(by), []
    points = readiness.points(case, on=today(), owed=owed, needs=needs)
    lacking = [point for point in points if point.part == readiness.PAPERS and point.state == readiness.MISSING]
    if lacking:
        title = f"{len(lacking)} required paper{' is' if len(lacking) == 1 else 's are'} missing"
        state, word = LOOKS[readiness.MISSING]
        rows.append({"title": title, "detail": "See Papers, below.", "state": state, "word": word, "url": "#papers"})
    for point in points:
        if point in lacking:
            continue
        state, word = LOOKS[point.state]
        may = point.mend and roles & MENDERS.get(point.mend, {Role.CASE_OFFICER})
        url = reverse(point.mend, args=[point.key] if point.key else []) if may else ""
        url += f"?{point.query}" if url and point.query else ""
        rows.append({"title": point.title, "detail": point.detail, "state": state, "word": word, "url": url})
    return rows


def _facts(found: Case) -> list[tuple[Any, ...]]:
    facts: list[tuple[Any, ...]] = [
        ("Person", found.person.described, found.person.get_absolute_url()),
        ("CNIC", found.person.masked_cnic),
        ("FIR", found.fir),
        ("File opened", f"{found.opened_on:%-d %b %Y} by {found.created_by.get_full_name()}"),
    ]
    if found.kind == Case.Kind.RELIEF and hasattr(found, "relief"):
        row = found.relief
        facts[1:1] = [
            ("Violation", row.get_violation_display()),
            ("Happened", f"{row.happened_on:%-d %b %Y}, {row.district}"),
            ("Referred by", " ".join((str(row.get_referral_display()), row.referral_reference)).strip()),
        ]
    elif hasattr(found, "prisoner"):
        prisoner = found.prisoner
        served = prisoner.sentence_served_on
        facts[1:1] = [
            ("Prison", f"{prisoner.prison}, prisoner {prisoner.prisoner_number}"),
            ("Sections of law", prisoner.sections),
            ("Sentence served", f"{served:%-d %b %Y}" if served else "not yet recorded"),
            ("Certificate of it", prisoner.sentence_certificate),
        ]
    return facts


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="open a case")
def relief_case_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a victim's case."""
    return _open(request, pk, ReliefCaseForm, service.open_relief_case, "relief case")


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="open a case")
def prisoner_case_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a prisoner's case."""
    return _open(request, pk, PrisonerCaseForm, service.open_prisoner_case, "prisoner's case")


def _open(request: HttpRequest, pk: int, form_class: Any, open_case: Any, what: str) -> HttpResponse:
    user = actor(request)
    person: Person = get_visible(visible_people(user), to=user, pk=pk)
    page = FormPage(
        f"Open a {what}",
        "Open case",
        person.get_absolute_url(),
        crumbs=[("People and cases", reverse("people")), (person.name, person.get_absolute_url())],
        facts=[("For", person.described), ("CNIC", person.masked_cnic), ("District", str(person.district))],
    )
    form = (
        form_class(request.POST) if request.method == "POST" else form_class(initial={"district": person.district_id})
    )
    if form.is_bound and form.is_valid():
        made = form.call(lambda: open_case(person=person, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Case {made.number} opened for {person.name}.\n{next_step(made)}")
            return SeeOther(made.get_absolute_url())
    return form_page(request, form, page)


def next_step(made: Case) -> str:
    """The second line of a message about a new case: where it goes on."""
    if made.kind == Case.Kind.PRISONER:
        return f"Next: Record the court order | {reverse('order_new', args=[made.pk])}"
    return next_paper(made)


def next_paper(case: Case) -> str:
    """The first required paper that is missing as the next thing to do; when all are in, asking for money."""
    needs = required_papers.checklist(case, on=today())
    lacking = [need for need in needs if need.state == required_papers.MISSING]
    if not lacking:
        ask = f"\nNext: Ask for money | {ask_url(case)}" if case.kind == Case.Kind.RELIEF else ""
        return f"Every required paper is in.{ask}"
    count = "1 required paper is" if len(lacking) == 1 else f"{len(lacking)} required papers are"
    url = f"{reverse('paper_new', args=[case.pk])}?kind={lacking[0].kind.code}"
    return f"{count} missing.\nNext: {lacking[0].kind} | {url}"
