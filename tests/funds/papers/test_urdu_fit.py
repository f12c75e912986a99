"""Urdu in cells: how small, where lines break, what is said to be cut, and that a long text costs no more than what is shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funds.papers.fit import LEAST
from funds.papers.ink import POINT, Pen
from funds.papers.urdu import UnprintableUrdu, line
from funds.papers.urdu_faces import NASKH, NASTALIQ, UrduFace
from funds.papers.urdu_fit import fit, put, wrap
from ledger.urdu_words import urdu_words
from tests.funds.papers.reading import LETTERS, glyphs

WORDS = st.sampled_from(["دیت", "فنڈ", "افسرِ", "زینب", "Rs", "12,00,000", "(2025-26)", "مُحَمَّد", "Rawalpindi،", "شناختی"])
TEXTS = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
LONGEST = urdu_words(9_999_999_999_999)


def test_what_fits_stays_as_it_is() -> None:
    fitted = fit("دیت فنڈ", NASKH, 9, 80)
    assert (fitted.size, fitted.whole) == (9, True)
    assert [each.text for each in fitted.lines] == ["دیت فنڈ"]
    assert fit("", NASKH, 9, 80).whole


def test_it_becomes_smaller_down_to_80_percent_and_then_takes_a_second_line() -> None:
    text = "سیشن جج، راولپنڈی"
    width = line(text).width_at(9)
    shrunk = fit(text, NASKH, 9, width * 0.85)
    assert len(shrunk.lines) == 1
    assert shrunk.size == pytest.approx(9 * 0.85)
    two = fit(text, NASKH, 9, width * 0.79)
    assert [each.text for each in two.lines] == ["سیشن جج،", "راولپنڈی"] and two.whole
    first = fit(text, NASKH, 9, width * 0.85, wrap_first=True)
    assert (len(first.lines), first.size) == (2, 9)
    cut = fit(text, NASKH, 9, width * 0.79, lines=1)
    assert cut.size == pytest.approx(9 * LEAST) and not cut.whole
    assert cut.lines[0].text == "سیشن جج،…"


@given(TEXTS, st.floats(min_value=25, max_value=120), st.sampled_from([NASKH, NASTALIQ]))
def test_lines_hold_the_whole_text_in_order_and_fit(text: str, width: float, face: UrduFace) -> None:
    wrapped = wrap(text, face, 10, width)
    assert wrapped.whole
    assert " ".join(each.text for each in wrapped.lines) == text
    assert all(each.width_at(10) <= width * 1.0001 for each in wrapped.lines)


@given(TEXTS, st.floats(min_value=12, max_value=120), st.integers(min_value=1, max_value=3))
def test_a_cell_is_never_overrun_and_says_what_it_cut(text: str, width: float, lines: int) -> None:
    fitted = fit(text, NASKH, 10, width, lines=lines)
    assert 10 * LEAST <= fitted.size <= 10
    assert len(fitted.lines) <= lines
    assert all(each.width_at(fitted.size) <= width * 1.0001 for each in fitted.lines)
    assert fitted.whole == (not fitted.lines[-1].text.endswith("…"))
    joined = "".join(each.text for each in fitted.lines).replace(" ", "")
    assert text.replace(" ", "").startswith(joined.rstrip("…"))
    assert not fitted.whole or joined == text.replace(" ", "")


def test_a_word_that_is_too_long_is_broken_but_never_before_a_mark() -> None:
    wrapped = wrap("مُحَمَّدُمُحَمَّدُ" * 6, NASKH, 10, 12)
    assert len(wrapped.lines) > 3
    assert all(unicodedata.category(each.text[0]) != "Mn" for each in wrapped.lines)
    assert "".join(each.text for each in wrapped.lines) == "مُحَمَّدُمُحَمَّدُ" * 6
    assert [each.text for each in wrap("مُحَمَّد", NASKH, 10, 0.5).lines] == ["مُ", "حَ", "مَّ", "د"]  # a cell for nothing


def test_the_longest_amount_takes_two_lines_beside_the_figures() -> None:
    fitted = fit(LONGEST, NASTALIQ, 12, 108, wrap_first=True)
    assert fitted.whole and len(fitted.lines) == 2


def test_a_line_keeps_the_order_of_its_paragraph() -> None:
    """The closing bracket on the second line belongs to Latin text, which only the first line shows."""
    text = "حکم FIR 68 (Central Jail Rawalpindi) کے تحت"
    room = line("حکم FIR 68 (Central Jail").width_at(10) * 1.02
    second = wrap(text, NASKH, 10, room).lines[1]
    assert second.text.startswith("Rawalpindi)")
    latin = [LETTERS["R"][glyph.code] for glyph in glyphs(second.body) if glyph.face == "R"]
    assert "".join(latin).strip() == "Rawalpindi)"


def test_put_begins_each_line_at_the_side_it_is_read_from() -> None:
    pen = Pen()
    fitted = wrap("دیت، ارش اور دمان فنڈ، وزارتِ انسانی حقوق", NASKH, 10, 40)
    last = put(pen, 100, 50, 40, fitted, leading=1.6)
    assert last == pytest.approx(50 + (len(fitted.lines) - 1) * 10 * 1.6 / POINT)
    ends = [
        float(operators.split(" Tm ")[0].split()[-2]) / POINT + each.width_at(10)
        for operators, each in zip([o for o in pen.operators if o.startswith("BT")], fitted.lines, strict=True)
    ]
    assert ends == pytest.approx([140] * len(fitted.lines), abs=0.01)


def test_what_cannot_be_drawn_is_refused_even_in_the_part_that_is_cut() -> None:
    with pytest.raises(UnprintableUrdu):
        fit("دیت " * 200 + "漢", NASKH, 9, 40)
    with pytest.raises(UnprintableUrdu):
        wrap("دیت " * 200 + "\u202e", NASKH, 9, 40, limit=1)


@pytest.mark.parametrize("text", ["ب" * 200_000, "زینب بی بی " * 20_000, "بَّ" * 60_000])
def test_a_cell_shapes_no_more_of_a_long_text_than_it_may_show(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shaped = []
    monkeypatch.setattr(UrduFace, "shape", lambda face, run, **way: shaped.append(len(run)) or _shape(face, run, **way))
    assert not fit(text, NASKH, 9, 88).whole
    assert sum(shaped) < 60_000


_shape = UrduFace.shape
