"""What a court ordered, in a case: orders, single and joint sums, what others paid, instalments, a loan beside."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from beneficiaries.casework import money
from beneficiaries.casework.money import Owed
from beneficiaries.forms.owed import (
    JointForm,
    LoanForm,
    ObligationCorrection,
    ObligationForm,
    OrderForm,
    PlanForm,
    PriorPaymentForm,
)
from beneficiaries.forms.papers import ReasonForm
from beneficiaries.models import CourtOrder, Obligation, PriorPayment
from beneficiaries.offices.scope import get_visible
from beneficiaries.owed import instalments, loans
from beneficiaries.owed import orders as service
from beneficiaries.owed.prior_payments import record_prior_payment, strike_prior_payment
from beneficiaries.views.cases import crumbs_of, get_case
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only
from beneficiaries.views.people import READERS
from ledger.errors import NotAllowed
from ledger.money import figures
from ledger.roles import Role, roles_of

ORDER = "record a court order"
OWED = "record an obligation"


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action=ORDER)
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


def _order(request: HttpRequest, pk: int) -> CourtOrder:
    rows = CourtOrder.objects.select_related("case__person", "court")
    return get_visible(rows, to=actor(request), path="case__office", pk=pk)


def _page_of(order: CourtOrder, title: str, button: str, **more: Any) -> FormPage:
    facts = [("Court order", str(order)), ("Case", order.case.number), ("Person", order.case.person.described)]
    return FormPage(
        title,
        button,
        order.case.get_absolute_url(),
        crumbs=crumbs_of(order.case),
        facts=[*facts, *more.pop("told", [])],
        **more,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action=OWED)
def obligation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a sum the court ordered."""
    user, order = actor(request), _order(request, pk)
    page = _page_of(order, "Record what is owed", "Record obligation", find="Find surety")
    if request.method != "POST" or "find" in request.POST:
        return form_page(request, ObligationForm(user=user, initial=request.POST.dict()), page)
    form = ObligationForm(request.POST, user=user)
    if form.is_valid():
        made = form.call(lambda: service.record_obligation(order=order, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, _recorded(made))
            return SeeOther(order.case.get_absolute_url())
    return form_page(request, form, page)


def _recorded(made: Obligation) -> str:
    if made.is_contingent:
        return f"{made.get_kind_display()} recorded: {figures(made.amount_ordered)}, contingent. It is never paid from here."
    said = f"{made.get_kind_display()} recorded: {figures(made.amount_ordered)}, {figures(made.balance)} left to pay."
    heirs = made.kind == Obligation.Kind.DIYAT
    return said + (f"\nNext: Record the heirs | {reverse('heirs_edit', args=[made.pk])}" if heirs else "")


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action=OWED)
def joint_obligation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record one convict's part of a diyat that several owe together."""
    user, order = actor(request), _order(request, pk)
    lead = (
        "Diyat splits equally among the convicts of one order. Each part stands for itself: what an heir waives against "
        "one does not shift."
    )
    page = _page_of(order, "Record a part of a joint diyat", "Record part", lead=lead)
    form = JointForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: service.record_joint_obligation(order=order, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, _recorded(made))
            return SeeOther(order.case.get_absolute_url())
    return form_page(request, form, page)


def get_owed(request: HttpRequest, pk: int) -> Owed:
    """An obligation the user may see, with the money around it. Raises: NotFound."""
    rows = Obligation.objects.select_related("order__case__person", "order__court")
    found = get_visible(rows, to=actor(request), path="order__case__office", pk=pk)
    return next(row for row in money.obligations_of(found.order.case) if row.obligation.pk == pk)


def _told(owed: Owed) -> list[tuple[str, str]]:
    row = owed.obligation
    return [
        ("Sum", f"{row.get_kind_display()} {figures(row.amount_ordered)}"),
        ("Paid before by others", figures(row.paid_before)),
        ("Not paid by anybody yet", figures(instalments.unpaid(owed))),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="correct an obligation")
