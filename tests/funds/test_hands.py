"""For whom it was signed counts as having signed: that person hands out none of the money, by service or by plain SQL."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User

from funds import approvals, cheques, issuing, payments, vouchers
from funds.absence import delegations
from funds.models import Delegation, Disbursement
from ledger.clock import today
from ledger.errors import NotAllowed
from ledger.roles import Role
from tests import world
from tests.funds.by_sql import accepted, copied, flat, refused
from tests.world import World

pytestmark = pytest.mark.django_db
CLEAR = "UPDATE funds_instrument SET state = 'cleared', cleared_by_id = %s WHERE id = %s"


@pytest.fixture
def here(small_world: World) -> World:
    """The approver also draws cheques and reads the bank's statement; a deputy signs for them, a second approver for nobody."""
    for name in ("deputy", "second_approver"):
        small_world.users[name] = world.make_user(name, small_world.office, Role.APPROVER)
    roles = Group.objects.filter(name__in=(Role.DDO, Role.RECONCILER))
    for name in ("approver", "second_approver"):
        small_world[name].groups.add(*roles)
    return small_world


def lent(here: World) -> Delegation:
    """The deputy signs for the approver."""
    row = delegations.give(
        taker=here["deputy"].officer.pk, starts_on=today(), ends_on=today() + timedelta(days=3), ceiling="50000",
        reason="Leave", by=here["approver"],
    )  # fmt: skip
    return delegations.agree(delegation=row.pk, by=here["fund_manager"])


def sanctioned(here: World) -> Disbursement:
    """Signed by the deputy, for the approver."""
    request = here.at_sanction()
    return approvals.approve(disbursement=request.pk, by=fresh(here, "deputy"), delegation=lent(here).pk)


def drawn(request: Disbursement) -> dict[str, object]:
    """What of a voucher would be this request's own."""
    row = request.sanction
    return {
        "sanction_id": row.pk, "number": "T-9", "serial": 1, "token": "t9", "entry_id": row.entry_id, "year_id": row.year_id,
        "issued_on": row.sanctioned_on,
    }  # fmt: skip


def fresh(here: World, name: str) -> User:
    """The user as a new request finds them."""
    return User.objects.get(pk=here[name].pk)


def test_no_voucher(here: World) -> None:
    model, request = here.vouchered(), sanctioned(here)
    given = drawn(request)
    accepted(*flat(copied(model, **given, issued_by_id=here["second_approver"].pk)))
    for name in ("approver", "deputy"):
        refused("23F10", *flat(copied(model, **given, issued_by_id=here[name].pk)))
    with pytest.raises(NotAllowed, match="You decided on this request, so somebody else must pay it"):
        vouchers.issue_voucher(disbursement=request.pk, by=fresh(here, "approver"))
    assert vouchers.issue_voucher(disbursement=request.pk, by=fresh(here, "second_approver")).serial


def test_no_instrument_and_no_clearing(here: World) -> None:
    model = here.paid()[0]
    bill = vouchers.issue_voucher(disbursement=sanctioned(here).pk, by=here["ddo"])
    line = bill.sanction.disbursement.lines.get()
    given = {
        "voucher_id": bill.pk,
        "line_id": line.pk,
        "number": "0009902",
        "entry_id": bill.entry_id,
        "issued_on": today(),
        "expires_on": cheques.expiry(today(), cheques.rule_on(today())),
    }
    accepted(*flat(copied(model, **given, issued_by_id=here["second_approver"].pk)))
    for name in ("approver", "deputy"):
        refused("23F10", *flat(copied(model, **given, issued_by_id=here[name].pk)))
    issue = {"disbursement": bill.sanction.disbursement_id, "line": line.pk, "number": "0009902"}
    with pytest.raises(NotAllowed, match="You decided on this request"):
        issuing.issue_instrument(**issue, by=fresh(here, "approver"))
    paid = issuing.issue_instrument(**issue, by=here["ddo"])
    accepted(CLEAR, here["second_approver"].pk, paid.pk)
    for name in ("approver", "deputy"):
        refused("23F10", CLEAR, here[name].pk, paid.pk)
    with pytest.raises(NotAllowed, match="You decided on this request"):
        payments.clear_instrument(instrument=paid.pk, by=fresh(here, "approver"))
    assert payments.clear_instrument(instrument=paid.pk, by=fresh(here, "second_approver")).cleared_by_id


def test_who_had_it_returned_issues_no_voucher_either(here: World) -> None:
    """A return for somebody was a part in the request as well, whoever sanctions it afterwards."""
    model, request, power = here.vouchered(), here.at_sanction(), lent(here)
    why = {"ground": "other", "reason": "Look again", "to": 2}
    approvals.return_for_correction(disbursement=request.pk, by=fresh(here, "deputy"), delegation=power.pk, **why)
    approvals.approve(disbursement=request.pk, by=here["finance_officer"])
    request = approvals.approve(disbursement=request.pk, by=fresh(here, "second_approver"))
    given = drawn(request)
    accepted(*flat(copied(model, **given)))
    refused("23F10", *flat(copied(model, **given, issued_by_id=here["approver"].pk)))
