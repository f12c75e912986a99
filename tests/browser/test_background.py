"""A bundle from the register to the file, with the bar moving by itself, and without script; what payees were told."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from funds import vouchers
from funds.jobs import bundles, running, worker
from funds.models import Job, Message, MessageText
from tests import world
from tests.browser.windows import Site, barriers, press
from tests.funds.jobs_world import printed
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_a_bundle_moves_by_itself_and_is_fetched(
    site: Site, here: World, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "RESULT_STORE", tmp_path)
    monkeypatch.setattr(bundles, "PIECE", 1)
    printed(here, 2)
    worker.work(once=True)
    page = site.window(here["auditor"])
    page.goto("/vouchers/")
    page.get_by_role("link", name="Make a bundle").click()
    press(page, "Make the bundle")
    expect(page.get_by_text("It has not begun yet.")).to_be_visible()
    assert barriers(page) == []
    job, render = Job.objects.get(kind="bundle"), vouchers.render

    def looked_at(*args: object, **given: object) -> bytes:
        expect(page.get_by_text("of 2 vouchers")).to_be_visible()
        return render(*args, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(vouchers, "render", looked_at)
    running.perform(job.pk)
    link = page.get_by_role("link", name=re.compile("Download"))
    expect(link).to_be_visible()  # nobody pressed anything meanwhile
    assert barriers(page) == []
    with page.expect_download() as caught:
        link.click()
    assert caught.value.suggested_filename == f"vouchers-{job.pk}.zip"


def test_cancelled_without_script(site: Site, here: World) -> None:
    printed(here, 1)
    page = site.window(here["auditor"], script=False)
    page.goto("/bundles/new")
    page.get_by_role("button", name="Make the bundle").click()
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("It was cancelled.", exact=False)).to_be_visible()


def test_what_payees_were_told(site: Site, here: World) -> None:
    MessageText.objects.create(
        occasion="sanction", language="ur", text="{amount} روپے {reference}", effective_from=world.START, source="x"
    )
    request = here.sanctioned(here.draft(person=here.person("Salma Naz")))
    worker.work(once=True)
    assert Message.objects.get().unsent == "no_address"
    page = site.window(here["ddo"])
    page.goto(request.get_absolute_url())
    page.get_by_role("link", name="Messages to payees").click()
    expect(page.get_by_text("No telephone", exact=True)).to_be_visible()
    assert barriers(page) == []
