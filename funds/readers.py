"""Who reads the money: the roles that see funds, books and statements, and the funds whose books a person may open."""

from django.contrib.auth.models import User

from beneficiaries.scope import office_of
from funds.budgets import get_fund
from funds.models import Fund
from ledger.errors import NotFound
from ledger.roles import Role

READERS = (Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, Role.RECONCILER, Role.FUND_MANAGER, Role.AUDITOR)


def may_open_books(fund: Fund, *, by: User) -> bool:
    """Whether the user's office is the fund's own or a federal one."""
    office = office_of(by)
    return bool(office.is_federal or fund.office_id == office.pk)


def owned_fund(code: str, *, by: User) -> Fund:
    """A fund whose books the user may open: any from a federal office, else only the own office's, because the lines of
    a fund name payees of every office that asks it. Raises: NotFound."""
    found = get_fund(code, by=by)
    if not may_open_books(found, by=by):
        raise NotFound(f"The books of {found.code} are kept by {found.office}. Your office sees its own requests.")
    return found