def obligation_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the term in default or the surety; kind and sum stay as ordered."""
    user, owed = actor(request), get_owed(request, pk)
    row, order = owed.obligation, _order(request, owed.obligation.order_id)
    page = _page_of(order, "Correct what is owed", "Save correction", told=_told(owed), find="Find surety")
    if request.method != "POST":
        initial = {"default_days": row.default_days, "surety": row.surety_id}
        return form_page(request, ObligationCorrection(user=user, initial=initial), page)
    if "find" in request.POST:
        return form_page(request, ObligationCorrection(user=user, initial=request.POST.dict()), page)
    form = ObligationCorrection(request.POST, user=user)
    made = None
    if form.is_valid():
        made = form.call(lambda: service.correct_obligation(obligation=pk, by=user, **form.cleaned_data))
    if made is not None:
        messages.success(request, f"Corrected: {row.get_kind_display().lower()} of {order.case.number}.")
        return SeeOther(order.case.get_absolute_url())
    return form_page(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*READERS, action="see payments by others")
def prior_payments(request: HttpRequest, pk: int) -> HttpResponse:
    """Who else paid of a sum, and one more such payment."""
    user, owed = actor(request), get_owed(request, pk)
    may = Role.CASE_OFFICER in roles_of(user)
    form = PriorPaymentForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        if not may:
            raise NotAllowed("To record a payment by others you need the role case officer.")
        if form.is_valid():
            made = form.call(lambda: record_prior_payment(obligation=pk, by=user, **form.cleaned_data))
            if made is not None:
                left = figures(made.obligation.balance)
                messages.success(request, f"Recorded: {figures(made.amount)} by {made.payer}. The order leaves {left}.")
                return SeeOther(reverse("prior_payments", args=[pk]))
    context = {
        "owed": owed,
        "order": _order(request, owed.obligation.order_id),
        "rows": owed.obligation.prior_payments.all(),
        "form": form,
        "may_record": may and not owed.obligation.is_contingent and owed.obligation.balance,
        "may_strike": may,
    }
    return render(request, "beneficiaries/prior_payments.html", context, status=form.status if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="strike out a payment by others")
def prior_payment_strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike out a payment by others that was recorded by mistake."""
    user = actor(request)
    rows = PriorPayment.objects.select_related("obligation__order__case__person", "obligation__order__court")
    found = get_visible(rows, to=user, path="obligation__order__case__office", pk=pk)
    told = [("Payment", f"{figures(found.amount)} by {found.payer}"), ("Receipt", found.receipt)]
    page = _page_of(found.obligation.order, "Strike out a payment", "Strike out", told=told,
                    lead="It stays in the list and no longer counts.")  # fmt: skip
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: strike_prior_payment(payment=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Struck out: {figures(found.amount)} by {found.payer}.")
            return SeeOther(reverse("prior_payments", args=[found.obligation_id]))
    return form_page(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="record instalments")
def instalments_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the instalments that a court allowed."""
    user, owed = actor(request), get_owed(request, pk)
    order = _order(request, owed.obligation.order_id)
    lead = "The instalments make exactly what nobody has paid yet. A later plan replaces this one."
    page = _page_of(order, "Record instalments", "Record instalments", told=_told(owed), lead=lead)
    form = PlanForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        parts = form.instalments(instalments.unpaid(owed))
        given = {name: form.cleaned_data[name] for name in ("decided_on", "reference")}
        made = None
        if not form.errors:  # a line may be no instalment
            made = form.call(lambda: instalments.record_plan(obligation=pk, instalments=parts, by=user, **given))
        if made is not None:
            messages.success(request, f"Recorded: {len(parts)} instalments, {figures(made.total)} in all.")
            return SeeOther(order.case.get_absolute_url())
    return form_page(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="record a loan")
def loan_terms_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the terms of a soft loan beside a grant."""
    user, case = actor(request), get_case(request, pk)
    page = FormPage("Record a soft loan", "Record terms", case.get_absolute_url(), crumbs=crumbs_of(case),
                    lead="Records what was agreed; the loan is paid by a request of its own. Later terms replace these.",
                    facts=[("Case", case.number), ("Person", case.person.described)])  # fmt: skip
    owed = [row for row in Obligation.objects.filter(order__case=case) if not row.is_contingent]
    form = LoanForm(request.POST if request.method == "POST" else None, owed=owed)
    if form.is_bound and form.is_valid():
        made = form.call(lambda: loans.record_loan_terms(case=pk, by=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"Recorded: soft loan of {figures(made.amount)}, {made.months} instalments.")
            return SeeOther(case.get_absolute_url())
    return form_page(request, form, page)
