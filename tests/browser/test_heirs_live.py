"""The aid beside the court's shares follows what the officer writes: no reload, nothing typed is lost, nothing is saved."""

import pytest
from playwright.sync_api import expect

from beneficiaries.models import Heir
from tests.browser.windows import Site
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_the_aid_follows_the_rows(site: Site, here: World) -> None:
    obligation = here.obligation()
    page = site.window(here["case_officer"])
    page.goto(f"/obligations/{obligation.pk}/heirs")
    page.evaluate("window.notReloaded = true")
    first, second = (page.get_by_role("group", name=f"Heir {at}", exact=True) for at in (1, 2))
    first.get_by_label("Name or CNIC").fill("Zainab")
    first.get_by_label("Relation to the deceased").fill("widow")
    second.get_by_label("Relation to the deceased").fill("son")
    second.get_by_label("Name or CNIC").focus()
    picture = page.locator("figure.family")
    expect(picture.get_by_text("7/8")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "id_heir-1-person_text"
    for row, part in ((first, "1"), (second, "3")):
        row.get_by_label("Share").fill(part)
        row.get_by_label("of", exact=True).fill("4")
    second.get_by_label("Name or CNIC").focus()
    expect(page.get_by_role("status").get_by_text("differ from the aid for 2 heirs")).to_be_visible()
    expect(first.get_by_label("Name or CNIC")).to_have_value("Zainab")
    assert page.evaluate("window.notReloaded") is True
    assert not Heir.objects.exists()
