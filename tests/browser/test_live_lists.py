"""Filters and pages of a list change only the list: no reload, the focus stays, the address and Back still work."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.windows import Site
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_a_filter_swaps_the_list_and_keeps_the_focus(site: Site, here: World) -> None:
    here.draft()
    here.submitted()
    page = site.window(here["case_officer"])
    page.goto("/requests/")
    rows = page.locator("table tbody tr")
    expect(rows).to_have_count(2)
    page.evaluate("window.notReloaded = true")
    state = page.locator("#f-state")
    state.focus()
    state.select_option("draft")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"[?&]state=draft"))
    assert page.evaluate("window.notReloaded") is True
    assert page.evaluate("document.activeElement.id") == "f-state"
    page.go_back()
    expect(rows).to_have_count(2)


def test_the_next_page_of_a_list_swaps_too(site: Site, here: World) -> None:
    for number in range(60):
        here.person(f"Person {chr(65 + number % 26)}{chr(65 + number // 26)}")
    page = site.window(here["case_officer"])
    page.goto("/people/")
    first = page.locator("table tbody tr th").first.inner_text()
    page.evaluate("window.notReloaded = true")
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile(r"[?&]page=2"))
    expect(page.locator("table tbody tr th").first).not_to_have_text(first)
    assert page.evaluate("window.notReloaded") is True
