"""Pages of funds, statements, books and the public voucher check, and the figures and files behind them."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beneficiaries.identity import masked_cnic
from funds import budgets, disbursements, statements
from funds.books.statement_files import csv_bytes, xlsx_bytes
from funds.budget import position
from funds.models import Fund, Receipt, Voucher
from funds.readers import READERS
from funds.statements import Group, StatementBroken
from funds.views.statements import badge_of
from ledger import balances
from ledger.cells import plain
from ledger.roles import Role
from tests import world
from tests.world import DAY, World, said_of

Browse = Callable[[str], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.once]


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


def text(answer: Any) -> str:
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def busy(w: World) -> None:
    """Money in every stage: cleared, paid, vouchered, sanctioned, in the chain."""
    w.cleared(w.diyat())
    w.paid()
    w.vouchered()
    w.sanctioned()
    w.at_sanction()


# Figures ------------------------------------------------------------------------------------------------------------


def test_position_is_what_the_ledger_says_and_adds_up(w: World) -> None:
    busy(w)
    (now,) = position.positions([w.fund], "2025-26")
    held = {row.code: row.debit - row.credit for row in balances.trial_balance("TEST").rows}
    assert (now.spent, now.committed, now.free) == (-held["X30"], -held["X20"], -held["X10"])
    assert (now.cash, now.uncleared) == (held["F-BNK"], -held["G-CHQ"])
    assert now.available == held["X90"] == Decimal(10_000_000)
    budget = position.position(w.fund, "2025-26")
    assert (now.original, now.revised) == (budget.original, budget.revised)
    assert (now.spent, now.committed) == (Decimal(1_240_000), Decimal(20_000))


def test_next_year_begins_with_what_was_left(w: World) -> None:
    busy(w)
    (now,) = position.positions([w.fund], "2026-27")
    assert (now.spent, now.revised) == (0, 0)
    assert now.available == now.free + now.committed == Decimal(10_000_000) - Decimal(1_240_000)


def test_heads_tie_to_the_budget_accounts(w: World) -> None:
    busy(w)
    heads = {head.code: head for head in position.heads(w.fund, "2025-26")}
    assert (heads["A-DIY"].spent, heads["A-REL"].spent) == (Decimal(1_200_000), Decimal(40_000))
    assert heads["A-REL"].committed == Decimal(20_000)
    assert sum(head.spent for head in heads.values()) == position.position(w.fund, "2025-26").spent
    disbursements.cancel(
        disbursement=Voucher.objects.get(serial=3).sanction.disbursement_id, by=w["ddo"], reason="Wrong payee", on=DAY
    )
    heads = {head.code: head for head in position.heads(w.fund, "2025-26")}
    assert heads["A-REL"].spent == Decimal(20_000)


# Files of the statement ---------------------------------------------------------------------------------------------


def test_csv_has_every_figure_and_reads_back(w: World) -> None:
    busy(w)
    built = statements.build(w.fund, "2025-26")
    raw = csv_bytes(built)
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    cells = {row[0]: row[1:] for row in reversed(rows) if row}  # the first of a name counts
    assert raw.startswith(b"\xef\xbb\xbf")
    assert cells["Total payments"] == [f"{built.now.paid:.2f}", f"{built.before.paid:.2f}"]
    assert cells["Closing cash"][0] == f"{built.now.closing:.2f}"
    assert ["Islamabad", "M", "1", "1200000.00"] in rows
    assert csv_bytes(built) == raw


def test_excel_keeps_amounts_as_numbers_and_is_the_same_file_twice(w: World) -> None:
    busy(w)
    built = statements.build(w.fund, "2025-26")
    raw = xlsx_bytes(built)
    assert raw == xlsx_bytes(built)
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert f"<v>{built.now.paid:.2f}</v>" in sheet
        assert not any("<f>" in book.read(name).decode() for name in book.namelist() if "worksheets" in name)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_becomes_a_formula(w: World, start: str) -> None:
    built = statements.build(w.fund, "2025-26")
    evil = replace(built, groups=(Group(f"{start}cmd|' /C calc'!A0", "F", 1, Decimal(5)),))
    rows = list(csv.reader(io.StringIO(csv_bytes(evil).decode("utf-8-sig"))))
    assert all(not re.match(r"[=+@\t\r＝＋＠]", cell) for row in rows for cell in row)
    assert all(not cell.startswith("-") or re.fullmatch(r"-[0-9.]+", cell) for row in rows for cell in row)
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(evil))) as book:
        assert not any("<f>" in book.read(name).decode() for name in book.namelist() if "worksheets" in name)
    assert plain("Punjab") == "Punjab"


# Pages --------------------------------------------------------------------------------------------------------------

READ = ["/funds/", "/funds/TEST/", "/funds/TEST/?year=2024-25", "/funds/TEST/trial-balance", "/funds/TEST/accounts/G-PAY",
        "/statements/", "/statements/TEST/2025-26/", "/statements/TEST/2025-26/file.json"]  # fmt: skip


@pytest.mark.parametrize("role", Role.values)
def test_who_reads_funds_and_books(w: World, browse: Browse, role: str) -> None:
    expected = 200 if Role(role) in READERS else 403
    assert {url: browse(role).get(url).status_code for url in READ} == dict.fromkeys(READ, expected)


@pytest.mark.parametrize("url", READ)
def test_nobody_reads_without_signing_in(w: World, url: str) -> None:
    assert Client().get(url)["Location"].startswith("/sign-in")


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.FUND_MANAGER}))
def test_only_the_fund_manager_records_money(w: World, browse: Browse, role: str) -> None:
    for url in ("/funds/TEST/receipts/new", "/funds/TEST/allocations/new"):
        assert browse(role).post(url, {}).status_code == 403
    assert Receipt.objects.count() == 1


def test_fund_page_shows_the_five_figures_heads_and_rules(w: World, browse: Browse) -> None:
    busy(w)
    page = text(browse("fund_manager").get("/funds/TEST/?year=2025-26"))
    (now,) = position.positions([w.fund], "2025-26")
    from ledger.money import figures, grouped

    for amount in (now.revised, now.spent, now.committed, now.free, now.cash):
        assert figures(amount) in page
    assert grouped(Decimal(1_200_000)) in page and "Agrees with the trial balance" in page
    assert "TEST-2025-26-RC-0001" in page and 'data-chart="months"' in page
    assert "All requests" in text(browse("fund_manager").get("/funds/TEST/"))


def test_receipt_from_the_form_is_free_at_once(w: World, browse: Browse) -> None:
    client, before = browse("fund_manager"), budgets.headroom(w.fund)
    form = {
        "kind": "donation",
        "amount": "5,00,000",
        "on": "2025-10-01",
        "received_from": "A donor",
        "reference": "Slip 7",
    }
    answer = client.post("/funds/TEST/receipts/new", form)
    assert (answer.status_code, answer["Location"]) == (303, "/receipts/TEST-2025-26-RC-0002/")
    assert budgets.headroom(w.fund) - before == Decimal(500_000)
    again = client.post("/funds/TEST/receipts/new", form)
    assert again.status_code == 422 and "already recorded" in text(again) and 'value="5,00,000"' in text(again)
    bad = client.post("/funds/TEST/receipts/new", form | {"amount": "-5", "reference": "Slip 8"})
    assert bad.status_code == 422 and 'href="#id_amount"' in text(bad)
    closed = client.post("/funds/TEST/receipts/new", form | {"on": "2019-10-01", "reference": "Slip 9"})
    assert closed.status_code == 422 and "has no year 2019-20" in text(closed)
    tied = client.post(
        "/funds/TEST/receipts/new", form | {"kind": "profit", "purpose": "Widows", "reference": "Slip 10"}
    )
    assert tied.status_code == 422 and "Only a donation is given for a purpose" in text(tied)
    assert Receipt.objects.filter(kind="donation").count() == 1


def test_allocation_from_the_form_changes_the_revised_budget(w: World, browse: Browse) -> None:
    client = browse("fund_manager")
    form = {"kind": "supplementary", "amount": "1,00,000", "on": "2025-10-01", "reference": "SG 4"}
    assert client.post("/funds/TEST/allocations/new", form).status_code == 303
    assert position.position(w.fund, "2025-26").revised == Decimal(10_100_000)
    second = client.post("/funds/TEST/allocations/new", form | {"kind": "original"})
    assert second.status_code == 422 and "has its original allocation" in text(second)


@pytest.mark.parametrize("url", ["/funds/NONE/", "/funds/TEST/?year=2019-20", "/funds/TEST/?year=x", "/statements/TEST/2019-20/",
                                 "/statements/TEST/x/", "/statements/TEST/2025-26/?to=1999-00", "/statements/NONE/2025-26/",
                                 "/statements/TEST/2025-26/file.exe",
                                 "/statements/?fund=../x&from=2025-26"])  # fmt: skip
def test_what_is_not_there_is_404(w: World, browse: Browse, url: str) -> None:
    assert browse("auditor").get(url).status_code == 404


def test_books_of_a_federal_fund_stay_closed_to_another_office(w: World, browse: Browse) -> None:
    """Lines of a fund name payees of every office that asks it."""
    busy(w)
    client = Client()
    client.force_login(world.make_user("quetta_finance", w.quetta_office, Role.FINANCE_OFFICER))
    assert client.get("/funds/TEST/accounts/G-PAY").status_code == 404
    assert client.get("/funds/TEST/trial-balance").status_code == 404
    page = text(client.get("/funds/TEST/?year=2025-26"))
    assert "Zainab" not in page and "Gulzar" not in page


def test_another_offices_fund_is_not_there(w: World) -> None:
    provincial = world.make_fund(w["fund_manager"], w.quetta_office, code="BAL")
    lahore = world.Office.objects.create(code="LHR", name="Lahore", level="regional")
    client = Client()
    client.force_login(world.make_user("lahore", lahore, Role.FUND_MANAGER))
    for url in (
        "/funds/BAL/",
        "/statements/BAL/2025-26/",
        "/statements/BAL/2025-26/file.csv",
        "/funds/BAL/receipts/new",
    ):
        assert client.get(url).status_code == 404, url
    assert provincial.name not in text(client.get("/funds/")) + text(client.get("/statements/"))


def test_statement_page_and_all_its_files_say_the_same(w: World, browse: Browse) -> None:
    busy(w)
    built, client = statements.build(w.fund, "2024-25", "2025-26"), browse("auditor")
    page = text(client.get("/statements/TEST/2024-25/?to=2025-26"))
    from ledger.money import grouped

    for amount in (built.now.received, built.now.paid, built.now.closing):
        assert grouped(amount) in page
    base = "/statements/TEST/2024-25/file."
    data = json.loads(text(client.get(f"{base}json?to=2025-26")))
    assert (data["payments_total"], data["people_helped"]) == (f"{built.now.paid:.2f}", built.now.people)
    assert f"{built.now.paid:.2f}" in text(client.get(f"{base}csv?to=2025-26"))
    pdf = client.get(f"{base}pdf?to=2025-26")
    assert pdf.content.startswith(b"%PDF") and pdf["Cache-Control"] == "no-store"
    excel = client.get(f"{base}xlsx?to=2025-26")
    assert excel["Content-Disposition"] == 'attachment; filename="TEST-statement-2024-25-to-2025-26.xlsx"'
    picked = client.get("/statements/?fund=TEST&from=2025-26&to=2024-25")
    assert picked["Location"] == "/statements/TEST/2024-25/?to=2025-26"


def test_badge_speaks_only_for_figures_that_agree(w: World, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    built = statements.build(w.fund, "2025-26")
    assert badge_of(built)["ok"] is True
    wrong = replace(built, ties=(replace(built.ties[0], stated=Decimal(1)), *built.ties[1:]))
    assert badge_of(wrong)["ok"] is False

    def broken(*args: object, **kwargs: object) -> object:
        raise StatementBroken("The statement of TEST 2025-26 does not tie: Payments.")

    monkeypatch.setattr(statements, "build", broken)
    answer = browse("auditor").get("/statements/TEST/2025-26/")
    assert answer.status_code == 400 and "does not tie" in text(answer) and "Agrees" not in text(answer)


def test_pages_cost_the_same_however_much_is_in_the_books(w: World, browse: Browse) -> None:
    client = browse("auditor")
    urls = ["/funds/", "/funds/TEST/?year=2025-26", "/statements/", "/statements/TEST/2025-26/", "/funds/TEST/trial-balance",
            "/funds/TEST/accounts/G-PAY?from=2025-07-01&to=2026-06-30"]  # fmt: skip
    busy(w)
    before = [queries(client, url) for url in urls]
    for _ in range(3):
        w.paid()
        w.sanctioned()
    assert [queries(client, url) for url in urls] == before
    world.make_fund(w["fund_manager"], w.office, code="MORE")
    assert queries(client, "/funds/") == before[0] and queries(client, "/statements/") == before[2]
    assert max(before) <= 45


# The public check ---------------------------------------------------------------------------------------------------


@pytest.fixture
def voucher(w: World) -> Voucher:
    return w.vouchered(w.diyat())


NAMES = ("Zainab", "Rehmat", "Tariq", "Maryam", "Gulzar", "Yaqub", "Noor Ahmed", "Sessions Judge", "Khan")


def test_public_page_shows_the_paper_and_nothing_else_of_the_payee(w: World, voucher: Voucher) -> None:
    for token in (voucher.token, voucher.token.upper()):
        answer = Client().get(f"/v/{token}")
        page = text(answer)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert voucher.number in page and "Rs 12,00,000.00" in page and "Rupees Twelve Lakh Only" in page
        assert "Issued, not yet paid" in page and "26 Sep 2025" in page
        lines = voucher.sanction.disbursement.lines.all()
        assert all(masked_cnic(line.cnic) in page and line.cnic not in page for line in lines)
        assert not [name for name in NAMES if name in page]


def test_public_page_says_paid_and_cancelled(w: World, voucher: Voucher) -> None:
    request = voucher.sanction.disbursement
    from funds import payments

    for place, line in enumerate(request.lines.all()):
        payments.issue_instrument(
            disbursement=request.pk,
            line=line.pk,
            number=f"90{place}",
            said=said_of(line),
            by=w["ddo"],
            on=date(2025, 10, 1),
        )
    page = text(Client().get(f"/v/{voucher.token}"))
    assert "Paid, 1 Oct 2025" in page
    disbursements.cancel(disbursement=request.pk, by=w["ddo"], reason="Heir died, name Zainab", on=date(2025, 10, 2))
    page = text(Client().get(f"/v/{voucher.token}"))
    assert "Cancelled, 2 Oct 2025" in page and "Do not pay on it" in page and "Heir died" not in page


@pytest.mark.parametrize("token", ["x", "0" * 24, "A" * 300, "%00", "..%2f..%2fetc", "' OR 1=1--", "ﬀ" * 12, "0" * 32])
def test_wrong_token_is_told_in_plain_words(w: World, voucher: Voucher, token: str) -> None:
    answer = Client().get(f"/v/{token}")
    assert answer.status_code == 404
    if "/" not in token and "%2f" not in token:
        assert "No voucher has this code" in text(answer)


def test_torn_paper_is_found_by_number_and_amount_without_any_cnic(w: World, voucher: Voucher) -> None:
    client = Client()
    assert client.get("/v/").status_code == 200
    answer = client.post("/v/", {"number": f" {voucher.number.lower()} ", "amount": "Rs 12,00,000.00"})
    page = text(answer)
    assert answer.status_code == 200 and voucher.number in page and voucher.token not in page
    assert not re.search(r"\d{5}-\*{7}-\d", page) and not [name for name in NAMES if name in page]


def test_wrong_number_and_wrong_amount_are_answered_alike(w: World, voucher: Voucher) -> None:
    client = Client()
    answers = [
        client.post("/v/", {"number": voucher.number, "amount": "1199999.99"}),
        client.post("/v/", {"number": "TEST-2025-26-99999", "amount": "1200000"}),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    refusals = [re.search(r"No voucher has[^<]*", text(answer)) for answer in answers]
    assert refusals[0] and refusals[1] and refusals[0][0] == refusals[1][0]
    assert client.post("/v/", {"number": voucher.number, "amount": "x"}).status_code == 422
    assert client.post("/v/", {"number": "\x00", "amount": "5"}).status_code == 422


def test_public_look_up_costs_the_same_for_a_hit_of_any_size(w: World, voucher: Voucher) -> None:
    single = w.vouchered()
    client = Client()
    assert queries(client, f"/v/{voucher.token}") == queries(client, f"/v/{single.token}") <= 11


def test_fund_without_a_year_opens(w: World, browse: Browse) -> None:
    bare = budgets.open_fund(
        by=w["fund_manager"], code="BARE", name="Bare Fund", office=w.office, lapsable=False, fund_class=Fund.Class.PUBLIC,
        kinds=["diyat"], purpose="Tests", bank_name="National Bank", bank_account="PK31NBPA0000000000000001",
        ddo_code="1", cost_centre="1", function_code="1",
    )  # fmt: skip
    assert browse("auditor").get(bare.get_absolute_url()).status_code == 200
    assert browse("auditor").get("/statements/").status_code == 200
