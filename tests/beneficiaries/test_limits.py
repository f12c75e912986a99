"""Limits of officers: dated, for a post, by two people of whom none is the officer."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from beneficiaries.models import Officer, OfficerLimit, OfficerLimitDecision
from beneficiaries.offices import limits
from funds import approvals
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.test_rules import copied, refused

pytestmark = pytest.mark.django_db
LATER = today() + timedelta(days=10)
AGREE = "INSERT INTO beneficiaries_officerlimitdecision (limit_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


@pytest.fixture
def fresh(here: world.World) -> Officer:
    """An approver without any limit yet."""
    user = world.make_user("fresh", here.office, Role.VERIFIER)
    user.groups.set(here["approver"].groups.all())
    return Officer.objects.get(user=user)


def proposed(here: world.World, officer: Officer, amount: str = "1000", **given: Any) -> OfficerLimit:
    return limits.propose(
        officer=officer.pk, amount=amount, **{"reason": "Order 5", "by": here["administrator"]} | given
    )


def agreed(here: world.World, officer: Officer, amount: str = "1000", **given: Any) -> OfficerLimit:
    return limits.agree(limit=proposed(here, officer, amount, **given).pk, by=here["fund_manager"])


def flat(statement: tuple[str, list[object]]) -> tuple[object, ...]:
    return statement[0], *statement[1]


def test_a_limit_counts_when_a_second_person_agrees(here: world.World, fresh: Officer) -> None:
    row = proposed(here, fresh, "12,00,000")
    assert (limits.limit_of(fresh, on=today()), row.designation, row.grade) == (0, "Fresh", 17)
    limits.agree(limit=row.pk, by=here["fund_manager"], remark="Seen")
    assert limits.limit_of(fresh, on=today()) == Decimal(1_200_000)
    with pytest.raises(WrongState, match="decided: agreed"):
        limits.agree(limit=row.pk, by=here["approver"])


def test_neither_proposer_nor_officer_agrees(here: world.World, fresh: Officer) -> None:
    row = proposed(here, fresh, by=here["fund_manager"])
    with pytest.raises(NotAllowed, match="You proposed this limit"):
        limits.agree(limit=row.pk, by=here["fund_manager"])
    with pytest.raises(NotAllowed, match="your own limit"):
        limits.agree(limit=row.pk, by=fresh.user)
    for user in (here["fund_manager"], fresh.user):
        refused("23F54", AGREE, row.pk, user.pk)
    refused("23F54", AGREE, row.pk, None)
    assert limits.agree(limit=row.pk, by=here["approver"]).decision.decided_by == here["approver"]


def test_nobody_proposes_the_own_limit(here: world.World) -> None:
    manager = here["fund_manager"].officer
    with pytest.raises(NotAllowed, match="your own limit"):
        proposed(here, manager, by=here["fund_manager"])
    row = here["approver"].officer.limits.get()
    refused("23F54", *flat(copied(row, proposed_by_id=here["approver"].pk)))
    refused("23F54", *flat(copied(row, proposed_by_id=None)))
    refused("23F54", *flat(copied(row, designation="Secretary")))


def test_roles(here: world.World, fresh: Officer) -> None:
    for role in ("approver", "case_officer", "auditor"):
        with pytest.raises(NotAllowed):
            proposed(here, fresh, by=here[role])
    row = proposed(here, fresh)
    for role in ("finance_officer", "administrator", "auditor"):
        with pytest.raises(NotAllowed):
            limits.agree(limit=row.pk, by=here[role])
    with pytest.raises(NotAllowed):
        limits.decline(limit=row.pk, by=here["finance_officer"], remark="No")
    with pytest.raises(BadInput, match="cannot be proposed"):
        proposed(here, here["ddo"].officer)


def test_another_offices_officer_is_not_there(here: world.World, fresh: Officer) -> None:
    manager = world.make_user("quetta_manager", here.quetta_office, Role.FUND_MANAGER)
    with pytest.raises(NotFound):
        proposed(here, fresh, by=manager)
    with pytest.raises(NotFound):
        limits.agree(limit=proposed(here, fresh).pk, by=manager)


def test_the_one_that_began_last_counts_and_an_end_brings_the_other_back(here: world.World, fresh: Officer) -> None:
    agreed(here, fresh, "1000", effective_from=date(2025, 7, 1))
    agreed(here, fresh, "5000", effective_from=LATER, effective_to=LATER + timedelta(days=5))
    agreed(here, fresh, "0", effective_from=LATER + timedelta(days=30))
    days = (date(2025, 6, 30), date(2025, 7, 1), today(), LATER, LATER + timedelta(days=5), LATER + timedelta(days=6))
    assert [limits.limit_of(fresh, on=day) for day in days] == [0, 1000, 1000, 5000, 5000, 1000]
    assert limits.limit_of(fresh, on=LATER + timedelta(days=30)) == 0
    assert limits.limits_of([fresh, here["approver"].officer], on=LATER)[fresh.pk].amount == 5000


def test_only_the_first_is_dated_back(here: world.World, fresh: Officer) -> None:
    first = proposed(here, fresh, effective_from=date(2025, 7, 1))
    second = proposed(here, fresh, "9000", effective_from=date(2025, 8, 1))
    limits.agree(limit=first.pk, by=here["fund_manager"])
    with pytest.raises(WrongState, match="has passed"):
        limits.agree(limit=second.pk, by=here["fund_manager"])
    refused("23F54", AGREE, second.pk, here["fund_manager"].pk)
    with pytest.raises(BadInput) as caught:
        proposed(here, fresh, effective_from=date(2025, 8, 1))
    assert "effective_from" in caught.value.fields


def test_a_limit_goes_with_the_post(here: world.World, fresh: Officer) -> None:
    waiting = proposed(here, fresh, "2000")
    agreed(here, fresh)
    Officer.objects.filter(pk=fresh.pk).update(designation="Director")
    moved = Officer.objects.get(pk=fresh.pk)
    assert limits.limit_of(moved, on=today()) == 0
    with pytest.raises(WrongState, match="no longer Fresh"):
        limits.agree(limit=waiting.pk, by=here["fund_manager"])


def test_slips(here: world.World, fresh: Officer) -> None:
    for given, field in (
        ({"amount": "-5"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"reason": " "}, "reason"),
        ({"effective_to": today() - timedelta(days=1)}, "effective_to"),
    ):
        with pytest.raises(BadInput) as caught:
            proposed(here, fresh, **given)
        assert field in caught.value.fields


def test_taken_back_and_declined(here: world.World, fresh: Officer) -> None:
    own, other = proposed(here, fresh), proposed(here, fresh)
    limits.decline(limit=own.pk, by=here["administrator"], remark="A slip")
    limits.decline(limit=other.pk, by=here["approver"], remark="Too high")
    assert list(OfficerLimitDecision.objects.order_by("pk").values_list("outcome", flat=True))[-2:] == [
        "withdrawn",
        "declined",
    ]
    assert limits.limit_of(fresh, on=today()) == 0


@pytest.mark.parametrize("on", [world.DAY, None])
def test_a_limit_that_was_lowered_sanctions_nothing_more_whatever_day_is_given(
    here: world.World, on: date | None
) -> None:
    request = here.at_sanction()
    world.give_limit(here["approver"].officer, "1000")
    with pytest.raises(NotAllowed, match=r"above your authority, Rs 1,000\.00"):
        approvals.approve(disbursement=request.pk, by=here["approver"], on=on)


def test_a_limit_that_was_raised_does_not_reach_back(here: world.World) -> None:
    earlier, later = here.at_sanction(), here.at_sanction()
    junior = world.make_user("junior", here.office, Role.APPROVER, limit="1000")
    world.give_limit(junior.officer, "50000")
    with pytest.raises(NotAllowed, match=r"above your authority, Rs 1,000\.00"):
        approvals.approve(disbursement=earlier.pk, by=junior, on=world.DAY)
    assert approvals.approve(disbursement=later.pk, by=junior).state == "sanctioned"


def test_pages(here: world.World, fresh: Officer, client: Client) -> None:
    client.force_login(here["administrator"])
    sent = {"amount": "10,00,000", "reason": "Order 8"}
    answer = client.post(f"/limits/officers/{fresh.pk}/new", sent, follow=True)
    assert "Rs 10,00,000.00" in answer.content.decode() and "Waiting" in answer.content.decode()
    row = fresh.limits.get()
    assert "Take it back" in answer.content.decode() and "Agree to" not in answer.content.decode()
    assert client.post(f"/limits/{row.pk}/agree", {}).status_code == 403
    client.force_login(here["approver"])
    page = client.get(f"/limits/officers/{fresh.pk}/").content.decode()
    assert "Agree to Rs 10,00,000.00" in page
    answer = client.post(f"/limits/{row.pk}/decline", {"remark": ""})
    assert answer.status_code == 422
    answer = client.post(f"/limits/{row.pk}/agree", {"remark": ""}, follow=True)
    assert "Limit now: Rs 10,00,000.00" in answer.content.decode()
    assert "Fresh Khan" in client.get("/limits/").content.decode()
