"""Reading balances from books that grow, and whether growth slows reading or writing."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User

from bench import ours, rows
from bench.bursts import Duel, Peer, duel, once
from bench.database import Books, Login, Scratch, connect, django_uses, settle
from bench.peers.sums import QUESTIONS
from bench.rows import MILLISECONDS, Row, versus
from bench.scale import Scale
from ledger.balances import prove_balanced, prove_totals, trial_balance
from ledger.chart import SLOTS, Head

SUM = "one SUM over the lines in SQL"
TABLE, ORM, BALANCE = "django-hordak, with_balances", "django-hordak, with_balances_orm", "django-hordak, get_balance"
LOADERS, LEAST_SESSIONS, BATCH = 2, 32, 10_000
TURN = 0.2  # seconds of reading; one reading of many lines takes longer anyway
Say = Callable[[str], None]


@dataclass(slots=True)
class Library:
    """A book of ours and one of django-hordak that are filled alike, up to `lines` each."""

    books: Books
    rival: Login
    python: str
    by: User
    lines: int = 0

    def grow(self, to: int) -> None:
        """Adds entries, ours through post(), until there are `to` lines in the book."""
        django_uses(self.books.application)
        fill(self.books.application, ours.BOOK, self.lines // 2, to // 2)
        settle(self.books.owner)
        self.lines = to

    def grow_rival(self, to: int, since: int) -> None:
        """The same for django-hordak, by plain SQL with its rules off."""
        if self.python:
            told = {"login": asdict(self.rival), "act": "fill", "first": since // 2, "end": to // 2}
            once(Peer("django-hordak", "bench.peers.hordak_ready", told, self.python, warm_up=0))
            settle(self.rival)


def prepare(made: Scratch, python: str) -> Library:
    """Both books, still without lines."""
    rival = made.empty("readrival")
    if python:
        told = {"login": asdict(rival), "act": "accounts"}
        once(Peer("django-hordak", "bench.peers.hordak_ready", told, python, warm_up=0))
    books = made.books("grown")
    return Library(books, rival, python, ours.prepare())


def fill(login: Login, book: str, first: int, end: int) -> None:
    """Entries `first` to `end` - 1 of the shape in bench/ours.py, by two loaders, each call from a new session."""
    batch = max(1, min(BATCH, (end - first) // LEAST_SESSIONS))
    told = {"login": asdict(login), "book": book, "first": first, "end": end, "batch": batch}
    calls = -(-(end - first) // batch)
    peer = Peer("loading", "bench.peers.load", told, processes=LOADERS, warm_up=0)
    duel([peer], rounds=-(-calls // LOADERS), seconds=0)


def balances(library: Library, scale: Scale, lines: int, rounds: int) -> list[Row]:
    """Balance of the account with half of all lines and the trial balance, at `lines` lines."""
    since = library.lines
    library.grow(lines)
    library.grow_rival(lines, since)
    compare_figures(library.books)
    found = _duel(library, "trial", {TABLE: "trial", ORM: "trial_orm"}, rounds)
    what = f"trial balance of {lines:,} lines"
    made = [
        *versus(found, what, TABLE, unit=MILLISECONDS, at_least=rows.TRIAL_RIVAL if lines == scale.big else None),
        *versus(found, what, ORM, unit=MILLISECONDS),
        *versus(found, what, SUM, unit=MILLISECONDS),
    ]
    if lines == scale.middle:
        found = _duel(library, "balance", {BALANCE: "balance"}, rounds)
        what = f"balance of an account of {lines // 2:,} lines"
        made = [
            *versus(found, what, BALANCE, unit=MILLISECONDS, at_least=rows.BALANCE_RIVAL),
            *versus(found, what, SUM, unit=MILLISECONDS),
            *made,
        ]
    return made


def slots_everywhere(made: Scratch, library: Library, rounds: int) -> list[Row]:
    """The worst a book can be asked: every account in several rows a month, as if writers met on each.

    The other books must hold as many lines now as this one gets.
    """
    lines = library.lines
    books = made.books("slots")
    by = User.objects.create_user(ours.USER)
    ours.open_book(ours.BOOK, by, Head)
    other = Library(books, library.rival, library.python, by)
    other.grow(lines)
    found = _duel(other, "trial", {TABLE: "trial"}, rounds)
    what = f"trial balance of {lines:,} lines, every account in {SLOTS} slots"
    prove(books)
    return [*versus(found, what, TABLE, unit=MILLISECONDS), *versus(found, what, SUM, unit=MILLISECONDS)]


def growth(made: Scratch, library: Library, scale: Scale, say: Say) -> list[Row]:
    """Posting and the trial balance in a book of many lines against one of few, in turns."""
    few = Library(made.books("small"), library.rival, "", ours.prepare())
    few.grow(scale.small)
    before, after = f"the same at {scale.small:,} lines", "ours"
    say(f"Loading up to {scale.grown:,} lines through post() ...")
    library.grow(scale.grown)
    logins = {after: asdict(library.books.application), before: asdict(few.books.application)}
    posting = [Peer(name, "bench.peers.post", {"login": to, "act": "one"}) for name, to in logins.items()]
    told = {"book": ours.BOOK, "act": "trial"}
    reading = [Peer(name, "bench.peers.read", {"login": to, **told}) for name, to in logins.items()]
    rate, time = duel(posting, scale.rounds, scale.seconds), duel(reading, scale.rounds, TURN)
    for books in (few.books, library.books):
        prove(books)
    at = f"at {scale.grown:,} lines"
    return [
        *versus(rate, f"one entry of two lines {at}", before, at_least=rows.GROWN_RATE),
        *versus(time, f"trial balance {at}", before, unit=MILLISECONDS, at_least=rows.GROWN_TIME),
    ]


def compare_figures(books: Books) -> None:
    """Raises: RuntimeError if stored totals and a sum over the lines differ in any account."""
    with closing(connect(books.application)) as raw, raw.cursor() as cursor:
        cursor.execute(
            f"SELECT a.code, net FROM ({QUESTIONS['trial']}) AS s (account_id, net)"
            " JOIN ledger_account a ON a.id = s.account_id"
        )
        summed: dict[str, Decimal] = dict(cursor.fetchall())
    stored = {row.code: row.debit - row.credit for row in trial_balance(ours.BOOK).rows}
    if any(stored[code] != summed.get(code, 0) for code in stored):
        raise RuntimeError("Stored totals and sums of the lines differ.")


def prove(books: Books) -> None:
    """Raises: RuntimeError if what was posted does not add up: a rate of wrong entries would mean nothing."""
    django_uses(books.application)
    if found := [*prove_totals(), *prove_balanced()]:
        raise RuntimeError(f"The books do not add up: {found[:3]}")


def _duel(library: Library, act: str, rivals: dict[str, str], rounds: int) -> Duel:
    told: dict[str, Any] = {"login": asdict(library.books.application), "act": act, "book": ours.BOOK}
    peers = [Peer("ours", "bench.peers.read", told), Peer(SUM, "bench.peers.sums", told, warm_up=1)]
    if library.python:
        login = asdict(library.rival)
        peers += [
            Peer(name, "bench.peers.hordak", {"login": login, "act": what}, library.python, warm_up=1)
            for name, what in rivals.items()
        ]
    return duel(peers, rounds, TURN)
