"""October 2025: people who came to two counters. Pairs that wait for the verifier, one merged, one marked, one in two offices."""

from dataclasses import dataclass
from datetime import date

from beneficiaries.models import Pair, Person
from beneficiaries.people import merging
from beneficiaries.registry import register_person
from config.demo.invent import LIVE
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from ledger.roles import Role

KEY = "doubles:october"
SAID = "Came without a card and does not know of an earlier application"


@dataclass(frozen=True, slots=True)
class Counter:
    """One registration: whose counter, and what was written there."""

    by: str
    name: str
    relative_name: str
    born_on: date | None
    relation: str = "daughter"
    name_urdu: str = ""


# What is compared side by side: spelled otherwise, guessed ages, Urdu beside Latin, a slip of the pen, two offices.
TWICE = {
    "waiting": (
        Counter("bilal", "Mumtaz Begum", "Muhammad Yousaf", date(1979, 3, 2), "widow"),
        Counter("bilal", "Mumtaaz", "Mohd Yusuf", date(1981, 1, 1), "widow"),
    ),
    "in Urdu": (
        Counter("farah", "Khadija Soomro", "Allah Bakhsh", None),
        Counter("farah", "خدیجہ سومرو", "Allah Baksh", None),
    ),
    "two offices": (
        Counter("farah", "Shehzad Masih", "Yaqub Masih", date(1988, 6, 14), "son"),
        Counter("bilal", "Shahzad Masih", "Yaqoob Masih", date(1988, 6, 14), "son"),
    ),
    "merged": (
        Counter("bilal", "Zulekha Bibi", "Ghulam Rasool", date(1968, 5, 5), "wife"),
        Counter("bilal", "Zulaikha", "Ghulam Rasul", date(1969, 1, 1), "wife", "زلیخا"),
    ),
    "different": (
        Counter("bilal", "Nasira Parveen", "Abdul Sattar", date(1992, 2, 1)),
        Counter("bilal", "Nasera Perveen", "Abdul Sattar", date(1995, 8, 9)),
    ),
}
HOMES = {
    "waiting": "Multan",
    "in Urdu": "Sukkur",
    "two offices": "Karachi South",
    "merged": "Lahore",
    "different": "Lahore",
}


def scenarios() -> list[Scenario]:
    return [Scenario(KEY, date(2025, 10, 14), LIVE, 0, _play)]


def done() -> set[str]:
    """The keys of the scenarios that were played."""
    return {KEY} if Pair.objects.filter(said=SAID).exists() else set()


def _play(stage: Stage, key: str) -> None:
    verifier = stage.officer(Role.VERIFIER, "MOHR")
    for what, counters in TWICE.items():
        first, second = (_register(stage, row, HOMES[what]) for row in counters)
        pair = Pair.objects.get(first=first, second=second)
        if what == "merged":
            why = "One card, shown at both counters; the second clerk guessed the year of birth"
            merging.merge(pair=pair.pk, keep=first.pk, reason=why, by=verifier)
        elif what == "different":
            merging.mark_different(pair=pair.pk, reason="Two sisters; both B-Forms of the family seen", by=verifier)


def _register(stage: Stage, row: Counter, home: str) -> Person:
    return register_person(
        name=row.name,
        name_urdu=row.name_urdu,
        relation=row.relation,
        relative_name=row.relative_name,
        gender="M" if row.relation == "son" else "F",
        born_on=row.born_on,
        district=stage.districts[home],
        distinct_because=SAID,
        by=stage.users[row.by],
    )
