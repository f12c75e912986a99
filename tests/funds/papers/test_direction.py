"""The order in which mixed lines are read: against another implementation of UAX 9, and codes that hold together."""

from itertools import pairwise

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from funds.papers.direction import Base, Run, in_visual_order, levels, line_levels, mirrored

# No marks inside numbers or codes, where we hold together what UAX 9 turns round, and no "25%" or "500/-".
WORDS = st.sampled_from(["دیت", "فنڈ", "زینب", "Rs", "FIR", "PPC", "12", "2025", "۱۲", "؛", ":", "-", "·", "!"])
STRAY = st.sampled_from(["(", "[", ")", "]", "{"])
PHRASES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
BRACKETED = st.builds(lambda pair, text: f"{pair[0]}{text}{pair[1]}", st.sampled_from(["()", "[]", "{}"]), PHRASES)
LINES = st.lists(st.one_of(PHRASES, BRACKETED, BRACKETED, STRAY), min_size=1, max_size=6).map(" ".join)


def shown(text: str, base: Base) -> str:
    """The characters from left to right, brackets turned where they run to the left."""
    found = line_levels(levels(text, base), text, 0, len(text), base)
    runs = [Run(place, place + 1, level, False) for place, level in enumerate(found)]
    pieces = [
        mirrored(text[run.start : run.end]) if run.to_the_left else text[run.start : run.end]
        for run in in_visual_order(runs)
    ]
    return "".join(pieces)


@given(LINES, st.sampled_from(["R", "L"]))
def test_the_order_is_that_of_another_implementation(text: str, base: Base) -> None:
    """python-bidi's other half, in Rust: it knows bracket pairs and turns no brackets, so they are compared unturned."""
    flat = str.maketrans("([{)]}", "||||||")
    assert shown(text, base).translate(flat) == get_display(text, base_dir=base).translate(flat)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("دیت Rs 12,00,000 (2025-26)", "Rs 12,00,000 (2025-26) تید"),
        ("فنڈ (2025-26)", "(2025-26) ڈنف"),
        ("سال 2025-26، نقل 2", "2 لقن ،2025-26 لاس"),
        ("کارڈ 90000-1234567-1 والا", "الاو 90000-1234567-1 ڈراک"),
        ("کارڈ 90000-*******-1", "90000-*******-1 ڈراک"),
        ("دفعہ 316-PPC، 302(b)", "302(b) ،316-PPC ہعفد"),
        ("رقم 12،000 ہے", "ےہ 12،000 مقر"),
        ("دفعہ 316-PPC کے", "ےک 316-PPC ہعفد"),
        ("دفعہ 302(b) اور", "روا 302(b) ہعفد"),
        ("رقم 25% یا 500/- ہے", "ےہ 500/- ای 25% مقر"),
        ("رقم ۲۰۲۵-۲۶ ہے", "ےہ ۲۰۲۵-۲۶ مقر"),
        ("سال 17-10-2025 اور 10:30", "10:30 روا 17-10-2025 لاس"),
        ("https://mohr.example/v/73b0 دیکھیں", "ںیھکید https://mohr.example/v/73b0"),
        ("[پنجاب]", "[باجنپ]"),
        ("دیت.", ".تید"),
    ],
)
def test_known_lines_of_an_urdu_paper(text: str, seen: str) -> None:
    assert shown(text, "R") == seen


def test_a_line_of_an_english_paper_with_urdu_in_it() -> None:
    assert shown("Fund (دیت فنڈ) 2025-26.", "L") == "Fund (ڈنف تید) 2025-26."


def test_a_line_keeps_the_order_of_its_paragraph() -> None:
    """Where a bracket pair is broken over two lines, each half stands as the whole would have it."""
    text = "حکم (Central Jail Rawalpindi) کا"
    cut = text.index("Rawalpindi")
    whole = levels(text, "R")
    first, second = line_levels(whole, text, 0, cut, "R"), line_levels(whole, text, cut, len(text), "R")
    assert first[text.index("Jail")] == second[0] == 2
    assert first[-1] == 1  # the blank at the line's end runs with the paragraph
    assert second[text.index(")") - cut] == 1


def test_nothing_is_lost_or_doubled() -> None:
    text = "((((دیت)) [Rs {12} )" * 40
    runs = [Run(place, place + 1, level, False) for place, level in enumerate(levels(text, "R"))]
    assert sorted(in_visual_order(runs)) == runs
    assert all(before.end == after.start for before, after in pairwise(runs))
