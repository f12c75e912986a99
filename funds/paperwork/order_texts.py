"""The Ministry's own sentences on sanction orders, with the names of the request put in."""

from datetime import date

from django.db.models import Q

from funds.models import Disbursement, OrderText

# What a sentence may name; also asked when the pack is read.
NAMES = ("office", "keeper", "fund", "ddo_code", "pay_to")
# Where the pack has no addressee, the paper goes to the officer who draws the money.
USUAL = {OrderText.Part.TO: ("The Drawing and Disbursing Officer, DDO code {ddo_code}",)}


def said(request: Disbursement, part: str, *, on: date) -> tuple[str, ...]:
    """The sentences of one part in force on that day, the fund's own before general ones of the same place."""
    rows = OrderText.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on),
        Q(fund=None) | Q(fund=request.fund_id),
        effective_from__lte=on,
        part=part,
        kind__in=("", request.kind),
    )
    chosen: dict[int, OrderText] = {}
    for row in sorted(rows, key=lambda row: (row.fund_id is not None, row.kind != "", row.effective_from)):
        chosen[row.position] = row
    texts = [chosen[place].text for place in sorted(chosen)] or list(USUAL.get(OrderText.Part(part), ()))
    return tuple(text.format(**_names(request)) for text in texts)


def _names(request: Disbursement) -> dict[str, str]:
    return {
        "office": request.office.name,
        "keeper": request.fund.office.name,
        "fund": request.fund.code,
        "ddo_code": request.fund.ddo_code,
        "pay_to": request.pay_to,
    }
