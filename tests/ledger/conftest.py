"""A book to test with, and raw sessions that bypass all our Python."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from django.contrib.auth.models import Group, User
from django.db import connection

from ledger.balances import prove_balanced, prove_totals
from ledger.chart import create_book, open_year
from ledger.door import MANY_GIVEN as DOOR_TYPES
from ledger.door import MANY_NAMES
from ledger.models import Book
from ledger.posting import Draft, credit, debit

DAY = date(2025, 9, 15)


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create_user("clerk")


@pytest.fixture
def manager(db: None) -> User:
    user = User.objects.create_user("manager")
    user.groups.add(Group.objects.get_or_create(name="fund_manager")[0])
    return user


@pytest.fixture
def book(clerk: User) -> Iterator[Book]:
    """HRRF with the year 2025-26; after the test every total must be the sum of its lines and every entry balance."""
    made = create_book(code="HRRF", name="Human Rights Relief Fund", by=clerk)
    open_year(book=made, label="2025-26", by=clerk)
    yield made
    assert prove_totals() == []
    assert prove_balanced() == []


def draft(
    key: str, amount: Any = 100, *, dr: str = "F-BNK", cr: str = "H-FUND", on: date = DAY, book: str = "HRRF"
) -> Draft:
    """An entry of two lines; by default money coming in."""
    value = Decimal(amount)
    return Draft(book, on, "release", "R/1", "A release", key, (debit(dr, value), credit(cr, value)))


def check_deferred() -> None:
    """Runs the rules that wait for the commit, which never comes inside a test."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


