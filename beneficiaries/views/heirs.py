"""The heirs of what a court ordered: their shares, the family's picture, and the aid that reckons beside the court."""

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries import cases as service
from beneficiaries.family import Box, tiers
from beneficiaries.forms.heirs import SPARE_ROWS, HeirRow, HeirsForm
from beneficiaries.inheritance import LIMITS
from beneficiaries.kinship import Kin
from beneficiaries.models import Heir, Obligation
from beneficiaries.scope import get_visible
from beneficiaries.shares import Aid, Named, aid
from beneficiaries.views.orders import crumbs_of
from beneficiaries.views.pages import FormPage, SeeOther, actor, roles_only
from beneficiaries.views.people import READERS
from ledger.roles import Role, roles_of

MOST_ROWS = 60
AGAIN = {"find", "more", "reckon"}  # buttons that draw the rows again and write nothing


def _obligation(request: HttpRequest, pk: int) -> Obligation:
    rows = Obligation.objects.select_related("order__case__person", "order__court").prefetch_related("heirs__person")
    return get_visible(rows, to=actor(request), path="order__case__office", pk=pk)


@require_safe
@roles_only(*READERS, action="see heirs")
def heirs(request: HttpRequest, pk: int) -> HttpResponse:
    """The family of the deceased, the court's shares and, beside them, what the aid reckons."""
    obligation = _obligation(request, pk)
    recorded = list(obligation.heirs.all())
    found = aid([Named(heir.person.name, heir.kinship, heir.part) for heir in recorded], award=obligation.balance)
    case = obligation.order.case
    context = {
        "obligation": obligation,
        "case": case,
        "crumbs": [*crumbs_of(case), ("Heirs and shares", "")],
        "recorded": recorded,
        "may_edit": Role.CASE_OFFICER in roles_of(actor(request)) and not service.heirs_are_asked_for(obligation),
        **_shown_aid(found, obligation, [_notes(heir) for heir in recorded]),
    }
    return render(request, "beneficiaries/family.html", context)


def _notes(heir: Heir) -> tuple[str, ...]:
    return ("minor",) if heir.person.is_minor else ()


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
        made = head.call(lambda: service.record_heirs(obligation=obligation, heirs=heirs, by=user, **reason))
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
        }
        for heir in recorded
    ]
    initial += [{}] * (shown - len(initial))
    return [HeirRow(prefix=f"heir-{at}", initial=values, user=user) for at, values in enumerate(initial)]


def _heirs_again(request: HttpRequest, obligation: Obligation, *, recorded: bool) -> HttpResponse:
    """The same rows with the lists of people filled, or more rows; nothing is judged or written yet."""
    shown = min(_shown(request) + (SPARE_ROWS if "more" in request.POST else 0), MOST_ROWS)
    head = HeirsForm(recorded=recorded, initial={"rows_shown": shown, "reason": request.POST.get("reason", "")})
    names = ("person_text", "person", "kinship", "numerator", "denominator")
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
    page = FormPage("Heirs and shares", "Save heirs", case.get_absolute_url(), crumbs=crumbs_of(case))
    named = [one for one in (row.named for row in rows if row.filled) if one]
    found = aid(named, award=obligation.balance)
    total = sum((form.heir[2] for form in rows if form.is_bound and form.filled and form.is_valid()), Fraction(0))
    context = {"head": head, "rows": rows, "page": page, "obligation": obligation, "total": total or "",
               "kinships": [(kin.said, kin.hint) for kin in Kin], **_shown_aid(found, obligation)}  # fmt: skip
    return render(request, "beneficiaries/heirs.html", context, status=status)
