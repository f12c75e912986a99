"""The second signature on a cheque, where a dated setting asks for one: before it is printed, handed over or cleared."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q

from beneficiaries.offices import persons
from beneficiaries.offices.scope import get_visible, require_office
from funds.chain import duties
from funds.cheque_books.leaves import CHEQUE
from funds.disbursements import lock_disbursement
from funds.models import CoSignature, Instrument, SecondSignature
from funds.rules.cheque_rules import SIGNERS
from ledger.errors import NotAllowed, WrongState
from ledger.roles import require_role

ACT = "sign a cheque as the second person"


def settings_of(fund: int) -> list[SecondSignature]:
    """What is asked of the fund's cheques: its own settings before those for all, of each the last to begin first."""
    rows = SecondSignature.objects.filter(Q(fund=fund) | Q(fund=None))
    return list(rows.order_by(F("fund").asc(nulls_last=True), "-effective_from"))


def asked(paid: Instrument, settings: Sequence[SecondSignature] | None = None) -> bool:
    """Whether two people sign this instrument; `settings` spares a query."""
    if paid.method != CHEQUE:
        return False
    day, rows = paid.issued_on, settings_of(paid.fund_id) if settings is None else settings
    within = (
        row for row in rows if row.effective_from <= day and (row.effective_to is None or row.effective_to >= day)
    )
    found = next(within, None)
    return found is not None and paid.amount >= found.minimum


def lacking(paid: Instrument, settings: Sequence[SecondSignature] | None = None) -> bool:
    """Whether the second signature is asked for and not there."""
    return not hasattr(paid, "co_signature") and asked(paid, settings)


def require_signed(*instruments: Instrument) -> None:
    """Raises: WrongState for a cheque that needs a second signature and has none. The instruments are of one fund."""
    rows = settings_of(instruments[0].fund_id)
    if paid := next((paid for paid in instruments if lacking(paid, rows)), None):
        detail = f"{paid} needs a second signature, by another DDO or a fund manager. Nothing was changed."
        raise WrongState(detail, ids=(paid.pk,), code="second_signature")


@transaction.atomic
def sign(*, instrument: int, by: User) -> CoSignature:
    """Signs a cheque beside whoever issued it; never the same person, nor one who asked for the request or decided on it.

    Raises: NotFound, NotAllowed, WrongState (it needs none, has it, or is no longer issued).
    """
    require_role(by, *SIGNERS, action=ACT)
    rows = Instrument.objects.select_related("line", "fund__office", "co_signature")
    found: Instrument = get_visible(rows, to=by, path="line__disbursement__office", pk=instrument)
    request = lock_disbursement(found.line.disbursement_id, by=by)
    found = rows.get(pk=instrument)
    require_office(found.fund.office, by=by, action=ACT)
    if not asked(found):
        raise WrongState(f"{found} needs no second signature.", ids=(found.pk,))
    if found.state != Instrument.State.ISSUED:
        raise WrongState(f"{found} is {found.get_state_display().lower()}. Nothing was changed.", ids=(found.pk,))
    if hasattr(found, "co_signature"):
        raise WrongState(f"{found.co_signature}. Nothing was changed.", ids=(found.pk,))
    if found.issued_by_id in persons.selves(by):
        raise NotAllowed(f"You issued {found}, so somebody else signs beside you.")
    duties.hands_free(request, by=by)
    return CoSignature.objects.create(instrument=found, recorded_by=by)
