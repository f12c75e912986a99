"""Every component in a real browser: no policy report, no sideways scroll, nothing an accessibility checker objects to."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.once]

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"]  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (320, "dark")]

# Two presses of one button; the browser itself drops a second navigation, so the submit events are what is counted.
TWICE = """() => {
  window.allowed = [];
  window.addEventListener("submit", (event) => window.allowed.push(!event.defaultPrevented));
  const button = document.querySelector("form[novalidate]:not(.decision) button");
  button.click();
  button.click();
}"""


@contextmanager
def browser(profile: Path, cookie: str, url: str, *, script: bool = True) -> Iterator[BrowserContext]:
    """A browser of its own, signed in. The database must not be touched inside: the driver runs an event loop here."""
    program = next(found for name in NAMES if (found := shutil.which(name)))
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            profile, executable_path=program, args=ARGS, java_script_enabled=script
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])
        yield context
        context.close()


@pytest.fixture
def cookie(live_server: LiveServer, client: Client, settings: object) -> str:
    settings.DEMO = True  # type: ignore[attr-defined]
    client.force_login(User.objects.create_user("nadia.rehman", first_name="Nadia", last_name="Rehman"))
    return client.cookies["sessionid"].value


def watched(page: Page) -> list[str]:
    """What the browser complains about from now on."""
    reports: list[str] = []
    page.on("console", lambda message: reports.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: reports.append(str(error)))
    return reports


def test_every_component_at_every_size(live_server: LiveServer, cookie: str, tmp_path: Path) -> None:
    with browser(tmp_path, cookie, live_server.url) as context:
        page = context.new_page()
        reports = watched(page)
        for width, scheme in SIZES:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.goto(f"{live_server.url}/help/components")
            page.wait_for_selector("canvas[data-drawn='3']")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            faults = [
                (fault["id"], fault["nodes"][0]["target"])
                for fault in Axe().run(page, options=RULES).response["violations"]
            ]
            assert (width, scheme, wide, faults, reports) == (width, scheme, 0, [], [])


def test_keys_focus_and_one_sending(live_server: LiveServer, cookie: str, tmp_path: Path) -> None:
    with browser(tmp_path, cookie, live_server.url) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/help/components")
        assert page.evaluate("document.activeElement.id") == "errors"
        page.keyboard.press("Control+k")
        assert page.evaluate("document.activeElement.id") == "search"
        page.click("details.menu:not(.first) summary")
        page.keyboard.press("Escape")
        assert not page.is_visible("text=Sign out")
        page.route("**/*", lambda route: route.fulfill(status=204))
        page.evaluate(TWICE)
        assert page.evaluate("window.allowed") == [True, False]


@pytest.mark.parametrize("script", [True, False])
def test_a_decision_shows_the_fields_of_its_option_only(
    live_server: LiveServer, cookie: str, tmp_path: Path, script: bool
) -> None:
    with browser(tmp_path, cookie, live_server.url, script=script) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/help/components")
        assert page.is_visible("#id_sanction-password")
        assert not page.is_visible("#id_return-reason")
        page.click("label[for=id_decision_return]")
        assert page.is_visible("#id_return-reason")
        assert not page.is_visible("#id_sanction-password")
