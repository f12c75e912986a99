"""Near matches at registration, and the queue of pairs: who is asked, who sees it, what is asked again."""

from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from beneficiaries import duplicates, registry
from beneficiaries.duplicates import MayBeRegistered, candidates, particulars_of
from beneficiaries.models import District, Pair, Person, Province
from beneficiaries.people import merging
from beneficiaries.people.sounds import sound_of
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from tests.beneficiaries.spellings import DISTRICTS, PROVINCES, Generator
from tests.world import World

NOORS = {"relative_name": "Noor Ahmed", "cnic": None, "born_on": date(1990, 5, 1)}
OPEN = Pair.State.OPEN


def zainab(w: World, name: str = "Zainab Bibi", *, by: User | None = None, **given: object) -> Person:
    return w.person(name, by=by, **NOORS | given)


def the_pair(w: World) -> Pair:
    zainab(w)
    zainab(w, "Zaynab")
    return Pair.objects.get()


def test_a_near_match_is_asked_about_before_it_is_registered(w: World) -> None:
    first = zainab(w)
    with pytest.raises(MayBeRegistered) as refusal:
        zainab(w, "Zaynab", distinct_because="")
    assert (refusal.value.code, refusal.value.status, refusal.value.ids) == ("likely_duplicate", 409, (first.pk,))
    assert f"Zainab Bibi, daughter of Noor Ahmed (record {first.pk}," in refusal.value.detail
    assert "Same father's or husband's name" in refusal.value.candidates[0].reasons
    assert Person.objects.count() == 1 and not Pair.objects.exists()


def test_with_a_reason_it_is_registered_and_the_pair_waits(w: World) -> None:
    first, second = zainab(w), zainab(w, "Zaynab", distinct_because="Her cousin, both came to the office")
    pair = Pair.objects.get()
    assert (pair.first, pair.second, pair.state) == (first, second, OPEN)
    assert pair.said == "Her cousin, both came to the office"
    assert pair.score >= settings.DUPLICATE_SCORE and "Same district" in pair.reasons
    assert list(merging.open_pairs(w["verifier"])) == [pair]


@pytest.mark.parametrize("reason", ["x" * 201, "a\u202eb"])
def test_a_reason_that_cannot_be_kept_registers_nobody(w: World, reason: str) -> None:
    zainab(w)
    with pytest.raises(BadInput):
        zainab(w, "Zaynab", distinct_because=reason)
    assert Person.objects.count() == 1


def test_two_people_with_cards_of_their_own_are_not_asked_about(w: World) -> None:
    zainab(w, cnic="42201-0397640-8")
    zainab(w, cnic="34201-0891231-8", distinct_because="")
    assert Person.objects.count() == 2 and not Pair.objects.exists()


def test_another_offices_near_match_is_shown_to_nobody_but_waits_for_the_federal_office(w: World) -> None:
    ours, theirs = zainab(w), zainab(w, "Zaynab", by=w["quetta"], distinct_because="")
    assert Pair.objects.get().first == ours
    assert [row.person for row in candidates(particulars_of(theirs), to=w["quetta"])] == [theirs]
    assert not merging.visible_pairs(w["quetta"]).exists()
    assert merging.open_pairs(w["verifier"]).count() == 1
    with pytest.raises(NotFound):
        merging.get_pair(Pair.objects.get().pk, by=w["quetta"])


def test_different_people_are_not_asked_about_again_until_something_changes(w: World) -> None:
    pair = the_pair(w)
    merging.mark_different(pair=pair.pk, reason="Two sisters-in-law, both cards seen", by=w["verifier"])
    by = w["case_officer"]
    registry.correct_person(person=pair.second_id, by=by, reason="New telephone", phone="03001234567")
    pair.refresh_from_db()
    assert pair.state == Pair.State.DIFFERENT and not merging.open_pairs(w["verifier"])
    call_command("find_duplicates")
    pair.refresh_from_db()
    assert pair.state == Pair.State.DIFFERENT
    registry.correct_person(person=pair.second_id, by=by, reason="Card seen", born_on=date(1990, 5, 2))
    pair.refresh_from_db()
    assert pair.state == OPEN and pair.decisions.count() == 1


def test_a_correction_takes_a_pair_out_of_the_queue(w: World) -> None:
    pair = the_pair(w)
    registry.correct_person(person=pair.second_id, by=w["case_officer"], reason="Misheard", name="Sakina Bibi")
    pair.refresh_from_db()
    assert pair.state == Pair.State.UNLIKE
    registry.correct_person(person=pair.second_id, by=w["case_officer"], reason="It was right", name="Zaynab")
    pair.refresh_from_db()
    assert pair.state == OPEN


