"""Cancel against pay, close against post: the short form; `make drill` runs a thousand rounds of each."""

import pytest

from tests.funds import pairs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ROUNDS = 20


def test_a_request_is_paid_or_cancelled() -> None:
    assert sum(pairs.cancel_against_pay(ROUNDS).values()) == ROUNDS


def test_a_receipt_is_in_the_month_or_refused() -> None:
    assert sum(pairs.close_against_post(ROUNDS).values()) == ROUNDS
