"""The page of a request's trail: badge, way of the rupee, time line with filters, points to look at."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit import points
from audit.events import Event, Kind
from audit.trail import Trail, build
from audit.verify import verify_request
from beneficiaries.views.pages import actor, offered, roles_only
from funds.readers import OF_REQUESTS

PAGE = 200
FILTERS = (("", "All"), *((kind.value, kind.value.capitalize()) for kind in Kind))
NEWEST = "newest"


@require_safe
@roles_only(*OF_REQUESTS, action="see requests and what is paid on them")
def trail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened to a request, for whoever sees the request. GET: show, person, order, page."""
    found = build(pk, by=actor(request))
    show, person = request.GET.get("show", ""), request.GET.get("person", "")
    events = [event for event in found.events if _wanted(event, show, person)]
    if request.GET.get("order") == NEWEST:
        events.reverse()
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "audit/trail.html",
        {
            "trail": found,
            "row": found.request,
            "badge": points.badge(verify_request(pk), request.path),
            "way": _offered(points.way(found), request),
            "points": _offered(points.points(found), request),
            "papers": _offered(points.papers(found), request),
            "page": page,
            "phases": _phases(_opened(page.object_list, request)),
            "filters": _filters(request.GET, found, show),
            "people": found.people,
            "show": show,
            "person": person,
            "order": request.GET.get("order", ""),
            "under": _under(found),
            "request_url": reverse("disbursement", args=[pk]),
        },
    )


def _offered(rows: list[dict[str, str]], request: HttpRequest) -> list[dict[str, str]]:
    """The rows, with the links that the reader may open."""
    return [row | {"url": offered(row.get("url", ""), to=actor(request))} for row in rows]


def _opened(events: Iterable[Event], request: HttpRequest) -> list[Event]:
    return [replace(event, url=offered(event.url, to=actor(request))) for event in events]


def _wanted(event: Event, show: str, person: str) -> bool:
    return (not show or show in event.kinds) and (not person or str(event.who.id) == person)


def _phases(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Events under the heading of their phase; a heading comes again when the request went back."""
    phases: list[dict[str, Any]] = []
    for event in events:
        if not phases or phases[-1]["title"] != event.phase:
            phases.append({"title": event.phase, "events": []})
        phases[-1]["events"].append(event)
    return phases


def _filters(query: QueryDict, found: Trail, show: str) -> list[dict[str, Any]]:
    rows = []
    for value, label in FILTERS:
        wanted = query.copy()
        wanted.pop("page", None)
        wanted["show"] = value
        count = len(found.of(Kind(value))) if value else len(found.events)
        rows.append(
            {"label": label, "url": f"?{wanted.urlencode()}#time-line", "count": count, "current": value == show}
        )
    return rows


def _under(found: Trail) -> str:
    """What became of the money, in a few words under the amount."""
    lines, request = len(found.found.lines), found.request
    payees = f"{lines} payee{'' if lines == 1 else 's'}"
    if request.state in ("paid", "cleared", "acknowledged", "closed"):
        return f"paid to {payees}, {len(found.found.receipts)} of {lines} receipts in"
    return f"to {payees}, not paid" if request.state in ("rejected", "cancelled") else f"to {payees}"
