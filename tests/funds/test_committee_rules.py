"""What the database refuses of committees, meetings, minutes and their decisions, whoever asks: raw SQL."""

from datetime import timedelta
from typing import Any

import pytest

from funds import approvals
from funds.chain import conflicts
from funds.committee import committees, meetings, minutes
from funds.models import (
    Adoption,
    CalledOff,
    DecisionGround,
    Disbursement,
    ItemRecusal,
    Meeting,
    Minutes,
    MinutesItem,
    MinutesSignature,
    Presence,
)
from ledger.clock import today
from tests.funds import committee_world
from tests.funds.by_sql import accepted, copied, decision_of, flat, no, refused, run, sanction_of, yes
from tests.funds.committee_world import CODE, NAMES, Sitting, sitting
from tests.funds.test_committees import seats
from tests.world import DAY

__all__ = ["sitting"]
pytestmark = pytest.mark.django_db
CHECK_VIOLATION, UNIQUE_VIOLATION = "23514", "23505"


def held_back(sitting: Sitting) -> tuple[Disbursement, MinutesItem]:
    """A request that adopted minutes approve and that waits still, because one of the three who signed stands apart."""
    row = sitting.waiting()
    conflicts.declare(by=sitting.members[1], ground="other", reason="A cousin", disbursement=row.pk, on=DAY)
    meeting = sitting.meeting(row)
    sitting.held(meeting)
    sitting.signed(meeting)
    return row, MinutesItem.objects.get(item__disbursement=row)


def test_a_decision_needs_adopted_minutes_and_the_own_signature(sitting: Sitting) -> None:
    row, item = held_back(sitting)
    chair, other, late = sitting.members[0], sitting.members[2], sitting.members[3]
    sql, values = decision_of(row, 3, chair, minutes_item_id=item.pk)
    accepted(sql, *values)
    ground = DecisionGround.objects.get(outcome="returned", code="other").pk
    against = {"outcome": "returned", "ground_id": ground, "reason": "x"}
    for by, changes in (
        (chair, {"minutes_item_id": None}),  # without a meeting
        (chair, {"minutes_item_id": None} | against),
        (late, {}),  # was there and did not sign
        (sitting.here["approver"], {}),  # no member
        (other, against),  # another decision than the minutes hold
        (other, {"decided_on": DAY - timedelta(days=1)}),  # before they were adopted
    ):
        sql, values = decision_of(row, 3, by, **{"minutes_item_id": item.pk} | changes)
        refused("23F64", sql, *values)
    waiting = sitting.here.submitted()
    sql, values = decision_of(waiting, 1, sitting.here["verifier"], minutes_item_id=item.pk)
    refused("23F64", sql, *values)  # a step of no committee


def test_minutes_not_adopted_decide_nothing_and_a_later_agenda_ends_them(sitting: Sitting) -> None:
    row, item = held_back(sitting)
    again = sitting.meeting(row)
    sql, values = decision_of(row, 3, sitting.members[0], minutes_item_id=item.pk)
    refused("23F64", sql, *values)
    sitting.held(again)
    sitting.signed(again, 2)
    unadopted = MinutesItem.objects.get(minutes__meeting=again)
    sql, values = decision_of(row, 3, sitting.members[0], minutes_item_id=unadopted.pk)
    refused("23F64", sql, *values)


def test_a_recusal_alone_is_a_members(sitting: Sitting) -> None:
    row = sitting.waiting()
    ground = DecisionGround.objects.get(outcome="recused", code="other").pk
    apart = {"outcome": "recused", "ground_id": ground, "reason": "x"}
    sql, values = decision_of(row, 3, sitting.members[3], **apart)
    accepted(sql, *values)
    sql, values = decision_of(row, 3, sitting.here["approver"], **apart)
    refused("23F64", sql, *values)
    meeting = sitting.meeting(row)
    given = {"recused": [NAMES[2]], "recusal_ground": "other", "recusal_reason": "A neighbour"}
    sitting.held(meeting, item_1={"outcome": "approved"} | given)
    conflicts.declare(by=sitting.members[1], ground="other", reason="A cousin", disbursement=row.pk, on=DAY)
    sitting.signed(meeting)
    item = MinutesItem.objects.get(item__disbursement=row)
    sql, values = decision_of(row, 3, sitting.members[2], minutes_item_id=item.pk)
    refused("23F64", sql, *values)  # who took no part in it does not approve it
    sql, values = decision_of(row, 3, sitting.members[0], minutes_item_id=item.pk, **apart)
    refused("23F64", sql, *values)  # nor does who took part recuse by it


