"""Reading the books: balances, trial balance, comparison, and the proofs of stored figures. Nothing here writes.

Balances come from the stored totals; only a date inside a month adds that month's lines. All amounts are rupees.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

from django.db import connection
from django.db.models import Sum

from ledger.chart import fiscal_bounds
from ledger.errors import NotFound
from ledger.models import Account, AccountTotal, Book, Element, Period, Side
from ledger.money import rupees

ZERO = Decimal("0.00")

# Both ways round: a total without lines, lines without a total, and figures that differ.
_PROOF = """
    WITH lines AS (
        SELECT l.account_id, e.period_id, coalesce(sum(l.amount) FILTER (WHERE l.side = 'D'), 0) AS debit,
            coalesce(sum(l.amount) FILTER (WHERE l.side = 'C'), 0) AS credit
        FROM ledger_journalline l JOIN ledger_journalentry e ON e.id = l.entry_id GROUP BY 1, 2
    ), totals AS (
        SELECT account_id, period_id, sum(debit_paisa) * 0.01 AS debit, sum(credit_paisa) * 0.01 AS credit
        FROM ledger_accounttotal GROUP BY 1, 2
    ), compared AS (
        SELECT coalesce(l.account_id, t.account_id) AS account_id, coalesce(l.period_id, t.period_id) AS period_id,
            t.debit AS stored_debit, l.debit, t.credit AS stored_credit, l.credit
        FROM lines l FULL JOIN totals t ON t.account_id = l.account_id AND t.period_id = l.period_id
    ), balances AS (
        SELECT l.account_id, sum((l.debit - l.credit) * CASE a.normal WHEN 'D' THEN 1 ELSE -1 END) AS balance
        FROM lines l JOIN ledger_account a ON a.id = l.account_id GROUP BY 1
    )
    SELECT * FROM (
        SELECT b.code AS book, a.code AS account, p.start, kind, stored, summed
        FROM compared c JOIN ledger_account a ON a.id = c.account_id JOIN ledger_book b ON b.id = a.book_id
        LEFT JOIN ledger_period p ON p.id = c.period_id,
        LATERAL (VALUES ('debit', stored_debit, c.debit), ('credit', stored_credit, c.credit)) AS v(kind, stored, summed)
        WHERE stored IS DISTINCT FROM summed
        UNION ALL
        SELECT b.code, a.code, NULL, 'floor', f.balance, coalesce(s.balance, 0)
        FROM ledger_account a JOIN ledger_book b ON b.id = a.book_id
        LEFT JOIN ledger_accountfloor f ON f.account_id = a.id LEFT JOIN balances s ON s.account_id = a.id
        WHERE a.never_negative AND (f.balance IS DISTINCT FROM coalesce(s.balance, 0) OR f.balance < 0)
    ) AS differences WHERE %(book)s::text IS NULL OR book = %(book)s::text ORDER BY 1, 2, 3, 4
"""

_COMPARED = """
    SELECT a.code, a.name, a.net, b.net FROM ledger_trial(%s, %s) AS a JOIN ledger_trial(%s, %s) AS b ON b.code = a.code
    ORDER BY a.code
"""

_BALANCED = """
    WITH entries AS (
        SELECT e.id, b.code, coalesce(sum(l.amount) FILTER (WHERE l.side = 'D'), 0) AS debit,
            coalesce(sum(l.amount) FILTER (WHERE l.side = 'C'), 0) AS credit, count(l.position) AS lines
        FROM ledger_journalentry e JOIN ledger_book b ON b.id = e.book_id
        LEFT JOIN ledger_journalline l ON l.entry_id = e.id
        WHERE %(book)s::text IS NULL OR b.code = %(book)s::text GROUP BY e.id, b.code
    )
    SELECT 'entry', id::text, debit, credit FROM entries WHERE debit <> credit OR lines < 2
    UNION ALL
    SELECT 'book', code, sum(debit), sum(credit) FROM entries GROUP BY code HAVING sum(debit) <> sum(credit)
    ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored figure that is not the sum of its lines: a total's debit or credit in the month `start`, or a floor."""

    book: str
    account: str
    start: date | None
    kind: str
    stored: Decimal | None
    summed: Decimal | None


