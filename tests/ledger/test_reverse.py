"""reverse(): the counter-entry, once, with a reason."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from ledger.balances import balance
from ledger.errors import BadInput, NotFound
from ledger.models import Book, JournalEntry
from ledger.posting import (
    AlreadyReversed,
    BelowFloor,
    ClosedPeriod,
    Draft,
    correct,
    credit,
    debit,
    post,
    reverse,
    reverse_many,
)
from tests.ledger.conftest import DAY, check_deferred, draft


def test_a_reversal_undoes_and_is_linked(book: Book, clerk: User, manager: User) -> None:
    lines = (debit("A-DIY", 30), credit("G-PAY", 10, head="A-DIY", party="line:1"), credit("G-PAY", 20, party="line:2"))
    [number] = post(Draft("HRRF", DAY, "voucher", "V/1", "m", "v:1", lines), by=clerk)
    reversal = JournalEntry.objects.get(pk=reverse(number, by=manager, reason=" Wrong heir ", on=date(2025, 10, 1)))
    check_deferred()
    assert (reversal.reverses_id, reversal.reason, reversal.date) == (number, "Wrong heir", date(2025, 10, 1))
    assert (reversal.kind, reversal.reference, reversal.recorded_by) == ("voucher", "V/1", manager)
    sides = [(x.account.code, x.side, x.amount.amount, x.head, x.party) for x in reversal.lines.order_by("position")]
    assert sides == [
        ("A-DIY", "C", 30, "", ""),
        ("G-PAY", "D", 10, "A-DIY", "line:1"),
        ("G-PAY", "D", 20, "", "line:2"),
    ]
    assert (balance("HRRF", "A-DIY"), balance("HRRF", "G-PAY")) == (0, 0)


def test_only_once_and_never_a_reversal(book: Book, clerk: User) -> None:
    [number] = post(draft("in"), by=clerk)
    reversal = reverse(number, by=clerk, reason="twice", on=DAY)
    for again in (number, reversal):
        with pytest.raises(AlreadyReversed) as caught, transaction.atomic():
            reverse(again, by=clerk, reason="twice", on=DAY)
        assert (caught.value.status, caught.value.ids) == (409, (again,))
    assert JournalEntry.objects.count() == 2


def test_many_are_reversed_together_or_none(book: Book, clerk: User, django_assert_num_queries: Any) -> None:
    numbers = post([draft(f"in:{n}", n) for n in range(1, 6)], by=clerk)
    with pytest.raises(AlreadyReversed, match="Entry"), transaction.atomic():
        reverse(numbers[2], by=clerk, reason="Twice", on=DAY)
        reverse_many(numbers, by=clerk, reason="Twice", on=DAY)
    assert JournalEntry.objects.count() == 5
    with django_assert_num_queries(3):
        made = reverse_many(numbers[::-1], by=clerk, reason="A list that was wrong", on=DAY)
    found = JournalEntry.objects.in_bulk(made)
    assert [found[number].reverses_id for number in made] == numbers[::-1]
    assert balance("HRRF", "F-BNK") == 0


def test_a_reason_is_needed(book: Book, clerk: User) -> None:
    [number] = post(draft("in"), by=clerk)
    with pytest.raises(BadInput) as caught:
        reverse(number, by=clerk, reason="  ", on=DAY)
    assert "reason" in caught.value.fields


@pytest.mark.parametrize("reason", ["wrong\0heir", "half of \ud83d"])
def test_a_reason_that_cannot_be_stored(book: Book, clerk: User, reason: str) -> None:
    [number] = post(draft("in"), by=clerk)
    for act in (
        lambda: reverse(number, by=clerk, reason=reason, on=DAY),
        lambda: correct(number, draft("new"), by=clerk, reason=reason, on=DAY),
    ):
        with pytest.raises(BadInput) as caught, transaction.atomic():
            act()
        assert "reason holds" in str(caught.value)


def test_no_such_entry(book: Book, clerk: User) -> None:
    with pytest.raises(NotFound):
        reverse(2**40, by=clerk, reason="x")


def test_not_before_its_entry_and_not_without_a_period(book: Book, clerk: User) -> None:
    [number] = post(draft("in"), by=clerk)
    with pytest.raises(BadInput) as caught:
        reverse(number, by=clerk, reason="x", on=DAY - timedelta(days=1))
    assert "on" in caught.value.fields
    with pytest.raises(ClosedPeriod), transaction.atomic():
        reverse(number, by=clerk, reason="x", on=date(2031, 1, 1))


def test_money_that_is_gone_cannot_be_taken_back(book: Book, clerk: User) -> None:
    [number] = post(draft("in", 100), by=clerk)
    post(draft("out", 40, dr="A-REL", cr="F-BNK"), by=clerk)
    with pytest.raises(BelowFloor) as caught, transaction.atomic():
        reverse(number, by=clerk, reason="x", on=DAY)
    assert caught.value.asked == Decimal("100.00")


def test_dated_today_unless_told(book: Book, clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.posting.timezone.localdate", lambda: date(2026, 2, 3))
    [number] = post(draft("in"), by=clerk)
    assert JournalEntry.objects.get(pk=reverse(number, by=clerk, reason="x")).date == date(2026, 2, 3)
