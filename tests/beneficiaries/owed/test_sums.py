"""Joint awards, payments by others, terms in default, sureties, instalments and loans."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beneficiaries import cases
from beneficiaries.casework.money import Owed, obligations_of
from beneficiaries.heirs.waivers import due, record_waiver
from beneficiaries.models import CourtOrder, InstalmentPlan, JointAward, Limit, Obligation, PriorPayment
from beneficiaries.owed import instalments, loans, orders, prior_payments
from beneficiaries.owed.months import months_after
from ledger.errors import BadInput, NotFound, WrongState
from tests import world
from tests.world import DAY, World

START = date(2025, 10, 1)


def convict_order(w: World, number: str = "SC 9/2015") -> CourtOrder:
    """Another convict's case with the order of this number."""
    person = w.person("Convict", relation="son", gender="M")
    case = cases.open_prisoner_case(
        person=person, prison=w.prison, prisoner_number="9", sections="s.302 PPC", opened_on=DAY, by=w["case_officer"]
    )
    return cases.record_order(
        case=case, court=w.court, number=number, decided_on=date(2019, 3, 14), by=w["case_officer"]
    )


def owed_of(obligation: Obligation) -> Owed:
    return next(row for row in obligations_of(obligation.order.case) if row.obligation == obligation)


def joint(w: World, total: str, convicts: int, order: CourtOrder | None = None, **change: Any) -> Obligation:
    values = {"total": total, "convicts": convicts, "owed_to": "The heirs of Yaqub"} | change
    return orders.record_joint_obligation(order=order or convict_order(w), by=w["case_officer"], **values)


@pytest.mark.once
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paisa=st.integers(7, 10**9), convicts=st.integers(2, 7))
def test_joint_parts_are_equal_to_the_unit_and_make_the_whole(w: World, paisa: int, convicts: int) -> None:
    total = Decimal(paisa * 100 if paisa % 2 else paisa) / 100
    with transaction.atomic():
        parts = [joint(w, f"{total:.2f}", convicts).amount_ordered for _ in range(convicts)]
        transaction.set_rollback(True)
    assert sum(parts) == total
    assert max(parts) - min(parts) <= (1 if total == total.to_integral_value() else Decimal("0.01"))
    assert parts == sorted(parts, reverse=True)


def test_a_waiver_against_one_convict_does_not_shift_to_another(w: World) -> None:
    first, second = joint(w, "10000001", 2), joint(w, "10000001", 2)
    assert (first.amount_ordered, second.amount_ordered) == (5_000_001, 5_000_000)
    people = [w.person("Widow Bibi"), w.person("Son Yaqub", gender="M")]
    for part in (first, second):
        heirs = [(people[0], "widow", Fraction(1, 8)), (people[1], "son", Fraction(7, 8))]
        cases.record_heirs(obligation=part, heirs=heirs, by=w["case_officer"])
    before = [amount for _, amount in due(second, second.balance)]
    widow = first.heirs.get(person=people[0])
    record_waiver(heir=widow.pk, decided_on=DAY, reference="Order 3", reason="Forgave him", by=w["case_officer"])
    assert owed_of(first).waived == 625_000 and owed_of(second).waived == 0
    assert owed_of(second).left == second.amount_ordered
    assert [amount for _, amount in due(second, second.balance)] == before


def test_a_joint_award_is_one_in_every_case(w: World) -> None:
    joint(w, "900000", 3)
    for change in ({"total": "900001"}, {"convicts": 2}):
        with pytest.raises(WrongState, match="recorded as Rs 9,00,000"):
            joint(w, **({"total": "900000", "convicts": 3} | change))
    third = joint(w, "900000", 3, place=3)
    assert (third.award_place, joint(w, "900000", 3).award_place) == (3, 2)
    with pytest.raises(WrongState, match="All 3"):
        joint(w, "900000", 3)
    with pytest.raises(BadInput):
        joint(w, "900000", 1, owed_to="Others")
    assert JointAward.objects.count() == 1


