"""Payments that fail: what each step writes, to the rupee, within the year and after it; and one reissue under a race.

The rows are the worked examples of docs/accounting.md.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from funds import disbursements, payments
from funds.models import Instrument
from ledger import balances
from ledger.errors import WrongState
from tests import world
from tests.funds.test_races import together
from tests.world import DAY, World

LATE = date(2026, 8, 3)
STALE = date(2026, 1, 1)
ACCOUNTS = ("A-REL", "G-PAY", "G-CHQ", "F-BNK", "G-UNCL", "H-REC", "X10", "X20", "X30")
Play = Callable[[World, Instrument], object]


def fail(here: World, paid: Instrument, state: str, on: date) -> Instrument:
    return payments.fail_instrument(instrument=paid.pk, state=state, reason="x", by=here["reconciler"], on=on)


def returned(here: World, paid: Instrument, on: date = DAY) -> None:
    fail(here, paid, "returned", on)


def replaced(here: World, paid: Instrument, on: date = DAY, state: str = "returned") -> Instrument:
    fail(here, paid, state, on)
    here.destroyed(paid)
    return payments.issue_instrument(
        disbursement=paid.line.disbursement_id, line=paid.line_id, number="9901", by=here["ddo"], on=on
    )


def paid_in_the_end(here: World, paid: Instrument) -> None:
    again = replaced(here, paid, STALE, "stale")
    payments.clear_instrument(instrument=again.pk, by=here["reconciler"], on=STALE)


def cancelled(here: World, paid: Instrument, on: date = DAY) -> None:
    disbursements.cancel(disbursement=paid.line.disbursement_id, by=here["ddo"], reason="Died", on=on)


def returned_then_cancelled(here: World, paid: Instrument) -> None:
    returned(here, paid, LATE)
    cancelled(here, paid, LATE)


ROWS: list[tuple[str, bool, Play, dict[str, int]]] = [
    ("issued", True, lambda here, paid: None, {"A-REL": 20_000, "G-CHQ": 20_000, "X30": 20_000}),
    ("returned in the year", True, returned, {"A-REL": 20_000, "G-PAY": 20_000, "X30": 20_000}),
    ("returned and replaced", True, replaced, {"A-REL": 20_000, "G-CHQ": 20_000, "X30": 20_000}),
    ("stale, replaced, cleared", True, paid_in_the_end, {"A-REL": 20_000, "F-BNK": -20_000, "X30": 20_000}),
    ("cancelled in the year", True, cancelled, {}),
    (
        "lapsable, failed after 30 June",
        True,
        lambda here, paid: fail(here, paid, "stale", LATE),
        {"A-REL": 20_000, "G-UNCL": 20_000, "X30": 20_000},
    ),
    (
        "lapsable, cancelled after 30 June",
        True,
        lambda here, paid: cancelled(here, paid, LATE),
        {"A-REL": 20_000, "G-UNCL": 20_000, "X30": 20_000},
    ),
    ("lapsable, both", True, returned_then_cancelled, {"A-REL": 20_000, "G-UNCL": 20_000, "X30": 20_000}),
    (
        "not lapsable, failed after 30 June",
        False,
        lambda here, paid: returned(here, paid, LATE),
        {"A-REL": 20_000, "G-PAY": 20_000, "X30": 20_000},
    ),
    (
        "not lapsable, replaced after 30 June",
        False,
        lambda here, paid: replaced(here, paid, LATE),
        {"A-REL": 20_000, "G-CHQ": 20_000, "X30": 20_000},
    ),
    (
        "not lapsable, cancelled after 30 June",
        False,
        lambda here, paid: cancelled(here, paid, LATE),
        {"A-REL": 20_000, "H-REC": 20_000},
    ),
    ("not lapsable, both", False, returned_then_cancelled, {"A-REL": 20_000, "H-REC": 20_000}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("lapsable", "play", "moved"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_a_payment_leaves_in_the_books(
    small_world: World, lapsable: bool, play: Play, moved: dict[str, int]
) -> None:
    here = small_world
    fund = world.make_fund(here["fund_manager"], here.office, code="ROWS", lapsable=lapsable)
    here.fund = fund

    def held() -> dict[str, Decimal]:
        return {account: balances.balance(fund.book.code, account) for account in ACCOUNTS}

    before = held()
    play(here, here.paid(here.draft(fund=fund))[0])
    found = {account: value - before[account] for account, value in held().items() if value != before[account]}
    free = {"X10": -moved["X30"]} if "X30" in moved else {}
    assert found == moved | free


@pytest.mark.django_db(transaction=True)
def test_a_failed_cheque_is_replaced_once_by_thirty_two_at_once() -> None:
    here = world.build()
    first = here.paid()[0]
    fail(here, first, "stale", STALE)
    here.destroyed(first)
    of: dict[str, Any] = {"disbursement": first.line.disbursement_id, "line": first.line_id, "by": here["ddo"]}

    def again(number: int) -> Callable[[], object]:
        return lambda: payments.issue_instrument(number=f"{9900 + number}", **of)

    outcomes = together([again(number) for number in range(32)])
    assert outcomes["done"] == 1 and set(outcomes) <= {"done", "already_paid", "wrong_state"}
    made = Instrument.objects.get(replaces=first)
    assert (made.state, Instrument.objects.filter(line=first.line_id).count()) == ("issued", 2)
    assert balances.balance(here.fund.book.code, "G-CHQ") == 20_000


@pytest.mark.django_db(transaction=True)
def test_one_leaf_is_drawn_on_once_by_many_lines() -> None:
    here = world.build()
    lines = [here.vouchered().sanction.disbursement.lines.get() for _ in range(6)]

    def draw(line: Any) -> Callable[[], object]:
        of = {"disbursement": line.disbursement_id, "line": line.pk, "number": "9901", "by": here["ddo"]}
        return lambda: payments.issue_instrument(**of)

    outcomes = together([draw(line) for line in lines])
    assert outcomes == {"done": 1, "bad_input": 5}
    assert Instrument.objects.get().number == "0009901"


@pytest.mark.django_db
def test_a_second_reissue_is_refused_in_words(small_world: World) -> None:
    here = small_world
    first = here.paid()[0]
    replaced(here, first)
    with pytest.raises(WrongState, match="is paid, so"):
        payments.issue_instrument(
            disbursement=first.line.disbursement_id, line=first.line_id, number="9902", by=here["ddo"]
        )
