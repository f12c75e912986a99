"""A request's trail tells which meetings it came before: called, added, called off, deferred; and minutes are found by number."""

from datetime import timedelta

import pytest

from audit import trail
from funds.committee import meetings
from funds.models import Adoption
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.audit.conftest import Corrupt
from tests.funds.committee_world import CODE, Sitting, sitting
from tests.funds.pages import as_, words
from tests.world import DAY

__all__ = ["sitting"]
SECRETARY = "Secretary_Of Khan, Secretary Of"
LISTED = f"Relief Committee, {DAY:%-d %b %Y}"


def told(sitting: Sitting, pk: int) -> list[tuple[str, str, str]]:
    """Title, person and text of what meetings did."""
    events = trail.build(pk, by=sitting.here["auditor"]).events
    found = [event for event in events if "eeting" in event.title or "Deferred" in event.title]
    return [(event.title, str(event.who), event.text) for event in found]


@pytest.mark.django_db
def test_called_added_called_off_and_deferred(sitting: Sitting) -> None:
    first, second = sitting.waiting(), sitting.waiting()
    assert told(sitting, first.pk) == []
    off = sitting.meeting(first)
    meetings.add(meeting=off.pk, requests=[second.pk], by=sitting.writer)
    ((title, who, text),) = told(sitting, first.pk)
    assert (title, who) == (f"Meeting called: {LISTED}", SECRETARY)
    assert text == f"Committee Room, item 1. Content listed: {first.digest[:4]}…{first.digest[-4:]}."
    meetings.call_off(meeting=off.pk, reason="The chair is ill", by=sitting.writer)
    again = sitting.meeting(first)
    sitting.held(again, item_1={"outcome": "deferred", "reason": "To be seen again"})
    assert len(told(sitting, first.pk)) == 3  # minutes that nobody signed say nothing yet
    sitting.signed(again)
    number = Adoption.objects.get().number
    titles = [row[0] for row in told(sitting, first.pk)]
    assert titles == [
        f"Meeting called: {LISTED}", f"Meeting of {DAY:%-d %b %Y} called off", f"Meeting called: {LISTED}",
        "Deferred by the Relief Committee",
    ]  # fmt: skip
    assert (
        told(sitting, first.pk)[1][2] == "Relief Committee. “The chair is ill” The request waits for another meeting."
    )
    assert told(sitting, first.pk)[3][2] == f"Item 1 of minutes no. {number} of {DAY:%-d %b %Y}. “To be seen again”"


def test_an_item_added_later_is_told_with_the_call(corrupt: Corrupt, sitting: Sitting) -> None:
    """A test has one moment only, so the owner moves the call to the day before."""
    first, second = sitting.waiting(), sitting.waiting()
    meeting = sitting.meeting(first)
    meetings.add(meeting=meeting.pk, requests=[second.pk], by=sitting.writer)
    corrupt("UPDATE funds_meeting SET called_at = called_at - interval '1 day' WHERE id = %s", meeting.pk)
    ((title, who, text),) = told(sitting, second.pk)
    yesterday = f"{today() - timedelta(days=1):%-d %b %Y}"
    assert title == f"Added to the agenda of a meeting: {LISTED}" and who == SECRETARY
    assert text.startswith(f"Committee Room, item 2. Called by {SECRETARY}, {yesterday}. Content listed: ")
    page = words(as_(sitting.here["auditor"]).get(meeting.get_absolute_url()))
    assert f"Called by Secretary_Of Khan, {yesterday}." in page and "Added by Secretary_Of Khan" in page


@pytest.mark.django_db
def test_minutes_are_found_by_their_number(sitting: Sitting) -> None:
    row = sitting.waiting()
    meeting = sitting.meeting(row)
    sitting.held(meeting)
    box = as_(sitting.here["auditor"])
    before = box.post("/search", {"q": CODE})
    assert before.status_code == 200 and "Minutes of committees" not in words(before)
    sitting.signed(meeting)
    number = Adoption.objects.get().number
    answer = box.post("/search", {"q": number.lower()})
    assert (answer.status_code, answer["Location"]) == (302, meeting.get_absolute_url())
    assert f"Minutes {number}" in words(box.post("/search", {"q": number[:-1]}))
    far = world.make_user("far", sitting.here.quetta_office, Role.AUDITOR)
    assert "Minutes of committees" not in words(as_(far).post("/search", {"q": number}))
