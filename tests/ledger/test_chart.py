"""Opening books and years."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from ledger.chart import SLOTS, STANDARD, add_account, create_book, fiscal_bounds, fiscal_label, months, open_year
from ledger.errors import BadInput
from ledger.models import Account, AccountFloor, Book


def test_a_book_has_the_standard_accounts_with_history(book: Book, clerk: User) -> None:
    assert set(book.accounts.values_list("code", flat=True)) == {head.code for head in STANDARD}
    slots = {a.code: (a.never_negative, a.slots) for a in book.accounts.all()}
    assert slots["F-BNK"] == (True, 1)
    assert slots["X90"] == (False, 1)
    assert slots["G-PAY"] == (False, SLOTS)
    floors = AccountFloor.objects.filter(account__book=book).values_list("account__code", flat=True)
    assert set(floors) == {"F-BNK", "X10", "X20"}
    assert book.history.get().username == "clerk"
    assert Account.history.filter(book=book).count() == len(STANDARD)


@pytest.mark.parametrize("code", ["HRRF", "", "hrrf", "X" * 21, "A B", "-A", "A\n"])
def test_codes_that_cannot_be(book: Book, clerk: User, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        create_book(code=code, name="x", by=clerk)
    assert "code" in caught.value.fields


def test_an_account_is_added_once(book: Book, clerk: User) -> None:
    with pytest.raises(BadInput):
        add_account(book=book, head=STANDARD[0], by=clerk)


def test_a_year_has_its_twelve_months(clerk: User) -> None:
    book = create_book(code="LEAP", name="Leap", by=clerk)
    year = open_year(book=book, label="2023-24", by=clerk)
    assert (year.start, year.end) == (date(2023, 7, 1), date(2024, 6, 30))
    ends = list(year.periods.order_by("start").values_list("end", flat=True))
    assert (len(ends), ends[7], ends[-1]) == (12, date(2024, 2, 29), year.end)
    with pytest.raises(BadInput):
        open_year(book=book, label="2023-24", by=clerk)


@pytest.mark.parametrize(
    "label", ["2025", "2025-25", "2025-27", "25-26", "2025-2026", "2025-26\n", "۲۰۲۵-۲۶", "", "1999-00"]
)
def test_labels_that_are_no_year(label: str) -> None:
    with pytest.raises(BadInput):
        fiscal_bounds(label)


@given(st.dates(min_value=date(2000, 7, 1), max_value=date(2099, 6, 30)))
def test_a_day_lies_in_its_year_and_one_month(day: date) -> None:
    start, end = fiscal_bounds(fiscal_label(day))
    assert start <= day <= end
    spans = months(start, end)
    assert len(spans) == 12
    assert sum(first <= day <= last for first, last in spans) == 1
