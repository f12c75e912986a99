"""The whole IBAN of a payee line, for who compares it with the bank's paper."""

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.models import Disclosure
from beneficiaries.offices.scope import get_visible
from beneficiaries.people.disclosures import REVEALERS, record
from funds.models import PayeeLine
from ledger.errors import WrongState
from ledger.roles import require_role


def get_line(*, disbursement: int, line: int, by: User) -> PayeeLine:
    """Raises: NotFound, also for a line of another request or office."""
    rows = PayeeLine.objects.select_related("disbursement__office", "disbursement__fund")
    return get_visible(rows, to=by, path="disbursement__office", pk=line, disbursement=disbursement)


@transaction.atomic
def reveal_account(*, disbursement: int, line: int, reason: str, by: User) -> str:
    """Raises: NotAllowed, NotFound, BadInput without a reason, WrongState for a line without an account."""
    require_role(by, *REVEALERS, action="see a whole IBAN")
    found = get_line(disbursement=disbursement, line=line, by=by)
    if not found.iban:
        raise WrongState(f"{found.payee_name} is not paid into an account.", ids=(found.pk,))
    subject = f"{found.payee_name}, {found.disbursement.number} line {found.position}"
    record(
        what=Disclosure.What.IBAN,
        subject=subject,
        office=found.disbursement.office,
        line=found.pk,
        reason=reason,
        by=by,
    )
    return found.iban
