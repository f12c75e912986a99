"""The first information report in one spelling, pure. Its number is counted by police station and year."""

import re

from beneficiaries.identity import IdentityError, parse_text
from beneficiaries.inputs import take
from ledger.clock import today
from ledger.errors import BadInput

Fir = tuple[str, str, int]  # police station, number, year
FIRST_YEAR = 1947

_STATION = re.compile(r"^(?:p\.?\s?s\.?|police station|thana)[\s:,-]+(?=\S)", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:fir|crime)?\s*(?:no\.?)?\s*([0-9]{1,6}(?:\s*-?\s*[A-Z])?)(?:\s*(?:/|of)\s*([0-9]{2,4}))?", re.IGNORECASE
)


def parse_station(text: str) -> str:
    """'PS Saddar' and 'Saddar' are one station. Raises: IdentityError."""
    return _STATION.sub("", parse_text(text, maximum=90))[:80]


def parse_number(text: str, *, year: int) -> str:
    """'068', '68/2019', 'FIR No. 68' and 'Crime No.68 of 2019' are 68. Raises: IdentityError where the year is another."""
    plain = "".join(str(int(char)) if char.isdecimal() else char for char in parse_text(text, maximum=40))
    found = _NUMBER.fullmatch(plain)
    if found is None:
        raise IdentityError(
            f"FIR number {text!r} is not a number. Write it as 68, the police station and year beside it."
        )
    said = found[2]
    if said and said not in (str(year), str(year)[-2:]):
        raise IdentityError(f"FIR number {text!r} is of another year than {year}. Compare the two.")
    return re.sub(r"[\s-]", "", found[1]).upper().lstrip("0") or "0"


def take_fir(given: Fir | None) -> Fir | None:
    """The three parts as they are kept, or None. Raises: BadInput naming `police_station`, `fir_number` or `fir_year`."""
    if given is None:
        return None
    station, number, year = given
    if isinstance(year, bool) or not isinstance(year, int) or not FIRST_YEAR <= year <= today().year:
        detail = f"{year} is not a year from {FIRST_YEAR} to {today().year}."
        raise BadInput(detail, fields={"fir_year": detail})
    return (
        take("police_station", parse_station, station),
        take("fir_number", lambda text: parse_number(text, year=year), number),
        year,
    )
