"""Referrals: taken once under the sender's reference, cleaned, routed, decided once; and what the database itself refuses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from beneficiaries.models import Case, Office, Person, Province, Referral, ReferralDecision
from beneficiaries.offices import tokens
from beneficiaries.referral import referrals
from beneficiaries.referral.referral_values import COLUMNS, Places, clean, same
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.test_races import together
from tests.world import World

RELIEF = {"violation": "torture", "recommended_amount": "20000"}


def accept(w: World, made: Referral, **more: Any) -> Case:
    values = {"violation": "torture", "happened_on": made.happened_on, "district": made.district}
    values["recommended_amount"] = "20000"
    return referrals.accept(referral=made.pk, by=w["case_officer"], case_values=values, **more)


def state(w: World, made: Referral) -> str:
    return referrals.visible_referrals(w["auditor"]).get(pk=made.pk).state


def test_sent_twice_is_one_and_another_content_is_refused(w: World) -> None:
    told = w.sent()
    first = referrals.receive(given=told, by=w["case_officer"])
    again = referrals.receive(given=told | {"cnic": first.cnic, "name": " Rabia  Bano "}, by=w["case_officer"])
    assert again.pk == first.pk and Referral.objects.count() == 1
    with pytest.raises(WrongState, match="used before with another content") as refused:
        referrals.receive(given=told | {"name": "Rabia Begum"}, by=w["case_officer"])
    assert refused.value.code == "reference_used"
    # Another source, and another office, count their references for themselves.
    referrals.receive(given=told | {"source": "ngo"}, by=w["case_officer"])
    referrals.receive(given=told, by=w["quetta"])
    assert Referral.objects.count() == 3


def test_a_federal_office_passes_it_to_the_regional_one(w: World) -> None:
    province = w.district.province
    assert w.referral().office == w.office
    Office.objects.filter(pk=w.quetta_office.pk).update(province=province)
    made = w.referral()
    assert (made.through, made.office) == (w.office, Office.objects.get(code="QTA"))
    assert referrals.visible_referrals(w["quetta"]).get().pk == made.pk
    Office.objects.create(code="ISB", name="Second directorate", level="regional", province=province)
    assert w.referral().office == w.office  # two could be meant
    other = Province.objects.create(code="SD", name="Sindh")
    assert other.pk and w.referral(by=w["quetta"]).office == w.quetta_office


WRONG = [
    ({"kind": ""}, "kind"), ({"kind": "loan"}, "kind"), ({"source": "radio"}, "source"), ({"reference": " "}, "reference"),
    ({"reference": "x" * 41}, "reference"), ({"reference": "a\u202eb"}, "reference"), ({"name": "12"}, "name"),
    ({"name": "a\0b"}, "name"), ({"name": "x" * 10_000}, "name"), ({"gender": "Q"}, "gender"), ({"cnic": "42201-039764-8"}, "cnic"),
    ({"cnic": "1111111111111"}, "cnic"), ({"phone": "12345"}, "phone"), ({"born_on": "31-12-1990"}, "born_on"),
    ({"born_on": "1990-02-30"}, "born_on"), ({"born_on": "1447-01-01"}, "born_on"), ({"happened_on": ""}, "happened_on"),
    ({"happened_on": f"{today() + timedelta(days=1)}"}, "happened_on"), ({"violation": ""}, "violation"),
    ({"district": "Atlantis"}, "district"), ({"district": "Islamabad", "province": "Sindh"}, "district"),
    ({"kind": "prisoner"}, "prison"), ({"kind": "prisoner", "prison": "Alcatraz"}, "prison"), ({"relation": ""}, "relation"),
    ({"relative_name": ""}, "relative_name"), ({"fir_number": "68"}, "police_station"), ({"fir_year": "20 19"}, "fir_year"),
    ({"name_urdu": "Rabia"}, "name_urdu"), ({"summary": "She is 42201-0397641-8."}, "summary"),
    ({"summary": "x" * 2001}, "summary"),
]  # fmt: skip


@pytest.mark.parametrize(("given_values", "field"), WRONG)
def test_bad_values_name_their_field(w: World, given_values: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        w.referral(**given_values)
    assert field in refused.value.fields
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    ("given_values", "name", "value"),
    [
        ({"gender": "عورت"}, "gender", "F"),
        ({"kind": "Victim"}, "kind", "relief"),
        ({"source": "Helpline 1099"}, "source", "helpline"),
        ({"violation": "Torture in custody"}, "violation", "torture"),
        ({"relation": "D/O"}, "relation", "daughter"),
        ({"cnic": "۴۲۲۰۱‑۰۳۹۷۶۴۱‑۸"}, "cnic", "4220103976418"),
        ({"born_on": "۱۹۹۰-۰۵-۱۴"}, "born_on", "1990-05-14"),
        ({"district": " islamabad "}, "district", "Islamabad"),
        ({"kind": "قیدی", "prison": "central jail rawalpindi"}, "prison", "Central Jail Rawalpindi"),
    ],
)
def test_usual_spellings_are_understood(w: World, given_values: dict[str, str], name: str, value: str) -> None:
    made = w.referral(**given_values)
    made.refresh_from_db()
    assert str(getattr(made, name)) == value


def test_private_values_are_sealed_and_found_by_equality(w: World) -> None:
    made = w.referral(cnic="42201-0397641-8", phone="0300 1234567")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cnic, phone, digest FROM beneficiaries_referral WHERE id = %s", [made.pk])
        assert all("4220103976418" not in text and "3001234567" not in text for text in cursor.fetchone())
    assert Referral.objects.get(cnic="4220103976418") == made
    assert (made.masked_cnic, made.masked_phone) == ("42201-*******-8", "0300 ****567")


@settings(max_examples=60)
@given(values=st.dictionaries(st.sampled_from(sorted(COLUMNS)), st.text(max_size=60)))
def test_no_text_is_a_fault(values: dict[str, str]) -> None:
    cleaned, wrong = clean(values, Places({}, {}))
    assert wrong and set(wrong) <= set(COLUMNS) and "province" not in cleaned


@given(text=st.text(max_size=30))
def test_comparing_words_is_the_same_twice(text: str) -> None:
    assert same(same(text)) == same(text)


def test_accepting_registers_the_person_and_opens_the_case(w: World) -> None:
    made = w.referral(reference="1099/7")
    case = accept(w, made)
    person = case.person
    assert (person.name, person.cnic, person.relative_name) == ("Rabia Bano", made.cnic, "Noor Ahmed")
    assert (case.relief.referral, case.relief.referral_reference) == ("helpline", "1099/7")
    assert state(w, made) == "accepted" and ReferralDecision.objects.get().case == case
    for act in (
        lambda: accept(w, made),
        lambda: referrals.decline(referral=made.pk, by=w["case_officer"], reason="x"),
        lambda: referrals.reopen(referral=made.pk, by=w["case_officer"], reason="x"),
    ):
        with pytest.raises(WrongState, match="accepted"):
            act()
    assert Person.objects.filter(name="Rabia Bano").count() == 1 and Case.objects.count() == 1


def test_accepting_for_a_registered_person(w: World) -> None:
    person = w.person("Rabia Bano", cnic="42201-0397641-8")
    made = w.referral(cnic="4220103976418")
    with pytest.raises(WrongState, match="already registered"):
        accept(w, made)
    assert state(w, made) == "new"
    assert accept(w, made, person=person.pk).person == person
    elsewhere = w.person(by=w["quetta"])
    with pytest.raises(NotFound):
        referrals.accept(referral=w.referral(by=w["quetta"]).pk, by=w["quetta"], case_values={}, person=person.pk)
    assert elsewhere.pk


def test_a_prisoners_referral_opens_a_prisoners_case(w: World) -> None:
    made = w.referral(kind="prisoner", prison=w.prison.name, gender="M", relation="son")
    values = {"prison": w.prison, "prisoner_number": "P 7", "sections": "s.337 PPC"}
    case = referrals.accept(referral=made.pk, by=w["case_officer"], case_values=values)
    assert (case.kind, case.prisoner.prison) == ("prisoner", w.prison)


def test_what_is_missing_is_told_and_nothing_is_made(w: World) -> None:
    made = w.referral(relation="", relative_name="")
    with pytest.raises(BadInput) as refused:
        accept(w, made)
    assert {"relation", "relative_name"} <= set(refused.value.fields)
    assert not Person.objects.exists() and not ReferralDecision.objects.exists()
    case = accept(w, made, person_values={"relation": "wife", "relative_name": "Aslam Khan"})
    assert case.person.described == "Rabia Bano, wife of Aslam Khan"


def test_duplicate_declined_and_taken_up_again(w: World) -> None:
    by, made, other = w["case_officer"], w.referral(), w.referral()
    with pytest.raises(BadInput):
        referrals.decline(referral=made.pk, by=by, reason=" ")
    with pytest.raises(BadInput):
        referrals.mark_duplicate(referral=made.pk, by=by, reason="Twice")
    with pytest.raises(BadInput):
        referrals.mark_duplicate(referral=made.pk, by=by, reason="Twice", twin=made.pk)
    referrals.mark_duplicate(referral=made.pk, by=by, reason="Twice", twin=other.pk)
    assert state(w, made) == "duplicate"
    referrals.reopen(referral=made.pk, by=by, reason="Another woman of that name")
    assert state(w, made) == "new"
    referrals.decline(referral=made.pk, by=by, reason="Outside the fund's purpose")
    referrals.reopen(referral=made.pk, by=by, reason="A mistake")
    accept(w, made)
    assert [row.outcome for row in made.decisions.all()] == [
        "duplicate",
        "reopened",
        "declined",
        "reopened",
        "accepted",
    ]


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.CASE_OFFICER}))
def test_other_roles_send_and_decide_nothing(w: World, role: str) -> None:
    made, by = w.referral(), w[role]
    for act in (
        lambda: w.referral(by=by),
        lambda: referrals.decline(referral=made.pk, by=by, reason="x"),
        lambda: referrals.mark_duplicate(referral=made.pk, by=by, reason="x", twin=1),
        lambda: referrals.reopen(referral=made.pk, by=by, reason="x"),
        lambda: referrals.accept(referral=made.pk, by=by, case_values={}),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_another_offices_referral_is_not_there(w: World) -> None:
    made, mine = w.referral(), w.referral(by=w["quetta"])
    assert [row.pk for row in referrals.visible_referrals(w["quetta"])] == [mine.pk]
    with pytest.raises(NotFound):
        referrals.decline(referral=made.pk, by=w["quetta"], reason="x")
    with pytest.raises(NotFound):
        referrals.mark_duplicate(referral=mine.pk, by=w["quetta"], reason="x", twin=made.pk)


DECIDE = """INSERT INTO beneficiaries_referraldecision
    (referral_id, outcome, case_id, twin_id, reason, decided_by_id, recorded_at, address, request_id)
    VALUES (%s, %s, %s, %s, 'x', %s, now(), '', '')"""


def test_the_database_lets_a_referral_be_decided_once(w: World) -> None:
    made, case, by = w.referral(), w.relief_case(), w["case_officer"].pk

    def refused(code: str, outcome: str, case_id: int | None = None, twin: int | None = None) -> None:
        with pytest.raises(IntegrityError) as found, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(DECIDE, [made.pk, outcome, case_id, twin, by])
        assert isinstance(found.value.__cause__, psycopg2.Error)
        assert found.value.__cause__.pgcode == code

    refused("23B28", "reopened")
    refused("23514", "accepted")
    refused("23514", "duplicate")
    refused("23514", "declined", case.pk)
    refused("23514", "duplicate", None, made.pk)
    referrals.decline(referral=made.pk, by=w["case_officer"], reason="Not ours")
    refused("23B28", "accepted", case.pk)
    refused("23B28", "declined")
    referrals.reopen(referral=made.pk, by=w["case_officer"], reason="A mistake")
    refused("23B28", "reopened")
    accept(w, made)
    for outcome in ("reopened", "declined"):
        refused("23B28", outcome)


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_two_officers_decide_one_referral(new_connection: Callable[[], Any]) -> None:
    w = world.build()
    made, by = w.referral(), w["case_officer"].pk
    first, second = new_connection(), new_connection()
    with first.cursor() as one, second.cursor() as two:
        one.execute(DECIDE, [made.pk, "declined", None, None, by])
        two.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            two.execute(DECIDE, [made.pk, "declined", None, None, by])
        second.rollback()
        first.commit()
        with pytest.raises(psycopg2.IntegrityError) as found:
            two.execute(DECIDE, [made.pk, "declined", None, None, by])
    assert found.value.pgcode == "23B28"


def test_a_token_names_a_source_there_is(w: World) -> None:
    with pytest.raises(BadInput, match="no source of referrals"):
        tokens.issue(user=w["case_officer"], name="Radio", by=None, referral_source="radio")


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_one_reference_sent_by_eight_at_once_is_one_referral() -> None:
    w = world.build()
    told = w.sent()
    outcomes = together([lambda: referrals.receive(given=told, by=w["case_officer"])] * 8)
    assert outcomes == {"done": 8} and Referral.objects.count() == 1
