"""Cancel against pay and close against post, 1,000 rounds of each, one effect a round; each act is first sometimes."""

import os

import pytest

from audit.verify import verify
from tests.funds import pairs

pytestmark = [
    pytest.mark.skipif(not os.environ.get("RELIEF_DRILL"), reason="takes minutes: make drill"),
    pytest.mark.django_db(transaction=True),
]
ROUNDS = int(os.environ.get("ROUNDS", "1000"))


@pytest.mark.parametrize("rounds", [pairs.cancel_against_pay, pairs.close_against_post])
def test_a_thousand_rounds_have_one_effect_each(rounds: object) -> None:
    found = rounds(ROUNDS)  # type: ignore[operator]
    print(f"{rounds.__name__}: {dict(found)}")  # type: ignore[attr-defined]  # noqa: T201
    assert len(found) > 1, "one of the two was always first, so nothing was raced"
    assert verify().ok
