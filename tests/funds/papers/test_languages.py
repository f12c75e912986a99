"""The voucher in English, Urdu and both: what each says, how it looks, that it can be found, and that English stayed as it was."""

import hashlib
import io
import itertools
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter, ImageStat
from pypdf import PdfReader

from config.pack import read_pack
from funds.models import CHARGES, PayeeLine, PaymentKind
from funds.models.paper_words import Language
from funds.papers import qr, voucher_words
from funds.papers.data import InconsistentError, VoucherPaper
from funds.papers.fonts import MissingGlyph
from funds.papers.snapshot import from_json, to_json
from funds.papers.tongue import LANGUAGES
from funds.papers.urdu import line
from funds.papers.urdu_faces import NASKH, NASKH_BOLD, NASTALIQ, UrduFace
from funds.papers.voucher import draw_voucher
from funds.papers.voucher_words import Words, urdu_date
from ledger.chart import STANDARD
from ledger.money import CEILING, figures, grouped
from ledger.urdu_words import ALL_WORDS, urdu_words
from tests.funds.papers.reading import annotations, collisions, glyphs, operators, outside, placed, whole_text
from tests.funds.papers.samples import (
    BOTH,
    DIYAT,
    HEIRS,
    LIST,
    NAMES_IN_URDU,
    RELIEF,
    SIGNATORIES,
    URDU,
    in_urdu,
    of_rows,
)
from tests.funds.papers.test_voucher import CASES, HOSTILE

# Papers of before Urdu, by their bytes: what was printed once is printed again.
BEFORE = {
    "f2fab7cdaaada1499e3e2f44783d0069ab8bed522027c3dab2993f97ff1387c8": DIYAT,
    "e86423fafb2f3f3ddc11dc7ac525b368a6ff12f484526d95bca247e527d26ae0": RELIEF,
    "cb81be9a9bc4840d134a792da40a04cbec75df7663c8c91c3d39f3ddeeceeafe": LIST,
}
IN_URDU = {"both": BOTH, "ur": URDU}
GOLDEN = Path(__file__).parent / "golden"
POPPLER = pytest.mark.skipif(not shutil.which("pdftoppm"), reason="no poppler on this machine")


@pytest.mark.parametrize("digest", BEFORE)
def test_a_paper_from_before_is_drawn_byte_for_byte(digest: str) -> None:
    stored = {name: value for name, value in to_json(BEFORE[digest]).items() if name not in _NEW}
    stored["rows"] = [{name: value for name, value in row.items() if name != "name_urdu"} for row in stored["rows"]]
    assert hashlib.sha256(draw_voucher(from_json(VoucherPaper, stored))).hexdigest() == digest


_NEW = ("language", "kind", "words_urdu", "terms")


def test_languages_are_the_same_wherever_they_are_named() -> None:
    assert list(LANGUAGES) == Language.values


def found_by_poppler(pdf: bytes, folder: Path) -> str:
    (folder / "paper.pdf").write_bytes(pdf)
    told = subprocess.run(
        ["pdftotext", "-layout", folder / "paper.pdf", "-"], capture_output=True, text=True, check=True
    )
    return re.sub("[\u200e\u200f\u202a-\u202e]", "", " ".join(told.stdout.split()))


@POPPLER
@pytest.mark.parametrize("language", IN_URDU)
def test_facts_are_found_by_two_readers(language: str, tmp_path: Path) -> None:
    paper = IN_URDU[language]
    pdf = draw_voucher(paper)
    facts = [paper.number, figures(paper.net), paper.words, paper.words_urdu, paper.sanction_number, paper.pay_to]
    facts += [paper.ministry, paper.fund_name, paper.head_code, paper.ddo_code, paper.cost_centre, paper.verify_url]
    facts += [paper.on_account_of, paper.on_account_note, *paper.particulars, *NAMES_IN_URDU[:3]]
    facts += [
        text
        for row in paper.rows
        for text in (row.name.removesuffix(" (minor)"), row.cnic, row.share, grouped(row.net))
    ]
    facts += [text for by in paper.signatories for text in (by.name, by.digest[:12])]
    facts += [grouped(paper.budget.available), grouped(paper.budget.balance_after)]
    for read in (whole_text(pdf), found_by_poppler(pdf, tmp_path)):
        assert [fact for fact in facts if fact not in read] == []


