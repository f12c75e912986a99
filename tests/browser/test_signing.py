"""Signatures by clicking alone, without script: many vouchers are signed at once, and a stranger compares the file."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from beneficiaries.papers import store
from funds.models import SignedSchedule
from funds.signing.material import Material
from tests.browser.windows import Site, barriers, follow, press, said, sideways
from tests.certificates import signing
from tests.world import World

__all__ = ["signing"]
pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_a_schedule_is_signed_and_anybody_checks_it(site: Site, here: World, signing: Material, tmp_path: Path) -> None:
    first, second = here.vouchered(), here.vouchered()
    page = site.window(here["ddo"], script=False)
    page.goto("/vouchers/")
    follow(page, "Schedules")
    follow(page, "Sign a schedule")
    page.get_by_role("checkbox", name=second.number).uncheck()
    press(page, "Sign these vouchers")
    made = SignedSchedule.objects.get()
    expect(page.get_by_text("Signed and unchanged")).to_be_visible()
    page.goto(first.get_absolute_url())
    follow(page, f"Signed with others on schedule {made.number}")

    file = tmp_path / "schedule.pdf"
    file.write_bytes(store.content_of(made.sha256))
    stranger = site.window(script=False, width=390)
    stranger.goto("/v/")
    stranger.get_by_label("The PDF").set_input_files(file)
    press(stranger, "Check this file")
    expect(stranger.get_by_text("This file is the schedule that was signed")).to_be_visible()
    stranger.goto(f"/V/{first.token.upper()}")
    expect(stranger.get_by_text("Signed and unchanged")).to_be_visible()

    # The checker of barriers is a script itself.
    officer, holder = site.window(here["ddo"]), site.window(width=390)
    listed = f"/schedules/{made.number}/"
    for window, address in (
        *(
            (officer, path)
            for path in ("/vouchers/", "/schedules/", "/schedules/new", listed, first.get_absolute_url())
        ),
        *((holder, path) for path in ("/v/", f"/v/{first.token}", f"/v/{second.token}")),
    ):
        window.goto(address)
        assert barriers(window) == [] and sideways(window) == [], address
    officer.goto(listed)
    assert first.number in said(officer) and second.number not in said(officer)
