"""The payment voucher: what it says, that it says nothing else, and that it stays the same."""

import hashlib
import io
import json
import re
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal

import pytest
import segno
from pypdf import PdfReader

from funds.papers import fonts, qr
from funds.papers.data import Budget, InconsistentError, VoucherPaper, check_words
from funds.papers.fonts import MissingGlyph
from funds.papers.snapshot import SnapshotError, from_json, to_json
from funds.papers.voucher import draw_voucher
from ledger.money import CEILING, figures, grouped, words
from tests.funds.papers.reading import annotations, collisions, operators, outside, page_texts, whole_text
from tests.funds.papers.samples import DIGEST, DIYAT, HEIRS, LIST, RELIEF, SIGNATORIES, in_urdu, of_rows

LONG = ("Muhammad Abdur Rehman Siddiqui Qureshi of the house of long names that never end " * 3)[:180]
HOSTILE = (
    "<b>Zainab</b>",
    "</b></para>",
    '<a href="https://example.org">pay here</a>',
    "<font color=white size=1>hidden</font>",
    '<img src="file:/etc/hostname"/>',
    "<onDraw name=x/>",
    "(\\) Tj ET Q <</S/URI/URI(x)>>",
    "&#0; &amp; &lt;",
    "[[[x for x in 'colour']]]",
    "{{ 7*7 }} %s %(name)s {0}",
)


def _long_everywhere() -> VoucherPaper:
    rows = tuple(replace(row, name=LONG, relation=LONG, instrument=LONG) for row in HEIRS)
    return replace(
        DIYAT,
        rows=rows,
        fund_name=LONG,
        fund_note=LONG,
        head_name=LONG,
        ddo_office=LONG,
        cost_note=LONG,
        vendor_note=LONG,
        pay_to=LONG,
        pay_to_note=LONG,
        on_account_of=LONG,
        on_account_note=LONG,
        signatories=tuple(replace(each, name=LONG, post=LONG) for each in SIGNATORIES),
        printed=f"Printed 17 Oct 2025 by {LONG}",
    )


def _largest() -> VoucherPaper:
    budget = Budget(CEILING, CEILING, CEILING, CEILING, -CEILING)
    return of_rows((replace(HEIRS[0], gross=CEILING, net=CEILING),), budget=budget)


def _largest_deducted() -> VoucherPaper:
    return of_rows((replace(HEIRS[0], gross=CEILING, deducted=CEILING - 1, net=Decimal("1.00")),))


CASES = {
    "four heirs": DIYAT,
    "one payee": RELIEF,
    "list of 38": LIST,
    "two signatories": replace(DIYAT, signatories=SIGNATORIES[:2]),
    "six signatories": replace(DIYAT, signatories=SIGNATORIES[:6]),
    "seven signatories": replace(DIYAT, signatories=SIGNATORIES),
    "second copy": replace(DIYAT, copy=2),
    "cancelled": replace(DIYAT, cancelled=f"Cancelled 19 Oct 2025 by W. Rafiq: {LONG}"),
    "long texts": _long_everywhere(),
    "long words": replace(DIYAT, pay_to="W" * 180, on_account_of="W" * 180, pay_to_note="i" * 400),
    "largest amount": _largest(),
    "largest deduction": _largest_deducted(),
}


def test_every_fact_is_on_the_paper() -> None:
    text = whole_text(draw_voucher(DIYAT))
    facts = [DIYAT.ministry, DIYAT.fund_name, DIYAT.fund_note, DIYAT.number, DIYAT.date, DIYAT.sanction_number]
    facts += [DIYAT.sanction_date, DIYAT.head_code, DIYAT.ddo_code, DIYAT.ddo_office, DIYAT.cost_centre, DIYAT.vendor]
    facts += [DIYAT.pay_to, DIYAT.on_account_of, DIYAT.on_account_note, DIYAT.words, DIYAT.verify_url, DIYAT.printed]
    facts += [figures(DIYAT.net), "ORIGINAL", "GOVERNMENT OF PAKISTAN", "page 1 of 1", "Fund DAD"]
    for row in DIYAT.rows:
        facts += [row.name, row.relation, row.cnic, row.instrument, row.share, grouped(row.net)]
    for signatory in DIYAT.signatories:
        facts += [signatory.act, signatory.name, signatory.on, signatory.digest[:12]]
    budget = DIYAT.budget
    facts += [grouped(x) for x in (budget.available, budget.spent_before, budget.committed, budget.balance_after)]
    facts += ["Thumb impression", "Revenue stamp", "pre-audit", "not been drawn before", "CNIC of the receiver"]
    assert [fact for fact in facts if fact not in text] == []
    assert DIGEST in text.replace(" ", "")


