"""Each rule of the database, by plain SQL: as the application role and as the owner of the tables."""

import io
from typing import Any

import psycopg2
import pytest

from tests.ledger.conftest import Raw

DENIED = "42501"


IN, OUT = (1, "F-BNK", "D", 100), (2, "H-FUND", "C", 100)
BOTH = [("F-LOAN", "D"), ("H-FUND", "C")]


def test_a_balanced_entry_is_taken_by_both_doors(raw: Raw) -> None:
    raw.posted()
    raw.entry((1, "F-BNK", "D", 70), (2, "F-LOAN", "D", 30), (3, "H-FUND", "C", 100))
    raw.cursor.execute("SELECT balance FROM ledger_accountfloor WHERE account_id = %s", [raw.bank])
    assert raw.cursor.fetchone()[0] == 170
    raw.cursor.execute(
        "SELECT sum(debit_paisa), sum(credit_paisa) FROM ledger_accounttotal WHERE period_id = %s", [raw.august]
    )
    assert raw.cursor.fetchone() == (20_000, 20_000)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger_journalentry (book_id, period_id, date, kind, reference, memo, key, digest, recorded_by_id)"
        " VALUES (%(book)s, %(august)s, '2025-08-10', 'k', 'r', 'm', 'without lines', '', %(user)s)",
        "INSERT INTO ledger_journalline (entry_id, position, account_id, side, amount, amount_currency)"
        " VALUES (%(entry)s, 3, %(loan)s, 'D', 5, 'PKR'), (%(entry)s, 4, %(fund)s, 'C', 5, 'PKR')",
        "INSERT INTO ledger_journalline (entry_id, position, account_id, side, amount, amount_currency)"
        " VALUES (1099511627776, 1, %(loan)s, 'D', 5, 'USD'), (1099511627776, 2, %(fund)s, 'C', 5, 'USD')",
        "INSERT INTO ledger_journalline SELECT * FROM ledger_journalline",
        "MERGE INTO ledger_journalline t USING ledger_journalline s ON false WHEN NOT MATCHED THEN INSERT"
        " (entry_id, position, account_id, side, amount, amount_currency)"
        " VALUES (s.entry_id, s.position + 2, s.account_id, s.side, s.amount, 'PKR')",
        "WITH e AS (INSERT INTO ledger_journalentry SELECT * FROM ledger_journalentry RETURNING id) SELECT 1",
    ],
)
def test_nothing_enters_but_by_the_door(raw: Raw, statement: str) -> None:
    """An entry without lines, lines added later, lines of no entry, in another currency: there is no way to say it."""
    entry = raw.posted()
    with raw.refused("23L08", DENIED):
        raw.cursor.execute(statement, vars(raw) | {"entry": entry})


def test_the_owner_cannot_copy_rows_in_either(owner_cursor: Any) -> None:
    owner_cursor.execute("BEGIN")
    with pytest.raises(psycopg2.Error) as caught:
        owner_cursor.copy_from(io.StringIO(""), "ledger_journalline")
    owner_cursor.execute("ROLLBACK")
    assert caught.value.pgcode == "23L08"


def test_a_door_that_is_switched_off_lets_nothing_in(owner_cursor: Any) -> None:
    owner_cursor.execute("BEGIN")
    raw = Raw(owner_cursor)
    for door in ("ledger_door", "ledger_door_pair"):
        owner_cursor.execute(f"DROP TRIGGER {door} ON {door}")
    with raw.refused("55000"):
        raw.posted()
    with raw.refused("55000"):
        raw.entry(IN, OUT)
    owner_cursor.execute("ROLLBACK")


def test_the_door_gives_the_number_and_nobody_else(raw: Raw) -> None:
    """An answer put in with the question would let lines join the entry it names."""
    entry = raw.posted()
    bad = "'RAW', '2025-07-10', 'k', 'r', 'm', %s, '', %s, '', '', '', '5', 'D', 'F-LOAN', '', '', 'H-FUND', '', ''"
    statement = f"INSERT INTO ledger_door_pair (f, id) VALUES (ARRAY[{bad}], {entry}) RETURNING id"
    with raw.refused("23L03"):
        raw.cursor.execute(statement, ["forged", str(raw.user)])
    raw.cursor.execute(statement.replace("07-10", "08-10"), ["forged", str(raw.user)])
    assert raw.cursor.fetchone()[0] > entry
    raw.cursor.execute("SELECT count(*) FROM ledger_journalline WHERE entry_id = %s", [entry])
    assert raw.cursor.fetchone()[0] == 2


