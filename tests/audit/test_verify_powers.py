"""Acts inside a freeze, and signatures for somebody beyond what was given: the owner writes one, and I7 names it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.checks.i07_approvals import approvals as i07
from funds import approvals
from funds.absence import delegations
from funds.chain import freezes
from funds.models import Decision, Delegation, Disbursement, Instrument, Sanction, Voucher
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.audit.conftest import Corrupt, broken

BEFORE = timezone.now() - timedelta(days=2)
FREEZE = (
    "WITH f AS (INSERT INTO funds_freeze (fund_id, what, cause, starts_on, ends_on, reason, proposed_by_id, proposed_at)"
    " VALUES (%s, %s, 'audit', %s, %s, 'Count', %s, %s) RETURNING id) INSERT INTO funds_freezedecision"
    " (freeze_id, outcome, remark, decided_by_id, decided_at) SELECT id, 'agreed', '', %s, %s FROM f"
)


def frozen(here: world.World, corrupt: Corrupt, what: str, first: date, last: date, at: Any = BEFORE) -> None:
    """A freeze that two people agreed to before the acts of this world were recorded, as only the owner can write it."""
    corrupt(FREEZE, here.fund.pk, what, first, last, here["fund_manager"].pk, at, here["approver"].pk, at)


def test_voucher_and_instruments_inside_a_freeze(here: world.World, corrupt: Corrupt) -> None:
    frozen(here, corrupt, "payments", today(), today())
    found = broken()
    assert set(found) == {"I7"}
    lines = found["I7"].splitlines()
    number = Voucher.objects.order_by("pk").first().number
    assert len(lines) == Voucher.objects.count() + Instrument.objects.count() == 6
    assert f"voucher {number} of request" in lines[0] and "of TEST stood" in lines[0]
    assert sum(line.startswith("instrument ") for line in lines) == 4


def test_sanction_dated_into_a_freeze(here: world.World, corrupt: Corrupt) -> None:
    """Recorded after it was over, for one of its days."""
    frozen(here, corrupt, "sanctions", world.DAY, world.DAY)
    found = broken()["I7"]
    for row in Sanction.objects.all():
        assert f"sanction {row.number} of request {row.disbursement.number}: recorded while freeze" in found
    assert "last signature" in found and "voucher" not in found


def test_what_was_recorded_before_the_consent_is_no_offence(here: world.World, corrupt: Corrupt) -> None:
    """Also in another fund's freeze, in one of other days, and in the moment of the consent itself."""
    frozen(here, corrupt, "all", today(), today(), timezone.now())
    frozen(here, corrupt, "all", date(2020, 1, 1), date(2020, 1, 2))
    other = world.make_fund(here["fund_manager"], here.office, code="OTHER")
    row = freezes.propose(
        fund=other, what="all", cause="audit", starts_on=today(), ends_on=today(), reason="x", by=here["fund_manager"]
    )
    freezes.agree(freeze=row.pk, by=here["approver"])
    assert broken() == {}


@pytest.fixture
def lent(here: world.World) -> tuple[Decision, Delegation]:
    """The approver's step of a request, signed by a deputy for the approver."""
    deputy = world.make_user("deputy", here.office, Role.APPROVER, limit="0")
    row = delegations.give(
        taker=deputy.officer.pk, starts_on=today(), ends_on=today() + timedelta(days=3), ceiling="50000",
        reason="Leave", by=here["approver"],
    )  # fmt: skip
    delegations.agree(delegation=row.pk, by=here["fund_manager"])
    request = Disbursement.objects.get(state="submitted")
    approvals.approve(disbursement=request.pk, by=deputy, delegation=row.pk)
    assert not i07(request.pk).offenders
    return Decision.objects.get(delegation=row), row


# Each takes away one thing that the delegation has to give; the keys are those of the delegation and of the decision.
BEYOND = {
    "over before it was recorded": "UPDATE funds_decision SET recorded_at = recorded_at + interval '9 days' WHERE id = %(c)s",
    "dated before its days": "UPDATE funds_decision SET decided_on = decided_on - 1 WHERE id = %(c)s",
    "another officer's": "UPDATE funds_delegation SET taker_id = (SELECT id FROM beneficiaries_officer WHERE user_id ="
    " (SELECT id FROM auth_user WHERE username = 'verifier')) WHERE id = %(g)s",
    "above its ceiling": "UPDATE funds_delegation SET ceiling = 100 WHERE id = %(g)s",
    "of another post": "UPDATE funds_approvalstep SET post = 'Secretary' WHERE id = %(t)s",
    "not agreed to": "UPDATE funds_delegationdecision SET outcome = 'declined' WHERE delegation_id = %(g)s",
    "agreed to afterwards": "UPDATE funds_decision SET recorded_at = recorded_at - interval '1 hour' WHERE id = %(c)s",
    "ended before": "INSERT INTO funds_delegationend (delegation_id, reason, ended_by_id, ended_at)"
    " SELECT %(g)s, 'Back', decided_by_id, recorded_at - interval '1 hour' FROM funds_decision WHERE id = %(c)s",
    "for who signed another step": "UPDATE funds_delegation SET giver_id = (SELECT id FROM beneficiaries_officer WHERE"
    " user_id = (SELECT id FROM auth_user WHERE username = 'finance_officer')) WHERE id = %(g)s",
    "for the maker": "UPDATE funds_delegation SET giver_id = (SELECT id FROM beneficiaries_officer WHERE user_id ="
    " (SELECT id FROM auth_user WHERE username = 'case_officer')) WHERE id = %(g)s",
}


@pytest.mark.parametrize("how", BEYOND)
def test_a_signature_beyond_its_delegation(
    how: str, here: world.World, lent: tuple[Decision, Delegation], corrupt: Corrupt
) -> None:
    made, power = lent
    keys = {"c": made.pk, "g": power.pk, "t": made.step_id}
    with connection.cursor() as cursor:
        statement = cursor.mogrify(BEYOND[how], keys).decode()
    corrupt(statement.replace("%", "%%"))
    said = (
        f"decision {made.pk} on request {made.disbursement.number} for Approver Khan: the delegation did not give that"
    )
    assert said in i07().offenders
    assert said in i07(made.disbursement_id).offenders


def test_an_end_at_the_moment_of_the_signature_is_no_offence(
    here: world.World, lent: tuple[Decision, Delegation]
) -> None:
    delegations.end(delegation=lent[1].pk, by=here["approver"], reason="Back")
    assert not i07().offenders


def test_voucher_issued_by_for_whom_it_was_signed(
    here: world.World, lent: tuple[Decision, Delegation], corrupt: Corrupt
) -> None:
    from funds import vouchers

    bill = vouchers.issue_voucher(disbursement=lent[0].disbursement_id, by=here["ddo"])
    assert not i07().offenders
    corrupt("UPDATE funds_voucher SET issued_by_id = %s WHERE id = %s", here["approver"].pk, bill.pk)
    assert f"voucher {bill.number} of request {lent[0].disbursement.number}: issued by somebody" in "\n".join(
        i07().offenders
    )
