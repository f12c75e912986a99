"""Declared conflicts of interest: an officer says what they have to do with a request, a case or a person, and stands apart
until a fund manager, who is somebody else, finds that it is over."""

from datetime import date

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Case, Person
from beneficiaries.offices import persons
from beneficiaries.offices.scope import get_visible, officer_of, visible
from beneficiaries.people.merged import refuse_merged
from funds.chain.grounds import take_ground
from funds.disbursements import visible_disbursements
from funds.models import Conflict, ConflictEnd, DecisionGround, Disbursement
from ledger.clock import act_date
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.history import trace
from ledger.roles import Role, require_role

# An auditor changes nothing, and an administrator touches no request.
DECLARERS = tuple(role for role in Role if role not in (Role.AUDITOR, Role.ADMINISTRATOR))
ENDERS = (Role.FUND_MANAGER,)
READERS = (Role.FUND_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)


def visible_conflicts(user: User) -> QuerySet[Conflict]:
    """The user's own; for those who watch over duties all of their office's officers, from a federal office all."""
    rows = Conflict.objects.select_related("disbursement", "case", "person", "ground", "ending").order_by("-pk")
    own = rows.filter(declared_by=user)
    if user.groups.filter(name__in=READERS).exists():
        return visible(rows, to=user, path="declared_by__officer__office") | own
    return own


@transaction.atomic
def declare(
    *,
    by: User,
    ground: str,
    reason: str,
    disbursement: int | None = None,
    case: int | None = None,
    person: int | None = None,
    on: date | None = None,
) -> Conflict:
    """The officer stands apart from the request, the case or the person from now on; what they signed before stays.

    Exactly one of the three. `ground` is the code of a DecisionGround for recusals.
    Raises: NotAllowed, NotFound, BadInput, WrongState if it is declared already.
    """
    require_role(by, *DECLARERS, action="declare a conflict of interest")
    if sum(given is not None for given in (disbursement, case, person)) != 1:
        detail = "Name one request, one case or one person."
        raise BadInput(detail, fields={"about": detail})
    officer, day = officer_of(by), act_date(on)
    about: dict[str, Disbursement | Case | Person] = {}
    if disbursement is not None:
        about["disbursement"] = get_visible(visible_disbursements(by), to=by, pk=disbursement)
    elif case is not None:
        about["case"] = get_visible(Case.objects.all(), to=by, pk=case)
    elif person is not None:
        about["person"] = get_visible(Person.objects.all(), to=by, pk=person)
        refuse_merged([person])
    found = take_ground(DecisionGround.Of.RECUSED, ground, on=day)
    why = take("reason", parse_text, reason, maximum=500)
    try:
        with transaction.atomic():
            return Conflict.objects.create(
                **about,
                ground=found,
                reason=why,
                declared_by=by,
                name=by.get_full_name(),
                post=officer.designation,
                declared_on=day,
                **trace(),
            )
    except IntegrityError as error:
        raise WrongState("You declared this already.", code="already_declared") from error


def get_conflict(pk: int, *, by: User) -> Conflict:
    """One that the user may see. Raises: NotFound."""
    row = visible_conflicts(by).filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such conflict of interest in your office.")
    return row


@transaction.atomic
def end(*, conflict: int, reason: str, by: User, on: date | None = None) -> ConflictEnd:
    """The conflict counts no more from now on, for a reason that stays: the officer may take part again.

    Only a fund manager, and never the officer. A recusal is no conflict and is not ended. What was decided by others stays.
    Raises: NotAllowed, NotFound, BadInput, WrongState if it has ended.
    """
    require_role(by, *ENDERS, action="end a conflict of interest")
    row = get_conflict(conflict, by=by)
    if row.declared_by_id in persons.selves(by):
        raise NotAllowed("You declared this conflict, so another fund manager must end it.")
    day, why = act_date(on, not_before=row.declared_on), take("reason", parse_text, reason, maximum=500)
    over = WrongState(f"The conflict of {row.name} with {row.about} has ended.", ids=(row.pk,), code="already_ended")
    if row.ended:
        raise over
    given = {"name": by.get_full_name(), "post": officer_of(by).designation, "ended_on": day, **trace()}
    try:
        with transaction.atomic():
            return ConflictEnd.objects.create(conflict=row, reason=why, ended_by=by, **given)
    except IntegrityError as error:
        raise over from error
