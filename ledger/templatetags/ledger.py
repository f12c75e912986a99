"""How templates write amounts; built in, so no template loads it."""

from decimal import Decimal

from django import template
from djmoney.money import Money

from ledger import money as rupees

register = template.Library()


def _amount(value: object) -> Decimal | None:
    """None where a page has no amount to show; anything that is not an exact number of rupees raises AmountError."""
    if value is None or value == "":
        return None
    return rupees.rupees(value.amount if isinstance(value, Money) else value)  # type: ignore[arg-type]


@register.filter
def money(value: object) -> str:
    """`12,00,000.00`; empty for no amount."""
    amount = _amount(value)
    return "" if amount is None else rupees.grouped(amount)


@register.filter
def figures(value: object) -> str:
    """`Rs 12,00,000.00`; empty for no amount."""
    amount = _amount(value)
    return "" if amount is None else rupees.figures(amount)


@register.filter
def rupees_words(value: object) -> str:
    """`Rupees Twelve Lakh Only`; empty for no amount."""
    amount = _amount(value)
    return "" if amount is None else rupees.words(amount)
