"""What the database refuses of budgets by heads, by raw SQL in the application's role. SQLSTATEs: funds/rules/budget_rules.py."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from psycopg2.errorcodes import CHECK_VIOLATION, UNIQUE_VIOLATION

from funds.budget import reappropriations, surrenders
from funds.models import (
    Allocation,
    BudgetHead,
    BudgetRelease,
    BudgetSetting,
    Fund,
    ReappropriationDecision,
    Sanction,
)
from ledger.posting import Draft, credit, debit, post
from tests import world
from tests.funds.divided import DAY, fund_of, head_of, release, setting
from tests.funds.test_rules import accepted, copied, decision_of, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


@pytest.fixture
def fund(here: world.World) -> Fund:
    made = fund_of(here, lapsable=True)
    release(here, made, GRANTS="100000", LEGAL="100000")
    return made


@pytest.fixture
def entry(here: world.World, fund: Fund) -> Callable[..., int]:
    """Posts one pair into the fund's book, as whoever knows the door may."""
    numbers = iter(range(1, 100))

    def pair(one: str, other: str, amount: int | Decimal = 1000, *, of: Fund = fund, on: date = DAY) -> int:
        lines = (debit(one, Decimal(amount)), credit(other, Decimal(amount)))
        return post(Draft(of.code, on, "test", "T", "", f"test:{next(numbers)}", lines), by=here["fund_manager"])[0]

    return pair


def test_heads_are_apart_and_stay(here: world.World, fund: Fund) -> None:
    head = head_of(fund, "GRANTS")
    free = world.bare_fund(here["fund_manager"], here.office, code="FREE")
    accepted(*flat(copied(head, fund_id=free.pk)))
    refused("23F45", *flat(copied(head, code="MORE", effective_from=DAY)))
    BudgetHead.objects.filter(pk=head.pk).update(effective_to=date(2026, 6, 30))
    head.refresh_from_db()
    accepted(*flat(copied(head, code="MORE", effective_from=date(2026, 7, 1), effective_to=None)))
    refused("23F45", *flat(copied(head, code="MORE", effective_from=date(2026, 6, 30), effective_to=None)))
    Fund.objects.filter(pk=free.pk).update(kinds=["fine"])
    refused("23F45", *flat(copied(head, fund_id=free.pk)))
    for column, value in (("code", "'X'"), ("kinds", "'{fine}'"), ("effective_from", "'2020-07-01'"), ("fund_id", "1")):
        refused("23L09", f"UPDATE funds_budgethead SET {column} = {value} WHERE id = %s", head.pk)
    accepted("UPDATE funds_budgethead SET name = 'Relief' WHERE id = %s", head.pk)
    refused("42501", "DELETE FROM funds_budgethead WHERE id = %s", head.pk)


def flat(made: tuple[str, list[object]]) -> tuple[object, ...]:
    sql, values = made
    return sql, *values


@pytest.mark.parametrize("code", ["lower", "A", "1A", "A-B", ""])
def test_a_heads_code_can_be_part_of_an_account(fund: Fund, code: str) -> None:
    head = head_of(fund, "GRANTS")
    BudgetHead.objects.filter(pk=head.pk).update(effective_to=date(2026, 6, 30))
    refused(CHECK_VIOLATION, *flat(copied(head, code=code, effective_from=date(2026, 7, 1))))


def test_settings_are_days_and_a_need_has_its_fund(fund: Fund) -> None:
    row = setting("surrender_by", None, 5, 31)
    refused(UNIQUE_VIOLATION, *flat(copied(row)))
    for month, day in ((6, 31), (2, 29), (13, 1), (0, 1), (4, 31), (1, 32), (1, None), (None, 1)):
        refused(CHECK_VIOLATION, *flat(copied(row, effective_from=DAY, month=month, day=day)))
    needed = BudgetSetting.objects.get(code="release_needed", fund=fund)
    refused(CHECK_VIOLATION, *flat(copied(needed, fund_id=None)))
    refused(CHECK_VIOLATION, *flat(copied(needed, effective_from=DAY, month=5, day=1)))


def test_an_allocation_names_a_head_of_its_fund_in_time(
    here: world.World, fund: Fund, entry: Callable[..., int]
) -> None:
    other = fund_of(here, code="OTHER")
    row = fund.allocations.get(budget_head__code="GRANTS")
    more = {"kind": "supplementary", "amount": 1000, "entry_id": entry("X79", "X71-GRANTS"), "decided_on": DAY}
    accepted(*flat(copied(row, **more)))
    refused("23F45", *flat(copied(row, **more | {"budget_head_id": None})))
    refused("23F45", *flat(copied(row, **more | {"budget_head_id": head_of(other, "GRANTS").pk})))
    refused("23F45", *flat(copied(row, **more | {"decided_on": date(2025, 6, 30)})))  # before the head begins
    refused(UNIQUE_VIOLATION, *flat(copied(row, **more | {"kind": "original"})))
    setting("supplement_by", None, 9, 25)
    refused("23F48", *flat(copied(row, **more)))
    accepted(*flat(copied(row, **more | {"kind": "reduction"})))
    setting("supplement_by", fund)  # the fund's own goes first, however old, and knows no last day
    BudgetSetting.objects.filter(code="supplement_by", fund=None).update(effective_from=date(2021, 7, 1))
    accepted(*flat(copied(row, **more)))


