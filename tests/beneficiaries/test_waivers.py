"""Waivers: by adults, before the court, before payment; the others' shares stay to the rupee."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction

from beneficiaries import cases
from beneficiaries.casework.money import obligations_of
from beneficiaries.heirs import waivers
from beneficiaries.heirs.majority import minor_on, of_age_on
from beneficiaries.models import Heir, HeirWaiver, Obligation, Person
from funds import disbursements
from funds.requests import causes
from funds.requests.payees import Payee, heirs_payees
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.money import split
from ledger.roles import Role
from tests import world
from tests.world import DAY, World

LAKH = Decimal(100_000)


@pytest.fixture
def obligation(w: World) -> Obligation:
    made = w.obligation()
    w.four_heirs(made)
    return made


def heir(kinship: str) -> Heir:
    return Heir.objects.get(kinship=kinship)


def waive(w: World, kinship: str = "mother", *, by: str = "case_officer", **given: Any) -> HeirWaiver:
    values = {"decided_on": DAY, "reference": "Order 12 of SC 5/2015", "reason": "Statement in court"} | given
    return waivers.record_waiver(heir=heir(kinship).pk, by=w[by], **values)


def ask(w: World, obligation: Obligation, total: str) -> Any:
    return disbursements.create_draft(
        fund=w.fund,
        kind="diyat",
        title="Diyat",
        pay_to="Sessions Judge",
        payees=heirs_payees(obligation, total=total),
        by=w["case_officer"],
        on=DAY,
    )


def amounts(request: Any) -> dict[str, Decimal]:
    return {line.heir.kinship: line.amount for line in request.lines.select_related("heir")}


def test_a_waived_share_is_left_out_and_the_others_stay(w: World, obligation: Obligation) -> None:
    before = {payee.heir.kinship: payee.amount for payee in heirs_payees(obligation, total="1200000") if payee.heir}
    row = waive(w)
    assert (str(row), row.recorded_by) == ("Share waived, Order 12 of SC 5/2015, 26 Sep 2025", w["case_officer"])
    (owed,) = obligations_of(obligation.order.case)
    assert (owed.waived, owed.left) == (2 * LAKH, 10 * LAKH)
    (cause,) = causes.candidates(w["case_officer"], "diyat")
    assert cause.left == 10 * LAKH
    assert amounts(ask(w, obligation, "1000000")) == {kin: before[kin] for kin in ("widow", "son", "daughter")}
    (owed,) = obligations_of(obligation.order.case)
    assert owed.left == 0 and not causes.candidates(w["case_officer"], "diyat")


@pytest.mark.parametrize("total", [100, 101, 1001, 777_777, 10_000_001])
@pytest.mark.parametrize("gone", range(4))
def test_the_others_stay_to_the_rupee_whatever_the_award(w: World, total: int, gone: int) -> None:
    made = w.obligation(str(total))
    parts = [Fraction(1, 3), Fraction(1, 3), Fraction(2, 9), Fraction(1, 9)]
    family = [(w.person(f"Heir {'ABCD'[at]}"), f"kin {at}", part) for at, part in enumerate(parts)]
    cases.record_heirs(obligation=made, heirs=family, by=w["case_officer"])
    whole = split(Decimal(total), parts)
    waive(w, f"kin {gone}")
    stay = [at for at in range(4) if at != gone]
    left = sum((whole[at] for at in stay), Decimal(0))
    assert [payee.amount for payee in heirs_payees(made, total=left)] == [whole[at] for at in stay]
    assert waivers.waived_of([made]) == {made.pk: whole[gone]}


def test_nobody_gets_what_was_waived(w: World, obligation: Obligation) -> None:
    waive(w)
    with pytest.raises(BadInput, match="thing to correct") as refusal:
        ask(w, obligation, "1000001")
    assert "more than the balance of the award, Rs 10,00,000.00" in str(refusal.value.fields)
    mother = heir("mother")
    lines = [
        *heirs_payees(obligation, total="500000"),
        Payee(case=obligation.order.case, amount="1", person=mother.person, heir=mother, obligation=obligation),
    ]
    with pytest.raises(BadInput) as refusal:
        disbursements.create_draft(
            fund=w.fund, kind="diyat", title="Diyat", pay_to="Judge", payees=lines, by=w["case_officer"], on=DAY
        )
    assert "waived the share before the court" in str(refusal.value.fields)


def test_only_what_was_not_asked_before_is_waived(w: World, obligation: Obligation) -> None:
    w.cleared(ask(w, obligation, "600000"))
    waive(w)
    (owed,) = obligations_of(obligation.order.case)
    assert (owed.paid, owed.waived, owed.left) == (6 * LAKH, LAKH, 5 * LAKH)
    assert amounts(ask(w, obligation, "500000"))["son"] == Decimal(283_333)


def test_when_everybody_waives_nothing_is_left_to_ask(w: World) -> None:
    made = w.obligation()
    cases.record_heirs(obligation=made, heirs=[(w.person(), "widow", Fraction(1))], by=w["case_officer"])
    waive(w, "widow")
    assert heirs_payees(made, total="1200000") == []
    (owed,) = obligations_of(made.order.case)
    assert owed.left == 0 and not causes.candidates(w["case_officer"], "diyat")


def test_a_minors_share_cannot_be_waived(w: World, obligation: Obligation) -> None:
    with pytest.raises(BadInput, match="was a minor on 26 Sep 2025") as refusal:
        waive(w, "daughter")
    assert refusal.value.code == "protected_heir" and not HeirWaiver.objects.exists()


def test_an_heir_of_unsound_mind_cannot_waive(w: World) -> None:
    made, son = w.obligation(), w.person("Tariq Yaqub")
    cases.record_heirs(obligation=made, heirs=[(son, "son", Fraction(1))], by=w["case_officer"], unsound={son.pk})
    with pytest.raises(BadInput, match="of unsound mind"):
        waive(w, "son")
    (payee,) = heirs_payees(made, total="1200000")
    assert payee.method == "court_deposit"


@pytest.mark.parametrize(("born", "day", "lawful"), [
    (date(2007, 9, 26), DAY, True),  # eighteen that day
    (date(2007, 9, 27), DAY, False),
])  # fmt: skip
def test_the_day_in_court_decides_whether_an_heir_was_of_age(w: World, born: date, day: date, lawful: bool) -> None:
    made = w.obligation()
    young = w.person("Tariq Yaqub", born_on=born, is_minor=not lawful)
    cases.record_heirs(obligation=made, heirs=[(young, "son", Fraction(1))], by=w["case_officer"])
    if lawful:
        assert waive(w, "son").act == "waived"
        return
    with pytest.raises(BadInput, match="until 27 Sep 2025"):
        waive(w, "son")


INSERT = """
    INSERT INTO beneficiaries_heirwaiver (heir_id, act, decided_on, reference, reason, recorded_by_id, recorded_at)
    VALUES (%s, %s, %s, %s, 'Statement in court', %s, now())
