"""People and relief cases of a list, many at once: what `registry` and `cases` ask of one, in a fixed number of queries.

Whoever calls this has read the values with the same parsers (funds/lists/list_rows.py), and screens the people: a draft does.
Who is alike but has another CNIC is not looked for here, person by person; `find_duplicates` compares everybody.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import connection
from django.db.models.functions import Length

from beneficiaries.models import Case, District, Office, Person, ReliefCase
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import office_of
from beneficiaries.people.merged import kept_for
from beneficiaries.people.names import searchable
from beneficiaries.people.sounds import sound_of
from ledger.bulk import BATCH, Row, create_many
from ledger.history import acting
from ledger.locks import hold
from ledger.roles import Role, require_role


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is not on record; every value in canonical form. The CNIC tells man or woman where nothing else does."""

    name: str
    relation: str
    relative_name: str
    gender: str
    cnic: str
    district: District
    phone: str = ""


@dataclass(frozen=True, slots=True)
class NewCase:
    """A victim's case to open; `amount` in rupees is what is recommended."""

    person: Person
    violation: str
    happened_on: date
    district: District
    amount: Decimal
    report: str


def gender_of(cnic: str) -> str:
    """What the last digit of a CNIC says: odd for men, even for women (NADRA)."""
    return str(Person.Gender.MALE if int(cnic[-1]) % 2 else Person.Gender.FEMALE)


def by_cnic(numbers: Collection[str]) -> dict[str, Person]:
    """Who has these CNICs, in every office; a merged record leads to the one that stands for it."""
    found: dict[str, Person] = {}
    rows = Person.objects.filter(cnic__in=list(numbers)).select_related("guardian") if numbers else []
    for row in rows:
        assert row.cnic
        found[row.cnic] = row if row.merged_into_id is None else kept_for(row)
    return found


# What a new person and a new case are asked for afterwards. A record of all its columns takes three kilobytes, and a list has a
# hundred thousand.
_ASKED_OF_A_PERSON = (
    "id", "office_id", "name", "relation", "relative_name", "cnic", "born_on", "is_minor", "guardian_id", "merged_into_id",
)  # fmt: skip
_ASKED_OF_A_CASE = ("id", "number", "kind", "office_id", "person_id", "set_aside_on", "set_aside_reason")


def register_many(people: Sequence[NewPerson], *, by: User) -> list[Person]:
    """New people in the user's office, in the order given, with the columns named above; others are read when they are asked for.

    Raises: NotAllowed; IntegrityError for a CNIC that is registered.
    """
    require_role(by, Role.CASE_OFFICER, action="register people")
    office = office_of(by)
    made: list[Person] = []
    with acting(by, "Registered from a list of payees"):
        for first in range(0, len(people), BATCH):
            rows = [_row(new, office, by) for new in people[first : first + BATCH]]
            made += (_short(row, _ASKED_OF_A_PERSON) for row in create_many(rows, by=by))
    return made


def _row(new: NewPerson, office: Office, by: User) -> Person:
    return Person(
        office=office,
        name=new.name,
        folded=searchable(new.name, new.relative_name),
        sound=sound_of(new.name, new.relative_name),
        relation=new.relation,
        relative_name=new.relative_name,
        cnic=new.cnic,
        gender=new.gender,
        province_id=new.district.province_id,
        district=new.district,
        phone=new.phone,
        created_by=by,
    )


def _short(row: Row, columns: Sequence[str]) -> Row:
    """The row with these columns only; others are read when they are asked for."""
    return type(row).from_db(connection.alias, columns, [getattr(row, name) for name in columns])


@everywhere()
def relief_cases_of(people: Iterable[int]) -> list[ReliefCase]:
    """The relief cases of these people that stand, of every office, oldest first."""
    rows = ReliefCase.objects.filter(person__in=list(people), set_aside=False)
    return list(rows.select_related("case").order_by("case_id"))


def open_relief_many(cases: Sequence[NewCase], *, by: User, on: date) -> list[Case]:
    """New relief cases in the user's office, numbered in the order given, of people who have none for the same.

    Raises: NotAllowed; IntegrityError where somebody opened one meanwhile.
    """
    require_role(by, Role.CASE_OFFICER, action="open cases")
    if not cases:
        return []
    office = office_of(by)
    numbers = next_numbers(office, on, len(cases))
    made: list[Case] = []
    with acting(by, "Case opened from a list of payees"):
        for first in range(0, len(cases), BATCH):
            part = cases[first : first + BATCH]
            rows = [
                Case(
                    number=number, kind=Case.Kind.RELIEF, office=office, person=new.person, opened_on=on, created_by=by
                )
                for new, number in zip(part, numbers[first : first + BATCH], strict=True)
            ]
            opened = create_many(rows, by=by)
            create_many([_relief(new, case) for new, case in zip(part, opened, strict=True)], by=by)
            made += (_short(case, _ASKED_OF_A_CASE) for case in opened)
    return made


def _relief(new: NewCase, case: Case) -> ReliefCase:
    return ReliefCase(
        case=case,
        person=new.person,
        violation=new.violation,
        happened_on=new.happened_on,
        district=new.district,
        referral=ReliefCase.Referral.OWN,
        report=new.report,
        recommended_amount=new.amount,
    )


def next_numbers(office: Office, day: date, many: int) -> list[str]:
    """The next numbers of case files, counted per office and calendar year: 'KHI-2025-00031'; they grow past 99999."""
    hold("beneficiaries_case", office.pk)
    prefix = f"{office.code}-{day.year}-"
    rows = Case.objects.filter(number__startswith=prefix).order_by(Length("number").desc(), "-number")
    last = rows.values_list("number", flat=True).first()
    first = int(last.rsplit("-", 1)[1]) + 1 if last else 1
    return [f"{prefix}{number:05d}" for number in range(first, first + many)]
