"""Many officers at once: the fund's room is never exceeded, one request is decided once, numbers stay gapless.

Each race is made certain by a barrier: everybody has read the old state before anybody writes. The control shows that
without the database's guard the same race overspends.
"""

import threading
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from funds import approvals, budgets, disbursements, payments, vouchers
from funds.models import Decision, Instrument, Sanction
from ledger import balances
from ledger.errors import Refusal
from ledger.roles import Role
from tests import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

OFFICERS = 32
ROOM_FOR = 10


def together(acts: list[Callable[[], object]]) -> Counter[str]:
    """Runs all acts at once, each in a thread and a connection of its own; counts "done" and the refusals' codes."""
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(60)
            act()
            outcomes["done"] += 1
        except Refusal as refusal:
            outcomes[refusal.code] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


@pytest.fixture
def waiting() -> tuple[world.World, list[int]]:
    """32 requests of Rs 100 that only lack the sanction, in a fund with room for ten."""
    here = world.build(money=str(ROOM_FOR * 100))
    return here, [here.at_sanction(here.draft("100")).pk for _ in range(OFFICERS)]


def approve_all(here: world.World, requests: list[int], monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Every sanction reads the room before any is written."""
    read = threading.Barrier(OFFICERS)

    def headroom(*of: Any) -> Decimal:
        free = budgets.headroom(*of)
        read.wait(60)
        return free

    monkeypatch.setattr(approvals, "headroom", headroom)
    return together([lambda pk=pk: approvals.approve(disbursement=pk, by=here["approver"]) for pk in requests])


def test_32_sanctions_at_once_never_exceed_the_room(
    waiting: tuple[world.World, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, requests = waiting
    outcomes = approve_all(here, requests, monkeypatch)
    assert outcomes == {"done": ROOM_FOR, "insufficient": OFFICERS - ROOM_FOR}
    assert budgets.headroom(here.fund) == 0
    assert sorted(Sanction.objects.values_list("serial", flat=True)) == list(range(1, ROOM_FOR + 1))


def test_control_without_the_floor_the_same_race_overspends(
    waiting: tuple[world.World, list[int]], monkeypatch: pytest.MonkeyPatch, owner_cursor: Any
) -> None:
    here, requests = waiting
    take_the_floor_away(owner_cursor)
    outcomes = approve_all(here, requests, monkeypatch)
    assert outcomes == {"done": OFFICERS}
    assert balances.balance(here.fund.book.code, "X10") == -(OFFICERS - ROOM_FOR) * 100


def take_the_floor_away(owner: Any) -> None:
    """As the tables' owner, who alone can: X10 is no longer marked never negative."""
    owner.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger_account'::regclass AND tgname LIKE 'pgtrigger_frozen%%'"
    )
    (trigger,) = owner.fetchone()
    owner.execute(f"ALTER TABLE ledger_account DISABLE TRIGGER {trigger}")
    owner.execute("UPDATE ledger_account SET never_negative = false WHERE code = 'X10'")
    owner.execute(f"ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER {trigger}")


def test_one_request_is_decided_once() -> None:
    here = world.build()
    request = here.submitted()
    officers: list[User] = [
        here["verifier"],
        here["second_verifier"],
        *(world.make_user(f"verifier{number}", here.office, Role.VERIFIER) for number in range(6)),
    ]
    outcomes = together([lambda by=by: approvals.approve(disbursement=request.pk, by=by) for by in officers])
    assert outcomes["done"] == 1
    assert outcomes["not_allowed"] == len(officers) - 1  # the next step is for the finance officer
    assert Decision.objects.count() == 1


def test_cancel_against_voucher_leaves_one_effect() -> None:
    here = world.build()
    request = here.sanctioned()
    outcomes = together(
        [
            lambda: disbursements.cancel(disbursement=request.pk, by=here["approver"], reason="Appeal allowed"),
            lambda: vouchers.issue_voucher(disbursement=request.pk, by=here["ddo"]),
        ]
    )
    assert outcomes["done"] == 1
    request.refresh_from_db()
    spent = balances.balance(here.fund.book.code, "X30")
    assert (request.state, spent) in {("cancelled", Decimal(0)), ("vouchered", Decimal(20000))}


def test_a_line_is_paid_once() -> None:
    here = world.build()
    voucher = here.vouchered()
    request = voucher.sanction.disbursement
    line = request.lines.get()
    outcomes = together(
        [
            lambda number=number: payments.issue_instrument(
                disbursement=request.pk, line=line.pk, number=f"{9900 + number}", by=here["ddo"]
            )
            for number in range(8)
        ]
    )
    assert outcomes["done"] == 1
    assert Instrument.objects.count() == 1
    assert balances.balance(here.fund.book.code, "G-CHQ") == 20000


def test_two_requests_at_once_do_not_pay_one_award_twice() -> None:
    here = world.build()
    obligation = here.obligation("300000")
    here.four_heirs(obligation)

    def draft() -> None:
        disbursements.create_draft(
            fund=here.fund,
            kind="diyat",
            title="Diyat",
            pay_to="Sessions Judge",
            payees=world.heirs_payees(obligation, total="200000"),
            by=here["case_officer"],
            on=world.DAY,
        )

    outcomes = together([draft] * 4)
    assert outcomes == {"done": 1, "bad_input": 3}


def test_a_repeated_draft_is_made_once() -> None:
    here = world.build()
    case = here.relief_case()
    payee = world.Payee(case=case, amount="20000", person=case.person)

    def draft() -> None:
        made = disbursements.create_draft(
            fund=here.fund,
            kind="relief_grant",
            title="Relief grant",
            pay_to="Zainab Bibi",
            payees=[payee],
            by=here["case_officer"],
            on=world.DAY,
            key="form-1",
        )
        numbers.add(made.number)

    numbers: set[str] = set()
    outcomes = together([draft] * 8)
    assert outcomes == {"done": 8}
    assert len(numbers) == 1
