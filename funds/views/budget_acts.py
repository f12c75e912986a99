"""Acts on a budget by heads: release, ask for a re-appropriation and answer one, surrender by hand; and a release's letter."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.papers import content_of
from beneficiaries.papers.examining import ENDINGS
from beneficiaries.papers.inspection import TAKEN
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only
from beneficiaries.views.papers import HEADERS
from funds.budget import budget_releases, reappropriations, surrenders
from funds.budget.budget_position import budget
from funds.budget.budget_releases import quarter_of
from funds.budgets import get_fund
from funds.forms.budget import ReappropriationForm, ReleaseForm, SurrenderForm
from funds.forms.shared import AnswerForm
from funds.models import Fund
from funds.readers import READERS, owned_fund
from funds.views.budget import page
from ledger.chart import fiscal_label
from ledger.clock import today
from ledger.money import figures
from ledger.roles import Role


def _page(fund: Fund, title: str, button: str, lead: str = "") -> FormPage:
    back = reverse("fund_budget", args=[fund.code])
    stands = budget(fund, fiscal_label(today()))
    facts = [(row.name, f"{figures(row.free)} free, {figures(row.to_release)} not released") for row in stands.rows]
    facts.append(("Received, not released", figures(stands.pool)))
    crumbs = [("Funds", reverse("fund_list")), (fund.code, fund.get_absolute_url()), ("Budget", back)]
    return FormPage(title, button, back, crumbs=crumbs, facts=facts, lead=lead)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.FUND_MANAGER, action="record a release")
def budget_release_new(request: HttpRequest, code: str) -> HttpResponse:
    """What of the money received may be spent from now on, head by head."""
    fund = get_fund(code, by=actor(request))
    shown = _page(fund, "Record a release", "Record release", "What is released may be sanctioned from now on.")
    options: dict[str, Any] = {
        "found": budget(fund, fiscal_label(today())),
        "most": settings.PAPER_MEGABYTES,
        "taken": TAKEN,
    }
    if request.method != "POST":
        return form_page(request, ReleaseForm(initial={"quarter": quarter_of(today())}, **options), shown)
    form = ReleaseForm(request.POST, request.FILES, **options)
    if form.is_valid():
        given = form.cleaned_data
        content = content_of(given["file"]) if given["file"] else None
        values = {name: given[name] for name in ("quarter", "on", "reference", "file_number")}
        made = form.call(
            lambda: budget_releases.record_release(
                fund=fund, shares=form.shares(), content=content, by=actor(request), **values
            )
        )
        if made is not None:
            total = figures(sum(row.amount for row in made))
            messages.success(request, f"Released: {total} by {made[0].reference}.\nIt is free to sanction now.")
            return SeeOther(shown.back)
    return form_page(request, form, shown)


@require_safe
@roles_only(*READERS, action="see a release")
def budget_release_file(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A release's letter, hashed again just now. Raises: NotFound, PaperAltered."""
    row, content = budget_releases.read_file(owned_fund(code, by=actor(request)), pk)
    name = f"release-{row.pk}.{ENDINGS[row.file_type]}"
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=row.file_type, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.FUND_MANAGER, action="ask for a re-appropriation")
def reappropriation_new(request: HttpRequest, code: str) -> HttpResponse:
    """Asks for budget to move between two heads of the fund."""
    fund = get_fund(code, by=actor(request))
    lead = "Nothing moves before another fund manager or an approver agrees."
    shown = _page(fund, "Ask for a re-appropriation", "Ask", lead)
    form = ReappropriationForm(request.POST or None, found=budget(fund, fiscal_label(today())))
    if form.is_bound and form.is_valid():
        made = form.call(lambda: reappropriations.ask(fund=fund, by=actor(request), **form.cleaned_data))
        if made is not None:
            said = f"Asked: {figures(made.amount)} from {made.from_head} to {made.to_head}."
            messages.success(request, f"{said}\nAn approver or another fund manager decides.")
            return SeeOther(shown.back)
    return form_page(request, form, shown)


@require_POST
@roles_only(*reappropriations.AGREERS, action="agree to a re-appropriation")
def reappropriation_agree(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The second person's consent, which moves the budget at once."""
    return _answer(request, code, pk, reappropriations.agree, "Agreed: the budget has moved.")


@require_POST
@roles_only(*reappropriations.AGREERS, action="decline a re-appropriation")
def reappropriation_decline(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Nothing moves; who asked may take it back the same way."""
    return _answer(request, code, pk, reappropriations.decline, "Declined: nothing has moved.")


def _answer(request: HttpRequest, code: str, pk: int, act: Callable[..., Any], said: str) -> HttpResponse:
    fund = get_fund(code, by=actor(request))
    form = AnswerForm(request.POST, auto_id=f"move-{pk}-%s")
    made = None
    if form.is_valid():
        made = form.call(lambda: act(fund=fund, reappropriation=pk, by=actor(request), **form.cleaned_data))
    if made is None:
        return page(request, fund, asked=pk, form=form)
    messages.success(request, said)
    return SeeOther(reverse("fund_budget", args=[fund.code]))


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.FUND_MANAGER, action="surrender budget")
def surrender_new(request: HttpRequest, code: str) -> HttpResponse:
    """Budget of a lapsable fund given back before it lapses."""
    fund = get_fund(code, by=actor(request))
    shown = _page(fund, "Surrender budget", "Surrender", "What was received of it leaves the fund's bank account.")
    form = SurrenderForm(request.POST or None, found=budget(fund, fiscal_label(today())))
    if form.is_bound and form.is_valid():
        made = form.call(lambda: surrenders.record_surrender(fund=fund, by=actor(request), **form.cleaned_data))
        if made is not None:
            said = f"Surrendered: {figures(made.amount)}, of which {figures(made.returned)} had been received."
            messages.success(request, f"{said}\nReference {made.reference}.")
            return SeeOther(shown.back)
    return form_page(request, form, shown)
