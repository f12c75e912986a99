"""What the database refuses to the application role, whatever the program does: the list, each entry with its SQLSTATE.

Each entry gives two statements for the same moment: a lawful one, which goes through, and one that differs from it in a
single thing and is refused. The rules behind it are decisions 0010, 0036 and 0037. Two accounts with one CNIC, which the
application cannot make, are tried by the tables' owner in test_rules_persons.py.
"""

import pytest

from tests.funds import (
    refusals_of_chains,
    refusals_of_money,
    refusals_of_policy,
    refusals_of_receipts,
    refusals_of_submissions,
)
from tests.funds.by_sql import accepted, flat, refused
from tests.world import World

pytestmark = pytest.mark.django_db
LIST = refusals_of_chains.LIST | refusals_of_money.LIST | refusals_of_policy.LIST | refusals_of_submissions.LIST
LIST |= refusals_of_receipts.LIST
# What the promises name in words; an entry that is lost is missed.
LEAST = 45


@pytest.mark.parametrize("what", LIST)
def test_the_database_refuses(what: str, small_world: World) -> None:
    state, case = LIST[what]
    lawful, unlawful = case(small_world)
    accepted(*flat(lawful))
    refused(state, *flat(unlawful))


def test_no_entry_is_lost() -> None:
    assert len(LIST) >= LEAST