"""


@pytest.mark.parametrize(("kinship", "act", "reference", "code"), [
    ("daughter", "waived", "Order 1", "23B04"),
    ("mother", "set_aside", "Order 1", "23B03"),  # nothing to set aside
    ("mother", "waived", "", "23514"),
])  # fmt: skip
def test_the_database_refuses_unlawful_waivers(
    w: World, obligation: Obligation, kinship: str, act: str, reference: str, code: str
) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [heir(kinship).pk, act, DAY, reference, w["case_officer"].pk])
    assert isinstance(refusal.value.__cause__, psycopg2.Error) and refusal.value.__cause__.pgcode == code


def test_the_database_refuses_the_waiver_of_an_heir_of_unsound_mind_and_a_second_one(
    w: World, obligation: Obligation
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE beneficiaries_heir SET unsound_mind = true WHERE kinship = 'son'")
        for kinship, words in (("son", "unsound mind"), ("mother", "in that state already")):
            args = [heir(kinship).pk, "waived", DAY, "Order 1", w["case_officer"].pk]
            with pytest.raises(IntegrityError, match=words), transaction.atomic():
                cursor.execute(INSERT, args)
                cursor.execute(INSERT, args)


def test_a_second_waiver_is_refused(w: World, obligation: Obligation) -> None:
    waive(w)
    with pytest.raises(WrongState, match="has waived already: Share waived, Order 12"):
        waive(w)


@pytest.mark.parametrize(("stage", "words"), [
    ("draft", "asks for Rehmat Bibi's share. Cancel it first"),
    ("submitted", "asks for Rehmat Bibi's share. Cancel it first"),
    ("sanctioned", "asks for Rehmat Bibi's share. Cancel it first"),
    ("vouchered", "A voucher for TEST/2025-26/R-001 already pays Rehmat Bibi's share"),
    ("cleared", "was paid the whole share, Rs 2,00,000.00"),
])  # fmt: skip
def test_a_share_that_is_asked_for_or_paid_is_not_waived_here(w: World, stage: str, words: str) -> None:
    request = w.diyat()
    if stage != "draft":
        getattr(w, stage)(request)
    with pytest.raises(WrongState, match=words):
        waive(w)
    assert not HeirWaiver.objects.exists()


def test_a_cancelled_request_is_not_in_the_way(w: World) -> None:
    request = w.diyat()
    disbursements.cancel(disbursement=request.pk, reason="The mother waives", by=w["case_officer"])
    waive(w)
    assert set(amounts(ask(w, Obligation.objects.get(), "1000000"))) == {"widow", "son", "daughter"}


def test_a_waiver_is_set_aside_and_the_share_is_back(w: World, obligation: Obligation) -> None:
    waive(w)
    values = {"decided_on": today(), "reference": "Order 14", "reason": "Recorded for the wrong heir"}
    row = waivers.set_waiver_aside(heir=heir("mother").pk, by=w["case_officer"], **values)
    assert row.act == "set_aside" and waivers.in_force([obligation.pk]) == {}
    assert amounts(ask(w, obligation, "1200000"))["mother"] == 2 * LAKH
    with pytest.raises(WrongState, match="has not waived"):
        waivers.set_waiver_aside(heir=heir("mother").pk, by=w["case_officer"], **values)


def test_a_waiver_stays_once_the_others_are_asked_for(w: World, obligation: Obligation) -> None:
    waive(w)
    request = ask(w, obligation, "1000000")
    with pytest.raises(WrongState, match=f"{request.number} asks for the others without this share"):
        waivers.set_waiver_aside(
            heir=heir("mother").pk, decided_on=DAY, reference="Order 14", reason="A mistake", by=w["case_officer"]
        )


def test_heirs_stay_once_one_waived(w: World, obligation: Obligation) -> None:
    waive(w)
    with pytest.raises(WrongState, match="waived before the court"):
        cases.record_heirs(obligation=obligation, heirs=[(w.person(), "son", Fraction(1))], by=w["case_officer"])


@pytest.mark.parametrize("change", [
    {"reference": " "},
    {"reason": ""},
    {"decided_on": today() + timedelta(days=1)},
    {"decided_on": date(2019, 3, 13)},  # before the award
])  # fmt: skip
def test_the_court_the_day_and_the_reason_are_named(w: World, obligation: Obligation, change: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refusal:
        waive(w, **change)
    assert set(refusal.value.fields) == set(change) and not HeirWaiver.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.CASE_OFFICER}))
def test_other_roles_record_no_waiver(w: World, obligation: Obligation, role: str) -> None:
    with pytest.raises(NotAllowed):
        waive(w, by=role)


def test_another_offices_heir_is_not_there(w: World, obligation: Obligation) -> None:
    with pytest.raises(NotFound):
        waive(w, by="quetta")


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_a_request_and_a_waiver_at_once_wait_for_each_other(new_connection: Callable[[], Any]) -> None:
    """Whoever comes second sees the first: both take the award's row."""
    w = world.build()
    made = w.obligation()
    w.four_heirs(made)
    other = new_connection()
    with transaction.atomic():
        waive(w)
        with other.cursor() as cursor, pytest.raises(psycopg2.errors.LockNotAvailable):
            cursor.execute("SELECT 1 FROM beneficiaries_obligation WHERE id = %s FOR UPDATE NOWAIT", [made.pk])


