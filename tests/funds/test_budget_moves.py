"""Re-appropriations between heads of one fund, by two people; surrenders by hand before the cut-off."""

import random
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from audit.verify import verify
from funds import budgets, closing, disbursements, statements
from funds.books import frozen
from funds.budget import reappropriations, surrenders
from funds.budget.budget_position import budget
from funds.budget.position import position
from funds.models import Fund, Reappropriation, ReappropriationDecision
from ledger import balances
from ledger.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from ledger.models import JournalEntry
from tests import world
from tests.funds.divided import DAY, START, fund_of, receive, release, setting, stands

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


@pytest.fixture
def fund(here: world.World) -> Fund:
    return fund_of(here)


def broken() -> list[str]:
    return [f"{result.id}: {offender}" for result in verify().results for offender in result.offenders]


def ask(here: world.World, fund: Fund, amount: str = "100000", **given: object) -> Reappropriation:
    values = {
        "from_head": "GRANTS",
        "to_head": "LEGAL",
        "order_number": "F.3",
        "reason": "More cases",
        "on": DAY,
    } | given
    return reappropriations.ask(fund=fund, amount=amount, by=values.pop("by", here["fund_manager"]), **values)


def agree(here: world.World, fund: Fund, row: Reappropriation, **given: object) -> ReappropriationDecision:
    values = {"by": here["approver"], "on": DAY} | given
    return reappropriations.agree(fund=fund, reappropriation=row.pk, **values)


def entries(kind: str) -> list[list[tuple[str, str, Decimal]]]:
    return [
        [(line.account.code, line.side, line.amount.amount) for line in entry.lines.order_by("position")]
        for entry in JournalEntry.objects.filter(kind=kind).order_by("pk")
    ]


def test_what_is_not_released_moves_without_money(here: world.World, fund: Fund) -> None:
    release(here, fund, GRANTS="200000")
    row = ask(here, fund)
    assert (stands(fund).revised, entries("reappropriation")) == (300000, [])  # nothing moves before the second person
    assert agree(here, fund, row).moved == 0
    assert entries("reappropriation") == [[("X71-GRANTS", "D", Decimal(100000)), ("X71-LEGAL", "C", Decimal(100000))]]
    assert (stands(fund).revised, stands(fund, "LEGAL").revised, position(fund, "2025-26").revised) == (
        200000,
        400000,
        900000,
    )
    assert (stands(fund).free, stands(fund).to_release) == (200000, 0)
    assert broken() == []


def test_what_was_released_moves_as_free_money_too(here: world.World, fund: Fund) -> None:
    release(here, fund, GRANTS="250000")
    assert agree(here, fund, ask(here, fund)).moved == 50000
    assert entries("reappropriation")[1] == [("X10-GRANTS", "D", Decimal(50000)), ("X10-LEGAL", "C", Decimal(50000))]
    assert (stands(fund).free, stands(fund, "LEGAL").free) == (200000, 50000)
    assert stands(fund).released == stands(fund).revised == 200000
    assert broken() == []


def test_committed_money_does_not_move(here: world.World, fund: Fund) -> None:
    release(here, fund, GRANTS="300000")
    here.sanctioned(here.draft("250000", fund=fund))
    with pytest.raises(WrongState, match=r"Rs 0\.00 not released and Rs 50,000\.00 free, together less than"):
        ask(here, fund)
    row = ask(here, fund, "50000")
    here.sanctioned(here.draft("10000", fund=fund))
    with pytest.raises(WrongState, match=r"Rs 40,000\.00 free"):
        agree(here, fund, row)
    assert not ReappropriationDecision.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"to_head": "GRANTS"}, "gives already"),
        ({"to_head": "NONE"}, "no head 'NONE'"),
        ({"from_head": ""}, "divided among heads"),
        ({"reason": " "}, "reason"),
        ({"order_number": ""}, "order_number"),
        ({"amount": "300001"}, "Rs 3,00,000.00 allotted, less than"),
        ({"amount": "0"}, "amount"),
    ],
)
def test_what_is_asked_must_make_sense(here: world.World, fund: Fund, given: dict[str, str], said: str) -> None:
    with pytest.raises((BadInput, WrongState)) as caught:
        ask(here, fund, **given)
    assert said in f"{caught.value} {caught.value.fields}"


