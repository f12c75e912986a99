"""The sanction order and the note sheet: what they say, that they say nothing else, and that they stay the same."""

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from funds.papers.data import InconsistentError
from funds.papers.fonts import MissingGlyph
from funds.papers.notes import draw_notes
from funds.papers.notes_data import Note, Turn
from funds.papers.order import LINES_IN_LETTER, draw_order
from funds.papers.order_data import OrderPaper
from funds.papers.snapshot import SnapshotError, from_json, to_json
from ledger.money import CEILING, figures, grouped, words
from tests.funds.papers.order_samples import NOTES, ORDER, ROWS, listed
from tests.funds.papers.reading import annotations, collisions, outside, page_texts, whole_text

LONG = ("Muhammad Abdur Rehman Siddiqui Qureshi of the house of long names that never end " * 3)[:180]
HOSTILE = ("<b>Zainab</b>", "(\\) Tj ET Q <</S/URI/URI(x)>>", "{{ 7*7 }} %s {0} {pay_to}", "&#0; &amp;")
CANCELLED = "Cancelled 19 Oct 2025 by W. Rafiq: name differs from the identity card"
LONG_ORDER = replace(
    ORDER,
    fund_name=LONG,
    fund_note=LONG,
    to=LONG,
    subject=LONG,
    authority=LONG,
    purpose=LONG * 3,
    pay_to=LONG,
    pay_to_note=LONG,
    head_name=LONG,
    conditions=(LONG,) * 30,
    copies=(LONG,) * 12,
    signatories=tuple(replace(each, name=LONG, post=LONG) for each in ORDER.signatories),
)
LARGEST = listed((replace(ROWS[0], gross=CEILING, net=CEILING),))
ORDERS = {
    "four heirs": (ORDER, ROWS),
    "annex of 38": listed(),
    "cancelled": (replace(ORDER, cancelled=CANCELLED), ROWS),
    "cancelled for long": (replace(ORDER, cancelled=LONG * 2), ROWS),
    "by a committee": (replace(ORDER, meeting="minutes no. 4 of 9 Oct 2025"), ROWS),
    "without conditions": (replace(ORDER, conditions=(), copies=()), ROWS),
    "long texts": (LONG_ORDER, tuple(replace(row, name=LONG, relation=LONG, instrument=LONG) for row in ROWS)),
    "largest amount": LARGEST,
    "nothing available": (replace(ORDER, room=replace(ORDER.room, available=Decimal(0), free=Decimal("-8900000.00"))), ROWS),
}  # fmt: skip


def test_every_fact_is_on_the_order() -> None:
    text = whole_text(draw_order(ORDER, ROWS))
    facts = [
        ORDER.government.upper(),
        ORDER.ministry,
        ORDER.fund_name,
        ORDER.number,
        ORDER.date,
        ORDER.dispatch,
        ORDER.diary,
    ]
    facts += [ORDER.to, ORDER.subject, ORDER.authority, ORDER.authority_note, ORDER.words, ORDER.purpose, ORDER.pay_to]
    facts += [
        ORDER.head_code,
        ORDER.function_code,
        ORDER.cost_centre,
        ORDER.ddo_code,
        ORDER.request,
        figures(ORDER.amount),
    ]
    facts += [*ORDER.conditions, *ORDER.copies, "Copy to", "page 1 of 1", ORDER.share_total]
    room = ORDER.room
    facts += [grouped(value) for value in (room.available, room.spent, room.committed, room.this, room.free)]
    for row in ROWS:
        facts += [row.name, row.relation, row.cnic, row.instrument, row.share, grouped(row.net)]
    for by in ORDER.signatories:
        facts += [by.act, by.name, by.post, by.on]
    assert [fact for fact in facts if fact not in text] == []
    assert ORDER.digest in text.replace(" ", "")
    assert "CANCELLED" not in text


@pytest.mark.parametrize("case", ORDERS)
def test_nothing_overlaps_or_leaves_its_margins(case: str) -> None:
    pdf = draw_order(*ORDERS[case])
    assert collisions(pdf) == []
    assert outside(pdf) == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_user_text_is_printed_literally(hostile: str) -> None:
    rows = (replace(ROWS[0], name=hostile), *ROWS[1:])
    pdf = draw_order(replace(ORDER, pay_to=hostile, subject=hostile, purpose=hostile, copies=(hostile,)), rows)
    assert whole_text(pdf).count(" ".join(hostile.split())) == 5
    assert annotations(pdf) == []
    sheet = draw_notes(replace(NOTES, subject=hostile, notes=(replace(NOTES.notes[0], text=hostile),)))
    assert whole_text(sheet).count(" ".join(hostile.split())) == 2
    assert annotations(sheet) == []


