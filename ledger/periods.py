"""Months of a book: which one a date lies in, closing and reopening. The database keeps entries out of closed ones."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from ledger.errors import BadInput, NotFound, WrongState
from ledger.history import acting
from ledger.models import Period
from ledger.roles import Role, require_role

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def period_for(book: str, day: date) -> Period:
    """The month of the book that holds the date. Raises: NotFound when no fiscal year with that month is open."""
    period = Period.objects.filter(book__code=book, start__lte=day, end__gte=day).select_related("book", "year").first()
    if period is None:
        raise NotFound(f"{book} has no month that holds {day:%d-%m-%Y}. Open the fiscal year first.", code="no_period")
    return period


@transaction.atomic
def close_period(*, period: Period, by: "User", reason: str) -> Period:
    """Closes a month once postings under way have ended. Raises: BadInput without a reason, NotAllowed, WrongState."""
    period = _locked(period, by, reason, "close a month")
    if period.closed:
        raise WrongState(f"{period} of {period.book.code} is closed already.", ids=(period.pk,))
    period.closed_at, period.closed_by = timezone.now(), by
    return _saved(period, by, reason)


@transaction.atomic
def reopen(*, period: Period, by: "User", reason: str) -> Period:
    """Opens a closed month again. Raises: BadInput without a reason, NotAllowed, WrongState when it is open."""
    period = _locked(period, by, reason, "reopen a month")
    if not period.closed:
        raise WrongState(f"{period} of {period.book.code} is open already.", ids=(period.pk,))
    period.closed_at = period.closed_by = None
    return _saved(period, by, reason)


def _locked(period: Period, by: "User", reason: str, action: str) -> Period:
    if not reason.strip():
        raise BadInput(f"To {action}, say why.", fields={"reason": f"To {action}, say why."})
    require_role(by, Role.FUND_MANAGER, action=action)
    return Period.objects.select_for_update(of=("self",)).select_related("book").get(pk=period.pk)


def _saved(period: Period, by: "User", reason: str) -> Period:
    with acting(by, reason.strip()):
        period.save(update_fields=["closed_at", "closed_by"])
    return period