def test_who_decides(w: World) -> None:
    pair = the_pair(w)
    for name in set(w.users) - {"verifier", "second_verifier", "quetta"}:
        with pytest.raises(NotAllowed):
            merging.mark_different(pair=pair.pk, reason="Two people", by=w[name])
        with pytest.raises(NotAllowed):
            merging.merge(pair=pair.pk, keep=pair.first_id, reason="One person", by=w[name])
    pair.refresh_from_db()
    assert pair.state == OPEN and not pair.decisions.exists()


def test_a_decision_needs_a_reason_and_is_made_once(w: World) -> None:
    pair = the_pair(w)
    with pytest.raises(BadInput):
        merging.mark_different(pair=pair.pk, reason="  ", by=w["verifier"])
    merging.mark_different(pair=pair.pk, reason="Cards seen", by=w["verifier"])
    with pytest.raises(WrongState, match="different people by Verifier Khan: Cards seen"):
        merging.merge(pair=pair.pk, keep=pair.first_id, reason="One person", by=w["verifier"])
    assert pair.decisions.get().basis == duplicates.basis_of(pair.first, pair.second)


def test_one_person_of_two_offices_stays_with_both(w: World) -> None:
    zainab(w)
    zainab(w, "Zaynab", by=w["quetta"])
    pair = Pair.objects.get()
    with pytest.raises(WrongState, match="keep one each"):
        merging.merge(pair=pair.pk, keep=pair.first_id, reason="One person", by=w["verifier"])
    merging.mark_linked(pair=pair.pk, reason="She moved to Quetta in 2024", by=w["verifier"])
    pair.refresh_from_db()
    assert pair.state == Pair.State.LINKED
    assert registry.visible_people(w["quetta"]).get() == pair.second


def test_two_records_of_one_office_are_not_linked(w: World) -> None:
    with pytest.raises(WrongState, match="merged or they are different"):
        merging.mark_linked(pair=the_pair(w).pk, reason="One person", by=w["verifier"])


def test_the_command_fills_the_queue(w: World, capsys: pytest.CaptureFixture[str]) -> None:
    the_pair(w)
    Person.objects.filter(name="Zaynab").update(name="Zeinab", sound="")
    call_command("fold_names")
    call_command("find_duplicates", "--json")
    assert '{"people": 2, "pairs_waiting": 1}' in capsys.readouterr().out


@pytest.fixture
def register(w: World) -> list[Person]:
    """A thousand invented people, written by the shortest way."""
    provinces = [Province.objects.create(code=f"P{number}", name=f"Province {number}") for number in range(PROVINCES)]
    districts = [
        District.objects.create(name=f"District {number}", province=provinces[number * PROVINCES // DISTRICTS])
        for number in range(DISTRICTS)
    ]
    return Person.objects.bulk_create(
        Person(
            office=w.office,
            name=row.name,
            relative_name=row.relative_name,
            sound=sound_of(row.name, row.relative_name),
            relation=Person.Relation.SON if row.gender == "M" else Person.Relation.DAUGHTER,
            gender=row.gender,
            born_on=row.born_on,
            district=districts[row.district or 0],
            province=districts[row.district or 0].province,
            created_by=w["case_officer"],
        )
        for row in Generator().people()
    )


@pytest.mark.once
def test_the_database_finds_whom_the_score_would(w: World, register: list[Person]) -> None:
    """Recall and precision of the search itself: whoever it returns beside the right one counts as wrong."""
    make = Generator()
    hits = wrong = same = 0
    for row in make.variations(make.people()):
        of = register[row.of]
        district = District.objects.get(name=f"District {row.given.district}")
        asked = replace(row.given, district=district.pk, province=district.province_id)
        found = {one.person.pk for one in candidates(asked, to=w["case_officer"])}
        same += row.same
        hits += row.same and of.pk in found
        wrong += len(found - ({of.pk} if row.same else set()))
    assert hits / same >= 0.95
    assert hits / (hits + wrong) >= 0.80


def test_the_search_uses_its_indexes(w: World, register: list[Person]) -> None:
    asked = particulars_of(register[0])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = duplicates.sounding_like(asked, Person.objects.all()).explain()
    assert "person_sound" in plan and "person_heard_in_district" in plan
    assert "Seq Scan" not in plan
