"""CNIC, IBAN, phone and names: every usual spelling gives one form, everything else is refused in words."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from beneficiaries.identity import (
    IdentityError,
    masked_cnic,
    masked_iban,
    parse_cnic,
    parse_iban,
    parse_name,
    parse_phone,
    parse_text,
    spaced_cnic,
)

pytestmark = pytest.mark.once
URDU, ARABIC = (str.maketrans(string.digits, digits) for digits in ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"))
CNICS = st.text(string.digits, min_size=13, max_size=13).filter(lambda digits: len(set(digits)) > 1)


@pytest.mark.parametrize(
    "text",
    [
        "4220103976408",
        "42201-0397640-8",
        " 42201-0397640-8 ",
        "42201-0397640-8\n",
        "42201\u20110397640\u20118",  # non-breaking hyphens
        "42201\u20130397640\u20138",  # en dashes
        "42201\u22120397640\u22128",  # minus signs
        "422010397640-8",
        "42201-03976408",
        "42201-0397640-8".translate(URDU),
        "42201-0397640-8".translate(ARABIC),
        "４２２０１-０３９７６４０-８",  # full width
        "٤٢٢٠١－٠٣٩٧٦٤٠－٨",  # full-width dashes
        "42201\u20150397640\ufe638",  # a bar, a small hyphen
        "42201\u06400397640\u06408",  # the stretching stroke of an Urdu keyboard
        "42201 0397640 8",
        "42201\u00a00397640\u00a08",  # blanks that do not break
    ],
)
def test_every_spelling_of_one_cnic(text: str) -> None:
    assert parse_cnic(text) == "4220103976408"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "422010397640",
        "42201039764088",
        "12345678901",  # old 11-digit card
        "4220I-0397640-8",
        "42201-O397640-8",
        "42201-0397640-l",
        "42201 - 0397640 - 8",
        "42201  0397640 8",
        "42201--0397640-8",
        "4220-10397640-8",
        "0000000000000",
        "11111-1111111-1",
        "42201-0397640-8 34201-0891231-8",
        "42201-0397640-8'; DROP TABLE beneficiaries_person;--",
        "42201-0397640-8\x00",
        "\u202e42201-0397640-8",
        "4220\u200b1-0397640-8",
        "-42201-0397640-8",
    ],
)
def test_no_cnic(text: str) -> None:
    with pytest.raises(IdentityError):
        parse_cnic(text)


@pytest.mark.parametrize("first", "0123456789")
def test_any_first_digit_is_taken_because_azad_kashmirs_is_not_listed(first: str) -> None:
    assert parse_cnic(f"{first}2201-0397640-8") == f"{first}220103976408"


@given(CNICS)
def test_spaced_form_reads_back(digits: str) -> None:
    assert parse_cnic(spaced_cnic(digits)) == digits


@given(CNICS)
def test_mask_shows_first_five_and_last_only(digits: str) -> None:
    shown = masked_cnic(digits)
    assert shown == f"{digits[:5]}-*******-{digits[-1]}"
    assert sum(char.isdigit() for char in shown) == 6


def test_empty_cnic_stays_empty() -> None:
    assert (spaced_cnic(""), masked_cnic(""), masked_iban("")) == ("", "", "")


@given(st.text())
@example("４２２０１-０３９７６４０-８")
def test_whatever_is_taken_for_a_cnic_is_thirteen_ascii_digits(text: str) -> None:
    try:
        found = parse_cnic(text)
    except IdentityError:
        return
    assert len(found) == 13 and set(found) <= set(string.digits)


VALID_IBANS = [
    "PK36SCBL0000001123456702",
    "PK31NBPA0000000000000001",
    "PK66HABB0000000000000002",
    "PK66MEZN0000000000000003",
]


@pytest.mark.parametrize("iban", VALID_IBANS)
@pytest.mark.parametrize(
    "written",
    [
        str,
        str.lower,
        lambda iban: " ".join(iban[at : at + 4] for at in range(0, 24, 4)),
        lambda iban: "-".join(iban[at : at + 4] for at in range(0, 24, 4)),
        lambda iban: f"  {iban}\n",
        lambda iban: iban.translate(URDU),
    ],
)
def test_spellings_of_an_iban(iban: str, written: object) -> None:
    assert parse_iban(written(iban)) == iban  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("PK36HABB0001234567890123", "wrong check digit"),  # printed in a published example, and wrong
        ("PK0700000000000000000000", "four letters"),  # passes mod-97
        ("GB29NWBK60161331926819", "begins with PK"),
        ("PK36SCBL000000112345670", "23 characters"),
        ("PK36SCBL00000011234567021", "25 characters"),
        ("PK63SCBL0000001123456702", "wrong check digit"),
        ("PK36SCBL0000001123456720", "wrong check digit"),
        ("", "0 characters"),
        ("PK36SCBL00000011234567\x0002", "characters"),
    ],
)
def test_no_iban(text: str, word: str) -> None:
    with pytest.raises(IdentityError, match=word):
        parse_iban(text)


@given(st.sampled_from(VALID_IBANS), st.integers(2, 23), st.data())
def test_one_wrong_digit_or_letter_is_always_found(iban: str, place: int, data: st.DataObject) -> None:
    """A digit for a digit, a letter for a letter; a letter for a digit moves the rest, which mod-97 can miss."""
    same = string.digits if iban[place].isdigit() else string.ascii_uppercase
    char = data.draw(st.sampled_from(same.replace(iban[place], "")))
    with pytest.raises(IdentityError):
        parse_iban(iban[:place] + char + iban[place + 1 :])


@given(st.sampled_from(VALID_IBANS), st.integers(8, 22))
def test_two_neighbours_changed_round_are_found(iban: str, place: int) -> None:
    changed = iban[:place] + iban[place + 1] + iban[place] + iban[place + 2 :]
    if changed == iban:
        return
    with pytest.raises(IdentityError):
        parse_iban(changed)


def test_masked_iban_shows_bank_and_last_four() -> None:
    assert masked_iban("PK66HABB0000000000000002") == "PK** HABB **** 0002"


@pytest.mark.parametrize(
    "text",
    ["03001234567", "0300 1234567", "0300-1234567", "+923001234567", "00923001234567", "+92 300 1234567", "(0300) 1234567",
     "03001234567".translate(URDU)],
)  # fmt: skip
def test_spellings_of_a_phone(text: str) -> None:
    assert parse_phone(text) == "03001234567"


@pytest.mark.parametrize(
    "text", ["", "3001234567", "0300123456", "030012345678", "+913001234567", "02135671234", "0300123456a"]
)
def test_no_phone(text: str) -> None:
    with pytest.raises(IdentityError):
        parse_phone(text)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  Zainab   Bibi ", "Zainab Bibi"),
        ("زینب بی بی", "زینب بی بی"),
        ("سنڌي نالو", "سنڌي نالو"),
        ("پښتو نوم", "پښتو نوم"),
        ("Jose\u0301", "José"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # the non-joiner belongs to the spelling
        ("O'Brien-Khan", "O'Brien-Khan"),
        ("<b>Ali</b>", "<b>Ali</b>"),  # stored as typed; pages and papers show it literally
        ("ﷴ", "ﷴ"),
        ("A", "A"),
    ],
)
def test_names_taken(text: str, stored: str) -> None:
    assert parse_name(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\n",
        "12345",
        "---",
        "Ali\x00",
        "Ali\u202ebiB",
        "Ali\u2066Bibi\u2069",
        "Ali\u200bBibi",
        "\ufeffAli",
        "Ali\x1b[31m",
        "Z" + "\u0301" * 5,
        "A" * 121,
        "A" * 200_000,
        "\ud800Ali",
    ],
)
def test_names_refused(text: str) -> None:
    with pytest.raises(IdentityError):
        parse_name(text)


def test_line_breaks_become_blanks() -> None:
    assert parse_text("Ali\r\nBibi\tKhan", maximum=50) == "Ali Bibi Khan"


@given(st.text(max_size=200))
def test_a_stored_name_is_stable_and_has_nothing_hidden(text: str) -> None:
    try:
        stored = parse_name(text)
    except IdentityError:
        return
    assert parse_name(stored) == stored
    assert stored == stored.strip() and "  " not in stored and len(stored) <= 120
    assert not set(stored) & set("\x00\n\r\u202e\u202d\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff")
