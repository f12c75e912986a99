"""Heads of a budget: dividing a fund, allocations and money by head, releases, and sanctions that draw on their head."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.verify import verify
from beneficiaries.documents import PaperAltered
from beneficiaries.papers import store
from funds import approvals, budgets, closing, disbursements, statements, vouchers
from funds.books import frozen
from funds.budget import budget_releases, heads
from funds.budget.budget_position import budget, room
from funds.budget.budget_releases import Share
from funds.budget.position import position
from funds.models import BudgetHead, Fund
from ledger import balances
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.models import JournalEntry
from tests import world
from tests.beneficiaries.papers import samples
from tests.funds.divided import DAY, START, fund_of, receive, release, setting, stands

pytestmark = pytest.mark.django_db
WHY = "Compared by hand"


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


@pytest.fixture
def fund(here: world.World) -> Fund:
    return fund_of(here)


def held(fund: Fund, code: str) -> Decimal:
    return balances.balance(fund.book.code, code)


def broken() -> list[str]:
    return [f"{result.id}: {offender}" for result in verify().results for offender in result.offenders]


def lines(entry: int) -> list[tuple[str, str, Decimal]]:
    rows = JournalEntry.objects.get(pk=entry).lines.order_by("position")
    return [(line.account.code, line.side, line.amount.amount) for line in rows]


def test_a_head_has_accounts_of_its_own_and_a_floor(fund: Fund) -> None:
    accounts = dict(fund.book.accounts.filter(code__contains="-LEGAL").values_list("code", "never_negative"))
    assert accounts == {
        "X10-LEGAL": True,
        "X20-LEGAL": True,
        "X30-LEGAL": False,
        "X70-LEGAL": False,
        "X71-LEGAL": False,
    }
    assert fund.book.accounts.get(code="X05").never_negative


def test_a_fund_with_one_budget_works_as_before(here: world.World) -> None:
    assert not here.fund.book.accounts.filter(code="X05").exists()
    request = here.sanctioned()
    assert request.sanction.budget_head is None
    assert lines(request.sanction.entry_id) == [("X10", "D", Decimal(20000)), ("X20", "C", Decimal(20000))]
    found = budget(here.fund, "2025-26")
    assert (found.divided, [row.name for row in found.rows]) == (False, ["Whole budget"])
    with pytest.raises(WrongState, match="needs no release"):
        release(here, here.fund, **{"": "1"})


def test_only_the_keeper_opens_heads(here: world.World, fund: Fund) -> None:
    quetta = world.make_user("manager_quetta", here.quetta_office, world.Role.FUND_MANAGER)
    for by in (quetta, here["approver"]):
        with pytest.raises(NotAllowed):
            heads.open_head(fund=fund, code="NEW", name="New", kinds=["fine"], effective_from=START, source="S", by=by)


def test_a_year_with_one_budget_is_not_divided_any_more(here: world.World) -> None:
    given = {"fund": here.fund, "code": "ALL", "name": "All", "kinds": list(here.fund.kinds), "source": "House rules"}
    with pytest.raises(WrongState, match="one sum for 2025-26"):
        heads.open_head(effective_from=START, by=here["fund_manager"], **given)
    with pytest.raises(BadInput, match="from a 1 July on"):
        heads.open_head(effective_from=date(2026, 8, 1), by=here["fund_manager"], **given)
    heads.open_head(effective_from=date(2026, 7, 1), by=here["fund_manager"], **given)
    assert heads.head_for(here.fund, "fine", DAY) is None
    assert str(heads.head_for(here.fund, "fine", date(2026, 7, 1))) == "All"


def test_what_was_free_in_one_sum_joins_the_first_release(here: world.World) -> None:
    here.sanctioned()
    given = {"fund": here.fund, "code": "ALL", "name": "All", "kinds": list(here.fund.kinds), "source": "House rules"}
    heads.open_head(effective_from=date(2026, 7, 1), by=here["fund_manager"], **given)
    release(here, here.fund, on=date(2026, 7, 2), ALL="9000000")
    assert (held(here.fund, "X10"), held(here.fund, "X05"), held(here.fund, "X10-ALL")) == (0, 980000, 9000000)
    assert held(here.fund, "X20") == 20000  # what was committed before stays where it was
    rows = {row.name: row for row in budget(here.fund, "2026-27").rows}
    assert (rows["Whole budget"].committed, rows["All"].free) == (20000, 9000000)
    assert broken() == []


def test_two_heads_do_not_pay_one_kind(here: world.World, fund: Fund) -> None:
    with pytest.raises(WrongState, match="GRANTS of PARTS pays one of these"):
        heads.open_head(
            fund=fund, code="MORE", name="More", kinds=["relief_grant"], effective_from=START, source="S",
            by=here["fund_manager"],
        )  # fmt: skip


def test_each_head_has_its_own_allocations(here: world.World, fund: Fund) -> None:
    given = {"fund": fund, "reference": "Order", "by": here["fund_manager"], "on": START}
    with pytest.raises(BadInput, match="divided among heads"):
        budgets.record_allocation(kind="supplementary", amount="1000", **given)
    with pytest.raises(BadInput, match="no head 'NONE'"):
        budgets.record_allocation(kind="supplementary", amount="1000", budget_head="NONE", **given)
    with pytest.raises(BadInput, match="Legal, has its original allocation"):
        budgets.record_allocation(kind="original", amount="1000", budget_head="LEGAL", **given)
    budgets.record_allocation(kind="supplementary", amount="1000", budget_head="LEGAL", **given)
    budgets.record_allocation(kind="reduction", amount="500", budget_head="GRANTS", **given)
    assert [(row.code, row.original, row.revised) for row in budget(fund, "2025-26").rows] == [
        ("GRANTS", 300000, 299500),
        ("LEGAL", 300000, 301000),
        ("REST", 300000, 300000),
    ]
    assert (position(fund, "2025-26").original, position(fund, "2025-26").revised) == (900000, 900500)


def test_money_waits_for_its_release(here: world.World, fund: Fund) -> None:
    assert (held(fund, "X05"), position(fund, "2025-26").free, position(fund, "2025-26").unreleased) == (
        900000,
        0,
        900000,
    )
    rows = release(here, fund, GRANTS="100000", LEGAL="50000")
    assert [(row.budget_head.code, row.amount, row.quarter) for row in rows] == [
        ("GRANTS", 100000, 1),
        ("LEGAL", 50000, 1),
    ]
    assert lines(rows[0].entry_id) == [("X05", "D", Decimal(100000)), ("X10-GRANTS", "C", Decimal(100000))]
    assert (stands(fund).released, stands(fund).to_release, stands(fund).free) == (100000, 200000, 100000)
    assert held(fund, "X05") == 750000
    assert position(fund, "2025-26").available == 900000


def test_a_request_draws_on_the_head_of_its_kind(here: world.World, fund: Fund) -> None:
    release(here, fund, GRANTS="100000", LEGAL="50000")
    request = here.sanctioned(here.draft("20000", fund=fund, kind="legal_aid"))
    assert request.sanction.budget_head.code == "LEGAL"
    paper = vouchers.issue_voucher(disbursement=request.pk, by=here["ddo"], on=DAY).snapshot["budget"]
    assert {name: Decimal(figure) for name, figure in paper.items()} == {
        "available": 50000,
        "spent_before": 0,
        "committed": 0,
        "this_voucher": 20000,
        "balance_after": 30000,
    }
    assert (stands(fund, "LEGAL").spent, stands(fund, "LEGAL").free, stands(fund).free) == (20000, 30000, 100000)
    disbursements.cancel(disbursement=request.pk, by=here["ddo"], reason="Name differs", on=DAY)
    assert (stands(fund, "LEGAL").spent, stands(fund, "LEGAL").committed, stands(fund, "LEGAL").free) == (0, 0, 50000)
    assert broken() == []


def test_beyond_what_was_released_is_refused_and_says_so(here: world.World, fund: Fund) -> None:
    release(here, fund, GRANTS="100000")
    request = here.at_sanction(here.draft("10000", fund=fund, kind="legal_aid"))
    with pytest.raises(WrongState) as caught:
        approvals.approve(disbursement=request.pk, by=here["approver"], on=DAY)
    assert caught.value.code == "insufficient"
    assert "Legal of PARTS has Rs 0.00 free, less than Rs 10,000.00. Nothing was sanctioned." in str(caught.value)
    assert "Released for 2025-26: Rs 0.00 of Rs 3,00,000.00 allotted" in str(caught.value)
    assert "Rs 8,00,000.00 was received and waits for a release" in str(caught.value)


def test_a_kind_without_a_head_is_not_sanctioned(here: world.World, fund: Fund) -> None:
    release(here, fund, GRANTS="100000")
    request = here.at_sanction(here.draft("10000", fund=fund))
    BudgetHead.objects.filter(code="GRANTS").update(effective_to=DAY - timedelta(days=1))
    with pytest.raises(WrongState, match=r"No head of PARTS pays relief grant\. Its heads: Legal, Rest"):
        approvals.approve(disbursement=request.pk, by=here["approver"], on=DAY)


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ({"GRANTS": "300001"}, "Grants: Rs 3,00,000.00 is allotted for 2025-26 and Rs 0.00 released"),
        ({"GRANTS": "300000", "LEGAL": "300000", "REST": "300000"}, "has received Rs 8,00,000.00 that is not released"),
        ({"NONE": "1"}, "no head 'NONE'"),
        ({"": "1"}, "divided among heads"),
        ({}, "how much is released"),
    ],
)
def test_no_more_is_released_than_allotted_and_received(here: world.World, amounts: dict[str, str], said: str) -> None:
    fund = fund_of(here, money="800000")
    with pytest.raises((BadInput, WrongState)) as caught:
        release(here, fund, **amounts)
    assert said in f"{caught.value} {caught.value.fields}"
    assert not fund.budgetreleases.exists()


def test_a_release_is_recorded_once_with_order_file_and_letter(here: world.World, fund: Fund) -> None:
    given = {"fund": fund, "quarter": 2, "reference": "R 9", "by": here["fund_manager"], "on": DAY}
    letter = samples.pdf("Release order")
    share = [Share("GRANTS", "5")]
    (row,) = budget_releases.record_release(shares=share, file_number="F.1", content=letter, **given)
    assert (row.reference, row.file_number, row.file_type) == ("R 9", "F.1", "application/pdf")
    assert budget_releases.read_file(fund, row.pk)[1] == letter
    with pytest.raises(BadInput, match="R 9 is recorded for Grants already"):
        budget_releases.record_release(shares=share, file_number="F.1", **given)
    with pytest.raises(BadInput, match="named twice"):
        budget_releases.record_release(shares=share * 2, file_number="F.1", **given | {"reference": "R 10"})
    with pytest.raises(BadInput, match="quarter"):
        budget_releases.record_release(shares=share, file_number="F.1", **given | {"quarter": 5})
    with pytest.raises(BadInput) as caught:
        budget_releases.record_release(shares=share, file_number=" ", **given | {"reference": "R 11"})
    assert "file_number" in caught.value.fields
    with pytest.raises(NotFound):
        budget_releases.read_file(here.fund, row.pk)
    store.place(row.file_sha256).unlink()
    with pytest.raises(PaperAltered):
        budget_releases.read_file(fund, row.pk)


def test_releases_have_a_last_day(here: world.World, fund: Fund) -> None:
    setting("release_by", None, 9, 25)
    release(here, fund, on=date(2025, 9, 25), GRANTS="1000")
    with pytest.raises(WrongState, match=r"until 25 Sep 2025 .House rules.. 26 Sep 2025 is later"):
        release(here, fund, "R 2", on=date(2025, 9, 26), GRANTS="1000")
    setting("release_by", fund)  # the fund's own: none
    release(here, fund, "R 2", on=date(2025, 9, 26), GRANTS="1000")


def test_supplements_have_a_last_day_and_cuts_have_none(here: world.World) -> None:
    setting("supplement_by", None, 9, 25)
    given = {"fund": here.fund, "amount": "5", "reference": "Order", "by": here["fund_manager"], "on": DAY}
    with pytest.raises(WrongState) as caught:
        budgets.record_allocation(kind="supplementary", **given)
    assert caught.value.code == "after_cut_off"
    budgets.record_allocation(kind="reduction", **given)
    budgets.record_allocation(kind="supplementary", **given | {"on": date(2025, 9, 25)})


def test_money_may_name_its_head_where_no_release_is_needed(here: world.World, fund: Fund) -> None:
    with pytest.raises(BadInput, match="reaches its heads by a release"):
        receive(here, fund, "500", "M 2", budget_head="LEGAL")
    donor = fund_of(here, code="DONOR", needs_release=False)
    receive(here, donor, "500000", "M 2", budget_head="LEGAL")
    assert (stands(donor, "LEGAL").free, held(donor, "X05")) == (500000, 900000)
    release(here, donor, GRANTS="700000")  # above what was allotted: nobody limits it here
    assert stands(donor).free == 700000


def test_no_cut_below_what_was_released(here: world.World, fund: Fund) -> None:
    release(here, fund, GRANTS="250000")
    given = {"fund": fund, "kind": "reduction", "reference": "Cut", "by": here["fund_manager"], "on": DAY}
    with pytest.raises(BadInput, match=r"Rs 2,50,000\.00 is released and Rs 50,000\.00 is not"):
        budgets.record_allocation(amount="50001", budget_head="GRANTS", **given)
    budgets.record_allocation(amount="50000", budget_head="GRANTS", **given)


def test_room_tells_before_and_after_and_what_else_asks(here: world.World, fund: Fund) -> None:
    release(here, fund, GRANTS="100000")
    request = here.submitted(here.draft("30000", fund=fund))
    here.submitted(here.draft("20000", fund=fund))
    here.submitted(here.draft("10000", fund=fund, kind="legal_aid"))
    found = room(fund, "relief_grant", DAY, but=request)
    assert (found.whose, found.free, found.after(request.amount)) == ("Grants of PARTS", 100000, 70000)
    assert (found.asking, found.asked, found.after_all(request.amount)) == (1, 20000, 50000)


def test_a_lapsable_fund_surrenders_every_head_and_the_pool(here: world.World) -> None:
    lapsing = fund_of(here, code="LAPS", lapsable=True)
    release(here, lapsing, GRANTS="100000", LEGAL="50000")
    here.cleared(here.draft("20000", fund=lapsing))
    waiting = here.sanctioned(here.draft("30000", fund=lapsing, kind="legal_aid"))
    for label in ("2024-25", "2025-26"):
        closing.close_year(fund=lapsing, label=label, by=here["fund_manager"], override=WHY)
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    after = balances.trial_balance(lapsing.book.code, as_at=date(2026, 6, 30)).rows
    assert {row.code: row.debit - row.credit for row in after if row.debit or row.credit} == {}
    told = frozen.published(lapsing, "2025-26")
    assert {item.label: item.amount for item in told.receipts}[statements.SURRENDERED] == -880000
    assert (told.now.original, told.now.final) == (900000, 900000)
    assert (stands(lapsing).spent, stands(lapsing).released, stands(lapsing).free) == (20000, 20000, 0)
    assert broken() == []


def test_a_fund_that_does_not_lapse_carries_each_head(here: world.World, fund: Fund) -> None:
    release(here, fund, GRANTS="100000", LEGAL="50000")
    here.cleared(here.draft("20000", fund=fund))
    here.sanctioned(here.draft("30000", fund=fund, kind="legal_aid"))
    for label in ("2024-25", "2025-26"):
        closing.close_year(fund=fund, label=label, by=here["fund_manager"], override=WHY)
    assert held(fund, "X30-GRANTS") == held(fund, "X70-GRANTS") == 0
    following = {row.code: row for row in budget(fund, "2026-27").rows}
    assert (following["GRANTS"].brought, following["GRANTS"].free, following["GRANTS"].released) == (80000, 80000, 0)
    assert (following["LEGAL"].brought, following["LEGAL"].committed) == (50000, 30000)
    assert (held(fund, "X05"), position(fund, "2026-27").available) == (750000, 880000)
    assert broken() == []


def test_a_voucher_cancelled_in_a_later_year_gives_back_to_its_head(here: world.World, fund: Fund) -> None:
    release(here, fund, GRANTS="100000")
    request = here.vouchered(here.draft("20000", fund=fund)).sanction.disbursement
    for label in ("2024-25", "2025-26"):
        closing.close_year(fund=fund, label=label, by=here["fund_manager"], override=WHY)
    disbursements.cancel(disbursement=request.pk, by=here["ddo"], reason="Never came", on=date(2026, 7, 6))
    found = stands(fund, label="2026-27")
    assert (found.brought, found.spent, found.free, found.released) == (80000, -20000, 100000, 0)
    assert broken() == []
