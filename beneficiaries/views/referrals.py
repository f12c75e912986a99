"""The inbox of referrals: list, one referral, accept, duplicate, decline, take up again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.cases import visible_cases
from beneficiaries.forms.base import PageForm
from beneficiaries.forms.referrals import (
    REGISTER,
    AcceptForm,
    AcceptPrisonerForm,
    AcceptReliefForm,
    DeclineForm,
    DuplicateForm,
    ReferralFilter,
)
from beneficiaries.models import Case
from beneficiaries.offices.scope import get_visible
from beneficiaries.referral import referrals as service
from beneficiaries.referral.referral_matches import people_like, referrals_like
from beneficiaries.referral.referrals import NEW, READERS, STATES
from beneficiaries.views.cases import next_step
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only, sees_majority
from ledger.errors import BadInput
from ledger.ids import row_id
from ledger.roles import Role, roles_of

DECIDE = {"action": "decide a referral"}
LATE_DAYS = 7  # a page's hint, no rule: what has waited for a week stands out


@require_safe
@roles_only(*READERS, action="see referrals")
def referrals(request: HttpRequest) -> HttpResponse:
    """What came in, the new ones first; the tabs are what became of them."""
    user = actor(request)
    filters = ReferralFilter(request.GET, user=user)
    rows = service.visible_referrals(user)
    if text := filters.given("q"):
        rows = rows.filter(Q(name__icontains=text) | Q(name_urdu__icontains=text) | Q(reference__icontains=text))
    for name in ("source", "kind", "office"):
        if name in filters.fields and (value := filters.given(name)):
            rows = rows.filter(**{name: value})
    counts = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    state = request.GET.get("state", NEW)
    state = state if state in STATES else NEW
    query = request.GET.copy()
    query.pop("page", None)
    tabs = []
    for name, label in STATES.items():
        query["state"] = name
        row = {"label": label, "url": f"?{query.urlencode()}", "count": counts.get(name, 0), "current": name == state}
        tabs.append(row)
    # Who waits longest comes first; of what is decided, the latest.
    found = rows.filter(state=state).order_by("pk" if state == NEW else "-pk")
    context = {
        "filters": filters,
        "page": page_of(found, request.GET, count=counts.get(state, 0)),
        "tabs": tabs,
        "state": state,
        "new": counts.get(NEW, 0),
        "filtered": any(filters.given(name) for name in filters.fields),
        "may_import": Role.CASE_OFFICER in roles_of(user),
        "majority": sees_majority(user),
        "late": timezone.now() - timedelta(days=LATE_DAYS),
    }
    return render(request, "beneficiaries/referrals.html", context)


def _get(request: HttpRequest, pk: int) -> Any:
    user = actor(request)
    return get_visible(service.visible_referrals(user), to=user, pk=pk)


@require_safe
@roles_only(*READERS, action="see a referral")
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """What the sender told, who it may be about already, and what became of it."""
    user, found = actor(request), _get(request, pk)
    decisions = found.decisions.select_related("case", "twin", "decided_by").order_by("pk")
    cases = set(visible_cases(user).filter(referrals__referral=found).values_list("pk", flat=True))
    people = people_like(found, by=user)
    context = {
        "referral": found,
        "facts": _facts(found),
        "about": _about(found),
        "people": [(row, list(visible_cases(user).filter(person=row.person))) for row in people],
        "twins": service.with_state(referrals_like(found, by=user)),
        "decisions": [(row, row.case_id in cases) for row in decisions],
        "waits": found.state == NEW,
        "may_decide": Role.CASE_OFFICER in roles_of(user),
        "may_reopen": Role.CASE_OFFICER in roles_of(user) and found.state in ("duplicate", "declined"),
    }
    return render(request, "beneficiaries/referral.html", context)


def _facts(found: Any) -> list[tuple[Any, ...]]:
    return [
        ("Name", found.described),
        ("In Urdu", found.name_urdu),
        ("CNIC", found.masked_cnic or "not given"),
        ("Telephone", found.masked_phone),
        ("Born", f"{found.born_on:%-d %b %Y}" if found.born_on else ""),
        ("Gender", found.get_gender_display()),
        ("District", f"{found.district}, {found.district.province}"),
    ]


def _about(found: Any) -> list[tuple[Any, ...]]:
    fir = f"FIR {found.fir_number}/{found.fir_year}, PS {found.police_station}" if found.fir_number else ""
    if found.kind == Case.Kind.RELIEF:
        facts = [("Violation", found.get_violation_display()), ("Happened", f"{found.happened_on:%-d %b %Y}")]
    else:
        facts = [
            ("Prison", str(found.prison)),
            ("Prisoner number", found.prisoner_number),
            ("Sections", found.sections),
        ]
    return [*facts, ("FIR", fir)]


def _page(found: Any, title: str, button: str, lead: str) -> FormPage:
    crumbs = [("Referrals", reverse("referrals")), (str(found), found.get_absolute_url())]
    facts = [("Referral", str(found)), *_facts(found), *_about(found), ("What the sender tells", found.summary)]
    return FormPage(title, button, found.get_absolute_url(), lead=lead, crumbs=crumbs, facts=facts)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*service.DECIDERS, action="accept a referral")
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a case of it, for somebody registered or registered now."""
    user, found = actor(request), _get(request, pk)
    page = _page(found, "Accept as a case", "Open the case", "Compare what the sender told with the papers first.")
    people = people_like(found, by=user)
    form_class: Any = AcceptReliefForm if found.kind == Case.Kind.RELIEF else AcceptPrisonerForm
    options: dict[str, Any] = {"people": people, "referral": found}
    if request.method != "POST":
        return form_page(request, form_class(initial=_initial(found, people), **options), page)
    form: AcceptForm = form_class(request.POST, **options)
    if form.is_valid():
        made = form.call(lambda: service.accept(referral=pk, by=user, **form.given()))
        if made is not None:
            messages.success(request, f"Case {made.number} opened of {found}.\n{next_step(made)}")
            return SeeOther(made.get_absolute_url())
    return form_page(request, form, page)


