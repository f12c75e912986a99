"""The second signature on a cheque, where a dated setting asks for one: before it is printed, handed over or cleared."""

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


def asked(paid: Instrument) -> SecondSignature | None:
    """The setting under which this cheque needs a second signature; a fund's own goes before one for all."""
    if paid.method != CHEQUE:
        return None
    day = paid.issued_on
    rows = SecondSignature.objects.filter(Q(fund=paid.fund_id) | Q(fund=None), effective_from__lte=day)
    rows = rows.filter(Q(effective_to=None) | Q(effective_to__gte=day))
    found = rows.order_by(F("fund").asc(nulls_last=True), "-effective_from").first()
    return found if found is not None and paid.amount >= found.minimum else None


def lacking(paid: Instrument) -> bool:
    """Whether the second signature is asked for and not there."""
    return not hasattr(paid, "co_signature") and asked(paid) is not None


def require_signed(paid: Instrument) -> None:
    """Raises: WrongState for a cheque that needs a second signature and has none."""
    if lacking(paid):
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
    if asked(found) is None:
        raise WrongState(f"{found} needs no second signature.", ids=(found.pk,))
    if found.state != Instrument.State.ISSUED:
        raise WrongState(f"{found} is {found.get_state_display().lower()}. Nothing was changed.", ids=(found.pk,))
    if hasattr(found, "co_signature"):
        raise WrongState(f"{found.co_signature}. Nothing was changed.", ids=(found.pk,))
    if found.issued_by_id in persons.selves(by):
        raise NotAllowed(f"You issued {found}, so somebody else signs beside you.")
    duties.hands_free(request, by=by)
    return CoSignature.objects.create(instrument=found, recorded_by=by)
