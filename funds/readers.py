"""Who reads requests and money: the roles that see them, and the funds whose books a person may open."""

from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet

from beneficiaries.offices.scope import acts_for, visible
from funds.budgets import get_fund
from funds.models import Fund
from ledger.errors import NotFound
from ledger.roles import ALL_BUT_ADMINISTRATORS, Role, require_role, roles_of

READERS = (Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, Role.RECONCILER, Role.FUND_MANAGER, Role.AUDITOR)

OF_REQUESTS = ALL_BUT_ADMINISTRATORS
Row = TypeVar("Row", bound=Model)


def require_reader(user: User) -> None:
    """An administrator looks after users, and sees no request and no money. Raises: NotAllowed."""
    require_role(user, *OF_REQUESTS, action="see requests and what is paid on them")


def seen(rows: QuerySet[Row], *, by: User, path: str = "office") -> QuerySet[Row]:
    """The rows of requests that the user sees; none for who reads no requests. `path` leads from a row to its office."""
    return rows.none() if roles_of(by).isdisjoint(OF_REQUESTS) else visible(rows, to=by, path=path)


def opens_books(fund: Fund, *, by: User) -> bool:
    """Whether the user may open the books of the fund, so that pages offer them."""
    return not roles_of(by).isdisjoint(READERS) and acts_for(fund.office, by=by)


def owned_fund(code: str, *, by: User) -> Fund:
    """A fund whose books the user may open: any from a federal office, else only the own office's, because the lines of
    a fund name payees of every office that asks it. Raises: NotFound."""
    found = get_fund(code, by=by)
    if not acts_for(found.office, by=by):
        raise NotFound(f"The books of {found.code} are kept by {found.office}. Your office sees its own requests.")
    return found
