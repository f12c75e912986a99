"""Nothing is paid to a payee on hold, nor into an account that changed a moment ago, by service or SQL."""

from decimal import Decimal

import pytest

from beneficiaries.models import Limit, Person
from funds import disbursements, issuing, payment_runs
from funds.models import AccountConfirmation, Disbursement, Instrument, PayeeHold, PayeeHoldEnd, PayeeLine
from funds.requests import changed_accounts, payee_holds
from funds.requests.payees import Payee
from ledger.errors import BadInput, NotAllowed, WrongState
from tests.funds.bank_answers import IBANS, drafted, peopled, transfer
from tests.funds.by_sql import Now, accepted, flat, no, refused, yes
from tests.funds.refusals_of_money import paid as payment_of
from tests.world import DAY, START, World

pytestmark = pytest.mark.django_db
WHY = "The court asks for it"


@pytest.fixture
def here(small_world: World) -> World:
    Limit.objects.create(code="account_cooling_days", value=Decimal(3), effective_from=START, source="Test")
    return peopled(small_world)


def asked_again(here: World, person: Person, iban: str) -> Disbursement:
    """A further transfer to a person who was asked for before."""
    case = here.relief_case(person)
    payee = Payee(case=case, amount="20000", person=person, method="transfer", iban=iban)
    return disbursements.create_draft(
        fund=here.fund, kind="relief_grant", title="Again", pay_to="x", payees=[payee], by=here["case_officer"], on=DAY
    )


def changed(here: World) -> PayeeLine:
    """A vouchered transfer into an account other than that of an earlier request."""
    first = transfer(here, IBANS[0])
    assert first.person is not None
    request = asked_again(here, first.person, IBANS[1])
    return here.vouchered(request).sanction.disbursement.lines.get()


def pay(here: World, line: PayeeLine, by: str = "ddo") -> Instrument:
    return issuing.issue_instrument(disbursement=line.disbursement_id, line=line.pk, number="4711", by=here[by], on=DAY)


def test_a_held_person_is_not_paid_until_another_ends_it(here: World) -> None:
    line, other = transfer(here), transfer(here)
    row = payee_holds.place_on_line(line=line, reason=WHY, by=here["finance_officer"])
    with pytest.raises(WrongState, match="Zainab Bibi: on hold") as caught:
        pay(here, line)
    assert caught.value.code == "payee_on_hold"
    run = drafted(here)
    assert [each.line_id for each in run.lines.all()] == [other.pk]
    with pytest.raises(NotAllowed, match="You placed"):
        payee_holds.end(hold_id=row.pk, reason="Settled", by=here["finance_officer"])
    with pytest.raises(NotAllowed):
        payee_holds.end(hold_id=row.pk, reason="Settled", by=here["approver"])
    with pytest.raises(BadInput):
        payee_holds.end(hold_id=row.pk, reason=" ", by=here["ddo"])
    payee_holds.end(hold_id=row.pk, reason="Settled", by=here["ddo"])
    with pytest.raises(WrongState, match="ended already"):
        payee_holds.end(hold_id=row.pk, reason="Settled", by=here["ddo"])
    assert pay(here, line).state == "issued"


def test_a_hold_in_a_draft_run_stops_its_release(here: World) -> None:
    line = transfer(here)
    run = payment_runs.propose(run=drafted(here).pk, by=here["second_ddo"])
    payee_holds.place_on_line(line=line, reason=WHY, by=here["finance_officer"])
    with pytest.raises(WrongState, match="on hold"):
        payment_runs.release(run=run.pk, by=here["ddo"])
    with pytest.raises(WrongState, match="stays until somebody ends it"):
        payee_holds.place_on_line(line=line, reason=WHY, by=here["ddo"])


def test_by_sql_a_held_payee_is_not_paid(here: World) -> None:
    model, voucher = here.paid()[0], here.vouchered()
    statement = flat(payment_of(model, voucher))
    accepted(*statement)
    line = PayeeLine.objects.get(disbursement=voucher.sanction.disbursement)
    payee_holds.place_on_line(line=line, reason=WHY, by=here["finance_officer"])
    refused("23FC0", *statement)


