"""Invented people: plausible names put together at random, numbers that no real card has. The same in every run."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

# A block of invented numbers each, so that no two people ever share one.
OFFICERS, MONEY, RELIEF, DIYAT, OTHERS, LIVE, FRESH, SCALED, INTAKE, SPECIAL, CHECKS = range(11)
PEOPLE_A_SCENARIO = 10_000
SCENARIOS_A_BLOCK = 1_000_000

WORDS: dict[str, list[str]] = json.loads(Path(__file__).with_name("names.json").read_text(encoding="utf-8"))
BANKS = ("HABB", "MEZN", "MUCB", "NBPA")


def cnic(block: int, number: int, gender: str) -> str:
    """An invented CNIC: it begins with 9, which no province has, and its last digit is odd for men, even for women.

    Numbers that follow each other are spread by a factor that shares no divisor with 10**11, so none comes twice.
    """
    place = block * SCENARIOS_A_BLOCK * PEOPLE_A_SCENARIO + number
    spread = (place * 73_939_133_717 + 31_415_926_535) % 10**11
    return f"9{spread:011d}{(spread % 4) * 2 + (1 if gender == 'M' else 2)}"


def iban(bank: str, account: int) -> str:
    """A well-formed invented account number; an invented account has 99 before its digits."""
    basic = f"{bank}99{account:014d}"
    rest = int("".join(str(int(char, 36)) for char in f"{basic}PK00")) % 97
    return f"PK{98 - rest:02d}{basic}"


@dataclass(slots=True)
class Invented:
    """One invented person, in the words of the register."""

    name: str
    relation: str
    relative_name: str
    gender: str
    cnic: str
    born_on: date
    is_minor: bool


@dataclass(slots=True)
class Inventor:
    """Invents the people and chances of one scenario; `block` and `number` make its CNICs its own."""

    key: str
    block: int
    number: int
    chance: random.Random = field(init=False)
    made: int = field(default=0, init=False)
    named: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"relief-ledger 2025 {self.key}")  # noqa: S311 - invented data, no secret

    def pick(self, choices: Sequence[str]) -> str:
        return self.chance.choice(choices)

    def name(self, kind: str) -> str:
        """A full name of "men" or "women" not used in this scenario yet."""
        while True:
            name = f"{self.pick(WORDS[kind])} {self.pick(WORDS[f'{kind}_second'])}"
            if name not in self.named:
                self.named.add(name)
                return name

    def man(self, name: str = "", *, father: str = "") -> Invented:
        return self._adult(name or self.name("men"), "M", "son", father)

    def woman(self, name: str = "", *, of: str = "", relation: str = "") -> Invented:
        return self._adult(name or self.name("women"), "F", relation or self.pick(("daughter", "wife")), of)

    def child(self, gender: str, *, father: str = "", name: str = "") -> Invented:
        """A minor who stays one for some years."""
        given = name or self._first("girls" if gender == "F" else "boys")
        born = date(2013, 1, 1) + timedelta(days=self.chance.randrange(1400))
        relation = "daughter" if gender == "F" else "son"
        return Invented(given, relation, father or self.name("men"), gender, self._cnic(gender), born, True)

    def anybody(self, *, women: int = 50) -> Invented:
        """An adult; a woman in `women` of a hundred cases."""
        return self.woman() if self.chance.randrange(100) < women else self.man()

    def account(self) -> str:
        """An invented bank account."""
        return iban(self.pick(BANKS), self.chance.randrange(10**14))

    def _adult(self, name: str, gender: str, relation: str, relative: str) -> Invented:
        born = date(1955, 1, 1) + timedelta(days=self.chance.randrange(16_000))
        return Invented(name, relation, relative or self.name("men"), gender, self._cnic(gender), born, False)

    def _first(self, kind: str) -> str:
        left = [name for name in WORDS[kind] if name not in self.named] or WORDS[kind]
        self.named.add(chosen := self.pick(left))
        return chosen

    def _cnic(self, gender: str) -> str:
        self.made += 1
        return cnic(self.block, self.number * PEOPLE_A_SCENARIO + self.made, gender)
