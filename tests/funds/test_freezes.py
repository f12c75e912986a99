"""While a fund is frozen nothing is sanctioned or paid, by page, service or SQL; two people begin it and two end it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from funds import approvals, disbursements, issuing, payments, vouchers
from funds.chain import freezes
from funds.models import Freeze, Instrument
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.test_rules import accepted, copied, decision_of, refused, sanction_of
from tests.world import World

pytestmark = pytest.mark.django_db
SOON = today() + timedelta(days=3)
CONSENT = "INSERT INTO funds_freezedecision (freeze_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"
LIFTED = "INSERT INTO funds_freezeliftdecision (lift_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"


@pytest.fixture
def here(small_world: World) -> World:
    small_world.users["other_manager"] = world.make_user("other_manager", small_world.office, Role.FUND_MANAGER)
    return small_world


def proposed(here: World, by: str = "fund_manager", **changes: Any) -> Freeze:
    given = {"what": "all", "cause": "audit", "starts_on": today(), "ends_on": SOON, "reason": "Count of cheques"}
    return freezes.propose(by=here[by], **{"fund": here.fund} | given | changes)


def frozen(here: World, **changes: Any) -> Freeze:
    return freezes.agree(freeze=proposed(here, **changes).pk, by=here["approver"])


def flat(statement: tuple[str, list[object]]) -> tuple[Any, ...]:
    return statement[0], *statement[1]


def test_nothing_is_sanctioned_while_it_lasts(here: World) -> None:
    request = here.at_sanction()
    proposed(here)
    accepted(*flat(decision_of(request, 3, here["approver"])))  # one person's wish freezes nothing
    row = frozen(here, what="sanctions")
    with pytest.raises(WrongState, match=f"frozen until {SOON:%-d %b %Y} for an audit: Count of cheques") as caught:
        approvals.approve(disbursement=request.pk, by=here["approver"])
    assert (caught.value.code, caught.value.status, caught.value.ids) == ("frozen", 409, (row.pk,))
    refused("23F67", *flat(decision_of(request, 3, here["approver"])))
    refused("23F67", *flat(decision_of(request, 3, here["approver"], decided_on=today())))
    other = here.submitted()
    approvals.approve(disbursement=other.pk, by=here["verifier"])  # it only forwards
    returned = approvals.return_for_correction(
        disbursement=request.pk, by=here["approver"], ground="other", reason="Look again"
    )
    assert returned.state == "returned"


def test_a_sanction_alone_is_refused_too(here: World) -> None:
    request = here.at_sanction()
    with connection.cursor() as cursor:
        cursor.execute(*decision_of(request, 3, here["approver"]))
    statement = flat(sanction_of(here, request))
    frozen(here, what="sanctions")
    refused("23F67", *statement)


def test_no_voucher_and_no_instrument(here: World) -> None:
    sanctioned, vouchered = here.sanctioned(), here.vouchered()
    line = vouchered.sanction.disbursement.lines.get()
    paid = here.paid()[0]
    given = {"sanction_id": sanctioned.sanction.pk, "number": "T-9", "serial": 3, "token": "t9"}
    bill = flat(copied(vouchered, **given, entry_id=sanctioned.sanction.entry_id))
    accepted(*bill)
    cheque = flat(copied(paid, voucher_id=vouchered.pk, line_id=line.pk, number="0009902", entry_id=vouchered.entry_id))
    accepted(*cheque)
    frozen(here, what="payments", cause="year_end")
    for statement in (bill, cheque):
        refused("23F67", *statement)
    with pytest.raises(WrongState, match="for the end of the year"):
        vouchers.issue_voucher(disbursement=sanctioned.pk, by=here["ddo"])
    with pytest.raises(WrongState, match="nothing is paid out"):
        issuing.issue_instrument(
            disbursement=vouchered.sanction.disbursement_id, line=line.pk, number="1", by=here["ddo"]
        )
    # What was paid is cleared, and a sanction is cancelled: both give nothing out.
    cleared = payments.clear_instrument(instrument=paid.pk, by=here["reconciler"], on=world.DAY)
    assert cleared.state == Instrument.State.CLEARED
    assert (
        disbursements.cancel(disbursement=sanctioned.pk, by=here["approver"], reason="No longer").state == "cancelled"
    )


def test_payments_alone_leave_sanctions_and_another_fund(here: World) -> None:
    other = world.make_fund(here["fund_manager"], here.office, code="OTHER")
    frozen(here, what="payments")
    frozen(here, fund=other)
    assert here.sanctioned().state == "sanctioned"


def test_all_funds_and_only_in_its_days(here: World) -> None:
    later = frozen(here, starts_on=SOON, ends_on=SOON, fund=None)
    assert freezes.state_of(later) == "coming" and here.sanctioned().state == "sanctioned"
    frozen(here, fund=None)
    with pytest.raises(WrongState, match="of all funds"):
        here.sanctioned()


def test_two_people_begin_it(here: World) -> None:
    row = proposed(here)
    for name in ("finance_officer", "auditor", "ddo"):
        with pytest.raises(NotAllowed):
            freezes.agree(freeze=row.pk, by=here[name])
    with pytest.raises(NotAllowed, match="You proposed"):
        freezes.agree(freeze=row.pk, by=here["fund_manager"])
    refused("23F68", CONSENT, row.pk, here["fund_manager"].pk)
    refused("23F68", CONSENT, row.pk, None)
    refused("23F68", *flat(copied(row, starts_on=today() - timedelta(days=1))))
    freezes.agree(freeze=row.pk, by=here["other_manager"])
    with pytest.raises(WrongState, match="is decided: agreed"):
        freezes.agree(freeze=row.pk, by=here["approver"])


def test_only_those_who_may_agree_are_told(here: World) -> None:
    """Of another office's fund nobody, of all funds those of a federal office, of the own fund all who agree."""
    for role in (Role.APPROVER, Role.FUND_MANAGER):
        here.users[f"quetta_{role}"] = world.make_user(f"quetta_{role}", here.quetta_office, role)
    quetta = here["quetta_approver"], here["quetta_fund_manager"]
    own = proposed(here, by="quetta_fund_manager", fund=world.make_fund(quetta[1], here.quetta_office, code="QTA-F"))
    every, lifted = proposed(here, fund=None), frozen(here, fund=None)
    freezes.propose_lift(freeze=lifted.pk, by=here["auditor"], reason="All counted")
    assert list(freezes.waiting(here["other_manager"])) == [own, every, lifted]
    assert list(freezes.waiting(quetta[0])) == [own] and not freezes.waiting(quetta[1]).exists()
    for row, agree in ((every, freezes.agree), (lifted, freezes.agree_lift)):
        with pytest.raises(NotAllowed, match="a post at a federal office"):
            agree(freeze=row.pk, by=quetta[0])
    assert freezes.agree(freeze=own.pk, by=quetta[0]) == own


