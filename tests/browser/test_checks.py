"""Eligibility, the watch list and complaints as their readers meet them: by role, on a phone, without a barrier."""

import pytest
from playwright.sync_api import expect

from beneficiaries.models import ScreeningHit
from beneficiaries.screened import means, watch_lists
from funds import complaints
from funds.models import ComplaintCategory, EligibilityRule
from tests.beneficiaries.lists import ENTITY, FAZAL, un
from tests.browser.test_pages import faults
from tests.browser.windows import Site, barriers
from tests.world import START, World

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def addresses(here: World) -> dict[str, list[str]]:
    """The pages by the role that works on them, with something on each."""
    EligibilityRule.objects.create(
        code="age", title="Of age", condition="age_at_least", parameters={"years": 18}, when_unknown="stop",
        override_role="approver", source="House rules", effective_from=START,
    )  # fmt: skip
    ComplaintCategory.objects.create(code="delay", name="Delay", days=21, effective_from=START, source="House rules")
    listed = here.person("Fazlur Rehman Sodagar", gender="M", relation="son")
    watch_lists.load(un(FAZAL, entities=ENTITY), file_name="list.xml", by=here["fund_manager"])
    hit = ScreeningHit.objects.get()
    request = here.draft("15000")
    case = request.lines.get().case
    by = here["case_officer"]
    means.record_income(person=case.person_id, monthly_income="25000", source="Certificate 12", by=by)
    told = {"category": "delay", "channel": "letter", "text": "No answer for a year", "by": by, "received_on": START}
    row = complaints.register(case=case.pk, **told)
    officer = here["finance_officer"]
    complaints.assign(complaint=row.pk, officer=officer.pk, text="Look into it", by=here["verifier"])
    home = request.get_absolute_url()
    return {
        "auditor": ["/eligibility/", "/eligibility/?born_on=2015-01-01&monthly_income=0", "/screening/", "/watch-list/",
                    hit.get_absolute_url(), hit.entry.added_in.get_absolute_url(), "/complaints/", row.get_absolute_url(),
                    f"{home}eligibility", home, case.get_absolute_url(), listed.get_absolute_url()],
        "case_officer": ["/complaints/new", f"/complaints/new?case={case.pk}", f"/people/{case.person_id}/income",
                         f"/people/{case.person_id}/residence", row.get_absolute_url(), case.get_absolute_url()],
        "verifier": [hit.get_absolute_url(), row.get_absolute_url(), "/screening/?state=cleared"],
        "approver": [f"{home}eligibility", f"{home}eligibility/override", row.get_absolute_url()],
        "finance_officer": [row.get_absolute_url(), "/complaints/?part=mine"],
        "fund_manager": ["/watch-list/", "/watch-list/load"],
    }  # fmt: skip


def test_pages_of_each_role_fit_and_have_no_barrier(site: Site, here: World, addresses: dict[str, list[str]]) -> None:
    found = []
    for role, pages in addresses.items():
        page = site.window(here[role])
        for address in pages:
            found += faults(page, address)
            found += [f"{role}, {address}: {barrier}" for barrier in barriers(page)]
    assert not found, "\n".join(found)


def test_a_hit_is_cleared_on_its_page(site: Site, here: World, addresses: dict[str, list[str]]) -> None:
    page = site.window(here["verifier"])
    page.goto(addresses["verifier"][0])
    page.get_by_label("Somebody else: cleared").check()
    page.get_by_label("Why").fill("Another father's name, compared with the card")
    page.get_by_role("button", name="Record judgement").click()
    expect(page.get_by_text("Payment may go on")).to_be_visible()
