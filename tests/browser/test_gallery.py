"""Every component on one page: no policy report, no sideways scroll, nothing an accessibility checker objects to."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.windows import Site, barriers, sideways
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]

GALLERY = "/help/components"
# Two presses of one button; the browser itself drops a second navigation, so the submit events are what is counted.
TWICE = """() => {
  window.allowed = [];
  window.addEventListener("submit", (event) => window.allowed.push(!event.defaultPrevented));
  const button = document.querySelector("form[novalidate]:not(.decision) button");
  button.click();
  button.click();
}"""


@pytest.fixture
def page(settings: Any, site: Site, here: World) -> Page:
    """The gallery is there on a demonstration server only."""
    settings.DEMO = True
    return site.window(here["approver"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_component_at_every_size(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(GALLERY)
    page.wait_for_selector("canvas[data-drawn='3']")
    assert (sideways(page), barriers(page)) == ([], [])
    page.set_viewport_size({"width": 390, "height": 800})
    assert barriers(page) == []


def test_keys_focus_and_one_sending(page: Page) -> None:
    page.goto(GALLERY)
    expect(page.locator("#errors")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    page.click("details.menu:not(.first) summary")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Sign out")).to_be_hidden()
    page.route("**/*", lambda route: route.fulfill(status=204))
    page.evaluate(TWICE)
    assert page.evaluate("window.allowed") == [True, False]


@pytest.mark.parametrize("script", [True, False])
def test_a_decision_shows_the_fields_of_its_option_only(settings: Any, site: Site, here: World, script: bool) -> None:
    settings.DEMO = True
    page = site.window(here["approver"], script=script)
    page.goto(GALLERY)
    expect(page.locator("#id_sanction-password")).to_be_visible()
    expect(page.locator("#id_return-reason")).to_be_hidden()
    page.click("label[for=id_decision_return]")
    expect(page.locator("#id_return-reason")).to_be_visible()
    expect(page.locator("#id_sanction-password")).to_be_hidden()