class TrialRow(NamedTuple):
    """One account's balance, on the side it lies on."""

    code: str
    name: str
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts of a book with their balances at the end of `as_at` (None: of everything posted)."""

    book: str
    as_at: date | None
    rows: tuple[TrialRow, ...]
    debit_total: Decimal
    credit_total: Decimal


class Sides(NamedTuple):
    """One figure in two columns: at most one of them is above zero."""

    debit: Decimal
    credit: Decimal


class ComparedRow(NamedTuple):
    """One account's balance at two days and the change from the first to the second, each on the side it lies on."""

    code: str
    name: str
    first: Sides
    second: Sides
    change: Sides


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every account of a book at the ends of two days; the totals add the columns up."""

    book: str
    first: date
    second: date
    rows: tuple[ComparedRow, ...]
    first_total: Sides
    second_total: Sides
    change_total: Sides


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved on one account, by the head it belongs to and the kind of entry."""

    account: str
    element: Element
    head: str
    kind: str
    debit: Decimal
    credit: Decimal


def book_of(code: str) -> Book:
    """The book of a fund. Raises: NotFound."""
    book = Book.objects.filter(code=code).first()
    if book is None:
        raise NotFound(f"There is no book {code}.")
    return book


def account_of(book: str, code: str) -> Account:
    """An account by the codes of its book and its own. Raises: NotFound."""
    account = Account.objects.select_related("book").filter(book__code=book, code=code).first()
    if account is None:
        raise NotFound(f"There is no account {code} in the book {book}.")
    return account


def balance(book: str, account: str, *, as_at: date | None = None) -> Decimal:
    """The account's balance at the end of `as_at` (None: of everything posted), positive on its normal side.

    Raises: NotFound.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_balance(%s, %s, %s)", [book, account, as_at])
        normal, net = cursor.fetchone()
    if normal is None:
        raise NotFound(f"There is no account {account} in the book {book}.")
    return cast(Decimal, net if normal == Side.DEBIT else -net)


def trial_balance(book: str, *, as_at: date | None = None) -> TrialBalance:
    """Every account of the book with its balance in the debit or the credit column, in the order of codes.

    `as_at` None: of everything posted. Raises: NotFound.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_trial(%s, %s)", [book, as_at])
        found = cursor.fetchall()
    if not found:
        book_of(book)
    rows = [
        TrialRow(code, name, net, ZERO) if net >= 0 else TrialRow(code, name, ZERO, -net) for code, name, net in found
    ]
    debit_total, credit_total = sum([row.debit for row in rows], ZERO), sum([row.credit for row in rows], ZERO)
    return TrialBalance(book, as_at, tuple(rows), debit_total, credit_total)


def compare(book: str, first: date, second: date) -> Comparison:
    """Every account of the book at the ends of two days, the earlier one first, and what changed. Raises: NotFound."""
    first, second = min(first, second), max(first, second)
    with connection.cursor() as cursor:
        cursor.execute(_COMPARED, [book, first, book, second])
        found = cursor.fetchall()
    if not found:
        book_of(book)
    rows = tuple([ComparedRow(code, name, sides(a), sides(b), sides(b - a)) for code, name, a, b in found])
    totals = [added(getattr(row, column) for row in rows) for column in ("first", "second", "change")]
    return Comparison(book, first, second, rows, *totals)


def sides(net: Decimal) -> Sides:
    """Debits less credits as a figure in the debit or the credit column."""
    return Sides(net, ZERO) if net >= 0 else Sides(ZERO, -net)


def added(figures: Iterable[Sides]) -> Sides:
    """Each column added up."""
    listed = list(figures)
    return Sides(sum([each.debit for each in listed], ZERO), sum([each.credit for each in listed], ZERO))


