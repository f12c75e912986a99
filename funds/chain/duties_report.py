"""The register of incompatible roles and everything that goes against the separation of duties; there should be nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import connection

from beneficiaries.models import IncompatibleRoles, Officer
from beneficiaries.offices.scope import office_of, visible
from beneficiaries.offices.staff import clashes_in, pairs_on, register, roles_named
from funds.rules.duty_rules import DECIDED_APART, STAFF_PAID, TWO_PARTS
from ledger.roles import Role, require_role

READERS = (Role.FUND_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)
QUESTIONS = (
    ("One person in two parts of a request", TWO_PARTS),
    ("Staff among the payees", STAFF_PAID),
    ("Decided after standing apart", DECIDED_APART),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One question with what was found, each in a sentence."""

    title: str
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The pairs in force, and the sections of what goes against them."""

    pairs: tuple[IncompatibleRoles, ...]
    sections: tuple[Section, ...]

    @property
    def empty(self) -> bool:
        return not any(section.found for section in self.sections)


def report(*, by: User) -> Report:
    """What the user may see: the office's own, from a federal office all. Raises: NotAllowed."""
    require_role(by, *READERS, action="see the report on duties")
    rows = visible(Officer.objects.all(), to=by)
    # Requests of other offices are hidden by the database; vouchers and instruments lead nowhere without them.
    return made(rows, whole=office_of(by).is_federal)


def made(officers: Iterable[Officer] | None = None, *, whole: bool = True) -> Report:
    """The whole report, for commands and for `verify`; or that of some officers."""
    everybody = Officer.objects.all() if officers is None or whole else officers
    clash = Section("Incompatible roles in one hand", tuple(_clashing(everybody)))
    return Report(tuple(register()), (clash, *(Section(title, _asked(text)) for title, text in QUESTIONS)))


def _clashing(officers: Iterable[Officer]) -> Iterable[str]:
    keys, pairs = [officer.pk for officer in officers], pairs_on()
    rows = Officer.objects.filter(pk__in=keys, user__is_active=True).select_related("user")
    for officer in rows.prefetch_related("user__groups").order_by("user__username"):
        for one, other in clashes_in(pairs, roles_named(officer.user)):
            yield f"{officer.user.get_username()}: {one.label.lower()} and {other.label.lower()}"


def _asked(text: str) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(text, [])
        return tuple(str(row[0]) for row in cursor.fetchall())
