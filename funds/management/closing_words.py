"""What the commands that close and reopen share: who acts, and their answers for people and for programs."""

from typing import Any

from django.contrib.auth.models import User

from ledger.errors import NotFound
from ledger.models import Period, Reopening


def the_user(username: str) -> User:
    """Raises: NotFound."""
    found = User.objects.filter(username=username).first() if "\0" not in username else None
    if found is None:
        raise NotFound(f"There is no user {username!r}.")
    return found


def period_document(period: Period) -> dict[str, Any]:
    """A closed month for programs."""
    return {
        "fund": period.book.code,
        "month": str(period),
        "closed": period.closed,
        "closed_at": period.closed_at.isoformat() if period.closed_at else None,
        "closed_by": period.closed_by.get_username() if period.closed_by else None,
        "override": period.override,
    }


def reopening_document(row: Reopening) -> dict[str, Any]:
    """A reopening for programs; `month` or `year` says what of."""
    return {
        "id": row.pk,
        "fund": row.what.book.code,
        "month": str(row.period) if row.period else None,
        "year": row.year.label if row.year else None,
        "reason": row.reason,
        "asked_by": row.asked_by.get_username(),
        "outcome": row.outcome,
        "decided_by": row.decided_by.get_username() if row.decided_by else None,
        "remark": row.remark,
    }
