"""Money of a lapsable fund that failed after its year goes to the Treasury, once, and never more than there is."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from funds import payments, statements, unclaimed
from funds.models import TreasuryReturn
from ledger import balances
from ledger.errors import BadInput, NotAllowed
from ledger.posting import Draft, credit, debit, post
from tests import world
from tests.funds.by_sql import copied, flat, refused
from tests.funds.pages import as_, words
from tests.world import World

pytestmark = pytest.mark.django_db
LATE = date(2026, 8, 3)


@pytest.fixture
def here(small_world: World) -> World:
    small_world.fund = world.make_fund(small_world["fund_manager"], small_world.office, code="GONE", lapsable=True)
    paid = small_world.paid(small_world.draft(fund=small_world.fund))[0]
    payments.fail_instrument(instrument=paid.pk, state="stale", reason="x", by=small_world["reconciler"], on=LATE)
    return small_world


def back(here: World, amount: str = "20000", by: str = "fund_manager", **changes: Any) -> TreasuryReturn:
    given = {"fund": here.fund, "reference": "Challan 1", "on": LATE}
    return unclaimed.return_unclaimed(amount=amount, by=here[by], **(given | changes))


def test_what_is_unclaimed_leaves_the_bank(here: World) -> None:
    bank = balances.balance("GONE", "F-BNK")
    row = back(here, "15000")
    assert (balances.balance("GONE", "G-UNCL"), balances.balance("GONE", "F-BNK")) == (5_000, bank - 15_000)
    assert (row.year.label, row.entry.kind, row.entry.reference) == ("2026-27", "treasury", "Challan 1")
    told = statements.build(here.fund, "2026-27")
    assert told.unclaimed == 5_000 and told.now.paid == 15_000


def test_never_more_than_there_is(here: World) -> None:
    for amount, on in (("20000.01", LATE), ("1", date(2026, 8, 2))):
        with pytest.raises(BadInput, match="more than what is unclaimed") as told:
            back(here, amount, on=on)
        assert list(told.value.fields) == ["amount"]
    back(here)
    with pytest.raises(BadInput, match="more than what is unclaimed in GONE"):
        back(here, "1", reference="Challan 2")
    with pytest.raises(NotAllowed):
        back(here, by="ddo")


def test_a_challan_is_recorded_once(here: World) -> None:
    back(here, "5000")
    with pytest.raises(BadInput, match="Challan Challan 1 is recorded"):
        back(here, "5000")


def entry(here: World, amount: int) -> int:
    lines = (debit("G-UNCL", amount), credit("F-BNK", amount))
    return post([Draft("GONE", LATE, "treasury", "C", "x", f"by-hand:{amount}", lines)], by=here["fund_manager"])[0]


def test_the_database_returns_no_more_either(here: World) -> None:
    row = back(here, "5000")
    refused("23F49", *flat(copied(row, reference="C 2", amount=4_000, entry_id=entry(here, 5_000))))
    refused("23FB9", *flat(copied(row, reference="C 3", amount=15_000, entry_id=entry(here, 15_000))))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM funds_treasuryreturn")
        assert cursor.fetchone() == (1,)


def test_the_page_offers_what_is_there(here: World) -> None:
    manager = as_(here["fund_manager"])
    assert "Return Rs 20,000.00 to the Treasury" in words(manager.get("/funds/GONE/"))
    address = "/funds/GONE/unclaimed/return"
    assert manager.post(address, {"amount": "30000", "reference": "Challan 1"}).status_code == 422
    assert manager.post(address, {"amount": "20,000", "reference": "Challan 1"}).status_code == 303
    assert "Returned to the Treasury: Rs 20,000.00, challan Challan 1." in words(manager.get("/funds/GONE/"))
    assert "to the Treasury" not in words(manager.get("/funds/GONE/"))
