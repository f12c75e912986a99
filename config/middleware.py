"""What comes before everything else: a number and a true client address for each request, and a bound on its length."""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string

from beneficiaries.offices import row_scope
from beneficiaries.offices.scope import office_of
from ledger import history
from ledger.errors import NotAllowed

# What may be copied into logs and history rows as it stands.
SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


class RequestIdMiddleware:
    """Sets `request.request_id` and the header X-Request-ID, and tells both id and address to the history rows.

    A proxy's id is kept if it is a short harmless word. REMOTE_ADDR becomes the client's address as the outermost of
    the trusted proxies saw it; what the client itself wrote into X-Forwarded-For stands further left, not believed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if SAFE.fullmatch(given) else uuid.uuid4().hex
        request.META["REMOTE_ADDR"] = client_address(request, settings.TRUSTED_PROXIES)
        request.request_id = number  # type: ignore[attr-defined]
        marks = history.request_id.set(number), history.address.set(request.META["REMOTE_ADDR"])
        try:
            response = self.get_response(request)
        finally:
            history.request_id.reset(marks[0])
            history.address.reset(marks[1])
        response["X-Request-ID"] = number
        return response


class OfficeRowsMiddleware:
    """The database shows a request the rows of the signed-in officer's office; to nobody else any (row_scope.py).

    The API says itself who calls. What is streamed is read after the request, and is shown the same rows.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with row_scope.showing(self._rows(request)):
            response = self.get_response(request)
            rows = row_scope.current()
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _shown(rows, response.streaming_content)
        return response

    def _rows(self, request: HttpRequest) -> str:
        if "Authorization" in request.headers:
            return row_scope.NONE
        for _ in range(2):  # the second time in a new session, where the old one was lost
            try:
                return row_scope.rows_of(office_of(request.user)) if request.user.is_authenticated else row_scope.NONE
            except NotAllowed:
                break
            except (InterfaceError, OperationalError):
                connection.close()
        return row_scope.NONE  # a database that is away is met again by the view, whose answer says so


def _shown(rows: str, content: Iterable[bytes]) -> Iterator[bytes]:
    with row_scope.showing(rows):
        yield from content


class BodyLimitMiddleware:
    """413 for a body longer than any upload needs, before a byte of it is read or written to a disk.

    Twice the length of a paper and a little passes, so that a file a bit too large is told so beside its field.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length[:18]) <= 2_000_000 * settings.PAPER_MEGABYTES + 1_000_000:
            return self.get_response(request)
        text = render_to_string("413.html", {"megabytes": settings.PAPER_MEGABYTES})
        return HttpResponse(text, status=413, headers={"Connection": "close"})


def client_address(request: HttpRequest, proxies: int) -> str:
    """The address that the outermost of `proxies` trusted proxies saw; without proxies, the connection's own."""
    direct: str = request.META.get("REMOTE_ADDR", "")
    if proxies == 0:
        return direct
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if len(hops) < proxies:
        return direct
    try:
        return str(ip_address(hops[-proxies]))
    except ValueError:
        return direct
