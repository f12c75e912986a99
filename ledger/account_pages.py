"""One account's ledger a page at a time, with the running balance right on every page. Reads only; amounts are rupees.

A page is found from the line beside it, never by its number: what opens it is the stored totals of the months before and
the lines of the started month, so page 10,000 costs what page 2 does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection

from ledger.balances import account_of, on_normal_side
from ledger.models import Account, Side
from ledger.money import rupees
from ledger.snapshot import snapshot
from ledger.walks import FIRST, Key, Month, Place, Turn, Walk, after_day, all_rows, before_day, turned

ZERO = Decimal("0.00")
BLOCK = 5000

_COLUMNS = (
    "e.period_id, e.date, e.id, l.position, e.kind, e.reference, e.memo, l.head, l.party,"
    " CASE l.side WHEN 'D' THEN l.amount ELSE 0 END, CASE l.side WHEN 'C' THEN l.amount ELSE 0 END"
)
_SOURCE = "JOIN ledger_journalline l ON l.entry_id = e.id WHERE l.account_id = %(account)s"

_MONTHS = """
    SELECT p.id, p.start, p."end", sum(t.debit_paisa) * 0.01, sum(t.credit_paisa) * 0.01
    FROM ledger_accounttotal t JOIN ledger_period p ON p.id = t.period_id
    WHERE t.account_id = %(account)s GROUP BY p.id ORDER BY p.start
"""
_OF_MONTH = """
    SELECT coalesce(sum(l.amount) FILTER (WHERE l.side = 'D'), 0), coalesce(sum(l.amount) FILTER (WHERE l.side = 'C'), 0)
    FROM ledger_journalentry e JOIN ledger_journalline l ON l.entry_id = e.id
    WHERE l.account_id = %s AND e.period_id = %s AND
"""
_BEFORE = f"{_OF_MONTH} e.date <= %s AND (e.date, e.id, l.position) < (%s, %s, %s)"
_FROM = f"{_OF_MONTH} e.date >= %s AND (e.date, e.id, l.position) >= (%s, %s, %s)"


class LedgerRow(NamedTuple):
    """One line of an account with the balance after it, on the account's normal side."""

    key: Key
    date: date
    kind: str
    reference: str
    memo: str
    head: str
    party: str
    debit: Decimal
    credit: Decimal
    balance: Decimal

    @property
    def entry(self) -> int:
        return self.key.entry


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Lines of an account from one day to another; balances stand on the account's normal side.

    `opening` is the balance before the first day, `brought` and `carried` those before and after the page's lines,
    `closing` the one after the last day; `debit` and `credit` are of all days. `previous` and `following` are the lines to
    turn back before and on after, None at the ends.
    """

    account: Account
    opening: Decimal
    brought: Decimal
    rows: tuple[LedgerRow, ...]
    carried: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal
    previous: Key | None
    following: Key | None


@dataclass(frozen=True, slots=True)
class _Sums(Month):
    debit: Decimal
    credit: Decimal


class _Lines:
    """The lines of one account from one day to another, and what was booked before any place."""

    def __init__(self, book: str, account: str, start: date, end: date) -> None:
        self.account = account_of(book, account)
        self.span = before_day(start), after_day(end)
        self.walk = Walk(_COLUMNS, _SOURCE, "l.position", {"account": self.account.pk})

    @cached_property
    def months(self) -> list[_Sums]:
        with connection.cursor() as cursor:
            cursor.execute(_MONTHS, {"account": self.account.pk})
            return [_Sums(*row) for row in cursor.fetchall()]

    def before(self, place: Place) -> tuple[Decimal, Decimal]:
        """Debits and credits of all lines before the place."""
        whole = [month for month in self.months if month.start < place.month]
        debit, credit = sum((each.debit for each in whole), ZERO), sum((each.credit for each in whole), ZERO)
        started = next((month for month in self.months if month.start == place.month), None)
        if started is not None and place > Place(started.start, started.start):
            more = self._started(started, place)
            debit, credit = debit + more[0], credit + more[1]
        return rupees(debit), rupees(credit)

    def _started(self, month: _Sums, place: Place) -> tuple[Decimal, Decimal]:
        """Debits and credits of the month before the place, from the lines on its shorter side."""
        late = place.day - month.start > month.end - place.day
        with connection.cursor() as cursor:
            cursor.execute(_FROM if late else _BEFORE, [self.account.pk, month.period, place.day, *place[1:]])
            debit, credit = cursor.fetchone()
        return (month.debit - debit, month.credit - credit) if late else (debit, credit)

    def balance_before(self, place: Place) -> Decimal:
        return on_normal_side(self.account, *self.before(place))

    def rows(self, found: list[tuple[Any, ...]], running: Decimal) -> Iterator[LedgerRow]:
        """The lines with the balance after each; `running` is the one before the first."""
        sign = 1 if self.account.normal == Side.DEBIT else -1
        for _, day, entry, position, *facts, debit, credit in found:
            running += sign * (debit - credit)
            amounts = rupees(debit), rupees(credit), rupees(running)
            yield LedgerRow._make((Key(entry, position), day, *facts, *amounts))


def account_page(
    book: str, account: str, *, start: date, end: date, turn: Turn = FIRST, size: int = 100
) -> AccountPage:
    """Up to `size` lines of the account from `start` to `end`, both included. Raises: NotFound."""
    with snapshot():
        lines = _Lines(book, account, start, end)
        head = lines.account
        found = turned(lines.walk, lines.months, lines.span, head.book_id, turn, size)
        brought = lines.balance_before(found.place)
        rows = tuple(lines.rows(found.rows, brought))
        first, last = (lines.before(place) for place in lines.span)
    return AccountPage(
        head,
        opening=on_normal_side(head, *first),
        brought=brought,
        rows=rows,
        carried=rows[-1].balance if rows else brought,
        debit=last[0] - first[0],
        credit=last[1] - first[1],
        closing=on_normal_side(head, *last),
        previous=found.previous,
        following=found.following,
    )


def general_ledger(
    book: str, account: str, *, start: date | None = None, end: date | None = None
) -> Iterator[LedgerRow]:
    """The account's lines from `start` to `end`, both included, by date, each with the balance after it.

    Read in blocks, so that any number of them passes; within `snapshot` all are of one moment. Raises: NotFound.
    """
    lines = _Lines(book, account, start or date.min, end or date.max)
    return _all_rows(lines, lines.balance_before(lines.span[0]))


def opening_balance(book: str, account: str, start: date | None) -> Decimal:
    """The account's balance before the day, on its normal side; zero before any day. Raises: NotFound."""
    lines = _Lines(book, account, start or date.min, date.max)
    return lines.balance_before(lines.span[0])


def _all_rows(lines: _Lines, running: Decimal) -> Iterator[LedgerRow]:
    for found in all_rows(lines.walk, lines.months, lines.span, BLOCK):
        for row in lines.rows(found, running):
            running = row.balance
            yield row