def test_a_court_is_held_by_its_name(here: World) -> None:
    court = {"office": here.office, "payee_kind": "court", "payee_name": "Sessions Court", "reason": WHY}
    PayeeHold.objects.create(**court, placed_by=here["ddo"])
    for name, held in (("Sessions Court", True), ("High Court", False)):
        owed = here.obligation("5000", "fine")
        payee = Payee(case=owed.order.case, obligation=owed, amount="5000", payee_kind="court", payee_name=name)
        request = disbursements.create_draft(
            fund=here.fund, kind="fine", title="Fine", pay_to=name, payees=[payee], by=here["case_officer"], on=DAY
        )
        assert PayeeLine.objects.filter(payee_holds.held(), disbursement=request).exists() is held


def test_by_sql_a_hold_has_a_person_and_ends_by_another(here: World) -> None:
    row = payee_holds.place_on_person(person=here.person(), reason=WHY, by=here["finance_officer"])
    yes(row, person_id=None, payee_kind="jail", placed_at=Now())
    no("23FC1", row, person_id=None, payee_kind="jail", placed_at="2025-09-26T10:00:00Z")
    no("23FC1", row, placed_at=Now())  # on hold already
    end = PayeeHoldEnd(hold=row, reason="Settled", ended_by=here["ddo"])
    yes(end, ended_at=Now())
    no("23FC1", end, ended_by_id=here["finance_officer"].pk, ended_at=Now())
    no("23FC1", end, ended_at="2025-09-26T10:00:00Z")
    no("23FC1", end, hold_id=2_000_000_000, ended_at=Now())


def test_a_changed_account_cools(here: World) -> None:
    line = changed(here)
    assert changed_accounts.fresh([line.pk]).keys() == {line.pk}
    with pytest.raises(WrongState, match=r"the account changed on .* less than 3 working days ago") as caught:
        pay(here, line)
    assert caught.value.code == "account_changed"
    run = drafted(here)
    assert line.pk not in [each.line_id for each in run.lines.all()]
    Limit.objects.update(value=0)
    assert pay(here, line).state == "issued"


def test_the_first_account_and_the_same_one_again_do_not(here: World) -> None:
    first = transfer(here)
    assert first.person is not None
    second = asked_again(here, first.person, IBANS[0]).lines.get()
    assert not changed_accounts.fresh([first.pk, second.pk])
    changed_to = asked_again(here, first.person, IBANS[1]).lines.get()
    assert changed_accounts.fresh([first.pk, second.pk, changed_to.pk]).keys() == {changed_to.pk}
    back = asked_again(here, first.person, IBANS[0]).lines.get()
    assert back.pk in changed_accounts.fresh([back.pk])


def test_a_call_back_by_another_lets_it_through(here: World) -> None:
    line = changed(here)
    said = {"line": line.pk, "spoke_to": "Zainab Bibi", "reference": "0300-0000000, 2 pm"}
    for who in ("approver", "case_officer", "verifier"):
        with pytest.raises(NotAllowed):
            changed_accounts.confirm(**said, by=here[who])
    with pytest.raises(BadInput):
        changed_accounts.confirm(**said | {"reference": ""}, by=here["finance_officer"])
    changed_accounts.confirm(**said, by=here["finance_officer"])
    with pytest.raises(WrongState, match="Confirmed with"):
        changed_accounts.confirm(**said, by=here["ddo"])
    assert pay(here, line).state == "issued"


def test_by_sql_the_account_and_its_confirmation(here: World) -> None:
    model = here.paid()[0]
    line = changed(here)
    voucher = line.disbursement.sanction.voucher
    statement = flat(payment_of(model, voucher, method="transfer", expires_on=None))
    refused("23FC2", *statement)
    row = AccountConfirmation(line=line, spoke_to="She", reference="Note 1", confirmed_by=here["finance_officer"])
    yes(row, confirmed_at=Now())
    no("23FC3", row, confirmed_by_id=here["case_officer"].pk, confirmed_at=Now())
    no("23FC3", row, line_id=here.transfer().lines.get().pk, confirmed_at=Now())
    no("23FC3", row, confirmed_at="2025-09-26T10:00:00Z")
    AccountConfirmation.objects.create(line=line, spoke_to="She", reference="Note", confirmed_by=here["ddo"])
    accepted(*statement)
