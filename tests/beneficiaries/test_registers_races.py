"""Many people at once: each paper gets a number of its own, and none is left out."""

from functools import partial

import pytest
from django.db import IntegrityError

from beneficiaries.models import RegisterEntry
from beneficiaries.offices import registers
from funds import disbursements
from tests import world
from tests.funds.test_races import together
from tests.world import DAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
CLERKS = 12


def serials(register: str, office: str) -> list[int]:
    rows = RegisterEntry.objects.filter(register=register, office__code=office)
    return list(rows.order_by("pk").values_list("serial", flat=True))


def test_letters_and_requests_at_once_leave_no_gap() -> None:
    here = world.build()
    drafts = [here.draft(by=here[name]).pk for name in ("case_officer", "quetta") for _ in range(3)]
    makers = [here["case_officer"]] * 3 + [here["quetta"]] * 3
    letters = [
        partial(
            registers.record_letter,
            register=register, party="Jail", subject="List", means="post", by=here["verifier"], on=DAY,
        )
        for register in ("diary", "dispatch")
        for _ in range(CLERKS)
    ]  # fmt: skip
    submissions = [
        partial(disbursements.submit, disbursement=pk, by=by, on=DAY) for pk, by in zip(drafts, makers, strict=True)
    ]
    assert together([*letters, *submissions]) == {"done": 2 * CLERKS + 6}
    assert serials("diary", "MOHR") == list(range(1, CLERKS + 7))
    assert serials("dispatch", "MOHR") == list(range(1, CLERKS + 1))


def test_without_the_lock_the_same_numbers_would_be_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the database's rule and key still refuse the second one."""
    here = world.build()
    monkeypatch.setattr(registers, "hold", lambda name, number: None)
    refused: list[str] = []

    def enter() -> None:
        try:
            registers.record_letter(
                register="diary", party="Jail", subject="List", means="post", by=here["verifier"], on=DAY
            )
        except IntegrityError as error:
            refused.append(str(error))

    together([enter] * CLERKS)
    found = serials("diary", "MOHR")
    assert sorted(found) == list(range(1, len(found) + 1)) and len(found) + len(refused) == CLERKS
    assert refused
