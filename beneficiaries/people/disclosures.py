"""Whole private values, for an officer who compares them with a card or a cheque leaf: asked for with a reason, and recorded."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Disclosure, Office, Person
from beneficiaries.offices.scope import get_visible, visible
from ledger.errors import BadInput, WrongState
from ledger.history import trace
from ledger.roles import Role, require_role, roles_of
from ledger.texts import shortened

What = Disclosure.What
# Those who compare the value with a card, a cheque or a court paper.
REVEALERS = (Role.CASE_OFFICER, Role.VERIFIER, Role.FINANCE_OFFICER, Role.DDO, Role.AUDITOR)
OF_A_PERSON = (What.CNIC, What.OTHER_ID, What.PHONE, What.ADDRESS)


@transaction.atomic
def reveal(*, person: int, what: str, reason: str, by: User) -> str:
    """The whole CNIC, telephone, address or number of another paper; that it was shown is kept with the reason.

    Raises: NotAllowed, NotFound, BadInput without a reason, WrongState where there is none.
    """
    require_role(by, *REVEALERS, action="see a whole CNIC, telephone or address")
    found = get_visible(Person.objects.select_related("office"), to=by, pk=person)
    if what not in OF_A_PERSON:
        asked = f"Ask for one of: {', '.join(OF_A_PERSON)}."
        raise BadInput(f"{what!r} cannot be shown. {asked}", fields={"what": asked})
    value: str = getattr(found, what) or ""
    if not value:
        raise WrongState(f"No {What(what).label} of {found.name} is recorded.", ids=(found.pk,))
    record(what=What(what), subject=found.name, office=found.office, person=found, reason=reason, by=by)
    return value


def record(
    *, what: Disclosure.What, subject: str, office: Office, reason: str, by: User,
    person: Person | None = None, line: int | None = None,
) -> Disclosure:  # fmt: skip
    """Keeps that the value is shown to `by`; in the transaction that reads it. Raises: BadInput without a reason."""
    return Disclosure.objects.create(
        what=what,
        subject=shortened(subject, 200),
        office=office,
        person=person,
        line=line,
        reason=take("reason", parse_text, reason, maximum=200),
        shown_to=by,
        roles=",".join(sorted(roles_of(by)))[:200],
        **trace(),
    )


def visible_disclosures(user: User, text: str = "") -> QuerySet[Disclosure]:
    """Looks at values of the reader's office, or of all; `text` looks in names and reasons."""
    rows = visible(Disclosure.objects.select_related("shown_to", "person", "office"), to=user)
    if not text:
        return rows
    return rows.filter(
        Q(subject__icontains=text) | Q(reason__icontains=text) | Q(shown_to__username__iexact=text)
        | Q(shown_to__last_name__iexact=text) | Q(shown_to__first_name__iexact=text)
    )  # fmt: skip
