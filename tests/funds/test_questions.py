"""Pages and reports of many rows ask the database as much as those of one."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funds.budget import reappropriations
from funds.chain import duties_report
from funds.committee import committees
from funds.committee.committees import NewMember
from ledger.roles import Role
from tests import world
from tests.funds.committee_world import NAMES, Sitting, sitting
from tests.funds.divided import fund_of
from tests.funds.pages import as_, words
from tests.world import DAY, START, World

__all__ = ["sitting"]
pytestmark = pytest.mark.django_db


def asked(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def page(user: User, address: str) -> Callable[[], str]:
    """The page for somebody who came before, so that signing in is not counted."""
    window = as_(user)
    window.get(address)
    return lambda: words(window.get(address))


def test_the_list_of_committees(sitting: Sitting) -> None:
    sitting.waiting()
    read = page(sitting.here["fund_manager"], "/committees/")
    few = asked(read)
    for code in ("SECOND", "THIRD"):
        version = committees.propose_new(
            code=code, name=f"{code} Committee", office=sitting.here.office, quorum=2, limit="1000",
            members=[NewMember(NAMES[0], "chair"), NewMember(NAMES[1]), NewMember("secretary_of", "secretary", votes=False)],
            reason="Notification 8", effective_from=START, by=sitting.here["fund_manager"],
        )  # fmt: skip
        committees.agree(version=version.pk, by=sitting.here["approver"])
    assert asked(read) == few
    told = read()
    assert "THIRD Committee" in told and "1 request " in told and "3 of 4" in told and "2 of 2" in told


def test_the_budget_with_its_moves(small_world: World) -> None:
    here, fund = small_world, fund_of(small_world)

    def move(order: str) -> None:
        reappropriations.ask(
            fund=fund, from_head="GRANTS", to_head="LEGAL", amount="1000", order_number=order, reason="More cases",
            by=here["fund_manager"], on=DAY,
        )  # fmt: skip

    move("F.1")
    read = page(here["approver"], f"/funds/{fund.code}/budget?year=2025-26")
    few = asked(read)
    move("F.2")
    move("F.3")
    assert "F.3" in read() and asked(read) == few


def test_the_report_on_duties(small_world: World) -> None:
    few = asked(duties_report.made)
    for number in range(3):
        world.make_user(f"further_{number}", small_world.office, Role.VERIFIER)
    assert asked(duties_report.made) == few