def _initial(found: Any, people: list[Any]) -> dict[str, Any]:
    """As the sender told it; the officer mends what the papers say otherwise."""
    names = (
        "relation",
        "relative_name",
        "violation",
        "happened_on",
        "district",
        "prison",
        "prisoner_number",
        "sections",
    )
    told = {name: getattr(found, name) for name in (*names, "police_station", "fir_number", "fir_year")}
    return told | ({} if people else {"person": REGISTER})


def _decided(
    request: HttpRequest, found: Any, page: FormPage, form: PageForm, act: Callable[[], object], said: str
) -> HttpResponse:
    if form.is_bound and form.is_valid() and form.call(act) is not None:
        messages.success(request, f"{said}: {found}.")
        return SeeOther(found.get_absolute_url())
    return form_page(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*service.DECIDERS, **DECIDE)
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """The same matter is here already."""
    user, found = actor(request), _get(request, pk)
    page = _page(
        found, "Mark as a duplicate", "Mark as a duplicate", "It becomes no case of its own, and the sender is told."
    )
    form = DuplicateForm(request.POST if request.method == "POST" else None, initial={"of": _likely(found, user)})

    def act() -> object:
        given = form.cleaned_data
        return service.mark_duplicate(referral=pk, by=user, reason=given["reason"], **_named(given["of"], user))

    return _decided(request, found, page, form, act, "Marked as a duplicate")


def _likely(found: Any, user: Any) -> str:
    """The latest case of somebody who may be the person, if there is one."""
    people = [row.person.pk for row in people_like(found, by=user)]
    case = visible_cases(user).filter(person__in=people).order_by("-pk").first()
    return case.number if case else ""


def _named(text: str, user: Any) -> dict[str, int]:
    """A case by its number, or a referral by the number of its page. Raises: BadInput."""
    plain = text.strip()
    if case := visible_cases(user).filter(number__iexact=plain).first():
        return {"case": case.pk}
    number = plain.removeprefix("#")
    if (twin := row_id(number)) is not None:
        return {"twin": twin}
    detail = f"There is no case {plain[:40]!r} in your office. Write the number of a case, or of another referral."
    raise BadInput(detail, fields={"of": detail})


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*service.DECIDERS, **DECIDE)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """It becomes no case."""
    user, found = actor(request), _get(request, pk)
    page = _page(found, "Decline", "Decline the referral", "It becomes no case, and the sender is told the reason.")
    form = DeclineForm(request.POST if request.method == "POST" else None)
    return _decided(
        request, found, page, form, lambda: service.decline(referral=pk, by=user, **form.cleaned_data), "Declined"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*service.DECIDERS, **DECIDE)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up again what was declined or called a duplicate."""
    user, found = actor(request), _get(request, pk)
    page = _page(found, "Take up again", "Take up again", "It waits in the inbox again.")
    form = DeclineForm(request.POST if request.method == "POST" else None)
    return _decided(
        request, found, page, form, lambda: service.reopen(referral=pk, by=user, **form.cleaned_data), "Taken up again"
    )
