"""Which accounts are one person's: everywhere that asks whether two acts are by one person. Reads only.

The database asks the same in `rules/person_rules.py`.
"""

from collections.abc import Iterable

from django.contrib.auth.models import User

from beneficiaries.models import Officer


def selves(user: User) -> list[int]:
    """The keys of all accounts with the user's CNIC, the own one first; read once per user object, so once per request."""
    cached: list[int] | None = getattr(user, "_selves", None)
    if cached is None:
        officer: Officer | None = getattr(user, "officer", None)
        others = Officer.objects.filter(cnic=officer.cnic).exclude(user=user.pk) if officer else Officer.objects.none()
        cached = [user.pk, *others.values_list("user_id", flat=True)]
        user._selves = cached  # type: ignore[attr-defined]
    return cached


def know(officers: Iterable[Officer]) -> None:
    """Reads the same for many officers, in one query, and keeps it with each user object, where `selves` finds it."""
    rows = list(officers)
    accounts: dict[str, list[int]] = {}
    for cnic, user in Officer.objects.filter(cnic__in=sorted({row.cnic for row in rows})).values_list(
        "cnic", "user_id"
    ):
        accounts.setdefault(cnic, []).append(user)
    for row in rows:
        others = [user for user in accounts.get(row.cnic, ()) if user != row.user_id]
        row.user._selves = [row.user_id, *others]  # type: ignore[attr-defined]
