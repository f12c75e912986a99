"""Import a file of referrals: the template, what would happen, and then all of it or nothing."""

import csv
import io
import zlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.forms.papers import content_of
from beneficiaries.forms.referrals import ImportForm
from beneficiaries.models import Case, Person, ReliefCase
from beneficiaries.private.vault import VaultError, keyring
from beneficiaries.referral.referral_files import MOST_BYTES
from beneficiaries.referral.referral_import import Result, apply, look
from beneficiaries.referral.referral_values import COLUMNS, NEEDED
from beneficiaries.views.pages import SeeOther, actor, roles_only
from ledger.errors import BadInput
from ledger.roles import Role

KIND = "import"
SHOWN = 200
CHOICES: tuple[tuple[str, Any], ...] = (
    ("kind", Case.Kind),
    ("source", ReliefCase.Referral),
    ("relation", Person.Relation),
    ("gender", Person.Gender),
    ("violation", ReliefCase.Violation),
)
HINTS = {
    "reference": "the sender's own, once for each source",
    "cnic": "13 digits, as 42201-0397640-8",
    "phone": "as 0300 1234567",
    "born_on": "year first, as 1990-05-14",
    "happened_on": "for a relief referral; year first, as 2025-09-26",
    "violation": "for a relief referral: ",
    "province": "only where two provinces have such a district",
    "district": "where the person lives",
    "prison": "for a prisoner's referral; its name as in our list",
    "relation": "together with relative_name: ",
    "fir_year": "with police_station and fir_number, or none of them",
    "summary": "at most 2,000 characters, without a CNIC",
}


def _columns() -> list[dict[str, Any]]:
    """What the page tells of each column."""
    choices = {name: ", ".join(values.values) for name, values in CHOICES}
    return [
        {"name": name, "urdu": urdu, "needed": name in NEEDED, "hint": HINTS.get(name, "") + choices.get(name, "")}
        for name, urdu in COLUMNS.items()
    ]


@require_safe
@roles_only(Role.CASE_OFFICER, action="import referrals")
def template(request: HttpRequest) -> HttpResponse:
    """The head of the table, for a spreadsheet; marked, so that Urdu comes out right."""
    out = io.StringIO()
    csv.writer(out).writerow(COLUMNS)
    headers = {"Content-Disposition": 'attachment; filename="referrals.csv"'}
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(Role.CASE_OFFICER, action="import referrals")
def importing(request: HttpRequest) -> HttpResponse:
    """Choose a file and see what it would do; the same file is then imported whole."""
    user = actor(request)
    if request.method != "POST":
        return _page(request, ImportForm())
    if "sealed" in request.POST:
        return _apply(request)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    content = content_of(form.cleaned_data["file"])
    result = form.call(lambda: look(content, by=user))
    if result is None:
        return _page(request, form, status=form.status)
    return _page(request, form, result=result, sealed=_sealed(content) if result.new and not result.wrong else "")


def _apply(request: HttpRequest) -> HttpResponse:
    user, form = actor(request), ImportForm()
    content = _opened(request.POST["sealed"])
    try:
        result = apply(content, by=user)
    except BadInput:
        # Somebody used a reference meanwhile: show what the file would do now.
        return _page(request, form, result=look(content, by=user), status=422)
    text = f"{result.new} referral{'' if result.new == 1 else 's'} imported, {result.there} there already."
    messages.success(request, text)
    return SeeOther(reverse("referrals"))


def _page(
    request: HttpRequest, form: ImportForm, *, result: Result | None = None, sealed: str = "", status: int = 200
) -> HttpResponse:
    lines = sorted(result.lines, key=lambda line: not line.wrong) if result else []  # what is wrong comes first
    context = {"form": form, "result": result, "lines": lines[:SHOWN], "more": len(lines) - SHOWN, "sealed": sealed}
    return render(request, "beneficiaries/referral_import.html", context | {"columns": _columns()}, status=status)


def _sealed(content: bytes) -> str:
    """The file for the page to bring back: nobody reads or changes it on the way."""
    return keyring().seal_bytes(KIND, zlib.compress(content))


def _opened(text: str) -> bytes:
    """Raises: BadInput for what is not a file of ours."""
    try:
        return zlib.decompressobj().decompress(keyring().open_bytes(KIND, text), MOST_BYTES + 1)
    except (VaultError, zlib.error):
        raise BadInput("The file did not come back as it was sent. Choose it again.") from None
