"""What each act writes into the journal, as drafts: the worked examples of docs/accounting.md in code, no database.

The financial entry and the budget entry of one act are separate and each balances, so that the memo accounts of budget
control never mix with money.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from funds.budget.heads import POOL, account, base_of
from funds.models import (
    CHARGES,
    Allocation,
    BudgetHead,
    Disbursement,
    Instrument,
    PayeeLine,
    Reappropriation,
    Receipt,
)
from ledger.models import Element
from ledger.periods import SURRENDER
from ledger.posting import Draft, Line, credit, debit
from ledger.rules import CLOSING

SOURCES: dict[str, str] = {
    Receipt.Kind.RELEASE: "H-FUND",
    Receipt.Kind.DONATION: "H-DON",
    Receipt.Kind.PROFIT: "H-PRO",
    Receipt.Kind.RECOVERY: "H-REC",
}

# Surrendered before the year ends; what closing a year surrenders is of another kind, for reopening the year undoes that.
EARLY = "early_surrender"


def allocation(
    *, fund: str, kind: str, amount: Decimal, on: date, reference: str, key: str, head: BudgetHead | None = None
) -> list[Draft]:
    """Budget given to the fund for the year: Dr X79 / Cr X70 or X71; a reduction the other way round."""
    lines: tuple[Line, ...]
    if kind == Allocation.Kind.REDUCTION:
        lines = (debit(account("X71", head), amount), credit("X79", amount))
    else:
        base = "X70" if kind == Allocation.Kind.ORIGINAL else "X71"
        lines = (debit("X79", amount), credit(account(base, head), amount))
    return [Draft(fund, on, "allocation", reference, Allocation.Kind(kind).label, key, lines)]


def receipt(
    *,
    fund: str,
    kind: str,
    amount: Decimal,
    on: date,
    number: str,
    memo: str,
    head: str = "",
    room: str = "X10",
    charge: Decimal = Decimal(0),
) -> list[Draft]:
    """Money in: Dr F-BNK / Cr its source (or the charge it refunds), and the same amount free to sanction.

    `room` is the account it makes room in: X05 where it waits for a release. `charge` is what a soft loan earns: Cr H-PRO.
    """
    source = head if kind == Receipt.Kind.REFUND else SOURCES[kind]
    key = f"receipt:{number}"
    earned = (credit(SOURCES[Receipt.Kind.PROFIT], charge),) if charge else ()
    return [
        Draft(fund, on, kind, number, memo, key, (debit("F-BNK", amount), credit(source, amount - charge), *earned)),
        Draft(fund, on, kind, number, memo, f"{key}:budget", (debit("X90", amount), credit(room, amount))),
    ]


def forfeiture(*, fund: str, amount: Decimal, on: date, order: str, memo: str, key: str) -> list[Draft]:
    """A court keeps a bail deposit: Dr A-FIN / Cr F-BAIL. The budget was expended when the deposit was paid, so nothing there."""
    return [Draft(fund, on, "forfeiture", order, memo, key, (debit("A-FIN", amount), credit("F-BAIL", amount)))]


def release(*, fund: str, head: BudgetHead | None, amount: Decimal, on: date, reference: str, key: str) -> Draft:
    """What was received may be spent under a head from now on: Dr X05 / Cr X10. The floor under X05 keeps it to that."""
    lines = (debit(POOL.code, amount), credit(account("X10", head), amount))
    return Draft(fund, on, "release", reference, f"Released to {head or 'the whole budget'}", key, lines)


def gathering(*, fund: str, amount: Decimal, on: date, key: str) -> Draft:
    """What is free in one sum in a fund that is divided now waits for a release: Dr X10 / Cr X05."""
    lines = (debit("X10", amount), credit(POOL.code, amount))
    return Draft(fund, on, "division", key, "Free before the budget was divided among heads", key, lines)


def reappropriation(*, asked: Reappropriation, moved: Decimal, on: date, key: str) -> list[Draft]:
    """Budget of one head becomes another's: Dr X71 / Cr X71; and of it what was released: Dr X10 / Cr X10."""
    fund, memo = asked.fund.code, f"From {asked.from_head} to {asked.to_head}"
    parts = {"": ("X71", asked.amount)} | ({":money": ("X10", moved)} if moved else {})
    return [
        Draft(
            fund,
            on,
            "reappropriation",
            asked.order_number,
            memo,
            f"{key}{part}",
            (debit(account(base, asked.from_head), amount), credit(account(base, asked.to_head), amount)),
        )
        for part, (base, amount) in parts.items()
    ]


