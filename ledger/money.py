"""Rupees: read, check, split, write out. Pure; every amount in the product is made here. Floats are refused."""

import re
from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction

# The largest amount one journal line may hold, in rupees; the database checks the same figure.
CEILING = Decimal("9999999999999.99")
PAISA = Decimal("0.01")

_LONGEST = 40
_EXACT = Context(prec=2 * _LONGEST)
_DIGITS = {
    "Urdu": str.maketrans("۰۱۲۳۴۵۶۷۸۹٫٬", "0123456789.,"),
    "Arabic": str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬", "0123456789.,"),
}
_FRAME = re.compile(r"\A *(?:(?:Rs\.?|PKR) ?)?([0-9۰-۹٠-٩][0-9۰-۹٠-٩.,٫٬]*)(?:/[-=])? *\Z", re.IGNORECASE)
_PLAIN = re.compile(r"\A[0-9]+(?:\.[0-9]{1,2})?\Z")
_THOUSANDS = re.compile(r"\A[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?\Z")
_LAKHS = re.compile(r"\A[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}(?:\.[0-9]{1,2})?\Z")

_UNITS = (
    "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine",
    "Ten", "Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
)  # fmt: skip
_TENS = ("", "Ten", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")
_SCALES = (
    (10**11, "Kharab"),
    (10**9, "Arab"),
    (10**7, "Crore"),
    (10**5, "Lakh"),
    (10**3, "Thousand"),
    (10**2, "Hundred"),
)


class AmountError(ValueError):
    """A value is not an amount of rupees; the text shows the value and how to write it."""


def parse_amount(text: str | int | Decimal) -> Decimal:
    """An amount of rupees a person or a file gave: more than zero, at most two decimals, at most CEILING.

    Reads "500", "1,000", "12,00,000.00", "Rs 500", "500/-" and Urdu or Arabic digits.
    Raises AmountError, naming the value and the fix, for floats, NaN, exponents, signs, zero and what it cannot read.
    """
    if isinstance(text, bool) or not isinstance(text, (str, int, Decimal)):
        raise AmountError(f"{_shown(text)} is not an amount: give text or a decimal number, such as 1200.50.")
    amount = _read(text) if isinstance(text, str) else rupees(text)
    if amount.is_signed() or amount == 0:
        raise AmountError(f"{_shown(text)} cannot be taken: an amount is more than zero and has no sign.")
    if amount > CEILING:
        raise AmountError(f"{_shown(text)} is too large: the largest amount is {grouped(CEILING)}.")
    return amount


def rupees(amount: Decimal | int) -> Decimal:
    """`amount` in rupees with exactly two places, unrounded. Raises AmountError for a float, NaN or a third decimal."""
    if isinstance(amount, bool) or not isinstance(amount, (Decimal, int)):
        raise AmountError(f"{_shown(amount)} is not an amount: use Decimal, never float.")
    value = Decimal(amount)
    if not value.is_finite():
        raise AmountError(f"{_shown(amount)} is not an amount: it must be a finite number.")
    if value.adjusted() > _LONGEST:
        raise AmountError(f"{_shown(amount)} is too large: the largest amount is {grouped(CEILING)}.")
    exact = value.quantize(PAISA, context=_EXACT)
    if exact != value:
        raise AmountError(f"{_shown(amount)} has more than two decimals: round it to whole paisa first.")
    return exact


def allocate(total: Decimal, weights: Sequence[Fraction | int], *, unit: Decimal = Decimal("1")) -> list[Decimal]:
    """Splits `total` rupees by weight into multiples of `unit` that add up to it exactly.

    Largest remainder: each part is rounded down, then the units left over go to the largest remainders, ties to the
    earlier part. Raises AmountError when `total` is negative or no multiple of `unit`, or no weight is above zero.
    """
    units = Fraction(rupees(total)) / Fraction(unit)
    if units.denominator != 1 or units < 0:
        raise AmountError(f"{_shown(total)} cannot be split into multiples of {unit}: choose the unit 0.01.")
    if any(weight < 0 for weight in weights) or not sum(weights):
        raise AmountError("Weights must not be negative and at least one must be above zero.")
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    exact = [units * Fraction(weight) / whole for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    left = int(units) - sum(parts)
    for index in sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))[:left]:
        parts[index] += 1
    return [rupees(part * unit) for part in parts]


def split(total: Decimal, weights: Sequence[Fraction | int]) -> list[Decimal]:
    """Splits an award among heirs: in whole rupees, or to the paisa where the award itself has paisa; see `allocate`."""
    amount = rupees(total)
    return allocate(amount, weights, unit=Decimal(1) if amount == amount.to_integral_value() else PAISA)


def grouped(amount: Decimal | int) -> str:
    """Two decimals, lakh and crore grouping: 12,00,000.00."""
    digits, paisa = f"{abs(rupees(amount)):f}".split(".")
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)][::-1]
    return f"{'-' if amount < 0 else ''}{','.join([*pairs, tail])}.{paisa}"


def figures(amount: Decimal | int) -> str:
    """With the currency: Rs 12,00,000.00."""
    return f"Rs {grouped(amount)}"


def words(amount: Decimal | int) -> str:
    """As cheques say it: "Rupees Twelve Lakh Only", "Rupees One Hundred and Fifty Paisa Only".

    Raises AmountError below zero or above CEILING. In Urdu: `urdu_words`.
    """
    whole, paisa = rupees_and_paisa(amount)
    tail = f" and {_spoken(paisa)} Paisa" if paisa else ""
    return f"Rupees {_spoken(whole)}{tail} Only"


def rupees_and_paisa(amount: Decimal | int) -> tuple[int, int]:
    """Whole rupees and the paisa beside them, as an amount is spoken.

    Raises AmountError below zero or above CEILING.
    """
    value = rupees(amount)
    if not 0 <= value <= CEILING:
        raise AmountError(f"{_shown(amount)} cannot be written in words: it must lie between 0 and {grouped(CEILING)}.")
    return divmod(int(value * 100), 100)


def _read(text: str) -> Decimal:
    frame = _FRAME.match(text) if len(text) <= _LONGEST else None
    digits = _western(frame.group(1)) if frame else ""
    if not any(form.match(digits) for form in (_PLAIN, _THOUSANDS, _LAKHS)):
        raise AmountError(
            f"{_shown(text)} is not an amount: write it as 1200.50 or 12,00,000.00, with at most two decimals."
        )
    return rupees(Decimal(digits.replace(",", "")))


def _western(digits: str) -> str:
    """Digits of one script as 0-9; empty when two scripts are mixed, because then nobody can be sure what was meant."""
    if digits.isascii():
        return digits
    for table in _DIGITS.values():
        if all(ord(mark) in table for mark in digits):
            return digits.translate(table)
    return ""


def _spoken(number: int) -> str:
    if number < 20:
        return _UNITS[number]
    if number < 100:
        tens, units = divmod(number, 10)
        return _TENS[tens] + (f" {_UNITS[units]}" if units else "")
    scale, name = next(row for row in _SCALES if number >= row[0])
    count, rest = divmod(number, scale)
    return f"{_spoken(count)} {name}" + (f" {_spoken(rest)}" if rest else "")


def _shown(value: object) -> str:
    """The value as the person gave it, short and without control characters, for an error text."""
    shown = repr(value)
    return shown if len(shown) <= _LONGEST + 2 else f"{shown[:_LONGEST]}…"
