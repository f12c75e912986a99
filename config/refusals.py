"""Turns a refusal raised by a view into the page that says it, with the right status. The API answers for itself."""

import logging
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
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
    """Refusal -> 403, 404, 409 or 422 in its own words; a wrong method -> 405; a lost database -> 503. Not under /api/."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not request.path.startswith("/api/"):
            return _button_page(request, response)
        return response

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


class UnsentFormMiddleware:
    """A form sent when its session had ended: the sign-in page says that nothing was recorded, and leads back to the page
    with the form. The form's own address answers no visit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        door = resolve_url(settings.LOGIN_URL)
        if request.method != "POST" or not response.get("Location", "").startswith(f"{door}?"):
            return response
        return redirect(f"{door}?{urlencode({'next': _page_of_form(request), 'unsent': 1})}")


def _page_of_form(request: HttpRequest) -> str:
    """Path and query of the page a form was sent from, where the browser named one of ours; otherwise the home page."""
    page = urlsplit(request.headers.get("Referer", ""))
    return page._replace(scheme="", netloc="", fragment="").geturl() if page.netloc == request.get_host() else "/"


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


def _button_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """405 in words, for an address that was typed, kept or loaded anew and belongs to a button."""
    context = {"title": "This address belongs to a button", "detail": "Open the page and press the button there."}
    page = render(request, "errors/refusal.html", context | {"status": 405}, status=405)
    page["Allow"] = response["Allow"]
    return page


def unavailable_page() -> HttpResponse:
    """503 without any query, so that it can be shown while the database is away."""
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "10"})
