"""What every page needs: the brand, who is signed in, and the sections that person may use."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest

from config.navigation import sections_for
from funds.requests import inbox
from ledger.roles import roles_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor of all templates."""
    user = getattr(request, "user", AnonymousUser())
    brand = {"name": "Relief Ledger", "ministry": settings.PAPER_MINISTRY, "home": "/"}
    shared: dict[str, Any] = {"brand": brand, "demo": settings.DEMO}
    if not isinstance(user, User) or not user.is_authenticated:
        return shared
    return shared | {
        "me": {"name": user.get_full_name() or user.get_username(), "line": post_of(user)},
        "sections": sections_for(user, request.path, waiting=waiting_for(user)),
    }


def post_of(user: User) -> str:
    """The user's designation, or the roles where there is no post."""
    officer = inbox.post_of(user)
    return (
        (officer.designation if officer else "")
        or ", ".join(sorted(str(role.label) for role in roles_of(user)))
        or "No role yet"
    )


def waiting_for(user: User) -> int | None:
    """How many requests or payments wait for this user's move; None for roles that have no such list."""
    return inbox.waiting_for(user)
