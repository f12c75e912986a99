"""Every page as its readers meet it: nothing for the console, no sideways scroll on a phone, no barrier for anybody."""

import re

import pytest
from playwright.sync_api import Page, expect

from beneficiaries.models import Pair, Person
from funds import approvals, payments, vouchers
from funds.budget import reappropriations
from funds.models import Voucher
from ledger.roles import Role
from tests.browser.windows import Site, barriers, said, sideways
from tests.funds import divided
from tests.permissions.places import pairs
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]

YEAR = "2025-26"
BUDGET = f"/funds/PARTS/budget?year={YEAR}"
WAITING = "Rs 40,000.00"


@pytest.fixture
def lived(here: World) -> World:
    """The small world with a request in most states: draft, at the verifier, returned, to sanction, paid, closed."""
    here.draft("15000")
    here.submitted(here.draft("40000"))
    returned = here.submitted(here.draft("25000"))
    approvals.return_for_correction(
        disbursement=returned.pk, by=here["verifier"], ground="other", reason="The CNIC differs."
    )
    here.at_sanction(here.draft("90000"))
    here.paid(here.draft("30000"))
    for instrument in here.cleared(here.diyat()):
        payments.acknowledge(instrument=instrument.pk, received_by="Sessions Judge", by=here["case_officer"])
    vouchers.print_voucher(number=Voucher.objects.latest("pk").number, by=here["ddo"])
    pairs(here)
    parts = divided.fund_of(here, lapsable=True)
    divided.release(here, parts, GRANTS="100000")
    here.submitted(here.draft("20000", fund=parts))
    move = {"from_head": "GRANTS", "to_head": "LEGAL", "amount": "5", "order_number": "F.3", "reason": "More cases"}
    reappropriations.ask(fund=parts, by=here["fund_manager"], on=divided.DAY, **move)
    return here


@pytest.fixture
def site(site: Site, lived: World) -> Site:
    return site


def places(here: World) -> dict[str, list[str]]:
    """Addresses of the pages behind the sections, by the role that works on them."""
    voucher = Voucher.objects.latest("pk")
    request = voucher.sanction.disbursement
    line = request.lines.select_related("case__person", "obligation__order").first()
    assert line is not None
    case, obligation, home = line.case, line.obligation, request.get_absolute_url()
    person = case.person.get_absolute_url()
    alike, merged = Pair.objects.get(first__name="Sughra Bibi"), Person.objects.get(merged_into__isnull=False)
    draft, submitted = (here.fund.disbursements.filter(state=state).first() for state in ("draft", "submitted"))
    return {
        "auditor": [home, f"{home}?tab=money", f"{home[:-1]}/trail", case.get_absolute_url(), person, "/cases/",
                    voucher.get_absolute_url(), "/vouchers/", f"/statements/TEST/{YEAR}/", "/funds/TEST/",
                    "/funds/TEST/trial-balance", "/funds/TEST/accounts/F-BNK", "/audit/refused", "/search", "/help/",
                    "/help/accessibility", "/help/keyboard", "/password"],
        "case_officer": ["/people/new", f"{person}edit", f"{person}cases/relief", f"{person}cases/prisoner",
                         f"{case.get_absolute_url()}orders/new", f"/orders/{obligation.order_id}/obligations/new",
                         "/requests/new/", f"{draft.get_absolute_url()}edit/", draft.get_absolute_url(), home],
        "verifier": [submitted.get_absolute_url(), "/people/duplicates/", alike.get_absolute_url(),
                     f"{merged.get_absolute_url()}merged"],
        "ddo": ["/funds/TEST/cheques/", home],
        "fund_manager": ["/funds/TEST/cheques/", "/funds/TEST/cheques/new",
                         "/funds/TEST/receipts/new", "/funds/TEST/allocations/new", "/funds/TEST/", "/funds/TEST/periods",
                         BUDGET, "/funds/PARTS/budget?chain=all", "/funds/TEST/budget",
                         "/funds/PARTS/budget/releases/new", "/funds/PARTS/budget/moves/new",
                         "/funds/PARTS/budget/surrenders/new",
                         "/funds/TEST/periods/2024-07", f"/funds/TEST/years/{YEAR}",
                         f"/statements/TEST/{YEAR}/versions"],
        "administrator": ["/staff/new", f"/staff/{here['ddo'].officer.pk}/", f"/staff/{here['ddo'].officer.pk}/edit"],
    }  # fmt: skip


