"""Case files, court orders, obligations and heirs; the sum of shares is refused by code and by the database alike."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import psycopg2
import pytest
from django.db import Error, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beneficiaries import cases
from beneficiaries.casework import releases
from beneficiaries.casework.money import obligations_of, requests_of
from beneficiaries.models import Case, CourtOrder, Heir, Obligation
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests import world
from tests.world import DAY, World


def heirs_of(w: World, *parts: Fraction) -> list[tuple[Any, str, Fraction]]:
    return [(w.person(f"Heir Number {'ABCDEFGH'[at]}"), "heir", part) for at, part in enumerate(parts)]


def test_cases_are_numbered_by_office_and_year(w: World) -> None:
    assert [w.relief_case().number for _ in range(2)] == ["MOHR-2025-00001", "MOHR-2025-00002"]
    assert w.relief_case(by=w["quetta"]).number == "QTA-2025-00001"


def test_relief_case_keeps_what_was_given(w: World) -> None:
    case = w.relief_case()
    assert (case.relief.violation, case.relief.recommended_amount, case.kind) == ("torture", Decimal(20000), "relief")
    assert case.history.get().history_change_reason == "Case opened"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"violation": "theft"}, "violation"),
        ({"referral": "friend"}, "referral"),
        ({"recommended_amount": "0"}, "recommended_amount"),
        ({"recommended_amount": "1e3"}, "recommended_amount"),
        ({"recommended_amount": 0.1}, "recommended_amount"),
        ({"happened_on": DAY + timedelta(days=1)}, "happened_on"),
        ({"opened_on": today() + timedelta(days=1)}, "opened_on"),
    ],
)
def test_relief_case_names_the_bad_value(w: World, change: dict[str, Any], field: str) -> None:
    values = {"violation": "torture", "happened_on": date(2025, 6, 1), "referral": "helpline", "district": w.district,
              "recommended_amount": "20000", "opened_on": DAY}  # fmt: skip
    with pytest.raises(BadInput) as refusal:
        cases.open_relief_case(person=w.person(), by=w["case_officer"], **(values | change))
    assert field in refusal.value.fields
    assert not Case.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.CASE_OFFICER}))
def test_other_roles_open_and_record_nothing(w: World, role: str) -> None:
    obligation = w.obligation()
    order, by = obligation.order, w[role]
    with pytest.raises(NotAllowed):
        w.relief_case(w.person(), by=by)
    with pytest.raises(NotAllowed):
        cases.record_order(case=order.case, court=w.court, number="X 1", decided_on=DAY, by=by)
    with pytest.raises(NotAllowed):
        cases.record_obligation(order=order, kind="fine", amount_ordered="5", by=by)
    with pytest.raises(NotAllowed):
        cases.record_heirs(obligation=obligation, heirs=heirs_of(w, Fraction(1)), by=by)
    with pytest.raises(NotAllowed):
        releases.record(case=order.case_id, step="died", reference="R", by=by)


def test_another_offices_case_is_not_there(w: World) -> None:
    obligation = w.obligation()
    order, by = obligation.order, w["quetta"]
    assert not cases.visible_cases(by).exists()
    with pytest.raises(NotFound):
        w.relief_case(order.case.person, by=by)
    with pytest.raises(NotFound):
        cases.record_order(case=order.case, court=w.court, number="X 1", decided_on=DAY, by=by)
    with pytest.raises(NotFound):
        cases.record_obligation(order=order, kind="fine", amount_ordered="5", by=by)
    with pytest.raises(NotFound):
        cases.record_heirs(obligation=obligation, heirs=heirs_of(w, Fraction(1)), by=by)
    with pytest.raises(NotFound):
        releases.record(case=order.case_id, step="died", reference="R", by=by)


def test_same_order_twice_is_refused(w: World) -> None:
    order = w.obligation().order
    with pytest.raises(WrongState):
        cases.record_order(
            case=order.case,
            court=order.court,
            number=f" {order.number} ",
            decided_on=order.decided_on,
            by=w["case_officer"],
        )
    assert CourtOrder.objects.count() == 1


def test_obligation_leaves_what_others_have_not_paid(w: World) -> None:
    order = w.obligation().order
    made = cases.record_obligation(
        order=order, kind="arsh", amount_ordered="18,00,000", paid_before="6,00,000", by=w["case_officer"]
    )
    assert made.balance == Decimal(1_200_000)
    with pytest.raises(BadInput) as refusal:
        cases.record_obligation(order=order, kind="arsh", amount_ordered="5", paid_before="6", by=w["case_officer"])
    assert "paid_before" in refusal.value.fields
    with pytest.raises(BadInput):
        cases.record_obligation(order=order, kind="tax", amount_ordered="5", by=w["case_officer"])


def test_heirs_are_kept_over_one_denominator(w: World) -> None:
    obligation = w.obligation()
    parts = (Fraction(1, 8), Fraction(1, 6), Fraction(34, 72), Fraction(17, 72))
    made = cases.record_heirs(obligation=obligation, heirs=heirs_of(w, *parts), by=w["case_officer"])
    assert [heir.share for heir in made] == ["9/72", "12/72", "34/72", "17/72"]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((Fraction(9, 72), Fraction(62, 72)), "missing 1/72"),
        ((Fraction(1, 2), Fraction(2, 3)), "Take 1/6 away"),
        ((Fraction(3, 2), Fraction(-1, 2)), "add up to"),
        ((Fraction(1), Fraction(0)), "add up to"),
        ((), "at least one"),
    ],
)
def test_shares_must_make_the_whole(w: World, parts: tuple[Fraction, ...], words: str) -> None:
    obligation = w.obligation()
    with pytest.raises(BadInput, match=words):
        cases.record_heirs(obligation=obligation, heirs=heirs_of(w, *parts), by=w["case_officer"])
    assert not Heir.objects.exists()


def test_heir_named_twice_is_refused(w: World) -> None:
    obligation, heir = w.obligation(), w.person()
    with pytest.raises(BadInput, match="twice"):
        cases.record_heirs(
            obligation=obligation,
            heirs=[(heir, "son", Fraction(1, 2)), (heir, "son", Fraction(1, 2))],
            by=w["case_officer"],
        )


def test_heirs_change_only_before_a_request_pays_them(w: World) -> None:
    request = w.diyat()
    obligation = Obligation.objects.get()
    with pytest.raises(WrongState):
        cases.record_heirs(obligation=obligation, heirs=heirs_of(w, Fraction(1)), by=w["case_officer"])
    assert request.lines.count() == 4 and Heir.objects.count() == 4


@pytest.mark.once
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(weights=st.lists(st.integers(1, 500), min_size=1, max_size=8))
def test_any_shares_that_make_the_whole_are_taken_and_stay_exact(w: World, weights: list[int]) -> None:
    parts = [Fraction(weight, sum(weights)) for weight in weights]
    with transaction.atomic():
        made = cases.record_heirs(obligation=w.obligation(), heirs=heirs_of(w, *parts), by=w["case_officer"])
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    assert [Fraction(heir.share_numerator, heir.share_denominator) for heir in made] == parts
    assert len({heir.share_denominator for heir in made}) == 1


INSERT = """
    INSERT INTO beneficiaries_heir (obligation_id, person_id, kinship, share_numerator, share_denominator)
    VALUES (%s, %s, 'heir', %s, %s)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("shares", "taken"),
    [
        (((1, 2), (1, 2)), True),
        (((72, 72),), True),
        (((1, 2), (1, 3)), False),  # too little, and over two denominators
        (((1, 3), (1, 3)), False),
        (((2, 3), (2, 3)), False),
        (((1, 2), (2, 4)), False),  # the whole, but over two denominators
        (((0, 2), (2, 2)), False),
        (((3, 2),), False),
    ],
)
def test_the_database_refuses_shares_that_are_not_the_whole(
    new_connection: Callable[[], Any], shares: tuple[tuple[int, int], ...], taken: bool
) -> None:
    """By plain SQL of the application role, at commit."""
    w = world.build()
    obligation = w.obligation()
    people = [w.person(f"Heir Number {'AB'[at]}") for at in range(len(shares))]
    raw = new_connection()

    def insert() -> None:
        with raw.cursor() as cursor:
            for person, (numerator, denominator) in zip(people, shares, strict=True):
                cursor.execute(INSERT, [obligation.pk, person.pk, numerator, denominator])
        raw.commit()

    if taken:
        insert()
        assert Heir.objects.count() == len(shares)
        return
    with pytest.raises(psycopg2.Error) as refusal:
        insert()
    assert refusal.value.pgcode in {"23B01", "23514"}  # the sum, or a share outside 0 to 1
    raw.rollback()
    assert not Heir.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE beneficiaries_heir SET share_numerator = share_numerator - 1 WHERE share_numerator = 34",
        "DELETE FROM beneficiaries_heir WHERE share_numerator = 34",
    ],
)
def test_the_database_refuses_to_break_recorded_shares(new_connection: Callable[[], Any], statement: str) -> None:
    w = world.build()
    w.four_heirs(w.obligation())
    raw = new_connection()
    with raw.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 1
    with pytest.raises(psycopg2.Error) as refusal:
        raw.commit()
    assert refusal.value.pgcode == "23B01"
    assert sum(heir.share_numerator for heir in Heir.objects.all()) == 72


def test_money_of_a_case_adds_up_at_every_stage(w: World) -> None:
    request = w.diyat()
    obligation = Obligation.objects.get()
    case = obligation.order.case

    def figures() -> tuple[Decimal, Decimal, Decimal]:
        (row,) = obligations_of(case)
        return row.asked, row.paid, row.left

    whole, none = Decimal(1_200_000), Decimal(0)
    assert figures() == (whole, none, none)
    w.paid(request)
    assert figures() == (none, whole, none)
    (listed,) = requests_of(case, to=w["auditor"])
    assert (listed["amount"], listed["disbursement__state"]) == (whole, "paid")
    assert requests_of(case, to=w["quetta"]) == []


def test_deferred_rule_speaks_inside_a_django_transaction_too(w: World) -> None:
    obligation, heir = w.obligation(), w.person()
    with pytest.raises(Error), transaction.atomic():
        Heir.objects.create(obligation=obligation, person=heir, kinship="son", share_numerator=1, share_denominator=2)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
