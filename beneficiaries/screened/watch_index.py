"""The watch list as it is now, ready to be compared with: kept in memory for as long as no newer version is loaded."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from beneficiaries.identity import masked_cnic, whole_cnic
from beneficiaries.models import Person, ScreeningHit, WatchEntry, WatchListVersion
from beneficiaries.private.vault import keyring
from beneficiaries.screened.screening_score import Spelling, likeness, spelling

BY_ID, BY_NAME = ScreeningHit.By.ID.value, ScreeningHit.By.NAME.value
OLDER, YEARS_APART = 15, 2  # points taken off where the years of birth are further apart
_YEAR = re.compile(r"(?:1[89]|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Match:
    """One entry that a person or payee looks like, and by what."""

    entry: int
    by: str
    score: int
    why: str


@dataclass(frozen=True, slots=True)
class Known:
    """One name of one entry."""

    entry: int
    kind: str
    name: Spelling
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """Names by their sounds, entries by the indexes of their papers' numbers."""

    by_sound: dict[str, list[Known]]
    by_number: dict[str, list[tuple[int, str]]]


def number_index(number: str) -> str:
    """A keyed index of a paper's number, so that no CNIC stands in the list in clear."""
    cnic = whole_cnic(number)
    plain = re.sub(r"[^A-Z0-9]", "", number.upper())
    return keyring().index("cnic", cnic) if cnic else keyring().index("identity", plain)


def shown_number(number: str) -> str:
    """As the page shows it: thirteen digits masked like every CNIC, others as the list has them."""
    cnic = whole_cnic(number)
    return masked_cnic(cnic) if cnic else number


def current() -> Index:
    """The entries that stand now, of every list. One query where nothing was loaded since."""
    newest = WatchListVersion.objects.order_by("-pk").values_list("pk", "sha256", "recorded_at").first()
    return _index(str(connection.settings_dict["NAME"]), newest) if newest else Index({}, {})


@lru_cache(maxsize=2)
def _index(database: str, newest: tuple[object, ...]) -> Index:
    by_sound, by_number = defaultdict[str, list[Known]](list), defaultdict[str, list[tuple[int, str]]](list)
    for entry in WatchEntry.objects.filter(end=None).order_by("pk").iterator(chunk_size=2000):
        years = tuple(sorted({int(year) for text in entry.born for year in _YEAR.findall(text)}))
        for name in entry.names:
            known = Known(entry.pk, entry.kind, spelling(name["name"]), years)
            for key in known.name.keys:
                by_sound[key].append(known)
        for document in entry.documents:
            by_number[document["index"]].append((entry.pk, f"{document['kind']} {document['shown']}"))
    return Index(dict(by_sound), dict(by_number))


def matches(subject: Person | str, floor: int, index: Index) -> list[Match]:
    """The entries that a person, or an organisation by its name, looks like; each once, the best reason told."""
    found: dict[int, Match] = {}
    if isinstance(subject, str):
        return _by_names([subject], WatchEntry.Kind.ENTITY, None, floor, index, found)
    for number in _numbers(subject):
        for entry, paper in index.by_number.get(number, ()):
            found[entry] = Match(entry, BY_ID, 100, f"The number of a paper is the same: {paper}.")
    names = [name for name in (subject.name, subject.name_urdu) if name]
    year = subject.born_on.year if subject.born_on else None
    return _by_names(names, WatchEntry.Kind.INDIVIDUAL, year, floor, index, found)


def _numbers(person: Person) -> Iterable[str]:
    if person.cnic:
        yield keyring().index("cnic", person.cnic)
    if person.other_id:
        yield keyring().index("identity", person.other_id)


def _by_names(
    names: Sequence[str], kind: str, year: int | None, floor: int, index: Index, found: dict[int, Match]
) -> list[Match]:
    for name in map(spelling, names):
        seen = set[int]()
        for known in (row for key in name.keys for row in index.by_sound.get(key, ())):
            if known.kind != kind or id(known) in seen:
                continue
            seen.add(id(known))
            score, told = _scored(name, known, year)
            before = found.get(known.entry)
            if score >= floor and (before is None or before.score < score):
                found[known.entry] = Match(known.entry, BY_NAME, score, told)
    return list(found.values())


def _scored(name: Spelling, known: Known, year: int | None) -> tuple[int, str]:
    score, told = likeness(name, known.name), f"“{name.text}” and “{known.name.text}”"
    if year is None or not known.years:
        return score, f"{told}; a year of birth is missing to compare."
    if known.years[0] - YEARS_APART <= year <= known.years[-1] + YEARS_APART:
        return score, f"{told}; born {year}, listed {_span(known.years)}."
    return max(score - OLDER, 0), f"{told}; born {year}, but listed {_span(known.years)}."


def _span(years: Sequence[int]) -> str:
    return str(years[0]) if years[0] == years[-1] else f"{years[0]} to {years[-1]}"
