"""Bearer tokens of the API: issued once, kept only as a digest, ended by revoking them or closing the account."""

import hashlib
import re
import secrets
from contextlib import nullcontext

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import ApiToken, ReliefCase
from beneficiaries.offices.scope import officer_of
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.history import acting

# The prefix lets a scanner of code and logs recognise a token that went astray.
PREFIX = "rlt_"
SECRET = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")


def _digest(secret: str) -> str:
    """A plain hash is enough: the secret has 256 random bits, so there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue(*, user: User, name: str, by: User | None, referral_source: str = "") -> tuple[ApiToken, str]:
    """A new token for `user` and its secret, which nobody can read again later. `by` is None at the server's own shell.

    With `referral_source` it sends referrals of this source, asks what became of them, and nothing else.
    Raises: BadInput for a name that is empty or in use, NotAllowed for an account that is closed or has no post.
    """
    label = take("name", parse_text, name, maximum=80)
    if not user.is_active:
        raise NotAllowed(f"The account of {user.get_username()} is closed.")
    officer_of(user)
    if referral_source and referral_source not in ReliefCase.Referral.values:
        detail = (
            f"{referral_source!r} is no source of referrals. Choose one of: {', '.join(ReliefCase.Referral.values)}."
        )
        raise BadInput(detail, fields={"referrals": detail})
    User.objects.select_for_update().get(pk=user.pk)
    if ApiToken.objects.filter(user=user, name=label, revoked_at=None).exists():
        detail = f"{user.get_username()} has a token {label!r} already. Revoke it first, or choose another name."
        raise BadInput(detail, fields={"name": detail})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(user=user, name=label, digest=_digest(secret), referral_source=referral_source)
    _save(token, by=by, note=f"API token {label} issued")
    return token, secret


@transaction.atomic
def revoke(*, user: User, name: str, by: User | None) -> ApiToken:
    """Ends a token at once. Raises: NotFound, WrongState where it has ended already."""
    rows = list(ApiToken.objects.select_for_update().filter(user=user, name=name.strip().replace("\0", "")))
    live = next((row for row in rows if row.revoked_at is None), None)
    if not rows:
        raise NotFound(f"{user.get_username()} has no token {name!r}.")
    if live is None:
        raise WrongState(f"The token {name!r} of {user.get_username()} is revoked already.", ids=(rows[0].pk,))
    live.revoked_at = timezone.now()
    _save(live, by=by, note=f"API token {live.name} revoked")
    return live


def _save(token: ApiToken, *, by: User | None, note: str) -> None:
    token._change_reason = note if by else f"{note} at the server's shell"  # type: ignore[attr-defined]
    with acting(by) if by else nullcontext():
        token.save()


def token_of(secret: str) -> ApiToken | None:
    """The token in force; None for one that is unknown, revoked or of a closed account."""
    if not SECRET.fullmatch(secret):
        return None
    rows = ApiToken.objects.select_related("user").filter(digest=_digest(secret), revoked_at=None)
    return rows.filter(user__is_active=True).first()
