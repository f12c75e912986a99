"""The annual statement: figures where they belong, brackets and dashes, pages and contents."""

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from funds.papers.chart import scale
from funds.papers.fonts import MissingGlyph
from funds.papers.snapshot import from_json, to_json
from funds.papers.statement import draw_statement
from funds.papers.statement_data import AMOUNT, EXACT, PERCENT, StatementPaper, Table, TableRow, ValueColumn
from funds.papers.tables import figure
from tests.funds.papers.reading import annotations, collisions, outside, page_texts, whole_text
from tests.funds.papers.statement_samples import BUDGET, MONTHS, NOTES, RECEIPTS_PAYMENTS, STATEMENT, TIE_OUT


def _times(table: Table, factor: str) -> Table:
    rows = tuple(
        replace(row, values=tuple(None if value is None else value * Decimal(factor) for value in row.values))
        for row in table.rows
    )
    return replace(table, rows=rows)


LARGE = replace(
    STATEMENT,
    receipts_payments=_times(RECEIPTS_PAYMENTS, "4999.37"),
    budget=_times(BUDGET, "1000"),
    tie_out=(replace(_times(TIE_OUT, "12345"), rows=_times(TIE_OUT, "12345").rows * 8),),
)
SMALL = StatementPaper(
    government="Government of Pakistan",
    ministry="Ministry of Human Rights",
    fund_name="Soft Loan Fund",
    fund_note="Annual statement for the year ended 30 June 2026",
    particulars=(),
    year="2025-26",
    basis="Cash Basis IPSAS · Rupees",
    key_figures=(),
    receipts_payments=Table(
        "Receipts and payments", "Rupees", (ValueColumn("2025-26"),), (TableRow("Nothing", (), (Decimal(0),)),)
    ),
)
MANY_ROWS = replace(STATEMENT, receipts_payments=replace(RECEIPTS_PAYMENTS, rows=RECEIPTS_PAYMENTS.rows * 6))
WORDY = replace(
    STATEMENT,
    fund_name="F" * 180,
    notes=tuple(replace(note, title="T" * 180, paragraphs=("word " * 1500,)) for note in NOTES),
    receipts_payments=replace(
        RECEIPTS_PAYMENTS,
        rows=(replace(RECEIPTS_PAYMENTS.rows[1], label="a long label " * 12), *RECEIPTS_PAYMENTS.rows[2:]),
    ),
)
NO_PAYMENTS = replace(
    STATEMENT,
    months=replace(MONTHS, months=tuple(replace(m, this=Decimal(0), previous=Decimal(0)) for m in MONTHS.months)),
)
MANY_COLUMNS = replace(
    SMALL,
    receipts_payments=Table(
        "Ten years",
        "Rupees",
        tuple(ValueColumn(f"20{year}-{year + 1}") for year in range(21, 31)),
        (
            TableRow("Diyat, arsh and daman", (), (Decimal("-250000000.00"),) * 10),
            TableRow("Fines", (), (Decimal("1.50"),) * 10),
        ),
    ),
)
CASES = {
    "usual": STATEMENT,
    "large": LARGE,
    "small": SMALL,
    "many rows": MANY_ROWS,
    "wordy": WORDY,
    "no payments": NO_PAYMENTS,
    "many columns": MANY_COLUMNS,
}


@pytest.mark.parametrize("case", CASES)
def test_nothing_overlaps_or_leaves_its_margins(case: str) -> None:
    pdf = draw_statement(CASES[case])
    assert collisions(pdf) == []
    assert outside(pdf) == []


def test_every_figure_is_on_its_page() -> None:
    pages = page_texts(draw_statement(STATEMENT))
    assert len(pages) == 3
    for row in RECEIPTS_PAYMENTS.rows:
        assert row.label in pages[0]
    for text in ("(1,42,50,000)", "(60,00,000)", "6,09,03,650", "2,75,60,350", "2024-25", "Waqas Rafiq", "Contents"):
        assert text in pages[0], text
    for text in (
        "1,60,00,000",
        "95%",
        "Rs lakh a month",
        "26.11",
        "5,75,53,650",
        "(5,83,333)",
        "6,14,86,983",
        "35,50,000",
    ):
        assert text in pages[1], text
    for text in ("Reporting entity", "Authorised for issue", "Khyber Pakhtunkhwa", "H-FUND", "7,22,12,900.00", "0.00"):
        assert text in pages[2], text
    assert pages[2].count("8,03,56,583.00") == 3  # debit total, credit total, note
    assert all(f"Page {number} of 3" in page for number, page in enumerate(pages, start=1))
    assert all("Version 1, frozen 14 Aug 2026" in page for page in pages)


