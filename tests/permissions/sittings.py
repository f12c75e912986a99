"""The committees of the world of test_permissions.py."""

from typing import Any

from django.contrib.auth.models import User

from funds.committee import committees, meetings
from funds.committee.committees import NewMember
from ledger.roles import Role
from tests import world


def of_committees(here: world.World) -> dict[str, Any]:
    """A committee whose secretary, with a vote, is the approver; a version of another one that waits; two meetings."""
    manager, second = here["fund_manager"], User.objects.get(username="second_manager")
    for name in ("chair_of", "member_of"):
        world.make_user(name, here.office, Role.APPROVER)
    seats = [NewMember("chair_of", "chair"), NewMember("member_of"), NewMember("approver", "secretary")]
    given: dict[str, Any] = {"office": here.office, "quorum": 2, "reason": "Order 1"}
    made = committees.propose_new(
        code="SITS", name="It sits", members=seats, by=manager, effective_from=world.DAY, **given
    )
    committees.agree(version=made.pk, by=second)
    others = [NewMember("chair_of", "chair"), NewMember("member_of"), NewMember("verifier", "secretary", votes=False)]
    waits = committees.propose_new(code="WAITS", name="It waits", members=others, by=second, **given)
    called, minuted = (
        meetings.call(committee="SITS", day=world.DAY, place="Room", by=here["approver"], requests=[]) for _ in range(2)
    )
    meetings.record(
        meeting=minuted.pk, held_on=world.DAY, present=["chair_of", "approver"], items=[], by=here["approver"]
    )
    return {"meeting": called.pk, "minuted": minuted.pk, "seated": waits.pk}
