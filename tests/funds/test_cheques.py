"""How long a cheque is good (Finance Division OM F.5(3)Exp.III/2009), at each boundary day; the rule is dated data."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funds import payments
from funds.cheques import expiry, rule_on
from funds.models import ChequeExpiry
from ledger.errors import WrongState
from tests.funds.by_sql import flat, refused
from tests.funds.refusals_of_money import paid as paid_line
from tests.world import DAY, World, by_method, said_of

MEMORANDUM = ChequeExpiry(effective_from=date(2010, 4, 10), months=3, within_year=True)
BOUNDARIES = [
    (date(2025, 9, 22), date(2025, 12, 31)),  # the memorandum's own way of counting: month of issue and three more
    (date(2025, 7, 1), date(2025, 10, 31)),
    (date(2025, 7, 31), date(2025, 10, 31)),
    (date(2025, 8, 31), date(2025, 11, 30)),
    (date(2025, 9, 30), date(2025, 12, 31)),
    (date(2025, 10, 31), date(2026, 1, 31)),
    (date(2025, 11, 30), date(2026, 2, 28)),
    (date(2023, 11, 1), date(2024, 2, 29)),
    (date(2023, 11, 30), date(2024, 2, 29)),
    (date(2025, 12, 31), date(2026, 3, 31)),
    (date(2026, 1, 31), date(2026, 4, 30)),
    (date(2024, 2, 29), date(2024, 5, 31)),
    (date(2026, 2, 28), date(2026, 5, 31)),
    (date(2026, 3, 1), date(2026, 6, 30)),
    (date(2026, 3, 31), date(2026, 6, 30)),
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 4, 30), date(2026, 6, 30)),
    (date(2026, 5, 20), date(2026, 6, 30)),
    (date(2026, 5, 31), date(2026, 6, 30)),
    (date(2026, 6, 30), date(2026, 6, 30)),
]


@pytest.mark.parametrize(("issued", "last_day"), BOUNDARIES)
def test_last_day(issued: date, last_day: date) -> None:
    assert expiry(issued, MEMORANDUM) == last_day


@given(st.dates(date(2011, 1, 1), date(2090, 1, 1)))
def test_never_crosses_the_year_nor_outlives_four_months(issued: date) -> None:
    last = expiry(issued, MEMORANDUM)
    assert issued <= last <= issued + timedelta(days=124)
    year_end = date(issued.year + (issued.month >= 7), 6, 30)
    assert last <= year_end
    assert (last + timedelta(days=1)).day == 1


def test_a_later_rule_replaces_the_memorandum(small_world: World) -> None:
    newer = ChequeExpiry.objects.create(effective_from=date(2025, 1, 1), months=6, within_year=False, source="new")
    assert rule_on(date(2024, 12, 31)).months == 3
    assert rule_on(date(2025, 1, 1)) == newer
    assert expiry(date(2025, 1, 1), newer) == date(2025, 7, 31)
    assert small_world.paid()[0].expires_on == date(2026, 3, 31)
    with pytest.raises(WrongState, match="Load the pack"):
        rule_on(date(2010, 4, 9))


@pytest.mark.parametrize(("day", "last"), [pair for pair in BOUNDARIES if pair[0] > DAY])
def test_the_database_counts_the_same_days(small_world: World, day: date, last: date) -> None:
    """What the service wrote is what the rule takes; a day more or less it refuses."""
    here = small_world
    request, other = here.vouchered().sanction.disbursement, here.vouchered()
    line = request.lines.get().pk
    made = payments.issue_instrument(disbursement=request.pk, line=line, number="9901", by=here["ddo"], on=day)
    assert made.expires_on == last
    for wrong in (last + timedelta(days=1), last - timedelta(days=1), None):
        refused("23FB8", *flat(paid_line(made, other, number="0009902", expires_on=wrong)))


@pytest.mark.parametrize(("method", "last"), [("pay_order", date(2025, 12, 31)), ("transfer", None)])
def test_only_cheques_and_pay_orders_expire(small_world: World, method: str, last: date | None) -> None:
    here = small_world
    request, other = (here.vouchered(by_method(here, method)).sanction for _ in range(2))
    line = request.disbursement.lines.get()
    made = payments.issue_instrument(
        disbursement=request.disbursement_id, line=line.pk, number="X1", said=said_of(line), by=here["ddo"], on=DAY
    )
    assert made.expires_on == last
    wrong = None if last else date(2025, 12, 31)
    refused("23FB8", *flat(paid_line(made, other.voucher, number="X2", expires_on=wrong)))