class Raw:
    """A transaction of plain SQL in one database session, with a book, accounts, an open and a closed month."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor
        self.user = self.one(
            "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email,"
            " is_staff, is_active, date_joined) VALUES ('', false, 'raw', '', '', '', false, true, now())"
        )
        self.book, self.other = (self._book(code) for code in ("RAW", "OTHER"))
        self.bank = self._account(self.book, "F-BNK", "D", floor=True)
        self.fund = self._account(self.book, "H-FUND", "C")
        self.loan = self._account(self.book, "F-LOAN", "D")
        self.foreign = self._account(self.other, "H-FUND", "C")
        self.year = self.one(
            'INSERT INTO ledger_fiscalyear (book_id, label, start, "end")'
            " VALUES (%s, '2025-26', '2025-07-01', '2026-06-30')",
            self.book,
        )
        self.july = self._period("2025-07-01", "2025-07-31")
        self.august = self._period("2025-08-01", "2025-08-31")
        self.close(self.july)
        self.keys = 0

    def one(self, statement: str, *values: Any) -> int:
        self.cursor.execute(f"{statement} RETURNING id", values)
        return self.cursor.fetchone()[0]

    def _book(self, code: str) -> int:
        return self.one("INSERT INTO ledger_book (code, name) VALUES (%s, %s)", code, code)

    def _account(self, book: int, code: str, normal: str, *, floor: bool = False) -> int:
        return self.one(
            "INSERT INTO ledger_account (book_id, code, name, element, normal, never_negative, slots, official_code)"
            " VALUES (%s, %s, %s, 'asset', %s, %s, 1, '')",
            book,
            code,
            code,
            normal,
            floor,
        )

    def _period(self, start: str, end: str) -> int:
        return self.one(
            'INSERT INTO ledger_period (book_id, year_id, start, "end") VALUES (%s, %s, %s, %s)',
            self.book,
            self.year,
            start,
            end,
        )

    def close(self, period: int) -> None:
        self.cursor.execute(
            "UPDATE ledger_period SET closed_at = now(), closed_by_id = %s, override = 'no bank statement yet'"
            " WHERE id = %s",
            [self.user, period],
        )

    def posted(self, amount: Any = 100, **given: Any) -> int:
        """An entry through the door for pairs: `amount` comes into the bank, unless `given` says otherwise."""
        values = self._head() | {
            "amount": amount,
            "side": "D",
            "first": "F-BNK",
            "first_head": "",
            "first_party": "",
            "second": "H-FUND",
            "second_head": "",
            "second_party": "",
        }
        values |= {name: value if value is None else str(value) for name, value in given.items()}
        values["amount"] = paisa(values["amount"])
        self.cursor.execute(
            "INSERT INTO ledger_door_pair (f) VALUES (%s::text[]) RETURNING id", [list(values.values())]
        )
        return int(self.cursor.fetchone()[0])

    def entry(self, *rows: tuple[Any, ...], **given: Any) -> int:
        """An entry through the door for many; rows are position, account, side, amount. More columns by their names."""
        values = self._head() | {name: str(value) for name, value in given.items() if name not in MANY_NAMES}
        codes = list(dict.fromkeys(row[1] for row in rows))
        columns = {
            "books": [values["book"]],
            "dates": [values["date"]],
            "kinds": [values["kind"]],
            "account_books": [values["book"]] * len(codes),
            "account_codes": codes,
            "by_user": values["by"],
            "place": [1],
            "refs": [values["reference"]],
            "memos": [values["memo"]],
            "keys": [values["key"]],
            "digests": [values["digest"]],
            "reversed": [int(values["reverses"]) if values["reverses"] else None],
            "corrected": [int(values["corrects"]) if values["corrects"] else None],
            "why": [values["reason"]],
            "line_draft": [1] * len(rows),
            "line_position": [row[0] for row in rows],
            "line_account": [codes.index(row[1]) + 1 for row in rows],
            "line_side": [row[2] for row in rows],
            "line_paisa": [paisa(row[3]) for row in rows],
            "line_head": [""] * len(rows),
            "line_party": [""] * len(rows),
        } | {name: value for name, value in given.items() if name in MANY_NAMES}
        marks = [f"%s::{DOOR_TYPES[name]}" for name in columns]
        self.cursor.execute(
            f"INSERT INTO ledger_door ({', '.join(columns)}) VALUES ({', '.join(marks)}) RETURNING ids",
            list(columns.values()),
        )
        return int(self.cursor.fetchone()[0][0])

    def _head(self) -> dict[str, str]:
        self.keys += 1
        return {
            "book": "RAW",
            "date": "2025-08-10",
            "kind": "k",
            "reference": "r",
            "memo": "m",
            "key": f"k{self.keys}",
            "digest": "",
            "by": str(self.user),
            "reverses": "",
            "corrects": "",
            "reason": "",
        }

    def refused(self, *codes: str) -> "Refused":
        """The statements inside must be refused with one of these SQLSTATEs; the transaction goes on."""
        return Refused(self.cursor, codes)

    def check_deferred(self) -> None:
        self.cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def paisa(amount: Any) -> str | None:
    """Rupees as the doors want them told: a text, so that also what is no whole number gets there."""
    if amount is None:
        return None
    text = f"{Decimal(str(amount)) * 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Refused:
    def __init__(self, cursor: Any, codes: tuple[str, ...]) -> None:
        self.cursor, self.codes, self.said = cursor, codes, ""

    def __enter__(self) -> "Refused":
        self.cursor.execute("SAVEPOINT before")
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        assert isinstance(error, psycopg2.Error), f"expected a refusal, got {error!r}"
        assert error.pgcode in self.codes, f"{error.pgcode}: {error}"
        self.said = str(error)
        self.cursor.execute("ROLLBACK TO before")
        return True


@pytest.fixture(params=["application", "owner"])
def raw(request: pytest.FixtureRequest, new_connection: Callable[[], Any], owner_cursor: Any) -> Iterator[Raw]:
    """Plain SQL as the application role and as the tables' owner; rolled back after the test."""
    cursor = new_connection().cursor() if request.param == "application" else owner_cursor
    if request.param == "owner":
        cursor.execute("BEGIN")
    yield Raw(cursor)
    cursor.execute("ROLLBACK")
