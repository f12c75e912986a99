"""The register of people: list, one person, register, correct."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries import registry
from beneficiaries.cases import visible_cases
from beneficiaries.casework import money
from beneficiaries.duplicates import MayBeRegistered, pairs_of
from beneficiaries.forms.people import CorrectionForm, PeopleFilter, RegistrationForm, RevealForm
from beneficiaries.identity import spaced_cnic
from beneficiaries.models import Pair, Person
from beneficiaries.models.contact import Language
from beneficiaries.offices.scope import get_visible
from beneficiaries.people import disclosures
from beneficiaries.people.changes import person_changes
from beneficiaries.people.contact import SETTERS, Contact, contact_of
from beneficiaries.people.disclosures import REVEALERS
from beneficiaries.people.merged import merged_into
from beneficiaries.people.merging import visible_pairs
from beneficiaries.people.person_roles import papers_of, relations_of, roles_of_person
from beneficiaries.registry import find_named, visible_people
from beneficiaries.screened.screening import state_of, visible_hits
from beneficiaries.views.duplicates import READERS as COMPARERS
from beneficiaries.views.duplicates import to_kept
from beneficiaries.views.means import shown as shown_means
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, offered, page_of, roles_only, sees_majority
from ledger.roles import Role, roles_of

READERS = (Role.CASE_OFFICER, Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, Role.AUDITOR)


def _person(request: HttpRequest, pk: int) -> Person:
    rows = Person.objects.select_related("district", "province", "office", "guardian__office", "created_by")
    return get_visible(rows, to=actor(request), pk=pk)


@require_safe
@roles_only(*READERS, action="see people")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody registered in the user's office, by name."""
    user = actor(request)
    filters = PeopleFilter(request.GET, user=user)
    text = filters.given("q")
    rows = find_named(user, text) if text else visible_people(user)
    for name in ("province", "district", "office"):
        if name in filters.fields and filters.given(name):
            rows = rows.filter(**{name: filters.given(name)})
    page = page_of(rows, request.GET)
    context = {"filters": filters, "page": page, "filtered": any(filters.given(name) for name in filters.fields),
               "may_register": Role.CASE_OFFICER in roles_of(user), "majority": sees_majority(user)}  # fmt: skip
    return render(request, "beneficiaries/people.html", context)


@require_safe
@roles_only(*READERS, action="see a person")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of one person, the cases, the money received, and every change of the record.

    The address of a record that was merged leads on to the one that stands for it.
    """
    found = _person(request, pk)
    return to_kept(request, found) if found.merged_into_id else _person_page(request, found)


@require_POST
@roles_only(*REVEALERS, action="see a whole CNIC, telephone or address")
def person_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page with the whole CNIC, telephone or address; the look and its reason are recorded first."""
    form = RevealForm(request.POST)
    value = None
    if form.is_valid():
        value = form.call(lambda: disclosures.reveal(person=pk, by=actor(request), **form.cleaned_data))
    shown = {form.cleaned_data["what"]: value} if value else {}
    return _person_page(request, _person(request, pk), shown=shown, form=form)


def _person_page(
    request: HttpRequest, found: Person, *, shown: dict[str, str] | None = None, form: RevealForm | None = None
) -> HttpResponse:
    user, whole = actor(request), shown or {}
    merged = merged_into(found)
    numbers = [found.pk, *(row.pk for row in merged)]
    received = page_of(money.received_by(found, to=user, numbers=numbers), request.GET, size=20)
    roles = roles_of_person(found, to=user)
    relations = relations_of(found, roles, to=user)
    guardian = found.guardian and [found.guardian.described, found.guardian.get_absolute_url()]
    context = {
        "person": found,
        "facts": [
            ("Name", found.described),
            ("In Urdu", found.name_urdu and format_html('<bdi lang="ur" dir="rtl">{}</bdi>', found.name_urdu)),
            ("Gender", found.get_gender_display()),
            ("Date of birth", found.born_on and f"{found.born_on:%-d %b %Y}"),
            ("Minor", "Yes, under 18" if found.is_minor else ""),
            ("Guardian", *guardian) if guardian else ("Guardian", ""),
            ("District", f"{found.district}, {found.province}"),
            ("Messages", _told(contact_of(found))),
            (
                "Registered",
                f"{localtime(found.created_at):%-d %b %Y} by {found.created_by.get_full_name()}, {found.office}",
            ),
        ],
        "roles": [row for row in roles if row not in relations],
        "hold": offered(reverse("hold_person", args=[found.pk]), to=user),
        "cnic": spaced_cnic(whole.get("cnic", "")) or found.masked_cnic,
        "other_id": whole.get("other_id") or found.masked_other_id,
        "phone": whole.get("phone") or found.masked_phone,
        "home_address": whole.get("home_address") or found.masked_address,
        "shown": whole,
        "reveal": _reveal_form(found, user, form),
        "may_correct": Role.CASE_OFFICER in roles_of(user),
        "may_set_contact": not roles_of(user).isdisjoint(SETTERS),
        "cases": visible_cases(user).filter(person=found).order_by("-opened_on", "-id"),
        "papers": papers_of(found, to=user),
        "relations": relations,
        "merged": merged,
        "pairs": _pairs(found, user),
        "received": received,
        "paid": money.paid_total(found, to=user, numbers=numbers),
        "changes": person_changes(found),
        "means": shown_means(found, user),
        "hits": [(row, state_of(row)) for row in visible_hits(user).filter(person__in=numbers)],
    }
    return render(request, "beneficiaries/person.html", context, status=form.status if form and form.errors else 200)


