"""Reads the whole journal of one book, of one moment, line by line, without holding more than a few of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection

from ledger.balances import ZERO, TrialRow, book_of, trial_balance
from ledger.models import Account, Book, Side
from ledger.snapshot import snapshot

LINES_AT_ONCE = 2000

# Months come one by one in their order, so the server sorts a month and not the journal. The closing entries of a year lie
# in a period of its last day, which comes after June.
_MONTHS = "SELECT id FROM ledger_period WHERE book_id = %s ORDER BY start, id"
_LINES = """
    SELECT e.id, e.date, e.kind, e.reference, e.memo, e.key, e.reverses_id, b.id, e.reason, e.recorded, u.username,
        l.position, l.account_id, l.side, l.amount, l.head, l.party
    FROM ledger_journalentry e
    JOIN ledger_journalline l ON l.entry_id = e.id
    LEFT JOIN ledger_journalentry b ON b.reverses_id = e.id
    LEFT JOIN auth_user u ON u.id = e.recorded_by_id
    WHERE e.period_id = %s ORDER BY e.date, e.id, l.position
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line with the entry it stands in. `undoes` and `undone_by` are entries: this one's original, its reversal."""

    entry: int
    date: date
    kind: str
    reference: str
    memo: str
    key: str
    undoes: int | None
    undone_by: int | None
    reason: str
    recorded: datetime
    recorded_by: str
    position: int
    account: Account
    debit: Decimal
    credit: Decimal
    head: str
    party: str

    @property
    def amount(self) -> Decimal:
        """Rupees as both plain-text programs write them: debits above zero, credits below."""
        return self.debit - self.credit


@dataclass(slots=True)
class Tally:
    """What has been written so far: entries, lines, rupees on each side, and the last entry with its day."""

    entries: int = 0
    lines: int = 0
    debit_total: Decimal = ZERO
    credit_total: Decimal = ZERO
    entry: int = 0
    last_day: date | None = None

    def count(self, line: Line) -> None:
        """Adds a line; those of one entry come together."""
        self.entries += line.entry != self.entry
        self.lines += 1
        self.debit_total += line.debit
        self.credit_total += line.credit
        self.entry, self.last_day = line.entry, line.date


@dataclass(frozen=True, slots=True)
class Journal:
    """A book, its accounts in the order of codes, and its lines. `lines` may be read once; `tally` grows meanwhile."""

    book: Book
    accounts: tuple[Account, ...]
    opened: date | None
    tally: Tally = field(default_factory=Tally)

    def lines(self) -> Iterator[Line]:
        """Every line in the order of days, entries and positions."""
        accounts = {account.pk: account for account in self.accounts}
        for month in _periods(self.book):
            for line in _lines(month, accounts):
                self.tally.count(line)
                yield line

    def balances(self) -> Iterator[tuple[Account, Decimal]]:
        """What the stored totals say of each account in rupees, debit above zero; an independent sum must agree."""
        rows: dict[str, TrialRow] = {row.code: row for row in trial_balance(self.book.code).rows}
        for account in self.accounts:
            row = rows[account.code]
            yield account, row.debit - row.credit


@contextmanager
def journal_of(code: str) -> Iterator[Journal]:
    """The journal of a fund's book, all of one moment while the context lasts. Raises: NotFound."""
    with snapshot():
        book = book_of(code)
        year = book.years.order_by("start").first()
        yield Journal(book, tuple(book.accounts.order_by("code")), year.start if year else None)


def _periods(book: Book) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [book.pk])
        return [number for (number,) in cursor.fetchall()]


def _lines(month: int, accounts: dict[int, Account]) -> Iterator[Line]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINES, [month])
        while rows := cursor.fetchmany(LINES_AT_ONCE):
            for *entry, recorded, user, position, account, side, amount, head, party in rows:
                debit, credit = (amount, ZERO) if side == Side.DEBIT else (ZERO, amount)
                written = (
                    recorded.astimezone(UTC),
                    user or "",
                    position,
                    accounts[account],
                    debit,
                    credit,
                    head,
                    party,
                )
                yield Line(*(*entry, *written))
