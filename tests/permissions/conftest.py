"""Refused pages that are not drawn, and a certificate, so that schedules can be signed."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse

from config import refusals
from funds.views import request_page
from tests.certificates import shared, signs


@pytest.fixture(autouse=True)
def certified() -> Iterator[None]:
    with signs(shared()):
        yield


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused page is not drawn: its status is what counts here, and to draw two thousand of them takes minutes."""
    monkeypatch.setattr(request_page, "page", lambda http, pk, *, status=200, **given: HttpResponse(status=status))
    monkeypatch.setattr(refusals, "render", lambda http, name, context, *, status: HttpResponse(status=status))
