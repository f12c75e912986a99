"""Closing and reopening in a browser: a month, a year, a reopening by two people, the statement's versions."""

import pytest
from playwright.sync_api import expect

from tests.browser.windows import Site, barriers, fill, follow, press, said, section, sideways
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]

WHY = "Compared by hand with the bank's letter of 4 July 2025"


def test_a_month_and_a_year_are_closed_and_the_year_opened_by_two_people(site: Site, here: World) -> None:
    manager = site.window(here["fund_manager"])
    manager.goto("/")
    section(manager, "Funds")
    manager.get_by_role("link", name="TEST Fund").click()
    follow(manager, "Periods")
    expect(manager.get_by_role("heading", level=1)).to_have_text("Period calendar")
    assert sideways(manager) == [] and barriers(manager) == []

    follow(manager, "Jul 2024")
    press(manager, "Close July 2024")
    assert "Why without a bank reconciliation is empty." in said(manager)
    fill(manager, "Why without a bank reconciliation", WHY)
    press(manager, "Close July 2024")
    assert "July 2024 of TEST is closed." in said(manager)
    assert "Close this one next" in manager.get_by_role("listitem").filter(has_text="Aug 2024").inner_text()

    follow(manager, "2024-25")
    assert "11 open months of the year close with it" in said(manager)
    assert sideways(manager) == [] and barriers(manager) == []
    fill(manager, "Why without a bank reconciliation", WHY)
    press(manager, "Close the year 2024-25")
    assert "Its statement is final, version 1." in said(manager)

    fill(manager, "Why it is to be opened again", "A receipt of June was missed")
    press(manager, "Ask for reopening")
    assert "it waits for another" in said(manager)
    expect(manager.get_by_role("button", name="Agree and open 2024-25")).to_have_count(0)

    second = site.window(here["approver"], width=390)
    second.goto("/")
    follow(second, "To be opened again: Year 2024-25 of TEST")
    press(second, "Agree and open 2024-25")
    assert "2024-25 of TEST is open again." in said(second)

    manager.goto("/statements/TEST/2024-25/")
    assert "Reopened: version 1 was published, these figures are provisional" in said(manager)
    manager.goto("/funds/TEST/years/2024-25")
    fill(manager, "Why without a bank reconciliation", WHY)
    press(manager, "Close the year 2024-25")
    follow(manager, "Versions and their differences")
    assert barriers(manager) == [] and sideways(manager) == []
    follow(manager, "What changed since version 1")
    assert "Every figure is the same." in said(manager)
    assert "A receipt of June was missed" in said(manager)


def test_a_month_is_closed_without_script(site: Site, here: World) -> None:
    manager = site.window(here["fund_manager"], script=False)
    manager.goto("/funds/TEST/periods/2024-07")
    fill(manager, "Why without a bank reconciliation", WHY)
    press(manager, "Close July 2024")
    assert "July 2024 of TEST is closed." in said(manager)