def faults(page: Page, address: str) -> list[str]:
    """What is wrong with the page at this address."""
    answer = page.goto(address)
    assert answer is not None
    found = [] if answer.status == 200 else [f"{address} answers {answer.status}"]
    if page.locator("h1").count() != 1:
        found.append(f"{address} has not one heading")
    return found + [f"{address} is wider than {width} px" for width in sideways(page)]


def test_sections_and_pages_of_each_role(site: Site, lived: World) -> None:
    """One world for all roles, because making it takes as long as looking at a role's pages."""
    found, behind = {}, places(lived)
    for role in Role:
        page = site.window(lived[role.value])
        page.goto("/")
        links = page.get_by_role("navigation", name="Sections").get_by_role("link").all()
        sections = [link.get_attribute("href") or "" for link in links]
        assert sections[0] == "/" and len(sections) > 1, role
        found[role] = [fault for address in sections + behind.get(role.value, []) for fault in faults(page, address)]
    assert not any(found.values()), found


def test_the_main_pages_have_no_barrier(site: Site, lived: World) -> None:
    auditor = places(lived)["auditor"]
    verifier = ["/", *places(lived)["verifier"], "/people/duplicates/?show=decided"]
    ways = [
        ("verifier", verifier),
        ("auditor", [*auditor[:5], auditor[6], *auditor[8:11]]),
        ("case_officer", ["/people/new"]),
        ("fund_manager", [BUDGET, "/funds/PARTS/budget?chain=all"]),
    ]
    on_phones = {auditor[0], auditor[2], verifier[3], "/people/new", BUDGET}
    found = {}
    for role, addresses in ways:
        page = site.window(lived[role])
        for address in addresses:
            page.set_viewport_size({"width": 390 if address in on_phones else 1280, "height": 800})
            page.goto(address)
            if objections := barriers(page):
                found[address] = objections
    assert found == {}


def test_pages_without_an_account(site: Site, lived: World) -> None:
    page = site.window()
    found = [fault for address in ("/sign-in", "/v/", f"/v/{Voucher.objects.latest('pk').token}", "/help/", "/signed-out")
             for fault in faults(page, address)]  # fmt: skip
    assert found == []
    page.goto(f"/v/{Voucher.objects.latest('pk').token}")
    assert barriers(page) == []


def test_refusals_and_missing_pages_are_pages(site: Site, lived: World) -> None:
    page = site.window(lived["reconciler"])
    for address, status in (("/staff/", 403), ("/requests/999999/", 404), ("/nowhere", 404)):
        answer = page.goto(address)
        assert answer is not None and answer.status == status
        assert page.get_by_role("link").count() > 3 and sideways(page) == []
    # The browser logs each of the three as a load that failed.
    assert [re.search(r"status of (\d+)", text)[1] for text in site.complaints] == ["403", "404", "404"]
    site.complaints.clear()


def test_a_phone_shows_the_request_and_jumps_to_the_decision(site: Site, lived: World) -> None:
    page = site.window(lived["verifier"], width=390)
    page.goto("/")
    page.get_by_role("link", name=re.compile("^Relief grant")).first.click()
    assert WAITING in said(page)
    bar = page.get_by_role("link", name="Decide", exact=True)
    expect(bar).to_be_in_viewport()
    bar.click()
    expect(page.get_by_role("radio", name="Agree and forward")).to_be_in_viewport()
    page.get_by_role("radio", name="Agree and forward").check()
    button = page.get_by_role("button", name=f"Agree to {WAITING}")
    box = button.bounding_box()
    assert box is not None and box["height"] >= 44 and box["x"] + box["width"] <= 390


def test_the_voucher_page_shows_its_paper(site: Site, lived: World) -> None:
    page = site.window(lived["auditor"])
    with page.expect_response(re.compile("/pdf$")) as caught:
        page.goto(Voucher.objects.latest("pk").get_absolute_url())
    headers = caught.value.headers
    assert (caught.value.status, headers["content-type"]) == (200, "application/pdf")
    assert headers["x-frame-options"] == "SAMEORIGIN" and "frame-ancestors 'self'" in headers["content-security-policy"]
    # A frame that its headers refuse holds the browser's own error page instead.
    page.wait_for_load_state("networkidle")
    assert [frame.url for frame in page.frames if frame.url.startswith("chrome-error:")] == []
    assert len(page.frames) > 1
