"""One officer signs for another: by three people, in its days, up to its ceiling, never onwards, and both must be free."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from audit.checks.i07_approvals import approvals as i07
from beneficiaries.models import Officer
from funds import approvals, vouchers
from funds.absence import delegations, powers
from funds.chain import conflicts, deciders
from funds.models import Decision, Delegation, Disbursement
from funds.paperwork import noting, orders
from funds.requests import inbox, overview
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.by_sql import run
from tests.funds.test_rules import accepted, copied, decision_of, refused, sanction_of
from tests.world import World

pytestmark = pytest.mark.django_db
LATER = today() + timedelta(days=5)
AGREE = (
    "INSERT INTO funds_delegationdecision (delegation_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"
)
END = "INSERT INTO funds_delegationend (delegation_id, reason, ended_by_id) VALUES (%s, 'Back', %s)"


@pytest.fixture
def here(small_world: World) -> World:
    """With a second approver who has a small limit of their own, and a third without any."""
    for name, limit in (("deputy", "1000"), ("third", "0")):
        small_world.users[name] = world.make_user(name, small_world.office, Role.APPROVER, limit=limit)
    return small_world


def again(here: World, name: str) -> Any:
    """The user as a new request finds them."""
    return type(here[name]).objects.get(pk=here[name].pk)


def given(here: World, giver: str = "approver", taker: str = "deputy", **changes: Any) -> Delegation:
    values = {"starts_on": today(), "ends_on": LATER, "ceiling": "50000", "reason": "Earned leave"} | changes
    return delegations.give(taker=here[taker].officer.pk, by=again(here, giver), **values)


def agreed(here: World, giver: str = "approver", taker: str = "deputy", **changes: Any) -> Delegation:
    row = given(here, giver, taker, **changes)
    return delegations.agree(delegation=row.pk, by=here["fund_manager"], remark="Seen")


def approved(here: World, request: Disbursement, power: Delegation, by: str = "deputy", **more: Any) -> Disbursement:
    return approvals.approve(disbursement=request.pk, by=again(here, by), delegation=power.pk, **more)


def flat(statement: tuple[str, list[object]]) -> tuple[Any, ...]:
    return statement[0], *statement[1]


def by_hand(
    request: Disbursement, here: World, power: Delegation, by: str = "deputy", **more: object
) -> tuple[Any, ...]:
    """An INSERT of a last signature for somebody else, as plain SQL."""
    return flat(decision_of(request, 3, here[by], **{"delegation_id": power.pk, "decided_on": today()} | more))


def test_the_deputy_sanctions_for_the_approver_and_every_paper_says_so(here: World) -> None:
    power = agreed(here)
    request = here.at_sanction()
    request = approved(here, request, power)
    made = Decision.objects.get(disbursement=request, step__last=True)
    said = f"Deputy, for Approver Khan, Approver (delegation of {today():%-d %b %Y})"
    assert (request.state, made.seat, made.name, made.delegation) == ("sanctioned", said, "Deputy Khan", power)
    order = orders.get_order(request.sanction.number, by=here["approver"])
    assert order.snapshot["signatories"][-1]["post"] == said and order.snapshot["authority"] == said
    assert "authority up to Rs 50,000.00" in order.snapshot["authority_note"]
    assert orders.render(order).startswith(b"%PDF")
    assert noting.notes_of(request)[-1].post == said
    assert noting.note_sheet(request).startswith(b"%PDF")
    voucher = vouchers.issue_voucher(disbursement=request.pk, by=here["ddo"])
    assert voucher.snapshot["signatories"][-2]["post"] == said
    assert vouchers.render(voucher).startswith(b"%PDF")
    assert not i07().offenders


def test_it_counts_when_a_third_person_agrees(here: World) -> None:
    row, request = given(here), here.at_sanction()
    with pytest.raises(WrongState, match="not in force"):
        approved(here, request, row)
    refused("23F66", *by_hand(request, here, row))
    for name in ("approver", "deputy"):
        with pytest.raises(NotAllowed, match="Neither who gives"):
            delegations.agree(delegation=row.pk, by=here[name])
        refused("23F65", AGREE, row.pk, here[name].pk)
    refused("23F65", AGREE, row.pk, None)
    delegations.agree(delegation=row.pk, by=here["fund_manager"])
    accepted(*by_hand(request, here, row))
    with pytest.raises(WrongState, match="decided: agreed"):
        delegations.agree(delegation=row.pk, by=here["third"])


def test_only_its_taker_in_its_days_and_not_after_its_end(here: World) -> None:
    power, coming = agreed(here), agreed(here, taker="third", starts_on=LATER, ends_on=LATER)
    request = here.at_sanction()
    refused("23F66", *by_hand(request, here, power, by="third"))
    with pytest.raises(NotFound):
        approved(here, request, power, by="third")
    refused("23F66", *by_hand(request, here, coming, by="third"))
    refused("23F08", *by_hand(request, here, coming, by="third", decided_on=LATER))
    # Entered today for a day before anybody agreed: the power was not there yet.
    refused("23F66", *by_hand(request, here, power, decided_on=today() - timedelta(days=1)))
    with pytest.raises(WrongState, match="not in force"):
        approved(here, request, coming, by="third")
    accepted(*by_hand(request, here, power))
    delegations.end(delegation=power.pk, by=here["approver"], reason="Back at my desk")
    refused("23F66", *by_hand(request, here, power))
    with pytest.raises(WrongState, match="not in force"):
        approved(here, request, power)
    with pytest.raises(WrongState, match="not in force"):
        delegations.end(delegation=power.pk, by=here["approver"], reason="Twice")


def test_the_smaller_of_ceiling_and_the_givers_limit_of_the_day(here: World) -> None:
    low = agreed(here, ceiling="15000")
    request = here.at_sanction()  # Rs 20,000
    with pytest.raises(NotAllowed, match="above the ceiling"):
        approved(here, request, low)
    refused("23F66", *by_hand(request, here, low))
    delegations.end(delegation=low.pk, by=here["deputy"], reason="Too low")
    power = agreed(here)
    world.give_limit(here["approver"].officer, "19000")
    with pytest.raises(NotAllowed, match="sanction for Approver Khan"):
        approved(here, request, power)
    # The signature alone may be written; the sanction that would rest on it is refused.
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        cursor.execute(*decision_of(request, 3, here["deputy"], delegation_id=power.pk, decided_on=today()))
        refused("23F53", *flat(sanction_of(here, request, by="deputy", on=today())))
        cursor.execute("ROLLBACK TO before")
    world.give_limit(here["approver"].officer, "20000")
    assert approved(here, request, power).state == "sanctioned"


def test_both_must_be_free(here: World) -> None:
    power = agreed(here)
    first = here.at_sanction()
    conflicts.declare(by=here["approver"], disbursement=first.pk, ground="relative", reason="My aunt")
    with pytest.raises(NotAllowed, match="Approver Khan may not decide"):
        approved(here, first, power)
    refused("23F66", *by_hand(first, here, power))
    second = here.at_sanction()
    conflicts.declare(by=here["deputy"], disbursement=second.pk, ground="relative", reason="My aunt")
    with pytest.raises(NotAllowed, match="You declared a conflict"):
        approved(here, second, power)
    refused("23F56", *by_hand(second, here, power))


def test_nobody_signs_for_whoever_signed_already(here: World) -> None:
    """The verifier may approve, too; what they verified nobody sanctions for them, and what was signed for them they leave."""
    here["verifier"].groups.add(Group.objects.get(name=Role.APPROVER))
    world.give_limit(here["verifier"].officer, "50000", on=today())
    power = agreed(here, giver="verifier")
    request = here.at_sanction()
    with pytest.raises(NotAllowed, match="Verifier Khan may not decide"):
        approved(here, request, power)
    refused("23F66", *by_hand(request, here, power))
    other = here.submitted()
    approved(here, other, power)
    approvals.approve(disbursement=other.pk, by=here["finance_officer"])
    with pytest.raises(NotAllowed, match="Deputy Khan signed this request for you"):
        approvals.approve(disbursement=other.pk, by=again(here, "verifier"))
    refused("23F66", *flat(decision_of(other, 3, here["verifier"], decided_on=today())))
    with pytest.raises(NotAllowed, match="already signed"):
        approvals.approve(disbursement=other.pk, by=again(here, "deputy"))


def test_not_onwards(here: World) -> None:
    agreed(here)
    for giver, taker in (("deputy", "third"), ("third", "approver")):
        with pytest.raises(WrongState, match="not lent on"):
            given(here, giver=giver, taker=taker, ceiling="500")
    later = given(
        here, "deputy", "third", ceiling="500", starts_on=LATER + timedelta(days=1), ends_on=LATER + timedelta(days=2)
    )
    with connection.cursor() as cursor:
        cursor.execute(*copied(later, starts_on=LATER))
        cursor.execute("SELECT max(id) FROM funds_delegation")
        (overlapping,) = cursor.fetchone()
    refused("23F65", AGREE, overlapping, here["fund_manager"].pk)
    accepted(AGREE, later.pk, here["fund_manager"].pk)


def test_what_cannot_be_given(here: World) -> None:
    for changes, field in (
        ({"starts_on": today() - timedelta(days=1)}, "starts_on"),
        ({"ends_on": today() - timedelta(days=1)}, "ends_on"),
        ({"ceiling": "6000000"}, "ceiling"),
        ({"taker": "case_officer"}, "taker"),
        ({"taker": "approver"}, "taker"),
        ({"reason": " "}, "reason"),
    ):
        with pytest.raises(BadInput) as caught:
            given(here, **{"taker": "deputy"} | changes)
        assert field in caught.value.fields, changes
    for name in ("case_officer", "ddo", "auditor", "fund_manager"):
        with pytest.raises(NotAllowed):
            given(here, giver=name)
    row = given(here)
    refused("23F65", *flat(copied(row, starts_on=today() - timedelta(days=1))))
    refused("23F65", *flat(copied(row, giver_post="Secretary")))
    refused("23F65", *flat(copied(row, taker_id=row.giver_id)))
    refused("23514", *flat(copied(row, reason="")))


def test_roles_that_do_not_go_together_are_not_lent(here: World) -> None:
    """A verifier who also pays would hold an approver's power and the cheque book at once."""
    here["verifier"].groups.add(Group.objects.get(name=Role.DDO))
    with pytest.raises(BadInput, match="cannot be given") as caught:
        given(here, taker="verifier")
    assert "approver and drawing and disbursing officer" in caught.value.fields["taker"]
    power, request = agreed(here), here.at_sanction()
    here["deputy"].groups.add(Group.objects.get(name=Role.DDO))
    assert powers.held_by(again(here, "deputy")) == [] and inbox.mine(again(here, "deputy")).count() == 0
    with pytest.raises(WrongState, match="not in force"):
        approved(here, request, power)