@pytest.mark.parametrize("case", CASES)
def test_nothing_overlaps_or_leaves_its_margins(case: str) -> None:
    pdf = draw_voucher(CASES[case])
    assert collisions(pdf) == []
    assert outside(pdf) == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_user_text_is_printed_literally(hostile: str) -> None:
    paper = replace(
        DIYAT,
        rows=(replace(HEIRS[0], name=hostile), *HEIRS[1:]),
        pay_to=hostile,
        on_account_of=hostile,
        signatories=(replace(SIGNATORIES[0], name=hostile), *SIGNATORIES[1:5]),
    )
    pdf = draw_voucher(paper)
    text = whole_text(pdf)
    assert text.count(" ".join(hostile.split())) >= 3
    assert annotations(pdf) == []
    assert b"/URI" not in pdf
    assert b"/JavaScript" not in pdf


@pytest.mark.parametrize("character", ["ز", "\u202e", "\u200f", "\u00ad", "漢", "😀", "\n", "\x00", "\ud800"])
def test_a_missing_glyph_is_refused_and_named(character: str) -> None:
    name = f"Zainab{character}Bibi"
    with pytest.raises(MissingGlyph) as refused:
        draw_voucher(replace(DIYAT, rows=(replace(HEIRS[0], name=name), *HEIRS[1:])))
    assert refused.value.character == character
    assert refused.value.text == name
    assert f"U+{ord(character):04X}" in str(refused.value)
    with pytest.raises(MissingGlyph):
        fonts.SEMIBOLD.encode(name)


def test_a_missing_glyph_in_the_cut_part_of_a_long_text_is_refused() -> None:
    with pytest.raises(MissingGlyph):
        draw_voucher(replace(DIYAT, pay_to=LONG * 3 + "ز"))


