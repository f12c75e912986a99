"""Urdu on papers: its order and joining, that it can be found and not forged, and that nothing is left out in silence."""

import hashlib
import io
import shutil
import subprocess
import sys
import unicodedata
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

import pytest
import uharfbuzz as hb
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter, ImageStat
from pypdf import PdfReader

from funds.papers import urdu
from funds.papers.fonts import MissingGlyph
from funds.papers.ink import POINT, Pen
from funds.papers.sheet import Form, Page, render
from funds.papers.urdu import UnprintableUrdu, line, put
from funds.papers.urdu_faces import NASKH, NASKH_BOLD, NASTALIQ, UrduFace
from ledger.errors import BadInput
from ledger.money import CEILING
from ledger.urdu_words import urdu_words
from tests.funds.papers.reading import LETTERS, annotations, collisions, glyphs, operators, outside, whole_text

FACES = (NASKH, NASKH_BOLD, NASTALIQ)
MIXED = "دیت Rs 12,00,000 (2025-26)"
NAMES = (
    "زینب بی بی", "گلزار احمد", "محمد یعقوب", "سعدیہ نورین", "فرزانہ خالد", "لاہور، اسلام آباد، بلا",
    "واؤچر جرأت ادائیگی بائیس مؤمن رؤف", "سیشن جج، راولپنڈی", "ڈی ڈی او کوڈ", "ٹھٹھہ، ژوب، گھوٹکی", "علیٰ عبد اللہ",
)  # fmt: skip
HEADINGS = ("وزارتِ انسانی حقوق", "ادائیگی واؤچر", "دیت، ارش اور دمان فنڈ", urdu_words(Decimal("5678901234.56")))
LETTERS_OF_URDU = "".join(sorted(c for c in NASKH.letters if unicodedata.category(c)[0] == "L"))
MARKED = st.builds(str.__add__, st.sampled_from(LETTERS_OF_URDU), st.sampled_from(["", "", " ", "َ", "ِ", "ُّ"]))
DIGITS_OF_URDU = "۰۱۲۳۴۵۶۷۸۹"
GOLDEN = Path(__file__).parent / "golden"
DOTS = 100 / 25.4  # of a picture, in a millimetre


def drawn(*lines: tuple[str, UrduFace, float]) -> bytes:
    """A paper with these lines below each other, each text in its face and size."""
    pen = Pen()
    for number, (text, face, size) in enumerate(lines):
        put(pen, 196, 20 + 14 * number, line(text, face), size=size)
    return render([Page(pen)], title="Urdu", subject="Urdu", author="Urdu")


def letters_in_order(text: str, face: UrduFace = NASKH) -> str:
    """What a line shows from left to right, read from its operators."""
    one = line(text, face)
    found = list(glyphs(one.body))
    assert [glyph.x for glyph in found] == sorted(glyph.x for glyph in found)
    return "".join(LETTERS[g.face][g.code] if g.face in LETTERS else one.glyphs[int(g.code, 16)] for g in found)


def test_a_mixed_line_stands_in_the_order_in_which_it_is_read() -> None:
    assert letters_in_order(MIXED) == "Rs 12,00,000 (2025-26) تید"
    assert letters_in_order("فنڈ (2025-26)، نقل 2") == "2 لقن ،(2025-26) ڈنف"
    assert letters_in_order("کارڈ 90000-1234567-1 [اصل]") == "[لصا] 90000-1234567-1 ڈراک"


def test_the_same_brackets_are_turned_where_they_run_to_the_left() -> None:
    """An opening bracket of Urdu text is drawn as a closing one of Latin, at its right."""
    codes = [LETTERS["R"][glyph.code] for glyph in glyphs(line("(دیت)").body) if glyph.face == "R"]
    assert codes == ["(", ")"]
    codes = [LETTERS["R"][glyph.code] for glyph in glyphs(line("دیت)").body) if glyph.face == "R"]
    assert codes == ["("]


@pytest.mark.parametrize("face", FACES)
def test_letters_join(face: UrduFace) -> None:
    """Alone, at the beginning, in the middle, at the end: four forms. And lam with alef is not lam beside alef."""
    forms = [tuple(g.number for g in face.shape(text, to_the_left=True)) for text in ("س", "سس", "سسس", "لا", "ل", "ا")]
    alone, two, three, lam_alef, lam, alef = forms
    assert face is NASTALIQ or [len(alone), len(two), len(three)] == [1, 2, 3]
    assert len({*alone, *two, *three}) >= 4
    assert lam_alef not in (lam + alef, alef + lam)


