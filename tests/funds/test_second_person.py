"""Whatever waits for a second person is not agreed to through another account of the first, by service or by SQL."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User

from beneficiaries.offices import limits, persons
from funds import bail, closing, receiving
from funds.absence import delegations
from funds.budget import reappropriations
from funds.chain import consents, freezes, rule_book
from funds.chain.rule_book import NewStep
from funds.committee import committees
from funds.committee.committees import NewMember
from funds.models import Receipt
from ledger.clock import today
from ledger.errors import NotAllowed
from ledger.roles import Role
from tests import world
from tests.funds import divided, owing_world
from tests.funds.test_duties import one_person
from tests.funds.test_rules_persons import make_one, owner, told
from tests.world import World

__all__ = ["owner"]
SOON = today() + timedelta(days=3)


class Waiting(NamedTuple):
    """A proposal that the approver may agree to; `barred`: the accounts of which none may be the approver's too.

    `column` and `code`: where the consent is a row by itself, and the SQLSTATE that refuses it.
    """

    pk: int
    agree: Callable[[User], Any]
    barred: tuple[str, ...]
    column: str = ""
    code: str = ""


def peopled(here: World) -> World:
    """With two more approvers."""
    for name in ("deputy", "third"):
        here.users[name] = world.make_user(name, here.office, Role.APPROVER)
    return here


@pytest.fixture
def here(small_world: World) -> World:
    return peopled(small_world)


def a_rule(here: World) -> Waiting:
    row = rule_book.propose(
        title="Gifts", maximum="500", kind="fine", fund=here.fund, reason="Order 1", by=here["fund_manager"],
        steps=[NewStep("approver", "Sanctioned")],
    )  # fmt: skip
    return Waiting(
        row.pk, lambda by: rule_book.agree(rule=row.pk, by=by), ("fund_manager",), "funds_ruledecision.rule_id", "23F51"
    )


def a_limit(here: World) -> Waiting:
    row = limits.propose(officer=here["deputy"].officer.pk, amount="10", reason="Order 2", by=here["administrator"])
    return Waiting(
        row.pk,
        lambda by: limits.agree(limit=row.pk, by=by),
        ("administrator", "deputy"),
        "beneficiaries_officerlimitdecision.limit_id",
        "23F54",
    )


def a_committee(here: World) -> Waiting:
    members = [NewMember("deputy", "chair"), NewMember("third"), NewMember("verifier", "secretary", votes=False)]
    row = committees.propose_new(
        code="AID", name="Aid", office=here.office, quorum=2, members=members, reason="Order 3", by=here["fund_manager"]
    )
    return Waiting(
        row.pk,
        lambda by: committees.agree(version=row.pk, by=by),
        ("fund_manager", "third"),
        "funds_committeedecision.version_id",
        "23F60",
    )


def a_delegation(here: World) -> Waiting:
    row = delegations.give(
        taker=here["third"].officer.pk, starts_on=today(), ends_on=SOON, ceiling="50", reason="Leave", by=here["deputy"]
    )
    return Waiting(
        row.pk,
        lambda by: delegations.agree(delegation=row.pk, by=by),
        ("deputy", "third"),
        "funds_delegationdecision.delegation_id",
        "23F65",
    )


def a_freeze(here: World) -> Waiting:
    row = freezes.propose(
        fund=here.fund, what="all", cause="audit", starts_on=today(), ends_on=SOON, reason="Count", by=here["auditor"]
    )
    return Waiting(
        row.pk, lambda by: freezes.agree(freeze=row.pk, by=by), ("auditor",), "funds_freezedecision.freeze_id", "23F68"
    )


def a_lift(here: World) -> Waiting:
    frozen = a_freeze(here)
    frozen.agree(here["approver"])
    row = freezes.propose_lift(freeze=frozen.pk, reason="Counted", by=here["fund_manager"])
    lift = freezes.open_lift(row)
    assert lift is not None
    return Waiting(
        lift.pk,
        lambda by: freezes.agree_lift(freeze=row.pk, by=by),
        ("fund_manager",),
        "funds_freezeliftdecision.lift_id",
        "23F68",
    )


def a_move(here: World) -> Waiting:
    """Of budget from head to head; its consent is a row with an entry of the journal."""
    fund = divided.fund_of(here)
    row = reappropriations.ask(
        fund=fund, from_head="GRANTS", to_head="LEGAL", amount="10", order_number="F.3", reason="More cases",
        on=divided.DAY, by=here["fund_manager"],
    )  # fmt: skip
    return Waiting(
        row.pk,
        lambda by: reappropriations.agree(fund=fund, reappropriation=row.pk, on=divided.DAY, by=by),
        ("fund_manager",),
    )


def a_reopening(here: World) -> Waiting:
    """Of a month; the ledger knows accounts and no persons, so the database compares accounts."""
    closing.close_month(fund=here.fund, month="2024-07", by=here["fund_manager"], override="No bank statement came")
    row = closing.ask_month(fund=here.fund, month="2024-07", reason="A receipt came late", by=here["fund_manager"])
    return Waiting(
        row.pk, lambda by: closing.agree_reopening(fund=here.fund, reopening=row.pk, by=by), ("fund_manager",)
    )


def a_cancellation(here: World) -> Waiting:
    """Of a receipt; its consent is a row with the counter-entry."""
    number = Receipt.objects.get().number
    row = receiving.ask_cancellation(receipt=number, reason="Another fund's", by=here["fund_manager"])
    return Waiting(
        row.pk,
        lambda by: receiving.agree_cancellation(receipt=number, by=by),
        ("fund_manager",),
        "funds_receiptcancellationdecision.cancellation_id",
        "23FE1",
    )


def a_forfeiture(here: World) -> Waiting:
    """Of a bail deposit; its consent is a row with its entry."""
    line = owing_world.deposit(here)
    row = bail.ask_forfeiture(
        line=line.pk, amount="10", forfeited_on=owing_world.OCTOBER, order_number="1", reason="s.514",
        paper=line.case.papers.first().pk, by=here["fund_manager"],
    )  # fmt: skip
    return Waiting(
        row.pk,
        lambda by: bail.agree_forfeiture(forfeiture=row.pk, by=by),
        ("fund_manager",),
        "funds_forfeituredecision.forfeiture_id",
        "23FE5",
    )


ROWS = [a_rule, a_limit, a_committee, a_delegation, a_freeze, a_lift]


@pytest.mark.django_db
@pytest.mark.parametrize("propose", [*ROWS, a_move, a_reopening, a_cancellation, a_forfeiture])
def test_another_account_of_the_same_person_does_not_agree(
    here: World, monkeypatch: pytest.MonkeyPatch, propose: Callable[[World], Waiting]
) -> None:
    waiting = propose(here)
    for name in waiting.barred:
        one_person(monkeypatch, here[name], here["approver"])
        with pytest.raises(NotAllowed, match=r"somebody else must agree|Neither who gives nor who takes"):
            waiting.agree(here["approver"])
        assert consents.waiting_for(here["approver"]) == []
    monkeypatch.undo()
    assert len(consents.waiting_for(here["approver"])) == 1
    waiting.agree(here["approver"])


@pytest.mark.django_db
def test_another_account_takes_the_proposal_back(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = a_rule(here)
    one_person(monkeypatch, here["fund_manager"], here["approver"])
    assert rule_book.decline(rule=row.pk, by=here["approver"], remark="A slip").decision.outcome == "withdrawn"


@pytest.mark.django_db
def test_nobody_proposes_a_limit_through_another_account(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one_person(monkeypatch, here["administrator"], here["deputy"])
    with pytest.raises(NotAllowed, match="your own limit"):
        a_limit(here)
    assert persons.selves(here["deputy"]) == [here["administrator"].pk, here["deputy"].pk]


def test_the_database_compares_persons(owner: Any) -> None:
    """Each consent goes through by another person, and is refused by another account of the same one."""
    here = peopled(world.build())
    by, waiting = here["approver"], [propose(here) for propose in ROWS]
    statements = [consent_to(row, by) for row in waiting]
    assert [told(owner, statement) for statement in statements] == [""] * len(ROWS)
    said = {
        (row.column, name): told_as_one(owner, by, here[name], statement)
        for row, statement in zip(waiting, statements, strict=True)
        for name in row.barred
    }
    assert said == {(row.column, name): row.code for row in waiting for name in row.barred}


def consent_to(waiting: Waiting, by: User) -> tuple[str, list[object]]:
    table, column = waiting.column.split(".")
    insert = f"INSERT INTO {table} ({column}, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"
    return insert, [waiting.pk, by.pk]


def test_the_database_compares_persons_in_a_move_of_budget(owner: Any) -> None:
    """Without its entry the consent of another person is refused as well, but for that: 23F49."""
    here = peopled(world.build())
    waiting, by = a_move(here), here["approver"]
    insert = """INSERT INTO funds_reappropriationdecision
        (reappropriation_id, outcome, remark, moved, decided_by_id, decided_on, recorded_at)
        VALUES (%s, 'agreed', '', 0, %s, %s, now())"""
    statement = (insert, [waiting.pk, by.pk, divided.DAY])
    assert told(owner, statement) == "23F49"
    assert told_as_one(owner, by, here["fund_manager"], statement) == "23F47"


def test_the_database_compares_persons_where_money_came_back(owner: Any) -> None:
    """Without its entry the consent of another person is refused as well, but for that."""
    here = peopled(world.build())
    by, waiting = here["approver"], [propose(here) for propose in (a_cancellation, a_forfeiture)]
    for row in waiting:
        statement = consent_to(row, by)
        assert told(owner, statement) == row.code
        assert told_as_one(owner, by, here["fund_manager"], statement) == "23FE6"


def told_as_one(owner: Any, one: User, other: User, statement: tuple[str, list[object]]) -> str:
    """What the statement is told once the two accounts have one CNIC."""
    owner.execute("SAVEPOINT two")
    make_one(owner, one, other)
    try:
        return told(owner, statement)
    finally:
        owner.execute("ROLLBACK TO two")
