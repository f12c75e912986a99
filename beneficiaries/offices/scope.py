"""Whose records a user sees, and acts on: those of the own office, or all from a federal one; asked by services and pages.

The database keeps the same of its rows (`row_scope.py`)."""

from collections.abc import Iterable
from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet

from beneficiaries.models import Office, Officer
from ledger.errors import NotAllowed, NotFound

Row = TypeVar("Row", bound=Model)


def officer_of(user: User) -> Officer:
    """The post the user holds. Raises: NotAllowed for an account without one."""
    officer = Officer.objects.select_related("office").filter(user=user).first() if user.is_authenticated else None
    if officer is None:
        raise NotAllowed("Your account has no post in an office. Ask the administrator to give it one.")
    return officer


def office_of(user: User) -> Office:
    """The user's office; read once per user object, so once per request. Raises: NotAllowed for an account without a post."""
    cached: Office | None = getattr(user, "_office", None)
    if cached is None:
        cached = officer_of(user).office
        user._office = cached  # type: ignore[attr-defined]
    return cached


def know(officers: Iterable[Officer]) -> None:
    """Keeps the office of officers that were read with it, so that `office_of` asks for none of them again."""
    for row in officers:
        row.user._office = row.office  # type: ignore[attr-defined]


def acts_for(office: Office, *, by: User) -> bool:
    """Whether the user may act on what this office keeps: the own office's, or all from a federal one."""
    own = office_of(by)
    return own.is_federal or own.pk == office.pk


def require_office(office: Office, *, by: User, action: str) -> None:
    """Raises: NotAllowed for an officer of another office, a federal one apart."""
    if not acts_for(office, by=by):
        raise NotAllowed(f"To {action} you need a post at {office}.")


def visible(rows: QuerySet[Row], *, to: User, path: str = "office") -> QuerySet[Row]:
    """The rows this user may see; `path` leads from a row to its office, as in 'case__office'."""
    office = office_of(to)
    return rows if office.is_federal else rows.filter(**{path: office})


def get_visible(rows: QuerySet[Row], *, to: User, path: str = "office", **lookup: object) -> Row:
    """One visible row. Raises: NotFound, in the same words whether it is not there or another office's."""
    row = visible(rows, to=to, path=path).filter(**lookup).first()
    if row is None:
        raise NotFound(f"There is no such {rows.model._meta.verbose_name} in your office.")
    return row
