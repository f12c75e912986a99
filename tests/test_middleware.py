"""Every answer carries a request number; the client's address is believed only as far as our own proxies saw it."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from config.middleware import RequestIdMiddleware
from ledger import history

pytestmark = pytest.mark.once


def pass_through(seen: list[tuple[str, str, str]], **headers: str) -> HttpResponse:
    """Sends one request through; `seen` gets its number and address as the history rows would see them."""

    def view(request: HttpRequest) -> HttpResponse:
        seen.append((history.request_id.get(), history.address.get(), request.request_id))
        return HttpResponse()

    return RequestIdMiddleware(view)(RequestFactory(REMOTE_ADDR="10.0.0.1").get("/", headers=headers))


def test_number_of_a_proxy_is_kept_and_told_to_history() -> None:
    seen: list[tuple[str, str, str]] = []
    response = pass_through(seen, x_request_id="abcDEF-123.4")
    assert response["X-Request-ID"] == "abcDEF-123.4"
    assert seen == [("abcDEF-123.4", "10.0.0.1", "abcDEF-123.4")]


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "two words in it", "new\nline-in-it", "<script>alert", "é" * 10]
)
def test_anything_else_is_replaced(given: str) -> None:
    seen: list[tuple[str, str, str]] = []
    response = pass_through(seen, x_request_id=given)
    assert response["X-Request-ID"] != given
    assert len(response["X-Request-ID"]) == 32
    assert seen[0][0] == response["X-Request-ID"]


def test_nothing_is_left_for_the_next_request() -> None:
    before = history.request_id.get(), history.address.get()
    pass_through([], x_request_id="abcDEF-123.4")
    assert (history.request_id.get(), history.address.get()) == before


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.9", "203.0.113.5"),
        (2, "203.0.113.5", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "not an address", "10.0.0.1"),
    ],
)
def test_address_is_what_our_outermost_proxy_saw(proxies: int, forwarded: str, address: str) -> None:
    seen: list[tuple[str, str, str]] = []
    with override_settings(TRUSTED_PROXIES=proxies):
        pass_through(seen, x_forwarded_for=forwarded)
    assert seen[0][1] == address
