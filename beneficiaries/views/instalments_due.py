"""The list of instalments over all cases, for the officers who ask for the money in time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beneficiaries.owed.instalments_due import LATE, READERS, SOON, SOON_DAYS, plans_due
from beneficiaries.views.pages import actor, page_of, roles_only, sees_majority

TABS = ((LATE, "Late"), (SOON, f"Due within {SOON_DAYS} days"))


@require_safe
@roles_only(*READERS, action="see instalments")
def instalments_due(request: HttpRequest) -> HttpResponse:
    """Plans with an unpaid instalment that is late or falls due soon, the longest late first."""
    user = actor(request)
    rows = plans_due(user)
    parts = {state: [row for row in rows if row.state == state] for state, _ in TABS}
    when = request.GET.get("when", LATE)
    when = when if when in parts else LATE
    address = reverse("instalments_due")
    context = {
        "page": page_of(parts[when], request.GET),
        "when": when,
        "total": sum(row.schedule.due_now for row in parts[LATE]),
        "tabs": [
            {"label": label, "url": f"{address}?when={key}", "count": len(parts[key]), "current": key == when}
            for key, label in TABS
        ],
        "majority": sees_majority(user),
    }
    return render(request, "beneficiaries/instalments_due.html", context)
