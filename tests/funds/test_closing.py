"""Closing months and years of a fund: conditions, lapsing, carrying forward, the frozen statement, reopening."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q

from audit.verify import verify
from funds import budgets, closing, disbursements, payments, statements, vouchers
from funds.books import frozen, statement_json
from funds.budget.position import position
from funds.models import Disbursement, Fund, StatementVersion
from ledger import balances
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.models import FiscalYear, JournalEntry, Period
from ledger.periods import SURRENDER
from ledger.posting import ClosedPeriod, reverse
from tests import world
from tests.world import World

WHY = "Compared by hand with the bank's letter of 4 July 2026"
LATER = date(2026, 7, 20)


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


@pytest.fixture
def lapsing(db: None) -> World:
    return world.build(lapsable=True, code="LAPS")


def close(w: World, label: str = "2025-26") -> StatementVersion:
    for year in ("2024-25", label):
        if not closing.get_year(w.fund, year).closed:
            made = closing.close_year(fund=w.fund, label=year, by=w["fund_manager"], override=WHY)
    return made


def reopen(w: World, label: str = "2025-26") -> None:
    row = closing.ask_year(fund=w.fund, label=label, by=w["fund_manager"], reason="A receipt was missed")
    closing.agree_reopening(fund=w.fund, reopening=row.pk, by=w["approver"])


def donate(w: World, *, on: date) -> None:
    budgets.record_receipt(
        fund=w.fund,
        kind="donation",
        amount="500",
        received_from="A donor",
        reference="D 1",
        by=w["fund_manager"],
        on=on,
    )


def nets(w: World, day: date) -> dict[str, Decimal]:
    rows = balances.trial_balance(w.fund.book.code, as_at=day).rows
    return {row.code: row.debit - row.credit for row in rows if row.debit or row.credit}


def held_by_verify() -> list[str]:
    return [f"{result.id}: {offender}" for result in verify().results for offender in result.offenders]


def test_a_month_is_closed_with_a_recorded_override(here: World) -> None:
    closing.close_year(fund=here.fund, label="2024-25", by=here["fund_manager"], override=WHY)
    with pytest.raises(BadInput) as caught:
        closing.close_month(fund=here.fund, month="2025-07", by=here["fund_manager"])
    assert "No approved bank reconciliation" in caught.value.fields["override"]
    period = closing.close_month(fund=here.fund, month="2025-07", by=here["fund_manager"], override=WHY)
    assert (period.closed, period.override, period.closed_by) == (True, WHY, here["fund_manager"])
    assert period.history.latest().history_change_reason == WHY


def test_only_the_keeping_office_closes(here: World) -> None:
    quetta = world.make_user("manager_quetta", here.quetta_office, world.Role.FUND_MANAGER)
    for by in (quetta, here["finance_officer"]):
        with pytest.raises(NotAllowed):
            closing.close_month(fund=here.fund, month="2024-07", by=by, override=WHY)


@pytest.mark.parametrize("month", ["2025-13", "2025-9", "September", "", "2025-09-01"])
def test_a_month_is_written_as_2025_09(here: World, month: str) -> None:
    with pytest.raises(BadInput) as caught:
        closing.close_month(fund=here.fund, month=month, by=here["fund_manager"], override=WHY)
    assert "2025-09" in caught.value.fields["month"]


def test_a_month_without_a_year_is_not_found(here: World) -> None:
    with pytest.raises(NotFound):
        closing.close_month(fund=here.fund, month="2019-09", by=here["fund_manager"], override=WHY)


def test_a_voucher_that_is_not_in_the_journal_stops_the_close(here: World) -> None:
    voucher = here.vouchered()
    close(here, "2024-25")
    closing.close_month(fund=here.fund, month="2025-07", by=here["fund_manager"], override=WHY)
    closing.close_month(fund=here.fund, month="2025-08", by=here["fund_manager"], override=WHY)
    period = closing.get_month(here.fund, "2025-09")
    assert closing.month_readiness(here.fund, period).ready
    missing = JournalEntry.objects.exclude(pk=voucher.entry_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JournalEntry, "objects", missing)
        found = closing.month_readiness(here.fund, period)
    assert found.blockers == [f"Voucher {voucher.number} has no journal entry."]


def test_what_waits_is_said_but_stops_nothing(here: World) -> None:
    here.sanctioned()
    here.paid()
    found = closing.month_readiness(here.fund, closing.get_month(here.fund, "2025-09"))
    assert [note.split(" for ")[0] for note in found.notes] == ["1 sanction", "1 instrument"]
    assert found.blockers == ["2024-07 is open. Months are closed in order."]


def test_a_year_that_has_not_ended_stays_open(here: World) -> None:
    close(here)
    with pytest.raises(WrongState) as caught:
        closing.close_year(fund=here.fund, label="2026-27", by=here["fund_manager"], override=WHY)
    assert "has not ended" in str(caught.value)


def test_closing_empties_the_accounts_of_the_year_and_carries_the_rest(here: World) -> None:
    """Rs 20,000 paid and cleared, Rs 20,000 sanctioned, of Rs 1,00,00,000: a fund that does not lapse."""
    here.cleared()
    here.sanctioned()
    before = nets(here, date(2026, 6, 30))
    assert (before["A-REL"], before["X30"], before["X70"]) == (20000, -20000, -10000000)
    close(here)
    after = nets(here, date(2026, 6, 30))
    assert after == {
        "F-BNK": Decimal(9980000),
        "H-FUND": Decimal(-9980000),
        "X10": Decimal(-9960000),
        "X20": Decimal(-20000),
        "X90": Decimal(9980000),
    }
    told = balances.before_closing(here.fund.book.code, "2025-26")
    assert {row.code: row.debit - row.credit for row in told.rows if row.debit or row.credit} == before
    stands = position(here.fund, "2025-26")
    assert (stands.original, stands.spent, stands.committed, stands.free) == (10000000, 20000, 20000, 9960000)
    assert position(here.fund, "2026-27").available == 9980000
    assert held_by_verify() == []


def test_the_next_year_begins_where_the_closed_one_ended(here: World) -> None:
    here.cleared()
    close(here)
    now, following = (frozen.published(here.fund, label).now for label in ("2025-26", "2026-27"))
    assert now.closing == following.opening == 9980000
    both = frozen.published(here.fund, "2025-26", "2026-27").now
    assert (both.opening, both.received, both.paid, both.original) == (0, 10000000, 20000, 10000000)


def test_a_lapsable_fund_surrenders_what_it_has_not_spent(lapsing: World) -> None:
    """Rs 20,000 spent, Rs 20,000 sanctioned without a voucher: the sanction ends, and all but the spent goes back."""
    lapsing.cleared()
    waiting = lapsing.sanctioned()
    close(lapsing)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.cancellation.cancelled_on) == ("cancelled", date(2026, 6, 30))
    assert "no voucher was issued in 2025-26" in waiting.cancellation.reason
    assert nets(lapsing, date(2026, 6, 30)) == {}
    assert budgets.headroom(lapsing.fund) == 0
    told = frozen.published(lapsing.fund, "2025-26")
    assert {item.label: item.amount for item in told.receipts} == {
        "Government release": 10000000,
        statements.SURRENDERED: -9980000,
    }
    assert (told.now.received, told.now.paid, told.now.closing) == (20000, 20000, 0)
    assert held_by_verify() == []


def test_what_lapses_needs_an_open_june(lapsing: World) -> None:
    """Closed month by month, there is no day left on which the surrender could be posted; readiness says what to do."""
    closing.close_year(fund=lapsing.fund, label="2024-25", by=lapsing["fund_manager"], override=WHY)
    for month in [f"2025-{n:02}" for n in range(7, 13)] + [f"2026-{n:02}" for n in range(1, 7)]:
        closing.close_month(fund=lapsing.fund, month=month, by=lapsing["fund_manager"], override=WHY)
    found = closing.year_readiness(lapsing.fund, closing.get_year(lapsing.fund, "2025-26"))
    assert found.blockers == ["2026-06 is closed, but what lapses is posted in it. Reopen it first."]
    with pytest.raises(WrongState) as caught:
        close(lapsing)
    assert (caught.value.code, found.blockers[0] in str(caught.value)) == ("not_ready", True)
    row = closing.ask_month(fund=lapsing.fund, month="2026-06", by=lapsing["fund_manager"], reason="To surrender")
    closing.agree_reopening(fund=lapsing.fund, reopening=row.pk, by=lapsing["approver"])
    close(lapsing)
    assert nets(lapsing, date(2026, 6, 30)) == {}


def test_money_of_a_lapsed_year_is_neither_vouchered_nor_paid(lapsing: World) -> None:
    waiting, vouchered = lapsing.sanctioned(), lapsing.vouchered().sanction.disbursement
    with pytest.raises(WrongState) as caught:
        vouchers.issue_voucher(disbursement=waiting.pk, by=lapsing["ddo"], on=LATER)
    assert caught.value.code == "lapsed"
    with pytest.raises(WrongState) as caught:
        payments.issue_instrument(
            disbursement=vouchered.pk, line=vouchered.lines.get().pk, number="77", by=lapsing["ddo"], on=LATER
        )
    assert caught.value.code == "lapsed"
    disbursements.cancel(disbursement=vouchered.pk, by=lapsing["ddo"], reason="Lapsed", on=LATER)
    assert nets(lapsing, LATER)["G-UNCL"] == -20000


def test_money_that_does_not_lapse_is_vouchered_in_the_next_year(here: World) -> None:
    request = here.sanctioned()
    close(here)
    voucher = vouchers.issue_voucher(disbursement=request.pk, by=here["ddo"], on=LATER)
    assert voucher.number.startswith("TEST-2026-27-")
    assert position(here.fund, "2026-27").spent == 20000


def test_nothing_reaches_a_closed_year(here: World) -> None:
    voucher = here.vouchered()
    close(here)
    with pytest.raises(ClosedPeriod):
        donate(here, on=world.DAY)
    with pytest.raises(ClosedPeriod), transaction.atomic():
        reverse(voucher.entry_id, by=here["ddo"], reason="x", on=date(2026, 6, 30))
    assert held_by_verify() == []


def test_the_statement_of_a_closed_year_is_frozen(here: World) -> None:
    here.cleared()
    version = close(here)
    assert (version.version, version.reason, version.closed_by) == (1, WHY, here["fund_manager"])
    first = statement_json.to_json(frozen.published(here.fund, "2025-26"))
    assert (first["status"], first["version"], first["closing_balance"]) == ("final", 1, "9980000.00")
    Fund.objects.filter(pk=here.fund.pk).update(name="Another name")
    here.fund.refresh_from_db()
    told = frozen.published(here.fund, "2025-26")
    assert (statement_json.to_json(told), told.fund.name) == (first, "TEST Fund")


def test_an_open_year_is_provisional(here: World) -> None:
    told = statement_json.to_json(frozen.published(here.fund, "2025-26"))
    assert (told["status"], told["version"]) == ("provisional", None)


def test_a_reopened_year_gets_a_second_version_that_shows_what_changed(here: World) -> None:
    here.cleared()
    close(here)
    reopen(here)
    assert frozen.published(here.fund, "2025-26").edition is None
    assert nets(here, date(2026, 6, 30))["A-REL"] == 20000
    donate(here, on=date(2026, 6, 29))
    assert close(here).version == 2
    old, new = (frozen.version(here.fund, "2025-26", number) for number in (1, 2))
    found = {change.place: (change.before, change.after) for change in frozen.changes(old, new)}
    assert found["receipts_total"] == ("10000000.00", "10000500.00")
    assert found["sections/receipts/Donation/amount"] == ("not there", "500.00")
    assert "payments_total" not in found
    assert held_by_verify() == []


def test_the_closing_period_of_a_reopened_year_is_no_month(here: World) -> None:
    close(here)
    reopen(here)
    found = closing.year_readiness(here.fund, closing.get_year(here.fund, "2025-26"))
    assert (found.blockers, found.notes[0]) == ([], "1 open months are closed with the year: 2026-06.")


def test_reopening_undoes_the_surrender(lapsing: World) -> None:
    lapsing.cleared()
    close(lapsing)
    reopen(lapsing)
    assert budgets.headroom(lapsing.fund) == 9980000
    undone = JournalEntry.objects.filter(kind=SURRENDER, reverses__isnull=False)
    assert [entry.date for entry in undone] == [date(2026, 6, 30)] * 2
    assert close(lapsing).version == 2
    assert nets(lapsing, date(2026, 6, 30)) == {}
    assert held_by_verify() == []


def test_a_close_that_fails_leaves_nothing(lapsing: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lapsing.cleared()
    waiting = lapsing.sanctioned()
    close(lapsing, "2024-25")

    def broken(**given: object) -> None:
        raise statements.StatementBroken("does not tie")

    monkeypatch.setattr(frozen, "freeze", broken)
    with pytest.raises(statements.StatementBroken), transaction.atomic():
        closing.close_year(fund=lapsing.fund, label="2025-26", by=lapsing["fund_manager"], override=WHY)
    waiting.refresh_from_db()
    assert waiting.state == "sanctioned"
    assert not Period.objects.filter(~Q(closed_at=None), year__label="2025-26").exists()
    assert not JournalEntry.objects.filter(kind__in=("closing", SURRENDER), date__gte=date(2025, 7, 1)).exists()


def test_twice_and_in_order(here: World) -> None:
    with pytest.raises(WrongState) as caught:
        closing.close_year(fund=here.fund, label="2025-26", by=here["fund_manager"], override=WHY)
    assert "2024-25 is open" in str(caught.value)
    close(here)
    with pytest.raises(WrongState) as caught:
        closing.close_year(fund=here.fund, label="2025-26", by=here["fund_manager"], override=WHY)
    assert "closed already" in str(caught.value)


def test_the_database_freezes_a_statement_only_with_its_year(here: World) -> None:
    close(here, "2024-25")
    row = StatementVersion.objects.get()
    open_year, closed_year = (FiscalYear.objects.get(label=label) for label in ("2025-26", "2024-25"))
    for year, version in ((open_year, 1), (closed_year, 3)):
        with pytest.raises(IntegrityError), transaction.atomic():
            StatementVersion.objects.create(
                fund=here.fund, year=year, version=version, document={}, digest="", closed_by=row.closed_by, reason="x"
            )


def test_a_frozen_statement_that_was_changed_is_named(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    close(here, "2024-25")
    assert held_by_verify() == []
    monkeypatch.setattr(frozen, "_digest", lambda document: "another")
    assert held_by_verify() == ["I12: statement TEST 2024-25: version 1 is not as it was frozen"]


def test_an_entry_slipped_past_the_closing_is_named(here: World) -> None:
    """The control of I12's last question: a charge left on its account after the year was closed."""
    here.cleared()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(closing.postings, "closing", lambda **given: [])
        close(here)
    assert any("20000.00 is left of the closed year 2025-26" in line for line in held_by_verify())


def test_the_request_that_lapsed_says_so(lapsing: World) -> None:
    waiting = lapsing.sanctioned()
    close(lapsing)
    assert Disbursement.objects.get(pk=waiting.pk).history.latest().history_change_reason.startswith("Lapsed on 30 Jun")


def test_a_month_is_not_closed_before_the_year_that_ended_before_it(here: World) -> None:
    """Behind a closed July the closing entries of June would have no open period."""
    for month in [f"2024-{number:02d}" for number in range(7, 13)] + [f"2025-{number:02d}" for number in range(1, 7)]:
        closing.close_month(fund=here.fund, month=month, by=here["fund_manager"], override=WHY)
    with pytest.raises(WrongState) as caught:
        closing.close_month(fund=here.fund, month="2025-07", by=here["fund_manager"], override=WHY)
    assert "The year 2024-25 is open" in str(caught.value)
    assert close(here, "2024-25").version == 1


def test_a_year_behind_a_closed_month_is_not_reopened(here: World) -> None:
    close(here, "2024-25")
    closing.close_month(fund=here.fund, month="2025-07", by=here["fund_manager"], override=WHY)
    with pytest.raises(WrongState) as caught:
        reopen(here, "2024-25")
    assert "2025-07 is closed" in str(caught.value)
