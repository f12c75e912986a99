"""Whether and in which language somebody is told about payments. Nothing is sent where a person is at risk by it."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.inputs import take_optional
from beneficiaries.models import ContactWish, Person
from beneficiaries.models.contact import Language
from beneficiaries.offices.scope import get_visible
from beneficiaries.people.merged import numbers_of, refuse_merged
from ledger.errors import BadInput
from ledger.history import trace
from ledger.roles import Role, require_role

SETTERS = (Role.CASE_OFFICER, Role.VERIFIER)


@dataclass(frozen=True, slots=True)
class Contact:
    """What counts for one human being now: why nothing is sent, or in which language."""

    stop: str = ""
    language: str = Language.URDU


@transaction.atomic
def set_wish(*, person: int, language: str, stop: str = "", by: User) -> ContactWish:
    """From now on messages come in this language, or, where `stop` says why, not at all.

    Raises: NotAllowed, NotFound, BadInput, WrongState for a record that was merged.
    """
    require_role(by, *SETTERS, action="set how somebody is told")
    found = get_visible(Person.objects.all(), to=by, pk=person)
    refuse_merged([found.pk])
    if language not in Language.values:
        raise BadInput("Choose a language.", fields={"language": f"Choose one of: {', '.join(Language.values)}."})
    why = take_optional("stop", stop, maximum=200)
    return ContactWish.objects.create(person=found, language=language, stop=why, set_by=by, **trace())


def contact_of(person: Person) -> Contact:
    """The wishes of every record of this human being: a stop on one of them stops, of languages the last one counts."""
    wishes = ContactWish.objects.filter(person__in=numbers_of(person))
    last = list(wishes.order_by("person_id", "-pk").distinct("person_id"))
    if not last:
        return Contact()
    stop = next((wish.stop for wish in last if wish.stop), "")
    return Contact(stop, max(last, key=lambda wish: wish.pk).language)
