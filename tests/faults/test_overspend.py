"""F7: 32 clients send 1,280 sanctions of Rs 100 over HTTP, and the fund has Rs 50,000: exactly 500 succeed, nothing breaks."""

import json
import os
import random
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection
from typing import Any

import pytest
from django.db import connection

from audit.verify import verify
from beneficiaries.offices import tokens
from funds import budgets
from funds.models import Disbursement, Sanction
from ledger import balances
from tests import world
from tests.faults.installation import chance
from tests.faults.serving import served

pytestmark = [
    pytest.mark.skipif(not os.environ.get("RELIEF_DRILL"), reason="takes minutes: make drill"),
    pytest.mark.django_db(transaction=True),
]
CLIENTS, EACH, AMOUNT, MONEY = 32, 40, 100, 50_000
ROOM_FOR = MONEY // AMOUNT
BUSY = "in_progress"  # the row was held too long: nothing happened, and the client asks again


class Pressing:
    """What 32 clients were told, by status and code."""

    def __init__(self, port: int, secret: str, digests: dict[int, str]) -> None:
        self.port, self.digests = port, digests
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self.answers: Counter[tuple[int, str]] = Counter()
        self.slowest = 0.0

    def all(self, piles: list[list[int]]) -> None:
        """Everybody begins at the same moment and works through a pile of their own."""
        start = threading.Barrier(len(piles))
        threads = [threading.Thread(target=self._work, args=[pile, start]) for pile in piles]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(1200)
        assert not any(thread.is_alive() for thread in threads)

    def _work(self, pile: list[int], start: threading.Barrier) -> None:
        start.wait(60)
        for request in pile:
            while self._press(request) == (409, BUSY):
                time.sleep(0.2)

    def _press(self, request: int) -> tuple[int, str]:
        began = time.monotonic()
        client = HTTPConnection("127.0.0.1", self.port, timeout=120)
        body = json.dumps({"action": "approve", "seen_digest": self.digests[request], "on": str(world.DAY)})
        client.request("POST", f"/api/v1/disbursements/{request}/decisions", body, self.headers)
        answer = client.getresponse()
        told: dict[str, Any] = json.loads(answer.read())
        client.close()
        key = (answer.status, "" if answer.status == 201 else str(told.get("code")))
        self.answers[key] += 1
        self.slowest = max(self.slowest, time.monotonic() - began)
        return key


def test_the_fund_gives_exactly_what_it_has() -> None:
    dice: random.Random = chance()
    here = world.build(money=str(MONEY))
    requests = [here.at_sanction(here.draft(str(AMOUNT))).pk for _ in range(CLIENTS * EACH)]
    dice.shuffle(requests)
    secret = tokens.issue(user=here["approver"], name="drill", by=None)[1]
    digests = dict(Disbursement.objects.values_list("pk", "digest"))
    connection.close()
    with served() as port:
        pressing = Pressing(port, secret, digests)
        began = time.monotonic()
        pressing.all([requests[number::CLIENTS] for number in range(CLIENTS)])
        took = time.monotonic() - began
    answers = Counter({key: times for key, times in pressing.answers.items() if key[1] != BUSY})
    assert answers == {(201, ""): ROOM_FOR, (409, "insufficient"): CLIENTS * EACH - ROOM_FOR}
    assert sorted(Sanction.objects.values_list("serial", flat=True)) == list(range(1, ROOM_FOR + 1))
    assert Disbursement.objects.filter(state="sanctioned").count() == ROOM_FOR
    assert budgets.headroom(here.fund) == 0
    assert str(balances.balance(here.fund.book.code, "X10")) == "0.00"
    assert balances.balance(here.fund.book.code, "X20") == MONEY
    assert [result.offenders for result in verify().broken] == []
    sys.stdout.write(
        f"{CLIENTS} clients, {CLIENTS * EACH} sanctions over HTTP in {took:.0f} s: {dict(pressing.answers)};"
        f" slowest answer {pressing.slowest:.1f} s, none of 5xx\n"
    )
