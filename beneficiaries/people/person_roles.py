"""What a person is in the cases on record: victim, prisoner, heir, guardian, officer. Read from the records, kept nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User

from beneficiaries.models import Case, Heir, Officer, Paper, Person
from beneficiaries.offices.scope import acts_for, visible

SHOWN = 20  # of each kind
HEIR, GUARDIAN = "Heir", "Guardian"


@dataclass(frozen=True, slots=True)
class PersonRole:
    """One part a person has, and where: `url` is empty where there is nothing to open."""

    part: str
    place: str
    url: str = ""


def roles_of_person(person: Person, *, to: User) -> list[PersonRole]:
    """Parts in cases that the reader may see; that somebody is an officer is told to everybody who sees the person."""
    return [*_in_cases(person, to), *_as_heir(person, to), *_as_guardian(person, to), *_as_officer(person)]


def relations_of(person: Person, roles: list[PersonRole], *, to: User) -> list[PersonRole]:
    """The people this one is bound to, as far as the reader may see them: guardian, wards, whose heir, whose heirs.

    `roles`: what roles_of_person found, so that it is not asked for twice.
    """
    told = [row for row in roles if row.part in (HEIR, GUARDIAN)]
    return [*_ward(person, to), *told, *_heirs_paid_by(person, to)]


def papers_of(person: Person, *, to: User) -> list[Paper]:
    """The papers in the person's cases that the reader may see and that count, latest first."""
    rows = Paper.objects.filter(case__person=person, withdrawal__isnull=True).select_related("kind", "case")
    return list(visible(rows, to=to, path="case__office").order_by("-pk")[:SHOWN])


def _ward(person: Person, to: User) -> Iterable[PersonRole]:
    guardian = person.guardian
    if guardian is not None and acts_for(guardian.office, by=to):
        yield PersonRole("Ward", f"of {guardian.name}", guardian.get_absolute_url())


def _heirs_paid_by(person: Person, to: User) -> Iterable[PersonRole]:
    rows = Heir.objects.filter(obligation__order__case__person=person).select_related("person", "obligation")
    for heir in visible(rows, to=to, path="person__office")[:SHOWN]:
        owed = heir.obligation.get_kind_display().lower()
        yield PersonRole("Owes", f"{owed} to {heir.person.name}, {heir.kinship}", heir.person.get_absolute_url())


def _in_cases(person: Person, to: User) -> Iterable[PersonRole]:
    parts = {Case.Kind.RELIEF.value: "Victim", Case.Kind.PRISONER.value: "Prisoner"}
    for case in visible(Case.objects.filter(person=person), to=to)[:SHOWN]:
        yield PersonRole(parts[case.kind], f"case {case.number}", case.get_absolute_url())


def _as_heir(person: Person, to: User) -> Iterable[PersonRole]:
    """The deceased is named by the court's order; the case is the convict's."""
    rows = Heir.objects.filter(person=person).select_related("obligation__order__case__person")
    for heir in visible(rows, to=to, path="obligation__order__case__office")[:SHOWN]:
        case = heir.obligation.order.case
        deceased = f" of {heir.obligation.owed_to}" if heir.obligation.owed_to else ""
        said = f"{heir.kinship}{deceased}, share {heir.share}; owed by {case.person.name}, case {case.number}"
        yield PersonRole(HEIR, said, case.get_absolute_url())


def _as_guardian(person: Person, to: User) -> Iterable[PersonRole]:
    for ward in visible(Person.objects.filter(guardian=person, merged_into=None), to=to)[:SHOWN]:
        yield PersonRole(GUARDIAN, f"of {ward.name}", ward.get_absolute_url())


def _as_officer(person: Person) -> Iterable[PersonRole]:
    if person.cnic:
        for officer in Officer.objects.filter(cnic=person.cnic).select_related("office"):
            yield PersonRole("Officer", f"{officer.designation}, {officer.office}")