def test_debits_and_credits_must_be_equal(raw: Raw) -> None:
    with raw.refused("23L01"):
        raw.entry((1, "F-BNK", "D", 100), (2, "H-FUND", "C", "99.99"))


@pytest.mark.parametrize("rows", [[], [(1, "F-BNK", "D", 100)]])
def test_an_entry_needs_two_lines(raw: Raw, rows: list[tuple[Any, ...]]) -> None:
    with raw.refused("23L02"):
        raw.entry(*rows)


def test_one_draft_of_several_needs_lines_too(raw: Raw) -> None:
    several = {"place": [1, 1], "refs": ["", ""], "memos": ["", ""], "keys": ["a", "b"], "digests": ["", ""]}
    several |= {"reversed": [None, None], "corrected": [None, None], "why": ["", ""]}
    with raw.refused("23L02"):
        raw.entry(IN, OUT, **several)
    with raw.refused("23L02"):
        raw.entry(IN, (1, "H-FUND", "C", 100), line_draft=[1, 2], **several)
    lines = [IN, OUT, (1, "F-BNK", "D", 5), (2, "H-FUND", "C", 5)]
    raw.entry(*lines, line_draft=[1, 1, 2, 2], **several)


def test_a_pair_is_of_two_accounts(raw: Raw) -> None:
    with raw.refused("23L02"):
        raw.posted(first="H-FUND")


@pytest.mark.parametrize("positions", [(0, 1), (2, 3), (1, 3), (0, 2), (-5, 2)])
def test_lines_are_numbered_from_one(raw: Raw, positions: tuple[int, int]) -> None:
    with raw.refused("23L02"):
        raw.entry((positions[0], "F-BNK", "D", 5), (positions[1], "H-FUND", "C", 5))


@pytest.mark.parametrize("draft", [None, 2, 0, -1])
def test_a_line_belongs_to_an_entry_posted_with_it(raw: Raw, draft: int | None) -> None:
    with raw.refused("23L12"):
        raw.entry(IN, OUT, (1, "F-LOAN", "D", 5), line_draft=[1, 1, draft])


@pytest.mark.parametrize("amount", ["0", "-5", "1e16", "10000000000000", None])
def test_amounts_are_positive_and_below_the_ceiling(raw: Raw, amount: str | None) -> None:
    with raw.refused("23L14"):
        raw.posted(amount)
    with raw.refused("23L14"):
        raw.entry((1, "F-BNK", "D", amount), (2, "H-FUND", "C", amount))


@pytest.mark.parametrize("amount", ["NaN", "0.001", "100.005", "Infinity", "-Infinity"])
def test_what_is_no_whole_paisa_cannot_be_said(raw: Raw, amount: str) -> None:
    with raw.refused("22P02"):
        raw.posted(amount)
    with raw.refused("22P02"):
        raw.entry((1, "F-BNK", "D", amount), (2, "H-FUND", "C", amount))


def test_no_total_runs_over(raw: Raw) -> None:
    """Ten thousand entries of the largest amount are more than a total holds; the last of them is refused."""
    many = [(position + 1, code, side, "9999999999999.99") for position, (code, side) in enumerate(BOTH * 9224)]
    with raw.refused("22003"):
        raw.entry(*many)


def test_the_ceiling_itself_is_taken(raw: Raw) -> None:
    raw.posted("9999999999999.99")
    raw.posted("0.01")
    raw.entry((1, "F-LOAN", "D", "9999999999999.99"), (2, "H-FUND", "C", "9999999999999.99"))


def test_only_rupees(raw: Raw) -> None:
    raw.posted()
    raw.cursor.execute("SELECT DISTINCT amount_currency FROM ledger_journalline")
    assert raw.cursor.fetchall() == [("PKR",)]
    with raw.refused("23514"):
        raw.cursor.execute("INSERT INTO ledger_book (code, name, currency) VALUES ('USD', 'Dollars', 'USD')")