def test_a_sanction_needs_the_quorum_and_the_committees_limit(sitting: Sitting) -> None:
    row, item = held_back(sitting)
    for member in (sitting.members[0], sitting.members[2]):
        sql, values = decision_of(row, 3, member, minutes_item_id=item.pk)
        run((sql, values))
    sql, values = sanction_of(sitting.here, row, by="approver", sanctioned_by_id=sitting.members[0].pk)
    refused("23F64", sql, *values)  # two of three
    minutes.sign(meeting=item.minutes.meeting_id, by=sitting.members[3], on=DAY)
    assert Disbursement.objects.get(pk=row.pk).state == "submitted"  # the service does not write what stands already


def test_a_sanction_above_the_committees_limit(db: None) -> None:
    sitting = committee_world.build(limit="19999.99")
    row = sitting.waiting()
    meeting = sitting.meeting()
    sitting.held(meeting)
    sitting.signed(meeting)
    item = MinutesItem.objects.get(item__disbursement=row)
    for member in sitting.members[:3]:
        sql, values = decision_of(row, 3, member, minutes_item_id=item.pk)
        run((sql, values))
    sql, values = sanction_of(sitting.here, row, by="approver", sanctioned_by_id=sitting.members[0].pk)
    refused("23F53", sql, *values)


def test_a_sanction_above_what_the_committee_may_today(sitting: Sitting) -> None:
    row, item = held_back(sitting)
    minutes.sign(meeting=item.minutes.meeting_id, by=sitting.members[3], on=DAY)
    assert Disbursement.objects.get(pk=row.pk).state == "sanctioned"
    row, item = held_back(sitting)
    for member in (sitting.members[0], sitting.members[2]):
        run(decision_of(row, 3, member, minutes_item_id=item.pk))
    run(copied(signature(item.minutes, sitting.members[3])))
    run(decision_of(row, 3, sitting.members[3], minutes_item_id=item.pk))
    sanction = flat(sanction_of(sitting.here, row, by="approver", sanctioned_by_id=sitting.members[0].pk))
    accepted(*sanction)
    version = committees.propose(
        committee=CODE, quorum=3, limit="19999.99", members=seats(), reason="Less", by=sitting.here["fund_manager"]
    )
    committees.agree(version=version.pk, by=sitting.here["approver"])
    refused("23F53", *sanction)


def test_minutes_are_carried_out_once(db: None) -> None:
    """Sent back to the committee by the step after it, the request needs a new meeting; its old minutes give no signature."""
    sitting = committee_world.build(last=False)
    row = sitting.waiting()
    meeting = sitting.meeting()
    sitting.held(meeting)
    sitting.signed(meeting)
    item = MinutesItem.objects.get(item__disbursement=row)
    back = {"ground": "other", "reason": "Look again", "on": DAY}
    approvals.return_for_correction(disbursement=row.pk, by=sitting.here["approver"], to=3, **back)
    refused("23F64", *flat(decision_of(row, 3, sitting.members[0], minutes_item_id=item.pk)))
    later = sitting.meeting()
    sitting.held(later)
    sitting.signed(later)
    again = MinutesItem.objects.get(minutes__meeting=later)
    assert again.decisions.count() == 3


def test_members_limits_do_not_bind_the_committee(sitting: Sitting) -> None:
    """Each member's own limit is one rupee."""
    assert committee_world.sanctioned(sitting).state == "sanctioned"


