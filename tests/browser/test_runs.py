"""Transfers leave in a run: chosen by one officer, released and sent by another, answered by the bank, as each sees it."""

from pathlib import Path

import pytest

from funds.models import Instrument, PaymentRun
from tests.browser.windows import Site, barriers, press, said, sideways
from tests.funds.bank_answers import IBANS, report, told, transfer
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_the_way_of_a_run(site: Site, here: World, tmp_path: Path) -> None:
    for iban in IBANS:
        transfer(here, iban)
    prepares = site.window(here["finance_officer"])
    prepares.goto("/runs/new?fund=TEST")
    assert "2 payments, Rs 40,000.00" in said(prepares)
    assert barriers(prepares) == [] and sideways(prepares) == []
    press(prepares, "Draft the run")
    run = PaymentRun.objects.get()
    assert barriers(prepares) == [] and sideways(prepares) == []
    press(prepares, "Propose the run")
    assert "You prepared this run, so somebody else releases it." in said(prepares)

    releases = site.window(here["ddo"])
    releases.goto("/payments/")
    releases.get_by_role("link", name="Payment runs").click()
    releases.get_by_role("link", name=run.number).click()
    press(releases, "Release the run")
    assert "Every payment is issued." in said(releases) and barriers(releases) == []
    with releases.expect_download() as handed:
        releases.get_by_role("button", name="Send: download the file").click()
    assert handed.value.suggested_filename == f"{run.number}.xml"
    releases.reload()
    assert "Download a copy" in said(releases)

    run.refresh_from_db()
    first, second = run.lines.order_by("position")
    status = tmp_path / "status.xml"
    status.write_bytes(report(run, [told(first, "ACSC"), told(second, "RJCT", "AC04")]))
    answers = site.window(here["reconciler"])
    answers.goto(run.get_absolute_url())
    answers.get_by_label("Status report of the bank").set_input_files(status)
    press(answers, "Take the status report")
    assert "AC04 Told by the bank" in said(answers)
    assert barriers(answers) == [] and sideways(answers) == []
    assert sorted(Instrument.objects.values_list("state", flat=True)) == ["issued", "returned"]
