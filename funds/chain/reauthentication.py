"""The password again before a large sanction or release: a browser left open for five minutes does not spend a fund's money."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from beneficiaries.models import Limit
from beneficiaries.offices.policies import limit
from ledger.errors import BadInput, NotAllowed
from ledger.money import figures

SESSION_KEY = "password_given"


class PasswordNeeded(NotAllowed):
    """The sanction is large and the password was given too long ago (403): give it again and repeat."""

    code = "password_needed"
    title = "Your password again"


def threshold(*, on: date) -> Decimal | None:
    """The amount in rupees above which a sanction asks for the password; None where policy names none."""
    row = limit(Limit.Code.PASSWORD_ABOVE, on=on)
    return row.value if row else None


class Sum(Protocol):
    """A request, or a run of payments."""

    @property
    def amount(self) -> Decimal: ...


def asked(request: Sum, proved: datetime | None, *, on: date) -> bool:
    """Whether a sanction of this request, or the release of this run, needs the password again."""
    above = threshold(on=on)
    if above is None or request.amount <= above:
        return False
    return proved is None or timezone.now() - proved > timedelta(minutes=settings.PASSWORD_MINUTES)


def require(request: Sum, proved: datetime | None, *, on: date, what: str = "A sanction") -> None:
    """Raises: PasswordNeeded."""
    if asked(request, proved, on=on):
        above = threshold(on=on)
        assert above is not None
        detail = (
            f"{what} above {figures(above)} needs your password, given in the last {settings.PASSWORD_MINUTES} minutes. "
            "Give it on its page, or sign in again, and then decide; nothing was decided."
        )
        raise PasswordNeeded(detail, fields={"password": "Give your password again."})


def prove(http: HttpRequest, user: User, password: str) -> datetime:
    """Now, where the password is the user's; wrong ones count towards the rest of the account. Raises: BadInput."""
    if authenticate(http, username=user.get_username(), password=password) != user:
        detail = "This is not your password. Capital letters count; nothing was decided."
        raise BadInput(detail, fields={"password": detail})
    return timezone.now()


def remember(http: HttpRequest, user: User) -> None:
    """The user gave the password just now, in this session."""
    http.session[SESSION_KEY] = [user.pk, timezone.now().isoformat()]


def remembered(http: HttpRequest, user: User) -> datetime | None:
    """When the user last gave the password in this session; a program's call has none."""
    session = getattr(http, "session", None)
    found = session.get(SESSION_KEY) if session is not None else None
    return datetime.fromisoformat(found[1]) if found and found[0] == user.pk else None
