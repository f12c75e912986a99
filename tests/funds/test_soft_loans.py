"""Soft loans: the schedule, what comes back, its share of the charge, and what is late."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.owed.loans import record_loan_terms
from funds.owing import bail_deposits, loan_register
from funds.owing.loan_schedules import ages, charge_due, loans_of, settled
from ledger import balances
from ledger.errors import BadInput
from tests.funds.owing_world import back, loan
from tests.world import DAY, World

FEBRUARY = date(2026, 2, 1)
PAISA = st.decimals("0.01", "9999999", places=2)


@given(PAISA, st.decimals(0, "0.01", places=4), st.lists(PAISA, max_size=8))
def test_the_last_paisa_settles_loan_and_charge(principal: Decimal, rate: Decimal, parts: list[Decimal]) -> None:
    charge = (principal * rate).quantize(Decimal("0.01"))
    whole, paid, taken = principal + charge, Decimal(0), Decimal(0)
    for part in [*parts, whole]:
        part = min(part, whole - paid)
        share = charge_due(principal, charge, paid + part) - taken
        assert 0 <= share <= part
        paid, taken = paid + part, taken + share
        assert paid - taken <= principal and taken <= charge
    assert (paid, taken) == (whole, charge)


@given(st.lists(PAISA, min_size=1, max_size=30), st.decimals(0, "99999999", places=2))
def test_the_oldest_instalments_are_settled_first(amounts: list[Decimal], paid: Decimal) -> None:
    paid = min(paid, sum(amounts, Decimal(0)))
    dues = settled([(FEBRUARY, amount) for amount in amounts], paid)
    assert sum(due.paid for due in dues) == paid
    open_from = next((place for place, due in enumerate(dues) if due.left), len(dues))
    assert all(due.paid == 0 for due in dues[open_from + 1 :])


@pytest.mark.django_db
def test_a_loan_is_paid_back_with_its_charge(small_world: World) -> None:
    here, line = small_world, loan(small_world)
    held = lambda account: balances.balance(here.fund.code, account)  # noqa: E731
    free = held("X10")
    found = loans_of([line], on=FEBRUARY)[0]
    assert [due.amount for due in found.dues] == [2020] * 6 and found.charge == 120
    assert found.arrears == 6060 and found.days_late == 92  # November to January; the one of today is not late
    made = back(here, line, "3030", on=date(2025, 11, 5))
    assert (made.back.principal, made.back.charge) == (3000, 30)
    assert (held("F-LOAN"), held("H-PRO"), held("X10")) == (9000, 30, free + 3030)  # free to lend again
    found = loans_of([line], on=FEBRUARY)[0]
    assert [due.left for due in found.dues] == [0, 1010, 2020, 2020, 2020, 2020]
    assert dict(ages([found])) == {
        "1 to 30 days": 0, "31 to 90 days": 3030, "91 to 365 days": 0, "more than 365 days": 0,
    }  # fmt: skip
    with pytest.raises(BadInput, match="is left, its charge included"):
        back(here, line, "9090.01")
    with pytest.raises(BadInput, match="too little"):
        back(here, line, "0.01", on=date(2025, 11, 6))
    back(here, line, "9090", on=date(2025, 11, 6))  # early, and the charge does not lessen
    done = loan_register.get_loan(line.pk, by=here["auditor"])
    assert (done.state, done.left, held("F-LOAN"), held("H-PRO")) == ("repaid", 0, 0, 120)
    assert all(tie.holds for tie in bail_deposits.ties("soft_loan", [here.fund], by=here["auditor"]))


@pytest.mark.django_db
def test_terms_that_charge_less_later_take_nothing_back(small_world: World) -> None:
    here, line = small_world, loan(small_world)
    back(here, line, "6060", on=date(2025, 11, 5))  # of it 60 charge
    record_loan_terms(
        case=line.case_id, amount="12000", agreed_on=DAY, first_due_on=FEBRUARY, months=2, reference="L 2",
        by=here["case_officer"],
    )  # fmt: skip
    found = loans_of([line])[0]
    assert (found.charge, found.left, [due.amount for due in found.dues]) == (60, 6000, [6030, 6030])
    back(here, line, "6000", on=FEBRUARY)
    assert loans_of([line])[0].state == "repaid" and balances.balance(here.fund.code, "F-LOAN") == 0


@pytest.mark.django_db
def test_the_pages(small_world: World) -> None:
    here, client, line = small_world, Client(), loan(small_world)
    client.force_login(here["case_officer"])
    page = client.get("/loans/?state=late").content.decode()
    assert "Gulzar Ahmed" in page and "12,120.00" in page  # all six are late by now
    one = client.get(f"/loans/{line.pk}/").content.decode()
    assert one.count("2,020.00") >= 6 and "Record money that came back" not in one
    assert b"Late" in b"".join(client.get("/loans/file.csv?state=late").streaming_content)
    client.force_login(here["fund_manager"])
    assert "Record money that came back" in client.get(f"/loans/{line.pk}/").content.decode()
    assert "The register equals the account" in client.get("/loans/").content.decode()
