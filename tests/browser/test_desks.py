"""An officer goes on leave and another signs for them; a fund is frozen; a step is overdue: each as people see it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from beneficiaries.models import Absence
from funds.absence import escalations
from funds.models import Decision, Delegation, Freeze
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.browser.windows import Site, barriers, choose, fill, follow, press, said, sideways
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]
SOON = today() + timedelta(days=4)


@pytest.fixture
def deputy(here: World) -> object:
    return world.make_user("deputy", here.office, Role.APPROVER, limit="1000")


def test_leave_a_delegation_and_a_signature_for_somebody(site: Site, here: World, deputy: object) -> None:
    request = here.at_sanction()
    giver = site.window(here["approver"])
    giver.goto("/away/")
    absence, delegation = giver.locator("#new-absence"), giver.locator("#new-delegation")
    absence.get_by_label("From").fill(f"{today()}")
    absence.get_by_label("Until").fill(f"{SOON}")
    absence.get_by_label("Reason").fill("Earned leave")
    press(giver, "Record the absence")
    assert "Whoever waits for them sees it." in said(giver)
    delegation.get_by_label("Who signs for you").select_option(label="Deputy Khan, Deputy")
    delegation.get_by_label("From").fill(f"{today()}")
    delegation.get_by_label("Until").fill(f"{SOON}")
    delegation.get_by_label("Ceiling for one request (Rs)").fill("50,000")
    delegation.get_by_label("Reason").fill("Order 118")
    assert barriers(giver) == []
    press(giver, "Ask for the delegation")
    assert "A third person agrees to it." in said(giver)

    waits = site.window(here["verifier"])
    waits.goto(request.get_absolute_url())
    assert f"Approver Khan is away until {SOON:%-d %b %Y} (Earned leave). Nobody is here to decide it" in said(waits)
    manager = site.window(here["fund_manager"])
    manager.goto("/")
    assert f"Nobody is here to decide {request.number}" in said(manager)
    follow(manager, f"Delegation: {Delegation.objects.get()}")
    press(manager, "Agree to it")
    assert "In force" in said(manager) and barriers(manager) == [] and sideways(manager) == []

    waits.reload()
    assert "Deputy Khan acts for them." in said(waits)
    page = site.window(deputy)  # type: ignore[arg-type]
    page.goto("/")
    follow(page, request.title)
    assert "as Deputy, for Approver Khan" in said(page)
    page.get_by_role("radio", name="Sanction").check()
    assert f"for Approver Khan, Approver (delegation of {today():%-d %b %Y})" in said(page)
    assert barriers(page) == []
    press(page, "Sanction Rs 20,000.00")
    assert Decision.objects.get(step__last=True).delegation == Delegation.objects.get()
    for address in (request.get_absolute_url(), f"/requests/{request.pk}/notes", f"/requests/{request.pk}/trail"):
        page.goto(address)
        assert f"Deputy, for Approver Khan, Approver (delegation of {today():%-d %b %Y})" in said(page), address

    page.goto("/away/")
    expect(page.locator(".days .away")).to_have_count(min((SOON - today()).days + 1, _left()))
    assert barriers(page) == [] and sideways(page) == []
    giver.goto(Delegation.objects.get().get_absolute_url())
    fill(giver, "Why it ends", "Back at my desk")
    press(giver, "End it now")
    assert "Ended early" in said(giver) and request.title in said(giver)
    assert Absence.objects.count() == 1


def _left() -> int:
    """The days of this month from today on."""
    return ((today().replace(day=28) + timedelta(days=4)).replace(day=1) - today()).days


def test_a_freeze_stops_the_sanction_and_is_lifted_by_two(site: Site, here: World) -> None:
    request = here.at_sanction()
    auditor = site.window(here["auditor"])
    auditor.goto("/freezes/new")
    choose(auditor, "Fund", str(here.fund))
    choose(auditor, "What is frozen", "Sanctions")
    fill(auditor, "From", f"{today()}")
    fill(auditor, "Until", f"{SOON}")
    fill(auditor, "Reason", "Count of cheques")
    assert barriers(auditor) == []
    press(auditor, "Propose freeze")
    row = Freeze.objects.get()
    approver = site.window(here["approver"])
    approver.goto("/")
    follow(approver, str(row))
    press(approver, "Agree to the freeze")
    told = f"Sanctions of TEST are frozen until {SOON:%-d %b %Y} for an audit: Count of cheques"
    approver.goto(request.get_absolute_url())
    assert said(approver).count(told) == 2  # the banner, and why the button is off
    expect(approver.get_by_role("radio", name="Sanction")).to_be_disabled()
    assert barriers(approver) == [] and sideways(approver) == []
    manager = site.window(here["fund_manager"])
    manager.goto("/funds/TEST/")
    assert told in said(manager)
    manager.goto(row.get_absolute_url())
    fill(manager, "Why it can end", "All counted")
    press(manager, "Ask to lift it")
    assert barriers(manager) == []
    approver.goto("/")
    follow(approver, f"To be lifted: {row}")
    press(approver, "Agree to lift it")
    assert "Lifted" in said(approver)
    approver.goto(request.get_absolute_url())
    expect(approver.get_by_role("radio", name="Sanction")).to_be_enabled()


def test_what_is_overdue_is_told_and_reminded(site: Site, here: World) -> None:
    request = here.submitted()
    escalations.escalate()
    approver = site.window(here["approver"])
    approver.goto("/")
    follow(approver, "Escalated to you 1")
    assert request.title in said(approver)
    follow(approver, "Remind, or see all that is overdue")
    approver.get_by_text("Remind", exact=True).click()
    assert barriers(approver) == [] and sideways(approver) == []
    fill(approver, "What you ask", "Please decide this week")
    press(approver, "Send the reminder")
    verifier = site.window(here["verifier"])
    verifier.goto(request.get_absolute_url())
    shown = said(verifier)
    assert "told to approver and fund manager" in shown and "Please decide this week" in shown
    verifier.goto("/account/mail")
    fill(verifier, "Your address", "verifier@office.example")
    press(verifier, "Save")
    assert "The daily mail goes to verifier@office.example." in said(verifier) and barriers(verifier) == []
