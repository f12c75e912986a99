"""Walking the journal in the order of the books, a stretch at a time, from any place in it and both ways. Reads only.

The order: by month, closing entries of 30 June after the others of June; in it by date, entry and line. A place lies
between two lines. The month of the place is read alone, in the order of its index; where it holds few rows, ever larger runs
of months follow, so that a quiet account costs few statements. Nothing is counted and no row is skipped.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection

from ledger.errors import NotFound
from ledger.models import JournalEntry

_LAST = date(9999, 12, 30)  # a day later there is no day after
_KEY = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Month:
    """A period that may hold rows: a calendar month, or the closing period of a year."""

    period: int
    start: date
    end: date


class Place(NamedTuple):
    """A place in the order of the books: right before the line it names, were there one."""

    month: date  # first day of the period
    day: date
    entry: int = 0
    position: int = 0


class Key(NamedTuple):
    """Names a line, or an entry by position 0; written '4711-2'."""

    entry: int
    position: int

    def __str__(self) -> str:
        return f"{self.entry}-{self.position}"


class Way(StrEnum):
    FIRST = "first"
    AFTER = "after"
    BEFORE = "before"
    LAST = "last"


class Turn(NamedTuple):
    """Which page: the first or last one, or the one after or before the line `key`."""

    way: Way
    key: Key = Key(0, 0)


FIRST, LAST = Turn(Way.FIRST), Turn(Way.LAST)


@dataclass(frozen=True, slots=True)
class Walk:
    """What is read: `columns` of the entries `e` with the joins and conditions of `source`; `position` orders the rows
    of one entry. A row begins with period, date, entry and position."""

    columns: str
    source: str
    position: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"(e.date, e.id, {self.position})"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows of a page, none of them before `place`; the keys to turn back before and on after, None at the ends."""

    rows: list[tuple[Any, ...]]
    place: Place
    previous: Key | None
    following: Key | None


def read_turn(given: Mapping[str, str]) -> Turn:
    """The page an address asks for by `after`, `before` or `page=last`; the first one where it names none."""
    for way in (Way.AFTER, Way.BEFORE):
        if match := _KEY.fullmatch(given.get(way, "")):
            return Turn(way, Key(int(match[1]), int(match[2])))
    return LAST if given.get("page") == Way.LAST else FIRST


def before_day(day: date) -> Place:
    """The place before everything dated on this day or later."""
    return Place(day.replace(day=1), day)


def after_day(day: date) -> Place:
    """The place after everything dated on this day or earlier."""
    return before_day(min(day, _LAST) + timedelta(days=1))


def before_key(book: int, key: Key) -> Place:
    """The place right before the line or entry. Raises: NotFound."""
    found = JournalEntry.objects.filter(pk=key.entry, book=book).values_list("period__start", "date").first()
    if found is None:
        raise NotFound(f"There is no line {key} in this book.")
    return Place(*found, *key)


def after_key(book: int, key: Key) -> Place:
    """The place right after the line, or after the whole entry. Raises: NotFound."""
    place = before_key(book, key)
    if key.position == 0:
        return place._replace(entry=key.entry + 1)
    return place._replace(position=key.position + 1)


def turned(walk: Walk, months: Sequence[Month], span: tuple[Place, Place], book: int, turn: Turn, size: int) -> Stretch:
    """Up to `size` rows of the span. A page before a line that is not full is the first one. Raises: NotFound."""
    start, end = span
    if turn.way in (Way.BEFORE, Way.LAST):
        place = end if turn.way is Way.LAST else min(before_key(book, turn.key), end)
        rows = backward(walk, months, start, place, size + 1)
        if len(rows) > size:
            following = None if turn.way is Way.LAST else key_of(rows[-1])
            return Stretch(rows[1:], place_of(rows[1], months), key_of(rows[1]), following)
    place = max(after_key(book, turn.key), start) if turn.way is Way.AFTER else start
    rows = forward(walk, months, place, end, size + 1)
    previous = key_of(rows[0]) if rows and place > start else None
    return Stretch(rows[:size], place, previous, key_of(rows[size - 1]) if len(rows) > size else None)


def key_of(row: tuple[Any, ...]) -> Key:
    return Key(row[2], row[3])


def place_of(row: tuple[Any, ...], months: Sequence[Month]) -> Place:
    """The place right before a row that was read."""
    month = next(month for month in months if month.period == row[0])
    return Place(month.start, *row[1:4])


def all_rows(
    walk: Walk, months: Sequence[Month], span: tuple[Place, Place], block: int
) -> Iterator[list[tuple[Any, ...]]]:
    """Every row of the span, a block at a time, so that any number of them passes."""
    start, end = span
    while rows := forward(walk, months, start, end, block):
        yield rows
        last = place_of(rows[-1], months)
        start = last._replace(position=last.position + 1)


def forward(walk: Walk, months: Sequence[Month], start: Place, end: Place, limit: int) -> list[tuple[Any, ...]]:
    """Up to `limit` rows from `start` on that lie before `end`, in order. `months`: those that may hold any, in order."""
    assert not end.entry, "a walk ahead ends with a day"
    return list(_walked(walk, _between(months, start, end), (start, end), limit, ""))


def backward(walk: Walk, months: Sequence[Month], start: Place, end: Place, limit: int) -> list[tuple[Any, ...]]:
    """The last rows, up to `limit`, that lie before `end` and not before `start`, in order."""
    assert not start.entry, "a walk back begins with a day"
    return list(_walked(walk, _between(months, start, end)[::-1], (start, end), limit, " DESC"))[::-1]


def _between(months: Sequence[Month], start: Place, end: Place) -> list[Month]:
    return [each for each in months if start.month <= each.start <= end.month]


def _walked(
    walk: Walk, months: list[Month], span: tuple[Place, Place], limit: int, way: str
) -> Iterator[tuple[Any, ...]]:
    length = 1
    while months and limit > 0:
        run = _run(months, length)
        found = _read(walk, run, span, limit, way)
        yield from found
        # Few rows here: few in the next month too, so more of them are read together.
        length = length * 2 if len(found) * 10 < limit else 1
        months, limit = months[len(run) :], limit - len(found)


def _run(months: list[Month], length: int) -> list[Month]:
    """The next months to read in one statement; a closing period alone, for it follows others of its date."""
    closings = (place for place, month in enumerate(months) if month.start == month.end)
    return months[: max(1, min(length, next(closings, length)))]


def _read(walk: Walk, run: list[Month], span: tuple[Place, Place], limit: int, way: str) -> list[tuple[Any, ...]]:
    start, end = span
    values: dict[str, Any] = {"limit": limit, "first": start.day, "last": end.day, "period": run[0].period}
    # A single period is named by itself: only then its index gives the rows in order, and few of them are read.
    within = "e.period_id = %(period)s"
    if len(run) > 1:
        within, values["period"] = "e.period_id = ANY(%(period)s)", [month.period for month in run]
    # Whole days need no more than the date. A comparison with the line is made in its own period only.
    within += " AND e.date >= %(first)s AND e.date " + ("<= %(last)s" if end.entry else "< %(last)s")
    for place, name, compared in ((start, "start", ">="), (end, "end", "<")):
        if place.entry and place.month == run[0].start:
            within += f" AND {walk.place} {compared} %({name})s"
            values[name] = tuple(place[1:])
    order = f"e.date{way}, e.id{way}, {walk.position}{way}"
    sql = (
        f"SELECT {walk.columns} FROM ledger_journalentry e {walk.source} AND {within} ORDER BY {order} LIMIT %(limit)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {**walk.params, **values})
        return cursor.fetchall()
