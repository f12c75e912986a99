"""Our side: a book of 204 accounts, and drafts for it."""

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User

from ledger.chart import STANDARD, Head, add_account, create_book, open_year
from ledger.models import Element, Side
from ledger.posting import Draft, Line, credit, debit

BOOK, DAY, USER = "BENCH", date(2025, 9, 26), "bench"
ORDINARY, GUARDED = ("A-REL", "G-PAY"), ("G-PAY", "F-BNK")  # F-BNK may never fall below nothing
FUND, ACCOUNTS = "H-FUND", 204
# One fund bears half of all lines and two hundred accounts the others: the shape all ledgers here are given.
OTHERS = [head.code for head in STANDARD if head.code != FUND and not head.never_negative]
OTHERS += [f"A-Q{number:03}" for number in range(ACCOUNTS - len(STANDARD))]

_calls = itertools.count()


@dataclass(frozen=True, slots=True)
class QuietHead(Head):
    """An account in which writers seldom meet: one row for each stored total."""

    @property
    def slots(self) -> int:
        return 1


def prepare() -> User:
    """The person who posts, and a book to be posted to, in the database Django uses."""
    user: User = User.objects.create_user(USER)
    open_book(BOOK, user)
    return user


def open_book(code: str, by: User, kind: Callable[..., Head] = QuietHead) -> None:
    """A book with the year 2025-26, the standard accounts as they are, and 181 more of the given kind."""
    book = create_book(code=code, name=f"Benchmark {code}", by=by)
    for added in OTHERS[len(OTHERS) - (ACCOUNTS - len(STANDARD)) :]:
        add_account(book=book, head=kind(added, f"Head {added}", Element.EXPENDITURE, Side.DEBIT), by=by)
    open_year(book=book, label="2025-26", by=by)


def draft(key: str, number: int, pair: tuple[str, str] = ORDINARY, *, book: str = BOOK) -> Draft:
    """Two lines; the amount follows from the number, in rupees."""
    amount = 1 + number % 100_000
    lines = (debit(pair[0], amount), credit(pair[1], amount, head="A-REL", party=f"line:{number}"))
    return Draft(book, DAY, "voucher", f"BM-{number}", f"Entry {number}", key, lines)


def deposit(key: str) -> Draft:
    """So much into the guarded account that no benchmark spends it all."""
    amount = 900_000_000_000
    return Draft(BOOK, DAY, "release", key, "Money to spend", key, (debit("F-BNK", amount), credit(FUND, amount)))


def spread(code: str, number: int) -> Draft:
    """One line on the fund, one on another account; accounts and months take turns, amounts stay below 1,000 rupees."""
    amount = 1 + number % 1000
    month = 6 + number // len(OTHERS) % 12
    day = date(2025 + month // 12, month % 12 + 1, 1 + number % 28)
    lines = (debit(OTHERS[number % len(OTHERS)], amount), credit(FUND, amount))
    return Draft(code, day, "voucher", f"BM-{number}", f"Entry {number}", f"spread:{number}", lines)


def wide(key: str, count: int) -> Draft:
    """One entry of `count` lines over two hundred accounts, debits and credits in turn."""
    lines: list[Line] = []
    for number in range(count):
        make = credit if number % 2 else debit
        lines.append(make(OTHERS[number % len(OTHERS)], 7))
    return Draft(BOOK, DAY, "voucher", key, "A long list", key, tuple(lines))


def key() -> str:
    """One that no other call and no other process has."""
    return f"{os.getpid()}:{next(_calls)}"
