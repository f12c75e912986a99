"""Reads: every figure against sums made another way."""

from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import MagicMock, patch

import pytest
from django.contrib.auth.models import User

from ledger.account_pages import general_ledger
from ledger.balances import (
    Movement,
    balance,
    movements,
    prove_balanced,
    prove_totals,
    trial_balance,
)
from ledger.errors import NotFound
from ledger.models import Book
from ledger.posting import post, reverse
from tests.ledger.conftest import Raw, draft

SEPTEMBER = date(2025, 9, 30)


@pytest.fixture
def posted(book: Book, clerk: User) -> None:
    post(
        [
            draft("a", 1000, on=date(2025, 7, 1)),
            draft("b", 300, on=date(2025, 9, 10), dr="A-REL", cr="F-BNK"),
            draft("c", 50, on=date(2025, 9, 30), dr="A-FIN", cr="F-BNK"),
            draft("d", 7, on=date(2026, 6, 30), dr="A-REL", cr="F-BNK"),
        ],
        by=clerk,
    )


@pytest.mark.parametrize(
    ("as_at", "bank", "relief"),
    [
        (None, 643, 307),
        (date(2025, 6, 30), 0, 0),
        (date(2025, 7, 1), 1000, 0),
        (date(2025, 7, 31), 1000, 0),
        (date(2025, 9, 9), 1000, 0),
        (date(2025, 9, 10), 700, 300),
        (date(2025, 9, 29), 700, 300),
        (SEPTEMBER, 650, 300),
        (date(2026, 6, 29), 650, 300),
        (date(2026, 6, 30), 643, 307),
        (date(2030, 1, 1), 643, 307),
    ],
)
def test_balances_at_any_day(posted: None, as_at: date | None, bank: int, relief: int) -> None:
    assert balance("HRRF", "F-BNK", as_at=as_at) == bank
    assert balance("HRRF", "A-REL", as_at=as_at) == relief
    found = trial_balance("HRRF", as_at=as_at)
    assert found.debit_total == found.credit_total
    assert {row.code: row.debit for row in found.rows}["F-BNK"] == bank


def test_a_trial_balance_lists_every_account_on_its_side(posted: None, book: Book) -> None:
    found = trial_balance("HRRF")
    assert [row.code for row in found.rows] == sorted(book.accounts.values_list("code", flat=True))
    sides = {row.code: (row.debit, row.credit) for row in found.rows if row.debit or row.credit}
    assert sides == {"F-BNK": (643, 0), "A-REL": (307, 0), "A-FIN": (50, 0), "H-FUND": (0, 1000)}
    assert (found.debit_total, found.credit_total) == (1000, 1000)


def test_the_general_ledger_carries_a_balance(posted: None) -> None:
    rows = [(row.date, row.debit, row.credit, row.balance) for row in general_ledger("HRRF", "F-BNK")]
    assert rows == [
        (date(2025, 7, 1), 1000, 0, 1000),
        (date(2025, 9, 10), 0, 300, 700),
        (date(2025, 9, 30), 0, 50, 650),
        (date(2026, 6, 30), 0, 7, 643),
    ]
    part = list(general_ledger("HRRF", "F-BNK", start=date(2025, 9, 11), end=SEPTEMBER))
    assert [(row.reference, row.balance) for row in part] == [("R/1", 650)]
    assert [row.balance for row in general_ledger("HRRF", "H-FUND")] == [1000]


def test_movements_by_account_head_and_kind(posted: None) -> None:
    found = movements("HRRF", start=date(2025, 9, 10), end=SEPTEMBER)
    assert found == [
        Movement("A-FIN", "expenditure", "", "release", Decimal(50), Decimal(0)),
        Movement("A-REL", "expenditure", "", "release", Decimal(300), Decimal(0)),
        Movement("F-BNK", "asset", "", "release", Decimal(0), Decimal(350)),
    ]


def test_totals_of_many_slots_add_up(posted: None, clerk: User) -> None:
    reverse(post(draft("e", 5), by=clerk)[0], by=clerk, reason="x", on=date(2026, 1, 1))
    assert balance("HRRF", "H-FUND") == 1000
    assert prove_totals("HRRF") == []


def test_unknown_book_and_account(book: Book) -> None:
    for call in (
        lambda: trial_balance("NONE"),
        lambda: balance("HRRF", "NONE"),
        lambda: general_ledger("NONE", "F-BNK"),
    ):
        with pytest.raises(NotFound):
            call()


def test_the_proof_finds_what_was_tampered_with(django_db_setup: None, owner_cursor: Any) -> None:
    """Totals, floors and lines changed behind the rules, which only an owner who switches them off can do."""
    cursor = owner_cursor
    cursor.execute("BEGIN")
    raw = Raw(cursor)
    raw.posted(100)
    raw.check_deferred()
    for table in ("accounttotal", "accountfloor", "journalline"):
        cursor.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER USER")
    found = {}
    for name, tamper in (
        ("total", "UPDATE ledger_accounttotal SET debit_paisa = debit_paisa + 1 WHERE debit_paisa > 0"),
        ("floor", "UPDATE ledger_accountfloor SET balance = 99"),
        ("line", "UPDATE ledger_journalline SET amount = 101 WHERE side = 'D'"),
        ("lost", "DELETE FROM ledger_accounttotal"),
    ):
        cursor.execute("SAVEPOINT before")
        cursor.execute(tamper)
        found[name] = _through(cursor)
        cursor.execute("ROLLBACK TO before")
    cursor.execute("ROLLBACK")
    assert [(each.account, each.kind) for each in found["total"][0]] == [("F-BNK", "debit")]
    assert [(each.account, each.kind, each.stored, each.summed) for each in found["floor"][0]] == [
        ("F-BNK", "floor", 99, 100)
    ]
    assert {each.kind for each in found["line"][0]} == {"debit", "floor"}
    assert len(found["line"][1]) == 2
    assert {each.stored for each in found["lost"][0]} == {None}


def _through(cursor: Any) -> tuple[list, list]:
    """The proofs, run in another session's transaction."""
    ours = MagicMock()
    ours.cursor.return_value.__enter__.return_value = cursor
    with patch("ledger.balances.connection", ours):
        return prove_totals("RAW"), prove_balanced("RAW")
