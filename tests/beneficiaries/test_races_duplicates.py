"""Several verifiers at once, and a merge beside those who still use the record: one decision, nothing left behind."""

from functools import partial

import pytest

from beneficiaries.models import Case, Pair, PairDecision, Person
from beneficiaries.people import merging
from tests import world
from tests.beneficiaries.test_duplicates import the_pair
from tests.funds.test_races import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
OFFICERS = 4


def test_a_pair_is_decided_once() -> None:
    here = world.build()
    pair = the_pair(here)
    acts = [
        partial(merging.merge, pair=pair.pk, keep=pair.first_id, reason="One", by=here["verifier"]),
        partial(merging.merge, pair=pair.pk, keep=pair.second_id, reason="One", by=here["second_verifier"]),
        partial(merging.mark_different, pair=pair.pk, reason="Two", by=here["verifier"]),
        partial(merging.mark_different, pair=pair.pk, reason="Two", by=here["second_verifier"]),
    ]
    assert together(acts) == {"done": 1, "wrong_state": 3}
    assert PairDecision.objects.count() == 1
    assert Person.objects.filter(merged_into__isnull=False).count() <= 1


def test_no_case_is_opened_on_a_record_while_it_is_merged() -> None:
    here = world.build()
    pair = the_pair(here)
    merge = partial(merging.merge, pair=pair.pk, keep=pair.first_id, reason="One", by=here["verifier"])
    outcomes = together([merge, *[partial(here.bare_case, pair.second)] * OFFICERS])
    assert outcomes["done"] >= 1 and set(outcomes) <= {
        "done",
        "merged",
        "duplicate",
    }  # one case a person, violation and year
    assert Pair.objects.get().state == Pair.State.MERGED
    assert not Case.objects.filter(person=pair.second_id).exists()
    assert Case.objects.count() == outcomes["done"] - 1