def test_two_drawings_are_identical_to_the_byte_also_in_another_process() -> None:
    first = draw_order(*listed()) + draw_notes(NOTES)
    assert first == draw_order(*listed()) + draw_notes(NOTES)
    program = (
        "import hashlib; from funds.papers.order import draw_order; from funds.papers.notes import draw_notes;"
        "from tests.funds.papers.order_samples import NOTES, listed;"
        "print(hashlib.sha256(draw_order(*listed()) + draw_notes(NOTES)).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(first).hexdigest()


def test_papers_need_no_django() -> None:
    program = (
        "import sys, funds.papers.order, funds.papers.notes;"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg2')))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_many_payees_go_to_an_annex_with_carried_totals() -> None:
    paper, rows = listed()
    pages = page_texts(draw_order(paper, rows))
    assert len(pages) == 3
    assert "as listed in the annex, which lists 38 payees" in pages[0]
    listed_names = [number for page in pages for number in re.findall(r"Payee Number (\d+) of the List", page)]
    assert listed_names == [str(number) for number in range(1, 39)]
    on_second = [int(number) for number in re.findall(r"Payee Number (\d+) of", pages[1])]
    carried = sum((row.net for row in rows[: on_second[-1]]), Decimal(0))
    assert f"Carried to the next page {grouped(carried)}" in pages[1]
    assert f"Carried from the page before {grouped(carried)}" in pages[2]
    assert "Total of 38 payee lines" in pages[2] and grouped(paper.amount) in pages[2]
    assert all(f"page {number} of 3" in page for number, page in enumerate(pages, start=1))
    assert all(paper.number in page for page in pages)


def test_the_letter_holds_five_payees_and_no_sixth() -> None:
    rows = tuple(replace(ROWS[0], position=number, name=f"Heir {number}") for number in range(1, LINES_IN_LETTER + 2))
    assert "Heir 5" in page_texts(draw_order(*listed(rows[:-1])))[0]
    pages = page_texts(draw_order(*listed(rows)))
    assert "Heir 1" not in pages[0] and "Heir 6" in pages[1]


def test_a_cancelled_order_says_so_with_its_reason_on_every_page() -> None:
    paper, rows = listed(cancelled=CANCELLED)
    pages = page_texts(draw_order(paper, rows))
    assert CANCELLED in pages[0]
    assert all("CANCELLED" in page for page in pages)
    assert figures(paper.amount) in pages[0]


@pytest.mark.parametrize(
    "change",
    [
        {"words": words(ORDER.amount - 1)},
        {"room": replace(ORDER.room, free=ORDER.room.free + 1)},
        {"room": replace(ORDER.room, this=ORDER.amount - 1, free=ORDER.room.free + 1)},
        {"signatories": ()},
        {"lines": 5},
        {"amount": ORDER.amount + 1},
    ],
)
def test_an_order_that_contradicts_itself_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InconsistentError):
        draw_order(replace(ORDER, **change), ROWS)  # type: ignore[arg-type]


def test_other_payees_than_those_of_the_order_are_refused() -> None:
    dearer = replace(ROWS[0], gross=ROWS[0].gross + 1, net=ROWS[0].net + 1)
    with pytest.raises(InconsistentError):
        draw_order(ORDER, (dearer, *ROWS[1:]))
    with pytest.raises(InconsistentError):
        draw_order(ORDER, ROWS[1:])


@pytest.mark.parametrize("character", ["ز", "\u202e", "漢", "\n"])
def test_a_missing_glyph_is_refused(character: str) -> None:
    with pytest.raises(MissingGlyph):
        draw_order(replace(ORDER, subject=f"Zainab{character}Bibi"), ROWS)
    with pytest.raises(MissingGlyph):
        draw_notes(replace(NOTES, notes=(replace(NOTES.notes[0], text=f"Zainab{character}Bibi"),)))


def test_snapshot_survives_json_and_draws_the_same_bytes() -> None:
    stored = json.loads(json.dumps(to_json(ORDER)))
    paper = from_json(OrderPaper, stored)
    assert paper == ORDER
    assert draw_order(paper, ROWS) == draw_order(ORDER, ROWS)
    with pytest.raises(SnapshotError):
        from_json(OrderPaper, stored | {"minors": ["4"]})


# The note sheet

SHEETS = {
    "four notes": NOTES,
    "none": replace(NOTES, notes=(), file=""),
    "long": replace(
        NOTES,
        subject=LONG,
        notes=tuple(
            Note(
                number, "Verified", LONG * 12, LONG, LONG, "9 Oct 2025, 11:40", LONG, (Turn(LONG, LONG * 2, LONG),) * 9
            )
            for number in range(1, 13)
        ),
    ),
}


def test_every_note_stands_on_the_sheet_in_order() -> None:
    text = whole_text(draw_notes(NOTES))
    place = 0
    for note in NOTES.notes:
        for part in (f"{note.number}. {note.act}. {note.text}", note.name, note.post, note.when):
            assert part in text[place:], part
        assert f"Marked to: {note.marked_to}" in text
        place = text.index(note.when)
        for turn in note.turns:
            assert f"{turn.what} {turn.was} {turn.became}" in text
    assert text.count(NOTES.file) == 3 and "page 1 of 1" in text


@pytest.mark.parametrize("case", SHEETS)
def test_nothing_on_a_sheet_overlaps_or_leaves_its_margins(case: str) -> None:
    pdf = draw_notes(SHEETS[case])
    assert collisions(pdf) == []
    assert outside(pdf) == []
    assert all(f"page {n} of " in text for n, text in enumerate(page_texts(pdf), 1)) or case == "none"


def test_a_sheet_without_notes_says_so() -> None:
    text = whole_text(draw_notes(SHEETS["none"]))
    assert "Nothing was noted yet" in text and "none; from before there was a diary" in text
