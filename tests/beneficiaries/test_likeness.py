"""How alike two people are: the labelled variations of spellings.py, single cases, and what must hold for any names."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from beneficiaries.people.likeness import Likeness, Particulars, likeness, names_alike
from tests.beneficiaries import spellings
from tests.beneficiaries.spellings import HELD_OUT, OTHER_KINDS, SAME_KINDS, Generator, Variation

pytestmark = pytest.mark.once
RECALL, PRECISION = 0.95, 0.80
ZAINAB = Particulars("Zainab Bibi", "Muhammad Yaqub", "F", 1, 1, born_on=date(1990, 5, 1))
NAMES = st.lists(st.sampled_from([*spellings.MAN, *spellings.WOMAN, *spellings.URDU.values()]), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def scored() -> list[tuple[Variation, Likeness]]:
    make = Generator()
    people = make.people()
    return [(row, likeness(people[row.of], row.given)) for row in make.variations(people)]


def test_variations_are_found_and_others_left_alone(scored: list[tuple[Variation, Likeness]]) -> None:
    asked = [(row, found) for row, found in scored if found.score >= settings.DUPLICATE_SCORE]
    hits = sum(row.same for row, _ in asked)
    assert len(scored) == 2000
    assert hits / sum(row.same for row, _ in scored) >= RECALL
    assert hits / len(asked) >= PRECISION


def test_names_that_the_rules_were_not_made_for_are_found_too(scored: list[tuple[Variation, Likeness]]) -> None:
    people = Generator().people()
    unseen = [
        (row, found)
        for row, found in scored
        if row.same and set(HELD_OUT) & {*people[row.of].name.split(), *people[row.of].relative_name.split()}
    ]
    assert len(unseen) > 300
    assert sum(found.score >= settings.DUPLICATE_SCORE for _, found in unseen) / len(unseen) >= RECALL


def test_every_kind_of_variation_is_there_and_none_is_given_up(scored: list[tuple[Variation, Likeness]]) -> None:
    all_of, found_of = Counter[str](), Counter[str]()
    for row, found in scored:
        all_of[row.kind] += 1
        found_of[row.kind] += found.score >= settings.DUPLICATE_SCORE
    assert set(all_of) == {*SAME_KINDS, *OTHER_KINDS}
    assert not {kind for kind in SAME_KINDS if found_of[kind] / all_of[kind] < 0.85}
    # Two people of one name, father and district, a few years apart, cannot be told from a guessed age.
    assert not {kind for kind in OTHER_KINDS if found_of[kind] / all_of[kind] > 0.2} - {"namesake_nearby"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zainab Bibi", "Zaynab"),
        ("Zainab Bibi", "زینب بی بی"),
        ("Muhammad Yaqub", "Yaqoob Mohd"),
        ("Muhammad Yaqub", "محمد یعقوب"),
        ("Zianab Bibi", "Zainab Begum"),
        ("Gul Naz", "Gulnaz"),
        ("Abdul Rehman", "Abdulrahman"),
        ("Noor Ahmed Awan", "Nur Ahmad"),
        ("Haji Bashir Ahmed (late)", "Basheer Ahmad"),
    ],
)
def test_one_name_spelled_twice(one: str, other: str) -> None:
    assert names_alike(one, other) >= 0.75


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zainab Bibi", "Zubaida Bibi"),
        ("Hassan Ali", "Hussain Ali"),
        ("Muhammad Aslam", "Muhammad Akram"),
        ("Muhammad Ali", "Muhammad Aslam"),
        ("Bashir Ahmed", "Nazir Ahmed"),
        ("Abdul Rehman", "Abdul Rahim"),
        ("Muhammad Shafiq Dogar", "Muhammad Rafiq Dogar"),
        ("Bibi", "Begum"),
        ("Zainab", ""),
    ],
)
def test_two_names(one: str, other: str) -> None:
    assert names_alike(one, other) < 0.7


@given(NAMES, NAMES)
@example(
    ["Asghar", "Asghar", "Sulaiman", "Asghar"], ["Sulaiman", "Asghar", "Asghar", "Asghar"]
)  # 1.0000000000000002 once
def test_likeness_of_names_has_no_direction(one: list[str], other: list[str]) -> None:
    first, second = " ".join(one), " ".join(other)
    assert names_alike(first, second) == pytest.approx(names_alike(second, first))
    assert 0 <= names_alike(first, second) <= 1
    assert names_alike(first, first) == 1


@given(NAMES)
def test_order_and_spelling_of_words_do_not_matter(words: list[str]) -> None:
    assert names_alike(" ".join(words), " ".join(reversed(words))) == pytest.approx(1)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_gives_a_score(one: str, other: str) -> None:
    assert 0 <= names_alike(one, other) <= 1


def test_reasons_are_in_words() -> None:
    found = likeness(ZAINAB, replace(ZAINAB, name="Zaynab", born_on=date(1992, 5, 1)))
    assert found.score >= 90
    assert found.reasons == (
        "Alike name: Zainab Bibi / Zaynab",
        "Same father's or husband's name",
        "Same district",
        "Born 2 years apart",
    )


def test_two_cnics_are_two_people_unless_a_slip_explains_it() -> None:
    one = replace(ZAINAB, cnic="4220103976408")
    assert likeness(one, replace(ZAINAB, cnic="3420108912318")).score == 0
    assert likeness(one, replace(ZAINAB, cnic="4220103976404")).score == 100
    swapped = likeness(one, replace(ZAINAB, cnic="4220103967408"))
    assert swapped.score == 100
    assert "The CNICs differ in 1 digit only" in swapped.reasons
    assert not any("42201" in reason for reason in swapped.reasons)


@pytest.mark.parametrize(
    "changes",
    [
        {"gender": "M"},
        {"name": "Sakina Bibi"},
        {"relative_name": "Noor Ahmed"},
        {"born_on": date(1975, 5, 1)},
    ],
)
def test_one_thing_can_speak_against_all_others(changes: dict[str, object]) -> None:
    assert likeness(ZAINAB, replace(ZAINAB, **changes)).score < settings.DUPLICATE_SCORE  # type: ignore[arg-type]


def test_alike_names_in_two_districts_need_an_age() -> None:
    far = replace(ZAINAB, name="Zaynab", district=2, province=1)
    assert likeness(ZAINAB, far).score >= settings.DUPLICATE_SCORE
    assert likeness(ZAINAB, replace(far, born_on=None)).score < settings.DUPLICATE_SCORE


def test_a_shared_telephone_is_told() -> None:
    found = likeness(replace(ZAINAB, phone="03001234567"), replace(ZAINAB, phone="03001234567"))
    assert "Same telephone" in found.reasons