def test_never_between_funds(here: world.World, fund: Fund) -> None:
    with pytest.raises(WrongState, match="not divided"):
        ask(here, here.fund)
    other = fund_of(here, code="OTHER")
    row = ask(here, fund)
    with pytest.raises(NotFound):
        agree(here, other, row)


def test_two_people_agree_and_they_are_two(here: world.World, fund: Fund) -> None:
    row = ask(here, fund)
    with pytest.raises(NotAllowed, match="You asked for this"):
        agree(here, fund, row, by=here["fund_manager"])
    quetta = world.make_user("quetta_approver", here.quetta_office, world.Role.APPROVER)
    for by in (quetta, here["finance_officer"]):
        with pytest.raises(NotAllowed):
            agree(here, fund, row, by=by)
    assert agree(here, fund, row).decided_by == here["approver"]
    with pytest.raises(WrongState, match="was agreed already"):
        agree(here, fund, row)


def test_who_asked_may_take_it_back_and_ask_again(here: world.World, fund: Fund) -> None:
    row = ask(here, fund)
    with pytest.raises(BadInput, match=r"F\.3 of PARTS is recorded already"):
        ask(here, fund)
    with pytest.raises(BadInput) as caught:
        reappropriations.decline(fund=fund, reappropriation=row.pk, by=here["fund_manager"], remark=" ", on=DAY)
    assert "remark" in caught.value.fields
    reappropriations.decline(fund=fund, reappropriation=row.pk, by=here["fund_manager"], remark="Too much", on=DAY)
    assert stands(fund).revised == 300000
    assert list(reappropriations.waiting(fund)) == []
    assert ask(here, fund, "5").pk


def test_not_after_the_last_day(here: world.World, fund: Fund) -> None:
    row = ask(here, fund)
    setting("reappropriate_by", None, 9, 25)
    for act in (lambda: ask(here, fund, order_number="F.4"), lambda: agree(here, fund, row)):
        with pytest.raises(WrongState) as caught:
            act()
        assert caught.value.code == "after_cut_off"
    reappropriations.decline(fund=fund, reappropriation=row.pk, by=here["approver"], remark="Too late", on=DAY)


def test_not_in_another_year(here: world.World, fund: Fund) -> None:
    row = ask(here, fund)
    with pytest.raises(WrongState, match="which has ended"):
        agree(here, fund, row, on=date(2026, 7, 1))


def test_hand_surrender_takes_what_is_not_released_first(here: world.World) -> None:
    lapsing = fund_of(here, code="LAPS", lapsable=True, money="350000")
    release(here, lapsing, GRANTS="200000")
    given = {"fund": lapsing, "by": here["fund_manager"], "on": DAY, "budget_head": "GRANTS"}
    row = surrenders.record_surrender(amount="250000", reference="S 1", **given)
    assert (row.amount, row.returned) == (250000, 250000)  # Rs 1,00,000 from the pool, Rs 1,50,000 that was free
    assert entries("early_surrender") == [
        [("X71-GRANTS", "D", Decimal(250000)), ("X79", "C", Decimal(250000))],
        [("H-FUND", "D", Decimal(250000)), ("F-BNK", "C", Decimal(250000))],
        [("X05", "D", Decimal(100000)), ("X10-GRANTS", "D", Decimal(150000)), ("X90", "C", Decimal(250000))],
    ]
    assert (stands(lapsing).revised, stands(lapsing).released, stands(lapsing).free) == (50000, 50000, 50000)
    with pytest.raises(WrongState, match=r"Rs 50,000\.00 allotted"):
        surrenders.record_surrender(amount="50001", reference="S 2", **given)
    with pytest.raises(BadInput, match="S 1 is recorded"):
        surrenders.record_surrender(amount="1", reference="S 1", **given)
    assert broken() == []


