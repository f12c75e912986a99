"""One case for one violation, FIR and court order of a person; corrections and cases set aside."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction

from beneficiaries import cases
from beneficiaries.casework import case_changes
from beneficiaries.casework.fir import parse_number, parse_station
from beneficiaries.identity import IdentityError
from beneficiaries.models import Case, CourtOrder, Person, ReliefCase
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from tests import world
from tests.world import DAY, World

FIR = ("Saddar", "68", 2025)


def relief(w: World, person: Person, **change: Any) -> Case:
    values = {"violation": "torture", "happened_on": date(2025, 6, 1), "referral": "own", "district": w.district,
              "recommended_amount": "20000", "opened_on": DAY}  # fmt: skip
    return cases.open_relief_case(person=person, by=w["case_officer"], **(values | change))


def prisoner(w: World, person: Person, **change: Any) -> Case:
    values = {"prison": w.prison, "prisoner_number": "1", "sections": "s.316 PPC", "opened_on": DAY}
    return cases.open_prisoner_case(person=person, by=w["case_officer"], **(values | change))


def test_the_same_violation_in_the_same_year_makes_one_case(w: World) -> None:
    person = w.person()
    first = relief(w, person)
    with pytest.raises(WrongState, match=first.number) as refusal:
        relief(w, person, happened_on=date(2025, 1, 31))
    assert refusal.value.ids == (first.pk,) and refusal.value.code == "duplicate"
    relief(w, person, happened_on=date(2024, 12, 31))
    relief(w, person, violation="kidnapping")
    relief(w, w.person("Another Victim"))
    assert ReliefCase.objects.count() == 4


@pytest.mark.parametrize(
    "spelling", [("PS Saddar", "068", 2025), ("saddar", "FIR No. 68", 2025), ("Thana: Saddar", "68/2025", 2025)]
)
def test_one_fir_makes_one_case_of_a_person_in_any_spelling(w: World, spelling: tuple[str, str, int]) -> None:
    person = w.person()
    relief(w, person, fir=FIR)
    with pytest.raises(WrongState, match="FIR 68/2025, PS Saddar"):
        relief(w, person, violation="rape", fir=spelling)
    relief(w, w.person("Second Victim"), fir=FIR)  # one FIR may name several victims
    prisoner(w, person, fir=FIR)  # and its accused may have been harmed under it
    with pytest.raises(WrongState):
        prisoner(w, person, fir=spelling)


@pytest.mark.parametrize(
    ("fir", "field"),
    [(("Saddar", "68/2019", 2025), "fir_number"), (("Saddar", "sixty", 2025), "fir_number"), (("", "68", 2025), "police_station"),
     (("Saddar", "68", 1946), "fir_year"), (("Saddar", "68", 2999), "fir_year"), (("Saddar", "68\u202e", 2025), "fir_number")],
)  # fmt: skip
def test_a_bad_fir_is_named(w: World, fir: tuple[str, str, int], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        relief(w, w.person(), fir=fir)
    assert set(refusal.value.fields) == {field} and not Case.objects.exists()


def test_an_fir_number_is_read_as_people_write_it() -> None:
    assert {parse_number(text, year=2015) for text in ("169", "0169", "Crime No.169 of 2015", "fir 169/15", "۱۶۹")} == {
        "169"
    }
    assert parse_number("12-a", year=2015) == "12A"
    assert parse_station("P.S. Mangla Cantonment") == parse_station("Mangla  Cantonment") == "Mangla Cantonment"
    assert parse_station("Psychiatric Ward") == "Psychiatric Ward"
    with pytest.raises(IdentityError):
        parse_number("68 or 69", year=2015)


def test_an_order_of_a_court_belongs_to_one_case_of_a_person(w: World) -> None:
    order = w.obligation().order
    again = prisoner(w, order.case.person)
    with pytest.raises(WrongState, match=order.case.number):
        cases.record_order(
            case=again, court=order.court, number=order.number.lower(), decided_on=DAY, by=w["case_officer"]
        )
    other = prisoner(w, w.person("Another Convict"))
    cases.record_order(case=other, court=order.court, number=order.number, decided_on=DAY, by=w["case_officer"])
    with pytest.raises(BadInput) as refusal:
        cases.record_order(case=other, court=order.court, number="X 9", decided_on=date(2020, 1, 1),
                           judgment_on=date(2020, 1, 2), by=w["case_officer"])  # fmt: skip
    assert "judgment_on" in refusal.value.fields


def test_the_same_sum_of_an_order_is_recorded_once(w: World) -> None:
    order = w.obligation("50000", "fine").order
    with pytest.raises(WrongState, match="recorded for this order already"):
        cases.record_obligation(order=order, kind="fine", amount_ordered="70000", by=w["case_officer"])
    cases.record_obligation(order=order, kind="fine", amount_ordered="70000", section="s.324 PPC", by=w["case_officer"])


def test_a_correction_keeps_the_old_facts_and_the_reason(w: World) -> None:
    case = relief(w, w.person())
    facts = {"violation": "rape", "happened_on": date(2025, 5, 2), "referral": "court", "referral_reference": "WP 4/2025",
             "district": w.district, "recommended_amount": "30000", "report": "Seen", "fir": FIR}  # fmt: skip
    case_changes.correct_relief_case(case=case.pk, reason="The judge wrote it otherwise", by=w["case_officer"], **facts)
    row = ReliefCase.objects.get()
    assert (row.violation, row.referral_reference, row.case.fir) == ("rape", "WP 4/2025", "FIR 68/2025, PS Saddar")
    assert row.history.first().history_change_reason == "The judge wrote it otherwise"
    assert [old.violation for old in row.history.all()] == ["rape", "torture"]
    relief(w, case.person)  # what the corrected case is no longer about is free again
    with pytest.raises(WrongState):
        case_changes.correct_relief_case(
            case=case.pk, reason="Back", by=w["case_officer"], **(facts | {"violation": "torture"})
        )
    for by, refused in (("verifier", NotAllowed), ("quetta", NotFound)):
        with pytest.raises(refused):
            case_changes.correct_relief_case(case=case.pk, reason="Mine", by=w[by], **facts)


def test_a_prisoners_facts_are_corrected(w: World) -> None:
    case = w.obligation().order.case
    case_changes.correct_prisoner_case(
        case=case.pk, reason="Certificate came in", by=w["case_officer"], prison=w.prison, prisoner_number="77",
        sections="s.302 PPC", sentence_served_on=DAY, sentence_certificate="JC 4", fir=FIR,
    )  # fmt: skip
    case.refresh_from_db()
    row = case.prisoner
    assert (row.prisoner_number, row.sentence_certificate, case.fir_number) == ("77", "JC 4", "68")


def test_a_case_set_aside_frees_its_violation_and_takes_no_money(w: World) -> None:
    request = w.draft()
    case = request.lines.get().case
    with pytest.raises(WrongState, match=request.number):
        case_changes.set_aside(case=case.pk, reason="Opened twice", by=w["case_officer"])
    aside = relief(w, w.person("Twice Opened"), fir=FIR)
    case_changes.set_aside(case=aside.pk, reason="Opened twice", by=w["case_officer"])
    assert ReliefCase.objects.get(case=aside).set_aside
    relief(w, aside.person, fir=FIR)
    with pytest.raises(WrongState, match="Opened twice"):
        case_changes.set_aside(case=aside.pk, reason="Again", by=w["case_officer"])


def test_a_merged_person_takes_the_cases_along(w: World) -> None:
    """However a case comes to another person, the copy in the relief case follows, so the index stays true."""
    case, other = relief(w, w.person()), w.person("Same Person")
    Case.objects.filter(pk=case.pk).update(person=other)
    assert ReliefCase.objects.get(case=case).person == other
    second = relief(w, w.person("Third"))
    with pytest.raises(IntegrityError, match="one_relief_case_per_violation_and_year"), transaction.atomic():
        Case.objects.filter(pk=second.pk).update(person=other)


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_the_second_case_by_raw_sql(new_connection: Callable[[], Any]) -> None:
    w = world.build()
    person = w.person()
    first = relief(w, person, fir=FIR)
    second = relief(w, person, violation="rape", fir=("City", "1", 2025))
    stranger = w.person("Stranger")
    for statement in (
        "UPDATE beneficiaries_reliefcase SET violation = 'torture' WHERE case_id = %(second)s",
        # a foreign person written into the copy changes nothing: the case's own counts
        "UPDATE beneficiaries_reliefcase SET violation = 'torture', person_id = %(stranger)s WHERE case_id = %(second)s",
        "UPDATE beneficiaries_reliefcase SET violation = 'torture', set_aside = true WHERE case_id = %(second)s",
        "UPDATE beneficiaries_case SET police_station = 'SADDAR', fir_number = '68' WHERE id = %(second)s",
    ):
        raw = new_connection()
        with raw.cursor() as cursor, pytest.raises(psycopg2.errors.UniqueViolation):
            cursor.execute(statement, {"second": second.pk, "stranger": stranger.pk})
        raw.rollback()
    assert first.relief.violation == "torture"


def test_the_database_refuses_an_order_twice_for_a_person(w: World) -> None:
    order = w.obligation().order
    again = prisoner(w, order.case.person)
    with pytest.raises(IntegrityError, match="recorded for the same person"), transaction.atomic():
        CourtOrder.objects.create(case=again, court=order.court, number=order.number.lower(), decided_on=DAY)
    with pytest.raises(IntegrityError, match="fir_is_whole"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE beneficiaries_case SET fir_year = NULL WHERE id = %s", [order.case_id])
