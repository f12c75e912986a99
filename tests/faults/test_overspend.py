"""F7: 32 officers sanction 40 requests of Rs 100 each from a fund of Rs 50,000: exactly 500 succeed."""

import os
import random
import sys
import threading
from collections import Counter

import pytest
from django.db import connection

from audit.verify import verify
from funds import approvals, budgets
from funds.models import Disbursement, Sanction
from ledger import balances
from ledger.errors import Refusal
from tests import world
from tests.faults.installation import chance

pytestmark = [
    pytest.mark.skipif(not os.environ.get("RELIEF_DRILL"), reason="takes minutes: make drill"),
    pytest.mark.django_db(transaction=True),
]
OFFICERS, EACH, AMOUNT, MONEY = 32, 40, 100, 50_000
ROOM_FOR = MONEY // AMOUNT


def sanction_all(here: world.World, piles: list[list[int]]) -> Counter[str]:
    """Everybody begins at the same moment and works through a pile of their own; counts answers."""
    answers: Counter[str] = Counter()
    start = threading.Barrier(len(piles))

    def work(pile: list[int]) -> None:
        try:
            start.wait(60)
            for request in pile:
                try:
                    approvals.approve(disbursement=request, by=here["approver"], on=world.DAY)
                    answers["sanctioned"] += 1
                except Refusal as refusal:
                    answers[refusal.code] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[pile]) for pile in piles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    return answers


def test_the_fund_gives_exactly_what_it_has() -> None:
    dice: random.Random = chance()
    here = world.build(money=str(MONEY))
    requests = [here.at_sanction(here.draft(str(AMOUNT))).pk for _ in range(OFFICERS * EACH)]
    dice.shuffle(requests)
    answers = sanction_all(here, [requests[number::OFFICERS] for number in range(OFFICERS)])
    assert answers == {"sanctioned": ROOM_FOR, "insufficient": OFFICERS * EACH - ROOM_FOR}
    assert sorted(Sanction.objects.values_list("serial", flat=True)) == list(range(1, ROOM_FOR + 1))
    assert Disbursement.objects.filter(state="sanctioned").count() == ROOM_FOR
    assert budgets.headroom(here.fund) == 0
    assert balances.balance(here.fund.book.code, "X20") == MONEY
    assert [result.offenders for result in verify().broken] == []
    sys.stdout.write(f"{OFFICERS} officers, {OFFICERS * EACH} requests: {dict(answers)}\n")
