"""An account's ledger in pages: every page joins the next, whatever the size, the days and the order of posting."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from ledger.account_pages import AccountPage, LedgerRow, account_page, general_ledger, opening_balance
from ledger.balances import balance
from ledger.chart import open_year
from ledger.errors import NotFound
from ledger.models import Book, JournalLine, Period
from ledger.posting import Draft, credit, debit, post
from ledger.walks import FIRST, LAST, Key, Turn, Way, read_turn
from tests.ledger.conftest import draft

START, END = date(2025, 7, 1), date(2027, 6, 30)


@pytest.fixture
def posted(book: Book, clerk: User) -> Book:
    """Eighty entries over two years in no order, some with several lines on the bank, one month without any."""
    open_year(book=book, label="2026-27", by=clerk)
    chance = random.Random(7)
    days = [START + timedelta(days=chance.randrange(729)) for _ in range(80)]
    days = [day.replace(month=11) if day.month == 12 else day for day in days if day.day < 31]
    drafts = [draft("first", 100_000, on=START)]
    for number, day in enumerate(days):
        amount = 1 + chance.randrange(500)
        lines = (debit("A-REL", 2 * amount), credit("F-BNK", amount), credit("F-BNK", amount))
        drafts.append(Draft("HRRF", day, "voucher", f"R/{number}", "Paid in two", f"k{number}", lines))
    post(drafts, by=clerk)
    return book


def closing_entry(book: Book, clerk: User) -> None:
    """An entry in the closing period of 2025-26, posted before the last of June's."""
    year = book.years.get(label="2025-26")
    Period.objects.create(book=book, year=year, start=year.end, end=year.end)
    post(
        [Draft("HRRF", year.end, "closing", "C/1", "Closing", "close", (debit("H-FUND", 9), credit("F-BNK", 9)))],
        by=clerk,
    )
    post([draft("late", 11, on=year.end)], by=clerk)


def walked(size: int, start: date, end: date) -> list[AccountPage]:
    """All pages, turned forward."""
    pages = [account_page("HRRF", "F-BNK", start=start, end=end, size=size)]
    while pages[-1].following:
        turn = Turn(Way.AFTER, pages[-1].following)
        pages.append(account_page("HRRF", "F-BNK", start=start, end=end, turn=turn, size=size))
    return pages


def expected(start: date, end: date) -> list[tuple[Key, Decimal]]:
    """Key and balance of each line, added up in another way: all lines at once, in Python."""
    lines = JournalLine.objects.filter(account__code="F-BNK").select_related("entry__period")
    order = sorted(lines, key=lambda line: (line.entry.period.start, line.entry.date, line.entry_id, line.position))
    found, running = [], Decimal(0)
    for line in order:
        running += line.amount.amount if line.side == "D" else -line.amount.amount
        if start <= line.entry.date <= end:
            found.append((Key(line.entry_id, line.position), running))
    return found


def told(rows: list[LedgerRow]) -> list[tuple[Key, Decimal]]:
    return [(row.key, row.balance) for row in rows]


@pytest.mark.parametrize("size", [1, 3, 10, 1000])
@pytest.mark.parametrize(
    ("start", "end"),
    [(START, END), (date(2025, 9, 12), date(2027, 2, 3)), (date(2026, 6, 30), date(2026, 6, 30)), (START, START)],
)
def test_pages_join_both_ways_with_the_right_balance(
    posted: Book, clerk: User, size: int, start: date, end: date
) -> None:
    closing_entry(posted, clerk)
    whole = expected(start, end)
    pages = walked(size, start, end)
    assert told([row for page in pages for row in page.rows]) == whole
    assert [page.brought for page in pages[1:]] == [page.carried for page in pages[:-1]]
    back = [account_page("HRRF", "F-BNK", start=start, end=end, turn=LAST, size=size)]
    while back[-1].previous:
        turn = Turn(Way.BEFORE, back[-1].previous)
        back.append(account_page("HRRF", "F-BNK", start=start, end=end, turn=turn, size=size))
    # The first page is a full one, so going back it may repeat lines of the second.
    rows = [row for page in reversed(back[:-1]) for row in page.rows]
    first = told(list(back[-1].rows))
    assert (
        first == whole[:size] and whole[len(whole) - len(rows) :] == told(rows) and len(first) + len(rows) >= len(whole)
    )