def test_it_goes_with_the_post_and_the_fund(here: World) -> None:
    request, other = here.at_sanction(), world.make_fund(here["fund_manager"], here.office, code="OTHER")
    elsewhere = agreed(here, fund=other)
    with pytest.raises(NotAllowed, match="OTHER only"):
        approved(here, request, elsewhere)
    refused("23F66", *by_hand(request, here, elsewhere))
    power = agreed(here, giver="third", taker="deputy")
    Officer.objects.filter(pk=here["third"].officer.pk).update(designation="Director")
    with pytest.raises(WrongState, match="not in force"):
        approved(here, request, power)
    refused("23F66", *by_hand(request, here, power))


def test_the_inbox_and_the_page_of_the_taker(here: World) -> None:
    request = here.at_sanction()
    assert list(inbox.mine(again(here, "deputy"))) == []  # above the own limit
    power = agreed(here)
    deputy = again(here, "deputy")
    assert list(inbox.mine(deputy)) == [request] and inbox.waiting_for(deputy) == 1
    view = overview.load(request, viewer=deputy)
    assert (view.power, view.objection, view.beyond, view.mine) == (power, "", False, True)
    found = deciders.deciders(request, view.waiting)  # type: ignore[arg-type]
    assert [(row.name, row.power) for row in found] == [("Approver Khan", None), ("Deputy Khan", power)]
    assert list(inbox.mine(again(here, "third"))) == []
    approved(here, request, power)
    assert list(inbox.mine(again(here, "deputy"))) == [] and list(inbox.mine(again(here, "approver"))) == []


