"""A committee decides as a step like any other: agenda, minutes, signatures, a number, and what follows for each request."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from audit.checks import i03_numbers, i07_approvals
from beneficiaries import documents
from funds import approvals, budgets, disbursements, vouchers
from funds.chain import conflicts
from funds.committee import agendas, committees, meetings, member_bars, minutes
from funds.committee.committees import NewMember
from funds.models import Adoption, Decision, Disbursement, HeldUp, Meeting, Minutes
from funds.requests import inbox
from funds.requests.payees import Payee
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.roles import Role
from tests import world
from tests.funds import committee_world
from tests.funds.committee_world import CODE, NAMES, Sitting, sitting
from tests.funds.papers.reading import whole_text
from tests.world import DAY

__all__ = ["sitting"]
pytestmark = pytest.mark.django_db
RETURNED = {"outcome": "returned", "ground": "other", "reason": "The form is unsigned"}
REJECTED = {"outcome": "rejected", "ground": "other", "reason": "No such person"}


def fresh(row: Disbursement) -> Disbursement:
    return Disbursement.objects.get(pk=row.pk)


def of_committee(row: Disbursement) -> list[Decision]:
    return list(row.decisions.filter(step__committee__isnull=False).order_by("pk"))


def held_up(meeting: Meeting) -> list[str]:
    return list(HeldUp.objects.filter(item__minutes__meeting=meeting).values_list("reason", flat=True))


def test_the_committee_sanctions_when_chair_and_quorum_signed(sitting: Sitting) -> None:
    row = sitting.waiting()
    meeting = sitting.meeting()
    sitting.held(meeting)
    for member in sitting.members[1:4]:  # a quorum, without the chair
        minutes.sign(meeting=meeting.pk, by=member, on=DAY)
    assert fresh(row).state == "submitted" and not Adoption.objects.exists()
    minutes.sign(meeting=meeting.pk, by=sitting.members[0], on=DAY)
    row = fresh(row)
    assert row.state == "sanctioned"
    assert Adoption.objects.get().number == f"{CODE}/2025-26/M-001"
    made = of_committee(row)
    assert [each.decided_by for each in made] == [*sitting.members[1:4], sitting.members[0]]
    assert {each.minutes_item.item.disbursement_id for each in made if each.minutes_item} == {row.pk}
    assert row.sanction.sanctioned_by == sitting.members[0]
    order = row.order.snapshot
    assert order["meeting"] == f"minutes no. {CODE}/2025-26/M-001 of 26 Sep 2025"
    assert order["authority"] == "Relief Committee"


def test_a_member_signs_nothing_beside_the_minutes(sitting: Sitting) -> None:
    row = sitting.waiting()
    for act in (approvals.approve, approvals.reject):
        given: dict[str, Any] = {} if act is approvals.approve else {"ground": "other", "reason": "No"}
        with pytest.raises(NotAllowed, match="decides this in a meeting"):
            act(disbursement=row.pk, by=sitting.members[0], on=DAY, **given)
    assert not inbox.mine(sitting.members[0]).exists()
    meeting = sitting.meeting()
    with pytest.raises(WrongState, match="no minutes yet"):
        minutes.sign(meeting=meeting.pk, by=sitting.members[0], on=DAY)
    sitting.held(meeting, present=3)
    with pytest.raises(NotAllowed, match="who were there"):
        minutes.sign(meeting=meeting.pk, by=sitting.members[3], on=DAY)
    with pytest.raises(NotAllowed, match="who were there"):
        minutes.sign(meeting=meeting.pk, by=sitting.writer, on=DAY)
    assert [row.pk for row in agendas.minutes_to_sign(sitting.members[0])] == [Minutes.objects.get().pk]


def test_each_outcome_is_carried_out(sitting: Sitting) -> None:
    rows = [sitting.waiting() for _ in range(5)]
    meeting = sitting.meeting()
    back = RETURNED | {"to": 2}
    sitting.held(
        meeting,
        item_2=RETURNED,
        item_3=back,
        item_4=REJECTED,
        item_5={"outcome": "deferred", "reason": "Papers asked for"},
    )
    sitting.signed(meeting)
    found = [fresh(row) for row in rows]
    assert [(row.state, row.position) for row in found] == [
        ("sanctioned", 3), ("returned", 3), ("submitted", 2), ("rejected", 3), ("submitted", 3),
    ]  # fmt: skip
    assert [len(of_committee(row)) for row in found] == [3, 3, 3, 3, 0]
    assert {row.back_to for row in of_committee(found[2])} == {2}
    assert [row.pk for row in agendas.free_for(sitting.committee, sitting.writer)] == [found[4].pk]


def test_what_comes_back_to_the_committee_is_decided_again(sitting: Sitting) -> None:
    row = sitting.waiting()
    meeting = sitting.meeting()
    sitting.held(meeting, item_1=RETURNED | {"to": 2})
    sitting.signed(meeting)
    approvals.approve(
        disbursement=row.pk, by=world.make_user("finance_2", sitting.here.office, Role.FINANCE_OFFICER), on=DAY
    )
    second = sitting.meeting()
    sitting.held(second)
    sitting.signed(second)
    assert fresh(row).state == "sanctioned"
    assert [a.number[-5:] for a in Adoption.objects.order_by("pk")] == ["M-001", "M-002"]


def test_a_committee_that_recommends_hands_on(db: None) -> None:
    sitting = committee_world.build(limit=None, last=False)
    row = sitting.waiting()
    meeting = sitting.meeting()
    sitting.held(meeting)
    sitting.signed(meeting)
    assert (fresh(row).state, fresh(row).position) == ("submitted", 4)
    row = approvals.approve(disbursement=row.pk, by=sitting.here["approver"], on=DAY)
    assert row.order.snapshot["meeting"].startswith("minutes no.")
    assert row.order.snapshot["authority"] == "Approver"


@pytest.mark.parametrize("on", [DAY, None])
def test_no_limit_means_no_sanction(sitting: Sitting, on: date | None) -> None:
    """Whatever day the adoption is dated: the limit of the day and that of today are both asked."""
    version = committees.propose(
        committee=CODE, quorum=3, members=seats(), reason="Powers taken away", by=sitting.here["fund_manager"]
    )
    committees.agree(version=version.pk, by=sitting.here["approver"])
    row = sitting.waiting()
    meeting = sitting.meeting()
    sitting.held(meeting)
    for member in sitting.members[:3]:
        minutes.sign(meeting=meeting.pk, by=member, on=on)
    assert fresh(row).state == "submitted"
    assert "above the authority of Relief Committee" in held_up(meeting)[0]


def seats(*names: str, chair: str = NAMES[0], secretary: str = "secretary_of") -> list[NewMember]:
    rest = names or NAMES[1:]
    return [NewMember(chair, "chair"), *map(NewMember, rest), NewMember(secretary, "secretary", votes=False)]


def test_a_member_who_made_the_request_or_stands_apart_counts_for_nothing(sitting: Sitting) -> None:
    """Three sign, the quorum; one of them has declared a conflict: it waits until the fourth signs as well."""
    first, second = sitting.waiting(), sitting.waiting()
    conflicts.declare(by=sitting.members[1], ground="other", reason="A cousin", disbursement=first.pk, on=DAY)
    meeting = sitting.meeting()
    sitting.held(meeting)
    sitting.signed(meeting)
    assert (fresh(first).state, fresh(second).state) == ("submitted", "sanctioned")
    barred = member_bars.bars(agendas.sheet(meeting).items, agendas.sheet(meeting).present)
    assert [[why for _, why in rows] for rows in barred.values()] == [[member_bars.APART], []]
    assert held_up(meeting) == [f"2 of those who signed may decide on {first.number}; the quorum is 3."]
    assert of_committee(fresh(first)) == []
    with pytest.raises(BadInput, match="too early"):
        minutes.sign(meeting=meeting.pk, by=sitting.members[3], on=DAY - timedelta(days=1))
    minutes.sign(meeting=meeting.pk, by=sitting.members[3], on=DAY)
    assert fresh(first).state == "sanctioned"
    assert sitting.members[1] not in {row.decided_by for row in of_committee(first)}


def test_a_recusal_in_the_minutes_stands_for_good(sitting: Sitting) -> None:
    row = sitting.waiting()
    meeting = sitting.meeting()
    apart = {"recused": [NAMES[2]], "recusal_ground": "other", "recusal_reason": "A neighbour"}
    sitting.held(meeting, item_1={"outcome": "approved"} | apart)
    sitting.signed(meeting, 4)
    made = of_committee(fresh(row))
    assert [(each.decided_by.username, each.outcome) for each in made if each.outcome == "recused"] == [
        (NAMES[2], "recused")
    ]
    assert len(made) == 4 and fresh(row).state == "sanctioned"


def test_a_member_may_recuse_before_the_meeting(sitting: Sitting) -> None:
    row = sitting.waiting()
    why = {"ground": "other", "reason": "A cousin"}
    approvals.recuse(disbursement=row.pk, by=sitting.members[3], **why)
    with pytest.raises(NotAllowed, match="no member"):
        approvals.recuse(disbursement=row.pk, by=sitting.here["approver"], **why)
    meeting = sitting.meeting()
    sitting.held(meeting)
    sitting.signed(meeting, 4)
    assert len([each for each in of_committee(row) if each.outcome == "approved"]) == 3


def test_a_maker_on_the_committee_counts_for_nothing(sitting: Sitting) -> None:
    sitting.members[1].groups.add(sitting.here["case_officer"].groups.get())
    maker = User.objects.get(pk=sitting.members[1].pk)
    row = sitting.here.draft(by=maker)
    disbursements.submit(disbursement=row.pk, by=maker, on=DAY)
    for role in ("verifier", "finance_officer"):
        approvals.approve(disbursement=row.pk, by=sitting.here[role], on=DAY)
    meeting = sitting.meeting()
    sitting.held(meeting)
    sitting.signed(meeting, 4)
    assert [each.decided_by.username for each in of_committee(row)] == [NAMES[2], NAMES[3], NAMES[0]]
    sheet = agendas.sheet(meeting)
    assert list(member_bars.bars(sheet.items, sheet.present).values()) == [[("Second_Of Khan", member_bars.DRAFTED)]]


def test_an_item_without_money_waits_and_the_others_go_on(sitting: Sitting) -> None:
    small, large = sitting.waiting(), sitting.waiting(lending(sitting.here, "9990000"))
    committee_limit(sitting, "99000000")
    meeting = sitting.meeting()
    sitting.held(meeting)
    for member in sitting.members[:3]:
        minutes.sign(meeting=meeting.pk, by=member)
    assert (fresh(small).state, fresh(large).state) == ("sanctioned", "submitted")
    assert len(held_up(meeting)) == 1
    with pytest.raises(NotAllowed, match="A member"):
        minutes.carry_out(meeting=meeting.pk, by=sitting.here["fund_manager"])
    minutes.carry_out(meeting=meeting.pk, by=sitting.writer)
    assert len(held_up(meeting)) == 1  # the same reason is written once
    budgets.record_allocation(
        fund=sitting.here.fund, kind="supplementary", amount="1000000", reference="B 2", by=sitting.here["fund_manager"],
    )  # fmt: skip
    budgets.record_receipt(
        fund=sitting.here.fund, kind="government_release", amount="1000000", received_from="Finance", reference="R 2",
        by=sitting.here["fund_manager"],
    )  # fmt: skip
    minutes.carry_out(meeting=meeting.pk, by=sitting.writer)
    assert fresh(large).state == "sanctioned"
    with pytest.raises(WrongState, match="Nothing of these minutes"):
        minutes.carry_out(meeting=meeting.pk, by=sitting.writer)


def lending(here: world.World, amount: str) -> Disbursement:
    case = here.relief_case()
    return disbursements.create_draft(
        fund=here.fund, kind="relief_grant", title="A large grant", pay_to=str(case.person),
        payees=[Payee(case=case, amount=amount, person=case.person)], by=here["case_officer"], on=DAY,
    )  # fmt: skip


def committee_limit(sitting: Sitting, limit: str) -> None:
    version = committees.propose(
        committee=CODE, quorum=3, limit=limit, members=seats(), reason="Order 9", by=sitting.here["fund_manager"]
    )
    committees.agree(version=version.pk, by=sitting.here["approver"])


def test_a_request_that_drifted_while_on_the_agenda_is_gone(sitting: Sitting) -> None:
    first, second = sitting.waiting(), sitting.waiting()
    meeting = sitting.meeting()
    withdraw(sitting, first)
    assert fresh(first).state == "returned"
    sitting.held(meeting)  # whatever was decided, the first is written down as gone
    assert [row.outcome for row in Minutes.objects.get().items.all()] == ["gone", "approved"]
    withdraw(sitting, second)  # and one that goes after the minutes are written waits with its reason
    sitting.signed(meeting)
    assert held_up(meeting) == [f"{second.number} no longer waits for this decision; it is returned."]
    assert Adoption.objects.count() == 1


def withdraw(sitting: Sitting, row: Disbursement) -> None:
    paper = row.lines.get().case.papers.get()
    documents.withdraw(paper=paper.pk, reason="Of another case", by=sitting.here["case_officer"])


def test_a_correction_is_a_new_version_and_voids_signatures(sitting: Sitting) -> None:
    row = sitting.waiting()
    meeting = sitting.meeting()
    first = sitting.held(meeting)
    sitting.signed(meeting, 2)
    second = sitting.held(meeting, item_1=REJECTED)
    assert (second.version, second.signatures.count()) == (2, 0)
    with pytest.raises(WrongState) as caught:
        minutes.sign(meeting=meeting.pk, by=sitting.members[2], on=DAY, seen=first.digest)
    assert caught.value.code == "minutes_changed"
    sitting.signed(meeting)
    assert fresh(row).state == "rejected"
    with pytest.raises(WrongState, match="adopted as"):
        sitting.held(meeting)
    with pytest.raises(WrongState, match="adopted as"):
        meetings.call_off(meeting=meeting.pk, reason="Late", by=sitting.writer)
    with pytest.raises(WrongState) as caught:
        minutes.sign(meeting=meeting.pk, by=sitting.members[0], on=DAY)
    assert caught.value.code == "already_signed"


def test_what_the_secretary_must_write_down(sitting: Sitting) -> None:
    row = sitting.waiting()
    meeting = sitting.meeting()
    given: dict[str, Any] = {"meeting": meeting.pk, "held_on": DAY, "by": sitting.writer}
    item = meetings.ItemDecided(row.pk, "approved")
    cases = [
        ({"present": NAMES[1:], "items": [item]}, "present", "chair was not there"),
        ({"present": NAMES[:2], "items": [item]}, "present", "the quorum is 3"),
        ({"present": [*NAMES, "quetta"], "items": [item]}, "present", "no member"),
        ({"present": NAMES, "items": []}, "items", "item 1"),
        ({"present": NAMES, "items": [meetings.ItemDecided(row.pk, "praised")]}, "items.0.outcome", "Choose approved"),
        ({"present": NAMES, "items": [meetings.ItemDecided(row.pk, "rejected")]}, "items.0.ground", "Choose the ground"),
        ({"present": NAMES, "items": [meetings.ItemDecided(row.pk, "deferred")]}, "items.0.reason", ""),
        ({"present": NAMES, "items": [item], "held_on": today() + timedelta(days=1)}, "held_on", "after today"),
        ({"present": NAMES, "items": [item], "held_on": DAY - timedelta(days=1)}, "items.0.outcome", "after the meeting"),
        (
            {"present": NAMES[:3], "items": [meetings.ItemDecided(row.pk, "approved", recused=[NAMES[3]])]},
            "items.0.recused", "was not there",
        ),
    ]  # fmt: skip
    for values, field, said in cases:
        with pytest.raises(BadInput) as caught:
            meetings.record(**given | values)
        assert said in caught.value.fields[field], values
    with pytest.raises(NotAllowed, match="secretary"):
        meetings.record(**given | {"present": NAMES, "items": [item], "by": sitting.members[0]})


def test_only_the_secretary_calls_and_a_request_is_before_one_meeting(sitting: Sitting) -> None:
    first, second = sitting.waiting(), sitting.waiting()
    with pytest.raises(NotAllowed, match="secretary"):
        meetings.call(committee=CODE, day=DAY, place="Room", by=sitting.members[0])
    meeting = sitting.meeting(first)
    with pytest.raises(WrongState) as caught:
        meetings.add(meeting=meeting.pk, requests=[first.pk], by=sitting.writer)
    assert caught.value.code == "not_waiting"
    meetings.add(meeting=meeting.pk, requests=[second.pk], by=sitting.writer)
    assert [row.position for row in meeting.agenda.all()] == [1, 2]
    meetings.call_off(meeting=meeting.pk, reason="No room", by=sitting.writer)
    with pytest.raises(WrongState, match="called off"):
        sitting.held(meeting)
    again = sitting.meeting()
    assert again.agenda.count() == 2
    sitting.held(again)
    with pytest.raises(WrongState, match="agenda is closed"):
        meetings.add(meeting=again.pk, requests=[first.pk], by=sitting.writer)


def test_the_money_goes_on_its_usual_way(sitting: Sitting) -> None:
    """Voucher and its paper name whoever stands behind it, and no member pays what they decided."""
    row = committee_world.sanctioned(sitting)
    sitting.members[0].groups.add(sitting.here["ddo"].groups.get())
    member = User.objects.get(pk=sitting.members[0].pk)
    with pytest.raises(NotAllowed, match="You decided on this request"):
        vouchers.issue_voucher(disbursement=row.pk, by=member, on=DAY)
    voucher = vouchers.issue_voucher(disbursement=row.pk, by=sitting.here["ddo"], on=DAY)
    _, paper = vouchers.print_voucher(number=voucher.number, by=sitting.here["ddo"])
    assert "Chair_Of Khan" in whole_text(paper)


def test_verify_proves_the_minutes(sitting: Sitting) -> None:
    committee_world.sanctioned(sitting)
    assert i07_approvals.approvals().offenders == i03_numbers.numbers().offenders == ()
    row = Minutes.objects.get()
    row.remarks = "Nothing"
    assert agendas.digest_now(row) != row.digest


def test_minutes_are_adopted_on_the_day_of_the_last_signature(sitting: Sitting) -> None:
    """Also where the last to sign gives an earlier day, and for whoever signs after that."""
    first, second = sitting.waiting(), sitting.waiting()
    conflicts.declare(by=sitting.members[1], ground="other", reason="A cousin", disbursement=first.pk, on=DAY)
    meeting = sitting.meeting()
    sitting.held(meeting)
    late = DAY + timedelta(days=3)
    for member, day in zip(sitting.members, (late, DAY, DAY, DAY), strict=True):
        minutes.sign(meeting=meeting.pk, by=member, on=day)
    assert Adoption.objects.get().adopted_on == late
    assert {fresh(row).sanction.sanctioned_on for row in (first, second)} == {late}