@pytest.mark.parametrize("language", IN_URDU)
def test_each_label_stands_on_the_paper_in_urdu(language: str) -> None:
    text = whole_text(draw_voucher(IN_URDU[language]))
    always = ["NUMBER", "SANCTION", "HEAD", "PAY_TO", "CNIC", "TOTAL", "NET_PAYABLE", "IN_WORDS", "BUDGET", "CHAIN"]
    always += ["CERTIFICATE", "RECEIPT", "RECEIVER", "STAMP", "THUMB", "COMMITTED", "TITLE", "RECEIVED"]
    words = [getattr(voucher_words, name) for name in always]
    words += [voucher_words.PASSED, *voucher_words.OFFICERS] if language == "ur" else []
    assert [each.urdu for each in words if each.urdu not in text] == []
    leading = ["Net amount payable", "Chain of decisions", "Receipt of the payee", "Total of payee lines"]
    assert [each for each in leading if each not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", [*CASES, "named"])
def test_nothing_overlaps_or_leaves_its_margins(case: str, language: str) -> None:
    pdf = draw_voucher(in_urdu(BOTH if case == "named" else CASES[case], language))
    assert collisions(pdf) == []
    assert outside(pdf) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "hostile", [*HOSTILE, "<seq>", "<para>", "javascript:alert(1)", "زینب <b>(\\) Tj", "data:text/html,x"]
)
def test_user_text_is_printed_literally_in_each_language(hostile: str, language: str) -> None:
    """Each text a person types, into each field that takes it; an Urdu one where Urdu is drawn."""
    latin = hostile.isascii()
    named = replace(HEIRS[0], name_urdu=hostile) if not latin else replace(HEIRS[0], **dict.fromkeys(_ROW, hostile))
    changed = dict.fromkeys(_FIELDS, hostile) if latin else {}
    signed = (
        tuple(replace(by, name=hostile, post=hostile, act=hostile) for by in SIGNATORIES[:3])
        if latin
        else SIGNATORIES[:3]
    )
    paper = replace(in_urdu(DIYAT, language), rows=(named, *HEIRS[1:]), signatories=signed, **changed)
    pdf = draw_voucher(paper)
    assert annotations(pdf) == []
    assert not re.search(rb"/URI|/JavaScript|/Launch|/OpenAction|/EmbeddedFile", pdf)
    if latin:
        assert whole_text(pdf).count(" ".join(hostile.split())) >= len(_FIELDS)
    pages = operators(pdf)
    assert all(page.count("BT ") == len(re.findall(r"\bET\b", page)) for page in pages)


_ROW = ("name", "relation", "instrument")
_FIELDS = ("pay_to", "pay_to_note", "on_account_of", "head_name", "ddo_office", "cost_note", "vendor_note", "fund_note")


@pytest.mark.parametrize("character", ["\u202e", "\u200f", "\u2066", "\u200b", "\u00ad", "漢", "😀", "\n", "\x00"])
def test_an_urdu_name_that_cannot_be_drawn_is_refused_and_named(character: str) -> None:
    name = f"زینب{character}بی"
    for paper in (BOTH, URDU):
        with pytest.raises(MissingGlyph) as refused:
            draw_voucher(replace(paper, rows=(replace(paper.rows[0], name_urdu=name), *paper.rows[1:])))
        assert refused.value.character == character


