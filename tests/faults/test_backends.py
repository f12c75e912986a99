"""F2: database sessions are ended at random while requests go from submitted to a voucher; nothing is half approved."""

import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection

from audit.verify import verify
from funds import approvals, vouchers
from funds.models import Decision, Sanction, Voucher
from ledger.errors import Refusal
from tests import world
from tests.faults.installation import chance

pytestmark = [
    pytest.mark.skipif(not os.environ.get("RELIEF_DRILL"), reason="takes minutes: make drill"),
    pytest.mark.django_db(transaction=True),
]
OFFICES, REQUESTS_EACH, KILLS = 8, 12, 50
SIGNERS = ("verifier", "finance_officer", "approver")
OTHERS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    " AND pid <> pg_backend_pid() ORDER BY pid"
)


def reached(request: int) -> int:
    """How many of the four acts, three signatures and the voucher, the database holds."""
    signed = Decision.objects.filter(disbursement=request).count()
    return signed + Voucher.objects.filter(sanction__disbursement=request).count()


def carry(here: world.World, request: int, met: Counter[str]) -> None:
    """Does what is missing; an act that was cut off is simply done again, as a person would who saw no answer."""
    cut = False
    while True:
        try:
            at = reached(request)
            if at > len(SIGNERS):
                return
            if cut and at:
                repeat(request, here[SIGNERS[at - 1]], met)
            cut = False
            if at < len(SIGNERS):
                approvals.approve(disbursement=request, by=here[SIGNERS[at]], on=world.DAY)
            else:
                vouchers.issue_voucher(disbursement=request, by=here["ddo"], on=world.DAY)
        except (OperationalError, InterfaceError):
            connection.close()
            met["cut off"] += 1
            cut = True


def repeat(request: int, by: User, met: Counter[str]) -> None:
    """The same signature once more must be refused."""
    try:
        approvals.approve(disbursement=request, by=by, on=world.DAY)
    except Refusal:
        met["repeated and refused"] += 1
    else:
        met["repeated and accepted"] += 1


def end_sessions(killer: Any, dice: Random, busy: Callable[[], bool]) -> int:
    killed, pause = 0, threading.Event()
    with killer.cursor() as cursor:
        while killed < KILLS and busy():
            pause.wait(dice.uniform(0.02, 0.15))
            cursor.execute(OTHERS)
            if sessions := [pid for (pid,) in cursor.fetchall()]:
                cursor.execute("SELECT pg_terminate_backend(%s)", [dice.choice(sessions)])
                killed += 1
            killer.commit()
    return killed


def test_sessions_ended_during_approvals_leave_nothing_half_approved(new_connection: Callable[[], Any]) -> None:
    dice, met = chance(), Counter[str]()
    here = world.build()
    requests = [here.submitted(here.draft("100")).pk for _ in range(OFFICES * REQUESTS_EACH)]

    def work(mine: list[int]) -> None:
        try:
            for request in mine:
                carry(here, request, met)
            met["done"] += 1
        finally:
            connection.close()

    connection.close()  # so that all sessions there are belong to the threads
    threads = [threading.Thread(target=work, args=[requests[number::OFFICES]]) for number in range(OFFICES)]
    for thread in threads:
        thread.start()
    killed = end_sessions(new_connection(), dice, lambda: any(thread.is_alive() for thread in threads))
    for thread in threads:
        thread.join(300)
    assert met["done"] == OFFICES
    assert met["repeated and accepted"] == 0
    assert met["cut off"] > killed / 5, "the sessions ended were idle, so this proved little"
    for rows in (Sanction, Voucher):
        assert sorted(rows.objects.values_list("serial", flat=True)) == list(range(1, len(requests) + 1))
    signed = Counter(Decision.objects.values_list("disbursement", flat=True))
    assert signed == Counter(dict.fromkeys(requests, len(SIGNERS)))
    assert [result.offenders for result in verify().broken] == []
    sys.stdout.write(f"{killed} sessions ended: {dict(met)}; {len(requests)} vouchers, each whole\n")
