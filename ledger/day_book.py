"""All entries of a book by date, a page at a time or all of them. Reads only; amounts are rupees."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery

from ledger.balances import account_of, book_of
from ledger.models import JournalEntry, JournalLine
from ledger.snapshot import snapshot
from ledger.walks import FIRST, Key, Month, Turn, Walk, after_day, all_rows, before_day, turned

BLOCK = 500
LINES = 20  # of one entry on a page: the voucher of a list has a line for each payee
_ON_ACCOUNT = " AND EXISTS (SELECT FROM ledger_journalline l WHERE l.entry_id = e.id AND l.account_id = %(account)s)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of this kind, with exactly this reference, with a line on this account; '' asks for all."""

    kind: str = ""
    reference: str = ""
    account: str = ""


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class DayPage:
    """Entries with their first lines, LINES or as many as asked for, and accounts read; `number` of an entry counts all of
    its lines. The entries to turn back before and on after, None at the ends."""

    entries: list[JournalEntry]
    previous: Key | None
    following: Key | None


def day_page(
    book: str,
    *,
    start: date,
    end: date,
    wanted: Wanted = EVERYTHING,
    turn: Turn = FIRST,
    size: int = 50,
    lines: int = LINES,
) -> DayPage:
    """Up to `size` entries from `start` to `end`, both included, by date, with up to `lines` of each. Raises: NotFound."""
    with snapshot():
        number, months, walk = _walk(book, wanted)
        found = turned(walk, months, (before_day(start), after_day(end)), number, turn, size)
        return DayPage(_entries(found.rows, lines), found.previous, found.following)


def day_book(
    book: str, *, start: date | None = None, end: date | None = None, wanted: Wanted = EVERYTHING
) -> Iterator[JournalEntry]:
    """Every entry from `start` to `end`, both included, by date, with its lines; read in blocks. Raises: NotFound."""
    _, months, walk = _walk(book, wanted)
    span = before_day(start or date.min), after_day(end or date.max)
    return (entry for rows in all_rows(walk, months, span, BLOCK) for entry in _entries(rows, None))


def entries_with_lines(most: int | None = None) -> Any:
    """Entries whose lines, accounts and writer are read with them; of each all lines, or the first `most`.

    `number` of an entry counts all of them: lines are numbered from 1 without a gap.
    """
    last = JournalLine.objects.filter(entry=OuterRef("pk")).order_by("-position").values("position")[:1]
    lines = JournalLine.objects.select_related("account").order_by("position")
    if most is not None:
        lines = lines.filter(position__lte=most)
    rows = JournalEntry.objects.select_related("book", "recorded_by").annotate(number=Subquery(last))
    return rows.prefetch_related(Prefetch("lines", lines))


def _walk(book: str, wanted: Wanted) -> tuple[int, list[Month], Walk]:
    found = book_of(book)
    source, params = "WHERE TRUE", dict[str, Any]()
    if wanted.kind:
        source, params["kind"] = f"{source} AND e.kind = %(kind)s", wanted.kind
    if wanted.reference:
        source, params["reference"] = f"{source} AND e.reference = %(reference)s", wanted.reference
    if wanted.account:
        source, params["account"] = source + _ON_ACCOUNT, account_of(book, wanted.account).pk
    months = [Month(*row) for row in found.periods.order_by("start").values_list("pk", "start", "end")]
    return found.pk, months, Walk("e.period_id, e.date, e.id, 0", source, "0::int", params)


def _entries(rows: list[tuple[Any, ...]], most: int | None) -> list[JournalEntry]:
    found = entries_with_lines(most).in_bulk([row[2] for row in rows])
    return [found[row[2]] for row in rows]