@pytest.mark.parametrize("language", ["ur", "both"])
def test_urdu_is_never_made_up_for_a_paper_without_it(language: str) -> None:
    with pytest.raises(InconsistentError, match="no Urdu"):
        draw_voucher(replace(DIYAT, language=language))
    with pytest.raises(InconsistentError, match="none of"):
        draw_voucher(replace(BOTH, language="fr"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_drawings_are_identical_to_the_byte_also_in_another_process(language: str) -> None:
    """Also after others were drawn: what is kept between papers must not show."""
    paper = replace(BOTH, language=language)
    first = draw_voucher(paper)
    for number in range(25):
        draw_voucher(replace(paper, qr_url=f"HTTPS://MOHR.EXAMPLE/V/73B083AEBD1C7B{number:02}"))
    assert draw_voucher(paper) == first
    program = (
        "import hashlib; from dataclasses import replace; from funds.papers.voucher import draw_voucher;"
        "from tests.funds.papers.samples import BOTH;"
        f"print(hashlib.sha256(draw_voucher(replace(BOTH, language={language!r}))).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(first).hexdigest()


def test_what_is_seen_of_the_amount_and_what_is_found_are_one_text() -> None:
    paper = of_rows((replace(HEIRS[0], gross=Decimal("385206.50"), net=Decimal("385206.50")),))
    for language in IN_URDU:
        text = whole_text(draw_voucher(in_urdu(paper, language)))
        assert urdu_words(Decimal("385206.50")) in text and paper.words in text


def test_a_copy_and_a_cancelled_one_say_so_in_urdu() -> None:
    assert "نقل 2" in whole_text(draw_voucher(replace(URDU, copy=2))) or "2 نقل" in whole_text(
        draw_voucher(replace(URDU, copy=2))
    )
    assert "اصل" in whole_text(draw_voucher(URDU))
    cancelled = whole_text(draw_voucher(replace(BOTH, cancelled="Cancelled 19 Oct 2025 by W. Rafiq: wrong name")))
    assert "منسوخ" in cancelled and "wrong name" in cancelled


def test_figures_end_at_one_edge_and_cnic_boxes_run_to_the_right_on_the_mirrored_page() -> None:
    page = operators(draw_voucher(replace(URDU, rows=HEIRS)))[0]
    ends = set()
    for amount in ("1,50,000.00", "5,66,667.00"):
        boxes = [piece for piece in placed(page) if piece.text == amount and piece.right < 150]
        ends.add(round(boxes[0].right, 1))
    assert len(ends) == 1
    squares = [float(x) for x in re.findall(r"(\d+\.\d+) \d+\.\d+ 12\.33 14\.74 re S", page)]
    assert len(squares) == 13
    gaps = [round(after - before - 12.33, 1) for before, after in itertools.pairwise(squares)]
    assert [place for place, gap in enumerate(gaps, 1) if gap > 1] == [5, 12]


def _pages(pdf: bytes, folder: Path, name: str) -> Image.Image:
    (folder / f"{name}.pdf").write_bytes(pdf)
    program = ["pdftoppm", "-r", "80", "-gray", "-png", "-singlefile", folder / f"{name}.pdf", folder / name]
    subprocess.run(program, check=True)
    return Image.open(folder / f"{name}.png").convert("L")


def _alike(one: Image.Image, other: Image.Image) -> bool:
    """Within what another version of the drawing program smooths otherwise."""
    apart = ImageChops.difference(one, other).filter(ImageFilter.BoxBlur(1))
    return one.size == other.size and apart.getextrema()[1] < 70 and ImageStat.Stat(apart).mean[0] < 0.5


@POPPLER
@pytest.mark.parametrize("name", IN_URDU)
def test_it_looks_as_it_was_looked_at(name: str, tmp_path: Path) -> None:
    """Against pictures that were looked at by eye. To make one anew: copy what the test leaves, and look at it."""
    picture = _pages(draw_voucher(IN_URDU[name]), tmp_path, name)
    kept = Image.open(GOLDEN / f"voucher-{name}.png").convert("L")
    assert _alike(picture, kept), f"compare {tmp_path / name}.png with the picture kept"


@POPPLER
def test_words_in_another_order_are_seen(tmp_path: Path) -> None:
    """What the pictures are for: the same letters, turned round as a program does that does not know Urdu."""
    kept = Image.open(GOLDEN / "voucher-both.png").convert("L")
    turned = " ".join(reversed(NAMES_IN_URDU[0].split()))
    rows = (replace(BOTH.rows[0], name_urdu=turned), *BOTH.rows[1:])
    assert not _alike(_pages(draw_voucher(replace(BOTH, rows=rows)), tmp_path, "name"), kept)
    words = " ".join(reversed(BOTH.words_urdu.split()))
    assert not _alike(_pages(draw_voucher(replace(BOTH, words_urdu=words)), tmp_path, "words"), kept)


def test_every_word_of_the_form_can_be_drawn_and_takes_as_many_values_in_both_languages() -> None:
    rows = [value for value in vars(voucher_words).values() if isinstance(value, Words)]
    for words in [*rows, *voucher_words.OFFICERS]:
        assert words.english.count("{}") == words.urdu.count("{}")
        for face in (NASKH, NASKH_BOLD):
            line(words.filled(1, 2).urdu, face)
    assert len(rows) > 50


def test_the_pack_knows_what_papers_name() -> None:
    pack = read_pack(Path("config") / "pack")
    known = {row["english"] for row in pack["urdu_terms"]}
    heads = {head.name for head in STANDARD if head.code in set(CHARGES.values())}
    named = {row["name"] for row in pack["funds"]} | {row["name"] for row in pack["offices"]} | heads
    named |= {step["act"] for rule in pack["approval_rules"] for step in rule["steps"]} | {"Prepared", "Voucher issued"}
    named |= {step["post"] for rule in pack["approval_rules"] for step in rule["steps"] if step["post"]}
    named |= set(PaymentKind.labels) | set(PayeeLine.Method.labels) | set(PayeeLine.PayeeKind.labels) - {"Person"}
    named |= set(json.loads((Path("config") / "pack" / "headings.json").read_text(encoding="utf-8")).values())
    assert named - known == set()


def test_dates_are_read_in_urdu_and_nothing_else_is() -> None:
    assert urdu_date("17 Oct 2025") == "17 اکتوبر 2025"
    assert [urdu_date(text) for text in ("", "Oct", "17 Foo 2025", "from 17 Oct 2025")] == ["", "", "", ""]


@given(st.text(qr._LETTERS, min_size=5, max_size=61).filter(lambda text: not text.isdigit()))
def test_a_code_put_together_is_the_library_s_own(text: str) -> None:
    """Of three lengths, so that few tables are learned."""
    text = (text * 12)[: {0: 40, 1: 49, 2: 61}[len(text) % 3]]
    if not text.isdigit():
        assert qr._put_together(text) == qr._library(text)


def test_only_the_faces_that_are_printed_are_in_the_file() -> None:
    for paper, faces in ((DIYAT, {"/R", "/S"}), (BOTH, {"/R", "/S", "/N", "/B", "/Q"})):
        pdf = draw_voucher(paper)
        assert set(PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]) == faces
        assert pdf.count(b"/FontFile2") == len(faces)
    assert len(draw_voucher(BOTH)) < 110_000


@pytest.mark.parametrize("face", [NASKH, NASTALIQ])
def test_words_of_amounts_stand_beside_each_other_as_alone(face: UrduFace) -> None:
    """Every pair of them: shaped one by one, each glyph is where HarfBuzz puts it in the line."""
    for first, second in itertools.product(ALL_WORDS, repeat=2):
        text = f"{first} {second}"
        whole = [(glyph.number, glyph.x, glyph.y) for glyph in face.shape(text, to_the_left=True)]
        ahead = sum(glyph.advance for glyph in face.shape(f" {second}", to_the_left=True))
        alone = [(g.number, g.x, g.y) for g in face.shape(f" {second}", to_the_left=True)]
        alone += [(g.number, g.x + ahead, g.y) for g in face.shape(first, to_the_left=True)]
        assert alone == whole, text


@pytest.mark.parametrize("face", [NASKH, NASTALIQ])
@given(st.integers(min_value=0, max_value=int(CEILING * 100)))
def test_an_amount_stands_as_harfbuzz_shapes_it(face: UrduFace, paisa: int) -> None:
    text = urdu_words(Decimal(paisa) / 100)
    whole = [(glyph.number, glyph.x, glyph.y) for glyph in face.shape(text, to_the_left=True)]
    drawn = [(int(g.code, 16), round(g.x * 1000), round(g.y * 1000)) for g in glyphs(line(text, face).body)]
    assert drawn == whole
