"""A delegation ends while its taker signs; a freeze is agreed to while somebody gives the last signature, a voucher, a cheque.

Both orders are made certain. Either the act looked before the end or the consent was written and writes after it: then the
database refuses what the service had allowed. Or the act is written and not committed: then the end or the consent waits.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from audit.checks.i07_approvals import approvals as i07
from funds import approvals, issuing
from funds.absence import delegations, powers
from funds.chain import freezes
from funds.models import Decision, DelegationEnd, FreezeDecision, Instrument, Sanction, Voucher
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.funds.test_races import together
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
LATER = today() + timedelta(days=3)
WAITS = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks WHERE database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database()))"
)
Sent = tuple[str, str, dict[str, Any]]


def waits() -> bool:
    """Whether some transaction of this database waits for another one, asked until one does or half a minute is over."""
    pause = threading.Event()
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return True
        pause.wait(0.05)
    return False


def raced(here: World, act: Sent, end: Sent, monkeypatch: pytest.MonkeyPatch, *, looks: Any, writes: Any) -> list[int]:
    """The statuses of the act and of what ends the power to do it.

    `looks` or `writes` is (owner, name) of the function after which the act waits: until the other is committed, or until the
    other is seen waiting.
    """
    reached, over = threading.Event(), threading.Event()
    owner, name = looks or writes
    true = getattr(owner, name)
    seen: list[bool] = []

    def slowed(*args: Any, **given: Any) -> Any:
        found = true(*args, **given)
        if not reached.is_set():
            reached.set()
            seen.append(over.wait(60) if looks else waits())
        return found

    monkeypatch.setattr(owner, name, slowed)
    statuses: dict[str, int] = {}

    def send(sent: Sent, key: str, client: Client) -> None:
        _, address, body = sent
        statuses[key] = client.post(f"/api/v1{address}", body, "application/json").status_code

    clients = {key: Client() for key in ("act", "end")}
    for key, sent in (("act", act), ("end", end)):
        clients[key].force_login(here[sent[0]])

    def ending() -> None:
        assert reached.wait(60)
        send(end, "end", clients["end"])
        over.set()

    together([lambda: send(act, "act", clients["act"]), ending])
    assert seen == [True]
    return [statuses["act"], statuses["end"]]


@pytest.mark.parametrize("first", ["end", "signature"])
def test_a_delegation_ends_beside_a_signature_under_it(first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world.build()
    here.users["deputy"] = world.make_user("deputy", here.office, Role.APPROVER, limit="0")
    power = delegations.give(
        taker=here["deputy"].officer.pk, starts_on=today(), ends_on=LATER, ceiling="50000", reason="Leave",
        by=here["approver"],
    )  # fmt: skip
    delegations.agree(delegation=power.pk, by=here["fund_manager"])
    request = here.at_sanction()
    body = {"action": "approve", "seen_digest": request.digest, "delegation": power.pk}
    statuses = raced(
        here,
        ("deputy", f"/disbursements/{request.pk}/decisions", body),
        ("approver", f"/delegations/{power.pk}/end", {"reason": "Back"}),
        monkeypatch,
        looks=(powers, "get") if first == "end" else None,
        writes=(approvals, "record_decision"),
    )
    request.refresh_from_db()
    signed = Decision.objects.filter(delegation=power).count()
    assert statuses == ([409, 200] if first == "end" else [201, 200])
    assert (signed, request.state) == ((0, "submitted") if first == "end" else (1, "sanctioned"))
    assert DelegationEnd.objects.count() == 1 and not i07().offenders


def sanction(here: World) -> tuple[Sent, Any]:
    request = here.at_sanction()
    body = {"action": "approve", "seen_digest": request.digest}
    return ("approver", f"/disbursements/{request.pk}/decisions", body), (approvals, "record_decision")


def voucher(here: World) -> tuple[Sent, Any]:
    return ("ddo", "/vouchers", {"disbursement": here.sanctioned().pk}), (Voucher, "save")


def instrument(here: World) -> tuple[Sent, Any]:
    row = here.vouchered().sanction.disbursement
    body = {"disbursement": row.pk, "line": row.lines.get().pk, "number": "1"}
    return ("ddo", "/instruments", body), (issuing, "_write")


ACTS: dict[str, tuple[Callable[[World], tuple[Sent, Any]], Any]] = {
    "sanction": (sanction, Sanction),
    "voucher": (voucher, Voucher),
    "instrument": (instrument, Instrument),
}


@pytest.mark.parametrize("first", ["freeze", "act"])
@pytest.mark.parametrize("what", ACTS)
def test_a_freeze_is_agreed_to_beside_an_act(what: str, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world.build()
    prepare, model = ACTS[what]
    act, written = prepare(here)
    row = freezes.propose(
        fund=here.fund, what="all", cause="audit", starts_on=today(), ends_on=LATER, reason="Count",
        by=here["fund_manager"],
    )  # fmt: skip
    statuses = raced(
        here,
        act,
        ("approver", f"/freezes/{row.pk}/agree", {}),
        monkeypatch,
        looks=(freezes, "require_open") if first == "freeze" else None,
        writes=written,
    )
    assert statuses == ([409, 200] if first == "freeze" else [201, 200])
    assert model.objects.count() == (0 if first == "freeze" else 1)
    assert FreezeDecision.objects.count() == 1 and not i07().offenders
