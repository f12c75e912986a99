"""Cheques in a browser: a book is registered, a leaf spoilt, a cheque issued on the next one; the register shows them all."""

import pytest
from playwright.sync_api import expect

from tests.browser.windows import Site, barriers, choose, fill, follow, press, said, section, sideways
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_from_the_book_to_the_register_without_script(site: Site, here: World) -> None:
    request = here.vouchered().sanction.disbursement
    manager = site.window(here["fund_manager"])
    manager.goto("/")
    section(manager, "Funds")
    manager.get_by_role("link", name="TEST Fund").click()
    follow(manager, "Cheque books")
    assert "9999 unused leaves, the next one is 0000001" in said(manager)
    assert sideways(manager) == [] and barriers(manager) == []
    follow(manager, "Register a cheque book")
    fill(manager, "Number of the first leaf", "B-101")
    fill(manager, "Number of the last leaf", "B-99")
    fill(manager, "Branch of the bank", "Civic Centre branch")
    press(manager, "Register the book")
    assert "is written otherwise than the first leaf" in said(manager)
    fill(manager, "Number of the last leaf", "B-125")
    press(manager, "Register the book")
    assert "Registered: cheque book B-101 to B-125, 25 leaves." in said(manager)

    ddo = site.window(here["ddo"], script=False)
    ddo.goto(manager.url)
    follow(ddo, "Mark a leaf")
    fill(ddo, "Leaf", "B-101")
    choose(ddo, "What it is", "Void")
    fill(ddo, "Reason", "The corner is torn")
    press(ddo, "Mark the leaf")
    assert "Recorded: B-101: void, The corner is torn." in said(ddo)
    ddo.goto(request.get_absolute_url())
    expect(ddo.get_by_label("Cheque number")).to_have_value("0000001")
    fill(ddo, "Cheque number for Zainab Bibi", "B-102")
    press(ddo, "Record the payments")
    ddo.goto(manager.url)
    told = ddo.get_by_role("row").filter(has_text="B-102").inner_text()
    assert "Issued" in told and "20,000.00" in told

    manager.reload()
    assert sideways(manager) == [] and barriers(manager) == []
    manager.set_viewport_size({"width": 390, "height": 800})
    assert barriers(manager) == []
