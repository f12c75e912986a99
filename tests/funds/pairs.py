"""Two acts that exclude each other, sent at once, round after round: what each round must leave. For tests and drills."""

from collections import Counter
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib.auth.models import User

from funds import budgets, closing, disbursements, payments
from funds.models import Fund, Instrument, Receipt
from ledger import balances
from ledger.roles import Role
from tests import world
from tests.funds.test_races import together

MONTH, IN_MONTH = "2024-07", date(2024, 7, 15)
WHY = "A drill"


def cancel_against_pay(rounds: int) -> Counter[str]:
    """Each request is either paid once or cancelled, never both; returns how often each act was first."""
    here = world.build(money=str(20_000 * (rounds + 1)))
    found: Counter[str] = Counter()
    for number in range(rounds):
        request = here.vouchered().sanction.disbursement
        line = request.lines.get()
        of: dict[str, Any] = {"disbursement": request.pk, "by": here["ddo"], "on": world.DAY}
        together(
            [
                partial(payments.issue_instrument, **of, line=line.pk, number=f"c-{number}"),
                partial(disbursements.cancel, **of, reason=WHY),
            ]
        )
        request.refresh_from_db()
        live = Instrument.objects.filter(line=line, state__in=Instrument.LIVE).count()
        # A paid request may be cancelled as well, which stops its cheque; a cancelled one is never paid.
        assert (request.state, live) in {("paid", 1), ("cancelled", 0)}, (number, request.state, live)
        found[f"{request.state} {Instrument.objects.filter(line=line).count()}"] += 1
    paid = Instrument.objects.filter(state=Instrument.State.ISSUED).count()
    book = here.fund.book.code
    assert balances.balance(book, "G-CHQ") == 20_000 * paid
    assert balances.balance(book, "G-PAY") == 0
    assert balances.balance(book, "X20") == 0
    assert sum(found.values()) == rounds
    return found


def close_against_post(rounds: int) -> Counter[str]:
    """A receipt is in the month before it closes, or is refused; the month is closed either way, and opened again for more."""
    here = world.build()
    fund, manager = here.fund, here["fund_manager"]
    second = world.make_user("second_manager", here.office, Role.FUND_MANAGER)
    found: Counter[str] = Counter()
    before = Receipt.objects.count()
    gift: dict[str, Any] = {"fund": fund, "kind": "donation", "amount": "1", "received_from": "A donor"}
    gift |= {"by": second, "on": IN_MONTH}
    for number in range(rounds):
        outcomes = together(
            [
                partial(closing.close_month, fund=fund, month=MONTH, by=manager, override=WHY),
                partial(budgets.record_receipt, **gift, reference=f"R-{number}"),
            ]
        )
        posted = Receipt.objects.count() - before
        before += posted
        assert closing.get_month(fund, MONTH).closed_at is not None, outcomes
        assert outcomes["done"] == 1 + posted, outcomes
        found["posted" if posted else "refused"] += 1
        _open(fund, manager, second)
    assert balances.balance(fund.book.code, "F-BNK") == Decimal(10_000_000 + found["posted"])
    return found


def _open(fund: Fund, one: User, other: User) -> None:
    asked = closing.ask_month(fund=fund, month=MONTH, by=one, reason=WHY)
    closing.agree_reopening(fund=fund, reopening=asked.pk, by=other)