@pytest.mark.parametrize("side", ["X", "", "d", None])
def test_a_side_is_debit_or_credit(raw: Raw, side: str | None) -> None:
    with raw.refused("23L14"):
        raw.posted(side=side)
    with raw.refused("23L14"):
        raw.entry(IN, OUT, line_side=[side, "C"])


def test_lines_stay_in_one_book(raw: Raw) -> None:
    with raw.refused("23L11"):
        raw.entry(IN, OUT, account_books=["RAW", "OTHER"])


def test_unknown_book_account_period_and_user(raw: Raw) -> None:
    for wrong, code in (
        ({"book": "NONE"}, "23L11"),
        ({"by": 2**30}, "23L11"),
        ({"date": "2025-09-01"}, "23L04"),
        ({"date": "1900-01-01"}, "23L04"),
    ):
        with raw.refused(code):
            raw.posted(**wrong)
        with raw.refused(code):
            raw.entry(IN, OUT, **wrong)
    with raw.refused("23L11"):
        raw.posted(first="NONE")
    with raw.refused("23L11"):
        raw.posted(second="NONE")
    with raw.refused("23L11"):
        raw.entry(IN, (2, "NONE", "C", 100))
    for nowhere in ({"place": [2]}, {"place": [None]}, {"line_account": [1, 3]}, {"line_account": [1, None]}):
        with raw.refused("23L11", "23502"):
            raw.entry(IN, OUT, **nowhere)


def test_nothing_is_dated_in_a_closed_period(raw: Raw) -> None:
    with raw.refused("23L03"):
        raw.posted(date="2025-07-10")
    with raw.refused("23L03"):
        raw.entry(IN, OUT, date="2025-07-31")


def test_a_floor_holds(raw: Raw) -> None:
    raw.posted(100)
    with raw.refused("23L05"):
        raw.posted("100.01", first="F-LOAN", second="F-BNK")
    with raw.refused("23L05"):
        raw.posted("100.01", side="C", second="F-LOAN")
    with raw.refused("23L05"):
        raw.entry((1, "F-LOAN", "D", "100.01"), (2, "F-BNK", "C", "100.01"))
    raw.entry((1, "F-LOAN", "D", 50), (2, "F-BNK", "C", 50))
    raw.posted(50, first="F-LOAN", second="F-BNK")


def test_a_floor_counts_the_whole_statement(raw: Raw) -> None:
    """In and out in one entry is judged by what remains."""
    raw.entry((1, "F-BNK", "C", 70), (2, "F-BNK", "D", 70))


def test_two_floors_in_one_entry(raw: Raw) -> None:
    """Whichever account was made first, and whichever line comes first."""
    raw._account(raw.book, "X10", "C", floor=True)
    raw.posted(100, second="X10")
    with raw.refused("23L05"):
        raw.posted(101, side="C", second="X10")
    with raw.refused("23L05"):
        raw.posted(101, first="X10", second="F-BNK")
    raw.posted(60, side="C", second="X10")
    raw.posted(40, first="X10", second="F-BNK")
    raw.cursor.execute("SELECT DISTINCT balance FROM ledger_accountfloor WHERE balance <> 0")
    assert raw.cursor.fetchall() == []


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
        "UPDATE ledger_accounttotal SET debit_paisa = 0",
        "INSERT INTO ledger_accounttotal (account_id, period_id, slot, debit_paisa, credit_paisa) VALUES (1, 1, 1, 1, 1)",
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


def test_totals_grow_with_each_entry(raw: Raw) -> None:
    for post in (raw.posted, lambda: raw.entry(IN, OUT)):
        raw.cursor.execute(
            "SELECT coalesce(sum(debit_paisa), 0) FROM ledger_accounttotal WHERE account_id = %s", [raw.bank]
        )
        before = raw.cursor.fetchone()[0]
        post()
        post()
        raw.cursor.execute("SELECT sum(debit_paisa) FROM ledger_accounttotal WHERE account_id = %s", [raw.bank])
        assert raw.cursor.fetchone()[0] == before + 2 * 100_00


