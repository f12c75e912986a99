"""A committee decides, as its people meet it: the whole path on pages, on a phone too, without a barrier."""

import pytest

from funds.models import Disbursement, Meeting
from ledger.clock import today
from tests.browser.windows import Site, barriers, fill, press, said, sideways
from tests.funds import committee_world
from tests.funds.committee_world import CODE, Sitting

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def seated(here: object) -> Sitting:
    return committee_world.seat(here)  # type: ignore[arg-type]


def test_a_committee_decides(site: Site, seated: Sitting) -> None:
    row, other = seated.waiting(), seated.waiting()
    secretary = site.window(seated.writer)
    secretary.goto("/")
    secretary.get_by_role("link", name="Open the committee").click()
    secretary.get_by_role("link", name="Call a meeting").click()
    fill(secretary, "Day", today().isoformat())
    fill(secretary, "Place and hour", "Committee Room, 11 am")
    assert secretary.get_by_role("checkbox", checked=True).count() == 2
    press(secretary, "Call the meeting")
    assert "Called: Relief Committee" in said(secretary)
    meeting = Meeting.objects.get()
    secretary.get_by_role("link", name="Write the minutes").click()
    first, second = (secretary.get_by_role("region", name=f"{place}. ", exact=False) for place in (1, 2))
    first.get_by_label("Approved").check()
    second.get_by_label("Returned", exact=True).check()
    press(secretary, "Write the minutes")
    assert "Choose the ground" in secretary.locator("main").inner_text()
    second.get_by_label("Ground of a return or rejection").select_option("other")
    second.get_by_label("Reasons").fill("The form is unsigned")
    press(secretary, "Write the minutes")
    assert "The members present sign them" in said(secretary)
    for place, member in enumerate(seated.members[:3]):
        page = site.window(member, width=390 if place else 1280)
        page.goto("/")
        page.get_by_role("link", name="Read and sign them").click()
        press(page, "Sign the minutes")
        told = said(page)
        assert ("Signed and adopted" if place == 2 else "not signed yet") in told, told
    states = [Disbursement.objects.get(pk=each.pk).state for each in (row, other)]
    assert states == ["sanctioned", "returned"]
    secretary.goto(f"/meetings/{meeting.pk}/")
    assert f"{CODE}/" in secretary.locator("h1 + p").inner_text()


def test_pages_have_no_barrier_and_fit(site: Site, seated: Sitting) -> None:
    seated.waiting()
    meeting = seated.meeting()
    seated.held(meeting)
    seated.waiting()
    called = seated.meeting()
    seated.waiting()
    windows = (
        (seated.writer, ["/", f"/committees/{CODE}/", f"/committees/{CODE}/meetings/new", f"/meetings/{called.pk}/",
                          f"/meetings/{called.pk}/minutes"]),
        (seated.members[0], ["/", f"/meetings/{meeting.pk}/"]),
        (seated.here["fund_manager"], ["/committees/", "/committees/new", f"/committees/{CODE}/versions/new", "/rules/new"]),
    )  # fmt: skip
    found = {}
    for user, addresses in windows:
        page = site.window(user)
        for address in addresses:
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 800})
                answer = page.goto(address)
                assert answer is not None and answer.status == 200, address
                if wrong := [*barriers(page), *sideways(page)]:
                    found[f"{address} {width}"] = wrong
    assert found == {}
