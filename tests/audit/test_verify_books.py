"""The second half of the promises, I8 to I12: the owner of the tables corrupts one thing, and verify names it."""

from datetime import date
from decimal import Decimal

import pytest

from audit.checks import i10_amounts
from funds import budgets, closing, disbursements, payments
from funds.models import Sanction
from tests import world
from tests.audit.conftest import Corrupt, broken, entry

# I8


def test_date_outside_its_month(here: world.World, corrupt: Corrupt) -> None:
    number = entry("sanction:TEST/2025-26/001")
    corrupt("UPDATE ledger_journalentry SET date = '2025-11-05' WHERE id = %s", number)
    assert broken() == {"I8": f"entry {number}: dated 2025-11-05, its month is 2025-09-01 to 2025-09-30"}


def test_closing_entry_in_a_month_like_others(here: world.World, corrupt: Corrupt) -> None:
    """The statement would leave it out, and the trial balance before closing would not."""
    number = entry("sanction:TEST/2025-26/001")
    corrupt("UPDATE ledger_journalentry SET kind = 'closing' WHERE id = %s", number)
    assert broken()["I8"] == f"entry {number}: of kind closing, its month is 2025-09-01 to 2025-09-30"


@pytest.mark.parametrize("reopened", [False, True])
def test_entry_recorded_in_a_closed_month(here: world.World, corrupt: Corrupt, reopened: bool) -> None:
    given = {"fund": here.fund, "by": here["fund_manager"]}
    closing.close_year(**given, label="2024-25", override="By hand")
    month = [closing.close_month(**given, month=f"2025-0{n}", override="By hand") for n in (7, 8, 9)][-1]
    assert broken() == {}
    if reopened:
        row = closing.ask_month(**given, month="2025-09", reason="Late voucher")
        closing.agree_reopening(fund=here.fund, reopening=row.pk, by=here["approver"])
        corrupt(
            "UPDATE ledger_historicalperiod SET history_date = history_date + interval '1 day'"
            " WHERE id = %s AND closed_at IS NULL AND history_type = '~'",
            month.pk,
        )
    number = entry("sanction:TEST/2025-26/001")
    corrupt("UPDATE ledger_journalentry SET recorded = now() + interval '1 hour' WHERE id = %s", number)
    found = broken()
    assert set(found) == {"I8"}
    assert f"entry {number}: recorded" in found["I8"]


# I9


def test_act_without_its_key_and_key_used_twice(here: world.World, corrupt: Corrupt) -> None:
    row = Sanction.objects.first()
    corrupt("ALTER TABLE ledger_journalentry DROP CONSTRAINT one_entry_per_key")
    other = Sanction.objects.last()
    corrupt("UPDATE ledger_journalentry SET key = %s WHERE id = %s", f"sanction:{other.number}", row.entry_id)
    found = broken()["I9"]
    assert f"key sanction:{other.number} of book TEST: 2 entries" in found
    assert f"sanction {row.number}: entry {row.entry_id} has not its key" in found


def test_receipt_that_says_another_amount_than_its_entries(here: world.World, corrupt: Corrupt) -> None:
    corrupt("UPDATE funds_receipt SET amount = 5")
    found = broken()
    assert set(found) == {"I9"}
    assert "receipt TEST-2025-26-RC-0001: its entries book 10000000.00, it says 5" in found["I9"]


# I10


@pytest.mark.parametrize("value", ["NaN", "0", "-1", "0.005", "10000000000000"])
def test_amount_that_is_no_amount(here: world.World, corrupt: Corrupt, value: str) -> None:
    obligation = here.obligation()
    corrupt("ALTER TABLE beneficiaries_obligation DROP CONSTRAINT obligation_amount_in_range")
    corrupt("ALTER TABLE beneficiaries_obligation DROP CONSTRAINT obligation_not_paid_before_in_excess")
    corrupt("UPDATE beneficiaries_obligation SET amount_ordered = %s::numeric WHERE id = %s", value, obligation.pk)
    assert broken()["I10"] == f"obligation {obligation.pk}: amount_ordered {value}"


def test_line_in_another_currency(here: world.World, corrupt: Corrupt) -> None:
    number = entry("sanction:TEST/2025-26/001")
    corrupt("UPDATE ledger_journalline SET amount_currency = 'USD' WHERE entry_id = %s AND side = 'D'", number)
    assert "journal line " in broken()["I10"]


def test_every_money_column_is_found() -> None:
    found = {f"{field.model._meta.label}.{field.name}" for field in i10_amounts.amount_fields()}
    assert {"ledger.JournalLine.amount", "funds.PayeeLine.amount", "beneficiaries.OfficerLimit.amount"} <= found
    assert {"funds.HistoricalPayeeLine.amount", "ledger.AccountFloor.balance", "funds.Voucher.amount"} <= found


# I11


def test_case_of_another_office_on_a_payee_line(here: world.World, corrupt: Corrupt) -> None:
    row = here.draft(by=here["quetta"])
    line = row.lines.get()
    corrupt("UPDATE beneficiaries_case SET office_id = %s WHERE id = %s", here.office.pk, line.case_id)
    found = broken()
    assert set(found) == {"I4", "I11"}
    assert f"payee line {line.pk} of request {row.number}: its case" in found["I11"]


# I12


def test_statement_that_differs_from_the_lines(here: world.World, corrupt: Corrupt) -> None:
    assert broken() == {}
    corrupt(
        "UPDATE ledger_accounttotal t SET debit_paisa = debit_paisa + 5000 FROM ledger_account a WHERE a.id = t.account_id"
        " AND a.code IN ('F-BNK') AND t.debit_paisa > 0"
    )
    found = broken()
    assert "statement TEST 2025-26:" in found["I12"]


def test_independent_figures_are_those_of_the_statement(here: world.World) -> None:
    from audit.checks.i12_statements import independent

    figures = independent()["TEST", "2025-26"]
    assert (figures.opening, figures.received) == (0, Decimal(10_000_000))
    assert (figures.paid, figures.closing) == (Decimal(1_200_000), Decimal(8_800_000))


def test_refunds_lapses_and_late_cancellations_agree_as_well(corrupt: Corrupt) -> None:
    made = world.build(lapsable=True, code="LAPS")
    instrument = made.paid()[0]
    budgets.record_receipt(
        fund=made.fund,
        kind="refund",
        amount="500",
        received_from="Court",
        reference="R 1",
        head="A-REL",
        by=made["fund_manager"],
        on=world.DAY,
    )
    payments.fail_instrument(
        instrument=instrument.pk, state="stale", reason="not presented", by=made["reconciler"], on=date(2026, 7, 20)
    )
    late = made.paid()[0]
    disbursements.cancel(
        disbursement=late.line.disbursement_id, by=made["ddo"], reason="Payee died", on=date(2026, 7, 21)
    )
    assert broken() == {}
