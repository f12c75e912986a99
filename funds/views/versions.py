"""The published versions of a year's statement, and how two of them differ."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beneficiaries.views.pages import actor, roles_only
from funds.books import editions, frozen
from funds.budgets import get_fund
from funds.models import Fund
from funds.readers import READERS
from ledger.errors import NotFound
from ledger.models import FiscalYear, Reopening


@require_safe
@roles_only(*READERS, action="see a statement")
def statement_versions(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """Every version that was published of one year, the latest first, with whether it is still as it was frozen."""
    fund = get_fund(code, by=actor(request))
    row = FiscalYear.objects.filter(book=fund.book_id, label=year).first()
    if row is None:
        raise NotFound(f"The fund {fund.code} has no year {year[:20]}.")
    versions = list(frozen.versions(fund, year))
    older = [each.version for each in versions[1:]]
    context = {
        "fund": fund,
        "year": row,
        "rows": [
            (version, frozen.intact(version), before) for version, before in zip(versions, [*older, None], strict=False)
        ],
    }
    return render(request, "funds/statement_versions.html", context)


@require_safe
@roles_only(*READERS, action="see a statement")
def statement_changes(request: HttpRequest, code: str, year: str, older: int, newer: int) -> HttpResponse:
    """Every figure and word in which two versions differ."""
    fund = get_fund(code, by=actor(request))
    first, second = (frozen.version(fund, year, number) for number in (older, newer))
    found = editions.differences(frozen.changes(first, second))
    context = {
        "fund": fund,
        "year": year,
        "older": first.edition,
        "newer": second.edition,
        "number": len(found),
        "groups": [(part, list(rows)) for part, rows in groupby(found, key=lambda row: row.part)],
        "reason": frozen.versions(fund, year).get(version=newer).reason,
        "reopenings": _between(fund, year, older, newer),
    }
    return render(request, "funds/statement_changes.html", context)


def _between(fund: Fund, year: str, older: int, newer: int) -> list[Reopening]:
    """The reopenings that led from one version to the other: the first one agreed to followed version 1, and so on."""
    agreed = Reopening.objects.filter(
        year__book=fund.book_id, year__label=year, outcome=Reopening.Outcome.AGREED
    ).select_related("asked_by", "decided_by")
    return list(agreed.order_by("decided_at", "pk")[min(older, newer) - 1 : max(older, newer) - 1])
