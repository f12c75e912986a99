"""Each rule of the database, by plain SQL: as the application role and as the owner of the tables."""

from typing import Any

import pytest

from tests.ledger.conftest import Raw

DENIED = "42501"


def test_a_balanced_entry_is_taken(raw: Raw) -> None:
    raw.posted()
    raw.check_deferred()
    raw.cursor.execute("SELECT balance FROM ledger_accountfloor WHERE account_id = %s", [raw.bank])
    assert raw.cursor.fetchone()[0] == 100


def test_debits_and_credits_must_be_equal(raw: Raw) -> None:
    with raw.refused("23L01"):
        raw.lines(raw.entry(), (1, raw.bank, "D", 100), (2, raw.fund, "C", "99.99"))


def test_an_entry_needs_two_lines(raw: Raw) -> None:
    with raw.refused("23L02"):
        raw.lines(raw.entry(), (1, raw.bank, "D", 100))


def test_an_entry_needs_lines_at_all(raw: Raw) -> None:
    with raw.refused("23L02"):
        raw.entry()
        raw.check_deferred()


def test_a_second_statement_may_not_add_lines(raw: Raw) -> None:
    entry = raw.posted()
    with raw.refused("23L02"):
        raw.lines(entry, (3, raw.loan, "D", 5), (4, raw.fund, "C", 5))
    with raw.refused("23505"):
        raw.lines(entry, (1, raw.loan, "D", 5), (2, raw.fund, "C", 5))


@pytest.mark.parametrize("positions", [(0, 1), (2, 3), (1, 3), (0, 2), (-5, 2)])
def test_lines_are_numbered_from_one(raw: Raw, positions: tuple[int, int]) -> None:
    with raw.refused("23L02"):
        raw.lines(raw.entry(), (positions[0], raw.bank, "D", 5), (positions[1], raw.fund, "C", 5))


def test_lines_for_an_entry_that_is_not_there(raw: Raw) -> None:
    with raw.refused("23L12"):
        raw.lines(2**40, (1, raw.bank, "D", 5), (2, raw.fund, "C", 5))


@pytest.mark.parametrize("forged", [{"recorded": "2025-08-10"}, {"xid": "12345"}])
def test_the_database_says_when_and_by_which_transaction(raw: Raw, forged: dict[str, Any]) -> None:
    with raw.refused("23L12"):
        raw.posted(**forged)


@pytest.mark.parametrize(
    "amount", ["NaN", "0", "-5", "0.001", "100.005", "1e16", "10000000000000", "Infinity", "-Infinity"]
)
def test_amounts_are_finite_positive_exact_and_below_the_ceiling(raw: Raw, amount: str) -> None:
    with raw.refused("23L14"):
        raw.posted(amount)


def test_the_ceiling_itself_is_taken(raw: Raw) -> None:
    raw.posted("9999999999999.99")
    raw.posted("0.01")


def test_only_rupees(raw: Raw) -> None:
    entry = raw.entry()
    with raw.refused("23L14"):
        raw.lines(entry, (1, raw.bank, "D", 5), (2, raw.fund, "C", 5), currency="USD")
    with raw.refused("23514"):
        raw.cursor.execute("INSERT INTO ledger_book (code, name, currency) VALUES ('USD', 'Dollars', 'USD')")


def test_a_side_is_debit_or_credit(raw: Raw) -> None:
    with raw.refused("23L14"):
        raw.lines(raw.entry(), (1, raw.bank, "X", 5), (2, raw.fund, "C", 5))


def test_lines_stay_in_one_book(raw: Raw) -> None:
    with raw.refused("23L11"):
        raw.lines(raw.entry(), (1, raw.bank, "D", 5), (2, raw.foreign, "C", 5))


def test_unknown_book_account_period_and_user(raw: Raw) -> None:
    with raw.refused("23L11"):
        raw.lines(raw.entry(), (1, raw.bank, "D", 5), (2, 2**40, "C", 5))
    with raw.refused("23L11"):
        raw.posted(book_id=2**40)
    with raw.refused("23L04"):
        raw.posted(period_id=2**40)
    with raw.refused("23L11"):
        raw.posted(recorded_by_id=2**30)


