"""What a court ordered, in a case: orders and obligations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from beneficiaries import cases as service
from beneficiaries.forms.cases import ObligationForm, OrderForm
from beneficiaries.models import Case, CourtOrder
from beneficiaries.scope import get_visible
from beneficiaries.views.cases import get_case
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only
from ledger.money import figures
from ledger.roles import Role


def crumbs_of(case: Case) -> list[tuple[str, str]]:
    return [("Cases", reverse("case_list")), (case.number, case.get_absolute_url())]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="record a court order")
def order_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the judgment or order behind a case."""
    user, case = actor(request), get_case(request, pk)
    page = FormPage("Record a court order", "Record order", case.get_absolute_url(), crumbs=crumbs_of(case),
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
    page = FormPage("Record what is owed", "Record obligation", order.case.get_absolute_url(), crumbs=crumbs_of(order.case),
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
