"""When a minor comes of age. Pure; the database's rules reckon the same way."""

from datetime import date
from typing import Protocol

ADULT_AGE = 18  # PPC s.299: an adult is eighteen


class Born(Protocol):
    """Whoever has a date of birth, or a mark where none is known."""

    born_on: date | None
    is_minor: bool


def of_age_on(born_on: date) -> date:
    """The first day as an adult: the eighteenth birthday, and 28 February for somebody born on the 29th (PPC s.299)."""
    try:
        return born_on.replace(year=born_on.year + ADULT_AGE)
    except ValueError:
        return born_on.replace(year=born_on.year + ADULT_AGE, day=28)


def minor_on(person: Born, day: date) -> bool:
    """Whether the person is a minor on that day; where no date of birth is known, the mark on the record says it."""
    return of_age_on(person.born_on) > day if person.born_on else person.is_minor
