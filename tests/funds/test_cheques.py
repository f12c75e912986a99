"""How long a cheque is good (Finance Division OM F.5(3)Exp.III/2009), at each boundary day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funds.cheques import ExpiryRule, expiry


@pytest.mark.parametrize(
    ("issued", "last_day"),
    [
        (date(2025, 9, 22), date(2025, 12, 31)),  # the memorandum's own way of counting: month of issue and three more
        (date(2026, 5, 20), date(2026, 6, 30)),
        (date(2025, 7, 1), date(2025, 10, 31)),
        (date(2025, 11, 30), date(2026, 2, 28)),
        (date(2023, 11, 1), date(2024, 2, 29)),
        (date(2026, 3, 31), date(2026, 6, 30)),
        (date(2026, 2, 28), date(2026, 5, 31)),
        (date(2026, 6, 30), date(2026, 6, 30)),
    ],
)
def test_last_day(issued: date, last_day: date) -> None:
    assert expiry(issued) == last_day


@given(st.dates(date(2011, 1, 1), date(2090, 1, 1)))
def test_never_crosses_the_year_nor_outlives_four_months(issued: date) -> None:
    last = expiry(issued)
    assert issued <= last <= issued + timedelta(days=124)
    year_end = date(issued.year + (issued.month >= 7), 6, 30)
    assert last <= year_end
    assert (last + timedelta(days=1)).day == 1


def test_a_later_rule_replaces_the_memorandum() -> None:
    newer = (
        ExpiryRule(date(2010, 4, 10), 3, True, "old"),
        ExpiryRule(date(2027, 1, 1), 6, False, "new"),
    )
    assert expiry(date(2026, 12, 31), newer) == date(2027, 3, 31)
    assert expiry(date(2027, 1, 1), newer) == date(2027, 7, 31)
