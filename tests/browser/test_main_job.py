"""The main job by clicking and typing alone: a person asks for help, and in the end anybody can check the voucher."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from funds.budget.position import position
from funds.models import Disbursement, Voucher, VoucherPrint
from ledger import balances
from ledger.clock import today
from tests.beneficiaries.papers import samples
from tests.browser.windows import Site, choose, fill, follow, press, said, section
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]

AMOUNT = "Rs 2,50,000.00"
TITLE = "Relief grant, Zainab Bibi"


def register(page: Page) -> None:
    """The person, and the case of what happened to her."""
    section(page, "People and cases")
    follow(page, "Register a person")
    fill(page, "Name", "Zainab Bibi")
    choose(page, "Relation", "widow of")
    fill(page, "Father's or husband's name", "Muhammad Yaqub")
    fill(page, "CNIC", "90001-0397640-8")
    choose(page, "Gender", "Female")
    choose(page, "District", "Islamabad, Islamabad")
    press(page, "Register person")
    expect(page.get_by_text("Registered: Zainab Bibi, widow of Muhammad Yaqub.")).to_be_visible()
    follow(page, "Open a relief case")
    choose(page, "Violation", "Torture in custody")
    fill(page, "Happened on", str(today() - timedelta(days=90)))
    choose(page, "District where it happened", "Islamabad")
    choose(page, "Referred by", "Helpline 1099")
    fill(page, "Recommended amount (Rs)", "2,50,000")
    press(page, "Open case")


def attach(page: Page) -> None:
    """The paper that such a case needs, from the list of what is missing."""
    expect(page.get_by_role("main")).to_contain_text("1 missing")
    follow(page, "Attach: Application")
    expect(page.get_by_label("What it is")).to_have_value("application")
    page.get_by_label("File").set_input_files({"name": "x.pdf", "mimeType": "text/html", "buffer": b"<html>no paper"})
    press(page, "Attach paper")
    expect(page.get_by_role("alert")).to_contain_text("Print it to PDF")
    page.get_by_label("File").set_input_files(
        {"name": "application.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()}
    )
    press(page, "Attach paper")
    expect(page.get_by_text("Every required paper is in.")).to_be_visible()


def ask(page: Page) -> None:
    """From the open case to the submitted request."""
    follow(page, "Ask for money")
    choose(page, "Fund and kind of payment", "Relief grant, TEST")
    press(page, "Show cases")
    expect(page.get_by_role("checkbox", name=re.compile("Zainab Bibi"))).to_be_checked()
    press(page, "Continue with the ticked cases")
    fill(page, "Amount (Rs)", "2,50,000")
    press(page, "Save as draft")
    press(page, f"Submit {AMOUNT} for approval")


def decide(page: Page, choice: str, button: str) -> None:
    """From the inbox: nothing is chosen beforehand, and the button says what it does with how much."""
    expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    follow(page, TITLE)
    expect(page.get_by_role("radio")).to_have_count(4)
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    expect(page.get_by_role("button", name=button)).to_be_hidden()
    page.get_by_role("radio", name=choice).check()
    press(page, button)
    expect(page.get_by_text("Nothing more waits for you.")).to_be_visible()


def pay(page: Page) -> tuple[str, bytes]:
    """Voucher, its paper and the cheque. Returns the voucher's number and the PDF as the window got it."""
    follow(page, TITLE)
    press(page, f"Issue voucher for {AMOUNT}")
    page.get_by_role("link", name=re.compile("^Next: TEST-")).click()
    number = Voucher.objects.get().number
    expect(page.get_by_role("heading", name=f"Voucher {number}")).to_be_visible()
    with page.context.expect_event("response", lambda answer: answer.request.method == "POST") as caught:
        press(page, "Print the original")
    assert (caught.value.status, caught.value.headers["content-type"]) == (200, "application/pdf")
    page.reload()
    expect(page.get_by_role("listitem").filter(has_text="Original")).to_be_visible()
    paper = page.request.get(page.get_by_role("link", name="Open the PDF").get_attribute("href") or "")
    page.get_by_role("main").get_by_role("link", name=Disbursement.objects.get().number).click()
    fill(page, "Cheque number for Zainab Bibi", "0004782")
    press(page, "Record the payments")
    expect(page.get_by_text(f"Recorded: 1 payment, {AMOUNT}.")).to_be_visible()
    return number, paper.body()


def clear(page: Page) -> None:
    follow(page, "Cheque 0004782")
    page.get_by_role("checkbox", name="Zainab Bibi").check()
    press(page, "Mark the ticked payments cleared")
    expect(page.get_by_text(f"Cleared: 1 payment, {AMOUNT}.")).to_be_visible()


def finish(page: Page) -> None:
    """The receipt came in; the request is closed."""
    section(page, "Requests")
    follow(page, TITLE)
    page.get_by_role("checkbox", name="Zainab Bibi").check()
    fill(page, "Received by", "Zainab Bibi")
    press(page, "Record the receipt")
    press(page, f"Close {Disbursement.objects.get().number}")


def test_from_a_person_in_need_to_the_voucher_anybody_can_check(site: Site, here: World) -> None:
    officer = site.typed_in(here["case_officer"])
    register(officer)
    attach(officer)
    ask(officer)
    for role, choice, button in (
        ("verifier", "Agree and forward", f"Agree to {AMOUNT}"),
        ("finance_officer", "Agree and forward", f"Agree to {AMOUNT}"),
        ("approver", "Sanction", f"Sanction {AMOUNT}"),
    ):
        decide(site.typed_in(here[role]), choice, button)
    number, paper = pay(site.typed_in(here["ddo"]))
    assert paper.startswith(b"%PDF-")
    clear(site.typed_in(here["reconciler"]))
    finish(officer)
    expect(officer.get_by_role("main").get_by_text("Closed").first).to_be_visible()

    auditor = site.typed_in(here["auditor"])
    section(auditor, "Requests")
    follow(auditor, TITLE)
    follow(auditor, "Trail")
    trail = said(auditor)
    for role in ("case_officer", "verifier", "finance_officer", "approver", "ddo", "reconciler"):
        assert here[role].get_full_name() in trail, role
    assert number in trail and AMOUNT in trail

    stranger = site.window()
    stranger.goto(f"/v/{Voucher.objects.get().token}")
    assert AMOUNT in said(stranger) and number in said(stranger) and "Zainab" not in said(stranger)

    request, room = Disbursement.objects.get(), position(here.fund)
    assert (request.state, VoucherPrint.objects.count()) == ("closed", 1)
    assert (room.spent, room.committed, room.uncleared) == (250_000, 0, 0)
    trial = balances.trial_balance("TEST")
    assert trial.debit_total == trial.credit_total > 0
