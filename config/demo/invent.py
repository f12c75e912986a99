"""Invented people: plausible names put together at random, numbers that no real card has. The same in every run."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

# A block of invented numbers each, so that no two people ever share one.
OFFICERS, MONEY, RELIEF, DIYAT, OTHERS, LIVE, FRESH, SCALED = range(8)
PEOPLE_A_SCENARIO = 10_000
SCENARIOS_A_BLOCK = 1_000_000

MEN = [
    "Muhammad Yousaf",
    "Abdul Wahid",
    "Ghulam Nabi",
    "Naveed Akhtar",
    "Imtiaz Ali",
    "Shahid Mehmood",
    "Rashid Gondal",
    "Nasir Hameed",
    "Zahid Iqbal",
    "Khalid Pervaiz",
    "Sajid Ali",
    "Waseem Abbas",
    "Akhtar Munir",
    "Bashir Ahmed",
    "Dilawar Khan",
    "Ehsanullah",
    "Faqir Hussain",
    "Gulzar Ahmed",
    "Habib ur Rehman",
    "Ijaz Ahmad",
    "Javed Masih",
    "Kaleem Ullah",
    "Liaqat Ali",
    "Manzoor Elahi",
    "Noor Zaman",
    "Perwez Masih",
    "Qasim Raza",
    "Riaz Ahmed",
    "Sanaullah",
    "Tariq Yaqub",
    "Umar Daraz",
    "Wali Muhammad",
    "Yar Muhammad",
    "Zulfiqar Ahmed",
    "Allah Bakhsh",
    "Mir Hassan",
    "Dur Muhammad",
    "Sher Zaman",
    "Gul Sher",
    "Ramesh Kumar",
    "Sohan Lal",
    "Anwar Bhatti",
    "Arshad Gill",
    "Hidayatullah",
    "Murad Bakhsh",
]
WOMEN = [
    "Zainab Bibi",
    "Rukhsana Bibi",
    "Shabana Kausar",
    "Hajra Bibi",
    "Nasreen Akhtar",
    "Kalsoom Begum",
    "Parveen Akhtar",
    "Shamim Ara",
    "Razia Begum",
    "Samina Naz",
    "Tahira Yasmeen",
    "Ghazala Perveen",
    "Bushra Bano",
    "Fatima Bibi",
    "Gul Bano",
    "Irshad Begum",
    "Jamila Khatoon",
    "Khursheed Bibi",
    "Lubna Riaz",
    "Maryam Bibi",
    "Naseem Akhtar",
    "Rehmat Bibi",
    "Sajida Parveen",
    "Sughra Bibi",
    "Tasleem Kausar",
    "Uzma Batool",
    "Zahida Khanum",
    "Zubaida Khanum",
    "Azra Masih",
    "Nusrat Bhatti",
    "Amna Baloch",
    "Bibi Gul",
    "Dur Bibi",
    "Mahnaz Bugti",
    "Saima Noreen",
    "Shehnaz Akhtar",
    "Farzana Kauser",
    "Noor Khatoon",
    "Rani Bai",
    "Sakina Khatoon",
    "Musarrat Shaheen",
    "Kishwar Bano",
]
BOYS = [
    "Hamza",
    "Ali Raza",
    "Hassan",
    "Usman",
    "Zain",
    "Haris",
    "Bilal Ahmed",
    "Saad",
    "Abdullah",
    "Talha",
    "Ahsan",
    "Faizan",
]
GIRLS = ["Mahnoor", "Maryam", "Ayesha", "Hira", "Iqra", "Laiba", "Noor Fatima", "Aliza", "Zoya", "Aqsa", "Sana", "Eman"]
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

    def name(self, choices: Sequence[str]) -> str:
        """A name not used in this scenario yet, as long as there is one."""
        left = [name for name in choices if name not in self.named] or choices
        chosen = self.pick(left)
        self.named.add(chosen)
        return chosen

    def man(self, name: str = "", *, father: str = "") -> Invented:
        return self._adult(name or self.name(MEN), "M", "son", father)

    def woman(self, name: str = "", *, of: str = "", relation: str = "") -> Invented:
        return self._adult(name or self.name(WOMEN), "F", relation or self.pick(("daughter", "wife")), of)

    def child(self, gender: str, *, father: str = "", name: str = "") -> Invented:
        """A minor who stays one for some years."""
        given = name or self.name(GIRLS if gender == "F" else BOYS)
        born = date(2013, 1, 1) + timedelta(days=self.chance.randrange(1400))
        relation = "daughter" if gender == "F" else "son"
        return Invented(given, relation, father or self.pick(MEN), gender, self._cnic(gender), born, True)

    def anybody(self, *, women: int = 50) -> Invented:
        """An adult; a woman in `women` of a hundred cases."""
        return self.woman() if self.chance.randrange(100) < women else self.man()

    def account(self) -> str:
        """An invented bank account."""
        return iban(self.pick(BANKS), self.chance.randrange(10**14))

    def _adult(self, name: str, gender: str, relation: str, relative: str) -> Invented:
        born = date(1955, 1, 1) + timedelta(days=self.chance.randrange(16_000))
        while not relative or relative == name:
            relative = self.pick(MEN)
        return Invented(name, relation, relative, gender, self._cnic(gender), born, False)

    def _cnic(self, gender: str) -> str:
        self.made += 1
        return cnic(self.block, self.number * PEOPLE_A_SCENARIO + self.made, gender)
