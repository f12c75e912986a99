"""correct(): a reversal and what is posted instead, in one statement, linked both ways."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger.balances import balance
from ledger.errors import BadInput, NotFound
from ledger.models import Book, JournalEntry
from ledger.posting import AlreadyReversed, BadDraft, BelowFloor, ClosedPeriod, KeyReused, correct, post, reverse
from tests.ledger.conftest import DAY, check_deferred, draft

LATER = DAY + timedelta(days=20)


def test_the_wrong_entry_is_undone_and_the_right_ones_stand(book: Book, clerk: User, manager: User) -> None:
    [wrong] = post(draft("wrong", 100), by=clerk)
    parts = [draft("right:1", 60), draft("right:2", 30, cr="H-DON", on=date(2025, 8, 3))]
    reversal, right = correct(wrong, parts, by=manager, reason=" Two donors ", on=LATER)
    check_deferred()
    original = JournalEntry.objects.get(pk=wrong)
    assert [row.pk for row in original.reversals.all()] == [reversal]
    assert [row.pk for row in original.corrections.order_by("pk")] == right
    for number, day in ((right[0], DAY), (right[1], date(2025, 8, 3))):
        entry = JournalEntry.objects.get(pk=number)
        assert (entry.corrects_id, entry.reverses_id, entry.reason) == (wrong, None, "Two donors")
        assert (entry.date, entry.recorded_by) == (day, manager)
    undone = JournalEntry.objects.get(pk=reversal)
    assert (undone.reverses_id, undone.corrects_id, undone.date, undone.reason) == (wrong, None, LATER, "Two donors")
    assert (balance("HRRF", "F-BNK"), balance("HRRF", "H-FUND"), balance("HRRF", "H-DON")) == (90, 60, 30)


def test_money_that_stays_need_not_be_there_twice(book: Book, clerk: User) -> None:
    """What was spent since remains covered, because the floor counts the whole call."""
    [wrong] = post(draft("wrong", 100), by=clerk)
    post(draft("spent", 80, dr="A-REL", cr="F-BNK"), by=clerk)
    correct(wrong, draft("right", 95), by=clerk, reason="Five less", on=DAY)
    assert balance("HRRF", "F-BNK") == 15
    [again] = post(draft("more", 1), by=clerk)
    with pytest.raises(BelowFloor), transaction.atomic():
        correct(again, draft("bad", 50, dr="A-REL", cr="F-BNK"), by=clerk, reason="x", on=DAY)


def test_one_statement_writes(book: Book, clerk: User) -> None:
    [wrong] = post(draft("wrong"), by=clerk)
    with CaptureQueriesContext(connection) as queries:
        correct(wrong, [draft(f"right:{n}", 1) for n in range(20)], by=clerk, reason="x", on=DAY)
    writing = [query["sql"] for query in queries if "INSERT INTO ledger_door" in query["sql"]]
    assert (len(writing), len(queries)) == (1, 3)


def test_once_and_never_of_a_reversal(book: Book, clerk: User) -> None:
    [wrong] = post(draft("wrong"), by=clerk)
    reversal, [right] = correct(wrong, draft("right", 5), by=clerk, reason="x", on=DAY)
    for number in (wrong, reversal):
        with pytest.raises(AlreadyReversed) as caught, transaction.atomic():
            correct(number, draft("bad", 5), by=clerk, reason="x", on=DAY)
        assert (caught.value.status, caught.value.ids) == (409, (number,))
    with pytest.raises(AlreadyReversed), transaction.atomic():
        correct(wrong, draft("right", 5), by=clerk, reason="x", on=DAY)
    with pytest.raises(AlreadyReversed), transaction.atomic():
        reverse(wrong, by=clerk, reason="x", on=DAY)
    second, _ = correct(right, draft("right at last", 6), by=clerk, reason="x", on=DAY)
    assert JournalEntry.objects.get(pk=second).reverses_id == right
    assert balance("HRRF", "F-BNK") == 6


def test_all_or_nothing(book: Book, clerk: User) -> None:
    [wrong] = post(draft("wrong"), by=clerk)
    with pytest.raises(BadDraft) as caught, transaction.atomic():
        parts = [draft("fine", 5), draft("bad")._replace(book="NONE")]
        correct(wrong, parts, by=clerk, reason="x", on=DAY)
    assert (caught.value.index, caught.value.line) == (1, None)
    with pytest.raises(ClosedPeriod) as closed, transaction.atomic():
        correct(wrong, [draft("fine", 5), draft("bad", on=date(2031, 1, 1))], by=clerk, reason="x", on=DAY)
    assert closed.value.index == 1
    with pytest.raises(ClosedPeriod) as day, transaction.atomic():
        correct(wrong, draft("fine", 5), by=clerk, reason="x", on=date(2031, 1, 1))
    assert day.value.index is None
    assert list(JournalEntry.objects.values_list("key", flat=True)) == ["wrong"]


def test_a_key_of_another_entry_is_no_correction(book: Book, clerk: User) -> None:
    wrong, _ = post([draft("wrong"), draft("other", 5)], by=clerk)
    with pytest.raises(KeyReused) as caught, transaction.atomic():
        correct(wrong, [draft("fine", 7), draft("other", 5)], by=clerk, reason="x", on=DAY)
    assert (caught.value.index, caught.value.key) == (1, "other")
    assert JournalEntry.objects.count() == 2


def test_a_reason_a_draft_an_entry_and_no_earlier_day(book: Book, clerk: User) -> None:
    [wrong] = post(draft("wrong"), by=clerk)
    with pytest.raises(BadInput) as caught:
        correct(wrong, draft("right"), by=clerk, reason=" ", on=DAY)
    assert "reason" in caught.value.fields
    with pytest.raises(BadInput):
        correct(wrong, [], by=clerk, reason="x", on=DAY)
    with pytest.raises(BadInput) as earlier:
        correct(wrong, draft("right"), by=clerk, reason="x", on=DAY - timedelta(days=1))
    assert "on" in earlier.value.fields
    with pytest.raises(NotFound):
        correct(2**40, draft("right"), by=clerk, reason="x")


def test_the_reversal_is_dated_today_unless_told(book: Book, clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.posting.timezone.localdate", lambda: date(2026, 2, 3))
    [wrong] = post(draft("wrong"), by=clerk)
    reversal, [right] = correct(wrong, draft("right", 5), by=clerk, reason="x")
    assert JournalEntry.objects.get(pk=reversal).date == date(2026, 2, 3)
    assert JournalEntry.objects.get(pk=right).date == DAY