def test_who_was_there_sat_on_that_day(sitting: Sitting) -> None:
    version = committees.propose(
        committee=CODE,
        quorum=2,
        limit="1",
        members=seats(*NAMES[1:3]),
        reason="Order 8",
        by=sitting.here["fund_manager"],
    )
    committees.agree(version=version.pk, by=sitting.here["approver"])
    sitting.waiting()
    meeting = sitting.meeting()
    made = sitting.held(meeting, present=3)
    fourth = made.under.members.get(officer__user=sitting.members[3])
    there = made.presences.order_by("pk").first()
    assert there is not None
    yes(there, member_id=fourth.pk)
    no("23F61", there, member_id=version.members.order_by("pk").first().pk)
    second = {"version": 2, "digest": "x" * 64}
    yes(made, **second)
    no("23F61", made, **second | {"under_id": version.pk})  # not in force on that day
    no("23F61", made, **second | {"held_on": today() + timedelta(days=1)})
    no("23F61", made, **second | {"version": 3})
    no("23F61", made, **second | {"digest": ""})
    no("23F61", made, **second | {"recorded_by_id": sitting.members[0].pk})  # no secretary


def test_minutes_that_circulate_stay_as_they_are(sitting: Sitting) -> None:
    sitting.waiting()
    meeting = sitting.meeting()
    apart = {"recused": [NAMES[2]], "recusal_ground": "other", "recusal_reason": "A neighbour"}
    made = sitting.held(meeting, present=3, item_1={"outcome": "approved"} | apart)
    item, there = made.items.get(), made.presences.order_by("pk").first()
    recusal = ItemRecusal.objects.get()
    absent = made.under.members.get(officer__user=sitting.members[3])
    yes(there, member_id=absent.pk)
    minutes.sign(meeting=meeting.pk, by=sitting.members[0], on=DAY)
    no("23F61", there, member_id=absent.pk)
    no("23F61", item, outcome="gone")
    no("23F61", recusal, member_id=made.under.members.get(officer__user=sitting.members[1]).pk)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_added_to_minutes_in_another_transaction() -> None:
    sitting = committee_world.build()
    sitting.waiting()
    meeting = sitting.meeting()
    made = sitting.held(meeting, present=3)
    there = made.presences.order_by("pk").first()
    absent = made.under.members.get(officer__user=sitting.members[3])
    no("23F61", there, member_id=absent.pk)
    member = made.under.members.order_by("pk").first()
    assert member is not None
    no("23F60", member, officer_id=sitting.here["approver"].officer.pk)  # nor to a version that was agreed to


def test_what_an_item_says(sitting: Sitting) -> None:
    sitting.waiting()
    meeting = sitting.meeting()
    made = sitting.held(meeting)
    other = sitting.waiting()
    elsewhere = sitting.meeting(other)
    item = made.items.get()
    foreign = elsewhere.agenda.get()
    ground = {row.outcome: row.pk for row in DecisionGround.objects.filter(code="other")}
    no("23F61", item, item_id=foreign.pk)
    no("23F61", item, outcome="rejected", reason="x")  # no ground
    no("23F61", item, outcome="rejected", reason="x", ground_id=ground["returned"])
    no("23F61", item, outcome="returned", reason="x", ground_id=ground["returned"], back_to=3)
    no("23F61", item, ground_id=ground["returned"])  # an approval gives none
    no(CHECK_VIOLATION, item, outcome="deferred")  # no reason
    no(CHECK_VIOLATION, item, back_to=1)
    run(copied(made, version=2, held_on=DAY - timedelta(days=1), digest="y" * 64))
    before = Minutes.objects.get(version=2)
    yes(item, minutes_id=before.pk, outcome="gone")
    no("23F61", item, minutes_id=before.pk)  # it came to the committee after this meeting
    secretary = made.under.members.get(part="secretary")
    recusal = ItemRecusal(item=item, member=secretary, ground_id=ground["recused"], reason="x")
    no("23F61", recusal)  # has no vote
    voting = made.under.members.filter(votes=True).order_by("pk").first()
    yes(recusal, member_id=voting.pk)
    no("23F61", recusal, member_id=voting.pk, ground_id=ground["returned"])


