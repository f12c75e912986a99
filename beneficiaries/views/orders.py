"""What a court ordered, in a case: orders, obligations and the heirs' shares."""

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from beneficiaries import cases as service
from beneficiaries.forms.cases import SPARE_ROWS, HeirRow, HeirsForm, ObligationForm, OrderForm
from beneficiaries.models import Case, CourtOrder, Heir, Obligation
from beneficiaries.scope import get_visible
from beneficiaries.views.cases import get_case
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only
from ledger.money import figures
from ledger.roles import Role

MOST_ROWS = 60


def _crumbs(case: Case) -> list[tuple[str, str]]:
    return [("Cases", reverse("case_list")), (case.number, case.get_absolute_url())]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="record a court order")
def order_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the judgment or order behind a case."""
    user, case = actor(request), get_case(request, pk)
    page = FormPage("Record a court order", "Record order", case.get_absolute_url(), crumbs=_crumbs(case),
                    facts=[("Case", case.number), ("Person", case.person.described)])  # fmt: skip
    form = OrderForm(request.POST or None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: service.record_order(case=case, by=user, **form.cleaned_data))
        if made is not None:
            url = reverse("obligation_new", args=[made.pk])
            messages.success(request, f"Court order recorded: {made}.\nNext: Record what it orders | {url}")
            return SeeOther(case.get_absolute_url())
    return form_page(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="record an obligation")
def obligation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a sum the court ordered."""
    user = actor(request)
    order = get_visible(CourtOrder.objects.select_related("case__person", "court"), to=user, path="case__office", pk=pk)
    page = FormPage("Record what is owed", "Record obligation", order.case.get_absolute_url(), crumbs=_crumbs(order.case),
                    facts=[("Court order", str(order)), ("Case", order.case.number),
                           ("Person", order.case.person.described)])  # fmt: skip
    form = ObligationForm(request.POST or None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: service.record_obligation(order=order, by=user, **form.cleaned_data))
        if made is not None:
            said = f"{made.get_kind_display()} recorded: {figures(made.amount_ordered)}, {figures(made.balance)} left to pay."
            follow = (
                f"\nNext: Record the heirs | {reverse('heirs_edit', args=[made.pk])}" if made.kind == "diyat" else ""
            )
            messages.success(request, said + follow)
            return SeeOther(order.case.get_absolute_url())
    return form_page(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="record heirs")
def heirs_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The heirs and their shares as the court's certificate gives them; rows can be added without script."""
    user = actor(request)
    rows = Obligation.objects.select_related("order__case__person", "order__court").prefetch_related("heirs__person")
    obligation = get_visible(rows, to=user, path="order__case__office", pk=pk)
    recorded = list(obligation.heirs.all())
    if request.method != "POST":
        shown = len(recorded) + SPARE_ROWS
        head = HeirsForm(recorded=bool(recorded), initial={"rows_shown": shown})
        return _heirs_page(request, obligation, head, _recorded_rows(recorded, shown, user))
    if "find" in request.POST or "more" in request.POST:
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
    page = FormPage("Heirs and shares", "Save heirs", case.get_absolute_url(), crumbs=_crumbs(case))
    total = sum((form.heir[2] for form in rows if form.is_bound and form.filled and form.is_valid()), Fraction(0))
    context = {"head": head, "rows": rows, "page": page, "obligation": obligation, "total": total or ""}
    return render(request, "beneficiaries/heirs.html", context, status=status)
