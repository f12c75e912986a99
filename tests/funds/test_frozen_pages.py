"""What is frozen is told where it would be paid and what is next: the board of payments, the strip of a request."""

from datetime import timedelta

import pytest

from funds.chain import freezes
from funds.chain.chain_view import short
from ledger.clock import today
from tests import world
from tests.funds.pages import as_, source, words
from tests.funds.test_freezes import SOON, frozen, here, proposed
from tests.world import World

__all__ = ["here"]
pytestmark = pytest.mark.django_db
UNTIL = f"{SOON:%-d %b %Y}"


def test_the_board_marks_what_a_freeze_stops(here: World) -> None:
    other = world.make_fund(here["fund_manager"], here.office, code="OTHER")
    free = here.sanctioned(here.draft(fund=other))
    kept = here.sanctioned()
    board = as_(here["ddo"])
    proposed(here, what="payments")
    frozen(here, what="sanctions")
    assert "frozen" not in words(board.get("/payments/")).lower()
    frozen(here, what="payments")
    page = words(board.get("/payments/"))
    assert f"Payments of TEST are frozen until {UNTIL} for an audit: Count of cheques" in page
    assert page.count(f"Frozen until {UNTIL}") == 1
    rows = source(board.get("/payments/")).split("<tr>")[1:]
    marked = [row for row in rows if f"until {UNTIL}" in row]
    assert len(marked) == 1 and kept.number in marked[0] and free.number not in marked[0]
    assert "frozen" not in words(board.get("/payments/?tab=issued")).lower()
    assert "frozen" not in words(board.get("/payments/?fund=OTHER")).lower()


def test_many_frozen_funds_cost_the_board_no_more(here: World, django_assert_max_num_queries: object) -> None:
    frozen(here, what="payments")
    funds = [here.fund, *(world.bare_fund(here["fund_manager"], here.office, code=f"F{n}") for n in range(3))]
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        assert len(freezes.shown_for(funds, freezes.PAYMENTS)) == 1
    for fund in funds[1:]:
        frozen(here, fund=fund)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        assert len(freezes.shown_for(funds, freezes.PAYMENTS)) == 4


def test_the_next_strip_says_until_when(here: World) -> None:
    last, first, paid = here.at_sanction(), here.submitted(), here.sanctioned()
    said = f"Frozen until {short(SOON)}."
    assert said not in words(as_(here["approver"]).get(last.get_absolute_url()))
    frozen(here)
    page = words(as_(here["approver"]).get(last.get_absolute_url()))
    assert f"{said} Until then nothing is sanctioned. Your decision is next." in page
    page = words(as_(here["ddo"]).get(paid.get_absolute_url()))
    assert f"{said} Until then nothing is paid out. The voucher is next." in page
    assert said not in words(as_(here["verifier"]).get(first.get_absolute_url()))  # it only forwards


def test_the_longest_of_several_counts(here: World) -> None:
    paid = here.sanctioned()
    frozen(here, what="payments", ends_on=today())
    frozen(here, fund=None)
    frozen(here, what="sanctions", ends_on=SOON + timedelta(days=1))
    assert f"Frozen until {short(SOON)}. Until then nothing is paid out." in words(
        as_(here["ddo"]).get(paid.get_absolute_url())
    )
