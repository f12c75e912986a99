"""Sealed columns: clear in Python, sealed in the database and its history, found by equality alone."""

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction

from beneficiaries import registry
from beneficiaries.models import Officer, Person
from beneficiaries.private.vault import VaultError
from tests import world

pytestmark = pytest.mark.django_db
CNIC, PHONE, IBAN = "4220103976408", "03001234567", "PK31NBPA0000000000000001"
HOME = "House 12, Street 4, Satellite Town, Quetta"


@pytest.fixture
def w() -> world.World:
    return world.build()


def rows(question: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def test_database_and_history_hold_no_clear_value(w: world.World) -> None:
    person = w.person(cnic=CNIC, phone=PHONE, home_address=HOME)
    assert (Person.objects.get(pk=person.pk).cnic, person.history.get().phone) == (CNIC, PHONE)
    assert (Person.objects.get(pk=person.pk).home_address, person.history.get().home_address) == (HOME, HOME)
    for table in ("beneficiaries_person", "beneficiaries_historicalperson"):
        columns = "t::text, cnic, phone, home_address"
        ((text, *sealed),) = rows(f"SELECT {columns} FROM {table} t WHERE id = %s", person.pk)
        assert all(value.startswith("e1.") for value in sealed)
        assert CNIC not in text and PHONE not in text and HOME not in text


def test_equality_is_all_that_can_be_asked(w: world.World) -> None:
    person, other = w.person(cnic=CNIC), w.person(cnic="3420108912318")
    assert Person.objects.get(cnic=CNIC) == person
    assert Person.objects.exclude(cnic=CNIC).get() == other
    assert set(Person.objects.filter(cnic__in=[CNIC, "3420108912318", None])) == {person, other}
    assert not Person.objects.filter(cnic__isnull=True).exists()
    assert set(Person.objects.filter(phone="")) == {person, other}
    for lookup in ("contains", "startswith", "regex", "gt", "iexact"):
        with pytest.raises(FieldError):
            Person.objects.filter(**{f"cnic__{lookup}": "4220"})


def test_columns_of_one_kind_compare_across_tables(w: world.World) -> None:
    officer = w["verifier"].officer
    person = w.person(cnic=officer.cnic)
    assert Person.objects.filter(cnic__in=list(Officer.objects.values_list("cnic", flat=True))).get() == person


def test_the_database_itself_keeps_one_person_for_one_cnic(w: world.World) -> None:
    """Two sealed texts of one number differ; their index does not."""
    w.person(cnic=CNIC)
    second = w.person(cnic="3420108912318")
    sealed = Person._meta.get_field("cnic").get_prep_value(CNIC)
    with pytest.raises(IntegrityError, match="person_cnic_once"), transaction.atomic():
        rows("UPDATE beneficiaries_person SET cnic = %s WHERE id = %s RETURNING id", sealed, second.pk)


@pytest.mark.parametrize("column", ["cnic", "phone", "home_address", "other_id"])
def test_the_database_refuses_clear_text(w: world.World, column: str) -> None:
    person = w.person()
    with pytest.raises(IntegrityError, match="is_sealed"), transaction.atomic():
        rows(f"UPDATE beneficiaries_person SET {column} = %s WHERE id = %s RETURNING id", CNIC, person.pk)


def test_sealing_twice_is_our_own_mistake(w: world.World) -> None:
    field = Person._meta.get_field("cnic")
    with pytest.raises(AssertionError, match="sealed already"):
        field.get_prep_value(field.get_prep_value(CNIC))


def test_a_row_with_another_rows_text_says_so(w: world.World, settings: Any) -> None:
    person = w.person(cnic=CNIC)
    settings.DATA_KEYS = (b"another key of thirty-two bytes!",)
    with pytest.raises(VaultError, match="not among DATA_KEYS") as refusal:
        Person.objects.get(pk=person.pk)
    assert CNIC not in str(refusal.value)


def test_a_correction_leaves_sealed_old_values(w: world.World) -> None:
    person = w.person(cnic=CNIC)
    registry.correct_person(person=person.pk, by=w["case_officer"], reason="Card seen", cnic="3420108912318")
    assert [row.cnic for row in person.history.order_by("history_id")] == [CNIC, "3420108912318"]
    assert all(text.startswith("e1.") for (text,) in rows("SELECT cnic FROM beneficiaries_historicalperson"))