def test_declined_and_taken_back(here: World) -> None:
    own, other = given(here), given(here)
    delegations.decline(delegation=own.pk, by=here["approver"], remark="I stay")
    with pytest.raises(NotAllowed, match="third person"):
        delegations.decline(delegation=other.pk, by=here["deputy"], remark="No")
    delegations.decline(delegation=other.pk, by=here["fund_manager"], remark="Not needed")
    rows = delegations.visible_delegations(here["approver"]).order_by("pk")
    assert [delegations.state_of(row) for row in rows] == ["withdrawn", "declined"]
    refused("23F65", END, own.pk, here["approver"].pk)


def test_nobody_stands_apart_for_another(here: World) -> None:
    power, request = agreed(here), here.at_sanction()
    from tests.funds.test_rules_persons import recused_by

    refused("23F66", *flat(recused_by(here, request, 3, here["deputy"], delegation_id=power.pk)))


def test_a_return_and_a_rejection_for_somebody(here: World) -> None:
    power = agreed(here)
    one, two = here.at_sanction(), here.at_sanction()
    why = {"ground": "other", "reason": "Look again", "by": again(here, "deputy"), "delegation": power.pk}
    assert approvals.return_for_correction(disbursement=one.pk, **why).state == "returned"
    assert approvals.reject(disbursement=two.pk, **why).state == "rejected"


def test_another_office_sees_none(here: World) -> None:
    row = given(here)
    far = world.make_user("far", here.quetta_office, Role.APPROVER)
    assert list(delegations.visible_delegations(far)) == []
    with pytest.raises(NotFound):
        delegations.agree(delegation=row.pk, by=far)


def test_days_are_whole(here: World) -> None:
    row = agreed(here)
    assert date.fromisoformat(str(row.starts_on)) == today() and delegations.state_of(row, on=LATER) == "in_force"
    assert delegations.state_of(row, on=LATER + timedelta(days=1)) == "past"


def test_a_giver_without_a_limit_lets_nothing_be_sanctioned(here: World) -> None:
    """Refused in words, by SQL, and found by `verify` where it was written all the same."""
    Officer.objects.filter(pk=here["approver"].officer.pk).update(designation="Director")
    power = agreed(here)
    request = here.at_sanction()
    with pytest.raises(NotAllowed, match=r"above what you may sanction for Approver Khan, Rs 0\.00"):
        approved(here, request, power)
    run(decision_of(request, 3, here["deputy"], delegation_id=power.pk, decided_on=today()))
    given_to = sanction_of(here, request, by="deputy", on=today())
    refused("23F53", *flat(given_to))
