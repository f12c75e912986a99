"""Rupees: reading, splitting, grouping, words. No database."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from ledger.money import CEILING, AmountError, allocate, figures, grouped, parse_amount, rupees, words

paisa = st.integers(min_value=0, max_value=int(CEILING * 100)).map(lambda n: Decimal(n) / 100)
positive = st.integers(min_value=1, max_value=int(CEILING * 100)).map(lambda n: Decimal(n) / 100)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("500", "500.00"),
        ("500.5", "500.50"),
        (" 500.25 ", "500.25"),
        ("0.01", "0.01"),
        ("007", "7.00"),
        ("1,000", "1000.00"),
        ("1,00,000", "100000.00"),
        ("12,00,000.00", "1200000.00"),
        ("1,200,000", "1200000.00"),
        ("Rs 500", "500.00"),
        ("Rs. 500", "500.00"),
        ("rs500", "500.00"),
        ("PKR 1,000.50", "1000.50"),
        ("500/-", "500.00"),
        ("Rs 500/-", "500.00"),
        ("٥٠٠", "500.00"),
        ("۵۰۰", "500.00"),
        ("۱۲٬۰۰٬۰۰۰٫۵۰", "1200000.50"),
        ("9999999999999.99", "9999999999999.99"),
        (7, "7.00"),
        (Decimal("1E+2"), "100.00"),
        (Decimal("1.500"), "1.50"),
    ],
)
def test_amounts_that_are_read(text: Any, amount: str) -> None:
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize(
    "text",
    """-1|-0.00|0|0.00|0.001|1.005|1.999|10000000000000.00|9999999999999.995|1e3|1E+2|1e400|1e-2|NaN|sNaN|Infinity|-Infinity
    |0x10|1_000|1,00|10,00,00|1,0000|,100|100,|1.|.5|1.2.3|+5|5-|--5|(5)|5%|USD 5|INR 5|$5|Rs|Rs Rs 5|5 5|1 000|5a|five
    |٥۵|5٥|۵.5|５００|²|½|Ⅴ|१|null|true|[]|{}|'5'|=5|5;6|Rs -5|1,00,000,0""".replace("\n    ", "").split("|"),
)
def test_texts_that_are_no_amount(text: str) -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount(text)
    assert text[:20] in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "5\n", "\n5", "5\t", "5\r\n", "5\0", "5\u200b0", "\u202e5", "5\ufeff", "\xa05", "9" * 400, "0." + "0" * 400,
        None, True, False, 0.1 + 0.2, 5.0, float("nan"), [], {}, b"5", object(), -1, 0, 10**400,
        Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-0.00"), Decimal("-5"), Decimal("0.001"),
        Decimal("1e400"), Decimal("1e-400"), CEILING + Decimal("0.01"),
    ],
)  # fmt: skip
def test_values_that_are_no_amount(value: Any) -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount(value)
    assert len(str(caught.value)) < 200


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        amount = parse_amount(text)
    except AmountError:
        return
    assert 0 < amount <= CEILING
    assert amount.as_tuple().exponent == -2


@given(positive)
def test_what_is_written_is_read_again(amount: Decimal) -> None:
    assert parse_amount(grouped(amount)) == parse_amount(figures(amount)) == parse_amount(f"{amount:f}") == amount


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_rupees_never_rounds(value: Decimal) -> None:
    try:
        exact = rupees(value)
    except AmountError:
        return
    assert exact == value
    assert exact.as_tuple().exponent == -2


@pytest.mark.parametrize("value", [0.5, True, "5", None, Decimal("0.005"), Decimal("NaN")])
def test_rupees_refuses(value: Any) -> None:
    with pytest.raises(AmountError):
        rupees(value)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0.00"),
        ("999", "999.00"),
        ("1000", "1,000.00"),
        ("99999.5", "99,999.50"),
        ("100000", "1,00,000.00"),
        ("1200000", "12,00,000.00"),
        ("-1200000", "-12,00,000.00"),
        ("10000000", "1,00,00,000.00"),
        ("9999999999999.99", "99,99,99,99,99,999.99"),
    ],
)
def test_grouping_by_lakh_and_crore(amount: str, text: str) -> None:
    assert grouped(Decimal(amount)) == text
    assert figures(Decimal(amount)) == f"Rs {text}"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "Rupees Zero Only"),
        ("0.50", "Rupees Zero and Fifty Paisa Only"),
        ("20000", "Rupees Twenty Thousand Only"),
        ("1200000", "Rupees Twelve Lakh Only"),
        ("1200000.50", "Rupees Twelve Lakh and Fifty Paisa Only"),
        ("566667", "Rupees Five Lakh Sixty Six Thousand Six Hundred Sixty Seven Only"),
        ("10000000", "Rupees One Crore Only"),
        ("10000000000", "Rupees Ten Arab Only"),
        ("100000000000", "Rupees One Kharab Only"),
        (
            "9999999999999.99",
            "Rupees Ninety Nine Kharab Ninety Nine Arab Ninety Nine Crore Ninety Nine Lakh Ninety Nine Thousand"
            " Nine Hundred Ninety Nine and Ninety Nine Paisa Only",
        ),
    ],
)
def test_words(amount: str, text: str) -> None:
    assert words(Decimal(amount)) == text


@given(st.integers(min_value=0, max_value=10**9 - 1))
def test_words_agree_with_another_library(number: int) -> None:
    """Below an arab, where num2words and cheques speak alike; it says "and" and commas, cheques do not."""
    other = num2words(number, lang="en_IN").replace(",", "").replace("-", " ").replace(" and ", " ")
    assert words(number).removeprefix("Rupees ").removesuffix(" Only").lower() == other


@given(paisa)
def test_words_tell_amounts_apart(amount: Decimal) -> None:
    """Reads the words back by a small grammar of its own."""
    assert _spoken_value(words(amount)) == amount


def _spoken_value(text: str) -> Decimal:
    whole, _, tail = text.removeprefix("Rupees ").removesuffix(" Only").partition(" and ")
    return Decimal(_count(whole.split())) + Decimal(_count(tail.split()[:-1])) / 100


def _count(spoken: list[str]) -> int:
    names = {num2words(n).replace("-", " ").title(): n for n in range(100)}
    scales = {"Kharab": 10**11, "Arab": 10**9, "Crore": 10**7, "Lakh": 10**5, "Thousand": 1000, "Hundred": 100}
    total, words_ = 0, []
    for word in spoken:
        if word in scales:
            total += names[" ".join(words_)] * scales[word]
            words_ = []
        else:
            words_.append(word)
    return total + (names[" ".join(words_)] if words_ else 0)


@pytest.mark.parametrize("amount", ["-0.01", "10000000000000", "0.001"])
def test_words_refuses(amount: str) -> None:
    with pytest.raises(AmountError):
        words(Decimal(amount))


def test_the_worked_example_of_the_heirs() -> None:
    """Widow 9/72, mother 12/72, son 34/72, daughter 17/72 of twelve lakh: the rupee left over goes to the son."""
    weights = [Fraction(9, 72), Fraction(12, 72), Fraction(34, 72), Fraction(17, 72)]
    assert allocate(Decimal(1_200_000), weights) == [150_000, 200_000, 566_667, 283_333]


@given(
    st.integers(min_value=0, max_value=10**12),
    st.lists(st.fractions(min_value=0, max_value=10**6), min_size=1, max_size=30).filter(any),
    st.sampled_from(["1", "0.01", "5"]),
)
def test_parts_add_up_and_are_nearly_exact(units: int, weights: list[Fraction], unit: str) -> None:
    step = Decimal(unit)
    total = units * step
    parts = allocate(total, weights, unit=step)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(total) * weight / sum(weights)) < Fraction(step)
        assert part % step == 0
    assert allocate(total, weights, unit=step) == parts


def test_ties_go_to_the_earlier() -> None:
    assert allocate(Decimal(2), [1, 1, 1]) == [1, 1, 0]


@pytest.mark.parametrize(
    ("total", "weights"), [("1.50", [1, 1]), ("-1", [1]), ("1", []), ("1", [0, 0]), ("1", [2, -1])]
)
def test_splits_that_cannot_be(total: str, weights: list[int]) -> None:
    with pytest.raises(AmountError):
        allocate(Decimal(total), weights)
