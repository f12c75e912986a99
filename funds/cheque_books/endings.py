"""What becomes of the paper of a failed cheque, or of a spoilt leaf: destroyed before a witness, or lost."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take, take_optional
from beneficiaries.models import Officer
from beneficiaries.offices import persons
from beneficiaries.offices.scope import get_visible, require_office
from funds.cheque_books.books import get_mark, hold_cheques
from funds.cheque_books.leaves import CHEQUE
from funds.models import ChequeEnd, Fund, Instrument
from funds.readers import require_reader
from ledger.clock import act_date
from ledger.errors import BadInput, WrongState
from ledger.roles import Role, require_role

ENDERS = (Role.DDO, Role.RECONCILER)
ACT = "record the end of a cheque"


@transaction.atomic
def end_cheque(
    *,
    instrument: int,
    kind: str,
    witness: int | None = None,
    stop_reference: str = "",
    indemnity: str = "",
    by: User,
    on: date | None = None,
) -> ChequeEnd:
    """What became of the paper of a failed cheque: destroyed before a witness, or lost, stopped and indemnified.

    Only then another payment replaces it (Finance Division OM F.5(3)Exp.III/2009). `witness` is an officer's key.
    Raises: NotAllowed, NotFound, BadInput, WrongState (it has not failed, or its end is recorded).
    """
    require_role(by, *ENDERS, action=ACT)
    failed = _failed_cheque(instrument, by=by)
    if kind not in ChequeEnd.Kind.values:
        raise _slip("kind", "Choose what became of the paper: destroyed or lost.")
    if kind == ChequeEnd.Kind.LOST and failed.state != Instrument.State.STOPPED:
        raise _slip("kind", f"{failed} is {failed.get_state_display().lower()}. A lost cheque is stopped first.")
    made = ChequeEnd(instrument=failed, kind=kind, ended_on=act_date(on, not_before=failed.state_on), recorded_by=by)
    made.stop_reference = take_optional("stop_reference", stop_reference, maximum=80)
    if failed.state == Instrument.State.STOPPED and not made.stop_reference:
        raise _slip("stop_reference", "Write the number of the bank's confirmation that the cheque is stopped.")
    if kind == ChequeEnd.Kind.LOST:
        made.indemnity = take("indemnity", parse_text, indemnity, maximum=80)
    else:
        made.witness = _witness(failed.fund, witness, by=by)
    made.save(force_insert=True)
    return made


@transaction.atomic
def destroy_leaf(*, fund: str, mark: int, witness: int | None, by: User, on: date | None = None) -> ChequeEnd:
    """A spoilt or void leaf is destroyed before a witness. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    require_role(by, *ENDERS, action=ACT)
    row = get_mark(fund, mark, by=by)
    of = row.book.fund
    require_office(of.office, by=by, action=ACT)
    hold_cheques(of)
    if hasattr(row, "paper_end"):
        raise WrongState(f"Leaf {row.number} is recorded: {row.paper_end}.", ids=(row.pk,))
    made = ChequeEnd(mark=row, kind=ChequeEnd.Kind.DESTROYED, ended_on=act_date(on), recorded_by=by)
    made.witness = _witness(of, witness, by=by)
    made.save(force_insert=True)
    return made


def _failed_cheque(pk: int, *, by: User) -> Instrument:
    """Under the lock of the fund's cheques. Raises: NotFound, NotAllowed, WrongState."""
    require_reader(by)
    rows = Instrument.objects.select_related("fund__office", "paper_end")
    found = get_visible(rows, to=by, path="line__disbursement__office", pk=pk)
    require_office(found.fund.office, by=by, action=ACT)
    hold_cheques(found.fund)
    found = rows.get(pk=pk)
    if found.method != CHEQUE or found.state in Instrument.LIVE:
        what = found.get_state_display().lower()
        raise WrongState(f"{found} is {what}. Only the paper of a failed cheque is destroyed or lost.", ids=(pk,))
    if hasattr(found, "paper_end"):
        raise WrongState(f"{found} is recorded: {found.paper_end}. Nothing was changed.", ids=(pk,))
    return found


def witnesses(fund: Fund, *, by: User) -> QuerySet[Officer]:
    """The officers of the fund's office who may have seen a paper destroyed: all but the person who records it."""
    rows = Officer.objects.filter(office=fund.office_id, user__is_active=True).select_related("user")
    return rows.exclude(user__in=persons.selves(by)).order_by("user__last_name", "pk")


def _witness(fund: Fund, officer: int | None, *, by: User) -> User:
    """Raises: BadInput."""
    row = witnesses(fund, by=by).filter(pk=officer).first() if officer else None
    if row is None:
        raise _slip("witness", f"Name the officer of {fund.office} who saw it destroyed; it is somebody else than you.")
    return row.user


def _slip(field: str, detail: str) -> BadInput:
    return BadInput(detail, fields={field: detail})
