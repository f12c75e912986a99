"""Money that failed after the year of a lapsable fund is owed to the Treasury once, and acts follow each other in time."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, User

from audit.checks.i02_vouchers import vouchers as check_vouchers
from funds import budgets, disbursements, payments, vouchers
from funds.models import Disbursement, Instrument
from ledger import balances
from ledger.errors import BadInput, NotAllowed, WrongState
from tests import world

pytestmark = pytest.mark.django_db

LATE = date(2026, 8, 3)
NOVEMBER = date(2025, 11, 3)


def held(here: world.World, *accounts: str) -> list[Decimal]:
    return [balances.balance(here.fund.book.code, account) for account in accounts]


def failed(here: world.World, paid: Instrument, on: date) -> Disbursement:
    payments.fail_instrument(instrument=paid.pk, state="returned", reason="Closed account", by=here["ddo"], on=on)
    return Disbursement.objects.get(pk=paid.line.disbursement_id)


def issue(here: world.World, row: Disbursement, line: int, on: date) -> Instrument:
    return payments.issue_instrument(disbursement=row.pk, line=line, number="9902", by=here["ddo"], on=on)


def test_a_line_whose_budget_lapsed_is_not_paid_again() -> None:
    here = world.build(lapsable=True)
    paid = here.paid()[0]
    row = failed(here, paid, LATE)
    with pytest.raises(WrongState, match="owed to the Treasury") as refused:
        issue(here, row, paid.line_id, LATE)
    assert refused.value.code == "lapsed"
    assert held(here, "G-PAY", "G-CHQ", "G-UNCL") == [0, 0, Decimal(20000)]


@pytest.mark.parametrize("how_many", [1, 4])
def test_cancelling_parks_each_line_once(how_many: int) -> None:
    here = world.build(lapsable=True)
    issued = here.paid(here.diyat())
    for paid in issued[:how_many]:
        row = failed(here, paid, LATE)
    disbursements.cancel(disbursement=row.pk, by=here["ddo"], reason="Never presented", on=LATE)
    assert held(here, "G-PAY", "G-CHQ", "G-UNCL") == [0, 0, Decimal(1200000)]
    assert not check_vouchers().offenders


def test_a_payment_is_not_dated_before_the_failure_it_replaces() -> None:
    here = world.build()
    paid = here.paid()[0]
    row = failed(here, paid, NOVEMBER)
    here.destroyed(paid)
    with pytest.raises(BadInput, match="too early"):
        issue(here, row, paid.line_id, world.DAY)
    assert issue(here, row, paid.line_id, NOVEMBER).replaces == paid


def test_a_cancellation_is_not_dated_before_what_it_undoes() -> None:
    here = world.build()
    row = here.sanctioned(here.draft())
    vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=LATE)
    with pytest.raises(BadInput, match="too early"):
        disbursements.cancel(disbursement=row.pk, by=here["ddo"], reason="Not needed", on=NOVEMBER)
    assert held(here, "G-PAY", "H-REC") == [Decimal(20000), 0]


@pytest.mark.parametrize("head", ["A-REL", "F-BAIL"])
def test_no_more_comes_back_than_was_charged(head: str) -> None:
    here = world.build()
    here.cleared()

    def refund(amount: str, on: date) -> object:
        return budgets.record_receipt(
            fund=here.fund,
            kind="refund",
            amount=amount,
            received_from="The payee",
            reference=f"{amount} {on}",
            head=head,
            by=here["fund_manager"],
            on=on,
        )

    with pytest.raises(BadInput) as refused:
        refund("20000.01", NOVEMBER)
    # Deposits come back by their own payment only.
    assert list(refused.value.fields) == ["amount" if head == "A-REL" else "head"]
    if head == "A-REL":
        refund("15000", NOVEMBER)
        with pytest.raises(BadInput):
            refund("5000.01", NOVEMBER)
        with pytest.raises(BadInput):  # the charge stands in the year before: now it is a recovery
            refund("5000", LATE)
        refund("5000", NOVEMBER)
    assert held(here, head) == [0]


def test_who_issued_a_payment_does_not_clear_it_in_another_role() -> None:
    here = world.build()
    paid, ddo = here.paid()[0], here["ddo"]
    ddo.groups.set([Group.objects.get(name="reconciler")])
    ddo = User.objects.get(pk=ddo.pk)
    with pytest.raises(NotAllowed, match="issued"):
        payments.clear_instrument(instrument=paid.pk, by=ddo, on=world.DAY)
    assert payments.clear_instrument(instrument=paid.pk, by=here["reconciler"], on=world.DAY).state == "cleared"
