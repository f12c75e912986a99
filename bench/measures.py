"""What is measured, each against a plainer way to the same end. A row is what the tables show."""

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from bench import floor
from bench.bursts import Duel, Peer, duel
from bench.database import Scratch, connect
from bench.ours import BOOK, draft, open_book
from ledger.balances import prove_balanced, prove_totals, trial_balance
from ledger.posting import post

BULK, BULK_ROUNDS = 10_000, 5
LINES, READS = 200_000, 20
ORDINARY = [
    ("A-REL", "G-PAY"),
    ("A-DIY", "G-PAY"),
    ("G-PAY", "G-CHQ"),
    ("A-FIN", "G-UNCL"),
    ("A-LEG", "H-FUND"),
    ("F-BAIL", "H-REC"),
]


@dataclass(frozen=True, slots=True)
class Row:
    """Medians of ours and of the other way, in `unit`, and how many times as good ours was, round by round."""

    what: str
    other: str
    unit: str
    ours: float
    theirs: float
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def middle_half(self) -> tuple[float, float]:
        """Between these lay the middle half of the rounds."""
        low, _, high = statistics.quantiles(self.ratios, n=4)
        return low, high


def one_entry(made: Scratch, hordak_python: str) -> list[Row]:
    """(a) One entry of two lines a call, each durable when the call returns."""
    with closing(connect(made.floor)) as raw, raw.cursor() as cursor:
        cursor.execute(floor.TABLES)
    peers = [
        Peer("ours", "bench.peers.post", {"login": asdict(made.application)}),
        Peer("psycopg2, four statements", "bench.peers.floor", {"login": asdict(made.floor)}),
    ]
    if hordak_python:
        told = {"login": asdict(made.hordak)}
        peers.append(Peer("django-hordak, transfer_to", "bench.peers.hordak", told, hordak_python))
    return _rows("one entry of two lines", "entries/s", duel(peers))


def many_entries(made: Scratch, by: User) -> list[Row]:
    """(b) 10,000 entries in one call and one transaction; the drafts or rows are built inside the timing."""
    raw = connect(made.floor, autocommit=False)
    rates: dict[str, list[float]] = {"ours": [], "psycopg2, execute_values": []}
    for number in range(BULK_ROUNDS):
        acts: list[tuple[str, Callable[[], object]]] = [
            ("ours", lambda part=number: post([draft(f"bulk:{part}:{n}", n) for n in range(BULK)], by=by)),
            ("psycopg2, execute_values", lambda: floor.post_many(raw, BULK)),
        ]
        for name, act in acts[:: -1 if number % 2 else 1]:
            rates[name].append(BULK / _seconds(act))
    raw.close()
    return _rows(f"{BULK:,} entries in one call", "entries/s", Duel(rates))


def vouchers() -> list[Row]:
    """(c) One-page papers, each with its own content and its own file."""
    with tempfile.TemporaryDirectory() as folder:
        told = {"folder": folder}
        peers = [
            Peer("ours", "bench.peers.voucher", told),
            Peer("canvas page, QR as one path", "bench.peers.canvas", told | {"code": "path"}),
            Peer("canvas page, ReportLab's QR widget", "bench.peers.canvas", told | {"code": "widget"}),
        ]
        return _rows("voucher as a PDF file", "files/s", duel(peers))


def reading(made: Scratch, by: User) -> list[Row]:
    """(d) The trial balance of a book of 200,000 lines. Raises: RuntimeError if the two ways differ in a figure."""
    _fill("TRIAL", by)
    with closing(connect(made.owner)) as raw:
        raw.cursor().execute("ANALYZE")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_book WHERE code = 'TRIAL'")
        book = cursor.fetchone()[0]
    if _stored() != _summed(book):
        raise RuntimeError("Stored totals and sums of the lines differ.")
    times: dict[str, list[float]] = {"ours": [], "SUM over the lines in SQL": []}
    for number in range(READS):
        pair = [("ours", _stored), ("SUM over the lines in SQL", lambda: _summed(book))]
        for name, act in pair[:: -1 if number % 2 else 1]:
            times[name].append(_seconds(act) * 1000)
    ours, other = times.values()
    ratios = tuple(sorted(theirs / our for our, theirs in zip(ours, other, strict=True)))
    what = f"trial balance of {LINES:,} lines"
    return [Row(what, "SUM over the lines in SQL", "ms", statistics.median(ours), statistics.median(other), ratios)]


def prove() -> None:
    """Raises: RuntimeError if what was posted does not add up: a rate of wrong entries would mean nothing."""
    if found := [*prove_totals(), *prove_balanced()]:
        raise RuntimeError(f"The books do not add up: {found[:3]}")


def prepare(username: str = "bench") -> User:
    """The person who posts, and the book that is posted to."""
    user: User = User.objects.create_user(username)
    open_book(BOOK, user)
    return user


def _rows(what: str, unit: str, result: Duel) -> list[Row]:
    first, *others = result.rates
    ours = result.median(first)
    return [Row(what, name, unit, ours, result.median(name), tuple(result.ratios(name))) for name in others]


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _fill(code: str, by: User) -> None:
    """Two-line entries over ten accounts and twelve months, in ten calls by ten sessions, so that slots fill too."""
    open_book(code, by)
    calls, each = 10, LINES // 2 // 10
    for call in range(calls):
        connection.close()
        post([_spread(code, call * each + n) for n in range(each)], by=by)


def _spread(code: str, number: int) -> Any:
    dr, cr = ORDINARY[number % len(ORDINARY)]
    month = number % 12
    day = date(2025 + (month + 6) // 12, (month + 6) % 12 + 1, 1 + number % 28)
    return draft(f"fill:{number}", number, book=code, day=day, dr=dr, cr=cr)


def _stored() -> list[tuple[str, Decimal]]:
    return [(row.code, row.debit - row.credit) for row in trial_balance("TRIAL").rows]


def _summed(book: int) -> list[tuple[str, Decimal]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.code, coalesce(s.net, 0) FROM ledger_account a LEFT JOIN ("
            " SELECT account_id, sum(CASE side WHEN 'D' THEN amount ELSE -amount END) AS net"
            " FROM ledger_journalline GROUP BY account_id"
            ') s ON s.account_id = a.id WHERE a.book_id = %s ORDER BY a.code COLLATE "C"',
            [book],
        )
        found: Sequence[tuple[str, Decimal]] = cursor.fetchall()
    return list(found)