def movements(book: str, *, start: date, end: date) -> list[Movement]:
    """Debits and credits from `start` to `end`, both included, per account, head and kind of entry; no closing entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.code, a.element, l.head, e.kind, coalesce(sum(l.amount) FILTER (WHERE l.side = 'D'), 0),"
            " coalesce(sum(l.amount) FILTER (WHERE l.side = 'C'), 0)"
            " FROM ledger_period p JOIN ledger_journalentry e ON e.period_id = p.id"
            " JOIN ledger_journalline l ON l.entry_id = e.id JOIN ledger_account a ON a.id = l.account_id"
            ' WHERE p.book_id = %s AND p.start < p."end" AND p.start <= %s AND p."end" >= %s AND e.date BETWEEN %s AND %s'
            " GROUP BY a.code, a.element, l.head, e.kind ORDER BY a.code, l.head, e.kind",
            [book_of(book).pk, end, start, start, end],
        )
        return [
            Movement(code, Element(element), head, kind, rupees(debit), rupees(credit))
            for code, element, head, kind, debit, credit in cursor.fetchall()
        ]


def prove_totals(book: str | None = None) -> list[Difference]:
    """Stored totals and floors that differ from the sums of the lines, of one book or of all; empty when all agree."""
    with connection.cursor() as cursor:
        cursor.execute(_PROOF, {"book": book})
        return [Difference(*row) for row in cursor.fetchall()]


def prove_balanced(book: str | None = None) -> list[str]:
    """Books whose debits and credits differ and entries whose lines do not balance; empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCED, {"book": book})
        return [f"{kind} {name}: debits {debit}, credits {credit}" for kind, name, debit, credit in cursor.fetchall()]


def on_normal_side(head: Account, debit: Decimal, credit: Decimal) -> Decimal:
    """What debits and credits leave on the side on which the account normally stands."""
    return rupees(debit - credit if head.normal == Side.DEBIT else credit - debit)


_TURNOVER = """
    SELECT a.code, a.element, coalesce(s.debit, 0), coalesce(s.credit, 0) FROM ledger_account a LEFT JOIN (
        SELECT t.account_id, sum(t.debit_paisa) * 0.01 AS debit, sum(t.credit_paisa) * 0.01 AS credit
        FROM ledger_accounttotal t JOIN ledger_period p ON p.id = t.period_id
        WHERE p.book_id = %(book)s AND p.start >= %(start)s AND p."end" <= %(end)s AND p.start < p."end"
        GROUP BY t.account_id
    ) s ON s.account_id = a.id WHERE a.book_id = %(book)s ORDER BY a.code
"""


@dataclass(frozen=True, slots=True)
class Turnover:
    """What one account's debits and credits came to over a run of whole months, closing entries left out."""

    element: Element
    debit: Decimal
    credit: Decimal

    @property
    def net(self) -> Decimal:
        """Debits less credits."""
        return self.debit - self.credit


def turnover(book: str, *, start: date, end: date) -> dict[str, Turnover]:
    """By account code, over the months that lie whole between `start` and `end`, from the stored totals."""
    with connection.cursor() as cursor:
        cursor.execute(_TURNOVER, {"book": book_of(book).pk, "start": start, "end": end})
        return {
            code: Turnover(Element(element), rupees(debit), rupees(credit))
            for code, element, debit, credit in cursor.fetchall()
        }


def before_closing(book: str, label: str) -> TrialBalance:
    """The trial balance of a fiscal year's 30 June without its closing entries; the same as any other while it is open.

    Raises: NotFound, BadInput for a malformed label.
    """
    _, end = fiscal_bounds(label)
    closing = Period.objects.filter(book__code=book, start=end, end=end)
    undone = {
        code: (debit, credit)
        for code, debit, credit in AccountTotal.objects.filter(period__in=closing)
        .values_list("account__code")
        .annotate(Sum("debit"), Sum("credit"))
    }
    rows = []
    for row in trial_balance(book, as_at=end).rows:
        debit, credit = undone.get(row.code, (ZERO, ZERO))
        net = rupees(row.debit - row.credit - debit + credit)
        rows.append(TrialRow(row.code, row.name, max(net, ZERO), max(-net, ZERO)))
    debit_total, credit_total = sum((row.debit for row in rows), ZERO), sum((row.credit for row in rows), ZERO)
    return TrialBalance(book, end, tuple(rows), debit_total, credit_total)
