"""Payments that come back: a bail deposit and a soft loan that the bank paid, in the small world."""

from datetime import date
from typing import Any

from beneficiaries.owed.loans import record_loan_terms
from funds import disbursements, receiving
from funds.models import Instrument, PayeeLine, Receipt
from funds.requests.payees import Payee
from tests import world
from tests.world import DAY, World

OCTOBER = date(2025, 10, 20)


def deposit(here: World, amount: str = "90000") -> PayeeLine:
    """Rs 90,000 deposited with the court, paid by the bank on DAY."""
    owed = here.obligation(amount, "bail_deposit")
    payee = Payee(
        case=owed.order.case, amount=amount, obligation=owed, payee_kind="court", payee_name=str(owed.order.court),
        method="court_deposit",
    )  # fmt: skip
    return _paid(here, "bail_deposit", payee)


def loan(here: World, amount: str = "12000", *, percent: str = "1", months: int = 6) -> PayeeLine:
    """Rs 12,000 lent at 1 per cent in all, in six instalments of Rs 2,020 from 1 November 2025 on."""
    fine = here.obligation(amount, "fine")
    case = fine.order.case
    record_loan_terms(
        case=case.pk, amount=amount, agreed_on=DAY, first_due_on=date(2025, 11, 1), months=months, reference="L 1",
        charge_percent=percent, by=here["case_officer"],
    )  # fmt: skip
    return _paid(here, "soft_loan", Payee(case=case, amount=amount, person=case.person))


def grant(here: World) -> PayeeLine:
    """A relief grant of Rs 20,000, paid by the bank on DAY."""
    return here.cleared()[0].line


def _paid(here: World, kind: str, payee: Payee) -> PayeeLine:
    draft = disbursements.create_draft(
        fund=here.fund, kind=kind, title=f"{kind} of {payee.case.person}", pay_to=payee.payee_name or str(payee.case.person),
        payees=[payee], by=here["case_officer"], on=DAY,
    )  # fmt: skip
    found: Instrument = here.cleared(draft)[0]
    return found.line


def back(here: World, line: PayeeLine, amount: str, *, on: date = OCTOBER, **given: Any) -> Receipt:
    """So many rupees of the line come back."""
    told = {"received_from": "Sessions Judge", "reference": f"CD {next(here.numbers)}"} | given
    voucher = line.disbursement.sanction.voucher.number
    return receiving.record_refund(voucher=voucher, amount=amount, by=here["fund_manager"], on=on, **told)


def with_second(here: World) -> World:
    """With a second fund manager."""
    here.users["second_manager"] = world.make_user("second_manager", here.office, world.Role.FUND_MANAGER)
    return here
