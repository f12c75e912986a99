"""Who a payee line may name: records the maker may see, the heir the court named, and never the maker."""

from dataclasses import replace

import pytest

from beneficiaries.models import Case, Obligation, Person
from funds import disbursements
from funds.models import Disbursement
from funds.requests.payees import Payee, heirs_payees
from ledger.errors import BadInput, NotFound
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


def draft(here: world.World, payees: list[Payee], kind: str = "relief_grant", by: str = "case_officer") -> Disbursement:
    return disbursements.create_draft(
        fund=here.fund, kind=kind, title="A title", pay_to="Somebody", payees=payees, by=here[by], on=world.DAY
    )


def revise(here: world.World, row: Disbursement, payees: list[Payee], by: str = "case_officer") -> Disbursement:
    return disbursements.revise_draft(
        disbursement=row.pk, title="A title", pay_to="Somebody", payees=payees, by=here[by]
    )


def grant(case: Case, person: Person | None = None) -> Payee:
    return Payee(case=case, amount="100", person=person or case.person)


def test_another_offices_person_is_not_there_to_be_paid(here: world.World) -> None:
    own = here.relief_case(by=here["quetta"])
    stranger = here.person("Ministry Person")
    with pytest.raises(NotFound):
        draft(here, [grant(own, stranger)], by="quetta")
    assert not Disbursement.objects.exists()


def test_a_draft_is_not_revised_onto_another_offices_case_or_person(here: world.World) -> None:
    own, theirs = here.relief_case(by=here["quetta"]), here.relief_case()
    row = draft(here, [grant(own)], by="quetta")
    for payee in (grant(theirs), grant(own, theirs.person)):
        with pytest.raises(NotFound):
            revise(here, row, [payee], by="quetta")
    assert row.lines.get().case == own


def diyat(here: world.World) -> tuple[Obligation, list[Payee]]:
    obligation = here.obligation()
    here.four_heirs(obligation)
    return obligation, heirs_payees(obligation, total="1200000")


def test_an_heirs_share_goes_to_that_heir(here: world.World) -> None:
    _, payees = diyat(here)
    payees[2] = replace(payees[2], person=here.person("Somebody Else"))
    with pytest.raises(BadInput) as refused:
        draft(here, payees, "diyat")
    assert list(refused.value.fields) == ["lines.3.person"]


def test_an_award_with_heirs_is_paid_to_no_other_person(here: world.World) -> None:
    obligation, _ = diyat(here)
    stranger = Payee(case=obligation.order.case, amount="500", person=here.person("Stranger"), obligation=obligation)
    with pytest.raises(BadInput) as refused:
        draft(here, [stranger], "diyat")
    assert list(refused.value.fields) == ["lines.1.heir"]


def test_an_award_with_heirs_can_be_deposited_in_court(here: world.World) -> None:
    obligation, _ = diyat(here)
    court = Payee(
        case=obligation.order.case,
        amount="1200000",
        obligation=obligation,
        payee_kind="court",
        payee_name="Sessions Court Rawalpindi",
        method="court_deposit",
    )
    assert draft(here, [court], "diyat").amount == 1200000


def test_an_heir_of_another_award_is_refused(here: world.World) -> None:
    _, payees = diyat(here)
    case = here.relief_case()
    payee = replace(grant(case, payees[0].person), heir=payees[0].heir)
    with pytest.raises(BadInput) as refused:
        draft(here, [payee])
    assert list(refused.value.fields) == ["lines.1.heir"]


def test_nobody_asks_money_for_themselves(here: world.World) -> None:
    me = here.person("Case Officer Khan", cnic=here["case_officer"].officer.cnic)
    case = here.relief_case(me)
    with pytest.raises(BadInput) as refused:
        draft(here, [grant(case)])
    assert list(refused.value.fields) == ["lines.1.person"]
    row = draft(here, [grant(here.relief_case())])
    with pytest.raises(BadInput):
        revise(here, row, [grant(case)])


def test_a_sum_no_column_can_hold_is_refused_in_words(here: world.World) -> None:
    most = "9999999999999.99"
    payees = [replace(grant(here.relief_case()), amount=most) for _ in range(2)]
    with pytest.raises(BadInput) as refused:
        draft(here, payees)
    assert list(refused.value.fields) == ["lines.2.amount"]
