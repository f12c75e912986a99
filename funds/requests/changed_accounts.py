"""Accounts of payees that changed a short time ago: not paid into until some working days have passed, or somebody called back.

How many days is the limit `account_cooling_days`. The question itself stands in hold_rules.py, where the database asks it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.db import connection, transaction

from beneficiaries.identity import parse_name, parse_text
from beneficiaries.inputs import take
from beneficiaries.offices import persons
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import get_visible, require_office
from funds.disbursements import lock_disbursement
from funds.models import AccountConfirmation, PayeeLine
from funds.rules.hold_rules import cooling
from funds.workflow import State
from ledger.errors import NotAllowed, WrongState
from ledger.roles import Role, require_role

CONFIRMERS = (Role.FINANCE_OFFICER, Role.DDO)
FIXED = (State.SANCTIONED, State.VOUCHERED)
TOLD = 10


@dataclass(frozen=True, slots=True)
class Changed:
    """Since when the account of a line is another one, and how many working days are asked for."""

    on: date
    days: int

    def __str__(self) -> str:
        return f"the account changed on {self.on:%-d %b %Y}, less than {self.days} working days ago, and nobody confirmed it"


@everywhere()
def fresh(lines: Iterable[int]) -> dict[int, Changed]:
    """Those of the lines, by key, whose account is too new to be paid into."""
    with connection.cursor() as cursor:
        cursor.execute(cooling("SELECT unnest(%(lines)s::bigint[])"), {"lines": list(lines)})
        return {line: Changed(day, int(days)) for line, day, days in cursor.fetchall()}


def require_cooled(payees: Iterable[PayeeLine]) -> None:
    """Raises: WrongState naming the payees whose account changed a moment ago."""
    names = {payee.pk: payee.payee_name for payee in payees if payee.method == PayeeLine.Method.TRANSFER}
    found = fresh(names) if names else {}
    if found:
        told = "; ".join(f"{names[line]}: {found[line]}" for line in sorted(found)[:TOLD])
        detail = f"{told}. Wait, or let somebody who did not write it down call the payee back and confirm the account."
        raise WrongState(detail, ids=tuple(sorted(found)), code="account_changed")


@transaction.atomic
def confirm(*, line: int, spoke_to: str, reference: str, by: User) -> AccountConfirmation:
    """Records the call-back by which somebody else than the request's maker confirmed the account of a line.

    Raises: NotAllowed, NotFound, WrongState (the payees are not fixed, no transfer, confirmed before), BadInput.
    """
    require_role(by, *CONFIRMERS, action="confirm an account")
    rows = PayeeLine.objects.select_related("disbursement")
    found = get_visible(rows, to=by, path="disbursement__office", pk=line)
    request = lock_disbursement(found.disbursement_id, by=by)
    require_office(request.fund.office, by=by, action="confirm an account")
    if request.maker_id in persons.selves(by):
        raise NotAllowed("You wrote this account down, so somebody else must call the payee back.")
    if request.state not in FIXED or found.method != PayeeLine.Method.TRANSFER:
        detail = f"An account is confirmed for a transfer of a request that is sanctioned and not paid; {request.number} is not."
        raise WrongState(detail, ids=(found.pk,))
    if hasattr(found, "confirmation"):
        raise WrongState(f"{found.confirmation}. Nothing was changed.", ids=(found.pk,))
    made = AccountConfirmation.objects.create(
        line=found,
        spoke_to=take("spoke_to", parse_name, spoke_to),
        reference=take("reference", parse_text, reference, maximum=120),
        confirmed_by=by,
    )
    made.refresh_from_db(fields=["confirmed_at"])
    return made