def test_no_head_is_cut_below_nothing_or_below_what_was_released(
    here: world.World, fund: Fund, entry: Callable[..., int]
) -> None:
    row = fund.allocations.get(budget_head__code="GRANTS")
    cut = {"kind": "reduction", "decided_on": DAY}
    number = entry("X71-GRANTS", "X79", 200_000)
    accepted(*flat(copied(row, amount=200_000, entry_id=number, **cut)))
    number = entry("X71-GRANTS", "X79", 1)  # now Rs 99,999 is allotted and Rs 1,00,000 released
    refused("23F46", *flat(copied(row, amount=1, entry_id=number, **cut)))
    BudgetSetting.objects.update(effective_to=date(2025, 9, 1))  # no release is needed any more
    accepted(*flat(copied(row, amount=1, entry_id=number, **cut)))
    number = entry("X71-GRANTS", "X79", 100_000)
    refused("23F46", *flat(copied(row, amount=100_000, entry_id=number, **cut)))


def test_a_sanction_draws_on_the_head_of_its_kind(here: world.World, fund: Fund, entry: Callable[..., int]) -> None:
    request = here.at_sanction(here.draft("1000", fund=fund))
    sql, values = decision_of(request, 3, here["approver"])
    accepted(sql, *values)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    grants, legal = head_of(fund, "GRANTS"), head_of(fund, "LEGAL")
    other = fund_of(here, code="OTHER")
    release(here, other, GRANTS="1000")
    row = Sanction(
        disbursement=request, fund=fund, year=request.year, serial=1, number="PARTS/1", amount=request.amount,
        digest=request.digest, sanctioned_by=here["approver"], sanctioned_on=DAY, recorded_at="2025-09-26T10:00:00Z",
        entry_id=entry("X10-GRANTS", "X20-GRANTS"), budget_head=grants,
    )  # fmt: skip
    accepted(*flat(copied(row)))
    refused("23F45", *flat(copied(row, budget_head_id=None)))
    refused("23F45", *flat(copied(row, budget_head_id=legal.pk)))
    for wrong in (
        entry("X10-LEGAL", "X20-LEGAL"),
        entry("X10-GRANTS", "X20-LEGAL"),
        entry("X10-LEGAL", "X20-GRANTS"),
        entry("X10-GRANTS", "X20-GRANTS", 999),
        entry("X20-GRANTS", "X10-GRANTS"),
        entry("X10", "X20", of=here.fund),
        entry("X10-GRANTS", "X20-GRANTS", of=other),
    ):
        refused("23F49", *flat(copied(row, entry_id=wrong)))
    BudgetHead.objects.filter(pk=grants.pk).update(effective_to=date(2025, 9, 1))
    refused("23F45", *flat(copied(row)))


def test_a_release_is_in_time_and_as_posted(here: world.World, fund: Fund, entry: Callable[..., int]) -> None:
    row = BudgetRelease.objects.get(budget_head__code="GRANTS")
    more = {"amount": 1000, "reference": "R 2", "entry_id": entry("X05", "X10-GRANTS"), "released_on": DAY}
    accepted(*flat(copied(row, **more)))
    refused(UNIQUE_VIOLATION, *flat(copied(row, **more | {"reference": row.reference})))
    refused("23F45", *flat(copied(row, **more | {"budget_head_id": None})))
    refused("23F49", *flat(copied(row, **more | {"amount": 999})))
    refused("23F49", *flat(copied(row, **more | {"entry_id": entry("X05", "X10-LEGAL")})))
    for wrong in (
        {"quarter": 5},
        {"quarter": 0},
        {"file_type": "application/pdf"},
        {"file_sha256": "x"},
    ):
        refused(CHECK_VIOLATION, *flat(copied(row, **more | wrong)))
    setting("release_by", None, 9, 25)
    refused("23F48", *flat(copied(row, **more)))
    early = date(2025, 9, 25)
    refused("23F49", *flat(copied(row, **more | {"released_on": early})))
    accepted(*flat(copied(row, **more | {"released_on": early, "entry_id": entry("X05", "X10-GRANTS", on=early)})))
    setting("release_by", fund, 10, 1)
    accepted(*flat(copied(row, **more)))
    much = {"amount": 198_000, "entry_id": entry("X05", "X10-GRANTS", 198_000)}
    accepted(*flat(copied(row, **more | much)))  # Rs 3,00,000 in all: as much as was allotted
    entry("X05", "X10-GRANTS", 1)
    refused("23F46", *flat(copied(row, **more | much)))
    for column in ("amount = 1", "reference = 'x'"):
        refused("42501", f"UPDATE funds_budgetrelease SET {column}")


