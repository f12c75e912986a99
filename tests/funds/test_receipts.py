"""Receipts: their paper and its printings, what comes back of a payment, and a wrong one undone by two people."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from audit.checks.i09_keys import keys
from funds import bail, budgets, receiving
from funds.models import MoneyBack, PayeeLine, Receipt, ReceiptPrint
from funds.receipts import printing, reading
from ledger import balances
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.refusals import BelowFloor
from ledger.roles import Role
from tests import world
from tests.funds.by_sql import accepted, copied, flat, refused
from tests.funds.owing_world import OCTOBER, back, deposit, grant, loan
from tests.funds.refusals_of_receipts import forfeit, linked, receipt
from tests.world import DAY, World

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2026, 8, 3)


def donation(here: World, amount: str = "5000", reference: str = "D 1", **given: str) -> Receipt:
    return budgets.record_receipt(
        fund=here.fund, kind="donation", amount=amount, received_from="Edhi Foundation", reference=reference,
        by=here["fund_manager"], on=DAY, **given,
    )  # fmt: skip


def held(here: World, account: str) -> Decimal:
    return balances.balance(here.fund.code, account)


def text_of(content: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_the_paper_says_all_and_each_printing_is_counted(small_world: World, tmp_path: Path) -> None:
    here = small_world
    made = donation(here, "5000.50", purpose="Legal aid of women in jail")
    with pytest.raises(NotAllowed):
        printing.print_receipt(number=made.number, by=here["auditor"])  # the original is the office's to hand out
    with pytest.raises(WrongState, match="not printed yet"):
        printing.shown_again(made.number, by=here["auditor"])
    first, content = printing.print_receipt(number=made.number, by=here["fund_manager"])
    said = text_of(content)
    for word in (
        made.number,
        "26 Sep 2025",
        "Edhi Foundation",
        "Rs 5,000.50",
        "Donation",
        "Legal aid of women in jail",
    ):
        assert word in said
    assert "Five Thousand" in said and "ORIGINAL" in said and "D 1" in said
    second, copied_paper = printing.print_receipt(number=made.number, by=here["auditor"])
    assert "COPY 1" in text_of(copied_paper) and (first.copy, second.copy) == (0, 1)
    assert printing.render(made, copy=1) == printing.render(made, copy=1)
    call_command("receipt", made.number, "--out", str(tmp_path / "r.pdf"))
    assert "COPY 1" in text_of((tmp_path / "r.pdf").read_bytes())
    row = ReceiptPrint(receipt=made, copy=5, printed_by=here["auditor"], printed_at="2025-09-26T10:00:00Z")
    refused("23FE4", *flat(copied(row)))


def test_a_refund_lessens_the_charge_and_a_later_one_is_a_recovery(small_world: World) -> None:
    here, line = small_world, grant(small_world)
    made = back(here, line, "8000")
    assert (made.kind, made.head, made.back.line, held(here, "A-REL")) == ("refund", "A-REL", line, Decimal(12000))
    with pytest.raises(BadInput, match="At most Rs 12,000") as caught:
        back(here, line, "12000.01")
    assert list(caught.value.fields) == ["amount"]
    later = back(here, line, "12000", on=NEXT_YEAR)
    assert (later.kind, later.head, held(here, "H-REC")) == ("recovery", "", Decimal(12000))
    with pytest.raises(BadInput):
        back(here, line, "0.01", on=NEXT_YEAR)
    assert not keys().offenders


def test_only_what_the_bank_paid_comes_back(small_world: World) -> None:
    here = small_world
    paid = here.paid()[0].line
    with pytest.raises(BadInput, match="has not paid"):
        back(here, paid, "1")
    cleared = grant(here)
    with pytest.raises(BadInput, match="before the bank paid"):
        back(here, cleared, "1", on=date(2025, 9, 25))
    with pytest.raises(BadInput, match="no line 2"):
        back(here, cleared, "1", position=2)
    with pytest.raises(NotAllowed):
        receiving.record_refund(voucher="x", amount="1", received_from="x", reference="x", by=here["finance_officer"])
    assert not MoneyBack.objects.exists()


def test_a_wrong_receipt_is_undone_by_two_people(small_world: World) -> None:
    here = small_world
    made, free = donation(here), held(here, "X10")
    with pytest.raises(BadInput, match="already recorded"):
        donation(here)
    with pytest.raises(NotAllowed):
        receiving.ask_cancellation(receipt=made.number, reason="Typed wrongly", by=here["approver"])
    receiving.ask_cancellation(receipt=made.number, reason="Typed wrongly", by=here["fund_manager"])
    with pytest.raises(WrongState, match="already"):
        receiving.ask_cancellation(receipt=made.number, reason="Again", by=here["fund_manager"])
    with pytest.raises(NotAllowed, match="You asked"):
        receiving.agree_cancellation(receipt=made.number, by=here["fund_manager"])
    assert held(here, "H-DON") == 5000
    receiving.agree_cancellation(receipt=made.number, by=here["approver"])
    assert (held(here, "H-DON"), held(here, "X10")) == (0, free - 5000)
    row = reading.get_receipt(made.number, by=here["auditor"])
    assert "Cancelled" in text_of(printing.render(row)) and "Typed wrongly" in text_of(printing.render(row))
    with pytest.raises(WrongState):
        receiving.ask_cancellation(receipt=made.number, reason="Again", by=here["fund_manager"])
    right = donation(here, "500")  # the reference is free again, the number is not
    assert right.serial == made.serial + 1 and not reading.missing_numbers(here["auditor"])
    assert not keys().offenders


def test_it_stands_where_the_money_is_no_longer_free(small_world: World) -> None:
    here = small_world
    made, free = Receipt.objects.get(), held(here, "X10")
    here.sanctioned()
    receiving.ask_cancellation(receipt=made.number, reason="Wrong fund", by=here["fund_manager"])
    with pytest.raises(BelowFloor):
        receiving.agree_cancellation(receipt=made.number, by=here["approver"])
    assert held(here, "X10") == free - 20000 and reading.cancellation_of(made) is None
    receiving.decline_cancellation(receipt=made.number, remark="It is spent", by=here["approver"])
    assert reading.asked(made) is None


def test_another_office_neither_undoes_nor_hears_of_it(small_world: World) -> None:
    here = small_world
    made = donation(here)
    theirs = world.make_user("quetta_manager", here.quetta_office, Role.FUND_MANAGER)
    with pytest.raises(NotAllowed):
        receiving.ask_cancellation(receipt=made.number, reason="Mine", by=theirs)
    home = world.bare_fund(theirs, here.quetta_office, code="QTA")
    own = budgets.record_receipt(
        fund=home, kind="profit", amount="7", received_from="Bank", reference="P 1", by=theirs, on=DAY
    )
    other = world.make_user(
        "lahore_manager", world.Office.objects.create(code="LHR", name="L", level="regional"), Role.FUND_MANAGER
    )
    with pytest.raises(NotFound):
        reading.get_receipt(own.number, by=other)


def test_what_came_back_of_a_payment_is_not_for_every_office(small_world: World) -> None:
    here = small_world
    made, release = back(here, grant(here), "5"), Receipt.objects.earliest("pk")
    theirs = world.make_user("quetta_finance", here.quetta_office, Role.FINANCE_OFFICER)
    assert reading.get_receipt(release.number, by=theirs) == release
    with pytest.raises(NotFound):
        reading.get_receipt(made.number, by=theirs)
    client = Client()
    client.force_login(theirs)
    assert made.number not in client.get("/funds/TEST/?year=2025-26").content.decode()


def test_a_deposit_comes_back_by_its_payment_only(small_world: World) -> None:
    here = small_world
    deposit(here)
    with pytest.raises(BadInput, match="their own payment") as caught:
        budgets.record_receipt(
            fund=here.fund, kind="refund", head="F-BAIL", amount="1", received_from="Court", reference="C 1",
            by=here["fund_manager"], on=OCTOBER,
        )  # fmt: skip
    assert list(caught.value.fields) == ["head"]


def test_the_pages(small_world: World) -> None:
    here, client = small_world, Client()
    line = grant(here)
    made = donation(here, purpose="Widows of Swat")
    client.force_login(here["fund_manager"])
    page = client.get("/receipts/?fund=TEST&year=2025-26&kind=donation").content.decode()
    assert made.number in page and "Widows of Swat" in page and "No number is missing" in page
    assert "Release 1" not in page and "5,000.00" in page
    answer = client.post(f"/receipts/{made.number}/paper")
    assert (
        answer["Content-Type"] == "application/pdf" and client.get(f"/receipts/{made.number}/paper").status_code == 200
    )
    assert client.post(f"/receipts/{made.number}/cancel", {"reason": ""}).status_code == 422
    assert client.post(f"/receipts/{made.number}/cancel", {"reason": "Twice"}).status_code == 303
    own = client.get(f"/receipts/{made.number}/").content.decode()
    assert "somebody else agrees" in own and "Agree: cancel it" not in own
    client.force_login(here["approver"])
    assert "to be cancelled" in client.get("/").content.decode()
    assert client.post(f"/receipts/{made.number}/cancel/agree", {"remark": ""}).status_code == 303
    assert "Cancelled" in client.get(f"/receipts/{made.number}/").content.decode()
    client.force_login(here["fund_manager"])
    sent = {"voucher": line.disbursement.sanction.voucher.number, "position": "1", "amount": "20,000.01", "on": "2025-10-20",
            "received_from": "The payee", "reference": "Slip 1"}  # fmt: skip
    assert client.post("/refunds/new", sent).status_code == 422
    assert client.post("/refunds/new", sent | {"amount": "500"}).status_code == 303
    assert MoneyBack.objects.get().line == line
    file = b"".join(client.get("/receipts/file.csv?state=cancelled").streaming_content).decode()
    assert made.number in file and "Release 1" not in file


def judged(here: World, line: PayeeLine, code: str, amount: str, head: str, charge: str = "0") -> None:
    """By SQL a receipt of so much comes back on the line: refused with the code, or not. Nothing of it stays."""
    with transaction.atomic():
        statement = flat(linked(receipt(here, amount, head=head, charge=charge), line, charge))
        if code:
            refused(code, *statement)
        else:
            accepted(*statement)
        transaction.set_rollback(True)


def test_the_database_knows_what_a_loan_may_charge(small_world: World) -> None:
    line = loan(small_world)
    judged(small_world, line, "", "1000", "F-LOAN", "120")
    judged(small_world, line, "23FE2", "1000", "F-LOAN", "121")
    back(small_world, line, "6060")  # half of it, with half of the charge
    judged(small_world, line, "", "1000", "F-LOAN", "60")
    judged(small_world, line, "23FE2", "1000", "F-LOAN", "61")


def test_the_database_gives_nothing_back_that_the_court_kept(small_world: World) -> None:
    here, line = small_world, deposit(small_world)
    asked = bail.ask_forfeiture(line=line.pk, by=here["fund_manager"], **forfeit(line, "30000"))
    judged(here, line, "", "90000", "F-BAIL")
    bail.agree_forfeiture(forfeiture=asked.pk, by=here["approver"])
    judged(here, line, "", "60000", "F-BAIL")
    judged(here, line, "23FE2", "60001", "F-BAIL")
