"""A committee decides as a step like any other: agenda, minutes, signatures, a number, and what follows for each request."""

import pytest

from funds import minutes
from funds.models import Adoption, Decision
from tests.funds import committee_world
from tests.funds.committee_world import CODE, Sitting
from tests.standing import standing
from tests.world import DAY

pytestmark = pytest.mark.django_db


@standing
def sitting_world() -> Sitting:
    return committee_world.build()


@pytest.fixture
def sitting(sitting_world: Sitting) -> Sitting:
    return sitting_world


def test_the_committee_sanctions_when_chair_and_quorum_signed(sitting: Sitting) -> None:
    row = sitting.waiting()
    meeting = sitting.meeting()
    sitting.held(meeting)
    for member in sitting.members[1:3]:
        minutes.sign(meeting=meeting.pk, by=member, on=DAY)
    row.refresh_from_db()
    assert row.state == "submitted"
    minutes.sign(meeting=meeting.pk, by=sitting.members[0], on=DAY)
    row.refresh_from_db()
    assert row.state == "sanctioned"
    assert Adoption.objects.get().number == f"{CODE}/2025-26/M-001"
    made = Decision.objects.filter(step__committee=sitting.committee).order_by("pk")
    assert [each.decided_by for each in made] == [*sitting.members[1:3], sitting.members[0]]
    assert {each.minutes_item.item.disbursement_id for each in made} == {row.pk}
    assert row.sanction.sanctioned_by == sitting.members[0]
    order = row.order.snapshot
    assert order["meeting"] == f"minutes no. {CODE}/2025-26/M-001 of 26 Sep 2025"
    assert order["authority"] == "Relief Committee"
