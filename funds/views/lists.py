"""Importing a list of payees: the template, what the file would do, all of it or nothing; and a paper waived for a whole list."""

import csv
import io
import json
import zlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.papers import content_of
from beneficiaries.models import Person, ReliefCase
from beneficiaries.private.vault import VaultError, keyring
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, roles_only
from funds.budgets import get_fund, visible_funds
from funds.disbursements import get_disbursement
from funds.forms.lists import ListForm, WaiveListForm
from funds.lists.list_import import KINDS, TOLD, ListRefused, NamesDiffer, Outcome, import_list, try_list
from funds.lists.list_rows import COLUMNS, METHODS, NEEDED
from funds.lists.list_waivers import WAIVERS, require_waivable, waive_for_list
from funds.models import PaymentKind
from funds.requests import evidence
from funds.views.shared import counted, see
from ledger.cells import plain
from ledger.clock import today
from ledger.errors import BadInput
from ledger.money import figures
from ledger.roles import Role

FAULTS = "list-faults"
KEPT = 20_000  # faults that the page can bring back as a file
MOST_SENT = 2_400_000
EXAMPLE = (
    "Zainab Bibi", "42201-0397640-8", "Noor Ahmed", "Quetta", "20,000", "cheque", "", "", "", "daughter", "F", "",
    "torture", "2025-06-01",
)  # fmt: skip
HINTS = {
    "name": "as on the CNIC",
    "cnic": "13 digits, as 42201-0397640-8; Urdu digits too",
    "father_name": "needed for who is not registered yet",
    "district": "where the person lives; needed for who is not registered yet",
    "amount": "rupees, as 20000 or 20,000.00",
    "method": f"empty: cheque, or transfer where an IBAN is given. One of: {', '.join(METHODS)}",
    "iban": "24 characters, for a transfer",
    "account_title": "must be the payee's name",
    "case_number": "empty: the person's own case, or a new one",
    "relation": f"empty: son or daughter. One of: {', '.join(Person.Relation.values)}",
    "gender": f"empty: as the CNIC says. One of: {', '.join(Person.Gender.values)}",
    "phone": "as 0300 1234567",
    "violation": f"for a new case. One of: {', '.join(ReliefCase.Violation.values)}",
    "happened_on": "for a new case, with violation; year first, as 2025-09-26",
}


def _columns() -> list[dict[str, Any]]:
    """What the page tells of each column."""
    return [
        {"name": name, "urdu": heads[0], "needed": name in NEEDED, "hint": HINTS[name]}
        for name, heads in COLUMNS.items()
    ]


