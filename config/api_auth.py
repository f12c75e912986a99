"""Who calls the API: a bearer token, or the session of a browser, whose changes need the CSRF token as well."""

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from beneficiaries.offices.row_scope import rows_of, show
from beneficiaries.offices.scope import office_of
from beneficiaries.offices.tokens import token_of
from ledger.errors import NotAllowed

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# All that the token of a sender of referrals opens.
SENDERS_MAY = {("POST", "/api/v1/referrals"), ("GET", "/api/v1/referrals/status")}
UNKNOWN = "Send “Authorization: Bearer …” with a token that is in force, or sign in."


def identify(request: HttpRequest) -> User:
    """The person who calls, looked up anew for each request and set as `request.user`.

    Raises: AuthenticationError (401) for nobody, an ended token or a closed account; NotAllowed (403) for an account
    without a post or a session's change without its CSRF token.
    """
    known: User | None = getattr(request, "caller", None)
    if known is not None:
        return known
    header = request.headers.get("Authorization", "")
    user = _bearer(request, header) if header else _session(request)
    show(rows_of(office_of(user)))
    request.user = request.caller = user  # type: ignore[attr-defined]
    return user


def _bearer(request: HttpRequest, header: str) -> User:
    """A header that is there decides alone: a wrong token never falls back to a session.

    Raises: AuthenticationError, NotAllowed for a sender's token that is used for anything but its referrals.
    """
    scheme, _, secret = header.partition(" ")
    token = token_of(secret.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        raise AuthenticationError(message=UNKNOWN)
    if token.referral_source and (request.method, request.path) not in SENDERS_MAY:
        request.user = token.user  # for the record of refused attempts
        raise NotAllowed("This token sends referrals and asks what became of them. It may do nothing else.")
    request.referral_source = token.referral_source  # type: ignore[attr-defined]
    return token.user


def _session(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        raise AuthenticationError(message=UNKNOWN)
    if request.method not in SAFE_METHODS and check_csrf(request):
        raise NotAllowed("The session's change came without its CSRF token.", code="csrf")
    # The plain user behind the request's lazy one: services compare and store it.
    return User.objects.get(pk=user.pk)


class Bearer(HttpBearer):
    """Token of a program."""

    def __call__(self, request: HttpRequest) -> User | None:
        return identify(request) if request.headers.get("Authorization") else None

    def authenticate(self, request: HttpRequest, token: str) -> User:
        return identify(request)


class Session(APIKeyCookie):
    """Session of a browser."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> User:
        return identify(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> User:
        return identify(request)