def test_hand_surrender_of_a_budget_in_one_sum_shows_in_its_statement(here: world.World) -> None:
    lapsing = world.make_fund(here["fund_manager"], here.office, code="LAPS", lapsable=True, money="1000000")
    setting("surrender_by", None, 5, 31)
    given = {"fund": lapsing, "by": here["fund_manager"], "reference": "S 1"}
    surrenders.record_surrender(amount="400000", on=date(2026, 5, 31), **given)
    with pytest.raises(WrongState, match="lapses on 30 June, when the year is closed"):
        surrenders.record_surrender(amount="1", on=date(2026, 6, 1), **given | {"reference": "S 2"})
    for label in ("2024-25", "2025-26"):
        closing.close_year(fund=lapsing, label=label, by=here["fund_manager"], override="Compared by hand")
    told = frozen.published(lapsing, "2025-26")
    assert {item.label: item.amount for item in told.receipts} == {
        "Government release": 1000000,
        statements.GIVEN_BACK: -400000,
        statements.SURRENDERED: -600000,
    }
    assert (told.now.original, told.now.final, told.now.closing) == (1000000, 600000, 0)
    asked = closing.ask_year(fund=lapsing, label="2025-26", by=here["fund_manager"], reason="A receipt was missed")
    closing.agree_reopening(fund=lapsing, reopening=asked.pk, by=here["approver"])
    assert budgets.headroom(lapsing) == 600000  # what lapsed came back, what was surrendered by hand did not
    assert broken() == []


def test_only_a_lapsable_fund_surrenders(here: world.World, fund: Fund) -> None:
    with pytest.raises(WrongState, match="PARTS does not lapse"):
        surrenders.record_surrender(
            fund=fund, amount="1", reference="S 1", by=here["fund_manager"], on=DAY, budget_head="GRANTS"
        )
    with pytest.raises(NotAllowed):
        surrenders.record_surrender(fund=fund, amount="1", reference="S 1", by=here["approver"], on=DAY)


@pytest.mark.parametrize("seed", [1, 2])
def test_heads_add_up_to_the_fund_whatever_is_done(here: world.World, seed: int) -> None:
    """Random acts, many of them refused; after each the heads are what the fund is, and verify agrees at the end."""
    dice = random.Random(seed)
    fund = fund_of(here, code="RANDOM", lapsable=True, money="500000")
    names, kinds = ("GRANTS", "LEGAL"), {"GRANTS": "relief_grant", "LEGAL": "legal_aid"}
    by = {"by": here["fund_manager"], "on": DAY}
    sanctioned = []

    def act(number: int) -> None:
        head, amount = dice.choice(names), str(dice.randint(1, 9) * 10_000)
        other = names[1 - names.index(head)]
        match dice.randint(1, 7):
            case 1:
                release(here, fund, f"R {number}", on=DAY, **{head: amount})
            case 2:
                agree(here, fund, ask(here, fund, amount, from_head=head, to_head=other, order_number=f"F {number}"))
            case 3:
                surrenders.record_surrender(fund=fund, amount=amount, reference=f"S {number}", budget_head=head, **by)
            case 4:
                kind = dice.choice(["supplementary", "reduction"])
                budgets.record_allocation(
                    fund=fund, kind=kind, amount=amount, reference=f"B {number}", budget_head=head, **by
                )
            case 5:
                receive(here, fund, amount, f"M {number}", on=DAY)
            case 6 if sanctioned:
                disbursements.cancel(disbursement=sanctioned.pop(), by=here["approver"], reason="No longer", on=DAY)
            case _:
                draft = here.draft(amount, fund=fund, kind=kinds[head])
                sanctioned.append(here.sanctioned(draft).pk)

    for number in range(30):
        with suppress(Refusal), transaction.atomic():
            act(number)
        fund_now, total = position(fund, "2025-26"), budget(fund, "2025-26").total
        for name in ("original", "revised", "spent", "committed", "free"):
            assert getattr(fund_now, name) == getattr(total, name), (number, name)
        assert fund_now.available == balances.balance(fund.book.code, "X90"), number
        assert all(row.free >= 0 and row.released <= row.revised for row in budget(fund, "2025-26").rows), number
    assert broken() == []


def test_money_received_later_is_still_released(here: world.World, fund: Fund) -> None:
    """The heads, what waits and what came add up to the fund at each step."""
    for number, act in enumerate(
        (
            lambda: release(here, fund, GRANTS="100000", LEGAL="100000"),
            lambda: here.paid(here.draft("40000", fund=fund)),
            lambda: agree(here, fund, ask(here, fund, "220000")),
            lambda: receive(here, fund, "50000", "M 2", on=START),
            lambda: release(here, fund, "R 2", LEGAL="300000"),
            lambda: here.sanctioned(here.draft("70000", fund=fund, kind="legal_aid")),
        )
    ):
        act()
        stand = position(fund, "2025-26")
        control = balances.balance(fund.book.code, "X90")
        assert stand.available == control, number
    assert broken() == []
