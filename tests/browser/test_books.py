"""The books as an auditor meets them: no barrier, no sideways scroll, and a way from a figure to the paper by clicks."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from ledger.models import JournalEntry
from tests.browser.windows import Site, barriers, follow, said, sideways
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]
YEAR = "from=2025-07-01&to=2026-06-30"


@pytest.fixture
def lived(here: World) -> World:
    here.paid(here.draft("30000"))
    here.cleared(here.diyat())
    return here


@pytest.fixture
def site(site: Site, lived: World) -> Site:
    return site


def test_no_book_page_has_a_barrier_or_hangs_over(site: Site, lived: World) -> None:
    entry = JournalEntry.objects.filter(kind="voucher").earliest("pk").pk
    page, found = site.window(lived["auditor"]), {}
    for path in (
        "trial-balance",
        "accounts",
        f"accounts/G-PAY?{YEAR}",
        f"day-book?{YEAR}",
        "comparison",
        f"entries/{entry}",
    ):
        page.goto(f"/funds/TEST/{path}")
        assert page.locator("h1").count() == 1
        wide = sideways(page, (390, 360, 320))
        objections = barriers(page)
        page.set_viewport_size({"width": 390, "height": 800})
        objections += barriers(page)
        page.set_viewport_size({"width": 1280, "height": 800})
        if wide or objections:
            found[path] = (wide, objections)
    assert found == {}


def test_from_a_figure_to_the_voucher_by_clicks_without_script(site: Site, lived: World) -> None:
    page = site.window(lived["auditor"], script=False)
    page.goto("/funds/TEST/trial-balance?as_at=2026-06-30")
    figure = page.get_by_role("row", name=re.compile("Relief grants")).get_by_role("link", name="30,000.00")
    figure.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Relief grants")
    assert "30,000.00" in said(page)
    page.get_by_role("row", name=re.compile("Voucher")).get_by_role("link", name=re.compile(r"^\d+$")).click()
    voucher = JournalEntry.objects.filter(kind="voucher", lines__account__code="A-REL").earliest("pk")
    follow(page, voucher.reference)
    assert page.url.endswith(f"/vouchers/{voucher.reference}/")


def test_every_book_is_one_click_from_every_other(site: Site, lived: World) -> None:
    page = site.window(lived["auditor"])
    page.goto("/funds/TEST/trial-balance")
    for name, title in (
        ("Day book", "Day book"),
        ("Comparison", "Comparison of two days"),
        ("Accounts", "Chart of accounts"),
    ):
        page.get_by_role("navigation", name="The books of this fund").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_a_printed_trial_balance_begins_on_its_first_sheet_and_totals_on_its_last(site: Site, lived: World) -> None:
    page = site.window(lived["auditor"])
    page.goto("/funds/TEST/trial-balance?as_at=2026-06-30")
    sheets = [sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages]
    assert len(sheets) > 1 and "F-BNK" in sheets[0]
    assert [sheet.count("Total") for sheet in sheets] == [0] * (len(sheets) - 1) + [1]
