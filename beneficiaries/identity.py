"""Identity values, pure: CNIC, IBAN, phone and names in one canonical form, or a message that says what to change."""

import re
import unicodedata

from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError

CNIC_SHAPE = re.compile(r"[0-9]{5}[- ]?[0-9]{7}[- ]?[0-9]")
PHONE = re.compile(r"03[0-9]{9}")
NAME_MAX = 120
ADDRESS_MAX = 300

_DASHES = "\u2212\u2043\u0640"  # minus, hyphen bullet and the Urdu stretching stroke, which Unicode counts as no dash
_JOINERS = {0x200C, 0x200D}  # Urdu needs the zero-width non-joiner inside some names


class IdentityError(ValueError):
    """The text is not such an identity; the message names the value seen and what to change."""


def _ascii_digits(text: str) -> str:
    """Urdu and Arabic digits become 0-9, odd dashes a hyphen, odd blanks a blank; anything else stays as it is."""
    return "".join(map(_plain, text)).strip()


def _plain(char: str) -> str:
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind == "Pd" or char in _DASHES:
        return "-"
    return " " if kind == "Zs" else char


def parse_cnic(text: str) -> str:
    """The 13 digits of a CNIC (also the number on a minor's B-Form), from any usual spelling.

    Raises: IdentityError. Form: 5-7-1 digits without a check digit (NADRA); the first digit is not tested, because Azad
    Kashmir's is not in the published list.
    """
    plain = _ascii_digits(text)
    if not CNIC_SHAPE.fullmatch(plain):
        raise IdentityError(f"CNIC {text!r} does not have 13 digits. Write it as 42201-0397640-8.")
    digits = re.sub("[- ]", "", plain)
    if len(set(digits)) == 1:
        raise IdentityError(f"CNIC {text!r} repeats one digit. Compare it with the card.")
    return digits


# Old National Identity Cards had 11 digits, 3-2-6.
OLD_NIC = re.compile(r"[0-9]{3}-?[0-9]{2}-?[0-9]{6}")
# Afghan Proof of Registration cards and foreign papers: letters and digits; no public rule is known to us.
OTHER_ID = re.compile(r"[A-Z0-9]{4,24}")
PROVINCES = "1234567"  # KP, ex-FATA, Punjab, Sindh, Balochistan, Islamabad, Gilgit-Baltistan


def parse_old_nic(text: str) -> str:
    """The 11 digits of an old National Identity Card. Raises: IdentityError."""
    plain = _ascii_digits(text)
    if not OLD_NIC.fullmatch(plain):
        raise IdentityError(f"Old NIC {text!r} does not have 11 digits. Write it as 123-45-678901.")
    digits = plain.replace("-", "")
    if len(set(digits)) == 1:
        raise IdentityError(f"Old NIC {text!r} repeats one digit. Compare it with the card.")
    return digits


def parse_other_id(text: str) -> str:
    """The number of an Afghan PoR card or a foreign paper: capitals and digits alone. Raises: IdentityError."""
    plain = re.sub(r"[\s/-]", "", _ascii_digits(text)).upper()
    if not OTHER_ID.fullmatch(plain) or not any(char.isdigit() for char in plain):
        raise IdentityError(f"Number {text!r} is not 4 to 24 letters A-Z and digits. Write it as on the paper.")
    if whole_cnic(plain):
        raise IdentityError(f"Number {text!r} has the 13 digits of a CNIC. Write it in that field.")
    return plain


def cnic_doubts(cnic: str, gender: str) -> list[str]:
    """What an officer should compare with the card once more; never a reason to refuse.

    Azad Kashmir's first digit is not in the published list, and cards with gender X exist (NADRA).
    """
    if not cnic:
        return []
    doubts = []
    if cnic[0] not in PROVINCES:
        doubts.append(
            f"The CNIC begins with {cnic[0]}, which is no province's in the published list. Compare the card."
        )
    says = "M" if int(cnic[-1]) % 2 else "F"
    if gender in ("M", "F") and gender != says:
        word = {"M": "a man", "F": "a woman"}
        doubts.append(
            f"The last digit {cnic[-1]} is given to {word[says]}, the record says {word[gender]}. Compare the card."
        )
    return doubts


def masked_id(number: str) -> str:
    """The last three letters or digits only; empty stays empty."""
    return f"****{number[-3:]}" if number else ""


def whole_cnic(text: str) -> str:
    """The 13 digits if the text is a CNIC in any spelling, else ''."""
    try:
        return parse_cnic(text)
    except IdentityError:
        return ""


