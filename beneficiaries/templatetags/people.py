"""What the tabs over people and cases need on each of their pages."""

from django import template
from django.contrib.auth.models import User

from beneficiaries.people import merging
from beneficiaries.views.duplicates import READERS
from ledger.roles import roles_of

register = template.Library()


@register.simple_tag
def pairs_waiting(user: User) -> int | None:
    """How many pairs wait to be compared; None for who does not see them."""
    return None if roles_of(user).isdisjoint(READERS) else merging.open_pairs(user).count()
