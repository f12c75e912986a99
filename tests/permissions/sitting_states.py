"""Versions of committees and meetings in every state of the published table."""

from typing import Any

from funds.chain import freezes
from funds.committee import committees, meetings, minutes
from funds.committee.committees import NewMember
from funds.committee.meetings import ItemDecided
from funds.models import Committee, Fund, Meeting, Minutes
from ledger.roles import Role
from tests import world
from tests.funds.committee_world import rule_of
from tests.permissions.away_states import days
from tests.world import DAY, START, World

THERE = ["chair_of", "member_of", "approver"]


def versions(here: World) -> dict[str, Any]:
    """Each of a committee of its own, on which nobody of the table would sit."""
    found, second = {}, here["second_approver"]
    seats = [
        NewMember("chair_of", "chair"),
        NewMember("member_of"),
        NewMember("second_verifier", "secretary", votes=False),
    ]
    for state in ("waits", "agreed", "declined"):
        code = f"V-{state.upper()}"
        row = committees.propose_new(
            code=code, name=state.title(), office=here.office, quorum=2, members=seats, reason="Order 1",
            by=here["second_manager"],
        )  # fmt: skip
        found[state] = {"pk": row.pk, "code": code}
        if state == "agreed":
            committees.agree(version=row.pk, by=second)
        elif state == "declined":
            committees.decline(version=row.pk, by=second, remark="Too few")
    return found


def seated(here: World) -> Committee:
    """A committee with one of each role that may sit as its secretary; the approver of the table votes."""
    for name in ("chair_of", "member_of"):
        here.users[name] = world.make_user(name, here.office, Role.APPROVER)
    secretaries = ("verifier", "finance_officer", "fund_manager")
    row = committees.propose_new(
        code="SITS", name="It sits", office=here.office, quorum=2, limit="5000000", effective_from=START,
        members=[
            NewMember("chair_of", "chair"), NewMember("member_of"), NewMember("approver", "secretary"),
            *(NewMember(name, "secretary", votes=False) for name in secretaries),
        ],
        reason="Order 1", by=here["second_manager"],
    )  # fmt: skip
    committees.agree(version=row.pk, by=here["second_approver"])
    return row.committee


def held(here: World, committee: Committee) -> dict[str, Any]:
    """Meetings of this committee in every state, and a request that waits for it."""
    fund = world.make_fund(here["fund_manager"], here.office, code="MEET")
    rule_of(here, committee, last=True, fund=fund, number=90)
    waits, stopped = (here.at_sanction(here.draft(fund=fund)).pk for _ in range(2))
    made = {name: _meeting(here) for name in ("called", "circulating", "done", "off")}
    papers = {name: _minutes(here, made[name]) for name in ("circulating", "done")}
    made["left"] = _meeting(here, stopped)
    papers["left"] = _minutes(here, made["left"], stopped)
    _signed(here, made["done"])
    _held_up(here, made["left"], fund)
    meetings.call_off(meeting=made["off"].pk, reason="No room", by=here["approver"])
    return {
        name: {"pk": row.pk, "waits": waits, "seen": papers[name].digest if name in papers else "-"}
        for name, row in made.items()
    }


def _meeting(here: World, *requests: int) -> Meeting:
    return meetings.call(committee="SITS", day=DAY, place="Room", by=here["approver"], requests=requests)


def _minutes(here: World, meeting: Meeting, *requests: int) -> Minutes:
    items = [ItemDecided(pk, "approved") for pk in requests]
    return meetings.record(meeting=meeting.pk, held_on=DAY, present=THERE, items=items, by=here["approver"])


def _signed(here: World, meeting: Meeting) -> None:
    """By the quorum; the approver of the table was there and has not signed."""
    for name in ("chair_of", "member_of"):
        minutes.sign(meeting=meeting.pk, by=here[name], on=DAY)


def _held_up(here: World, meeting: Meeting, fund: Fund) -> None:
    """Adopted while the fund was frozen, so that its item waits; now it may be carried out."""
    manager, second = here["second_manager"], here["second_approver"]
    pk = freezes.propose(fund=fund, what="sanctions", cause="audit", by=manager, **days()).pk
    freezes.agree(freeze=pk, by=second)
    _signed(here, meeting)
    freezes.propose_lift(freeze=pk, by=manager, reason="The audit is done")
    freezes.agree_lift(freeze=pk, by=second)