def early_surrender(
    *,
    fund: str,
    head: BudgetHead | None,
    amount: Decimal,
    back: Mapping[str, Decimal],
    on: date,
    reference: str,
    key: str,
) -> list[Draft]:
    """Budget given back before the year ends: Dr X71 / Cr X79. Of it what was received, by the account it was free or
    waiting in (`back`): Dr H-FUND / Cr F-BNK, and Dr X10 or X05 / Cr X90."""
    memo = f"Surrendered by hand from {head or 'the whole budget'}"
    drafts = [
        Draft(fund, on, EARLY, reference, memo, key, (debit(account("X71", head), amount), credit("X79", amount)))
    ]
    if money := sum(back.values(), Decimal(0)):
        taken = tuple(debit(code, part) for code, part in back.items() if part)
        lines = (debit("H-FUND", money), credit("F-BNK", money))
        drafts.append(Draft(fund, on, EARLY, reference, memo, f"{key}:money", lines))
        drafts.append(Draft(fund, on, EARLY, reference, memo, f"{key}:budget", (*taken, credit("X90", money))))
    return drafts


def sanction(
    *, fund: str, amount: Decimal, on: date, number: str, memo: str, head: BudgetHead | None = None
) -> list[Draft]:
    """Sanction commits the budget of its head: Dr X10 / Cr X20. The floor under X10 is what refuses an overspend."""
    lines = (debit(account("X10", head), amount), credit(account("X20", head), amount))
    return [Draft(fund, on, "sanction", number, memo, f"sanction:{number}", lines)]


class Owed(Protocol):
    """A payee line, or as much of one as was read."""

    @property
    def amount(self) -> Decimal: ...

    @property
    def party(self) -> str: ...


def voucher(*, request: Disbursement, lines: Sequence[Owed], on: date, number: str) -> list[Draft]:
    """The bill is passed: Dr the charge / Cr G-PAY for each payee; the budget moves X20 -> X30."""
    charge, fund, head = CHARGES[request.kind], request.fund.code, request.sanction.budget_head
    payables = tuple(credit("G-PAY", line.amount, head=charge, party=line.party) for line in lines)
    key = f"voucher:{number}"
    return [
        Draft(fund, on, "voucher", number, request.title, key, (debit(charge, request.amount), *payables)),
        Draft(
            fund,
            on,
            "voucher",
            number,
            request.title,
            f"{key}:budget",
            (debit(account("X20", head), request.amount), credit(account("X30", head), request.amount)),
        ),
    ]


def instrument(*, request: Disbursement, line: PayeeLine, on: date, number: str, key: str) -> list[Draft]:
    """An instrument is issued: Dr G-PAY of the line / Cr G-CHQ."""
    charge = CHARGES[request.kind]
    lines = (
        debit("G-PAY", line.amount, head=charge, party=line.party),
        credit("G-CHQ", line.amount, head=charge, party=line.party),
    )
    return [Draft(request.fund.code, on, "payment", number, line.payee_name, key, lines)]


def clearing(*, request: Disbursement, paid: Instrument, on: date) -> list[Draft]:
    """The bank has paid: Dr G-CHQ / Cr F-BNK."""
    lines = (
        debit("G-CHQ", paid.amount, head=CHARGES[request.kind], party=paid.line.party),
        credit("F-BNK", paid.amount),
    )
    return [Draft(request.fund.code, on, "clearing", paid.number, paid.line.payee_name, f"clearing:{paid.pk}", lines)]


def unclaimed(*, request: Disbursement, failed: Instrument, on: date) -> list[Draft]:
    """A lapsable fund's instrument that failed after 30 June: Dr G-CHQ / Cr G-UNCL; the budget has lapsed."""
    head, party = CHARGES[request.kind], failed.line.party
    lines = (
        debit("G-CHQ", failed.amount, head=head, party=party),
        credit("G-UNCL", failed.amount, head=head, party=party),
    )
    return [
        Draft(
            request.fund.code, on, "unclaimed", failed.number, failed.line.payee_name, f"unclaimed:{failed.pk}", lines
        )
    ]


