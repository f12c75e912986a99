"""Letting a request go on although a rule of eligibility is not met: by the role the rule names, with a reason that stays."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.offices.scope import officer_of
from funds.disbursements import lock_disbursement
from funds.entitlement.eligibility import Found, evaluate
from funds.models import Disbursement, EligibilityOverride
from funds.models.eligibility import OVERRIDING_ROLES
from funds.workflow import EDITABLE
from ledger.clock import act_date
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.history import trace
from ledger.roles import Role, require_role

OVERRIDERS = tuple(Role(role) for role, _ in OVERRIDING_ROLES)


@transaction.atomic
def override(
    *, disbursement: int, case: int, rule: int, by: User, reason: str, on: date | None = None
) -> EligibilityOverride:
    """Lets one case of a draft go on although a rule is not met; the reason goes with the request to its approvers.

    Raises: NotFound, NotAllowed (another role than the rule's, the maker, a payee), BadInput, WrongState.
    """
    require_role(by, *OVERRIDERS, action="override a rule of eligibility")
    request = lock_disbursement(disbursement, by=by)
    if request.state not in EDITABLE:
        detail = (
            f"{request.number} is {request.get_state_display().lower()}. A rule is overridden before it is submitted."
        )
        raise WrongState(detail, ids=(request.pk,))
    why = take("reason", parse_text, reason, maximum=500)
    found = evaluate(request, on=act_date(on, not_before=request.drafted_on), only=[case])
    row = next((row for row in found if (row.case.pk, row.rule.pk) == (case, rule)), None)
    if row is None:
        detail = "No such rule is asked about such a case of this request. Choose one of the list."
        raise BadInput(detail, fields={"rule": detail})
    _check_hands(request, row, by)
    if not row.stops:
        word = "overridden already" if row.override else "not in the way"
        raise WrongState(f"“{row.rule}” for {row.case.number} is {word}.", ids=(request.pk,), code="not_stopped")
    return EligibilityOverride.objects.create(
        disbursement=request, case=row.case, rule=row.rule, said=row.said, reason=why, overridden_by=by, **trace()
    )


def _check_hands(request: Disbursement, row: Found, by: User) -> None:
    require_role(by, Role(row.rule.override_role), action=f"override “{row.rule}”")
    if request.maker_id == by.pk:
        raise NotAllowed(f"You drafted {request.number}, so somebody else overrides its rules.")
    own = officer_of(by).cnic
    if row.case.person.cnic == own or request.lines.filter(cnic=own).exists():
        raise NotAllowed(f"{request.number} is about yourself, so somebody else overrides its rules.")
