"""The roles as groups of accounts: a role is a group of the same name."""

from collections.abc import Iterable

from django.contrib.auth.models import Group

from ledger.errors import BadInput
from ledger.roles import INCOMPATIBLE, Role


def ensure_groups() -> list[str]:
    """Makes the groups that are missing and returns their names."""
    there = set(Group.objects.values_list("name", flat=True))
    missing = [role.value for role in Role if role.value not in there]
    Group.objects.bulk_create(Group(name=name) for name in missing)
    return missing


def check_compatible(roles: Iterable[Role]) -> None:
    """Raises BadInput naming the first pair that one person may not hold together."""
    held = frozenset(roles)
    for pair in INCOMPATIBLE:
        if pair <= held:
            names = " and ".join(sorted(role.label.lower() for role in pair))
            raise BadInput(f"One person may not be {names}.", fields={"roles": f"{names} do not go together."})