def test_two_drawings_are_identical_to_the_byte_also_in_another_process() -> None:
    first, second = draw_voucher(LIST), draw_voucher(LIST)
    assert first == second
    program = (
        "import hashlib; from funds.papers.voucher import draw_voucher; from tests.funds.papers.samples import LIST;"
        "print(hashlib.sha256(draw_voucher(LIST)).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(first).hexdigest()


def test_papers_need_no_django() -> None:
    program = (
        "import sys, funds.papers.voucher, funds.papers.statement, funds.papers.snapshot;"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg2')))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize("amount", ["1.00", "20000.00", "1200000.00", "385206.50", "9999999999999.99"])
def test_amount_in_words_equals_figures(amount: str) -> None:
    paper = in_urdu(of_rows((replace(HEIRS[0], gross=Decimal(amount), net=Decimal(amount)),)), "en")
    check_words(paper)
    text = whole_text(draw_voucher(paper))
    assert words(Decimal(amount)) in text
    assert text.count(figures(Decimal(amount))) == 2  # the amount and the receipt
    with pytest.raises(InconsistentError):
        check_words(replace(paper, words=words(Decimal(amount) - Decimal("0.01"))))
    with pytest.raises(InconsistentError):
        check_words(replace(paper, words_urdu=paper.words_urdu.removesuffix("صرف")))


@pytest.mark.parametrize("field", ["gross", "deducted", "net"])
def test_totals_that_differ_from_the_lines_are_refused(field: str) -> None:
    with pytest.raises(InconsistentError):
        draw_voucher(replace(DIYAT, **{field: getattr(DIYAT, field) + 1}))


def test_a_line_whose_net_is_not_gross_less_deduction_is_refused() -> None:
    first = replace(HEIRS[0], gross=HEIRS[0].gross + 1)
    second = replace(HEIRS[1], gross=HEIRS[1].gross - 1)
    with pytest.raises(InconsistentError, match="line 1"):  # though the totals agree
        draw_voucher(replace(DIYAT, rows=(first, second, *HEIRS[2:])))


def test_a_voucher_without_payees_or_decisions_is_refused() -> None:
    with pytest.raises(InconsistentError):
        draw_voucher(replace(DIYAT, rows=(), gross=Decimal(0), net=Decimal(0)))
    with pytest.raises(InconsistentError):
        draw_voucher(replace(DIYAT, signatories=()))


def _drawn_modules(operators_of_page: str, size: int) -> list[list[int]]:
    path = re.search(r"cm ((?:\d+ \d+ \d+ 1 re ?)+)f Q", operators_of_page)
    assert path
    rows = [[0] * size for _ in range(size)]
    for start, number, length in re.findall(r"(\d+) (\d+) (\d+) 1 re", path[1]):
        for column in range(int(start), int(start) + int(length)):
            rows[int(number)][column] = 1
    return rows


def test_the_qr_code_drawn_is_the_library_s_code_for_the_address() -> None:
    page = operators(draw_voucher(DIYAT))[0]
    code = segno.make(DIYAT.qr_url, error="m", micro=False, boost_error=False, mask=3)
    expected = [list(row) for row in code.matrix]
    assert len(expected) == 29  # capitals select the small alphanumeric form
    assert _drawn_modules(page, len(expected)) == expected
    other = operators(draw_voucher(replace(DIYAT, qr_url="")))[0]
    assert _drawn_modules(other, len(qr.matrix(DIYAT.verify_url))) == [
        [int(module) for module in row] for row in qr.matrix(DIYAT.verify_url)
    ]


def test_more_than_four_lines_go_to_annex_pages_with_carried_totals() -> None:
    pages = page_texts(draw_voucher(LIST))
    assert len(pages) == 3
    assert "See annex, 35 lines" in pages[0]
    listed = [number for page in pages for number in re.findall(r"Payee Number (\d+) of the List", page)]
    assert listed == [str(number) for number in range(1, 39)]
    first_three = sum((row.net for row in LIST.rows[:3]), Decimal(0))
    on_second = [int(number) for number in re.findall(r"Payee Number (\d+) of", pages[1])]
    carried = sum((row.net for row in LIST.rows[: on_second[-1]]), Decimal(0))
    assert f"Carried from page 1 {grouped(first_three)}" in pages[1]
    assert pages[1].count(grouped(carried)) == 2  # gross and net, carried to the next page
    assert pages[2].count(grouped(carried)) == 2  # the same, carried from the page before
    assert "Total of all 38 payee lines, as on page 1" in pages[2]
    assert pages[2].count(grouped(LIST.net)) == 2
    assert all(f"page {number} of 3" in page for number, page in enumerate(pages, start=1))
    assert all(LIST.number in page for page in pages)


def test_five_lines_are_three_and_two() -> None:
    rows = tuple(replace(HEIRS[0], position=number, name=f"Heir {number}") for number in range(1, 6))
    pages = page_texts(draw_voucher(of_rows(rows)))
    assert "See annex, 2 lines" in pages[0]
    assert [name in pages[1] for name in ("Heir 3", "Heir 4", "Heir 5")] == [False, True, True]


def test_a_shortened_text_stands_in_full_on_the_annex() -> None:
    pages = page_texts(draw_voucher(replace(DIYAT, pay_to=LONG, fund_note=LONG)))
    assert len(pages) == 2
    assert LONG.strip() not in pages[0]
    assert pages[1].count(LONG.strip()) == 2


def test_a_copy_is_marked_under_and_in_the_title() -> None:
    copy = whole_text(draw_voucher(replace(DIYAT, copy=2)))
    assert copy.count("COPY 2") == 2
    assert "ORIGINAL" not in copy
    assert "COPY" not in whole_text(draw_voucher(DIYAT))


def test_a_cancelled_voucher_says_so_with_its_reason_on_every_page() -> None:
    reason = "Cancelled 19 Oct 2025 by W. Rafiq: name differs from the identity card"
    pages = page_texts(draw_voucher(replace(LIST, cancelled=reason)))
    assert reason in pages[0]
    assert all("CANCELLED" in page for page in pages)
    assert figures(LIST.net) in pages[0]


def test_seven_signatories_all_appear() -> None:
    text = whole_text(draw_voucher(replace(DIYAT, signatories=SIGNATORIES)))
    assert [each.act for each in SIGNATORIES if each.act not in text] == []
    assert [each.digest[:12] for each in SIGNATORIES if each.digest[:12] not in text] == []


def test_only_our_fonts_are_in_the_file() -> None:
    pdf = draw_voucher(DIYAT)
    used = {name for page in operators(pdf) for name in re.findall(r"/(\w+) [\d.]+ Tf", page)}
    assert used == {"R", "S"}
    assert pdf.count(b"/FontFile2") == 2
    assert set(PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]) == {"/R", "/S"}


def test_snapshot_survives_json_and_draws_the_same_bytes() -> None:
    stored = json.loads(json.dumps(to_json(DIYAT)))
    paper = from_json(VoucherPaper, stored)
    assert paper == DIYAT
    assert draw_voucher(paper) == draw_voucher(DIYAT)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"net": 1200000.0}, "VoucherPaper.net"),
        ({"net": "NaN"}, "VoucherPaper.net"),
        ({"net": "many"}, "VoucherPaper.net"),
        ({"number": 5}, "VoucherPaper.number"),
        ({"copy": True}, "VoucherPaper.copy"),
        ({"surprise": "x"}, "VoucherPaper"),
        ({"rows": "x"}, "VoucherPaper.rows"),
        ({"rows": [{"position": 1}]}, "VoucherPaper.rows[0]"),
        ({"budget": None}, "VoucherPaper.budget"),
    ],
)
def test_a_damaged_snapshot_is_refused_by_name(change: dict[str, object], where: str) -> None:
    with pytest.raises(SnapshotError) as refused:
        from_json(VoucherPaper, {**to_json(DIYAT), **change})
    assert refused.value.where == where


