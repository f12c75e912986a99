"""Refused pages that are not drawn."""

import pytest
from django.http import HttpResponse

from config import refusals
from funds.views import request_page


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused page is not drawn: its status is what counts here, and to draw two thousand of them takes minutes."""
    monkeypatch.setattr(request_page, "page", lambda http, pk, *, status=200, **given: HttpResponse(status=status))
    monkeypatch.setattr(refusals, "render", lambda http, name, context, *, status: HttpResponse(status=status))
