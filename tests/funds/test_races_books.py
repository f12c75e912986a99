"""Many at once where a service looks before it writes: budgets, heirs, and what only a unique key settles."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from beneficiaries import cases
from beneficiaries.models import Heir
from funds import budgets, payments
from funds.budget import position
from funds.models import Allocation
from tests import world
from tests.funds.test_races import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

MANY = 8


def allot(here: world.World, kind: str, amount: str) -> Counter[str]:
    return together(
        [
            lambda: budgets.record_allocation(
                fund=here.fund, kind=kind, amount=amount, reference="Order", by=here["fund_manager"], on=world.DAY
            )
        ]
        * MANY
    )


def test_allocations_at_once_are_all_recorded() -> None:
    here = world.build(money="1000000")
    assert allot(here, "supplementary", "1000") == {"done": MANY}
    assert Allocation.objects.filter(kind="supplementary").count() == MANY
    assert position.position(here.fund, "2025-26").revised == Decimal(1000000 + MANY * 1000)


def test_reductions_at_once_never_take_more_than_the_budget() -> None:
    here = world.build(money="1000000")
    assert allot(here, "reduction", "600000") == {"done": 1, "bad_input": MANY - 1}
    assert position.position(here.fund, "2025-26").revised == Decimal(400000)


def test_heirs_recorded_at_once_replace_each_other() -> None:
    here = world.build()
    obligation, person = here.obligation(), here.person()
    heirs = [(person, "widow", Fraction(1))]
    outcomes = together(
        [lambda: cases.record_heirs(obligation=obligation, heirs=heirs, by=here["case_officer"])] * MANY
    )
    assert outcomes == {"done": MANY}
    assert Heir.objects.get().person == person


def test_what_only_the_database_refuses_is_a_conflict_not_a_fault(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = world.build()
    row = here.vouchered().sanction.disbursement

    def late(**given: object) -> None:
        raise IntegrityError("instrument_number_once_per_fund")

    monkeypatch.setattr(payments, "issue_instruments", late)
    client.force_login(here["ddo"])
    answer = client.post(reverse("instrument_issue", args=[row.pk]), {f"number-{row.lines.get().pk}": "1"})
    assert answer.status_code == 409
    assert "somebody may have been faster" in answer.content.decode()
