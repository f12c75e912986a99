"""Two halves of a sum submitted at once: one of them takes the chain of the whole."""

import threading
from collections import Counter
from datetime import date

import pytest
from django.db import IntegrityError

from beneficiaries.models import Limit
from funds import disbursements
from funds.chain import chains, splitting
from funds.chain.chains import Choice
from funds.models import ChosenRule, Disbursement
from funds.requests.payees import Payee
from ledger.errors import WrongState
from tests import world
from tests.funds.test_races import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.fixture
def halves() -> tuple[world.World, list[int]]:
    """Two drafts of Rs 20,000 for two cases of one person."""
    here = world.build()
    Limit.objects.create(code="splitting_days", value=30, effective_from=date(2020, 7, 1), source="House rules")
    person = here.person()
    found = []
    for case in (here.relief_case(person), here.relief_case(person)):
        draft = disbursements.create_draft(
            fund=here.fund,
            kind="relief_grant",
            title="Grant",
            pay_to=str(person),
            payees=[Payee(case=case, amount="20000", person=person)],
            by=here["case_officer"],
            on=world.DAY,
        )
        found.append(draft.pk)
    return here, found


def submit_both(here: world.World, drafts: list[int]) -> Counter[str]:
    def submit(pk: int) -> Disbursement:
        try:
            return disbursements.submit(disbursement=pk, by=here["case_officer"], on=world.DAY)
        except IntegrityError as error:
            raise WrongState("refused", code=error.__cause__.pgcode) from error  # type: ignore[union-attr]

    return together([lambda pk=pk: submit(pk) for pk in drafts])  # type: ignore[misc]


def test_the_second_of_two_at_once_is_added_up(halves: tuple[world.World, list[int]]) -> None:
    assert submit_both(*halves) == {"done": 2}
    assert sorted(ChosenRule.objects.values_list("basis", flat=True)) == [20000, 40000]


def test_control_without_the_lock_both_see_half_and_the_database_refuses_one(
    halves: tuple[world.World, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = threading.Barrier(2)
    choose = chains.choose

    def both_first(request: Disbursement, *, on: date) -> Choice:
        choice = choose(request, on=on)
        read.wait(60)
        return choice

    monkeypatch.setattr(splitting, "hold_people", lambda request: None)
    monkeypatch.setattr(chains, "choose", both_first)
    assert submit_both(*halves) == {"done": 1, "23F52": 1}
    assert list(ChosenRule.objects.values_list("basis", flat=True)) == [20000]
