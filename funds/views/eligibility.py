"""Rules of eligibility in force, a try with made-up facts, what they find of one request, and the override of one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only
from funds import complaints
from funds.disbursements import get_disbursement
from funds.entitlement import eligibility, overrides
from funds.entitlement.eligibility import Found, rules_on
from funds.entitlement.overrides import OVERRIDERS
from funds.forms.eligibility import OverrideForm, TryForm
from funds.models import Disbursement
from funds.views.case_panels import rule_row
from funds.workflow import EDITABLE
from ledger.clock import today
from ledger.money import figures
from ledger.roles import Role, roles_of

READERS = complaints.READERS
CASES = 20  # on a page


@require_safe
@roles_only(*READERS, action="see the rules of eligibility")
def rules(http: HttpRequest) -> HttpResponse:
    """The rules in force on a day, for a fund and kind; with facts filled in, what each would find."""
    form = TryForm(http.GET)
    day: date = form.given("on") or today()
    rows = list(rules_on(day, fund=form.given("fund"), kind=form.given("kind") or ""))
    facts = form.facts()
    tried = [(rule, eligibility.asks(rule), eligibility.judge(rule, facts, day) if facts else None) for rule in rows]
    context = {
        "form": form,
        "day": day,
        "rows": tried,
        "tried": facts is not None,
        "unverified": sum(not rule.verified for rule in rows),
    }
    return render(http, "funds/eligibility.html", context)


@require_safe
@roles_only(*(set(Role) - {Role.ADMINISTRATOR}), action="see what was found of a request")
def of_request(http: HttpRequest, pk: int) -> HttpResponse:
    """Every rule asked about every case of the request: as it stands, or as it was when it was submitted."""
    request = get_disbursement(pk, by=actor(http))
    page, found = _page(request, http)
    context = {
        "request_row": request,
        "page": page,
        "groups": _by_case(found),
        "draft": request.state in EDITABLE,
        "may_override": bool(_mine(request, found, http)),
    }
    return render(http, "funds/request_eligibility.html", context)


def _page(request: Disbursement, http: HttpRequest) -> tuple[Page, list[Found]]:
    """The page of cases that ?page= asks for, and what was found of them: a list has a hundred thousand."""
    cases = request.lines.order_by("case_id").values_list("case", flat=True).distinct()
    page = page_of(cases, http.GET, size=CASES)
    return page, eligibility.as_it_stands(request, only=list(page))


def _by_case(found: list[Found]) -> list[dict[str, Any]]:
    cases: dict[int, dict[str, Any]] = {}
    for row in found:
        group = cases.setdefault(row.case.pk, {"case": row.case, "rows": [], "overrides": []})
        group["rows"].append(rule_row(row))
        if row.override:
            group["overrides"].append((row.rule, row.override))
    return list(cases.values())


def _mine(request: Disbursement, found: list[Found], http: HttpRequest) -> list[Found]:
    """What stops the request and is the viewer's to override."""
    held = roles_of(actor(http))
    if request.state not in EDITABLE or request.maker_id == actor(http).pk:
        return []
    return [row for row in found if row.stops and Role(row.rule.override_role) in held]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*OVERRIDERS, action="override a rule of eligibility")
def override(http: HttpRequest, pk: int) -> HttpResponse:
    """Let one case of a draft go on although a rule is not met."""
    user = actor(http)
    request = get_disbursement(pk, by=user)
    cases, found = _page(request, http)
    back = f"{reverse('disbursement_eligibility', args=[pk])}?page={cases.number}"
    page = FormPage(
        "Override a rule",
        "Override rule",
        back,
        lead="Your reason goes with the request to everybody who approves it. It cannot be taken back.",
        crumbs=[("Requests", reverse("disbursement_list")), (request.number, request.get_absolute_url())],
        facts=[
            ("Request", request.number),
            ("Drafted by", request.maker.get_full_name()),
            ("Amount", figures(request.amount)),
        ],
    )
    form = OverrideForm(http.POST if http.method == "POST" else None, found=_mine(request, found, http))
    if form.is_bound and form.is_valid():
        case, rule = form.chosen()
        made = form.call(
            lambda: overrides.override(
                disbursement=pk, case=case, rule=rule, by=user, reason=form.cleaned_data["reason"]
            )
        )
        if made is not None:
            messages.success(http, f"Overridden: {made.rule}, case {made.case.number}.\nThe approvers see your reason.")
            return SeeOther(back)
    return form_page(http, form, page)
