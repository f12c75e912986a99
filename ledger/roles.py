"""Who may do what, by role: a role is a Django group of the same name. Nobody, superuser included, gets round a role check."""

from typing import TYPE_CHECKING

from django.db.models import TextChoices

from ledger.errors import NotAllowed

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Role(TextChoices):
    CASE_OFFICER = "case_officer", "Case officer"
    VERIFIER = "verifier", "Verifier"
    FINANCE_OFFICER = "finance_officer", "Finance officer"
    APPROVER = "approver", "Approver"
    DDO = "ddo", "Drawing and disbursing officer"
    RECONCILER = "reconciler", "Reconciler"
    FUND_MANAGER = "fund_manager", "Fund manager"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


# Who reads requests and what decides on them; an administrator looks after users (decision 0041).
ALL_BUT_ADMINISTRATORS = tuple(role for role in Role if role is not Role.ADMINISTRATOR)


def roles_of(user: "User") -> frozenset[Role]:
    """The roles an active user holds now; read once per user object, so once per request."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    cached: frozenset[Role] | None = getattr(user, "_roles", None)
    if cached is None:
        names = {group.name for group in user.groups.all()}  # no query where the groups were read before
        cached = frozenset(role for role in Role if role.value in names)
        user._roles = cached  # type: ignore[attr-defined]
    return cached


def require_role(user: "User", *allowed: Role, action: str) -> None:
    """Raises NotAllowed, naming the roles that may, unless the user holds one of `allowed`."""
    if roles_of(user).isdisjoint(allowed):
        names = " or ".join(str(role.label).lower() for role in allowed)
        raise NotAllowed(f"To {action} you need the role {names}.")
