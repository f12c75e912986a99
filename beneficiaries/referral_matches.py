"""Who a referral may be about already. The one place that is asked; near matches of names come in here."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from beneficiaries.models import Person, Referral
from beneficiaries.registry import visible_people
from beneficiaries.scope import visible


def people_like(referral: Referral, *, by: User) -> list[Person]:
    """Registered people the user may see who may be this person: by exact CNIC."""
    if not referral.cnic:
        return []
    return list(visible_people(by).filter(cnic=referral.cnic))


def referrals_like(referral: Referral, *, by: User) -> QuerySet[Referral]:
    """Other referrals about the same CNIC that the user may see."""
    rows = Referral.objects.exclude(pk=referral.pk)
    return visible(rows.filter(cnic=referral.cnic) if referral.cnic else rows.none(), to=by)