@pytest.mark.parametrize(
    "change", ["amount_ordered = amount_ordered + 1", "award_place = 3", "award_id = NULL, award_place = NULL"]
)
def test_the_database_keeps_the_part_of_a_joint_award(w: World, change: str) -> None:
    part = joint(w, "900001", 2)
    with (
        pytest.raises(IntegrityError, match="stays as the court ordered it"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE beneficiaries_obligation SET {change} WHERE id = %s", [part.pk])
    order = convict_order(w)
    for values in (
        {"amount_ordered": 450_001},
        {"award_place": 3},
        {"owed_to": "Others"},
        {"order": convict_order(w, "SC 1/1")},
    ):
        right = {"order": order, "amount_ordered": 450_000, "award_place": 2, "owed_to": part.owed_to}
        with pytest.raises(IntegrityError, match="not the part of convict"), transaction.atomic():
            Obligation.objects.create(kind="diyat", award=part.award, **(right | values))


def test_what_others_paid_is_the_sum_of_its_rows(w: World) -> None:
    fine = w.obligation("50000", "fine")
    give = {"obligation": fine.pk, "paid_on": DAY, "by": w["case_officer"]}
    first = prior_payments.record_prior_payment(amount="20,000", payer="Government of Sindh", receipt="CD 1", **give)
    prior_payments.record_prior_payment(amount="5000", payer="The family", **give)
    fine.refresh_from_db()
    assert (fine.paid_before, fine.balance) == (25_000, 25_000)
    with pytest.raises(WrongState, match="Receipt cd 1"):
        prior_payments.record_prior_payment(amount="1", payer="Somebody", receipt="cd 1", **give)
    with pytest.raises(BadInput) as refusal:
        prior_payments.record_prior_payment(amount="25000.01", payer="Somebody", **give)
    assert "amount" in refusal.value.fields
    prior_payments.strike_prior_payment(payment=first.pk, reason="Another prisoner's", by=w["case_officer"])
    fine.refresh_from_db()
    assert fine.paid_before == 5000 and PriorPayment.objects.count() == 2
    with pytest.raises(WrongState):
        prior_payments.strike_prior_payment(payment=first.pk, reason="Again", by=w["case_officer"])
    assert [row.paid_before for row in fine.history.all()] == [5000, 25_000, 20_000, 0]
    with pytest.raises(NotFound):
        prior_payments.record_prior_payment(**(give | {"by": w["quetta"], "amount": "1", "payer": "X"}))


def test_an_amount_paid_before_without_a_name_says_so(w: World) -> None:
    order = w.obligation().order
    made = cases.record_obligation(
        order=order, kind="arsh", amount_ordered="100", paid_before="40", by=w["case_officer"]
    )
    assert made.prior_payments.get().payer == PriorPayment.UNNAMED and made.paid_before == 40


@pytest.mark.django_db(transaction=True)
def test_raw_sql_cannot_part_the_sum_from_its_rows(new_connection: Callable[[], Any]) -> None:
    w = world.build()
    fine = w.obligation("50000", "fine")
    bond = cases.record_obligation(order=fine.order, kind="surety_bond", amount_ordered="9", by=w["case_officer"])
    kept = cases.record_obligation(
        order=fine.order, kind="arsh", amount_ordered="9", paid_before="4", by=w["case_officer"]
    )
    strike = """INSERT INTO beneficiaries_priorpaymentstruck (payment_id, reason, recorded_by_id, recorded_at)
        VALUES (%s, 'X', %s, now())"""
    plan = """INSERT INTO beneficiaries_instalmentplan (obligation_id, total, decided_on, reference, recorded_by_id, recorded_at)
        VALUES (%s, 5, '2025-09-26', 'X', %s, now())"""
    officer = w["case_officer"].pk
    insert = """INSERT INTO beneficiaries_priorpayment (obligation_id, payer, receipt, amount, recorded_at)
        VALUES (%s, 'X', '', 10, now())"""
    for statements, code in (
        ([(insert, [fine.pk])], "23B12"),
        ([(insert, [bond.pk])], "23B12"),
        ([(strike, [kept.prior_payments.get().pk, officer])], "23B12"),
        ([(plan, [fine.pk, officer])], "23B14"),
        ([("UPDATE beneficiaries_obligation SET paid_before = 10 WHERE id = %s", [fine.pk])], "23B02"),
        (
            [(insert, [fine.pk]), ("UPDATE beneficiaries_obligation SET paid_before = 11 WHERE id = %s", [fine.pk])],
            "23B02",
        ),
        ([("DELETE FROM beneficiaries_priorpayment", [])], "42501"),
    ):
        raw = new_connection()
        with pytest.raises(psycopg2.Error) as refusal:
            with raw.cursor() as cursor:
                for statement, values in statements:
                    cursor.execute(statement, values)
            raw.commit()
        assert refusal.value.pgcode == code, statements
        raw.rollback()
    with pytest.raises(IntegrityError, match="payment by payment"), transaction.atomic():
        Obligation.objects.create(order=fine.order, kind="arsh", amount_ordered=5, paid_before=1)


def test_a_term_in_default_belongs_to_a_fine_and_a_surety_to_a_bond(w: World) -> None:
    order, by = w.obligation().order, w["case_officer"]
    for bad, field in (
        ({"kind": "diyat", "default_days": 10}, "default_days"),
        ({"kind": "fine", "default_days": 0}, "default_days"),
        ({"kind": "fine", "surety": w.person()}, "surety"),
    ):
        with pytest.raises(BadInput) as refusal:
            cases.record_obligation(order=order, amount_ordered="900", by=by, **bad)
        assert field in refusal.value.fields
    fine = cases.record_obligation(order=order, kind="fine", amount_ordered="900", default_days=90, by=by)
    bond = cases.record_obligation(order=order, kind="surety_bond", amount_ordered="900", surety=w.person(), by=by)
    orders.correct_obligation(obligation=fine.pk, default_days=60, reason="Read again", by=by)
    fine.refresh_from_db()
    assert fine.default_days == 60 and bond.is_contingent
    with pytest.raises(WrongState, match="surety bond"):
        prior_payments.record_prior_payment(obligation=bond.pk, amount="1", paid_on=DAY, payer="X", by=by)


def test_instalments_are_paid_from_the_earliest_on(w: World) -> None:
    fine = w.obligation("90000", "fine")
    plan = instalments.record_plan(
        obligation=fine.pk, decided_on=DAY, reference="Order 7", by=w["case_officer"],
        instalments=instalments.equal_parts(Decimal(90_000), START, 3),
    )  # fmt: skip
    prior_payments.record_prior_payment(
        obligation=fine.pk, amount="40000", paid_on=DAY, payer="The family", by=w["case_officer"]
    )
    found = instalments.schedule(owed_of(fine), on=date(2025, 11, 15))
    assert found is not None and found.plan == plan
    assert [(row.paid, row.state) for row in found.dues] == [(30_000, "paid"), (10_000, "late"), (0, "to_come")]
    assert found.due_now == 20_000


@settings(max_examples=60, deadline=None)
@given(rupees=st.integers(1, 10**9), months=st.integers(1, 60))
def test_equal_parts_make_the_whole(rupees: int, months: int) -> None:
    parts = instalments.equal_parts(Decimal(rupees), START, months)
    amounts = [amount for _, amount in parts]
    assert sum(amounts) == rupees and max(amounts) - min(amounts) <= 1
    assert len({day for day, _ in parts}) == months


def test_months_end_where_the_month_ends() -> None:
    assert months_after(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2025, 3, 31), -1) == date(2025, 2, 28)
    assert months_after(date(2025, 11, 30), 14) == date(2027, 1, 30)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([(START, "89999")], "make Rs 89,999.00"),
        ([(START, "45000"), (START, "45000")], "same day"),
        ([(date(2025, 1, 1), "90000")], "before the court"),
        ([], "0 instalments"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(w: World, parts: list[tuple[date, str]], words: str) -> None:
    fine = w.obligation("90000", "fine")
    with pytest.raises(BadInput, match=words):
        instalments.record_plan(
            obligation=fine.pk, decided_on=DAY, reference="Order 7", instalments=parts, by=w["case_officer"]
        )
    assert not InstalmentPlan.objects.exists()


def test_a_plan_longer_than_the_rule_is_told(w: World) -> None:
    Limit.objects.create(code="instalment_years", value=5, effective_from=date(2006, 7, 1), source="Default")
    fine = w.obligation("90000", "fine")
    for months, told in ((60, False), (62, True)):
        instalments.record_plan(
            obligation=fine.pk, decided_on=DAY, reference=f"Order {months}", by=w["case_officer"],
            instalments=instalments.equal_parts(Decimal(90_000), DAY, months),
        )  # fmt: skip
        found = instalments.schedule(owed_of(fine))
        assert found is not None and bool(instalments.too_long(found)) == told


@pytest.mark.django_db(transaction=True)
def test_an_instalment_added_later_is_refused(new_connection: Callable[[], Any]) -> None:
    w = world.build()
    fine = w.obligation("90000", "fine")
    plan = instalments.record_plan(
        obligation=fine.pk, decided_on=DAY, reference="Order 7", instalments=[(START, "90000")], by=w["case_officer"]
    )
    raw = new_connection()
    with raw.cursor() as cursor:
        cursor.execute(
            "INSERT INTO beneficiaries_instalment (plan_id, number, due_on, amount) VALUES (%s, 2, '2026-01-01', 5)",
            [plan.pk],
        )
    with pytest.raises(psycopg2.Error) as refusal:
        raw.commit()
    assert refusal.value.pgcode == "23B14"


def test_a_loan_is_recorded_and_posts_nothing(w: World) -> None:
    fine = w.obligation("90000", "fine")
    Limit.objects.create(code="loan_charge_percent", value=1, effective_from=date(2021, 7, 1), source="2021 amendment")
    terms = {"case": fine.order.case_id, "amount": "60000", "agreed_on": DAY, "first_due_on": START, "months": 7,
             "reference": "Agreement 4", "charge_percent": "1%", "obligation": fine.pk, "by": w["case_officer"]}  # fmt: skip
    made = loans.record_loan_terms(**terms)
    rows = loans.loan_schedule(made)
    assert sum(amount for _, amount in rows) == 60_600 and rows[-1][0] == date(2026, 4, 1)
    for change, field in (
        ({"charge_percent": "1.01"}, "charge_percent"),
        ({"amount": "90001"}, "amount"),
        ({"months": 0}, "months"),
        ({"first_due_on": date(2025, 1, 1)}, "first_due_on"),
        ({"obligation": 10**9}, "obligation"),
    ):
        with pytest.raises(BadInput) as refusal:
            loans.record_loan_terms(**(terms | change))
        assert field in refusal.value.fields
    other = w.obligation("5", "fine")
    with pytest.raises(IntegrityError, match="another case"), transaction.atomic():
        made.pk, made.obligation = None, other
        made.save(force_insert=True)