def spaced_cnic(cnic: str) -> str:
    """'4220103976408' -> '42201-0397640-8'; empty stays empty."""
    return f"{cnic[:5]}-{cnic[5:12]}-{cnic[12:]}" if cnic else ""


def masked_cnic(cnic: str) -> str:
    """First five and last digit only: '42201-*******-8'; empty stays empty."""
    return f"{cnic[:5]}-*******-{cnic[12:]}" if cnic else ""


def parse_iban(text: str) -> str:
    """A Pakistani IBAN: PK, two check digits, four letters of the bank, 16 letters or digits; mod-97 must be 1.

    Raises: IdentityError.
    """
    plain = re.sub(r"[\s-]", "", _ascii_digits(text)).upper()
    if len(plain) != 24 or not plain.startswith("PK"):
        raise IdentityError(f"IBAN {text!r} has {len(plain)} characters. A Pakistani IBAN has 24 and begins with PK.")
    if not re.fullmatch(r"PK[0-9]{2}[A-Z]{4}[A-Z0-9]{16}", plain):
        raise IdentityError(f"IBAN {text!r} needs four letters of the bank after the check digits, as in PK31 NBPA.")
    try:
        stdnum_iban.validate(plain, check_country=False)
    except ValidationError as error:
        raise IdentityError(f"IBAN {text!r} has a wrong check digit. Compare it with the cheque leaf.") from error
    return plain


def spaced_iban(iban: str) -> str:
    """In groups of four, as on a cheque leaf; empty stays empty."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def masked_iban(iban: str) -> str:
    """Country, bank and last four only: 'PK** NBPA **** 0001'; empty stays empty."""
    return f"PK** {iban[4:8]} **** {iban[-4:]}" if iban else ""


def parse_phone(text: str) -> str:
    """A mobile number as 03XXXXXXXXX, from +92, 0092 or local spelling. Raises: IdentityError."""
    plain = re.sub(r"[\s()-]", "", _ascii_digits(text))
    plain = re.sub(r"^(\+92|0092)", "0", plain)
    if not PHONE.fullmatch(plain):
        raise IdentityError(f"Phone {text!r} is not a mobile number. Write it as 0300 1234567.")
    return plain


def masked_phone(phone: str) -> str:
    """'0300 ****567'; empty stays empty."""
    return f"{phone[:4]} ****{phone[-3:]}" if phone else ""


def parse_address(text: str) -> str:
    """Where somebody lives, in Latin or Urdu letters, as one line. Raises: IdentityError."""
    plain = parse_text(text, maximum=ADDRESS_MAX)
    if not any(unicodedata.category(char)[0] == "L" for char in plain):
        raise IdentityError(f"{text!r} has no letter. Write house, street and town.")
    return plain


def masked_address(address: str) -> str:
    """That there is one, and nothing of it; empty stays empty."""
    return "**** (hidden)" if address else ""


def parse_text(text: str, *, maximum: int) -> str:
    """A short text as it will be stored: one line, single spaces, NFC, not empty.

    Control characters and invisible direction marks are refused: they would let a paper show another text than the record
    holds. Raises: IdentityError.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not plain:
        raise IdentityError("Nothing is written here. Fill it in.")
    hidden = [char for char in plain if unicodedata.category(char)[0] == "C" and ord(char) not in _JOINERS]
    if hidden:
        raise IdentityError(f"The text has a hidden character (U+{ord(hidden[0]):04X}). Type it again without pasting.")
    if len(plain) > maximum:
        raise IdentityError(f"The text has {len(plain)} characters. Shorten it to {maximum}.")
    marks = 0
    for char in plain:
        marks = marks + 1 if unicodedata.category(char) == "Mn" else 0
        if marks > 3:
            raise IdentityError("The text has more than three marks on one letter. Type it again.")
    return plain


def parse_urdu_name(text: str, *, maximum: int = NAME_MAX) -> str:
    """A name in Urdu, kept as written. Raises: IdentityError where it holds no letter of the Arabic script."""
    plain = parse_name(text, maximum=maximum)
    if not any(unicodedata.name(char, "").startswith("ARABIC LETTER") for char in plain):
        raise IdentityError(f"{text!r} has no Urdu letter. Write the name in Urdu, or leave it empty.")
    return plain


def parse_name(text: str, *, maximum: int = NAME_MAX) -> str:
    """A person's or institution's name: a text with at least one letter. Raises: IdentityError."""
    plain = parse_text(text, maximum=maximum)
    if not any(unicodedata.category(char)[0] == "L" for char in plain):
        raise IdentityError(f"{text!r} has no letter. Write the name as on the CNIC.")
    return plain
