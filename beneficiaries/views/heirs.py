"""The heirs of what a court ordered: their shares, the family's picture, and the aid that reckons beside the court."""

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries import cases as service
from beneficiaries.forms.heirs import SPARE_ROWS, HeirRow, HeirsForm, WaiverForm
from beneficiaries.heirs import waivers
from beneficiaries.heirs.family import Box, tiers
from beneficiaries.heirs.kinship import Kin
from beneficiaries.heirs.majority import minor_on
from beneficiaries.heirs.shares import Aid, Named, aid
from beneficiaries.inheritance import LIMITS
from beneficiaries.models import Heir, HeirWaiver, Obligation
from beneficiaries.offices.scope import get_visible
from beneficiaries.views.cases import crumbs_of
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only
from beneficiaries.views.people import READERS
from ledger.clock import today
from ledger.roles import Role, roles_of

MOST_ROWS = 60
TITLE = "Heirs and shares"
AGAIN = {"find", "more", "reckon"}  # buttons that draw the rows again and write nothing


def _obligation(request: HttpRequest, pk: int) -> Obligation:
    rows = Obligation.objects.select_related("order__case__person", "order__court").prefetch_related("heirs__person")
    return get_visible(rows, to=actor(request), path="order__case__office", pk=pk)


@require_safe
@roles_only(*READERS, action="see heirs")
def heirs(request: HttpRequest, pk: int) -> HttpResponse:
    """The family of the deceased, the court's shares, what the aid reckons beside them, and waivers."""
    obligation = _obligation(request, pk)
    recorded = list(obligation.heirs.all())
    found = aid([Named(heir.person.name, heir.kinship, heir.part) for heir in recorded], award=obligation.balance)
    waived = waivers.in_force([obligation.pk])
    case, officer = obligation.order.case, Role.CASE_OFFICER in roles_of(actor(request))
    context = {
        "obligation": obligation,
        "case": case,
        "crumbs": [*crumbs_of(case), (TITLE, "")],
        "recorded": recorded,
        "may_edit": officer and not waived and not service.heirs_are_asked_for(obligation),
        "may_act": officer,
        "waivers": _waiver_rows(recorded, waived, officer=officer),
        **_shown_aid(found, obligation, [_notes(heir, waived) for heir in recorded]),
    }
    return render(request, "beneficiaries/family.html", context)


def _notes(heir: Heir, waived: dict[int, HeirWaiver]) -> tuple[str, ...]:
    notes = {
        "minor": minor_on(heir.person, today()),
        "of unsound mind": heir.unsound_mind,
        "waived": heir.pk in waived,
    }
    return tuple(note for note, true in notes.items() if true)


def _waiver_rows(recorded: list[Heir], waived: dict[int, HeirWaiver], *, officer: bool) -> list[dict[str, Any]]:
    """Each heir with the waiver in force, or with why none can be recorded."""
    rows = []
    for heir in recorded:
        minor = minor_on(heir.person, today())
        kept = "a minor's share cannot be waived" if minor else "of unsound mind: cannot be waived"
        protected = kept if minor or heir.unsound_mind else ""
        row = waived.get(heir.pk)
        name = "waiver_set_aside" if row else "" if protected else "waiver_new"
        rows.append({"heir": heir, "waiver": row, "protected": protected,
                     "url": reverse(name, args=[heir.pk]) if officer and name else ""})  # fmt: skip
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="record a waiver")
def waiver_new(request: HttpRequest, pk: int) -> HttpResponse:
    """An heir's waiver, as the court recorded it."""
    return _waiver_page(request, pk, waivers.record_waiver, "Record a waiver", "Waiver recorded")


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="set a waiver aside")
def waiver_set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """The court set a waiver aside, or it was recorded by mistake."""
    return _waiver_page(request, pk, waivers.set_waiver_aside, "Set the waiver aside", "Waiver set aside")


