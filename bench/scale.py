"""How large and how long: the sizes the results speak of, and small ones to see that everything runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Rounds and seconds of a turn; entries of a call; lines of a long entry; lines of books that are read; people on record;
    payees of a list; vouchers printed."""

    rounds: int = 14
    seconds: float = 0.4
    few: int = 5  # rounds of acts that take long
    bulk: int = 10_000
    more: int = 100_000
    wide: int = 2_000
    small: int = 100_000
    middle: int = 200_000
    big: int = 1_000_000
    grown: int = 5_000_000
    writers: int = 4
    people: int = 100_000
    listed: int = 100_000
    printed: int = 10_000


FULL = Scale()
QUICK = Scale(3, 0.1, 2, 500, 2_000, 200, 4_000, 6_000, 10_000, 20_000, people=2_000, listed=1_000, printed=200)