def _csv(name: str, rows: list[tuple[Any, ...]]) -> HttpResponse:
    """Marked, so that a spreadsheet reads Urdu right; what it would take for a formula is text."""
    out = io.StringIO()
    csv.writer(out).writerows([plain(str(cell)) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
@roles_only(Role.CASE_OFFICER, action="import a list of payees")
def template(http: HttpRequest) -> HttpResponse:
    """The head of the table and one row as an example."""
    return _csv("payees.csv", [tuple(COLUMNS), EXAMPLE])


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="import a list of payees")
def importing(http: HttpRequest) -> HttpResponse:
    """Choose a file and see what it would do, or import it whole."""
    user = actor(http)
    asks = "confirmation" in http.POST
    choices = _choices(user)
    if http.method != "POST":
        return _page(http, ListForm(choices=choices))
    form = ListForm(http.POST, http.FILES, choices=choices, asks=asks)
    if not form.is_valid():
        return _page(http, form, status=422)
    given, dry = _given(http, form, user), "import" not in http.POST
    outcome = form.call(lambda: try_list(**given) if dry else import_list(**given))
    if outcome is None:
        found = form.refusal.outcome if isinstance(form.refusal, ListRefused | NamesDiffer) else None
        return _page(http, _again(form, found, choices) if found else form, outcome=found, status=form.status)
    if outcome.request is None:
        return _page(http, _again(form, outcome, choices), outcome=outcome)
    made = f"{counted(outcome.registered, 'person', 'people')} registered, {counted(outcome.opened, 'case')} opened."
    text = f"Drafted: {outcome.request.number}, {outcome.rows:,} payees, {figures(outcome.amount)}."
    lacking = evidence.missing_kinds(outcome.request, on=today())
    then = "A verifier waives papers for the whole list; then submit it." if lacking else "Then submit it for approval."
    messages.success(http, f"{text}\n{made} Compare it. {then}")
    return see("disbursement", outcome.request.pk)


def _again(form: ListForm, outcome: Outcome, choices: list[Any]) -> ListForm:
    """The form as it was filled in; a browser does not bring a file back, so it is chosen anew."""
    kept = {name: form.cleaned_data.get(name) for name in ("what", "title", "pay_to")}
    made = ListForm(initial=kept, choices=choices, asks=bool(outcome.differing) and not outcome.faults)
    made.refusal = form.refusal
    return made


def _choices(user: User) -> list[tuple[str, list[tuple[str, str]]]]:
    """Funds with the kinds of payment that lists are for."""
    found = []
    for fund in visible_funds(user).order_by("code"):
        pairs = [(f"{fund.code}:{kind}", f"{kind.label}, {fund.code}") for kind in KINDS if kind in fund.kinds]
        if pairs:
            found.append((f"{fund.code}, {fund.name}", pairs))
    return found


def _given(http: HttpRequest, form: ListForm, user: User) -> dict[str, Any]:
    values = form.cleaned_data
    code, _, kind = values["what"].partition(":")
    upload = values["file"]
    return {
        "fund": get_fund(code, by=user),
        "kind": PaymentKind(kind),
        "content": content_of(upload),
        "file_name": upload.name or "list",
        "by": user,
        "most": settings.PAGE_LIST_ROWS,
        "title": values["title"],
        "pay_to": values["pay_to"],
        "confirmed": http.POST.get("confirmation", "")[:64] if values.get("confirmed") else "",
    }


def _page(http: HttpRequest, form: ListForm, *, outcome: Outcome | None = None, status: int = 200) -> HttpResponse:
    if form.refusal is not None:
        http.refusal = form.refusal  # type: ignore[attr-defined]  # the record of refused attempts reads it
    context: dict[str, Any] = {"form": form, "outcome": outcome, "columns": _columns()}
    if outcome is not None:
        context |= {
            "faults": outcome.faults[:TOLD],
            "fault_count": len(outcome.faults),
            "differing": outcome.differing[:TOLD],
            "sealed": _sealed(outcome) if outcome.faults else "",
        }
    return render(http, "funds/list_import.html", context, status=status)


def _sealed(outcome: Outcome) -> str:
    """All faults for the page to bring back as a file: nobody reads or changes them on the way."""
    rows = [(fault.row, fault.column, fault.seen, fault.what) for fault in outcome.faults[:KEPT]]
    text = keyring().seal_bytes(FAULTS, zlib.compress(json.dumps(rows).encode()))
    return text if len(text) <= MOST_SENT else ""


@require_POST
@roles_only(Role.CASE_OFFICER, action="import a list of payees")
def faults(http: HttpRequest) -> HttpResponse:
    """What is wrong, as a file. Raises: BadInput for what is not ours."""
    try:
        packed = keyring().open_bytes(FAULTS, http.POST.get("sealed", ""))
        rows = json.loads(zlib.decompressobj().decompress(packed, 50_000_000))
    except (VaultError, zlib.error, ValueError):
        raise BadInput("The errors did not come back as they were sent. Choose the file again.") from None
    return _csv("errors.csv", [("row", "column", "seen", "what to change"), *map(tuple, rows)])


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*WAIVERS, action="waive a paper for a list")
def waive(http: HttpRequest, pk: int) -> HttpResponse:
    """One reason for one kind of paper, for every case of the request that lacks it."""
    user = actor(http)
    request = get_disbursement(pk, by=user)
    if http.method == "POST":  # once it is submitted no case lacks a paper, so no choice of the form would fit
        require_waivable(request, by=user)
    lacked = evidence.missing_kinds(request, on=today())
    kinds = [(row.code, f"{row.name}, {counted(row.cases, 'case')}") for row in lacked]
    form = WaiveListForm(http.POST if http.method == "POST" else None, kinds=kinds)
    if http.method == "POST" and form.is_valid():
        given = form.cleaned_data
        count = form.call(lambda: waive_for_list(disbursement=pk, by=user, **given))
        if count is not None:
            messages.success(http, f"Waived for {counted(count, 'case')} of {request.number}.")
            return SeeOther(reverse("disbursement", args=[pk]))
    crumbs = [("Requests", reverse("disbursement_list")), (request.number, request.get_absolute_url())]
    page = FormPage(
        title="Waive a paper for a list",
        button="Waive it for every case",
        back=request.get_absolute_url(),
        lead=f"{request.title}. Cases that have the paper are left as they are."
        if kinds
        else f"{request.title}. No case lacks a paper, so there is nothing to waive.",
        crumbs=crumbs,
    )
    return form_page(http, form, page)