def test_who_signs_what(sitting: Sitting) -> None:
    sitting.waiting()
    meeting = sitting.meeting()
    first = sitting.held(meeting, present=3)
    seat = {row.officer.user_id: row.pk for row in first.under.members.all()}
    chair, second, absent = sitting.members[0], sitting.members[1], sitting.members[3]
    row = MinutesSignature(
        minutes=first, member_id=seat[chair.pk], signed_by=chair, name="x", post="x", digest=first.digest, signed_on=DAY,
        recorded_at="2025-09-26T10:00:00Z",
    )  # fmt: skip
    yes(row)
    no("23F62", row, digest="x" * 64)
    no("23F62", row, signed_by_id=second.pk)  # for another
    no("23F62", row, member_id=seat[absent.pk], signed_by_id=absent.pk)
    no("23F62", row, member_id=seat[sitting.writer.pk], signed_by_id=sitting.writer.pk)  # no vote
    sql, values = copied(first, version=2, digest="y" * 64)
    run((sql, values))
    no("23F62", row)  # not the last version
    last = Minutes.objects.get(version=2)
    run(copied(Presence(minutes=last, member_id=seat[chair.pk])))
    no("23F62", row, minutes_id=last.pk, digest=last.digest)  # an item is not decided in it


def test_the_number_follows_and_needs_chair_and_quorum(sitting: Sitting) -> None:
    committee_world.sanctioned(sitting)
    sitting.waiting()
    meeting = sitting.meeting()
    made = sitting.held(meeting)
    row = Adoption(
        meeting=meeting, minutes=made, committee=sitting.committee, year="2025-26", serial=2, number=f"{CODE}/2025-26/M-002",
        adopted_on=DAY, recorded_at="2025-09-26T10:00:00Z",
    )  # fmt: skip
    sign = lambda member: run(copied(signature(made, member)))  # noqa: E731
    for member in sitting.members[1:4]:
        sign(member)
    no("23F63", row)  # three, and no chair
    second = sitting.held(meeting)
    for member in (sitting.members[0], sitting.members[1]):
        run(copied(signature(second, member)))
    no("23F63", row, minutes_id=second.pk)  # the chair, and no quorum
    run(copied(signature(second, sitting.members[2])))
    yes(row, minutes_id=second.pk)
    for changes in (
        {"serial": 3, "number": f"{CODE}/2025-26/M-003"},
        {"serial": 1, "number": f"{CODE}/2025-26/M-001"},
        {"number": f"{CODE}/2025-26/M-2"},
        {"year": "2024-25", "serial": 1, "number": f"{CODE}/2024-25/M-001"},
        {"adopted_on": DAY - timedelta(days=1)},
        {"adopted_on": today() + timedelta(days=1)},
        {"minutes_id": made.pk},  # an earlier version
    ):
        no("23F63", row, **{"minutes_id": second.pk} | changes)


def signature(made: Minutes, member: Any) -> MinutesSignature:
    seat = made.under.members.get(officer__user=member)
    return MinutesSignature(
        minutes=made, member=seat, signed_by=member, name="x", post="x", digest=made.digest, signed_on=DAY,
        recorded_at="2025-09-26T10:00:00Z",
    )  # fmt: skip


def test_who_calls_and_what_is_on_the_agenda(sitting: Sitting) -> None:
    first, second, elsewhere = sitting.waiting(), sitting.waiting(), sitting.here.submitted()
    meeting = sitting.meeting(first)
    now = "2026-01-01T00:00:00Z"
    no("23F61", Meeting(committee=sitting.committee, day=DAY, place="x", called_by=sitting.members[0], called_at=now))
    item = meeting.agenda.get()
    step = second.steps.get(position=3)
    good = {"position": 2, "disbursement_id": second.pk, "step_id": step.pk, "digest": second.digest}
    yes(item, **good)
    no("23F61", item, **good | {"position": 3})
    no("23F61", item, **good | {"digest": "x" * 64})
    no("23F61", item, **good | {"step_id": second.steps.get(position=2).pk})
    no("23F61", item, **good | {"disbursement_id": elsewhere.pk, "step_id": elsewhere.steps.get(position=3).pk})
    other = sitting.meeting(second)
    no("23F61", item, **good)  # before another meeting
    meetings.call_off(meeting=other.pk, reason="No room", by=sitting.writer)
    yes(item, **good)
    no("23F61", item, **good | {"id": -1})  # the later meeting's item is known by its key
    no("23F61", item, **good | {"meeting_id": other.pk, "position": 2})
    sitting.held(meeting)
    no("23F61", item, **good)  # the agenda is closed
    sitting.signed(meeting)
    no("23F61", CalledOff(meeting=meeting, reason="x", by=sitting.writer, at=now))