def test_a_snapshot_with_a_value_missing_is_refused() -> None:
    stored = to_json(DIYAT)
    del stored["words"]
    with pytest.raises(SnapshotError, match="words"):
        from_json(VoucherPaper, stored)


def test_a_word_of_200000_letters_is_printed_within_two_seconds() -> None:
    start = time.process_time()
    pdf = draw_voucher(replace(DIYAT, pay_to="W" * 200_000))
    assert time.process_time() - start < 2
    # the front shows a beginning with an ellipsis, the annex all of it
    assert sum(page.count("W") for page in page_texts(pdf)[1:]) >= 200_000


def test_caches_stay_bounded() -> None:
    for number in range(3000):
        fonts.REGULAR.width(f"payee {number}", 7)
        fonts.REGULAR.encode(f"payee {number}")
    fonts.REGULAR.width("W" * 100_000, 7)
    assert fonts._advance.cache_info().currsize <= 2048
    assert fonts._encode.cache_info().currsize <= 2048
    before = fonts._advance.cache_info().misses
    fonts.REGULAR.width("V" * 100_000, 7)
    assert fonts._advance.cache_info().misses == before  # long texts pass the cache by


def test_who_stood_apart_is_printed() -> None:
    """In one line under the chain; what does not fit there stands whole in the annex."""
    one = "Recused: Sana Iqbal, Verification Officer, 26 Sep 2025 (Relative of a party)"
    pdf = draw_voucher(replace(DIYAT, apart=(one,)))
    assert f"Stood apart. {one}." in whole_text(pdf)
    assert not collisions(pdf) and not outside(pdf)
    many = tuple(one.replace("Sana", f"Officer {number}") for number in range(12))
    assert all(
        each.split(",")[0] in " ".join(whole_text(draw_voucher(replace(DIYAT, apart=many))).split()) for each in many
    )
