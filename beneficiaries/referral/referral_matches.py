"""Who a referral may be about already: the one place that is asked."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from beneficiaries.duplicates import Candidate, candidates
from beneficiaries.models import Person, Referral
from beneficiaries.offices.scope import visible
from beneficiaries.people.likeness import Likeness, Particulars
from beneficiaries.registry import visible_people

SAME_CNIC = Likeness(100, ("the same CNIC",))


def people_like(referral: Referral, *, by: User) -> list[Candidate]:
    """Registered people the user may see who may be this person: those with the CNIC first, then near matches."""
    same = visible_people(by).filter(cnic=referral.cnic) if referral.cnic else Person.objects.none()
    found = {person.pk: Candidate(person, SAME_CNIC) for person in same}
    for row in candidates(_particulars(referral), to=by):
        found.setdefault(row.person.pk, row)
    return list(found.values())


def _particulars(referral: Referral) -> Particulars:
    return Particulars(
        name=referral.name,
        relative_name=referral.relative_name,
        gender=referral.gender,
        district=referral.district_id,
        province=referral.district.province_id,
        name_urdu=referral.name_urdu,
        relation=referral.relation,
        born_on=referral.born_on,
        cnic=referral.cnic,
        phone=referral.phone,
    )


def referrals_like(referral: Referral, *, by: User) -> QuerySet[Referral]:
    """Other referrals about the same CNIC that the user may see."""
    rows = Referral.objects.exclude(pk=referral.pk)
    return visible(rows.filter(cnic=referral.cnic) if referral.cnic else rows.none(), to=by)
