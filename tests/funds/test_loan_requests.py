"""A soft loan asked for on the page: it names the sum it is for, so that the sum is not asked for twice."""

import re

import pytest
from django.test import Client

from beneficiaries.casework.money import obligations_of
from beneficiaries.models import Obligation
from beneficiaries.owed.loans import record_loan_terms
from funds.models import Disbursement, PayeeLine
from tests.funds.pages import source, words
from tests.world import DAY, World


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


@pytest.fixture
def maker(here: World) -> Client:
    client = Client()
    client.force_login(here["case_officer"])
    return client


def agreed(here: World, obligation: Obligation, amount: str = "5000") -> None:
    record_loan_terms(
        case=obligation.order.case_id, amount=amount, agreed_on=DAY, first_due_on=DAY, months=5, reference="L 1",
        obligation=obligation.pk, by=here["case_officer"],
    )  # fmt: skip


def sent(case: int, **change: str) -> dict[str, str]:
    return {
        "what": "TEST:soft_loan", "pick": f"c{case}", "title": "Soft loan", "pay_to": "Gulzar Ahmed", "key": "form:1",
        "lines-1-amount": "5,000", "lines-1-method": "cheque", "lines-1-iban": "",
    } | change  # fmt: skip


def test_the_terms_fill_the_form_and_the_loan_counts_against_the_sum(here: World, maker: Client) -> None:
    fine = here.obligation("90000", "fine")
    case = fine.order.case
    agreed(here, fine)
    page = source(maker.get(f"/requests/new/?what=TEST:soft_loan&pick=c{case.pk}&go=1"))
    assert re.search(r'name="lines-1-amount" value="5,000(\.00)?"', page)
    assert f'<option value="{fine.pk}" selected>Fine, Rs 90,000.00 left</option>' in page
    answer = maker.post("/requests/new/", sent(case.pk, **{"lines-1-obligation": str(fine.pk)}))
    assert answer.status_code == 303
    line = PayeeLine.objects.get()
    assert (line.obligation, line.person, line.amount) == (fine, case.person, 5000)
    assert obligations_of(case)[0].left == 85_000


def test_a_loan_for_no_sum_and_one_beyond_it(here: World, maker: Client) -> None:
    fine = here.obligation("4000", "fine")
    case = fine.order.case
    wrong = maker.post("/requests/new/", sent(case.pk, **{"lines-1-obligation": str(fine.pk)}))
    assert wrong.status_code == 422 and "more than the balance" in wrong.content.decode()
    other = here.obligation("9000", "fine")  # of another case, so it is not in the list
    assert maker.post("/requests/new/", sent(case.pk, **{"lines-1-obligation": str(other.pk)})).status_code == 422
    assert not Disbursement.objects.exists()
    assert maker.post("/requests/new/", sent(case.pk, **{"lines-1-obligation": ""})).status_code == 303
    assert PayeeLine.objects.get().obligation is None


def test_a_sum_whose_heirs_are_named_is_not_lent_for(here: World, maker: Client) -> None:
    diyat = here.obligation("90000")
    case = diyat.order.case
    agreed(here, diyat)
    address = f"/requests/new/?what=TEST:soft_loan&pick=c{case.pk}&go=1"
    assert "Diyat, Rs 90,000.00 left" in source(maker.get(address))
    assert maker.post("/requests/new/", sent(case.pk, **{"lines-1-obligation": str(diyat.pk)})).status_code == 303
    here.four_heirs(diyat)
    assert "Diyat, Rs 85,000.00 left" not in source(maker.get(address))
    # A draft from before stays the borrower's when it is opened, and says what has to be mended when it is saved.
    request = Disbursement.objects.get()
    page = source(maker.get(f"/requests/{request.pk}/edit/"))
    assert "Heirs and shares" not in page and f'<option value="{diyat.pk}" selected>' in page
    change = sent(case.pk, reason="Less", **{"lines-1-obligation": str(diyat.pk)})
    refused = maker.post(f"/requests/{request.pk}/edit/", change)
    assert refused.status_code == 422 and "The court named heirs" in words(refused)


def test_changing_a_loan_keeps_its_sum(here: World, maker: Client) -> None:
    fine = here.obligation("5000", "fine")
    case = fine.order.case
    maker.post("/requests/new/", sent(case.pk, **{"lines-1-obligation": str(fine.pk)}))
    request = Disbursement.objects.get()
    page = source(maker.get(f"/requests/{request.pk}/edit/"))
    assert f'<option value="{fine.pk}" selected>Fine, Rs 5,000.00 left</option>' in page  # its own line does not count
    change = sent(case.pk, reason="Less", **{"lines-1-amount": "4,000", "lines-1-obligation": str(fine.pk)})
    assert maker.post(f"/requests/{request.pk}/edit/", change).status_code == 303
    line = PayeeLine.objects.get()
    assert (line.obligation, line.amount) == (fine, 4000)
