"""The day book: every entry by date, in pages that join, narrowed by kind, reference or account."""

from datetime import date

import pytest
from django.contrib.auth.models import User

from ledger.balances import compare
from ledger.day_book import Wanted, day_book, day_page
from ledger.errors import NotFound
from ledger.models import Book
from ledger.posting import Draft, credit, debit, post
from ledger.walks import LAST, Turn, Way
from tests.ledger.conftest import draft

START, END = date(2025, 7, 1), date(2026, 6, 30)


@pytest.fixture
def posted(book: Book, clerk: User) -> Book:
    """Entries posted out of order: the days run 12, 11 .. 1 of each month."""
    drafts = [draft("first", 9_000, on=START)]
    for number in range(36):
        day = date(2025, 7 + number // 12, 12 - number % 12)
        lines = (debit("A-REL" if number % 3 else "A-FIN", 10), credit("F-BNK", 10))
        drafts.append(Draft("HRRF", day, "voucher", f"R/{number % 5}", "Paid", f"k{number}", lines))
    post(drafts, by=clerk)
    return book


@pytest.mark.parametrize("size", [1, 4, 50])
def test_pages_join_in_the_order_of_dates(posted: Book, size: int) -> None:
    whole = list(day_book("HRRF"))
    assert [(entry.date, entry.pk) for entry in whole] == sorted((entry.date, entry.pk) for entry in whole)
    page = day_page("HRRF", start=START, end=END, size=size)
    found = [*page.entries]
    while page.following:
        page = day_page("HRRF", start=START, end=END, turn=Turn(Way.AFTER, page.following), size=size)
        found += page.entries
    assert found == whole and len(found) == 37
    assert day_page("HRRF", start=START, end=END, turn=LAST, size=size).entries == whole[-size:]


def test_one_kind_one_reference_one_account(posted: Book) -> None:
    assert [entry.kind for entry in day_book("HRRF", wanted=Wanted(kind="release"))] == ["release"]
    assert {entry.reference for entry in day_book("HRRF", wanted=Wanted(reference="R/3"))} == {"R/3"}
    on_fines = list(day_book("HRRF", wanted=Wanted(account="A-FIN", reference="R/3")))
    assert len(on_fines) == 3
    assert all("A-FIN" in [line.account.code for line in entry.lines.all()] for entry in on_fines)
    narrowed = day_page("HRRF", start=START, end=END, wanted=Wanted(kind="voucher"), size=50)
    assert len(narrowed.entries) == 36 and narrowed.following is None


def test_a_page_reads_the_first_lines_of_a_long_entry(book: Book, clerk: User) -> None:
    paid = [credit("F-BNK", 1, party=f"line:{n}") for n in range(5)]
    post([draft("first"), Draft("HRRF", START, "voucher", "V", "A list", "long", (debit("A-REL", 5), *paid))], by=clerk)
    long, short = day_page("HRRF", start=START, end=END, lines=3).entries
    assert [line.position for line in long.lines.all()] == [1, 2, 3]
    assert [entry.number for entry in (long, short)] == [6, 2]  # type: ignore[attr-defined]
    assert [entry.lines.count() for entry in day_book("HRRF")] == [len(entry.lines.all()) for entry in day_book("HRRF")]


def test_days_narrow_the_book(posted: Book) -> None:
    found = [entry.date for entry in day_book("HRRF", start=date(2025, 7, 5), end=date(2025, 8, 2))]
    assert len(found) == 10 and min(found) == date(2025, 7, 5) and max(found) == date(2025, 8, 2)


def test_what_is_not_there(posted: Book) -> None:
    for call in (lambda: day_book("NONE"), lambda: day_book("HRRF", wanted=Wanted(account="NONE"))):
        with pytest.raises(NotFound):
            call()


def test_two_days_side_by_side(posted: Book) -> None:
    found = compare("HRRF", date(2025, 8, 6), date(2025, 7, 31))
    assert (found.first, found.second) == (date(2025, 7, 31), date(2025, 8, 6))
    rows = {row.code: row for row in found.rows}
    assert rows["F-BNK"].first == (8_880, 0) and rows["F-BNK"].second == (8_820, 0)
    assert rows["F-BNK"].change == (0, 60) and rows["H-FUND"].first == (0, 9_000) == rows["H-FUND"].second
    assert rows["H-FUND"].change == (0, 0)
    for total in (found.first_total, found.second_total, found.change_total):
        assert total.debit == total.credit
    with pytest.raises(NotFound):
        compare("NONE", START, END)
