"""On which case each row of a list rests: the one it names, the person's own, or one that is opened with the list.

Papers, ceilings, earlier help and eligibility are asked of cases, so no line of a list goes without one (decision 0040).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from beneficiaries.models import Case, District, Person, ReliefCase
from beneficiaries.offices.scope import acts_for, visible
from beneficiaries.people.many import NewCase, NewPerson, gender_of, open_relief_many, register_many, relief_cases_of
from funds.lists.list_rows import Entry, Fault, seen
from funds.requests.payees import Payee

if TYPE_CHECKING:
    from funds.lists.list_import import Outcome

UNSAID = "The list does not say what happened, nor when: the day is that of the list."
_SEVERAL = "This person has several cases. Write the number of the one that is paid."
_ELSEWHERE = "Another office keeps the case of this person. That office asks for the money."
_NOT_THEIRS = "There is no such case of this person in your office. Compare the number, or leave it out."


@dataclass(frozen=True, slots=True)
class _There:
    """The cases that may be meant: by number, and the relief cases of each person."""

    by_number: dict[str, Case]
    by_person: dict[int, list[ReliefCase]]


def payees(
    entries: Sequence[Entry], people: dict[str, Person], outcome: "Outcome", *, by: User, on: date
) -> list[Payee]:
    """A payee for each row, in their order; new people are registered and lacking cases opened. Faults go to the outcome."""
    there = _there(entries, people, by=by)
    cases = {entry.row: _case(entry, people.get(entry.cnic), there, outcome.faults, by=by) for entry in entries}
    if outcome.faults:
        return []
    new = [entry for entry in entries if entry.cnic not in people]
    made = register_many([_new_person(entry) for entry in new], by=by) if new else []
    people |= {entry.cnic: person for entry, person in zip(new, made, strict=True)}
    wanted = [entry for entry in entries if cases[entry.row] is None]
    opened = open_relief_many([_new_case(entry, people[entry.cnic], outcome, on) for entry in wanted], by=by, on=on)
    cases |= {entry.row: case for entry, case in zip(wanted, opened, strict=True)}
    outcome.registered, outcome.opened = len(made), len(opened)
    return [_payee(entry, cases[entry.row], people[entry.cnic]) for entry in entries]


def _there(entries: Sequence[Entry], people: dict[str, Person], *, by: User) -> _There:
    numbers = {entry.case_number for entry in entries if entry.case_number}
    rows = visible(Case.objects.all(), to=by).filter(number__in=numbers) if numbers else []
    by_person: dict[int, list[ReliefCase]] = defaultdict(list)
    for relief in relief_cases_of({person.pk for person in people.values()}) if people else []:
        by_person[relief.person_id].append(relief)
    return _There({case.number: case for case in rows}, by_person)


def _case(entry: Entry, person: Person | None, there: _There, faults: list[Fault], *, by: User) -> Case | None:
    """The case of a row; None where one is to be opened, or where something is wrong."""
    if entry.case_number:
        named = there.by_number.get(entry.case_number)
        if named is None or person is None or named.person_id != person.pk:
            faults.append(Fault(entry.row, "case_number", seen("case_number", entry.case_number), _NOT_THEIRS))
        return named
    own = there.by_person.get(person.pk, []) if person is not None else []
    if entry.violation and entry.happened_on:
        year = entry.happened_on.year
        own = [row for row in own if row.violation == entry.violation and row.happened_on.year == year]
    if len(own) > 1:
        faults.append(Fault(entry.row, "case_number", "", _SEVERAL))
    if not own:
        return None
    case = own[0].case
    if not acts_for(case.office, by=by):
        faults.append(Fault(entry.row, "case_number", "", _ELSEWHERE))
    return case


def _new_person(entry: Entry) -> NewPerson:
    gender = entry.gender or gender_of(entry.cnic)
    usual = Person.Relation.DAUGHTER if gender == Person.Gender.FEMALE else Person.Relation.SON
    return NewPerson(
        name=entry.name,
        relation=entry.relation or str(usual),
        relative_name=entry.father_name,
        gender=gender,
        cnic=entry.cnic,
        district=_district(entry),
        phone=entry.phone,
    )


def _new_case(entry: Entry, person: Person, outcome: "Outcome", on: date) -> NewCase:
    """What is not said is not invented: the case then says so."""
    said = f"Row {entry.row} of the list {outcome.file_name} (file {outcome.sha256[:12]})."
    return NewCase(
        person=person,
        violation=entry.violation or str(ReliefCase.Violation.OTHER),
        happened_on=entry.happened_on or on,
        district=entry.district or person.district,
        amount=entry.amount,
        report=said if entry.violation else f"{said} {UNSAID}",
    )


def _district(entry: Entry) -> District:
    assert entry.district is not None  # asked for of everybody who is new
    return entry.district


def _payee(entry: Entry, case: Case | None, person: Person) -> Payee:
    assert case is not None
    return Payee(
        case=case,
        amount=entry.amount,
        method=entry.method,
        person=person,
        iban=entry.iban,
        account_title=entry.account_title,
    )
