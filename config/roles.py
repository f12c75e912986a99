"""The roles as groups of accounts: a role is a group of the same name."""

from django.contrib.auth.models import Group

from ledger.roles import Role


def ensure_groups() -> list[str]:
    """Makes the groups that are missing and returns their names."""
    there = set(Group.objects.values_list("name", flat=True))
    missing = [role.value for role in Role if role.value not in there]
    Group.objects.bulk_create(Group(name=name) for name in missing)
    return missing