def test_urdu_has_a_hamza_of_its_own() -> None:
    """Nastaliq draws it otherwise for Arabic: the language is told."""
    arabic = hb.Buffer()
    arabic.add_str("ئ")
    arabic.guess_segment_properties()
    arabic.language = "ar"
    hb.shape(NASTALIQ.font, arabic)
    numbers = {glyph.number for glyph in NASTALIQ.shape("ئ", to_the_left=True)}
    assert numbers != {info.codepoint for info in arabic.glyph_infos}


def test_marks_stand_on_their_letters() -> None:
    """The zer of وزارتِ is below the te, not beside it."""
    zer = next(g for g in NASKH.shape("وزارتِ", to_the_left=True) if g.place == 5)
    te = next(g for g in NASKH.shape("وزارتِ", to_the_left=True) if g.place == 4)
    assert te.x <= zer.x < te.x + te.advance and zer.advance == 0


@pytest.mark.parametrize("face", [NASKH, NASKH_BOLD])
@pytest.mark.parametrize("text", [*NAMES, *HEADINGS[1:], MIXED])
def test_naskh_can_be_searched(text: str, face: UrduFace) -> None:
    found = whole_text(drawn((text, face, 9)))
    assert found == text or sorted(found.split()) == sorted(text.split())  # a reader may turn round Latin among Urdu


def test_nastaliq_is_found_once_by_its_twin_and_not_as_rubbish() -> None:
    assert whole_text(drawn(*((text, NASTALIQ, 14) for text in HEADINGS))) == " ".join(HEADINGS)


def test_the_twin_is_the_same_text_at_the_same_place_and_unseen() -> None:
    """Hidden text is also a way of fraud: here it cannot differ from what is seen."""
    one = line(HEADINGS[3], NASTALIQ)
    assert one.twin and one.twin.text == one.text and one.twin.face is NASKH
    pen = Pen()
    put(pen, 100, 50, one, size=14)
    mark, seen, end, hidden = [each for each in pen.operators if not each.endswith("rg")]
    assert (mark, end) == ("/Span <</ActualText ()>> BDC", "EMC")
    assert " 3 Tr " in hidden and hidden.endswith(" 0 Tr ET") and "Tr" not in seen
    across, *_, x, y = hidden.split(" Tm ")[0].split()[1:]
    assert [x, y] == seen.split(" Tm ")[0].split()[-2:]
    assert float(across) * one.twin.width == pytest.approx(14 * one.width, rel=1e-3)


def test_lines_begin_end_and_centre_where_they_are_told() -> None:
    one = line(MIXED, NASKH)
    starts = {}
    for align in ("left", "right", "centre"):
        pen = Pen()
        width = put(pen, 100, 50, one, size=10, align=align)
        starts[align] = float(pen.operators[-1].split(" Tm ")[0].split()[-2]) / POINT
    assert width == pytest.approx(one.width / 1000 * 10 / POINT)
    assert starts == pytest.approx({"left": 100, "right": 100 - width, "centre": 100 - width / 2}, abs=0.01)
    last = max(glyph.edges()[1] for glyph in glyphs(one.body))
    assert last == pytest.approx(one.width / 1000, abs=0.1)


def test_each_paper_holds_the_faces_it_prints_and_no_more_glyphs() -> None:
    short, long = drawn((NAMES[0], NASKH, 9)), drawn(*((name, NASKH, 9) for name in NAMES))
    for pdf, faces in ((short, {"/R", "/S", "/N"}), (drawn((HEADINGS[0], NASTALIQ, 14)), {"/R", "/S", "/N", "/Q"})):
        assert set(PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]) == faces
        assert pdf.count(b"/FontFile2") == len(faces)
    assert len(short) < len(long) < len(short) + 20_000
    assert b"/FontFile2" in short and set(PdfReader(io.BytesIO(drawn())).pages[0]["/Resources"]["/Font"]) == {
        "/R",
        "/S",
    }


