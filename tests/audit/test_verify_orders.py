"""Verify finds a gap in a register, a number that is not made of its parts, and an order that is not what was sanctioned."""

import pytest

from beneficiaries.models import RegisterEntry
from tests import world
from tests.audit.conftest import Corrupt, broken

pytestmark = pytest.mark.once


def test_nothing_is_wrong_at_first(here: world.World) -> None:
    assert broken() == {}


def test_a_gap_in_a_register(here: world.World, corrupt: Corrupt) -> None:
    last = RegisterEntry.objects.filter(register="dispatch").order_by("-serial").first()
    assert last is not None
    corrupt("UPDATE beneficiaries_registerentry SET serial = serial + 5 WHERE id = %s", last.pk)
    found = broken()
    assert set(found) == {"I3"}
    assert f"dispatch {last.number}: follows serial {last.serial - 1}" in found["I3"]
    assert (
        f"dispatch {last.number} ({last.pk}): its number is not made of office, year and serial {last.serial + 5}"
        in found["I3"]
    )


def test_a_number_used_twice(here: world.World, corrupt: Corrupt) -> None:
    corrupt("ALTER TABLE beneficiaries_registerentry DROP CONSTRAINT beneficiaries_registerentry_number_key")
    corrupt(
        "UPDATE beneficiaries_registerentry SET number = 'DY-MOHR-2025-00001' WHERE serial = 2 AND register = 'diary'"
    )
    assert "register entry DY-MOHR-2025-00001: used 2 times" in broken()["I3"]


def test_an_order_that_went_out_under_no_number(here: world.World, corrupt: Corrupt) -> None:
    corrupt(
        "DELETE FROM funds_filing WHERE entry_id = (SELECT id FROM beneficiaries_registerentry WHERE kind = 'order' LIMIT 1)"
    )
    assert "nothing went out under DP-MOHR-2025-0000" in broken()["I3"]


ALTERED = [
    ("UPDATE funds_sanctionorder SET snapshot = jsonb_set(snapshot, '{pay_to}', '\"Me\"')", "does not have the digest"),
    (
        "UPDATE funds_sanctionorder SET snapshot = jsonb_set(snapshot, '{amount}', '\"1.00\"')",
        "does not say what was sanctioned",
    ),
    (
        "UPDATE funds_sanctionorder SET snapshot = jsonb_set(snapshot, '{lines}', '9')",
        "does not say what was sanctioned",
    ),
    (
        "UPDATE funds_sanctionorder SET snapshot = jsonb_set(snapshot, '{content}', '\"0\"')",
        "does not say what was sanctioned",
    ),
    ("UPDATE funds_sanctionorder SET digest = repeat('0', 64)", "does not have the digest"),
]


@pytest.mark.parametrize(("statement", "told"), ALTERED)
def test_an_order_that_was_altered(here: world.World, corrupt: Corrupt, statement: str, told: str) -> None:
    corrupt(statement)
    assert told in broken()["I4"]