def test_two_people_end_it_early(here: World) -> None:
    row, request = frozen(here), here.at_sanction()
    asked = freezes.propose_lift(freeze=row.pk, by=here["auditor"], reason="All counted")
    with pytest.raises(WrongState, match="already"):
        freezes.propose_lift(freeze=row.pk, by=here["fund_manager"], reason="All counted")
    lift = freezes.open_lift(asked)
    assert lift is not None
    refused("23F68", LIFTED, lift.pk, here["auditor"].pk)
    refused("23F68", *flat(copied(lift)))
    freezes.decline_lift(freeze=row.pk, by=here["fund_manager"], remark="Two are missing")
    freezes.propose_lift(freeze=row.pk, by=here["fund_manager"], reason="Found")
    with pytest.raises(NotAllowed, match="You asked"):
        freezes.agree_lift(freeze=row.pk, by=here["fund_manager"])
    with pytest.raises(WrongState):
        approvals.approve(disbursement=request.pk, by=here["approver"])
    done = freezes.agree_lift(freeze=row.pk, by=here["other_manager"])
    assert (freezes.state_of(done), freezes.last_day(done)) == ("lifted", today() - timedelta(days=1))
    assert approvals.approve(disbursement=request.pk, by=here["approver"]).state == "sanctioned"
    with pytest.raises(WrongState, match="nothing to lift"):
        freezes.propose_lift(freeze=row.pk, by=here["fund_manager"], reason="Again")


def test_who_proposes_what(here: World) -> None:
    with pytest.raises(BadInput) as caught:
        proposed(here, by="auditor", cause="year_end")
    assert "cause" in caught.value.fields
    assert proposed(here, by="auditor").proposed_by == here["auditor"]
    for name in ("approver", "administrator", "case_officer"):
        with pytest.raises(NotAllowed):
            proposed(here, by=name)
    for changes, field in (
        ({"starts_on": today() - timedelta(days=1)}, "starts_on"),
        ({"ends_on": today() - timedelta(days=1)}, "ends_on"),
        ({"what": "x"}, "what"),
        ({"reason": ""}, "reason"),
    ):
        with pytest.raises(BadInput) as slip:
            proposed(here, **changes)
        assert field in slip.value.fields
    far = world.make_user("far", here.quetta_office, Role.FUND_MANAGER)
    for fund in (here.fund, None):
        with pytest.raises(NotAllowed):
            freezes.propose(fund=fund, what="all", cause="audit", starts_on=today(), ends_on=SOON, reason="x", by=far)
