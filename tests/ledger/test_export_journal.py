"""The whole journal for an independent program: it adds up there, its texts come back, and a changed paisa is noticed."""

import csv
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from beancount.parser import parser
from django.contrib.auth.models import User
from django.core.management import CommandError, ManagementUtility, call_command
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from ledger import exports
from ledger.chart import Head, add_account, create_book, open_year
from ledger.exports import FORMS, hledger_form, journal_of
from ledger.exports.beancount_form import quoted
from ledger.exports.names import account_names
from ledger.models import Book, Element, JournalEntry, Side
from ledger.posting import Draft, credit, debit, post, reverse
from tests.ledger.conftest import draft
from tests.ledger.journals import READERS, exported, must_agree, read_beancount, read_hledger

PLAIN_TEXT = ["beancount", "hledger"]
HOSTILE = [
    'He said "pay", \\ and paid',
    "two\nlines\r\nand a\ttab",
    "; comment, not: a tag [2025-01-01] (code) | note",
    "date:2025-13-45, [=2025/99/99]",
    "100%, 5%2C6, %zz %",
    "ریلیف گرانٹ \u200f۲۰٬۰۰۰\u2028",
    " * ! (open) blanks round it ",
    "=1+2",
    "@SUM(A1)",
    "\x01\x1b[31m\x7f\x85",
    "2025-01-01 open Assets:F-BNK",
    "",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


@pytest.fixture
def posted(book: Book, clerk: User) -> Book:
    """Some months of entries, one of them undone, with texts nobody should write."""
    entries = [draft("a", 1_200_000), draft("b", "0.50", dr="A-REL", cr="F-BNK", on=date(2025, 10, 2))]
    entries += [
        Draft(
            "HRRF",
            date(2025, 8, 1 + index),
            "voucher",
            text[:100] or "-",
            text,
            f"hostile:{index}:{text}",
            (
                debit("A-DIY", Decimal("0.01")),
                debit("A-LEG", 7),
                credit("G-PAY", Decimal("7.01"), head="A-DIY", party=text[:100]),
            ),
        )
        for index, text in enumerate(HOSTILE)
    ]
    numbers = post(entries, by=clerk)
    reverse(numbers[1], by=clerk, reason='Paid "twice", they said; [2025-10-02]', on=date(2025, 11, 3))
    return book


def changed(path: Path, old: str, new: str) -> Path:
    """The journal with one place changed. Another name, for programs remember what they have read."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    found = path.with_name(f"changed-{path.name}")
    found.write_text(text.replace(old, new), encoding="utf-8")
    return found


def test_every_form_adds_up_to_the_trial_balance(posted: Book, tmp_path: Path) -> None:
    must_agree("HRRF", tmp_path)


def test_a_book_without_entries_and_one_without_a_year(book: Book, clerk: User, tmp_path: Path) -> None:
    create_book(code="NEW", name="A book without a year", by=clerk)
    for code in ("HRRF", "NEW"):
        must_agree(code, tmp_path)


@pytest.mark.parametrize("form", READERS)
def test_texts_come_back_as_they_were(posted: Book, tmp_path: Path, form: str) -> None:
    texts = READERS[form](exported("HRRF", form, tmp_path)).texts
    entries = JournalEntry.objects.select_related("recorded_by").order_by("pk")
    assert list(texts) == [entry.pk for entry in entries.order_by("date", "pk")]
    for entry in entries:
        party = "".join(entry.lines.order_by("position").values_list("party", flat=True))
        ours = {
            "memo": entry.memo,
            "reference": entry.reference,
            "party": party,
            "reason": entry.reason,
            "key": entry.key,
        }
        if form == "csv":
            ours = {name: safe(text) for name, text in ours.items()}
        assert {name: texts[entry.pk][name] for name in ours} == ours
        assert texts[entry.pk]["recorded-by"] == "clerk"


def safe(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and text else text


@given(TEXTS)
def test_any_text_comes_back_from_beancount(text: str) -> None:
    entries, errors, _ = parser.parse_string(f"2025-09-15 * {quoted(text)}\n  key: {quoted(text)}\n")
    assert not errors
    assert (entries[0].narration, entries[0].meta["key"]) == (text, text)


@given(TEXTS)
@example("a,b;c)d[e]f%2Cg%h i")
def test_any_text_stays_on_its_line_for_hledger_and_comes_back(text: str) -> None:
    for name, ends in (("_IN_CODE", ")"), ("_IN_DESCRIPTION", ";"), ("_IN_TAG", ",[]")):
        written = hledger_form.escaped(text, getattr(hledger_form, name))
        assert unquote(written) == text
        assert len(written.splitlines()) <= 1
        assert not set(written) & set(ends)
        assert written == written.strip()


@pytest.mark.parametrize("form", PLAIN_TEXT)
def test_one_paisa_changed_is_noticed(posted: Book, tmp_path: Path, form: str) -> None:
    path, read = exported("HRRF", form, tmp_path), READERS[form]
    assert read(path).faults == []
    one_side = read(changed(path, "Assets:F-BNK  1200000.00 PKR", "Assets:F-BNK  1200000.01 PKR"))
    assert one_side.faults
    claim = "~ 0 PKR" if form == "beancount" else "== "
    old = re.search(rf".*Assets:F-BNK .*{claim}.*", path.read_text())
    assert old
    wrong = old[0].replace("1200000.00", "1200000.01")
    assert wrong != old[0]
    assert read(changed(path, old[0], wrong)).faults


@pytest.mark.parametrize("form", PLAIN_TEXT)
def test_one_paisa_moved_within_a_balanced_entry_is_noticed(posted: Book, tmp_path: Path, form: str) -> None:
    path = exported("HRRF", form, tmp_path)
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("F-BNK  1200000.00", "F-BNK  1200000.01"),
        ("H-FUND  -1200000.00 PKR\n", "H-FUND  -1200000.01 PKR\n"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / f"moved.{form}"
    path.write_text(text, encoding="utf-8")
    faults = READERS[form](path).faults
    assert len(faults) == 2, faults
    assert {name for name in ("F-BNK", "H-FUND") for fault in faults if name in fault} == {"F-BNK", "H-FUND"}


@pytest.mark.skipif(not shutil.which("hledger"), reason="no hledger on this machine")
def test_hledger_itself_agrees(posted: Book, tmp_path: Path) -> None:
    path = exported("HRRF", "hledger", tmp_path)
    hledger("check", "--strict", "ordereddates", path=path)
    added = dict(row.split('","') for row in hledger("balance", "--flat", "-E", "-N", "-O", "csv", path=path)[1:])
    ours = {name: amount for name, amount in read_hledger(path).sums.items() if amount}
    assert {name[1:]: text[:-5] for name, text in added.items() if text != '0"'} == {n: str(a) for n, a in ours.items()}
    told = json.loads("".join(hledger("print", "-O", "json", path=path)))
    memos = [unquote(each["tdescription"]) for each in told[:-1]]
    assert memos == list(JournalEntry.objects.order_by("date", "pk").values_list("memo", flat=True))
    wrong = changed(path, "Assets:F-BNK  1200000.00 PKR", "Assets:F-BNK  1200000.01 PKR")
    with pytest.raises(subprocess.CalledProcessError):
        hledger("check", path=wrong)


def hledger(*arguments: str, path: Path) -> list[str]:
    command = ["hledger", "-f", str(path), *arguments]
    env = {"PATH": "/usr/bin:/bin:/usr/local/bin", "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.splitlines()


def test_a_reversal_is_linked_to_its_original(posted: Book, tmp_path: Path) -> None:
    reversal = JournalEntry.objects.get(reverses__isnull=False)
    text = exported("HRRF", "beancount", tmp_path).read_text()
    assert text.count(f"^reversal-of-{reversal.reverses_id}\n") == 2
    assert f"entry: {reversal.pk}\n  reverses: {reversal.reverses_id}\n" in text
    text = exported("HRRF", "hledger", tmp_path).read_text()
    assert f"; entry:{reversal.pk}\n    ; reverses:{reversal.reverses_id}\n" in text
    assert f"; entry:{reversal.reverses_id}\n    ; reversed-by:{reversal.pk}\n" in text


def test_no_two_accounts_share_a_name(book: Book, clerk: User, tmp_path: Path) -> None:
    for code in ("a b", "A:B", "A B", "ریلیف", "a", "Code-61", "-x", "x10", "X-10"):
        head = Head(code, f"Named {code}", Element.MEMO, Side.DEBIT)
        add_account(book=book, head=head, by=clerk)
    names = account_names(book.accounts.all())
    assert len(set(names.values())) == len(names) == book.accounts.count()
    post(draft("odd", dr="a b", cr="A:B"), by=clerk)
    must_agree("HRRF", tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_books_give_the_same_bytes_printed_or_written(posted: Book, tmp_path: Path, form: str) -> None:
    first = exported("HRRF", form, tmp_path).read_bytes()
    out = StringIO()
    call_command("export_journal", "HRRF", "--format", form, stdout=out)
    assert out.getvalue().encode() == first == exported("HRRF", form, tmp_path).read_bytes()


def test_what_is_told_of_a_file(posted: Book, tmp_path: Path) -> None:
    path = exported("HRRF", "csv", tmp_path)
    told = json.loads((tmp_path / "told").read_text())
    lines = 2 * 3 + 3 * len(HOSTILE)
    total = str(1_200_001 + Decimal("7.01") * len(HOSTILE))
    assert told == {
        "fund": "HRRF",
        "format": "csv",
        "file": str(path),
        "entries": 3 + len(HOSTILE),
        "lines": lines,
        "debit_total": total,
        "credit_total": total,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    out = StringIO()
    call_command("export_journal", "HRRF", "--format", "csv", "--out", str(path), stdout=out)
    assert f"{3 + len(HOSTILE)} entries with {lines} lines" in out.getvalue()
    assert "Debits  Rs 12,00,085.12" in out.getvalue()


def test_an_unknown_fund_is_refused_and_leaves_no_file(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no book NONE") as caught:
        call_command("export_journal", "NONE", "--format", "csv", "--out", str(tmp_path / "out"))
    assert caught.value.returncode == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "args", [("HRRF",), ("--format", "csv"), ("HRRF", "--format", "xlsx"), ("HRRF", "--format", "csv", "--json")]
)
def test_wrong_usage_exits_with_two(db: None, args: tuple[str, ...], capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        ManagementUtility(["manage.py", "export_journal", *args]).execute()
    assert caught.value.code == 2
    assert capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_told(posted: Book, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="could not be written") as caught:
        call_command("export_journal", "HRRF", "--format", "csv", "--out", str(tmp_path / "file" / "below"))
    assert caught.value.returncode == 1


def test_a_failure_on_the_way_leaves_the_old_file(
    posted: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported("HRRF", "csv", tmp_path)
    before = path.read_bytes()

    def broken(journal: exports.Journal) -> Any:
        yield "half"
        raise ConnectionError("the server went away")

    monkeypatch.setitem(exports.FORMS, "csv", exports.Form("text/csv", broken))
    with pytest.raises(CommandError):
        exported("HRRF", "csv", tmp_path)
    assert path.read_bytes() == before
    assert {each.name for each in tmp_path.iterdir()} == {path.name, "told"}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_what_is_posted_meanwhile_is_not_half_of_it(tmp_path: Path, new_connection: Callable[[], Any]) -> None:
    """Another session commits between the lines and the balances; an export of two moments would contradict itself."""
    clerk = User.objects.create_user("clerk")
    open_year(book=create_book(code="HRRF", name="Fund", by=clerk), label="2025-26", by=clerk)
    post(draft("before"), by=clerk)
    with journal_of("HRRF") as journal:
        parts = FORMS["beancount"].parts(journal)
        text = [next(parts)]
        assert in_another_session(new_connection()) == 2
        text += parts
    path = tmp_path / "HRRF.beancount"
    path.write_text("".join(text), encoding="utf-8")
    told = read_beancount(path)
    assert told.faults == []
    assert (len(told.texts), told.sums["Assets:F-BNK"]) == (1, 100)


def in_another_session(raw: Any) -> int:
    """Posts as the test's own session did, committed; returns how many entries there are now."""
    with raw.cursor() as cursor:
        cursor.execute(
            "SELECT code, recorded_by_id::text FROM ledger_journalentry e JOIN ledger_book b ON b.id = e.book_id"
        )
        book, by = cursor.fetchone()
        cursor.execute(
            "INSERT INTO ledger_door_pair (f) VALUES (ARRAY[%s, '2025-09-15', 'release', 'R/2', '', 'meanwhile', '', %s,"
            " '', '', '', '100', 'D', 'F-BNK', '', '', 'H-FUND', '', ''])",
            [book, by],
        )
        cursor.execute("SELECT count(*) FROM ledger_journalentry")
        found = cursor.fetchone()[0]
    raw.commit()
    return int(found)


def test_nothing_can_be_written_inside_a_journal(transactional_db: None, clerk: User) -> None:
    create_book(code="HRRF", name="Fund", by=clerk)
    with journal_of("HRRF"), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)


def test_lines_come_by_day_then_entry_then_position(book: Book, clerk: User, tmp_path: Path) -> None:
    days = [date(2025, 9, 20), date(2025, 9, 3), date(2025, 9, 20), date(2025, 8, 31)]
    numbers = post([draft(f"on:{index}", on=day) for index, day in enumerate(days)], by=clerk)
    rows = list(csv.reader(exported("HRRF", "csv", tmp_path).read_text("utf-8-sig").splitlines()))[1:]
    order = [numbers[3], numbers[1], numbers[0], numbers[2]]
    assert [(row[0], row[5]) for row in rows] == [(str(number), position) for number in order for position in "12"]


def test_the_day_after_the_last_entry_is_asserted(posted: Book, tmp_path: Path) -> None:
    text = exported("HRRF", "beancount", tmp_path).read_text()
    assert "2025-11-04 balance Assets:F-BNK  1200000.00 ~ 0 PKR\n" in text
