"""One Chromium for all browser tests of a worker, and one window for each person in a test.

Every window is watched: whatever the browser complains about (a script's error, a report of the content policy, a file
that did not load) fails the test that opened the window.
"""

import shutil
from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import world
from tests.browser.windows import Site
from tests.world import World

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="package")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """The machine's own browser. What it keeps of a site lies in the windows' profiles, which go with their test."""
    program = next(found for name in NAMES if (found := shutil.which(name)))
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        # The driver keeps an event loop in this thread. What a test asks of the database falls between the driver's
        # steps, never in them, so Django's guard does not apply; Django gives it a connection apart, closed below.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = driver.chromium.launch(executable_path=program, args=ARGS)
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture
def site(chromium: Browser, live_server: LiveServer, here: World) -> Iterator[Site]:
    """The served pages, as several people see them."""
    found = Site(live_server.url, chromium)
    yield found
    found.close()
    assert not found.complaints, "\n".join(found.complaints)


@pytest.fixture
def here(transactional_db: None) -> World:
    return world.build()