@pytest.mark.parametrize("day", ["2025-07-31", "2025-09-01", "1900-01-01"])
def test_the_date_lies_in_the_period(raw: Raw, day: str) -> None:
    with raw.refused("23L04"):
        raw.posted(date=day)


def test_the_period_is_of_the_entrys_book(raw: Raw) -> None:
    year = raw.one(
        "INSERT INTO ledger_fiscalyear (book_id, label, start, \"end\") VALUES (%s, 'x', '2025-07-01', '2026-06-30')",
        raw.other,
    )
    insert = 'INSERT INTO ledger_period (book_id, year_id, start, "end") VALUES (%s, %s, %s, %s)'
    theirs = raw.one(insert, raw.other, year, "2025-08-01", "2025-08-31")
    with raw.refused("23L04"):
        raw.posted(period_id=theirs)


def test_nothing_is_dated_in_a_closed_period(raw: Raw) -> None:
    with raw.refused("23L03"):
        raw.posted(date="2025-07-10", period_id=raw.july)


def test_a_floor_holds(raw: Raw) -> None:
    raw.posted(100)
    entry = raw.entry()
    with raw.refused("23L05"):
        raw.lines(entry, (1, raw.loan, "D", "100.01"), (2, raw.bank, "C", "100.01"))
    raw.lines(entry, (1, raw.loan, "D", 100), (2, raw.bank, "C", 100))


def test_a_floor_counts_the_whole_statement(raw: Raw) -> None:
    """In and out in one entry is judged by what remains."""
    raw.lines(raw.entry(), (1, raw.bank, "C", 70), (2, raw.bank, "D", 70))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_journalentry SET memo = 'x'",
        "DELETE FROM ledger_journalentry",
        "TRUNCATE ledger_journalentry CASCADE",
        "UPDATE ledger_journalline SET amount = 1",
        "DELETE FROM ledger_journalline",
        "TRUNCATE ledger_journalline",
        "UPDATE ledger_historicalbook SET name = 'x'",
        "DELETE FROM ledger_historicalaccount",
        "TRUNCATE ledger_historicalperiod",
        "DELETE FROM ledger_historicalfiscalyear",
        "UPDATE ledger_accounttotal SET debit = 0",
        "INSERT INTO ledger_accounttotal (account_id, period_id, slot, debit, credit) VALUES (1, 1, 1, 1, 1)",
        "DELETE FROM ledger_accounttotal",
        "TRUNCATE ledger_accounttotal",
        "UPDATE ledger_accountfloor SET balance = 1000000",
        "INSERT INTO ledger_accountfloor (account_id, balance) VALUES (1, 1)",
        "DELETE FROM ledger_accountfloor",
        "TRUNCATE ledger_accountfloor",
        "DELETE FROM ledger_book",
        "DELETE FROM ledger_account",
        "DELETE FROM ledger_period",
        "DELETE FROM ledger_fiscalyear",
        "TRUNCATE ledger_book CASCADE",
        "INSERT INTO ledger_journalentry SELECT * FROM ledger_journalentry ON CONFLICT (id) DO UPDATE SET memo = 'x'",
    ],
)
@pytest.mark.parametrize(
    "switch", ["", "SET LOCAL pgtrigger.ignore = '{append_only,only_by_rule,never_removed,ledger:all}'"]
)
def test_what_is_recorded_never_changes(raw: Raw, statement: str, switch: str) -> None:
    raw.posted()
    raw.check_deferred()
    if switch:
        raw.cursor.execute(switch)
    with raw.refused("23L08", "23L09", DENIED):
        raw.cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_account SET book_id = %(other)s WHERE id = %(bank)s",
        "UPDATE ledger_account SET normal = 'C' WHERE id = %(bank)s",
        "UPDATE ledger_account SET never_negative = false WHERE id = %(bank)s",
        "UPDATE ledger_account SET slots = 2 WHERE id = %(bank)s",
        "UPDATE ledger_account SET element = 'equity' WHERE id = %(bank)s",
        "UPDATE ledger_account SET code = 'X' WHERE id = %(bank)s",
        "UPDATE ledger_account SET id = 2000000 WHERE id = %(bank)s",
        "UPDATE ledger_period SET book_id = %(other)s WHERE id = %(august)s",
        "UPDATE ledger_period SET start = '2025-07-01', \"end\" = '2025-07-31' WHERE id = %(august)s",
        "UPDATE ledger_fiscalyear SET label = '2026-27' WHERE id = %(year)s",
        "UPDATE ledger_book SET code = 'X' WHERE id = %(book)s",
    ],
)
def test_what_entries_rely_on_is_frozen(raw: Raw, statement: str) -> None:
    with raw.refused("23L09"):
        raw.cursor.execute(statement, vars(raw))


