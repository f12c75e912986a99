"""Windows of several people on one served site, and the few gestures the tests make in them."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.world import PASSWORD

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# An answer that refuses is logged by the browser as a load that failed. These two come with a page that says what to do.
REFUSED = re.compile(r"status of (409|422) ")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Site:
    """Opens windows at `url`; each is a browser profile of its own."""

    def __init__(self, url: str, browser: Browser) -> None:
        self.url, self.browser = url, browser
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def window(self, user: User | None = None, *, width: int = 1280, script: bool = True, **options: Any) -> Page:
        """A window where `user` is signed in already; without one, a stranger's."""
        context = self.browser.new_context(
            base_url=self.url, viewport={"width": width, "height": 800}, java_script_enabled=script, **options
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.url}])
        context.on("page", self._watch)
        return context.new_page()

    def typed_in(self, user: User) -> Page:
        """A window where `user` signs in by typing."""
        page = self.window()
        page.goto("/")
        fill(page, "User name", user.username)
        fill(page, "Password", PASSWORD)
        press(page, "Sign in")
        return page

    def _watch(self, page: Page) -> None:
        page.on("console", lambda message: self._heard(page, message))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _heard(self, page: Page, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not REFUSED.search(message.text):
            self.complaints.append(f"{page.url}: {message.text}")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def fill(page: Page, label: str, value: str) -> None:
    """Types into the field with this label; the mark behind the label does not count."""
    page.get_by_label(_labelled(label)).fill(value)


def choose(page: Page, label: str, value: str) -> None:
    """Picks from a list by the words shown."""
    page.get_by_label(_labelled(label)).select_option(label=value)


def _labelled(label: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(label)}(\s+\(.+\))?\s*$")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_load_state()


def section(page: Page, name: str) -> None:
    """Goes to a section of the header."""
    page.get_by_role("navigation", name="Sections").get_by_role("link", name=name, exact=True).click()
    page.wait_for_load_state()


def said(page: Page) -> str:
    """Everything the page shows, in one line."""
    return " ".join(page.locator("body").inner_text().split())


def sideways(page: Page, widths: tuple[int, ...] = (390, 320)) -> list[int]:
    """The widths, in pixels, at which something hangs over the right edge."""
    before = page.viewport_size
    wide = [width for width in widths if not _fits(page, width)]
    assert before is not None
    page.set_viewport_size(before)
    return wide


def _fits(page: Page, width: int) -> bool:
    """Whether the page fits, at once or after its charts were drawn again."""
    page.set_viewport_size({"width": width, "height": 800})
    for pause in (0, 100, 300, 600):
        page.wait_for_timeout(pause)
        if page.evaluate(WIDER) <= 0:
            return True
    return False


def barriers(page: Page) -> list[tuple[str, Any]]:
    """What the accessibility checker objects to: rule and the first element, nothing if all is well."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [(fault["id"], fault["nodes"][0]["target"]) for fault in found]
