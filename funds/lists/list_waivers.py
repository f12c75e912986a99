"""A verifier lets a whole list go on without a paper that each of its cases would need: one reason, a waiver for every case."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Case, PaperKind, PaperWaiver
from beneficiaries.offices import persons
from funds.disbursements import lock_disbursement
from funds.models import Disbursement, PayeeLine
from funds.requests import evidence
from funds.workflow import EDITABLE
from ledger.bulk import insert_columns
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.history import trace
from ledger.roles import Role, require_role

WAIVERS = (Role.VERIFIER,)


def require_waivable(request: Disbursement, *, by: User) -> None:
    """A draft, or one that was returned, of another maker. Raises: WrongState, NotAllowed."""
    if request.state not in EDITABLE:
        detail = f"{request.number} is {request.get_state_display().lower()}. Papers are waived before it is submitted."
        raise WrongState(detail, ids=(request.pk,))
    if request.maker_id in persons.selves(by):
        raise NotAllowed("You drafted this request, so somebody else waives its papers.")


@transaction.atomic
def waive_for_list(*, disbursement: int, kind: str, by: User, reason: str) -> int:
    """Waives one kind of paper for every case of the request that needs it and has it not; says for how many.

    Raises: NotFound, NotAllowed (also the maker), BadInput, WrongState where the request is under way or no case lacks it.
    """
    require_role(by, *WAIVERS, action="waive a paper for a list")
    request = lock_disbursement(disbursement, by=by)
    require_waivable(request, by=by)
    why = take("reason", parse_text, reason, maximum=500)
    wanted = PaperKind.objects.filter(code=kind).first()
    if wanted is None:
        detail = f"{kind[:40]!r} is no kind of paper. Choose one of the list."
        raise BadInput(detail, fields={"kind": detail})
    keys = PayeeLine.objects.filter(disbursement=request).values("case")
    list(Case.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
    cases = [row.case_id for row in evidence.missing(request, on=today()) if row.kind_id == wanted.pk]
    if not cases:
        raise WrongState(f"No case of {request.number} lacks “{wanted}”.", ids=(request.pk,), code="not_missing")
    told = f"{why} (for the list {request.number})"
    same = {"kind": wanted.pk, "reason": told, "waived_by": by.pk, "recorded_at": timezone.now()} | trace()
    insert_columns(PaperWaiver, {"case": cases}, same)
    return len(cases)
