"""post(): what it writes, what it answers, what it refuses and how it says so."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from djmoney.money import Money
from hypothesis import given, strategies

from ledger.balances import balance, trial_balance
from ledger.chart import create_book, open_year
from ledger.drafts import Link, digest
from ledger.models import AccountTotal, Book, JournalEntry, JournalLine, Period
from ledger.money import AmountError
from ledger.posting import (
    BadDraft,
    BelowFloor,
    ClosedPeriod,
    Draft,
    KeyReused,
    Line,
    Unbalanced,
    correct,
    credit,
    debit,
    post,
)
from tests.ledger.conftest import DAY, check_deferred, draft


def refused(kind: type[Exception], drafts: Any, by: User) -> Any:
    with pytest.raises(kind) as caught, transaction.atomic():
        post(drafts, by=by)
    assert not JournalEntry.objects.filter(key="bad").exists()
    return caught.value


def test_an_entry_is_written_as_drafted(book: Book, clerk: User) -> None:
    lines = (debit("A-REL", Decimal("20000.5")), credit("G-PAY", Decimal("20000.5"), head="A-REL", party="line:7"))
    [number] = post(Draft("HRRF", DAY, "voucher", 'RF-"1"', "Ms R, {کراچی} \\ 'x'", "voucher:1", lines), by=clerk)
    check_deferred()
    entry = JournalEntry.objects.get(pk=number)
    assert (entry.book, entry.date, entry.kind, entry.reference) == (book, DAY, "voucher", 'RF-"1"')
    assert (entry.memo, entry.key, entry.recorded_by) == ("Ms R, {کراچی} \\ 'x'", "voucher:1", clerk)
    assert (entry.period.start, entry.reverses_id, entry.reason) == (date(2025, 9, 1), None, "")
    written = [
        (x.position, x.account.code, x.side, x.amount, x.head, x.party) for x in entry.lines.order_by("position")
    ]
    amount = Money(Decimal("20000.50"), "PKR")
    assert written == [(1, "A-REL", "D", amount, "", ""), (2, "G-PAY", "C", amount, "A-REL", "line:7")]


def test_one_statement_for_any_number_of_drafts(book: Book, clerk: User) -> None:
    for drafts in ([draft("one")], [draft(f"many{n}") for n in range(50)]):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ids = post(drafts, by=clerk)
        assert len(queries) == 1
        assert [JournalEntry.objects.get(pk=number).key for number in ids] == [each.key for each in drafts]


def test_no_drafts_is_no_work(clerk: User) -> None:
    assert post([], by=clerk) == []


def test_books_may_mix_in_one_call(book: Book, clerk: User) -> None:
    open_year(book=create_book(code="DAD", name="Diyat", by=clerk), label="2025-26", by=clerk)
    ids = post([draft("same", 5), draft("same", 7, book="DAD")], by=clerk)
    assert len(set(ids)) == 2
    assert (balance("HRRF", "F-BNK"), balance("DAD", "F-BNK")) == (5, 7)


def test_a_repeated_call_has_the_effect_of_one(book: Book, clerk: User, manager: User) -> None:
    first = post(draft("again"), by=clerk)
    assert post(draft("again", "100.00"), by=manager) == first
    assert post([draft("new"), draft("again"), draft("new")], by=clerk)[1:2] == first
    assert JournalEntry.objects.count() == 2
    assert balance("HRRF", "F-BNK") == 200


def test_one_key_twice_in_a_batch(book: Book, clerk: User) -> None:
    ids = post([draft("twin"), draft("other"), draft("twin")], by=clerk)
    assert ids[0] == ids[2] != ids[1]
    error = refused(KeyReused, [draft("bad"), draft("twice", 1), draft("twice", 2)], clerk)
    assert (error.index, error.key, error.status) == (2, "twice", 409)


@pytest.mark.parametrize(
    "change",
    [
        {"date": date(2025, 9, 16)},
        {"kind": "x"},
        {"reference": "x"},
        {"memo": "x"},
        {"lines": (debit("F-BNK", 101), credit("H-FUND", 101))},
        {"lines": (debit("F-BNK", 100), credit("H-DON", 100))},
        {"lines": (debit("F-BNK", 100), credit("H-FUND", 100, party="x"))},
        {"lines": (debit("F-BNK", 100, head="x"), credit("H-FUND", 100))},
        {"lines": (credit("H-FUND", 100), debit("F-BNK", 100))},
    ],
)
def test_a_key_stands_for_one_content(book: Book, clerk: User, change: dict[str, Any]) -> None:
    post(draft("used"), by=clerk)
    error = refused(KeyReused, [draft("bad"), draft("used")._replace(**change)], clerk)
    assert (error.index, error.code) == (1, "key_reused")


def test_unbalanced(book: Book, clerk: User) -> None:
    bad = Draft("HRRF", DAY, "x", "", "", "bad", (debit("F-BNK", 5), credit("H-FUND", Decimal("4.99"))))
    error = refused(Unbalanced, [draft("fine"), bad], clerk)
    assert (error.index, error.status) == (1, 422)
    assert "Rs 0.01" in str(error)


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "Infinity", "1e13", "10000000000000"])
def test_amounts_that_are_none(book: Book, clerk: User, amount: str) -> None:
    lines = (debit("A-REL", 1), Line("F-BNK", "D", Decimal(amount)), Line("H-FUND", "C", Decimal(amount)))
    error = refused(BadDraft, [draft("ok"), Draft("HRRF", DAY, "x", "", "", "bad", lines)], clerk)
    assert (error.index, error.line) == (1, 2)


def test_other_money_and_floats(book: Book, clerk: User) -> None:
    with pytest.raises(AmountError):
        debit("F-BNK", Money(5, "USD"))
    with pytest.raises(AmountError):
        debit("F-BNK", 0.1)  # type: ignore[arg-type]
    assert debit("F-BNK", Money("5.5", "PKR")).amount == Decimal("5.50")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"lines": ()}, None),
        ({"lines": (debit("F-BNK", 1),)}, None),
        ({"key": ""}, None),
        ({"kind": ""}, None),
        ({"key": "x" * 201}, None),
        ({"memo": "nul\0"}, None),
        ({"memo": "half \ud800"}, None),
        ({"date": datetime(2025, 9, 1)}, None),
        ({"reference": None}, None),
        ({"book": "NONE"}, None),
        ({"lines": (debit("F-BNK", 1), credit("A-XXX", 1))}, 2),
        ({"lines": (debit("F-BNK", 1), Line("H-FUND", "credit", Decimal(1)))}, 2),  # type: ignore[arg-type]
    ],
)
def test_bad_drafts_name_the_draft_and_the_line(
    book: Book, clerk: User, change: dict[str, Any], line: int | None
) -> None:
    error = refused(BadDraft, [draft("ok"), draft("bad")._replace(**change)], clerk)
    assert (error.index, error.line, error.status) == (1, line, 422)
    alone = refused(BadDraft, draft("bad")._replace(**change), clerk)
    assert (alone.index, alone.line) == (0, line)


def test_no_year_holds_the_date(book: Book, clerk: User) -> None:
    error = refused(ClosedPeriod, [draft("ok"), draft("bad", on=date(2026, 7, 1))], clerk)
    assert (error.index, error.status, error.code) == (1, 409, "no_period")
    assert "1 Jul 2026" in str(error)


def test_the_last_rupee_may_go_and_no_more(book: Book, clerk: User) -> None:
    post(draft("in", 100), by=clerk)
    error = refused(BelowFloor, draft("bad", "100.01", dr="A-REL", cr="F-BNK"), clerk)
    assert (error.account, error.balance, error.asked) == ("F-BNK", Decimal("100.00"), Decimal("100.01"))
    assert (error.status, error.code) == (409, "insufficient")
    post(draft("out", 100, dr="A-REL", cr="F-BNK"), by=clerk)
    assert balance("HRRF", "F-BNK") == 0


def test_a_batch_is_all_or_nothing(book: Book, clerk: User) -> None:
    post(draft("in", 100), by=clerk)
    refused(BelowFloor, [draft("bad", 60, dr="A-REL", cr="F-BNK"), draft("bad2", 60, dr="A-REL", cr="F-BNK")], clerk)
    assert balance("HRRF", "F-BNK") == 100


def test_an_unsaved_person_posts_nothing(book: Book) -> None:
    with pytest.raises(BadDraft):
        post(draft("bad"), by=User(username="nobody"))


def test_an_entry_of_two_thousand_lines(book: Book, clerk: User) -> None:
    shares = tuple(credit("G-PAY", 5, head="A-REL", party=f"line:{n}") for n in range(1999))
    [number] = post(Draft("HRRF", DAY, "voucher", "", "", "wide", (debit("A-REL", 9995), *shares)), by=clerk)
    check_deferred()
    assert JournalLine.objects.filter(entry=number).count() == 2000
    assert balance("HRRF", "G-PAY") == 9995
    assert AccountTotal.objects.filter(account__book=book).count() == 2


@pytest.mark.parametrize("position", [1, 2])
def test_a_refusal_in_a_large_batch_names_the_draft_and_the_line(book: Book, clerk: User, position: int) -> None:
    """The database finds it, for Python does not know the accounts."""
    drafts = [draft(f"n{n}", 1) for n in range(5000)]
    accounts = {"dr": "A-XXX"} if position == 1 else {"cr": "A-XXX"}
    drafts[4321] = draft("bad", 1, **accounts)
    error = refused(BadDraft, drafts, clerk)
    assert (error.index, error.line, error.code) == (4321, position, "unknown_account")
    assert str(error) == f"draft 4321, line {position}: HRRF has no account A-XXX"


@pytest.mark.parametrize("others", [0, 3])
def test_a_closing_entry_goes_to_the_closing_period(book: Book, clerk: User, others: int) -> None:
    last = date(2026, 6, 30)
    closing = draft(f"closing{others}", 5, on=last)._replace(kind="closing")
    more = [draft(f"june{n}", 5, on=last) for n in range(others)]
    error = refused(ClosedPeriod, [*more, closing], clerk)
    assert (error.index, error.code) == (others, "no_period")
    assert "no closing period on 30 Jun 2026" in str(error)
    year = book.years.get()
    period = Period.objects.create(book=book, year=year, start=last, end=last)
    number = post([closing, *more], by=clerk)[0]
    assert JournalEntry.objects.get(pk=number).period == period
    [june] = post(draft("june", 5, on=last), by=clerk)
    assert JournalEntry.objects.get(pk=june).period.start == date(2026, 6, 1)


def test_ids_above_two_to_the_thirty_one(book: Book, clerk: User, owner_cursor: Any) -> None:
    """Sequences do not roll back: the tests that follow in this database run with large ids too."""
    name = "ledger_journalentry_id_seq"
    owner_cursor.execute(f"SELECT setval('{name}', greatest(nextval('{name}'), 2 ^ 31 + 7)::bigint)")
    [single] = post(draft("single"), by=clerk)
    ids = post([draft("many:1", 5), draft("single"), draft("many:2", 6)], by=clerk)
    reversal, [correction] = correct(ids[2], draft("instead", 7), by=clerk, reason="x", on=DAY)
    check_deferred()
    assert ids[1] == single
    assert min(single, *ids, reversal, correction) > 2**31
    assert balance("HRRF", "F-BNK") == 112


@given(strategies.lists(strategies.text(max_size=12), min_size=6, max_size=6))
def test_the_digest_is_that_of_a_json_list(texts: list[str]) -> None:
    """Digests already recorded are of such a list; only how it is put together may change."""
    kind, reference, memo, head, party, reason = texts
    lines = (debit("A-REL", Decimal("5.50"), head=head, party=party), credit("G-PAY", Decimal("5.50")))
    rows = [["A-REL", "D", "5.50", head, party], ["G-PAY", "C", "5.50", "", ""]]
    made = Draft("HRRF", DAY, kind, reference, memo, "k", lines)
    for link, last in ((Link(), None), (Link(reverses=7, reason=reason), [7, reason])):
        content = json.dumps(["HRRF", "2025-09-15", kind, reference, memo, rows, last], separators=(",", ":"))
        assert digest(made, ["5.50", "5.50"], link) == hashlib.sha256(content.encode()).hexdigest()


def test_ten_thousand_drafts_then_single_posts_by_index(book: Book, clerk: User, owner_cursor: Any) -> None:
    """The session's kept plans must not scan: a single post after a large batch reads no table from end to end."""
    owner_cursor.execute(
        "ANALYZE ledger_account, ledger_period, ledger_accounttotal, auth_user"
    )  # empty, so cheap to scan
    post([draft(f"b{n}", 1) for n in range(10_000)], by=clerk)
    assert trial_balance("HRRF").debit_total == 10_000
    before = _rows_scanned()
    for n in range(3):
        post(draft(f"single{n}"), by=clerk)
        post(draft(f"b{n}", 1), by=clerk)
    assert _rows_scanned() == before  # before the foreign keys of the totals are looked up, as the planner likes


def _rows_scanned() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables WHERE relname IN ('ledger_journalentry',"
            " 'ledger_journalline', 'ledger_account', 'ledger_accounttotal', 'ledger_period', 'auth_user') ORDER BY 1"
        )
        return cursor.fetchall()
