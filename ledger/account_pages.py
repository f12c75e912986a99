"""One account's ledger a page at a time, with the running balance right on every page. Reads only; amounts are rupees."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from ledger.balances import LedgerRow, account_of, balance, ledger_rows, lines_of, on_normal_side
from ledger.models import Account
from ledger.money import rupees

ZERO = Decimal("0.00")

_TURNOVER = """
    SELECT count(*), coalesce(sum(amount) FILTER (WHERE side = 'D'), 0), coalesce(sum(amount) FILTER (WHERE side = 'C'), 0)
    FROM (
        SELECT l.side, l.amount FROM ledger_journalline l JOIN ledger_journalentry e ON e.id = l.entry_id
        WHERE l.account_id = %(account)s AND e.date BETWEEN %(start)s AND %(end)s
        ORDER BY e.date, e.id, l.position LIMIT %(limit)s
    ) AS lines
"""


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Lines `first` to `last` of `count`; balances stand on the account's normal side."""

    account: Account
    opening: Decimal
    brought: Decimal
    rows: tuple[LedgerRow, ...]
    debit: Decimal
    credit: Decimal
    closing: Decimal
    number: int
    pages: int
    count: int
    first: int
    last: int


def account_page(book: str, account: str, *, start: date, end: date, number: int = 1, size: int = 100) -> AccountPage:
    """Page `number` of the account's lines from `start` to `end`, both included; a page too far is the last one.

    `opening` is the balance before `start`, `brought` the one before the page's first line, `closing` the one after the
    last line of all pages. Raises: NotFound.
    """
    head = account_of(book, account)
    opening = balance(book, account, as_at=start - timedelta(days=1))
    count, debit, credit = _turnover(head, start, end, None)
    pages = max(1, -(-count // size))
    page = min(max(number, 1), pages)
    skipped = (page - 1) * size
    _, before_debit, before_credit = _turnover(head, start, end, skipped) if skipped else (0, ZERO, ZERO)
    brought = opening + on_normal_side(head, before_debit, before_credit)
    rows = tuple(ledger_rows(head, lines_of(head, start, end)[skipped : skipped + size], brought))
    closing = opening + on_normal_side(head, debit, credit)
    first = skipped + 1 if rows else 0
    return AccountPage(
        head, opening, brought, rows, debit, credit, closing, page, pages, count, first, skipped + len(rows)
    )


def _turnover(head: Account, start: date, end: date, limit: int | None) -> tuple[int, Decimal, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(_TURNOVER, {"account": head.pk, "start": start, "end": end, "limit": limit})
        count, debit, credit = cursor.fetchone()
        return int(count), rupees(debit), rupees(credit)
