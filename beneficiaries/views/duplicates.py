"""People who may be one: the queue, two records side by side, the decision, and the record that was merged away."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST, require_safe

from beneficiaries.casework import money
from beneficiaries.forms.duplicates import DecisionForm, PartForm
from beneficiaries.heirs.majority import ADULT_AGE
from beneficiaries.models import Pair, PairDecision, Person
from beneficiaries.offices.scope import get_visible, visible
from beneficiaries.people import merging
from beneficiaries.people.changes import person_changes
from beneficiaries.people.merged import kept_for
from beneficiaries.people.names import fold
from beneficiaries.views.pages import SeeOther, actor, page_of, roles_only, sees_majority
from ledger.roles import Role, roles_of

# Those who enter people, compare them, and look on.
READERS = (Role.CASE_OFFICER, Role.VERIFIER, Role.AUDITOR)
PARTICULARS = {
    "cnic": "CNIC",
    "other_id": "other paper",
    "name_urdu": "name in Urdu",
    "born_on": "date of birth",
    "phone": "telephone",
    "home_address": "address",
    "guardian_id": "guardian",
}
CRUMBS = (("People and cases", "people"), ("Duplicates", "duplicates"))


def _crumbs() -> list[tuple[str, str]]:
    return [(label, reverse(name)) for label, name in CRUMBS]


@require_safe
@roles_only(*READERS, action="see who may be registered twice")
def duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs that wait, the likeliest first; or those that were decided."""
    user = actor(request)
    decided = request.GET.get("show") == "decided"
    waiting = merging.open_pairs(user)
    rows = waiting
    if decided:
        rows = merging.visible_pairs(user).exclude(state__in=[Pair.State.OPEN, Pair.State.UNLIKE]).order_by("-pk")
    here = reverse("duplicates")
    tabs = [
        {"label": "To be compared", "url": here, "count": waiting.count(), "current": not decided},
        {"label": "Decided", "url": f"{here}?show=decided", "current": decided},
    ]
    context = {
        "page": page_of(rows.prefetch_related("decisions__decided_by"), request.GET, size=20),
        "tabs": tabs,
        "decided": decided,
        "majority": sees_majority(user),
        "may_decide": Role.VERIFIER in roles_of(user),
    }
    return render(request, "beneficiaries/duplicates.html", context)


@require_safe
@roles_only(*READERS, action="compare two people")
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Two records side by side."""
    pair = merging.get_pair(pk, by=actor(request))
    return _pair_page(request, pair, DecisionForm(pair=pair))


@require_POST
@roles_only(Role.VERIFIER, action="decide whether two people are one")
def duplicate_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One person or two, with the reason."""
    user, pair = actor(request), merging.get_pair(pk, by=actor(request))
    form = DecisionForm(request.POST, pair=pair)
    made: PairDecision | None = None
    if form.is_valid():
        decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
        made = form.call(lambda: _decide(pair, decision, reason=reason, by=user))
    if made is None:
        return _pair_page(request, pair, form)
    left = merging.open_pairs(user).exclude(pk=pk).first()
    then = f"Next: Compare the next pair | {left.get_absolute_url()}" if left else "No further pair waits."
    messages.success(request, f"{_told(made)}\n{then}")
    return SeeOther(made.kept.get_absolute_url() if made.kept else reverse("duplicates"))


def _decide(pair: Pair, decision: str, *, reason: str, by: User) -> PairDecision:
    if decision == "different":
        return merging.mark_different(pair=pair.pk, reason=reason, by=by)
    if decision == "linked":
        return merging.mark_linked(pair=pair.pk, reason=reason, by=by)
    return merging.merge(pair=pair.pk, keep=int(decision.removeprefix("keep-")), reason=reason, by=by)


def _told(made: PairDecision) -> str:
    names = f"{made.pair.first.name} and {made.pair.second.name}"
    if made.kept and made.gone:
        return f"Merged: record {made.gone.pk}, {made.gone.name}, into record {made.kept.pk}, {made.kept.name}."
    if made.act == PairDecision.Act.LINKED:
        return f"Recorded: {names} are one person, kept by two offices."
    return f"Recorded: {names} are two people."


def _pair_page(request: HttpRequest, pair: Pair, form: DecisionForm) -> HttpResponse:
    user = actor(request)
    is_open = pair.state == Pair.State.OPEN
    obstacles = [
        (gone, found)
        for kept, gone in ((pair.first, pair.second), (pair.second, pair.first))
        if (found := merging.obstacles(kept, gone))
    ]
    context = {
        "pair": pair,
        "crumbs": [*_crumbs(), (f"Pair {pair.pk}", "")],
        "rows": _side_by_side(pair),
        "cases": [(row, _belongings(row, user)) for row in (pair.first, pair.second)],
        "decisions": pair.decisions.select_related("decided_by", "kept", "gone").order_by("-pk"),
        "form": form if is_open and Role.VERIFIER in roles_of(user) else None,
        "obstacles": obstacles if is_open else [],
        "is_open": is_open,
    }
    return render(request, "beneficiaries/duplicate.html", context, status=form.status if form.errors else 200)


