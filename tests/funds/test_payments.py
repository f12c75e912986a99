"""Payments with the journal entries of the worked examples: issue, clear, fail, issue anew, cancel, after year end too."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group

from funds import budgets, disbursements, payments, statements
from funds.budget.position import position
from funds.models import Disbursement, Instrument, Receipt
from ledger import balances
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.models import JournalEntry
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


def journal(here: world.World, kind: str) -> list[tuple[str, str, str]]:
    """The lines of all entries of a kind, in order, as (account, side, amount)."""
    entries = JournalEntry.objects.filter(book=here.fund.book, kind=kind).order_by("pk")
    return [
        (line.account.code, line.side, str(line.amount.amount.normalize().__format__("f")))
        for entry in entries
        for line in entry.lines.order_by("position")
    ]


def held(here: world.World, *accounts: str) -> list[Decimal]:
    return [balances.balance(here.fund.book.code, account) for account in accounts]


def test_relief_grant_of_example_7a(here: world.World) -> None:
    here.cleared()
    assert journal(here, "sanction") == [("X10", "D", "20000"), ("X20", "C", "20000")]
    assert journal(here, "voucher") == [
        ("A-REL", "D", "20000"),
        ("G-PAY", "C", "20000"),
        ("X20", "D", "20000"),
        ("X30", "C", "20000"),
    ]
    assert journal(here, "payment") == [("G-PAY", "D", "20000"), ("G-CHQ", "C", "20000")]
    assert journal(here, "clearing") == [("G-CHQ", "D", "20000"), ("F-BNK", "C", "20000")]


def test_payables_of_example_7b_name_each_heir(here: world.World) -> None:
    request = here.diyat()
    here.vouchered(request)
    entry = JournalEntry.objects.filter(kind="voucher").order_by("pk").first()
    payables = entry.lines.filter(account__code="G-PAY").order_by("position")
    assert [line.amount.amount for line in payables] == [150000, 200000, 566667, 283333]
    assert [line.party for line in payables] == [line.party for line in request.lines.order_by("position")]
    assert {line.head for line in payables} == {"A-DIY"}


def test_a_returned_cheque_opens_the_payable_and_is_replaced(here: world.World) -> None:
    instruments = here.paid(here.diyat())
    mother = instruments[1]
    payments.fail_instrument(
        instrument=mother.pk, state="returned", reason="Payee's name differs", by=here["reconciler"], on=world.DAY
    )
    request = mother.line.disbursement
    request.refresh_from_db()
    assert request.state == "vouchered"
    assert held(here, "G-PAY", "G-CHQ") == [Decimal(200000), Decimal(1000000)]
    here.destroyed(mother)
    anew = payments.issue_instrument(
        disbursement=request.pk, line=mother.line_id, number="9902", by=here["ddo"], on=world.DAY
    )
    assert anew.replaces == mother
    request.refresh_from_db()
    assert request.state == "paid"
    assert held(here, "G-PAY", "G-CHQ") == [Decimal(0), Decimal(1200000)]
    original = JournalEntry.objects.get(pk=mother.entry_id)
    assert original.reversals.get().lines.count() == 2


def test_a_cheque_number_is_never_used_again(here: world.World) -> None:
    first = here.paid()[0]
    payments.fail_instrument(instrument=first.pk, state="stopped", reason="Lost", by=here["ddo"])
    here.destroyed(first)
    with pytest.raises(BadInput) as refused:
        payments.issue_instrument(
            disbursement=first.line.disbursement_id, line=first.line_id, number=first.number, by=here["ddo"]
        )
    assert "never reused" in refused.value.fields["number"]


def test_stale_only_after_its_last_day_and_never_cleared_then(here: world.World) -> None:
    cheque = here.paid()[0]
    assert cheque.expires_on == date(2025, 12, 31)
    with pytest.raises(BadInput, match="payable until 31 Dec 2025"):
        payments.fail_instrument(
            instrument=cheque.pk, state="stale", reason="x", by=here["reconciler"], on=date(2025, 12, 31)
        )
    with pytest.raises(WrongState, match="Mark it stale"):
        payments.clear_instrument(instrument=cheque.pk, by=here["reconciler"], on=date(2026, 1, 1))
    payments.fail_instrument(
        instrument=cheque.pk, state="stale", reason="Not presented", by=here["reconciler"], on=date(2026, 1, 1)
    )
    cheque.refresh_from_db()
    assert cheque.state == Instrument.State.STALE


def test_nobody_who_asked_or_agreed_hands_out_the_money(here: world.World) -> None:
    voucher = here.vouchered()
    for role in ("case_officer", "verifier", "approver"):
        here[role].groups.add(Group.objects.get(name="ddo"))
        again = type(here[role]).objects.get(pk=here[role].pk)
        with pytest.raises(NotAllowed, match="somebody else must pay"):
            payments.issue_instrument(
                disbursement=voucher.sanction.disbursement_id,
                line=voucher.sanction.disbursement.lines.get().pk,
                number="1",
                by=again,
            )


def test_closing_waits_for_receipt_and_release(here: world.World) -> None:
    obligation = here.obligation("300000")
    here.four_heirs(obligation)
    request = disbursements.create_draft(
        fund=here.fund,
        kind="diyat",
        title="Diyat",
        pay_to="Sessions Judge",
        payees=world.heirs_payees(obligation, total="300000"),
        by=here["case_officer"],
        on=world.DAY,
    )
    instruments = here.cleared(request)
    with pytest.raises(WrongState):
        payments.close(disbursement=request.pk, by=here["case_officer"])
    for instrument in instruments:
        payments.acknowledge(instrument=instrument.pk, received_by="Court", by=here["case_officer"])
    with pytest.raises(WrongState, match="the release is not recorded"):
        payments.close(disbursement=request.pk, by=here["case_officer"])
    with pytest.raises(WrongState, match="is acknowledged"):
        payments.acknowledge(instrument=instruments[0].pk, received_by="Court", by=here["case_officer"])
    other = here.relief_case()
    with pytest.raises(NotFound):
        payments.record_release(disbursement=request.pk, case=other.pk, reference="x", by=here["case_officer"])
    case = obligation.order.case
    with pytest.raises(WrongState, match="release order and the jail's confirmation are not recorded"):
        payments.record_release(disbursement=request.pk, case=case.pk, reference="Order 1", by=here["case_officer"])
    here.confirm(case)
    payments.record_release(disbursement=request.pk, case=case.pk, reference="Order 1", by=here["case_officer"])
    assert payments.close(disbursement=request.pk, by=here["case_officer"]).state == "closed"
    with pytest.raises(WrongState):
        payments.record_release(disbursement=request.pk, case=case.pk, reference="Order 2", by=here["case_officer"])


@pytest.mark.parametrize(("stage", "canceller"), [("sanctioned", "approver"), ("vouchered", "ddo"), ("paid", "ddo")])
def test_cancelling_gives_everything_back_in_the_same_year(here: world.World, stage: str, canceller: str) -> None:
    before = balances.trial_balance(here.fund.book.code).rows
    getattr(here, stage)(here.diyat())
    request = Disbursement.objects.get()
    disbursements.cancel(disbursement=request.pk, by=here[canceller], reason="Appeal allowed", on=world.DAY)
    assert balances.trial_balance(here.fund.book.code).rows == before
    request.refresh_from_db()
    assert (request.state, request.cancellation.stage) == ("cancelled", stage)
    assert request.sanction.number
    assert not Instrument.objects.exclude(state="stopped").exists()


def test_cleared_money_is_not_cancelled(here: world.World) -> None:
    instruments = here.paid(here.diyat())
    payments.clear_instrument(instrument=instruments[0].pk, by=here["reconciler"], on=world.DAY)
    with pytest.raises(WrongState, match=r"Rs 1,50,000\.00 of .* has cleared"):
        disbursements.cancel(disbursement=instruments[0].line.disbursement_id, by=here["ddo"], reason="x")
    with pytest.raises(NotAllowed):
        disbursements.cancel(disbursement=instruments[0].line.disbursement_id, by=here["approver"], reason="x")


NEXT_YEAR = date(2026, 8, 3)


def test_non_lapsable_cancellation_after_the_year_goes_to_recoveries(here: world.World) -> None:
    request = here.paid(here.diyat())[0].line.disbursement
    free = budgets.headroom(here.fund)
    disbursements.cancel(disbursement=request.pk, by=here["ddo"], reason="Heir died", on=NEXT_YEAR)
    assert held(here, "A-DIY", "G-PAY", "G-CHQ", "H-REC") == [Decimal(1200000), 0, 0, Decimal(1200000)]
    assert budgets.headroom(here.fund) == free + 1200000
    later = statements.build(here.fund, "2026-27")
    assert (later.now.paid, later.now.receipts) == (0, {"Recovery of an earlier year": Decimal(1200000)})


def test_lapsable_cheque_failing_after_the_year_is_unclaimed_and_its_budget_has_lapsed() -> None:
    here = world.build(lapsable=True)
    cheque = here.paid()[0]
    free = budgets.headroom(here.fund)
    payments.fail_instrument(
        instrument=cheque.pk, state="stale", reason="Not presented", by=here["reconciler"], on=NEXT_YEAR
    )
    assert held(here, "G-CHQ", "G-PAY", "G-UNCL") == [0, 0, Decimal(20000)]
    assert budgets.headroom(here.fund) == free
    later = statements.build(here.fund, "2026-27")
    assert (later.now.paid, later.now.received) == (0, Decimal(20000))


def test_receipts_by_kind_reach_their_accounts(here: world.World) -> None:
    by, day = here["fund_manager"], date(2025, 8, 1)
    for kind, account in (("donation", "H-DON"), ("profit", "H-PRO"), ("recovery", "H-REC")):
        receipt = budgets.record_receipt(
            fund=here.fund, kind=kind, amount="5,000.50", received_from="A donor", reference=f"{kind} 1", by=by, on=day
        )
        assert held(here, account) == [Decimal("5000.50")]
    assert [row.serial for row in Receipt.objects.order_by("pk")] == [1, 2, 3, 4]
    assert receipt.number == "TEST-2025-26-RC-0004"
    with pytest.raises(BadInput, match="already recorded"):
        budgets.record_receipt(
            fund=here.fund, kind="profit", amount="1", received_from="A", reference="profit 1", by=by, on=day
        )


def test_refund_goes_back_to_its_charge(here: world.World) -> None:
    here.cleared()
    with pytest.raises(BadInput) as refused:
        budgets.record_receipt(
            fund=here.fund, kind="refund", amount="20000", received_from="Ms R", reference="r", by=here["fund_manager"]
        )
    assert "head" in refused.value.fields
    budgets.record_receipt(
        fund=here.fund,
        kind="refund",
        amount="20000",
        received_from="Ms R",
        reference="r",
        by=here["fund_manager"],
        head="A-REL",
        on=date(2025, 11, 1),
    )
    assert held(here, "A-REL") == [0]
    told = statements.build(here.fund, "2025-26")
    assert (told.now.paid, told.receipts[-1].label, told.receipts[-1].amount) == (
        Decimal(20000),
        "Refunds",
        Decimal(20000),
    )


def test_allocations_make_original_and_final_budget(here: world.World) -> None:
    by = here["fund_manager"]
    for kind, amount in (("supplementary", "500000"), ("reduction", "200000")):
        budgets.record_allocation(
            fund=here.fund, kind=kind, amount=amount, reference="order", by=by, on=date(2025, 9, 1)
        )
    stands = position(here.fund, "2025-26")
    assert (stands.original, stands.revised) == (Decimal(10000000), Decimal(10300000))
    with pytest.raises(BadInput, match="has its original"):
        budgets.record_allocation(
            fund=here.fund, kind="original", amount="1", reference="x", by=by, on=date(2025, 9, 1)
        )
    with pytest.raises(BadInput, match="more than the budget"):
        budgets.record_allocation(
            fund=here.fund, kind="reduction", amount="99999999", reference="x", by=by, on=date(2025, 9, 1)
        )
