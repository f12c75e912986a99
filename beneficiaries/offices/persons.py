"""Which accounts are one person's: everywhere that asks whether two acts are by one person. Reads only.

The database asks the same in `rules/person_rules.py`.
"""

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
