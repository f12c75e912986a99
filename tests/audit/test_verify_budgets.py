"""I6 of budgets by heads: records and accounts of a head are made to differ, and verify names the head."""

from decimal import Decimal

import pytest

from funds.budget import reappropriations
from funds.models import Allocation, Fund
from ledger.posting import Draft, credit, debit, post
from tests import world
from tests.audit.conftest import Corrupt, broken
from tests.funds.divided import DAY, fund_of, release


@pytest.fixture
def fund(here: world.World) -> Fund:
    """Released, sanctioned and moved; verify has nothing to say of it."""
    made = fund_of(here)
    release(here, made, GRANTS="100000", LEGAL="50000")
    here.sanctioned(here.draft("20000", fund=made))
    given = {"from_head": "GRANTS", "to_head": "LEGAL", "amount": "1000", "order_number": "F.3", "reason": "More"}
    row = reappropriations.ask(fund=made, by=here["fund_manager"], on=DAY, **given)
    reappropriations.agree(fund=made, reappropriation=row.pk, by=here["approver"], on=DAY)
    assert broken() == {}
    return made


def posted(here: world.World, fund: Fund, one: str, other: str, kind: str = "test") -> None:
    lines = (debit(one, Decimal(500)), credit(other, Decimal(500)))
    post(Draft(fund.code, DAY, kind, "T", "", f"test:{one}:{other}", lines), by=here["fund_manager"])


def test_a_head_that_has_more_than_was_allotted(here: world.World, fund: Fund) -> None:
    posted(here, fund, "X79", "X71-LEGAL")
    assert broken() == {"I6": "budget PARTS-LEGAL 2025-26: 301000.00 by its records, 301500.00 in its accounts"}


def test_an_allocation_that_was_changed(here: world.World, fund: Fund, corrupt: Corrupt) -> None:
    row = Allocation.objects.get(fund=fund, budget_head__code="REST")
    corrupt("UPDATE funds_allocation SET amount = 5 WHERE id = %s", row.pk)
    assert broken()["I6"] == "budget PARTS-REST 2025-26: 5 by its records, 300000.00 in its accounts"


def test_a_move_that_changed_its_heads(here: world.World, fund: Fund, corrupt: Corrupt) -> None:
    corrupt("UPDATE funds_reappropriation SET from_head_id = to_head_id, to_head_id = from_head_id")
    found = broken()["I6"]
    assert "PARTS-GRANTS 2025-26: 301000.00 by its records, 299000.00" in found
    assert "PARTS-LEGAL 2025-26: 299000.00 by its records, 301000.00" in found


def test_a_head_that_has_committed_more_than_was_sanctioned(here: world.World, fund: Fund) -> None:
    posted(here, fund, "X10-LEGAL", "X20-LEGAL")
    assert broken() == {"I6": "budget PARTS-LEGAL: 0 committed by its records, 500.00 in its accounts"}


def test_a_release_without_its_record(here: world.World, fund: Fund) -> None:
    posted(here, fund, "X05", "X10-LEGAL", kind="release")
    assert broken() == {"I6": "budget PARTS-LEGAL: 50000.00 released by its records, 50500.00 in its accounts"}


def test_a_head_without_its_floor(here: world.World, fund: Fund, corrupt: Corrupt) -> None:
    corrupt("UPDATE ledger_account SET never_negative = false WHERE code = 'X10-LEGAL'")
    assert "account PARTS X10-LEGAL has no floor" in broken()["I6"]


def test_heads_that_do_not_add_up_to_the_fund(here: world.World, fund: Fund, corrupt: Corrupt) -> None:
    corrupt(
        "UPDATE ledger_journalline SET account_id = (SELECT id FROM ledger_account WHERE code = 'A-REL' AND book_id ="
        " (SELECT id FROM ledger_book WHERE code = 'PARTS')) WHERE account_id ="
        " (SELECT id FROM ledger_account WHERE code = 'X10-LEGAL') AND side = 'C'"
    )
    assert "book PARTS: budget control 900000.00, its parts 850000.00" in broken()["I6"]