def test_totals_and_openings_stand_on_every_page(posted: Book) -> None:
    start, end = date(2025, 10, 10), date(2026, 12, 31)
    for page in walked(7, start, end):
        assert page.opening == balance("HRRF", "F-BNK", as_at=start - timedelta(days=1)) == 100_000 - spent(start)
        assert page.closing == balance("HRRF", "F-BNK", as_at=end)
        assert page.opening + page.debit - page.credit == page.closing


def spent(before: date) -> Decimal:
    lines = JournalLine.objects.filter(account__code="F-BNK", side="C", entry__date__lt=before)
    return sum((line.amount.amount for line in lines), Decimal(0))


def test_closing_entries_follow_the_others_of_their_day(posted: Book, clerk: User) -> None:
    closing_entry(posted, clerk)
    rows = account_page("HRRF", "F-BNK", start=date(2026, 6, 30), end=date(2026, 6, 30)).rows
    assert [row.kind for row in rows][-2:] == ["release", "closing"]


def test_a_page_is_what_it_was_after_lines_were_posted_before_it(posted: Book, clerk: User) -> None:
    page = account_page("HRRF", "F-BNK", start=START, end=END, size=10)
    assert page.following
    turn = Turn(Way.AFTER, page.following)
    second = account_page("HRRF", "F-BNK", start=START, end=END, turn=turn, size=10)
    post([draft("earlier", 5, on=START)], by=clerk)
    again = account_page("HRRF", "F-BNK", start=START, end=END, turn=turn, size=10)
    assert [row.key for row in again.rows] == [row.key for row in second.rows]
    assert [row.balance for row in again.rows] == [row.balance + 5 for row in second.rows]


def test_the_general_ledger_is_every_page_in_one(posted: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.account_pages.BLOCK", 4)
    assert told(list(general_ledger("HRRF", "F-BNK"))) == expected(START, END)
    late = date(2026, 2, 11)
    assert told(list(general_ledger("HRRF", "F-BNK", start=late))) == expected(late, END)
    assert opening_balance("HRRF", "F-BNK", late) == balance("HRRF", "F-BNK", as_at=late - timedelta(days=1))
    assert opening_balance("HRRF", "F-BNK", None) == 0
    assert list(general_ledger("HRRF", "F-BNK", end=date.max)) and opening_balance("HRRF", "F-BNK", date.max)


def test_pages_cost_the_same_however_far_back_they_lie(posted: Book, django_assert_max_num_queries: object) -> None:
    """Neither counting nor skipping: a statement for the months, one for the lines, a few for what opens them."""
    for turn in (FIRST, LAST):
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            account_page("HRRF", "F-BNK", start=START, end=END, turn=turn, size=5)


def test_no_statement_counts_or_skips_rows() -> None:
    from pathlib import Path

    for name in ("account_pages", "walks", "day_book"):
        text = Path(f"ledger/{name}.py").read_text().lower()
        assert "offset" not in text and "count(" not in text, name


def test_a_key_of_another_book_is_not_there(posted: Book) -> None:
    for way in (Way.AFTER, Way.BEFORE):
        with pytest.raises(NotFound):
            account_page("HRRF", "F-BNK", start=START, end=END, turn=Turn(way, Key(10**17, 1)))
    with pytest.raises(NotFound):
        account_page("HRRF", "NONE", start=START, end=END)


@pytest.mark.parametrize(
    "given", [{}, {"after": "x"}, {"after": "1"}, {"before": "1-"}, {"page": "2"}, {"after": "9" * 30}]
)
def test_what_names_no_page_is_the_first(given: dict[str, str]) -> None:
    assert read_turn(given) == FIRST


def test_addresses_name_pages() -> None:
    assert read_turn({"after": "4711-2"}) == Turn(Way.AFTER, Key(4711, 2))
    assert read_turn({"before": str(Key(4711, 2))}) == Turn(Way.BEFORE, Key(4711, 2))
    assert read_turn({"page": "last"}) == LAST
