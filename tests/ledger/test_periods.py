"""Months: finding, closing, reopening."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.models import Book, Period
from ledger.periods import close_period, period_for, reopen
from ledger.posting import ClosedPeriod, post, reverse
from tests.ledger.conftest import DAY, draft


def test_the_month_of_a_date(book: Book) -> None:
    period = period_for("HRRF", date(2026, 2, 28))
    assert (period.start, period.end, period.year.label) == (date(2026, 2, 1), date(2026, 2, 28), "2025-26")
    with pytest.raises(NotFound):
        period_for("HRRF", date(2026, 7, 1))


def test_a_closed_month_takes_no_entry_and_a_reopened_one_does(book: Book, clerk: User, manager: User) -> None:
    [number] = post(draft("in"), by=clerk)
    period = close_period(period=period_for("HRRF", DAY), by=manager, reason="Accounts rendered")
    for attempt in (lambda: post(draft("late"), by=clerk), lambda: reverse(number, by=clerk, reason="x", on=DAY)):
        with pytest.raises(ClosedPeriod) as caught, transaction.atomic():
            attempt()
        assert "September 2025 is closed" in str(caught.value)
    reverse(number, by=clerk, reason="x", on=date(2025, 10, 1))
    reopen(period=period, by=manager, reason="A missed receipt")
    post(draft("late"), by=clerk)
    records = [
        (each.history_change_reason, each.username, each.roles) for each in period.history.order_by("history_id")
    ]
    assert records[1:] == [
        ("Accounts rendered", "manager", "fund_manager"),
        ("A missed receipt", "manager", "fund_manager"),
    ]


def test_a_replay_into_a_closed_month_is_still_answered(book: Book, clerk: User, manager: User) -> None:
    first = post(draft("in"), by=clerk)
    close_period(period=period_for("HRRF", DAY), by=manager, reason="Done")
    assert post(draft("in"), by=clerk) == first


def test_twice_is_the_wrong_state(book: Book, manager: User) -> None:
    period = period_for("HRRF", DAY)
    with pytest.raises(WrongState):
        reopen(period=period, by=manager, reason="x")
    close_period(period=period, by=manager, reason="x")
    with pytest.raises(WrongState) as caught:
        close_period(period=period, by=manager, reason="x")
    assert caught.value.ids == (period.pk,)


def test_only_a_fund_manager_with_a_reason(book: Book, clerk: User, manager: User) -> None:
    period = period_for("HRRF", DAY)
    with pytest.raises(NotAllowed):
        close_period(period=period, by=clerk, reason="x")
    with pytest.raises(BadInput):
        close_period(period=period, by=manager, reason=" ")
    assert not Period.objects.get(pk=period.pk).closed
