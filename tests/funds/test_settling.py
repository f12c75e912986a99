"""Many instruments cleared or failed at once: all or none, each for its own reason, in a fixed number of queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funds import settling
from funds.models import Instrument
from ledger import balances
from ledger.errors import BadInput, NotFound, WrongState
from tests.world import DAY, World


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def clear(here: World, keys: list[int]) -> list[Instrument]:
    return settling.clear_instruments(instruments=keys, by=here["reconciler"], on=DAY)


def fail(here: World, keys: list[int], state: str = "returned") -> list[Instrument]:
    reasons = dict.fromkeys(keys, "No such account")
    return settling.fail_instruments(reasons=reasons, state=state, by=here["reconciler"], on=DAY)


def queries(act: Callable[..., Any], *args: object) -> int:
    with CaptureQueriesContext(connection) as seen:
        act(*args)
    return len(seen)


@pytest.mark.parametrize("act", [clear, fail])
def test_many_take_as_many_queries_as_one(here: World, act: Callable[..., Any]) -> None:
    keys = [row.pk for row in here.paid(here.diyat())]
    others = [row.pk for row in here.paid(here.diyat())]
    act(here, others[:1])  # who the officer is, is read once
    assert queries(act, here, others[1:2]) == queries(act, here, keys[:3])


def test_two_requests_are_cleared_together(here: World) -> None:
    paid = [*here.paid(here.diyat()), *here.paid()]
    done = clear(here, [row.pk for row in paid])
    assert {row.state for row in done} == {"cleared"} and {row.cleared_by for row in done} == {here["reconciler"]}
    assert set(here.fund.disbursements.values_list("state", flat=True)) == {"cleared"}
    assert balances.balance(here.fund.book.code, "G-CHQ") == 0
    assert {row.history.first().history_change_reason for row in done} == {"Cleared by the bank"}


def test_each_fails_for_its_own_reason(here: World) -> None:
    paid = here.paid(here.diyat())
    reasons = {row.pk: f"Reason {row.pk % 2}" for row in paid}
    settling.fail_instruments(reasons=reasons, state="returned", by=here["ddo"], on=DAY)
    for row in Instrument.objects.all():
        assert (row.state, row.reason) == ("returned", reasons[row.pk])
        assert row.history.first().history_change_reason == row.reason
    assert here.fund.disbursements.get().state == "vouchered"
    assert balances.balance(here.fund.book.code, "G-PAY") == 1_200_000


def test_one_that_cannot_be_leaves_all(here: World) -> None:
    first, second, *_ = (row.pk for row in here.paid(here.diyat()))
    clear(here, [first])
    for act in (clear, fail):
        with pytest.raises(WrongState, match="is cleared since"):
            act(here, [second, first])
        with pytest.raises(NotFound):
            act(here, [second, second + 1_000])
    with pytest.raises(BadInput, match="not stale"):
        fail(here, [second], "stale")
    with pytest.raises(BadInput):
        fail(here, [second], "lost")
    assert Instrument.objects.filter(state="issued").count() == 3
