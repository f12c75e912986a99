"""Turns a refusal raised by a view into the page that says it, with the right status. The API answers for itself."""

import logging
from collections.abc import Callable

from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from ledger.errors import BadInput, Refusal, WrongState

log = logging.getLogger(__name__)

TITLES = {
    403: "You may not do this",
    404: "There is no such page or record",
    409: "This changed before you pressed the button",
    422: "Something has to be corrected",
}


class RefusalMiddleware:
    """Refusal -> 403, 404, 409 or 422 in its own words; a lost database -> 503. Paths under /api/ are left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a refusal; None lets Django go on with any other exception."""
        if request.path.startswith("/api/"):
            return None
        if isinstance(exception, Refusal):
            request.refusal = exception  # type: ignore[attr-defined]  # the record of refused attempts reads it
            return refusal_page(request, exception)
        if isinstance(exception, OperationalError):
            log.error(
                "Answered 503: the database did not serve %s %s", request.method, request.path, exc_info=exception
            )
            return unavailable_page()
        if isinstance(exception, IntegrityError):
            log.error("The database refused %s %s", request.method, request.path, exc_info=exception)
            return refusal_page(request, WrongState("The database refused this; somebody may have been faster."))
        if isinstance(exception, ValueError) and _holds_nul(request):
            return refusal_page(request, BadInput("A text holds a NUL character, which no record can. Type it again."))
        return None


def _holds_nul(request: HttpRequest) -> bool:
    """Whether address, query or form hold a character that the database takes in no text; no keyboard writes it."""
    fields = [*request.GET.lists(), *request.POST.lists()]
    return "\0" in request.path or any("\0" in text for name, values in fields for text in (name, *values))


class PrivatePagesMiddleware:
    """No page stays behind in a browser or proxy: every answer a view gave is no-store unless the view said otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page that says the refusal in its own words."""
    title = refusal.title or TITLES.get(refusal.status, "This was refused")
    context = {"title": title, "detail": refusal.detail, "refusal": refusal, "status": refusal.status}
    return render(request, "errors/refusal.html", context, status=refusal.status)


def unavailable_page() -> HttpResponse:
    """503 without any query, so that it can be shown while the database is away."""
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "10"})
