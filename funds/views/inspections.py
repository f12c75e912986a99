"""The page on which a list is inspected: totals, what stands out, what is paid twice, and a random sample."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from beneficiaries.views.pages import SeeOther, actor, roles_only
from funds.disbursements import get_disbursement
from funds.forms.lists import SampleForm
from funds.lists import inspection
from funds.lists.inspection import INSPECTORS, RULE
from funds.models import Disbursement, ListInspection
from funds.views.request_page import parts
from funds.views.shared import put
from ledger.errors import BadInput, NotFound
from ledger.ids import row_id
from ledger.money import figures
from ledger.roles import roles_of


@login_required
@require_safe
def show(http: HttpRequest, pk: int) -> HttpResponse:
    """The list in short, who looked at which sample, and with ?look= one of these samples."""
    request = get_disbursement(pk, by=actor(http))
    return _page(http, request, SampleForm(), look=_asked(http, request))


def _asked(http: HttpRequest, request: Disbursement) -> ListInspection | None:
    """Raises: NotFound for a sample of another request."""
    if "look" not in http.GET:
        return None
    found = ListInspection.objects.filter(disbursement=request, pk=row_id(http.GET["look"]) or 0).first()
    if found is None:
        raise NotFound(f"Nobody looked at such a sample of {request.number}.")
    return found


@require_POST
@roles_only(*INSPECTORS, action="inspect a list")
def look(http: HttpRequest, pk: int) -> HttpResponse:
    """Draws a sample and records that the officer looks at it."""
    user, form = actor(http), SampleForm(http.POST)
    request = get_disbursement(pk, by=user)
    if not form.is_valid():
        return _page(http, request, form, status=422)
    given = form.cleaned_data
    try:
        made = inspection.look(disbursement=pk, by=user, size=given["size"], seed=given["seed"])
    except BadInput as refusal:
        put(form, refusal)
        return _page(http, request, form, status=422)
    messages.success(http, f"Recorded: {made}.\nThe noting says so, with your name.")
    return SeeOther(f"{reverse('inspection', args=[pk])}?look={made.pk}")


def _page(
    http: HttpRequest, request: Disbursement, form: SampleForm, *, look: ListInspection | None = None, status: int = 200
) -> HttpResponse:
    found = inspection.inspect(request)
    may = not roles_of(actor(http)).isdisjoint(INSPECTORS) and request.maker_id != actor(http).pk
    context: dict[str, Any] = {
        "row": request,
        "found": found,
        "figures": _figures(found),
        "rule": RULE,
        "tabs": parts(request, "inspection"),
        "looks": inspection.looks(request),
        "look": look,
        "sampled": inspection.sampled(look) if look else [],
        "form": form,
        "may_look": may and inspection.is_list(request),
    }
    return render(http, "funds/inspection.html", context, status=status)


def _figures(found: inspection.Inspection) -> list[dict[str, Any]]:
    return [
        {"label": "Payees", "value": f"{found.lines:,}", "note": f"{found.round_thousands:,} of whole thousands"},
        {"label": "Sum", "value": figures(found.total), "note": ""},
        {"label": "Median", "value": figures(found.median), "note": ""},
        {"label": "Least", "value": figures(found.least), "note": ""},
        {"label": "Most", "value": figures(found.most), "note": ""},
    ]
