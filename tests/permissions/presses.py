"""How an act that is no move of a request is pressed: the page's form and the API's call, and what several of them share."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

Sent = tuple[str, dict[str, Any]]  # address, and what is sent there
Press = tuple[Callable[[dict[str, Any]], Sent], Callable[[dict[str, Any]], Sent]]  # by page, by API
REMARK = {"remark": "Seen"}


def answered(page: str, path: str, *, fund: str = "", sent: dict[str, str] | None = None, body: Any = None) -> Press:
    """Consent or refusal of a proposal; `body` where the API calls the words otherwise than the page."""
    args, form = [fund] if fund else [], sent or REMARK
    return (
        lambda key: (reverse(page, args=[*args, key["pk"]]), form),
        lambda key: (path.format(**key), body or form),
    )


def begun(page: Callable[[dict[str, Any]], Sent], path: str, body: Callable[[dict[str, Any]], dict[str, Any]]) -> Press:
    """What has no state before it."""
    return page, lambda key: (path.format(**key), body(key))