def test_names_and_official_codes_may_change(raw: Raw) -> None:
    raw.cursor.execute("UPDATE ledger_account SET name = 'Main bank', official_code = 'F01' WHERE id = %s", [raw.bank])
    raw.cursor.execute("UPDATE ledger_book SET name = 'Renamed' WHERE id = %s", [raw.book])
    assert raw.cursor.rowcount == 1


def test_a_period_is_a_month_of_its_book_and_year(raw: Raw) -> None:
    insert = 'INSERT INTO ledger_period (book_id, year_id, start, "end") VALUES (%s, %s, %s, %s)'
    with raw.refused("23L09"):
        raw.cursor.execute(insert, [raw.other, raw.year, "2025-09-01", "2025-09-30"])
    with raw.refused("23L09"):
        raw.cursor.execute(insert, [raw.book, raw.year, "2026-07-01", "2026-07-31"])
    with raw.refused("23514"):
        raw.cursor.execute(insert, [raw.book, raw.year, "2025-09-01", "2025-10-31"])
    with raw.refused("23505"):
        raw.cursor.execute(insert, [raw.book, raw.year, "2025-08-01", "2025-08-31"])


def _reversal(raw: Raw, original: int, **given: Any) -> int:
    return raw.entry(reverses_id=original, reason="mistake", **given)


def test_a_true_reversal_is_taken_once(raw: Raw) -> None:
    original = raw.posted()
    reversal = _reversal(raw, original)
    raw.lines(reversal, (1, raw.bank, "C", 100), (2, raw.fund, "D", 100))
    with raw.refused("23505"):
        _reversal(raw, original)
    with raw.refused("23L07"):
        raw.lines(_reversal(raw, reversal), (1, raw.bank, "D", 100), (2, raw.fund, "C", 100))


@pytest.mark.parametrize(
    "rows",
    [
        [(1, "bank", "C", 99), (2, "fund", "D", 99)],
        [(1, "bank", "D", 100), (2, "fund", "C", 100)],
        [(1, "fund", "D", 100), (2, "bank", "C", 100)],
        [(1, "bank", "C", 100), (2, "loan", "D", 100)],
        [(1, "bank", "C", 100), (2, "fund", "D", 100), (3, "loan", "D", 1), (4, "loan", "C", 1)],
    ],
)
def test_a_reversal_repeats_its_original(raw: Raw, rows: list[tuple[int, str, str, int]]) -> None:
    original = raw.posted()
    raw.posted()
    with raw.refused("23L07"):
        raw.lines(
            _reversal(raw, original), *[(at, getattr(raw, name), side, amount) for at, name, side, amount in rows]
        )


def test_a_reversal_is_of_the_whole_entry(raw: Raw) -> None:
    original = raw.entry()
    raw.lines(original, (1, raw.bank, "D", 5), (2, raw.fund, "C", 5), (3, raw.loan, "D", 7), (4, raw.fund, "C", 7))
    with raw.refused("23L07"):
        raw.lines(_reversal(raw, original), (1, raw.bank, "C", 5), (2, raw.fund, "D", 5))


def test_a_reversal_names_a_reason_an_entry_and_no_earlier_day(raw: Raw) -> None:
    original = raw.posted()
    raw.posted()
    with raw.refused("23514"):
        raw.entry(reverses_id=original, reason="")
    with raw.refused("23L07"):
        raw.lines(_reversal(raw, original, date="2025-08-09"), (1, raw.bank, "C", 100), (2, raw.fund, "D", 100))
    with raw.refused("23L07"):
        raw.lines(_reversal(raw, 2**40), (1, raw.bank, "C", 100), (2, raw.fund, "D", 100))