@pytest.mark.parametrize(
    ("value", "kind", "paisa", "expected"),
    [
        (Decimal("-250000000"), AMOUNT, False, "(25,00,00,000)"),
        (Decimal("-0.50"), AMOUNT, True, "(0.50)"),
        (Decimal("0.00"), AMOUNT, True, "–"),
        (Decimal("0"), EXACT, False, "0.00"),
        (Decimal("93"), PERCENT, False, "93%"),
        (Decimal("1E+2"), PERCENT, False, "100%"),
        (Decimal("93.25"), PERCENT, False, "93.2%"),
        (None, AMOUNT, False, ""),
    ],
)
def test_figures_are_written_as_accountants_do(value: Decimal | None, kind: str, paisa: bool, expected: str) -> None:
    assert figure(value, kind, paisa=paisa) == expected


def test_one_amount_with_paisa_gives_the_whole_table_two_decimals() -> None:
    rows = (TableRow("A", (), (Decimal("100"),)), TableRow("B", (), (Decimal("0.50"),)))
    text = whole_text(draw_statement(replace(SMALL, receipts_payments=replace(SMALL.receipts_payments, rows=rows))))
    assert "100.00" in text
    assert "0.50" in text


def test_a_table_over_two_pages_repeats_its_heading_and_keeps_the_total_with_a_line() -> None:
    pages = page_texts(draw_statement(LARGE))
    assert len(pages) > 3
    assert f"{TIE_OUT.title}, continued Account Name Used in" in pages[3]


@pytest.mark.parametrize("count", range(34, 42))
def test_a_total_never_begins_a_page(count: int) -> None:
    line, total = RECEIPTS_PAYMENTS.rows[1], RECEIPTS_PAYMENTS.rows[-1]
    rows = (line,) * count + (replace(total, label="The very end"),)
    pages = page_texts(draw_statement(replace(SMALL, receipts_payments=replace(RECEIPTS_PAYMENTS, rows=rows))))
    with_total = next(page for page in pages if "The very end" in page)
    assert line.label in with_total.split("The very end")[0]


@pytest.mark.parametrize(
    "highest", ["0", "0.01", "0.9", "1", "1.01", "19.99", "26.11", "30", "99.99", "100", "250.01", "99999"]
)
def test_the_chart_s_scale_holds_every_bar_with_few_lines(highest: str) -> None:
    step, top = scale(Decimal(highest))
    assert top >= Decimal(highest)
    assert top - step < max(Decimal(highest), step)
    assert top / step == (top / step).to_integral_value()
    assert 1 <= top / step <= 5


def test_contents_name_the_page_each_part_is_on() -> None:
    pages = page_texts(draw_statement(STATEMENT))
    entries = re.search(r"Contents (.*?) Waqas", pages[0])
    assert entries
    for title, number in (("Comparison of budget and actual", 2), ("Notes to the statement", 3), (TIE_OUT.title, 3)):
        assert f"{title} {number}" in entries[1]
        assert title in pages[number - 1]


def test_signatures_stand_where_the_main_statement_ends() -> None:
    pages = page_texts(draw_statement(MANY_ROWS))
    assert ["Waqas Rafiq" in page for page in pages] == [False, False, True, False, False]
    assert "Third-party amounts never pass" in pages[2]


def test_signatures_follow_the_last_note_when_that_page_is_full() -> None:
    rows = RECEIPTS_PAYMENTS.rows + RECEIPTS_PAYMENTS.rows[1:2] * 14
    pages = page_texts(draw_statement(replace(STATEMENT, receipts_payments=replace(RECEIPTS_PAYMENTS, rows=rows))))
    assert ["Waqas Rafiq" in page for page in pages] == [False, False, True]


def test_no_long_text_is_cut_without_being_given_in_full() -> None:
    text = whole_text(draw_statement(WORDY)).replace(" ", "")
    assert "Fundinfull:" + "F" * 180 in text
    assert text.count("T" * 180) == len(NOTES)
    assert text.count("word") == 1500 * len(NOTES)


def test_two_drawings_are_identical_to_the_byte() -> None:
    assert draw_statement(STATEMENT) == draw_statement(STATEMENT)


def test_snapshot_survives_json() -> None:
    assert from_json(StatementPaper, json.loads(json.dumps(to_json(STATEMENT)))) == STATEMENT


@pytest.mark.parametrize("hostile", ["<b>x</b>", '<a href="https://example.org">y</a>', "(\\) Tj ET", "&#0;"])
def test_texts_are_printed_literally(hostile: str) -> None:
    rows = (replace(RECEIPTS_PAYMENTS.rows[1], label=hostile), *RECEIPTS_PAYMENTS.rows[2:])
    notes = (replace(NOTES[0], title=hostile, paragraphs=(hostile,)),)
    pdf = draw_statement(replace(STATEMENT, receipts_payments=replace(RECEIPTS_PAYMENTS, rows=rows), notes=notes))
    assert whole_text(pdf).count(hostile) == 3
    assert annotations(pdf) == []
    assert b"/URI" not in pdf


def test_a_missing_glyph_is_refused() -> None:
    with pytest.raises(MissingGlyph):
        draw_statement(replace(STATEMENT, notes=(replace(NOTES[0], paragraphs=("نوٹ",)),)))