def _side_by_side(pair: Pair) -> list[tuple[str, str, str, bool]]:
    """Each particular as it is shown of both, and whether it is the same: hidden parts count, so masks are not compared."""
    rows = []
    for label, shown, compared in _PARTICULARS:
        one, other = shown(pair.first), shown(pair.second)
        if one or other:
            rows.append((label, one, other, compared(pair.first) == compared(pair.second)))
    return rows


def _other_paper(person: Person) -> str:
    return f"{person.get_other_kind_display()} {person.masked_other_id}" if person.other_kind else ""


def _registered(person: Person) -> str:
    return f"{localtime(person.created_at):%-d %b %Y} by {person.created_by.get_full_name()}"


Particular = Callable[[Person], Any]
# Label, as it is shown, by what it is compared.
_PARTICULARS: tuple[tuple[str, Particular, Particular], ...] = (
    ("Name", lambda row: row.name, lambda row: row.name),
    ("In Urdu", lambda row: row.name_urdu, lambda row: row.name_urdu),
    (
        "Relation",
        lambda row: f"{row.get_relation_display()} {row.relative_name}",
        lambda row: (row.relation, row.relative_name),
    ),
    ("Born", lambda row: f"{row.born_on:%-d %b %Y}" if row.born_on else "", lambda row: row.born_on),
    ("District", lambda row: str(row.district), lambda row: row.district_id),
    ("Gender", lambda row: row.get_gender_display(), lambda row: row.gender),
    ("Minor", lambda row: f"yes, under {ADULT_AGE}" if row.is_minor else "no", lambda row: row.is_minor),
    ("CNIC", lambda row: row.masked_cnic, lambda row: row.cnic),
    ("Other paper", _other_paper, lambda row: (row.other_kind, row.other_id)),
    ("Telephone", lambda row: row.masked_phone, lambda row: row.phone),
    ("Address", lambda row: row.masked_address, lambda row: fold(row.home_address)),
    ("Guardian", lambda row: row.guardian.name if row.guardian else "", lambda row: row.guardian_id),
    ("Office", lambda row: str(row.office), lambda row: row.office_id),
    ("Registered", _registered, _registered),
)


def _belongings(person: Person, user: User) -> dict[str, Any]:
    """What hangs on a record: it would move, or lead, to the one that is kept."""
    shares = person.inheritances.select_related("obligation__order__case")
    return {
        "cases": visible(person.cases.all(), to=user),
        "shares": visible(shares, to=user, path="obligation__order__case__office"),
        "wards": visible(person.wards.filter(merged_into=None), to=user),
        "paid": money.paid_total(person, to=user),
    }


def merged_person(request: HttpRequest, pk: int) -> Person:
    """A record that was merged into another. Raises: NotFound."""
    rows = Person.objects.filter(merged_into__isnull=False).select_related("district", "province", "office")
    return get_visible(rows, to=actor(request), pk=pk)


@require_safe
@roles_only(*READERS, Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, action="see a person")
def person_merged(request: HttpRequest, pk: int) -> HttpResponse:
    """The record as it was, what became of it, and its own history."""
    return _merged_page(request, merged_person(request, pk), PartForm())


@require_POST
@roles_only(Role.VERIFIER, action="undo a merge")
def person_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The merge was wrong: the record stands for itself again."""
    found, form = merged_person(request, pk), PartForm(request.POST)
    made = None
    if form.is_valid():
        made = form.call(lambda: merging.part(person=pk, reason=form.cleaned_data["reason"], by=actor(request)))
    if made is None:
        return _merged_page(request, found, form)
    messages.success(
        request, f"Record {found.pk}, {found.name}, is a record of its own again.\nWhat had moved came back; see below."
    )
    return SeeOther(found.get_absolute_url())


def _merged_page(request: HttpRequest, found: Person, form: PartForm) -> HttpResponse:
    kept = kept_for(found)
    decision = PairDecision.objects.filter(gone=found).select_related("decided_by").order_by("-pk").first()
    context = {
        "person": found,
        "kept": kept,
        "decision": decision,
        "crumbs": [("People and cases", reverse("people")), (kept.name, kept.get_absolute_url()), (found.name, "")],
        "facts": [
            ("Name", found.described),
            ("Date of birth", found.born_on and f"{found.born_on:%-d %b %Y}"),
            ("District", f"{found.district}, {found.province}"),
            ("Office", str(found.office)),
        ],
        "moved": _moved(decision),
        "form": form if Role.VERIFIER in roles_of(actor(request)) else None,
        "changes": person_changes(found),
    }
    return render(request, "beneficiaries/person_merged.html", context, status=form.status if form.errors else 200)


def _moved(decision: PairDecision | None) -> list[tuple[str, str]]:
    words = {"cases": "Cases", "inheritances": "Shares in awards", "wards": "Wards"}
    moved = decision.moved if decision else {}
    rows = [(word, str(len(moved[kind]))) for kind, word in words.items() if moved.get(kind)]
    filled = ", ".join(PARTICULARS[name] for name in (decision.filled if decision else []))
    return [*rows, *([("Particulars taken over", filled)] if filled else [])]


def to_kept(request: HttpRequest, found: Person) -> HttpResponse:
    """On to the record that stands for this one."""
    kept = kept_for(found)
    messages.info(request, f"Record {found.pk}, {found.name}, was merged into this one.\nIt stays to be read below.")
    return redirect(kept)
