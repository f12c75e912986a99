"""Who counts for nothing on an item is told as it is carried out, and as it was carried out it stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from funds import approvals
from funds.absence import delegations
from funds.chain import conflicts
from funds.committee import agendas, meetings, member_bars, minutes
from funds.committee.meetings import ItemDecided
from funds.models import Disbursement, Meeting
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.funds import committee_world
from tests.funds.committee_world import Sitting, sitting
from tests.world import DAY

__all__ = ["sitting"]
pytestmark = pytest.mark.django_db
WHY: dict[str, Any] = {"ground": "other", "reason": "A cousin"}


def barred(meeting: Meeting) -> list[list[str]]:
    """Of each item why members count for nothing on it, as page and paper print it."""
    sheet = agendas.sheet(meeting)
    return [[why for _, why in rows] for rows in member_bars.bars(sheet.items, sheet.present).values()]


def declared(sitting: Sitting, row: Disbursement) -> int:
    return conflicts.declare(by=sitting.members[1], disbursement=row.pk, on=DAY, **WHY).pk


def test_a_conflict_that_ended_bars_nobody(sitting: Sitting) -> None:
    row = sitting.waiting()
    kept = declared(sitting, row)
    meeting = sitting.meeting()
    sitting.held(meeting)
    assert barred(meeting) == [[member_bars.APART]]
    conflicts.end(conflict=kept, reason="The cousin has moved away", by=sitting.here["fund_manager"], on=DAY)
    assert barred(meeting) == [[]]
    sitting.signed(meeting)
    assert row.decisions.filter(decided_by=sitting.members[1], outcome="approved").exists()
    assert barred(meeting) == [[]]


@pytest.mark.parametrize("member", [1, 3])
def test_what_happens_later_changes_no_minutes_that_were_carried_out(sitting: Sitting, member: int) -> None:
    """Of a member who signed, and of one who was there and did not."""
    row = sitting.waiting()
    meeting = sitting.meeting()
    sitting.held(meeting)
    sitting.signed(meeting)
    conflicts.declare(by=sitting.members[member], disbursement=row.pk, on=DAY, **WHY)
    assert barred(meeting) == [[]]


def test_a_conflict_that_ends_later_stays_in_the_minutes(sitting: Sitting) -> None:
    row = sitting.waiting()
    kept = declared(sitting, row)
    meeting = sitting.meeting()
    sitting.held(meeting)
    sitting.signed(meeting, 4)
    conflicts.end(conflict=kept, reason="The cousin has moved away", by=sitting.here["fund_manager"], on=DAY)
    assert barred(meeting) == [[member_bars.APART]]


def test_a_member_for_whom_somebody_signed_another_step_counts_for_nothing(db: None) -> None:
    """The third step is the committee's; its return was signed for a member at the fourth."""
    sitting = committee_world.build(limit=None, last=False)
    row = sitting.waiting()
    first = sitting.meeting()
    sitting.held(first)
    for member in (0, 2, 3):
        minutes.sign(meeting=first.pk, by=sitting.members[member], on=DAY)
    taker = world.make_user("stand_in", sitting.here.office, Role.APPROVER, limit="1")
    world.give_limit(sitting.members[1].officer, "50000")
    days = {"starts_on": today(), "ends_on": today() + timedelta(days=1)}
    power = delegations.give(taker=taker.officer.pk, ceiling="50000", reason="Leave", by=sitting.members[1], **days)
    delegations.agree(delegation=power.pk, by=sitting.here["fund_manager"], remark="Seen")
    taker = User.objects.get(pk=taker.pk)
    approvals.return_for_correction(disbursement=row.pk, by=taker, to=3, delegation=power.pk, **WHY)
    there, by = [*committee_world.NAMES, sitting.writer.username], sitting.writer
    second = meetings.call(committee=committee_world.CODE, day=today(), place="Room 2", by=by)
    decided = [ItemDecided(row.pk, outcome="approved")]
    meetings.record(meeting=second.pk, held_on=today(), present=there, items=decided, by=by)
    assert barred(second) == [[member_bars.SIGNED]]
    assert barred(first) == [[]]
