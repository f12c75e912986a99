"""Who sits on a committee: proposed, agreed to, in force on a day; and where a reader meets the committee."""

from typing import Any

import pytest

from funds.chain import chain_view, conflicts, simulation
from funds.committee import committees, meetings
from funds.committee.committees import NewMember
from funds.paperwork import noting
from funds.requests import inbox, overview
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests import world
from tests.funds import committee_world
from tests.funds.committee_world import CODE, NAMES, Sitting, sitting
from tests.funds.test_committees import fresh, seats
from tests.world import DAY

__all__ = ["sitting"]
pytestmark = pytest.mark.django_db


def test_members_are_those_of_the_day(sitting: Sitting) -> None:
    """A new version from today: a meeting held before is still written and signed by those who sat then."""
    row = sitting.waiting()
    meeting = sitting.meeting()
    other = world.make_user("fifth_of", sitting.here.office, Role.APPROVER)
    version = committees.propose(
        committee=CODE, quorum=2, limit="5000000", members=seats(other.username), reason="Order 8",
        by=sitting.here["fund_manager"],
    )  # fmt: skip
    committees.agree(version=version.pk, by=sitting.here["approver"])
    with pytest.raises(BadInput, match="fifth_of: no member"):
        meetings.record(
            meeting=meeting.pk, held_on=DAY, present=[NAMES[0], "fifth_of"], items=[meetings.ItemDecided(row.pk, "approved")],
            by=sitting.writer,
        )  # fmt: skip
    sitting.held(meeting)
    sitting.signed(meeting)
    assert fresh(row).state == "sanctioned"


def test_who_proposes_and_agrees(sitting: Sitting) -> None:
    here, given = sitting.here, {"committee": CODE, "quorum": 3, "limit": "100", "reason": "Order 8"}
    with pytest.raises(NotAllowed, match="fund manager"):
        committees.propose(members=seats(), by=here["approver"], **given)
    row = committees.propose(members=seats(), by=here["fund_manager"], **given)
    for who, said in ((here["fund_manager"], "You proposed"), (sitting.members[0], "You would sit")):
        with pytest.raises(NotAllowed, match=said):
            committees.agree(version=row.pk, by=who)
    with pytest.raises(WrongState, match="waits for consent"):
        committees.propose(members=seats(), by=here["fund_manager"], **given)
    committees.decline(version=row.pk, by=here["fund_manager"], remark="A slip")
    with pytest.raises(WrongState, match="is decided"):
        committees.agree(version=row.pk, by=here["approver"])
    with pytest.raises(NotFound):
        committees.agree(version=0, by=here["approver"])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"quorum": 1}, "quorum"),
        ({"quorum": 5}, "quorum"),
        ({"members": [NewMember(name) for name in NAMES]}, "members"),
        (
            {"members": [NewMember(NAMES[0], "chair"), NewMember("quetta", "secretary", votes=False)]},
            "members.1.username",
        ),
        ({"members": [NewMember(NAMES[0], "chair", votes=False)]}, "members.0.votes"),
        ({"members": [NewMember("verifier", "chair")]}, "members.0.username"),
        ({"members": [NewMember("auditor", "secretary", votes=False)]}, "members.0.username"),
        ({"members": [NewMember("nobody", "chair")]}, "members.0.username"),
        ({"members": [NewMember(NAMES[0], "king")]}, "members.0.part"),
        ({"effective_from": DAY}, "effective_from"),
        ({"limit": "a lot"}, "limit"),
    ],
)
def test_what_a_version_must_say(sitting: Sitting, changed: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"committee": CODE, "quorum": 3, "members": seats(), "reason": "Order 8"}
    with pytest.raises(BadInput) as caught:
        committees.propose(by=sitting.here["fund_manager"], **given | changed)
    assert field in caught.value.fields


def test_the_simulator_and_the_page_name_the_committee(sitting: Sitting) -> None:
    here = sitting.here
    found = simulation.simulate(
        fund=here.fund, kind="relief_grant", office=here.office, amount=world.Decimal("20000"), on=DAY
    )
    assert found is not None
    last = found.steps[-1]
    assert (last.needed, last.short, len(last.signers), last.signers[0].limit) == (3, 0, 4, world.Decimal("5000000"))
    row = sitting.waiting()
    view = overview.load(row, viewer=here["case_officer"])
    assert chain_view.steps(view)[3]["role"] == "no meeting called yet"
    move = chain_view.next_move(view)
    assert move is not None and move.lead.startswith("For the Relief Committee since")
    meeting = sitting.meeting()
    sitting.held(meeting)
    sitting.signed(meeting)
    view = overview.load(fresh(row), viewer=here["case_officer"])
    shown = chain_view.steps(view)[3]
    assert (shown["who"], shown["state"]) == ("Relief Committee", "done")
    assert shown["role"] == f"minutes no. {CODE}/2025-26/M-001 of 26 Sep 2025, 3 members"


def test_the_note_sheet_has_one_paragraph_for_the_committee(sitting: Sitting) -> None:
    row = committee_world.sanctioned(sitting)
    notes = [note for note in noting.notes_of(row) if note.name == "Relief Committee"]
    assert len(notes) == 1
    assert f"minutes no. {CODE}/2025-26/M-001 of 26 Sep 2025" in notes[0].text
    assert f"Sanction no. {row.sanction.number}" in notes[0].text
    assert noting.note_sheet(row).startswith(b"%PDF")


def test_a_committee_without_a_quorum_left_is_told(sitting: Sitting) -> None:
    row = sitting.waiting()
    for member in sitting.members[:2]:
        conflicts.declare(by=member, ground="other", reason="A cousin", disbursement=row.pk, on=DAY)
    (told,) = [said for found, said in inbox.stuck(sitting.here["fund_manager"]) if found.pk == row.pk]
    assert told.startswith("Too few members of Relief Committee")
