"""Amounts in Urdu words: the table, sentences of published rules, and that no two amounts read alike. No database."""

import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import CEILING, AmountError, words
from ledger.urdu_words import UNDER_HUNDRED, urdu_words

paisa = st.integers(min_value=0, max_value=int(CEILING * 100)).map(lambda n: Decimal(n) / 100)
LETTERS = set("آئابتدرزسصغفلمنوٹپچڑکگھہیے")  # ہ U+06C1, ھ U+06BE, ی U+06CC, ک U+06A9; never their Arabic doubles


def test_a_hundred_numbers_have_a_hundred_words() -> None:
    assert len(UNDER_HUNDRED) == 100
    assert len(set(UNDER_HUNDRED)) == 100
    assert all(set(word) <= LETTERS for word in UNDER_HUNDRED)


@pytest.mark.parametrize(
    ("number", "word"),
    [(9, "نو"), (19, "انیس"), (29, "انتیس"), (33, "تینتیس"), (46, "چھیالیس"), (59, "انسٹھ"), (67, "سڑسٹھ"),
     (69, "انہتر"), (70, "ستر"), (79, "اناسی"), (80, "اسی"), (89, "نواسی"), (90, "نوے"), (99, "ننانوے")],
)  # fmt: skip
def test_the_irregular_ones(number: int, word: str) -> None:
    """Urdu has no rule for them: nine of ten is one less than the next ten, in a word of its own."""
    assert UNDER_HUNDRED[number] == word


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        # Rules of CLDR's common/rbnf/ur.xml by hand: << سو[ >>], << ہزار[ >>], << لاکھ[ >>] and on; no اور between groups.
        ("0", "مبلغ صفر روپے صرف"),
        ("100", "مبلغ ایک سو روپے صرف"),
        ("1000", "مبلغ ایک ہزار روپے صرف"),
        ("100000", "مبلغ ایک لاکھ روپے صرف"),
        ("1200000", "مبلغ بارہ لاکھ روپے صرف"),
        ("6757902", "مبلغ سڑسٹھ لاکھ ستاون ہزار نو سو دو روپے صرف"),
        # Sentences of a published test file, with this table's spelling of 23.
        ("1234", "مبلغ ایک ہزار دو سو چونتیس روپے صرف"),
        ("8901234", "مبلغ نواسی لاکھ ایک ہزار دو سو چونتیس روپے صرف"),
        ("567890123", "مبلغ چھپن کروڑ اٹھہتر لاکھ نوے ہزار ایک سو تئیس روپے صرف"),
        ("113345", "مبلغ ایک لاکھ تیرہ ہزار تین سو پینتالیس روپے صرف"),
        ("10000000000", "مبلغ دس ارب روپے صرف"),
        ("1000000000000", "مبلغ دس کھرب روپے صرف"),
        # One is singular; پیسے after اور.
        ("1", "مبلغ ایک روپیہ صرف"),
        ("2", "مبلغ دو روپے صرف"),
        ("1.01", "مبلغ ایک روپیہ اور ایک پیسہ صرف"),
        ("0.50", "مبلغ صفر روپے اور پچاس پیسے صرف"),
        ("1500.75", "مبلغ ایک ہزار پانچ سو روپے اور پچھتر پیسے صرف"),
        (
            "9999999999999.99",
            "مبلغ ننانوے کھرب ننانوے ارب ننانوے کروڑ ننانوے لاکھ ننانوے ہزار نو سو ننانوے روپے اور ننانوے پیسے صرف",
        ),
    ],
)
def test_urdu_words(amount: str, text: str) -> None:
    assert urdu_words(Decimal(amount)) == text


@given(paisa)
def test_the_words_read_back_are_the_amount(amount: Decimal) -> None:
    assert _value(urdu_words(amount)) == amount


@given(paisa)
def test_only_urdu_letters_in_one_form(amount: Decimal) -> None:
    text = urdu_words(amount)
    assert set(text) <= LETTERS | {" "}
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        True,
        "5",
        None,
        Decimal("-0.01"),
        Decimal("10000000000000"),
        Decimal("0.001"),
        Decimal("NaN"),
        Decimal("1e50"),
    ],
)
def test_what_english_refuses_urdu_refuses_in_the_same_words(value: Any) -> None:
    with pytest.raises(AmountError) as english:
        words(value)
    with pytest.raises(AmountError) as urdu:
        urdu_words(value)
    assert str(urdu.value) == str(english.value)


def _value(text: str) -> Decimal:
    """Reads the words by a grammar of its own: what stands between مبلغ and صرف, rupees before paisa."""
    spoken = text.split(" ")
    assert (spoken[0], spoken[-1]) == ("مبلغ", "صرف")
    for unit in ("روپیہ", "روپے"):
        if unit in spoken:
            at = spoken.index(unit)
            rupees, rest = _count(spoken[1:at]), spoken[at + 1 : -1]
            assert (unit == "روپیہ") == (rupees == 1)
    if not rest:
        return Decimal(rupees)
    assert rest[0] == "اور"
    paisa = _count(rest[1:-1])
    assert rest[-1] == ("پیسہ" if paisa == 1 else "پیسے")
    return Decimal(rupees) + Decimal(paisa) / 100


def _count(spoken: list[str]) -> int:
    scales = {"کھرب": 10**11, "ارب": 10**9, "کروڑ": 10**7, "لاکھ": 10**5, "ہزار": 1000, "سو": 100}
    total, last, below = 0, 10**13, None
    for word in spoken:
        if word in scales:
            assert below and scales[word] < last  # an empty group is silent, and groups fall
            total, last, below = total + below * scales[word], scales[word], None
        else:
            assert below is None
            below = UNDER_HUNDRED.index(word)
    return total + (below or 0)