@pytest.mark.parametrize(("born", "adult"), [
    (date(2008, 2, 29), date(2026, 2, 28)),
    (date(2006, 2, 28), date(2024, 2, 28)),
    (date(2007, 9, 26), date(2025, 9, 26)),
])  # fmt: skip
def test_majority_is_the_eighteenth_birthday_here_and_in_the_database(w: World, born: date, adult: date) -> None:
    assert of_age_on(born) == adult
    person = w.person(born_on=born)
    assert minor_on(person, adult - timedelta(days=1)) and not minor_on(person, adult)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::date + interval '18 years')::date", [born])
        assert cursor.fetchone() == (adult,)


def test_without_a_date_of_birth_the_mark_counts(w: World) -> None:
    assert minor_on(w.person(is_minor=True), DAY) and not minor_on(w.person(), DAY)


def test_the_database_knows_no_waiver_of_a_minor_for_a_day_to_come_or_behind_a_later_key(
    w: World, obligation: Obligation
) -> None:
    minor, adult, by = heir("daughter").pk, heir("mother").pk, w["case_officer"].pk
    Person.objects.filter(pk=heir("daughter").person_id).update(
        is_minor=False, born_on=today() - timedelta(days=17 * 365)
    )
    for key, day in ((minor, today() + timedelta(days=3 * 365)), (2_000_000_000, DAY)):
        assert answered(INSERT, key, "waived", day, "Order 1", by) == "23B04"
    assert answered(INSERT, adult, "waived", DAY, "Order 1", by) == ""
    keyed = INSERT.replace("(heir_id,", "(id, heir_id,").replace("VALUES (", "VALUES (-1, ")
    assert answered(keyed, adult, "set_aside", DAY, "Order 2", by) == "23B03"
    assert answered(INSERT, adult, "set_aside", DAY, "Order 2", by) == ""


def answered(sql: str, *values: object) -> str:
    """The SQLSTATE with which the statement is refused, at once or by its foreign keys; empty where it goes through."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as refusal:
        return str(refusal.__cause__.pgcode)  # type: ignore[union-attr]
    return ""