def test_closing_entries_and_no_others_lie_in_the_closing_period(raw: Raw) -> None:
    insert = 'INSERT INTO ledger_period (book_id, year_id, start, "end") VALUES (%s, %s, %s, %s)'
    june = raw.one(insert, raw.book, raw.year, "2026-06-01", "2026-06-30")
    with raw.refused("23L04"):
        raw.posted(kind="closing", date="2026-06-30")
    closing = raw.one(insert, raw.book, raw.year, "2026-06-30", "2026-06-30")
    entries = [
        raw.posted(kind="closing", date="2026-06-30"),
        raw.entry(IN, OUT, kind="closing", date="2026-06-30"),
        raw.posted(kind="receipt", date="2026-06-30"),
        raw.entry(IN, OUT, kind="receipt", date="2026-06-30"),
    ]
    raw.cursor.execute("SELECT period_id FROM ledger_journalentry WHERE id = ANY(%s) ORDER BY id", [entries])
    assert [period for (period,) in raw.cursor.fetchall()] == [closing, closing, june, june]


def test_a_closing_entry_of_another_day_is_of_no_period(raw: Raw) -> None:
    """The first of a month is the start of a period too, but not of a closing one."""
    with raw.refused("23L04"):
        raw.posted(kind="closing", date="2025-08-01")
    with raw.refused("23L04"):
        raw.entry(IN, OUT, kind="closing", date="2025-08-01")


def test_drafts_find_their_place_however_the_places_are_counted(raw: Raw) -> None:
    """Counted from zero, the second draft's open month would stand for the first one's closed month."""
    raw.entry(IN, OUT, key="old")
    several = {"books": ["RAW", "RAW"], "dates": ["2025-08-10", "2025-07-10"], "kinds": ["k", "k"], "refs": ["", ""]}
    several |= {"memos": ["", ""], "keys": ["new", "old"], "digests": ["", ""], "why": ["", ""]}
    several |= {"reversed": [None, None], "corrected": [None, None]}
    with raw.refused("23L03"):
        raw.entry(IN, OUT, place="[0:1]={2,1}", **several)
    raw.entry(IN, OUT, place="[0:1]={1,1}", **several)
    given = several | {"keys": ["later", "old"], "place": [1, 2]}
    with raw.refused("23L03"):
        raw.entry(IN, OUT, **given | {"dates": "[0:1]={2025-07-10,2025-08-10}"})
    with raw.refused("23L04"):
        raw.entry(IN, OUT, **given | {"dates": ["2025-08-10", "2025-08-10"], "kinds": "[0:1]={closing,k}"})
    raw.cursor.execute("SELECT sum(debit_paisa) FROM ledger_accounttotal WHERE period_id = %s", [raw.august])
    assert raw.cursor.fetchone()[0] == 20_000


def test_keys_are_used_once_a_book(raw: Raw) -> None:
    first = raw.posted(key="same")
    assert raw.posted(key="same") == -first
    assert raw.entry(IN, OUT, key="same") == -first
    for changed in ({"key": "same", "digest": "other"},):
        with raw.refused("23L06"):
            raw.posted(**changed)
        with raw.refused("23L06"):
            raw.entry(IN, OUT, **changed)


def test_what_was_posted_once_is_answered_also_when_it_could_not_be_posted_any_more(raw: Raw) -> None:
    first, second = raw.posted(key="pair"), raw.entry(IN, OUT, key="many")
    raw.close(raw.august)
    assert raw.posted(key="pair") == -first
    assert raw.entry(IN, OUT, key="many") == -second
    with raw.refused("23L03"):
        raw.posted()


def test_an_entry_has_a_kind_and_a_key(raw: Raw) -> None:
    for nameless in ({"key": ""}, {"kind": ""}):
        with raw.refused("23L15"):
            raw.posted(**nameless)
        with raw.refused("23L15"):
            raw.entry(IN, OUT, **nameless)


def test_the_rule_functions_cannot_be_hung_on_another_table(raw: Raw) -> None:
    """Else a session could make a table of its own whose lines the rule would count into the totals."""
    raw.cursor.execute(
        "SELECT p.proname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE c.relname IN ('ledger_journalline', 'ledger_door', 'ledger_door_pair')"
        " AND has_function_privilege('public', p.oid, 'EXECUTE')"
    )
    assert raw.cursor.fetchall() == []
