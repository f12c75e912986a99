"""What the database asks of reversals and corrections, by plain SQL as the application and as the owner."""

from typing import Any

import pytest

from tests.ledger.conftest import Raw
from tests.ledger.test_rules import IN, OUT

BACK = {"side": "C", "reason": "mistake"}


def test_a_true_reversal_is_taken_once(raw: Raw) -> None:
    original = raw.posted()
    reversal = raw.posted(reverses=original, **BACK)
    with raw.refused("23505"):
        raw.posted(reverses=original, **BACK)
    with raw.refused("23L07"):
        raw.posted(reverses=reversal, reason="mistake")
    wide = raw.entry((1, "F-BNK", "D", 70), (2, "F-LOAN", "D", 30), (3, "H-FUND", "C", 100))
    raw.entry((1, "F-BNK", "C", 70), (2, "F-LOAN", "C", 30), (3, "H-FUND", "D", 100), reverses=wide, reason="mistake")


@pytest.mark.parametrize(
    "given",
    [
        {"amount": 99},
        {"side": "D"},
        {"side": "D", "first": "H-FUND", "second": "F-BNK"},
        {"second": "F-LOAN"},
        {"first_head": "A-REL"},
        {"second_party": "line:1"},
    ],
)
def test_a_reversal_repeats_its_original(raw: Raw, given: dict[str, Any]) -> None:
    original = raw.posted()
    raw.posted()
    with raw.refused("23L07"):
        raw.posted(**{"reverses": original, **BACK, **given})


def test_a_reversal_is_of_the_whole_entry(raw: Raw) -> None:
    original = raw.entry((1, "F-BNK", "D", 5), (2, "H-FUND", "C", 5), (3, "F-LOAN", "D", 7), (4, "H-FUND", "C", 7))
    with raw.refused("23L07"):
        raw.posted(5, reverses=original, **BACK)
    pair = raw.posted(5)
    with raw.refused("23L07"):
        raw.entry(
            (1, "F-BNK", "C", 5), (2, "H-FUND", "D", 5), (3, "F-LOAN", "D", 1), (4, "F-LOAN", "C", 1),
            reverses=pair, reason="mistake",
        )  # fmt: skip
    with raw.refused("23L07"):
        raw.entry((1, "F-BNK", "C", 5), (2, "H-FUND", "D", 5), reverses=original, reason="mistake")


def test_a_reversal_names_a_reason_an_entry_and_no_earlier_day(raw: Raw) -> None:
    original = raw.posted()
    raw.posted()
    rows = [(1, "F-BNK", "C", 100), (2, "H-FUND", "D", 100)]
    with raw.refused("23L15"):
        raw.posted(reverses=original, side="C")
    with raw.refused("23L15"):
        raw.entry(*rows, reverses=original)
    for wrong in ({"reverses": original, "date": "2025-08-09"}, {"reverses": 2**40}):
        with raw.refused("23L07"):
            raw.posted(**wrong, **BACK)
        with raw.refused("23L07"):
            raw.entry(*rows, reason="mistake", **wrong)


def _correction(raw: Raw, original: int, **given: Any) -> int:
    return raw.posted(5, **{"corrects": original, "reason": "mistake"} | given)


def test_a_correction_comes_with_the_reversal(raw: Raw) -> None:
    original = raw.posted()
    with raw.refused("23L07"):
        _correction(raw, original)
    raw.posted(reverses=original, **BACK)
    _correction(raw, original)
    raw.entry(IN, OUT, corrects=original, reason="mistake")
    with raw.refused("23L15"):
        _correction(raw, original, reason="")
    with raw.refused("23L07"):
        _correction(raw, 2**40)


def test_a_reversal_corrects_nothing(raw: Raw) -> None:
    original, other = raw.posted(), raw.posted()
    raw.posted(reverses=original, **BACK)
    with raw.refused("23L07"):
        raw.posted(reverses=other, corrects=original, **BACK)


def test_a_correction_stays_in_its_book(raw: Raw) -> None:
    original = raw.posted()
    raw.posted(reverses=original, **BACK)
    year = raw.one(
        "INSERT INTO ledger_fiscalyear (book_id, label, start, \"end\") VALUES (%s, 'x', '2025-07-01', '2026-06-30')",
        raw.other,
    )
    insert = 'INSERT INTO ledger_period (book_id, year_id, start, "end") VALUES (%s, %s, %s, %s)'
    raw.one(insert, raw.other, year, "2025-08-01", "2025-08-31")
    raw._account(raw.other, "F-LOAN", "D")
    theirs = {"book": "OTHER", "first": "F-LOAN"}
    with raw.refused("23L07"):
        _correction(raw, original, **theirs)
    raw.posted(5, **theirs)
