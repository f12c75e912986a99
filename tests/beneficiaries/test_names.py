"""Folded names: what is the same name to a clerk is one text, what is another name stays another."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from beneficiaries.people.names import fold

pytestmark = pytest.mark.once
WORDS = """Muhammad Mohd. M. Md Syed Sayyid Yaqub Zainab Bibi Haji Mst. Dr. late sahib Sana'ullah Abdul-Rehman
    محمد يعقوب علی على فاطمہ فاطمة کریم كريم مسماۃ جناب مرحوم عائشہ مُحَمَّد"""
NAMES = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=5).map(" ".join)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("علی", "علي"),  # Farsi and Arabic yeh
        ("علی", "على"),  # alef maksura
        ("کریم", "كريم"),  # kaf
        ("فاطمہ", "فاطمه"),  # heh
        ("فاطمہ", "فاطمة"),  # teh marbuta
        ("عائشہ", "عایشہ"),  # hamza on yeh
        ("مؤمن", "مومن"),  # hamza on waw
        ("علاء الدین", "علا الدین"),  # hamza by itself
        ("آمنہ", "امنہ"),  # madda
        ("أحمد", "احمد"),
        ("مُحَمَّد", "محمد"),  # vowel marks
        ("مـحـمـد", "محمد"),  # stretched
        ("گل\u200cناز", "گلناز"),  # zero-width non-joiner
        ("گل\u200bناز", "گلناز"),
        ("ﻋﻠﻲ", "علی"),  # presentation forms of an old typesetting
        ("جناب محمد علی صاحب", "محمد علی"),
        ("مسماۃ زینب بی بی", "زینب بی بی"),
        ("Muhammad Yaqub", "MOHD. YAQUB"),
        ("Muhammad Yaqub", "Mohammed  Yaqub"),
        ("Muhammad Yaqub", "M. Yaqub"),
        ("Muhammad Yaqub", "Md Yaqub"),
        ("Zainab Bibi", "Mst. Zainab Bibi"),
        ("Zainab Bibi", "ＺＡＩＮＡＢ Bibi"),
        ("Syed Ali", "Sayyid Ali"),
        ("Abdul Rehman", "Haji Abdul-Rehman (late)"),
        ("Sana'ullah", "Sana’ullah"),
        ("José", "Jose"),
    ],
)
def test_spellings_of_one_name_fold_to_one_text(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zainab Bibi", "Zubaida Bibi"),
        ("Muhammad Ali", "Ahmad Ali"),
        ("Abdul Hafiz", "Abdul"),  # a title only in front
        ("علی", "عالی"),
        ("گل", "کل"),
        ("Dr", "Mr"),  # a name of honorifics alone keeps its last
    ],
)
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.one_of(st.text(max_size=60), NAMES))
@example("İ")
@example("M. Sahib")
@example("ẛ̣")
@example("각")
@example("ͅ")
def test_folding_twice_changes_nothing_and_the_result_is_nfc(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded == unicodedata.normalize("NFC", folded)
    assert folded == " ".join(folded.split())


@given(NAMES, st.sampled_from(["upper", "lower", "title"]))
def test_case_normal_form_and_invisible_signs_do_not_matter(name: str, case: str) -> None:
    other = unicodedata.normalize("NFD", getattr(name, case)())
    assert fold(f" \u200f{other}\u200e ") == fold(name)


@given(NAMES)
def test_honorifics_in_front_do_not_matter(name: str) -> None:
    assert fold(f"Mr. {name}") == fold(name) or len(fold(name).split()) == 1