def _correction(raw: Raw, original: int, **given: Any) -> int:
    return raw.posted(5, **{"corrects_id": original, "reason": "mistake"} | given)


def test_a_correction_comes_with_the_reversal(raw: Raw) -> None:
    original = raw.posted()
    with raw.refused("23L07"):
        _correction(raw, original)
    raw.lines(_reversal(raw, original), (1, raw.bank, "C", 100), (2, raw.fund, "D", 100))
    _correction(raw, original)
    _correction(raw, original)
    raw.check_deferred()
    with raw.refused("23514"):
        _correction(raw, original, reason="")
    with raw.refused("23L07"):
        _correction(raw, 2**40)


def test_a_reversal_corrects_nothing(raw: Raw) -> None:
    original, other = raw.posted(), raw.posted()
    raw.lines(_reversal(raw, original), (1, raw.bank, "C", 100), (2, raw.fund, "D", 100))
    with raw.refused("23L07"):
        raw.lines(_reversal(raw, other, corrects_id=original), (1, raw.bank, "C", 100), (2, raw.fund, "D", 100))


def test_a_correction_stays_in_its_book(raw: Raw) -> None:
    original = raw.posted()
    raw.lines(_reversal(raw, original), (1, raw.bank, "C", 100), (2, raw.fund, "D", 100))
    year = raw.one(
        "INSERT INTO ledger_fiscalyear (book_id, label, start, \"end\") VALUES (%s, 'x', '2025-07-01', '2026-06-30')",
        raw.other,
    )
    insert = 'INSERT INTO ledger_period (book_id, year_id, start, "end") VALUES (%s, %s, %s, %s)'
    theirs = raw.one(insert, raw.other, year, "2025-08-01", "2025-08-31")
    entry = raw.entry(corrects_id=original, reason="mistake", book_id=raw.other, period_id=theirs)
    with raw.refused("23L07"):
        raw.lines(entry, (1, raw.foreign, "D", 5), (2, raw.foreign, "C", 5))
    plain = raw.entry(book_id=raw.other, period_id=theirs)
    raw.lines(plain, (1, raw.foreign, "D", 5), (2, raw.foreign, "C", 5))


def _june(raw: Raw) -> tuple[int, int]:
    insert = 'INSERT INTO ledger_period (book_id, year_id, start, "end") VALUES (%s, %s, %s, %s)'
    june = raw.one(insert, raw.book, raw.year, "2026-06-01", "2026-06-30")
    return june, raw.one(insert, raw.book, raw.year, "2026-06-30", "2026-06-30")


def test_closing_entries_and_no_others_lie_in_the_closing_period(raw: Raw) -> None:
    june, closing = _june(raw)
    raw.posted(kind="closing", period_id=closing, date="2026-06-30")
    with raw.refused("23L04"):
        raw.posted(kind="closing", period_id=june, date="2026-06-30")
    raw.posted(kind="receipt", period_id=june, date="2026-06-30")
    with raw.refused("23L04"):
        raw.posted(kind="receipt", period_id=closing, date="2026-06-30")


def test_keys_are_used_once_a_book(raw: Raw) -> None:
    raw.posted(key="same")
    with raw.refused("23505"):
        raw.posted(key="same")
    with raw.refused("23514"):
        raw.posted(key="")


def test_the_rule_functions_cannot_be_hung_on_another_table(raw: Raw) -> None:
    """Else a session could make a table of its own whose lines the rule would count into the totals."""
    raw.cursor.execute(
        "SELECT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = 'ledger_journalline'::regclass"
        " AND has_function_privilege('public', p.oid, 'EXECUTE')"
    )
    assert raw.cursor.fetchall() == []


def test_ids_above_two_to_the_thirty_one(raw: Raw) -> None:
    big = 2**31 + 7
    raw.posted(id=big)
    reversal = _reversal(raw, big, id=big + 1)
    raw.lines(reversal, (1, raw.bank, "C", 100), (2, raw.fund, "D", 100))
    correction = raw.posted(5, id=big + 2, corrects_id=big, reason="mistake")
    raw.check_deferred()
    with raw.refused("23L05"):
        raw.lines(raw.entry(id=correction + 1), (1, raw.bank, "C", 100), (2, raw.fund, "D", 100))
