"""Payees on hold: nothing is paid to them until another person ends it. The database keeps the same in hold_rules.py."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Person
from beneficiaries.offices import persons
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.people.merged import refuse_merged
from funds.models import PayeeHold, PayeeHoldEnd, PayeeLine
from funds.readers import seen
from funds.rules import hold_rules
from funds.rules.hold_rules import LOCK
from ledger.errors import NotAllowed, NotFound, WrongState
from ledger.locks import hold
from ledger.roles import ALL_BUT_ADMINISTRATORS, Role, require_role

HOLDERS = (Role.FINANCE_OFFICER, Role.DDO)
READERS = ALL_BUT_ADMINISTRATORS
TOLD = 10


def visible_holds(user: User) -> QuerySet[PayeeHold]:
    """Every hold of the user's office, those that were ended too; all from a federal one."""
    rows = PayeeHold.objects.select_related("person", "placed_by", "end__ended_by", "office")
    return seen(rows, by=user)


def get_hold(pk: int, *, by: User) -> PayeeHold:
    """Raises: NotFound."""
    row = visible_holds(by).filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such hold in your office.")
    return row


def held() -> RawSQL:
    """Whether a hold stands on the payee of a payee line that is the row of the query, as the database asks it."""
    return RawSQL(hold_rules.held("funds_payeeline"), [], output_field=BooleanField())  # noqa: S611 - no value is in it


@everywhere()
def require_none(lines: Iterable[PayeeLine]) -> None:
    """Raises: WrongState naming the payees on hold and why."""
    rows = PayeeLine.objects.filter(pk__in=[line.pk for line in lines]).filter(held())
    names = list(rows.order_by("position").values_list("payee_name", "pk")[:TOLD])
    if names:
        told = ", ".join(name for name, _ in names)
        detail = f"{told}: on hold, so nothing is paid to them. See the list of holds; another person than who placed one ends it."
        raise WrongState(detail, ids=tuple(pk for _, pk in names), code="payee_on_hold")


@transaction.atomic
def place_on_person(*, person: Person, reason: str, by: User) -> PayeeHold:
    """Nothing is paid to the person from now on. Raises: NotAllowed, WrongState (merged, on hold already), BadInput."""
    require_role(by, *HOLDERS, action="put a payee on hold")
    refuse_merged([person.pk])
    row = PayeeHold(office=person.office, person=person, payee_kind=PayeeLine.PayeeKind.PERSON, payee_name=person.name)
    return _place(row, reason, by=by)


@transaction.atomic
def place_on_line(*, line: PayeeLine, reason: str, by: User) -> PayeeHold:
    """Nothing is paid to the payee of this line, whatever the request. Raises: as `place_on_person`."""
    if line.person is not None:
        return place_on_person(person=line.person, reason=reason, by=by)
    require_role(by, *HOLDERS, action="put a payee on hold")
    row = PayeeHold(office=line.disbursement.office, payee_kind=line.payee_kind, payee_name=line.payee_name)
    return _place(row, reason, by=by)


def _place(row: PayeeHold, reason: str, *, by: User) -> PayeeHold:
    row.reason, row.placed_by = take("reason", parse_text, reason, maximum=500), by
    hold(LOCK)
    same = {"person": row.person} if row.person else {"payee_kind": row.payee_kind, "payee_name": row.payee_name}
    with everywhere():
        there = PayeeHold.objects.filter(end=None, **same).first()
    if there is not None:
        raise WrongState(f"{there}. It stays until somebody ends it.", ids=(there.pk,), code="on_hold_already")
    row.save(force_insert=True)
    row.refresh_from_db(fields=["placed_at"])
    return row


@transaction.atomic
def end(*, hold_id: int, reason: str, by: User) -> PayeeHold:
    """Another person ends the hold. Raises: NotAllowed (also for who placed it), NotFound, WrongState, BadInput."""
    require_role(by, *HOLDERS, action="end a hold")
    hold(LOCK)
    row = get_hold(hold_id, by=by)
    if row.placed_by_id in persons.selves(by):
        raise NotAllowed("You placed this hold, so somebody else must end it.")
    if hasattr(row, "end"):
        raise WrongState("This hold is ended already. Nothing was changed.", ids=(row.pk,))
    why = take("reason", parse_text, reason, maximum=500)
    PayeeHoldEnd.objects.create(hold=row, reason=why, ended_by=by)
    return get_hold(row.pk, by=by)
