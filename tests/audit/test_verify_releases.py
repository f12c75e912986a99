"""Verify finds a release that is not as recorded, or that rests on nothing, and a referral accepted twice."""

from typing import Any

import pytest

from beneficiaries.models import Case, ReleaseRecord
from beneficiaries.referral import referrals
from funds.models import Disbursement
from funds.release import releases
from tests import world
from tests.audit.conftest import Corrupt, broken

pytestmark = pytest.mark.once


@pytest.fixture
def case(here: world.World) -> Case:
    """A prisoner who was released."""
    found: Case = Disbursement.objects.get(kind="diyat").lines.first().case
    here.confirm(found)
    releases.record(case=found.pk, step="released", reference="Order 4", by=here["case_officer"], on=world.DAY)
    return found


CORRUPTED = [
    ("UPDATE beneficiaries_releaserecord SET happened_on = happened_on + 1 WHERE step = 'released'", "its record says"),
    ("DELETE FROM beneficiaries_releaserecord WHERE step = 'release_order'", "rests on no release_order"),
    ("DELETE FROM beneficiaries_releaserecord WHERE step = 'jail_certificate'", "rests on no jail_certificate"),
    (
        "INSERT INTO beneficiaries_paperwithdrawal (paper_id, reason, withdrawn_by_id, recorded_at, address, request_id)"
        " SELECT paper_id, 'x', recorded_by_id, now(), '', '' FROM beneficiaries_releaserecord WHERE step = 'court_receipt'",
        "is withdrawn or of another case",
    ),
]


@pytest.mark.parametrize(("statement", "told"), CORRUPTED)
def test_a_release_without_its_proof(case: Case, corrupt: Corrupt, statement: str, told: str) -> None:
    assert broken() == {}
    corrupt(statement)
    assert f"case {case.number}: " in broken()["I4"] and told in broken()["I4"]


def test_a_withdrawn_release_is_whole(here: world.World, case: Case) -> None:
    made = ReleaseRecord.objects.get(step="released")
    releases.releases.withdraw(record=made.pk, reason="Another man", by=here["case_officer"])
    assert broken() == {}


def test_a_referral_accepted_twice(here: world.World, corrupt: Corrupt) -> None:
    made = here.referral()
    values: dict[str, Any] = {"violation": "torture", "happened_on": made.happened_on, "district": made.district}
    values["recommended_amount"] = "20000"
    referrals.accept(referral=made.pk, by=here["case_officer"], case_values=values)
    corrupt(
        "INSERT INTO beneficiaries_referraldecision"
        " (referral_id, outcome, case_id, reason, decided_by_id, recorded_at, address, request_id)"
        " SELECT referral_id, outcome, case_id, '', decided_by_id, now(), '', '' FROM beneficiaries_referraldecision"
    )
    assert broken() == {"I4": f"referral {made.pk}: it was accepted 2 times"}
