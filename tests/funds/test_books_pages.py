"""The books of a fund on pages and as files: what they show, that one leads to the next, and who may open them."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from funds import disbursements
from funds.readers import READERS
from ledger import balances
from ledger.day_book import day_book
from ledger.models import JournalEntry
from ledger.money import grouped
from ledger.posting import Draft, credit, debit, post
from ledger.roles import Role
from tests import world
from tests.funds.pages import words
from tests.world import DAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
Browse = Callable[[str], Client]
BOOKS = "/funds/TEST"
YEAR = "from=2025-07-01&to=2026-06-30"
PAGES = ["trial-balance", "comparison", "accounts", "accounts/G-PAY", "day-book"]


@pytest.fixture
def w(small_world: World) -> World:
    return small_world


@pytest.fixture
def browse(w: World) -> Browse:
    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(w[username])
        return client

    return signed_in


@pytest.fixture
def auditor(browse: Browse) -> Client:
    return browse("auditor")


def busy(w: World) -> None:
    """Money in every stage, and a voucher that was cancelled."""
    w.cleared(w.diyat())
    w.paid()
    voucher = w.vouchered()
    disbursements.cancel(disbursement=voucher.sanction.disbursement_id, by=w["ddo"], reason="Wrong payee", on=DAY)


def many(w: World, count: int, *, on: date = date(2025, 10, 1)) -> None:
    lines = (debit("A-ADM", 1), credit("H-DON", 1))
    post(
        [Draft("TEST", on, "donation", f"M/{n}", "Much", f"many:{n}", lines) for n in range(count)],
        by=w["fund_manager"],
    )


def page(client: Client, path: str) -> str:
    answer = client.get(f"{BOOKS}/{path}")
    assert answer.status_code == 200, path
    return answer.content.decode()


def rows_of(answer: Any) -> list[list[str]]:
    """The rows of a CSV below its heads."""
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[4:]


@pytest.mark.parametrize("role", Role.values)
def test_who_reads_the_books(w: World, browse: Browse, role: str) -> None:
    entry = JournalEntry.objects.earliest("pk").pk
    paths = [*PAGES, f"entries/{entry}", *(f"{name}.csv" for name in PAGES), f"entries/{entry}.csv"]
    expected = 200 if Role(role) in READERS else 403
    client = browse(role)
    assert {path: client.get(f"{BOOKS}/{path}").status_code for path in paths} == dict.fromkeys(paths, expected)


def test_books_of_a_federal_fund_stay_closed_to_another_office(w: World) -> None:
    """Lines of a fund name payees of every office that asks it."""
    busy(w)
    entry = JournalEntry.objects.latest("pk").pk
    client = Client()
    client.force_login(world.make_user("quetta_finance", w.quetta_office, Role.FINANCE_OFFICER))
    for path in [
        *PAGES,
        f"entries/{entry}",
        "accounts.xlsx",
        "day-book.csv",
        "accounts/G-PAY.csv",
        f"entries/{entry}.csv",
    ]:
        assert client.get(f"{BOOKS}/{path}").status_code == 404, path


@pytest.mark.parametrize(
    "path",
    ["accounts/NONE", "accounts/NONE.csv", "entries/999999", "trial-balance.exe", "day-book.pdf", "day-book?account=NONE",
     "accounts/F-BNK?after=999999999-1", "accounts/F-BNK?before=999999999-1", "entries/99999999999999999999"],
)  # fmt: skip
def test_what_is_not_there_is_404(w: World, auditor: Client, path: str) -> None:
    assert auditor.get(f"{BOOKS}/{path}").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["as_at=2026-02-31", "as_at=0001-01-01", "as_at=9999-12-31", "as_at=%00", "before_closing=%00", "before_closing=2019-20",
     "first=x&second=9999-12-31", "from=2026-06-30&to=2025-07-01", "from=%00&to=99", "after=x", "before=-1", "page=9999",
     "kind=%00&reference=%00", "reference=" + "x" * 300],
)  # fmt: skip
def test_strange_questions_break_no_page(w: World, auditor: Client, query: str) -> None:
    for path in PAGES:
        assert auditor.get(f"{BOOKS}/{path}?{query}").status_code == 200, path


def test_an_entry_of_another_fund_is_not_in_these_books(w: World, auditor: Client) -> None:
    world.make_fund(w["fund_manager"], w.office, code="MORE")
    entry = JournalEntry.objects.filter(book__code="MORE").latest("pk")
    assert auditor.get(f"/funds/MORE/entries/{entry.pk}").status_code == 200
    assert auditor.get(f"{BOOKS}/entries/{entry.pk}").status_code == 404


def test_the_trial_balance_agrees_and_goes_back_in_time(w: World, auditor: Client) -> None:
    busy(w)
    assert "Debits equal credits" in page(auditor, "trial-balance")
    early = page(auditor, "trial-balance?as_at=2025-07-01")
    assert "1,00,00,000.00" in early and "12,00,000.00" not in early


def test_a_figure_leads_to_its_lines_and_they_to_the_paper(w: World, auditor: Client) -> None:
    busy(w)
    held = {row.code: row.credit for row in balances.trial_balance("TEST", as_at=date(2026, 6, 30)).rows}
    trial = page(auditor, "trial-balance?as_at=2026-06-30")
    link = re.search(rf'href="([^"]*accounts/G-CHQ[^"]*)">{re.escape(grouped(held["G-CHQ"]))}<', trial)
    assert link and "from=2025-07-01&amp;to=2026-06-30" in link[1]
    ledger = auditor.get(link[1].replace("&amp;", "&"))
    assert ledger.content.decode().count(grouped(held["G-CHQ"])) >= 2  # the last line's balance and the closing one
    payables = page(auditor, f"accounts/G-PAY?{YEAR}")
    paid = JournalEntry.objects.filter(kind="voucher").earliest("pk")
    assert f'href="/vouchers/{paid.reference}/"' in payables and f'href="{BOOKS}/entries/' in payables
    assert re.search(r'href="/requests/\d+/"', payables) and re.search(
        r'href="/requests/\d+/"', page(auditor, f"accounts/X20?{YEAR}")
    )
    bank = page(auditor, f"accounts/F-BNK?{YEAR}")
    assert 'href="/receipts/TEST-2025-26-RC-0001/"' in bank and re.search(r'href="/requests/\d+/"', bank)


def test_the_pages_of_the_books_lead_to_each_other(w: World, auditor: Client) -> None:
    entry = JournalEntry.objects.earliest("pk").pk
    for path in [*PAGES, f"entries/{entry}"]:
        text = page(auditor, path)
        for name in ("trial-balance", "accounts", "day-book", "comparison", "periods"):
            assert f'href="{BOOKS}/{name}"' in text, path


def test_the_chart_tells_what_each_account_is(w: World, auditor: Client) -> None:
    busy(w)
    text = words(auditor.get(f"{BOOKS}/accounts"))
    bank = grouped(balances.balance("TEST", "F-BNK"))
    assert re.search(rf"Bank F-BNK debit never none yet {bank}", text)
    assert "Fund balance H-FUND credit possible none yet" in text and "keeps 3 from going below zero" in text


def test_comparison_shows_both_days_and_the_change(w: World, auditor: Client) -> None:
    busy(w)
    text = words(auditor.get(f"{BOOKS}/comparison?first=2026-06-30&second=2025-07-01"))
    bank = balances.balance("TEST", "F-BNK", as_at=date(2026, 6, 30))
    change = grouped(10_000_000 - bank)
    assert "at the ends of 1 Jul 2025 and 30 Jun 2026" in text
    assert f"Bank F-BNK 1,00,00,000.00 {grouped(bank)} {change}" in text


def test_an_account_is_turned_page_by_page_and_back(w: World, auditor: Client) -> None:
    many(w, 230)
    address, seen, balance = f"accounts/H-DON?{YEAR}", [], Decimal(0)
    while address:
        text = page(auditor, address)
        seen += re.findall(r">M/(\d+)", text) or re.findall(r"M/(\d+)", text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        assert f">{grouped(balance)}<" in text  # brought forward
        balance += 100
        address = f"accounts/H-DON{following[1].replace('&amp;', '&')}" if following else ""
    assert list(dict.fromkeys(seen)) == [str(number) for number in range(230)]
    last = page(auditor, f"accounts/H-DON?{YEAR}&page=last")
    assert "M/229" in last and 'rel="next"' not in last
    back = re.search(r'rel="prev" href="([^"]+)"', last)
    assert back and "M/129" in page(auditor, f"accounts/H-DON{back[1].replace('&amp;', '&')}")


def test_the_day_book_is_narrowed(w: World, auditor: Client) -> None:
    busy(w)
    voucher = JournalEntry.objects.filter(kind="voucher").earliest("pk")
    whole = page(auditor, f"day-book?{YEAR}")
    only = page(auditor, f"day-book?{YEAR}&kind=voucher&reference={voucher.reference}&account=G-PAY")
    assert only.count('scope="rowgroup" rowspan') == 1 < whole.count('scope="rowgroup" rowspan')
    assert f"entry {voucher.pk}<" in only and "No entry fits" in page(auditor, f"day-book?{YEAR}&reference=NONE")


def test_an_entry_shows_who_when_and_both_ways_of_a_reversal(w: World, auditor: Client) -> None:
    busy(w)
    undoing = JournalEntry.objects.filter(reverses__isnull=False).earliest("pk")
    first = words(auditor.get(f"{BOOKS}/entries/{undoing.reverses_id}"))
    second = words(auditor.get(f"{BOOKS}/entries/{undoing.pk}"))
    assert f"Reversed by entry {undoing.pk}" in first and f"Reverses entry {undoing.reverses_id}" in second
    assert "Reason Wrong payee" in second and f"Recorded by {undoing.recorded_by.get_full_name() or 'ddo'}" in second
    links = page(auditor, f"entries/{undoing.pk}"), page(auditor, f"entries/{undoing.reverses_id}")
    assert (
        f'href="{BOOKS}/entries/{undoing.reverses_id}"' in links[0]
        and f'href="{BOOKS}/entries/{undoing.pk}"' in links[1]
    )
    assert all(re.search(r'href="/(vouchers|requests)/', text) for text in links)
    assert re.search(rf'href="{BOOKS}/accounts/[A-Z0-9-]+\?from=2025-07-01&amp;to=2026-06-30"', links[1])


# Files --------------------------------------------------------------------------------------------------------------


def test_files_hold_every_row_of_all_pages(w: World, auditor: Client) -> None:
    many(w, 230)
    answer = auditor.get(f"{BOOKS}/accounts/H-DON.csv?{YEAR}")
    assert (
        answer.streaming
        and answer["Content-Disposition"] == 'attachment; filename="TEST-H-DON-2025-07-01-2026-06-30.csv"'
    )
    rows = rows_of(answer)
    assert len(rows) == 231 and rows[0][4] == "Opening balance" and rows[-1][-1] == "230.00"
    book = rows_of(auditor.get(f"{BOOKS}/day-book.csv?{YEAR}&account=H-DON"))
    assert len(book) == 460 and len({row[0] for row in book}) == 230


def test_files_say_what_the_pages_say(w: World, auditor: Client) -> None:
    busy(w)
    trial = balances.trial_balance("TEST", as_at=date(2025, 12, 31))
    rows = rows_of(auditor.get(f"{BOOKS}/trial-balance.csv?as_at=2025-12-31"))
    assert [row[2:] for row in rows[:-1]] == [[f"{row.debit:.2f}", f"{row.credit:.2f}"] for row in trial.rows]
    assert rows[-1] == ["", "Total", f"{trial.debit_total:.2f}", f"{trial.credit_total:.2f}"]
    both = rows_of(auditor.get(f"{BOOKS}/comparison.csv?first=2025-07-01&second=2025-12-31"))
    assert {row[0]: row[4:6] for row in both}["F-BNK"] == {row[0]: row[2:4] for row in rows}["F-BNK"]
    chart = {row[0]: row for row in rows_of(auditor.get(f"{BOOKS}/accounts.csv"))}
    assert chart["F-BNK"][2:6] == ["Asset", "Debit", "yes", ""]
    entry = JournalEntry.objects.filter(kind="voucher").earliest("pk")
    lines = rows_of(auditor.get(f"{BOOKS}/entries/{entry.pk}.csv"))
    assert len(lines) == entry.lines.count() and {row[0] for row in lines} == {str(entry.pk)}
    whole = rows_of(auditor.get(f"{BOOKS}/day-book.csv?{YEAR}"))
    assert [row[0] for row in whole] == [str(entry.pk) for entry in day_book("TEST") for _ in entry.lines.all()]


def test_no_cell_becomes_a_formula(w: World, auditor: Client) -> None:
    evil = "=cmd|' /C calc'!A0"
    post(
        [Draft("TEST", DAY, "donation", evil, f"+{evil}", "evil", (debit("A-ADM", 1), credit("H-DON", 1)))], by=w["ddo"]
    )
    for path in (f"accounts/H-DON.csv?{YEAR}", f"day-book.csv?{YEAR}"):
        rows = rows_of(auditor.get(f"{BOOKS}/{path}"))
        assert f"'{evil}" in {cell for row in rows for cell in row}
        assert not any(re.match(r"[=+@\t\r]", cell) for row in rows for cell in row)
    for path in (f"accounts/H-DON.xlsx?{YEAR}", f"day-book.xlsx?{YEAR}"):
        sheet = workbook(auditor.get(f"{BOOKS}/{path}"))
        assert "<f>" not in sheet and "cmd|" in sheet


def workbook(answer: Any) -> str:
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_workbooks_keep_amounts_as_numbers_and_have_an_end(
    w: World, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = balances.trial_balance("TEST")
    assert f"<v>{trial.debit_total:.2f}</v>" in workbook(auditor.get(f"{BOOKS}/trial-balance.xlsx"))
    for path in ("comparison.xlsx", "accounts.xlsx"):
        assert "<v>10000000" in workbook(auditor.get(f"{BOOKS}/{path}"))
    monkeypatch.setattr("funds.views.book_parts.MOST_ROWS", 1)
    refused = auditor.get(f"{BOOKS}/day-book.xlsx?{YEAR}")
    assert refused.status_code == 422 and "take the CSV" in words(refused)


def test_pages_cost_the_same_however_much_is_in_the_books(w: World, auditor: Client) -> None:
    busy(w)
    entry = JournalEntry.objects.filter(kind="voucher").earliest("pk").pk
    paths = [
        "trial-balance",
        "accounts",
        f"accounts/G-PAY?{YEAR}",
        f"day-book?{YEAR}",
        "comparison",
        f"entries/{entry}",
    ]
    before = [queries(auditor, path) for path in paths]
    for _ in range(3):
        w.paid()
    many(w, 60)
    # Fewer is possible: a full month spares the look into the following ones.
    assert all(queries(auditor, path) <= count <= 30 for path, count in zip(paths, before, strict=True))


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        page(client, path)
    return len(seen)
