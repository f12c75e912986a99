"""Many clients on one budget: no head is overdrawn, nobody is answered with a fault of ours, and no deadlock reaches anybody."""

import threading
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from audit.verify import verify
from funds import approvals
from funds.budget import heads, reappropriations
from funds.budget.budget_position import budget
from funds.models import Disbursement, Sanction
from ledger import balances
from tests import world
from tests.funds.divided import DAY, fund_of, receive, release, stands
from tests.funds.test_races import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

CLIENTS, EACH, ROOM_FOR = 32, 1, 10  # make drill sends 1,280


def answered(here: world.World, piles: list[list[int]]) -> Counter[int]:
    """Every client approves its pile over the API, all beginning at one moment; counts the statuses."""
    statuses: Counter[int] = Counter()
    start = threading.Barrier(len(piles))
    digests = dict(Disbursement.objects.values_list("pk", "digest"))
    clients = [Client() for _ in piles]
    for client in clients:
        client.force_login(here["approver"])

    def work(client: Client, pile: list[int]) -> None:
        try:
            start.wait(60)
            for request in pile:
                address = f"/api/v1/disbursements/{request}/decisions"
                answer = client.post(
                    address, {"action": "approve", "seen_digest": digests[request]}, "application/json"
                )
                statuses[answer.status_code] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in zip(clients, piles, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert not any(thread.is_alive() for thread in threads)
    return statuses


def test_32_clients_on_one_head_get_exactly_what_fits() -> None:
    here = world.build()
    fund = fund_of(here)
    release(here, fund, GRANTS=str(ROOM_FOR * 100), LEGAL="50000")
    requests = [here.at_sanction(here.draft("100", fund=fund)).pk for _ in range(CLIENTS * EACH)]
    statuses = answered(here, [requests[number::CLIENTS] for number in range(CLIENTS)])
    assert statuses == {201: ROOM_FOR, 409: CLIENTS * EACH - ROOM_FOR}
    assert balances.balance(fund.book.code, "X10-GRANTS") == Decimal("0.00")
    assert balances.balance(fund.book.code, "X10-LEGAL") == 50000
    assert sorted(Sanction.objects.values_list("serial", flat=True)) == list(range(1, ROOM_FOR + 1))
    assert [result.offenders for result in verify().broken] == []


def test_two_heads_in_opposite_order_do_not_lock_each_other_out() -> None:
    """Releases that name two heads in either order, moves both ways and sanctions of both: all of it goes through."""
    here = world.build()
    fund = fund_of(here)
    release(here, fund, GRANTS="50000", LEGAL="50000")
    ways = (("GRANTS", "LEGAL"), ("LEGAL", "GRANTS"))
    acts: list[Callable[[], object]] = []
    for number in range(6):
        giver, taker = ways[number % 2]
        move = reappropriations.ask(
            fund=fund, from_head=giver, to_head=taker, amount="100", order_number=f"F.{number}", reason="More",
            by=here["fund_manager"], on=DAY,
        )  # fmt: skip
        kind = ("relief_grant", "legal_aid")[number % 2]
        request = here.at_sanction(here.draft("1000", fund=fund, kind=kind))
        acts += [
            lambda pk=move.pk: reappropriations.agree(fund=fund, reappropriation=pk, by=here["approver"], on=DAY),
            lambda pk=request.pk: approvals.approve(disbursement=pk, by=here["approver"], on=DAY),
            lambda names=(giver, taker), n=number: release(
                here, fund, f"R {n + 2}", on=DAY, **dict.fromkeys(names, "500")
            ),
            lambda n=number: receive(here, fund, "100", f"M {n + 2}", on=DAY),
        ]
    assert together(acts) == {"done": len(acts)}
    assert (stands(fund).released, stands(fund, "LEGAL").released) == (53000, 53000)
    assert (stands(fund).committed, stands(fund, "LEGAL").committed) == (3000, 3000)
    assert [result.offenders for result in verify().broken] == []


def test_two_funds_in_opposite_order_do_not_lock_each_other_out() -> None:
    here = world.build()
    parts = fund_of(here)
    release(here, parts, GRANTS="50000")
    pairs = [
        (here.at_sanction(here.draft("100")).pk, here.at_sanction(here.draft("100", fund=parts)).pk) for _ in range(8)
    ]

    def both(first: int, second: int) -> None:
        for request in (first, second):
            approvals.approve(disbursement=request, by=here["approver"], on=DAY)

    acts = [lambda pair=pair, n=n: both(*(pair if n % 2 else pair[::-1])) for n, pair in enumerate(pairs)]
    assert together(acts) == {"done": len(acts)}
    assert (budget(here.fund, "2025-26").total.committed, stands(parts).committed) == (800, 800)


def test_releases_at_once_never_pass_what_was_allotted_or_received() -> None:
    here = world.build()
    fund = fund_of(here, money="400000")
    acts = [lambda n=n: release(here, fund, f"R {n}", GRANTS="100000") for n in range(8)]
    assert together(acts) == {"done": 3, "above_allotted": 5}
    acts = [lambda n=n: release(here, fund, f"L {n}", LEGAL="60000") for n in range(4)]
    assert together(acts) == {"done": 1, "insufficient": 3}
    assert balances.balance(fund.book.code, heads.POOL.code) == 40000