def test_budget_moves_within_one_fund_by_two_people(here: world.World, fund: Fund, entry: Callable[..., int]) -> None:
    other = fund_of(here, code="OTHER")
    given = {"from_head": "GRANTS", "to_head": "LEGAL", "amount": "1000", "order_number": "F.3", "reason": "More"}
    row = reappropriations.ask(fund=fund, by=here["fund_manager"], on=DAY, **given)
    accepted(*flat(copied(row)))
    refused("23F45", *flat(copied(row, to_head_id=head_of(other, "LEGAL").pk)))
    refused("23F45", *flat(copied(row, fund_id=other.pk)))
    refused("23F45", *flat(copied(row, to_head_id=row.from_head_id)))
    for wrong in ({"reason": ""}, {"order_number": ""}, {"amount": -1}):
        refused(CHECK_VIOLATION, *flat(copied(row, **wrong)))
    decision = ReappropriationDecision(
        reappropriation=row, outcome="agreed", remark="", moved=0, decided_by=here["approver"], decided_on=DAY,
        recorded_at="2025-09-26T10:00:00Z", entry_id=entry("X71-GRANTS", "X71-LEGAL"),
    )  # fmt: skip
    accepted(*flat(copied(decision)))
    refused("23F47", *flat(copied(decision, decided_by_id=here["fund_manager"].pk)))
    for wrong in (entry("X71-LEGAL", "X71-GRANTS"), entry("X71-GRANTS", "X71-REST"), entry("X71-REST", "X71-LEGAL")):
        refused("23F49", *flat(copied(decision, entry_id=wrong)))
    refused("23F49", *flat(copied(decision, entry_id=None)))
    for wrong in ({"moved": -1}, {"outcome": "declined"}):
        refused(CHECK_VIOLATION, *flat(copied(decision, **wrong)))
    no = {"outcome": "declined", "entry_id": None, "remark": "Too late", "decided_by_id": here["fund_manager"].pk}
    accepted(*flat(copied(decision, **no)))
    refused(CHECK_VIOLATION, *flat(copied(decision, **no | {"remark": ""})))
    setting("reappropriate_by", None, 9, 25)
    refused("23F48", *flat(copied(decision)))
    accepted(*flat(copied(decision, **no)))
    BudgetSetting.objects.filter(code="reappropriate_by").update(effective_to=date(2025, 9, 1))
    entry("X71-GRANTS", "X79", 200_000)  # so that what was released is more than what stays
    refused("23F46", *flat(copied(decision)))


def test_a_surrender_is_of_a_lapsable_fund_in_time(here: world.World, fund: Fund, entry: Callable[..., int]) -> None:
    given = {"by": here["fund_manager"], "on": DAY, "budget_head": "GRANTS"}
    row = surrenders.record_surrender(fund=fund, amount="1000", reference="S 1", **given)
    more = {"reference": "S 2", "entry_id": entry("X71-GRANTS", "X79")}
    accepted(*flat(copied(row, **more)))
    refused(UNIQUE_VIOLATION, *flat(copied(row, **more | {"reference": "S 1"})))
    refused("23F45", *flat(copied(row, **more | {"budget_head_id": None})))
    refused("23F49", *flat(copied(row, **more | {"amount": 999, "returned": 0})))
    refused("23F49", *flat(copied(row, **more | {"entry_id": entry("X71-LEGAL", "X79")})))
    refused(CHECK_VIOLATION, *flat(copied(row, **more | {"returned": 1001})))
    Fund.objects.filter(pk=fund.pk).update(lapsable=False)
    refused("23F45", *flat(copied(row, **more)))
    Fund.objects.filter(pk=fund.pk).update(lapsable=True)
    setting("surrender_by", None, 9, 25)
    refused("23F48", *flat(copied(row, **more)))
    setting("surrender_by", fund, 9, 26)
    accepted(*flat(copied(row, **more)))
    entry("X71-GRANTS", "X79", 200_000)
    refused("23F46", *flat(copied(row, **more)))


def test_a_whole_budget_names_no_head(here: world.World, entry: Callable[..., int]) -> None:
    row = Allocation.objects.get(fund=here.fund)
    more = {"kind": "supplementary", "entry_id": entry("X79", "X71", of=here.fund)}
    accepted(*flat(copied(row, **more)))
    refused("23F45", *flat(copied(row, **more | {"budget_head_id": BudgetHead.objects.first().pk})))