def _told(contact: Contact) -> str:
    return f"None, do not contact: {contact.stop}" if contact.stop else f"In {Language(contact.language).label}"


def _pairs(found: Person, user: User) -> list[Pair]:
    """Records that may be, or are, the same person, for who compares them."""
    if roles_of(user).isdisjoint(COMPARERS):
        return []
    shown = (Pair.State.OPEN, Pair.State.LINKED)
    return list(pairs_of(found).filter(pk__in=visible_pairs(user).filter(state__in=shown).values("pk")))


def _reveal_form(found: Person, user: User, sent: RevealForm | None) -> RevealForm | None:
    """The form by which a whole value is asked for; nothing for who may not, or where there is none."""
    held = [what for what in disclosures.OF_A_PERSON if getattr(found, what)]
    if not held or roles_of(user).isdisjoint(REVEALERS):
        return None
    form = sent if sent is not None and sent.errors else RevealForm()
    form.offer(held)
    return form


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="register a person")
def person_new(request: HttpRequest) -> HttpResponse:
    """Register a person in the user's office."""
    user = actor(request)
    page = FormPage("Register a person", "Register person", reverse("people"), crumbs=[("People and cases", reverse("people"))],
                    lead="First search by CNIC: one person is registered once.", find="Find guardian")  # fmt: skip
    if request.method != "POST" or "find" in request.POST:
        return form_page(request, RegistrationForm(user=user, initial=request.POST.dict()), page)
    form = RegistrationForm(request.POST, user=user)
    made = form.call(lambda: registry.register_person(**form.cleaned_data, by=user)) if form.is_valid() else None
    if made is not None:
        messages.success(request, f"Registered: {made.described}.\nOpen a case here, of a victim or of a prisoner.")
        _tell_doubts(request, made)
        return SeeOther(made.get_absolute_url())
    return form_page(request, form, page, **_known(form))


def _tell_doubts(request: HttpRequest, saved: Person) -> None:
    """What to compare with the card once more; the record is saved all the same."""
    if doubts := registry.doubts(saved):
        messages.warning(request, "Saved, but look again.\n" + " ".join(doubts))


def _known(form: Any) -> dict[str, Any]:
    """Those who may be the person, to use one of them; or a link to whoever holds the CNIC already."""
    if isinstance(form.refusal, MayBeRegistered):
        form.ask_why()
        return {"candidates": form.refusal.candidates}
    return {"twin": _twin(form)}


def _twin(form: Any) -> Any:
    """A link to whoever holds the CNIC already, if the user may see that record."""
    ids = getattr(form.refusal, "ids", ())
    return (
        format_html('<a href="{}">Open the record that has this CNIC</a>', reverse("person", args=ids[:1]))
        if ids
        else ""
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="correct a person")
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct particulars, with the reason."""
    user, found = actor(request), _person(request, pk)
    page = FormPage(f"Correct {found.name}", "Save correction", found.get_absolute_url(), find="Find guardian",
                    crumbs=[("People and cases", reverse("people")), (found.name, found.get_absolute_url())],
                    lead="The old values stay in the history.")  # fmt: skip
    if request.method != "POST":
        names = ("name", "name_urdu", "relation", "relative_name", "cnic_kind", "other_kind", "gender", "born_on",
                 "is_minor", "guardian", "district")  # fmt: skip
        initial = {name: getattr(found, name) for name in names} | {"guardian": found.guardian_id}
        return form_page(request, CorrectionForm(user=user, person=found, initial=initial), page)
    if "find" in request.POST:
        return form_page(request, CorrectionForm(user=user, person=found, initial=request.POST.dict()), page)
    form = CorrectionForm(request.POST, user=user, person=found)
    made = None
    if form.is_valid():
        made = form.call(lambda: registry.correct_person(person=pk, by=user, **form.cleaned_data))
    if made is not None:
        messages.success(request, f"Corrected: {found.name}.\nThe old values are under “History of this record”.")
        _tell_doubts(request, made)
        return SeeOther(found.get_absolute_url())
    return form_page(request, form, page, twin=_twin(form))
