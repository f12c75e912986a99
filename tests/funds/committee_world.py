"""A world with a committee of four who vote and a secretary, whose decision is the last step of every relief grant."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import User

from funds.committee import committees, meetings, minutes
from funds.committee.committees import NewMember
from funds.committee.meetings import ItemDecided
from funds.models import Committee, Disbursement, Fund, Meeting, Minutes
from ledger.roles import Role
from tests import world
from tests.standing import standing
from tests.world import DAY, START

CODE = "RELIEF"
NAMES = ("chair_of", "second_of", "third_of", "fourth_of")


@dataclass
class Sitting:
    """The small world, its committee and who sits on it; `secretary` calls and records and has no vote."""

    here: world.World
    committee: Committee
    members: list[User] = field(default_factory=list)
    secretary: User | None = None

    @property
    def writer(self) -> User:
        assert self.secretary is not None
        return self.secretary

    def waiting(self, request: Disbursement | None = None) -> Disbursement:
        """A request that waits for the committee."""
        return self.here.at_sanction(request)

    def meeting(self, *requests: Disbursement) -> Meeting:
        """Called for those given, or for all that wait."""
        chosen = [row.pk for row in requests] or None
        return meetings.call(committee=CODE, day=DAY, place="Committee Room", by=self.writer, requests=chosen)

    def held(self, meeting: Meeting, present: int = 4, **given: dict[str, Any]) -> Minutes:
        """Its minutes: the first `present` members were there, every item approved, or as `given` by number of the item."""
        rows = []
        for item in meeting.agenda.all():
            values: dict[str, Any] = {"outcome": "approved"} | given.get(f"item_{item.position}", {})
            rows.append(ItemDecided(item.disbursement_id, **values))
        there = [row.username for row in self.members[:present]] + [self.writer.username]
        return meetings.record(meeting=meeting.pk, held_on=DAY, present=there, items=rows, by=self.writer)

    def signed(self, meeting: Meeting, count: int = 3) -> Meeting:
        """The first `count` members sign; three of four are the quorum."""
        for member in self.members[:count]:
            meeting = minutes.sign(meeting=meeting.pk, by=member, on=DAY)
        return meeting


def build(*, limit: str | None = "5000000", last: bool = True) -> Sitting:
    """The world; with `last` the committee sanctions, else it recommends and the approver sanctions."""
    return seat(world.build(), limit=limit, last=last)


def seat(here: world.World, *, limit: str | None = "5000000", last: bool = True) -> Sitting:
    """The committee in a world that stands."""
    members = [world.make_user(name, here.office, Role.APPROVER, limit="1") for name in NAMES]
    secretary = world.make_user("secretary_of", here.office, Role.APPROVER, limit="1")
    seats = [NewMember(NAMES[0], "chair"), *(NewMember(name) for name in NAMES[1:])]
    version = committees.propose_new(
        code=CODE, name="Relief Committee", office=here.office, quorum=3, limit=limit,
        members=[*seats, NewMember("secretary_of", "secretary", votes=False)], reason="Notification 7",
        effective_from=START, by=here["fund_manager"],
    )  # fmt: skip
    committees.agree(version=version.pk, by=here["approver"])
    rule_of(here, version.committee, last=last)
    return Sitting(here, version.committee, members, secretary)


def rule_of(here: world.World, committee: Committee, *, last: bool, fund: Fund | None = None, number: int = 2) -> None:
    """Verified, budget agreed, then the committee; with `last` it sanctions. Of this fund, or of the world's."""
    steps: list[dict[str, Any]] = [
        {"role": Role.VERIFIER, "act": "Verified"},
        {"role": Role.FINANCE_OFFICER, "act": "Budget agreed"},
        {"role": Role.APPROVER, "act": "Sanctioned" if last else "Recommended", "committee": committee},
    ]
    if not last:
        steps.append({"role": Role.APPROVER, "act": "Sanctioned"})
    world.make_rule_of(
        "By the committee", steps, number=number, fund=fund or here.fund, effective_from=date(2020, 7, 1)
    )


def sanctioned(sitting: Sitting) -> Disbursement:
    """A request that the committee sanctioned."""
    row = sitting.waiting()
    sitting.signed(_held(sitting, row))
    row.refresh_from_db()
    return row


def _held(sitting: Sitting, *rows: Disbursement) -> Meeting:
    meeting = sitting.meeting(*rows)
    sitting.held(meeting)
    return meeting


@standing
def sitting() -> Sitting:
    """The world of most tests of committees."""
    return build()