def _waiver_page(request: HttpRequest, pk: int, act: Any, title: str, done: str) -> HttpResponse:
    user = actor(request)
    rows = Heir.objects.select_related("person", "obligation__order__case", "obligation__order__court")
    heir = get_visible(rows, to=user, path="obligation__order__case__office", pk=pk)
    case, home = heir.obligation.order.case, reverse("heirs", args=[heir.obligation_id])
    page = FormPage(title, title, home, crumbs=[*crumbs_of(case), (TITLE, home)],
                    lead="The share is then left out of new requests; the others' shares stay as they are."
                    if act is waivers.record_waiver else "The share may then be asked for again.",
                    facts=[("Heir", f"{heir.person.described}, {heir.kinship}"), ("Share", heir.share),
                           ("Court order", str(heir.obligation.order)), ("Case", case.number)])  # fmt: skip
    form = WaiverForm(request.POST or None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: act(heir=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"{done}: {heir.person}, share {heir.share}.\n{made.reference}.")
            return SeeOther(home)
    return form_page(request, form, page)


def _shown_aid(found: Aid, obligation: Obligation, notes: list[tuple[str, ...]] | None = None) -> dict[str, Any]:
    """What the aid's panel and the picture show; the court's share counts, the aid's stands in while there is none."""
    boxes = [
        Box(
            heir.name,
            heir.kinship,
            heir.kin,
            found.written(heir.aid if heir.court is None else heir.court) or "no share yet",
            notes[at] if notes else (),
        )
        for at, heir in enumerate(found.heirs)
    ]
    rows = [(heir, found.written(heir.court), found.written(heir.aid)) for heir in found.heirs]
    heirs_differ = f"{found.differing} heir{'' if found.differing == 1 else 's'}"
    return {
        "aid": found,
        "aid_differs": f"The court's shares differ from the aid for {heirs_differ}.",
        "aid_rows": rows,
        "tiers": tiers(boxes) if boxes else [],
        "deceased": obligation.owed_to.removeprefix("the heirs of "),
        "limits": LIMITS,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="record heirs")
def heirs_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The heirs and their shares as the court's certificate gives them; rows can be added without script."""
    user, obligation = actor(request), _obligation(request, pk)
    recorded = list(obligation.heirs.all())
    if request.method != "POST":
        shown = len(recorded) + SPARE_ROWS
        head = HeirsForm(recorded=bool(recorded), initial={"rows_shown": shown})
        return _heirs_page(request, obligation, head, _recorded_rows(recorded, shown, user))
    if not AGAIN.isdisjoint(request.POST):
        return _heirs_again(request, obligation, recorded=bool(recorded))
    head = HeirsForm(request.POST, recorded=bool(recorded))
    forms = [HeirRow(request.POST, prefix=f"heir-{at}", user=user) for at in range(_shown(request))]
    filled = [form for form in forms if form.filled]
    if all([head.is_valid(), *(form.is_valid() for form in filled)]):
        reason = {"reason": head.cleaned_data["reason"]} if recorded else {}
        heirs = [form.heir for form in filled]
        unsound = [form.heir[0].pk for form in filled if form.cleaned_data["unsound_mind"]]
        made = head.call(
            lambda: service.record_heirs(obligation=obligation, heirs=heirs, unsound=unsound, by=user, **reason)
        )
        if made:
            messages.success(request, f"Heirs recorded: {len(made)}, the shares make the whole.")
            return SeeOther(obligation.order.case.get_absolute_url())
    return _heirs_page(request, obligation, head, forms, status=head.status)


def _shown(request: HttpRequest) -> int:
    text = request.POST.get("rows_shown", "")
    return min(int(text), MOST_ROWS) if text.isdecimal() and len(text) < 4 else SPARE_ROWS


def _recorded_rows(recorded: list[Heir], shown: int, user: User) -> list[HeirRow]:
    initial: list[dict[str, Any]] = [
        {
            "person": heir.person_id,
            "person_text": heir.person.name,
            "kinship": heir.kinship,
            "numerator": heir.share_numerator,
            "denominator": heir.share_denominator,
            "unsound_mind": heir.unsound_mind,
        }
        for heir in recorded
    ]
    initial += [{}] * (shown - len(initial))
    return [HeirRow(prefix=f"heir-{at}", initial=values, user=user) for at, values in enumerate(initial)]


def _heirs_again(request: HttpRequest, obligation: Obligation, *, recorded: bool) -> HttpResponse:
    """The same rows with the lists of people filled, or more rows; nothing is judged or written yet."""
    shown = min(_shown(request) + (SPARE_ROWS if "more" in request.POST else 0), MOST_ROWS)
    head = HeirsForm(recorded=recorded, initial={"rows_shown": shown, "reason": request.POST.get("reason", "")})
    names = ("person_text", "person", "kinship", "numerator", "denominator", "unsound_mind")
    rows = [
        HeirRow(
            prefix=f"heir-{at}",
            initial={name: request.POST.get(f"heir-{at}-{name}", "") for name in names},
            user=actor(request),
        )
        for at in range(shown)
    ]
    return _heirs_page(request, obligation, head, rows)


def _heirs_page(
    request: HttpRequest, obligation: Obligation, head: HeirsForm, rows: list[HeirRow], *, status: int = 200
) -> HttpResponse:
    case = obligation.order.case
    page = FormPage(TITLE, "Save heirs", case.get_absolute_url(), crumbs=crumbs_of(case))
    named = [one for one in (row.named for row in rows if row.filled) if one]
    found = aid(named, award=obligation.balance)
    total = sum((form.heir[2] for form in rows if form.is_bound and form.filled and form.is_valid()), Fraction(0))
    context = {"head": head, "rows": rows, "page": page, "obligation": obligation, "total": total or "",
               "kinships": [(kin.said, kin.hint) for kin in Kin], **_shown_aid(found, obligation)}  # fmt: skip
    return render(request, "beneficiaries/heirs.html", context, status=status)
