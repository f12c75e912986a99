"""Receipts, bail deposits and soft loans in a browser: no barrier, and the whole way without script."""

import re

import pytest
from playwright.sync_api import expect

from funds.models import PayeeLine, Receipt
from funds.owing import outstanding
from funds.receipts import printing
from tests.browser.windows import Site, barriers, fill, follow, press, said, sideways
from tests.funds.owing_world import back, deposit, loan
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def line(here: World) -> PayeeLine:
    return deposit(here)


@pytest.fixture
def site(site: Site, line: PayeeLine) -> Site:
    return site


def test_no_page_has_a_barrier_or_hangs_over(site: Site, here: World, line: PayeeLine) -> None:
    made, lent = back(here, line, "50000"), loan(here)
    printing.print_receipt(number=made.number, by=here["fund_manager"])
    page, found = site.window(here["fund_manager"]), {}
    for address in (
        "/receipts/",
        made.get_absolute_url(),
        "/deposits/",
        f"/deposits/{line.pk}/",
        f"/deposits/{line.pk}/forfeit",
        "/loans/",
        f"/loans/{lent.pk}/",
        "/refunds/new",
    ):
        page.goto(address)
        objections = [barriers(page), sideways(page)]
        if any(objections):
            found[address] = objections
    assert found == {}


def test_a_deposit_comes_back_and_its_receipt_is_cancelled_without_script(
    site: Site, here: World, line: PayeeLine
) -> None:
    page = site.window(here["fund_manager"], script=False)
    page.goto("/deposits/")
    follow(page, str(line.case.person))
    follow(page, "Given back")
    fill(page, "Amount", "50,000")
    fill(page, "From", "Sessions Judge, Rawalpindi")
    fill(page, "Reference", "Challan 12")
    press(page, "Record receipt")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Receipt TEST-"))
    assert outstanding.of_line(line) == 40_000
    fill(page, "What is wrong with it", "Another prisoner's deposit")
    press(page, "Ask to cancel it")
    assert "It is your own wish, so somebody else agrees to it." in said(page)
    second = site.window(here["approver"], script=False)
    second.goto("/")
    second.get_by_role("link", name=re.compile("to be cancelled")).click()
    press(second, "Agree: cancel it")
    assert "is cancelled; its number stays" in said(second) and outstanding.of_line(line) == 90_000
    assert Receipt.objects.count() == 2
