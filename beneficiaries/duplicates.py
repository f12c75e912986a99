"""Who may be registered already: near matches for a person, and the pairs that wait to be compared.

The database finds a few dozen people who sound alike (pg_trgm, fuzzystrmatch); `likeness.py` scores them.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest

from beneficiaries.models import Pair, Person
from beneficiaries.models.people import Metaphone
from beneficiaries.offices.scope import acts_for
from beneficiaries.people.likeness import Likeness, Particulars, likeness
from beneficiaries.people.sounds import sound_of
from ledger.errors import WrongState

# Part of their three-letter pieces that two sounds have in common. Among 100,000 people 0.35 found 0.7 % more of the
# generated spellings (tests/beneficiaries/spellings.py) and took twice as long.
SOUNDS_ALIKE = 0.5
SCORED = 60  # of those found, the nearest in sound


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on record who may be the person asked about."""

    person: Person
    likeness: Likeness

    @property
    def score(self) -> int:
        return self.likeness.score

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.likeness.reasons


class MayBeRegistered(WrongState):
    """The person may be on record already: use one of `candidates`, or say why it is another (409)."""

    code = "likely_duplicate"

    def __init__(self, found: list[Candidate]) -> None:
        names = "; ".join(f"{row.person.described} (record {row.person.pk}, {row.score} of 100)" for row in found[:5])
        super().__init__(
            f"This person may be registered already: {names}. Use that record, or say why it is another person.",
            ids=tuple(row.person.pk for row in found),
        )
        self.candidates = found


def particulars_of(person: Person) -> Particulars:
    """What is compared of somebody on record."""
    return Particulars(
        name=person.name,
        relative_name=person.relative_name,
        gender=person.gender,
        district=person.district_id,
        province=person.province_id,
        name_urdu=person.name_urdu,
        born_on=person.born_on,
        cnic=person.cnic or "",
        phone=person.phone,
    )


def candidates(given: Particulars, *, to: User) -> list[Candidate]:
    """The people `to` may see who may be this one, most alike first; none below the score of the settings.

    For whoever registers a person: the page, the API, an import of referrals.
    """
    return seen_by(to, everybody_alike(given))


def seen_by(user: User, found: Iterable[Candidate]) -> list[Candidate]:
    """Those of a search through every office that the user may see."""
    return [row for row in found if acts_for(row.person.office, by=user)]


def compare(one: Person, other: Person) -> Likeness:
    """How alike two people on record are."""
    return likeness(particulars_of(one), particulars_of(other))


def seek(person: Person, *, said: str = "", alike: Iterable[Candidate] | None = None) -> list[Pair]:
    """Puts the people of every office who may be this one into the queue; asked again by each registration and correction.

    A pair that was marked is asked about again only if what was compared has changed. `said`: why the registering
    officer holds them for different people. `alike`: what everybody_alike found a moment ago, for who has asked already.
    """
    rows = everybody_alike(particulars_of(person)) if alike is None else alike
    found = {row.person.pk: row for row in rows if row.person.pk != person.pk}
    pairs = {_other(pair, person): pair for pair in pairs_of(person).select_for_update(of=("self",))}
    made = [_put(person, row, pairs.get(row.person.pk), said=said) for row in found.values()]
    for key, pair in pairs.items():
        if key not in found and pair.state == Pair.State.OPEN:
            other = pair.second if pair.first_id == person.pk else pair.first
            now = compare(person, other)
            if now.score >= settings.DUPLICATE_SCORE:
                made.append(_put(person, Candidate(other, now), pair, said=said))
            else:
                pair.state, pair.score, pair.reasons = Pair.State.UNLIKE, now.score, list(now.reasons)
                pair.save()
    return made


def pairs_of(person: Person) -> QuerySet[Pair]:
    """Every pair of this person, whatever was decided."""
    return Pair.objects.filter(Q(first=person) | Q(second=person)).select_related("first", "second")


def basis_of(one: Person, other: Person) -> str:
    """A digest of what was compared: while it stays, a pair that was marked is not asked about again."""
    rows = sorted(
        (row.pk, row.name, row.name_urdu, row.relative_name, row.district_id, str(row.born_on)) for row in (one, other)
    )
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _other(pair: Pair, person: Person) -> int:
    return pair.second_id if pair.first_id == person.pk else pair.first_id


def _put(person: Person, found: Candidate, pair: Pair | None, *, said: str) -> Pair:
    first, second = sorted((person, found.person), key=lambda row: row.pk)
    basis, reasons = basis_of(first, second), list(compare(first, second).reasons)  # "first / second", in this order
    if pair is None:
        return Pair.objects.create(
            first=first, second=second, score=found.score, reasons=reasons, basis=basis, said=said
        )
    if pair.state == Pair.State.MERGED or (pair.basis == basis and pair.state != Pair.State.UNLIKE):
        return pair
    pair.state, pair.score, pair.reasons, pair.basis = Pair.State.OPEN, found.score, reasons, basis
    pair.save()
    return pair


def sounding_like(given: Particulars, rows: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `rows` that sound alike: anywhere by most of the sound, in the same district by how it begins."""
    sounds = _sounds(given)
    wanted, nearness = Q(), []
    for sound in sounds:
        begins = Q(district=given.district, begins=Metaphone(Value(sound)))
        wanted |= Q(sound__trigram_similar=sound) | begins
        nearness.append(TrigramSimilarity("sound", sound))
    near = Greatest(*nearness) if len(nearness) > 1 else nearness[0]
    found = rows.filter(merged_into=None).annotate(begins=Metaphone(F("sound"))).filter(wanted)
    return found.annotate(near=near).order_by("-near", "pk")


def _sounds(given: Particulars) -> Iterable[str]:
    names = [given.name, *([given.name_urdu] if given.name_urdu else [])]
    return list(dict.fromkeys(sound_of(name, given.relative_name) for name in names))


def everybody_alike(given: Particulars) -> list[Candidate]:
    """The people of every office who may be this one, for the queue; what an officer sees of them is `candidates`."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(SOUNDS_ALIKE)])
        near = list(sounding_like(given, Person.objects.all())[:SCORED])
    scores = {row.pk: likeness(given, particulars_of(row)) for row in near}
    alike = {key: found for key, found in scores.items() if found.score >= settings.DUPLICATE_SCORE}
    people = Person.objects.select_related("district", "province", "office").in_bulk(alike) if alike else {}
    return sorted((Candidate(people[key], alike[key]) for key in alike), key=lambda row: (-row.score, row.person.pk))