def test_what_a_form_and_the_layers_write_is_embedded_too() -> None:
    form, under = Pen(), Pen()
    put(form, 196, 30, line("منظوری نمبر", NASKH_BOLD), size=9)
    put(under, 196, 60, line("نقل", NASTALIQ), size=40)
    pdf = render([Page(Pen(), form=Form.of("f", form), under=under)], title="", subject="", author="")
    assert {"/B", "/N", "/Q"} <= set(PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"])
    assert "منظوری نمبر" in whole_text(pdf) and "نقل" in whole_text(pdf)


def test_two_drawings_are_identical_to_the_byte_also_in_another_process() -> None:
    first = drawn((MIXED, NASKH, 9), (HEADINGS[3], NASTALIQ, 13))
    urdu._line.cache_clear()
    assert first == drawn((MIXED, NASKH, 9), (HEADINGS[3], NASTALIQ, 13))
    program = (
        "import hashlib, sys; from tests.funds.papers.test_urdu import *;"
        "print(hashlib.sha256(drawn((MIXED, NASKH, 9), (HEADINGS[3], NASTALIQ, 13))).hexdigest(), 'django' in sys.modules)"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.split() == [hashlib.sha256(first).hexdigest(), "False"]


@pytest.mark.parametrize("face", FACES)
@given(text=st.text(LETTERS_OF_URDU + DIGITS_OF_URDU + "0123456789 ", max_size=24))
def test_any_letters_and_digits_are_drawn_and_each_leaves_ink(face: UrduFace, text: str) -> None:
    for word in text.split():
        one = line(word, face)
        found = list(glyphs(one.body))
        ink = [glyph for glyph in found if glyph.edges()[1] > glyph.edges()[0]]
        assert all(int(glyph.code, 16) for glyph in found)
        assert len(ink) >= len(word)  # no two letters share a glyph
        if face is not NASTALIQ:
            assert sorted(_back(one, found)) == sorted(word.replace("ى", "ں"))


def _back(one: urdu.Line, found: list) -> str:
    """The letters that a reader makes of a line; ى and ں have one form inside a word."""
    read = (LETTERS[g.face][g.code] if g.face in LETTERS else one.glyphs[int(g.code, 16)] for g in found)
    return "".join(read).replace("ى", "ں")


@pytest.mark.parametrize("face", FACES)
@example(text=list("لیے"), marks=["ِ"])
@given(text=st.lists(st.sampled_from(LETTERS_OF_URDU), min_size=1, max_size=8), marks=st.lists(st.sampled_from("َُِّْٰ")))
def test_marks_are_drawn_too(face: UrduFace, text: list[str], marks: list[str]) -> None:
    """One on each of the first letters; Nastaliq puts the zer before یے elsewhere, but puts it."""
    marks = marks[: len(text)]
    bare, marked = "".join(text), "".join(letter + mark for letter, mark in zip_longest(text, marks, fillvalue=""))
    ink = [
        sum(glyph.edges()[1] > glyph.edges()[0] for glyph in glyphs(line(each, face).body)) for each in (bare, marked)
    ]
    assert ink[1] >= ink[0] + len(marks)


@pytest.mark.parametrize("face", FACES)
@given(text=st.lists(MARKED, min_size=1, max_size=9).map("".join))
def test_each_glyph_stands_where_harfbuzz_put_it(face: UrduFace, text: str) -> None:
    shaped = [(glyph.number, glyph.x, glyph.y) for glyph in face.shape(text, to_the_left=True)]
    read = [
        (int(glyph.code, 16), round(glyph.x * 1000), round(glyph.y * 1000)) for glyph in glyphs(line(text, face).body)
    ]
    assert read == shaped


@pytest.mark.parametrize("face", FACES)
@given(text=st.text(max_size=12))
def test_any_text_is_drawn_or_refused(face: UrduFace, text: str) -> None:
    try:
        one = line(text, face)
    except UnprintableUrdu as refused:
        assert refused.character in text
        return
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in text)
    assert len(list(glyphs(one.body))) >= len(text.split())


@given(st.integers(min_value=0, max_value=int(CEILING * 100)))
def test_every_amount_can_be_written_in_nastaliq(paisa: int) -> None:
    text = urdu_words(Decimal(paisa) / 100)
    assert line(text, NASTALIQ).twin == line(text, NASKH)


@pytest.mark.parametrize(
    "character",
    ["\u202e", "\u200f", "\u200e", "\u061c", "\u2066", "\u200b", "\u200c", "\u200d", "\u00ad", "\ufeff", "\u0640",
     "\n", "\t", "\x00", "\u2028", "漢", "😀", "ټ", "\ufdf2", "\ud800"],
)  # fmt: skip
@pytest.mark.parametrize("face", FACES)
def test_what_cannot_be_drawn_is_refused_and_named(face: UrduFace, character: str) -> None:
    with pytest.raises(UnprintableUrdu) as refused:
        line(f"زینب{character}بی بی", face)
    assert refused.value.character == character
    assert f"U+{ord(character):04X}" in str(refused.value) and "Urdu" in str(refused.value)
    assert isinstance(refused.value, MissingGlyph) and isinstance(refused.value, BadInput)


@pytest.mark.parametrize("text", ["ِدیت", "دیت ِ", "Aِ", "2ِ", "،ِ", "۱ِ", "دَُِّیت"])
def test_a_mark_without_a_letter_or_above_three_others_is_refused(text: str) -> None:
    with pytest.raises(UnprintableUrdu):
        line(text)


@pytest.mark.parametrize(
    "hostile",
    [
        "<b>زینب</b>",
        "زینب (\\) Tj ET Q",
        "زینب <</S/URI/URI(x)>>",
        "زینب {{ 7*7 }} %s",
        "زینب &#0; &lt;",
        "زینب > Tj <",
    ],
)
@pytest.mark.parametrize("face", FACES)
def test_user_text_is_printed_literally(face: UrduFace, hostile: str) -> None:
    pdf = drawn((hostile, face, 9))
    assert annotations(pdf) == [] and b"/URI" not in pdf
    page = operators(pdf)[0]
    assert page.count("BT ") == page.count(" ET") == (2 if face is NASTALIQ else 1)
    found = "".join(LETTERS[g.face][g.code] for g in glyphs(line(hostile, face).body) if g.face in LETTERS)
    turned = str.maketrans("([{<>}])", "((((((((")
    latin = "".join(character for character in hostile if "!" <= character <= "~")
    assert sorted(found.replace(" ", "").translate(turned)) == sorted(latin.translate(turned))


def test_urdu_lines_on_each_other_are_seen_by_the_test_of_layout() -> None:
    """What the tests of papers rely on."""
    pen = Pen()
    put(pen, 196, 50, line(NAMES[0], NASKH), size=10)
    put(pen, 198, 51, line(HEADINGS[0], NASTALIQ), size=14)
    pdf = render([Page(pen)], title="", subject="", author="")
    assert len(collisions(pdf)) == 1
    assert len(outside(pdf)) == 1
    assert collisions(drawn((NAMES[0], NASKH, 9), (HEADINGS[0], NASTALIQ, 14))) == []


def test_caches_stay_bounded_and_long_texts_pass_them_by() -> None:
    before = urdu._line.cache_info().misses
    line("بے" * 200)
    assert urdu._line.cache_info().misses == before
    assert urdu._line.cache_info().maxsize == urdu._paragraph.cache_info().maxsize == 1024


PICTURES = {
    "naskh": [(MIXED, NASKH, 14), ("مالی سال 2025-26، شناختی کارڈ 90000-1234567-1", NASKH, 10), (NAMES[6], NASKH_BOLD, 12)],
    "nastaliq": [(HEADINGS[0], NASTALIQ, 18), (urdu_words(Decimal("1200000.50")), NASTALIQ, 13), (HEADINGS[2], NASTALIQ, 14)],
}  # fmt: skip


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="no pdftoppm on this machine")
@pytest.mark.parametrize("name", PICTURES)
def test_it_looks_as_it_was_looked_at(name: str, tmp_path: Path) -> None:
    """Against a picture that was looked at by eye; another version of the drawing program may smooth edges otherwise.

    To make a picture anew: copy what the test leaves in its directory, and look at it.
    """
    (tmp_path / "paper.pdf").write_bytes(drawn(*PICTURES[name]))
    box = [str(round(edge * DOTS)) for edge in (105, 8, 95, 48)]
    left, top, across, down = box
    program = ["pdftoppm", "-r", "100", "-gray", "-png", "-singlefile", "-x", left, "-y", top, "-W", across, "-H", down]
    subprocess.run([*program, tmp_path / "paper.pdf", tmp_path / name], check=True)
    picture = Image.open(tmp_path / f"{name}.png").convert("L")
    kept = Image.open(GOLDEN / f"{name}.png").convert("L")
    assert picture.size == kept.size
    apart = ImageChops.difference(picture, kept).filter(ImageFilter.BoxBlur(1))
    assert apart.getextrema()[1] < 60, f"compare {tmp_path / name}.png with {GOLDEN / name}.png"
    assert ImageStat.Stat(apart).mean[0] < 1
