"""Rules the database keeps by itself, asked of it in SQL."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", ["amount_ordered = 9999999", "paid_before = 1", "kind = 'fine'"])
def test_what_a_court_ordered_is_not_changed_under_the_requests_that_pay_it(change: str) -> None:
    obligation = world.build().obligation()
    refused = pytest.raises(IntegrityError, match="stays as the court ordered it")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE beneficiaries_obligation SET {change} WHERE id = %s", [obligation.pk])
    obligation.owed_to = "The heirs of Muhammad Yaqub"
    obligation.save()
    obligation.refresh_from_db()
    assert (obligation.kind, obligation.amount_ordered, obligation.paid_before) == ("diyat", 1200000, 0)
