"""Amounts in templates."""

from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from djmoney.money import Money

from ledger.money import AmountError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal(1_200_000), "12,00,000.00|Rs 12,00,000.00|Rupees Twelve Lakh Only"),
        (Money("0.5", "PKR"), "0.50|Rs 0.50|Rupees Zero and Fifty Paisa Only"),
        (0, "0.00|Rs 0.00|Rupees Zero Only"),
        (None, "||"),
        ("", "||"),
    ],
)
def test_amounts_are_written_out(value: Any, text: str) -> None:
    template = Template("{{ x|money }}|{{ x|figures }}|{{ x|rupees_words }}")
    assert template.render(Context({"x": value})) == text


@pytest.mark.parametrize("value", [0.1, "12", Decimal("NaN"), Decimal("0.005")])
def test_what_is_no_amount_fails_loudly(value: Any) -> None:
    with pytest.raises(AmountError):
        Template("{{ x|money }}").render(Context({"x": value}))