def treasury_return(*, fund: str, amount: Decimal, on: date, reference: str, key: str) -> list[Draft]:
    """What failed after its year goes into government receipt: Dr G-UNCL / Cr F-BNK."""
    lines = (debit("G-UNCL", amount), credit("F-BNK", amount))
    return [Draft(fund, on, "treasury", reference, "Unclaimed, paid to the Treasury", key, lines)]


def late_cancellation(
    *, request: Disbursement, lines: Sequence[PayeeLine], on: date, number: str, lapsable: bool
) -> list[Draft]:
    """A voucher of an earlier year is cancelled: the charge of a closed year stays, so the money goes to recoveries of
    earlier years (and is free again), or, where the budget has lapsed, to G-UNCL."""
    charge, fund, key = CHARGES[request.kind], request.fund.code, f"cancellation:{number}"
    budget = request.sanction.budget_head
    payables = tuple(debit("G-PAY", line.amount, head=charge, party=line.party) for line in lines)
    if lapsable:
        parked = tuple(credit("G-UNCL", line.amount, head=charge, party=line.party) for line in lines)
        return [Draft(fund, on, "cancellation", number, request.title, key, (*payables, *parked))]
    return [
        Draft(fund, on, "cancellation", number, request.title, key, (*payables, credit("H-REC", request.amount))),
        Draft(
            fund,
            on,
            "cancellation",
            number,
            request.title,
            f"{key}:budget",
            (debit(account("X30", budget), request.amount), credit(account("X10", budget), request.amount)),
        ),
    ]


def surrender(*, fund: str, year: str, free: Mapping[str, Decimal], on: date, version: int) -> list[Draft]:
    """What a lapsable fund has not committed on 30 June goes back: Dr H-FUND / Cr F-BNK, and Dr X10 / Cr X90.

    `free` gives it by account: X10 of each head, and X05.
    """
    key, memo = f"surrender:{year}:{version}", f"Lapsed on 30 June and surrendered, {year}"
    amount = sum(free.values(), Decimal(0))
    taken = tuple(debit(code, part) for code, part in free.items())
    return [
        Draft(fund, on, SURRENDER, year, memo, key, (debit("H-FUND", amount), credit("F-BNK", amount))),
        Draft(fund, on, SURRENDER, year, memo, f"{key}:budget", (*taken, credit("X90", amount))),
    ]


# Memo accounts that start each year from nothing, those of heads as well, and the one that balances them.
YEARLY = {"X30": "X90", "X70": "X79", "X71": "X79"}


def closing(
    *, fund: str, year: str, held: Mapping[str, tuple[Element, Decimal]], on: date, version: int
) -> list[Draft]:
    """The accounts of the year go back to nothing: charges and receipts into H-FUND, budget accounts into their control.

    `held` gives each account's element and its debits less credits on 30 June, in rupees.
    """
    nominal = {
        code: net for code, (element, net) in held.items() if element in (Element.EXPENDITURE, Element.RECEIPT) and net
    }
    controls = {code: YEARLY[base_of(code)] for code in held if base_of(code) in YEARLY}
    memo = {code: held[code][1] for code in controls if held[code][1]}
    parts = {
        "accounts": (nominal, dict.fromkeys(nominal, "H-FUND")),
        "budget": (memo, controls),
    }
    return [
        Draft(fund, on, CLOSING, year, f"Year {year} closed", f"closing:{year}:{version}:{part}", lines)
        for part, (balances, into) in parts.items()
        if (lines := _emptied(balances, into))
    ]


def _emptied(balances: Mapping[str, Decimal], into: Mapping[str, str]) -> tuple[Line, ...]:
    """Lines that bring each balance to nothing, and one line for each account that takes what they held."""
    taken: dict[str, Decimal] = {}
    for code, net in balances.items():
        taken[into[code]] = taken.get(into[code], Decimal(0)) + net
    emptied = [_side(code, -net) for code, net in balances.items()]
    return (*emptied, *(_side(code, net) for code, net in taken.items() if net))


def _side(code: str, net: Decimal) -> Line:
    return debit(code, net) if net > 0 else credit(code, -net)
