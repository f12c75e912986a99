"""The one form of every refusal of the API, also of those that arise outside any operation."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

NO_ADDRESS = "There is nothing at this address."
CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    500: "fault",
    503: "unavailable",
}
DETAILS = {
    404: NO_ADDRESS,
    405: "This address does not take this method. The header Allow names those it takes.",
    413: "The body is longer than any request needs. Nothing was read.",
    500: "Something went wrong here. Nothing was changed; the request's number helps to find out why.",
}
KEPT = ("Allow", "Retry-After", "Cache-Control")


def problem(status: int, detail: str, code: str = "", fields: dict[str, str] | None = None) -> JsonResponse:
    """`detail` for the person, `code` for the program, `fields` for the values at fault."""
    body = {"detail": detail, "code": code or CODES.get(status, "refused"), "fields": fields or {}}
    response = JsonResponse(body, status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


@csrf_exempt
def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Whatever no operation answers under /api/."""
    return problem(404, NO_ADDRESS)


class ApiProblemsMiddleware:
    """Under /api/ every refusal is JSON, whoever gave it: a page of HTML says nothing to a program."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/api/") or response.status_code < 400:
            return response
        if response.headers.get("Content-Type", "").startswith("application/json"):
            return response
        detail = DETAILS.get(response.status_code, response.reason_phrase)
        told = problem(response.status_code, detail)
        for name in KEPT:
            if name in response:
                told[name] = response[name]
        return told
