"""What a person is in the cases on record: victim, prisoner, heir, guardian, officer. Read from the records, kept nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User

from beneficiaries.models import Case, Heir, Officer, Person
from beneficiaries.scope import visible

SHOWN = 20  # of each kind


@dataclass(frozen=True, slots=True)
class PersonRole:
    """One part a person has, and where: `url` is empty where there is nothing to open."""

    part: str
    place: str
    url: str = ""


def roles_of_person(person: Person, *, to: User) -> list[PersonRole]:
    """Parts in cases that the reader may see; that somebody is an officer is told to everybody who sees the person."""
    return [*_in_cases(person, to), *_as_heir(person, to), *_as_guardian(person, to), *_as_officer(person)]


def _in_cases(person: Person, to: User) -> Iterable[PersonRole]:
    parts = {Case.Kind.RELIEF.value: "Victim", Case.Kind.PRISONER.value: "Prisoner"}
    for case in visible(Case.objects.filter(person=person), to=to)[:SHOWN]:
        yield PersonRole(parts[case.kind], f"case {case.number}", case.get_absolute_url())


def _as_heir(person: Person, to: User) -> Iterable[PersonRole]:
    rows = Heir.objects.filter(person=person).select_related("obligation__order__case")
    for heir in visible(rows, to=to, path="obligation__order__case__office")[:SHOWN]:
        case = heir.obligation.order.case
        yield PersonRole("Heir", f"{heir.kinship}, case {case.number}", case.get_absolute_url())


def _as_guardian(person: Person, to: User) -> Iterable[PersonRole]:
    for ward in visible(Person.objects.filter(guardian=person), to=to)[:SHOWN]:
        yield PersonRole("Guardian", f"of {ward.name}", ward.get_absolute_url())


def _as_officer(person: Person) -> Iterable[PersonRole]:
    if person.cnic:
        for officer in Officer.objects.filter(cnic=person.cnic).select_related("office"):
            yield PersonRole("Officer", f"{officer.designation}, {officer.office}")
