"""The list of minors whose money is kept for them, for the officers who hand it over when they come of age."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beneficiaries.views.pages import actor, page_of, roles_only
from funds.release.coming_of_age import READERS, days_left, kept_for_minors, parted

TABS = (("", "All"), ("due", "Of age now"), ("soon", "Within a year"), ("unknown", "No date of birth"))


@require_safe
@roles_only(*READERS, action="see what is due at majority")
def due_at_majority(request: HttpRequest) -> HttpResponse:
    """Everybody's money that waits for a birthday, the soonest first."""
    rows = kept_for_minors(actor(request))
    when = request.GET.get("when", "")
    page = page_of(parted(rows, when), request.GET)
    context = {
        "page": page,
        "rows": [(row, days_left(row.of_age)) for row in page],
        "tabs": [
            {
                "label": label,
                "url": f"{reverse('due_at_majority')}{f'?when={key}' if key else ''}",
                "count": parted(rows, key).count(),
                "current": key == when,
            }
            for key, label in TABS
        ],
    }
    return render(request, "funds/due_at_majority.html", context)
