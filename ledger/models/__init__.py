"""The books: accounts, years, journal and stored totals. What they let in: door, rules and period_rules."""

from ledger.models.accounts import CURRENCY, Account, Book, Element, Side
from ledger.models.journal import AccountFloor, AccountTotal, JournalEntry, JournalLine
from ledger.models.years import FiscalYear, Period, Reopening

__all__ = [
    "CURRENCY",
    "Account",
    "AccountFloor",
    "AccountTotal",
    "Book",
    "Element",
    "FiscalYear",
    "JournalEntry",
    "JournalLine",
    "Period",
    "Reopening",
    "Side",
]
