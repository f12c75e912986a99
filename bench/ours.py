"""Our side: a book, and drafts for it."""

from datetime import date

from django.contrib.auth.models import User

from ledger.chart import create_book, open_year
from ledger.posting import Draft, credit, debit

BOOK, DAY = "BENCH", date(2025, 9, 26)


def open_book(code: str, by: User) -> None:
    """A book with the standard accounts and the year 2025-26."""
    open_year(book=create_book(code=code, name=f"Benchmark {code}", by=by), label="2025-26", by=by)


def draft(key: str, number: int, *, book: str = BOOK, day: date = DAY, dr: str = "A-REL", cr: str = "G-PAY") -> Draft:
    """Two lines over ordinary accounts; the amount follows from the number, in rupees."""
    amount = 1 + number % 100_000
    lines = (debit(dr, amount), credit(cr, amount, head=dr, party=f"line:{number}"))
    return Draft(book, day, "voucher", f"BM-{number}", f"Entry {number}", key, lines)
