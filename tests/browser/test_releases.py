"""Board, way out, figures, referrals and their import as people meet them: no barrier, no sideways scroll, one press each."""

import pytest

from beneficiaries.models import Referral, ReleaseRecord
from funds.release import releases
from tests.beneficiaries.papers import samples
from tests.browser.windows import Site, barriers, fill, press, said, sideways
from tests.world import DAY, World

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def lived(here: World) -> World:
    """One prisoner paid for, one on the way, one released; a referral of somebody who is registered, and one more."""
    here.paid(here.diyat())
    for steps in (("court_receipt", "release_order"), ()):
        case = here.paid(here.diyat())[0].line.case
        here.confirm(case, *steps)
        if not steps:
            releases.record(case=case.pk, step="released", reference="Order 4", by=here["case_officer"], on=DAY)
    here.relief_case(here.person("Rabia Bano", cnic="42201-0397641-8"))
    here.referral(cnic="42201-0397641-8", summary="Held three days")
    here.referral()
    return here


def test_pages_have_no_barrier_and_fit(site: Site, lived: World) -> None:
    referral = Referral.objects.order_by("pk").first()
    record = ReleaseRecord.objects.order_by("pk").first()
    assert referral is not None and record is not None
    way, sent = f"/cases/{record.case_id}/release", referral.get_absolute_url()
    addresses = ["/releases/", "/releases/?stage=paid", "/releases/figures", way, f"{way}/jail_certificate", f"{way}/held",
                 f"/releases/records/{record.pk}/withdraw", "/referrals/", sent, "/",
                 f"{sent}accept", f"{sent}duplicate", "/referrals/import"]  # fmt: skip
    found = {}
    for role, own in (("case_officer", addresses), ("auditor", [*addresses[:4], *addresses[7:10]])):
        page = site.window(lived[role])
        for place, address in enumerate(own):
            page.set_viewport_size({"width": 390 if place % 2 else 1280, "height": 800})
            answer = page.goto(address)
            assert answer is not None and answer.status == 200, address
            assert page.locator("h1").count() == 1, address
            if wrong := [*barriers(page), *sideways(page)]:
                found[f"{role} {address}"] = wrong
    assert found == {}


def test_a_step_is_recorded_with_its_scan(site: Site, lived: World) -> None:
    case = ReleaseRecord.objects.filter(step="release_order").earliest("pk").case
    page = site.window(lived["case_officer"])
    page.goto(f"/cases/{case.pk}/release")
    page.get_by_role("link", name="Record the jail's confirmation").click()
    fill(page, "Number and date of the paper", "Certificate 12")
    page.set_input_files(
        "input[type=file]", {"name": "c.pdf", "mimeType": "application/pdf", "buffer": samples.pdf("c")}
    )
    press(page, "Record the confirmation")
    page.get_by_role("link", name="Record the release", exact=True).click()
    press(page, "Record the release")
    assert "Recorded for" in said(page) and "Released" in said(page)


def test_a_file_is_shown_and_then_imported(site: Site, lived: World) -> None:
    page = site.window(lived["case_officer"])
    page.goto("/referrals/import")
    head = "kind,source,reference,name,gender,district,violation,happened_on"
    row = "relief,ngo,Dastak 7,Rukhsana Bibi,F,Islamabad,domestic,2025-06-01"
    content = f"\ufeff{head}\r\n{row}\r\n".encode()
    page.set_input_files("input[type=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": content})
    press(page, "Show what it would do")
    assert "1 new, 0 here already, 0 wrong" in said(page)
    assert barriers(page) == []
    press(page, "Import 1 referral")
    assert "1 referral imported" in said(page) and "Rukhsana Bibi" in said(page)
