"""The rows under "Approved as a larger sum": whose money, how much, and the other requests as far as the viewer may see them."""

from datetime import date
from decimal import Decimal
from typing import Any

from funds.chain.splitting import Part
from funds.disbursements import visible_disbursements
from funds.requests.overview import Overview

SHOWN = 5


def rows(view: Overview) -> list[dict[str, Any]]:
    """For each sum its words, total and parts; another office's request keeps its number to itself."""
    if not view.escalated:
        return []
    reasons = view.rolling.reasons[:SHOWN]
    wanted = {part.request for reason in reasons for part in reason.parts}
    seen = dict(visible_disbursements(view.viewer).filter(pk__in=wanted).values_list("pk", "number"))
    return [
        {"of": str(reason), "total": reason.total, "parts": [_part(part, seen) for part in reason.parts]}
        for reason in reasons
    ]


def _part(part: Part, seen: dict[int, str]) -> dict[str, str | int | Decimal | date]:
    number = seen.get(part.request, "")
    return {
        "pk": part.request if number else 0,
        "number": number,
        "fund": part.fund,
        "amount": part.amount,
        "on": part.on,
    }
