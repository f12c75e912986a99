"""In whose stead an officer may sign: the delegations in force, what each reaches, and whether its giver is free. Reads only."""

from datetime import date
from decimal import Decimal

from django.contrib.auth.models import User

from beneficiaries.models import Officer
from beneficiaries.offices import limits
from funds.absence import delegations
from funds.chain import duties
from funds.chain.chains import basis_of
from funds.chain.signatures import counting
from funds.models import ApprovalStep, Decision, Delegation, Disbursement
from ledger.clock import today
from ledger.errors import NotFound, WrongState
from ledger.money import figures


def held_by(user: User, *, on: date | None = None) -> list[Delegation]:
    """The delegations under which the user may sign on the day, whose giver still holds the post and whose roles go
    together; read once per user object for today."""
    cached: list[Delegation] | None = getattr(user, "_powers", None) if on is None else None
    if cached is None:
        day = on or today()
        rows = delegations.in_force(Delegation.objects.filter(taker__user=user.pk), on=day)
        found = rows.select_related("giver__user", "giver__office", "fund").order_by("pk")
        cached = [row for row in found if stands(row, user, on=day)]
        if on is None:
            user._powers = cached  # type: ignore[attr-defined]
    return cached


def stands(row: Delegation, taker: User, *, on: date) -> bool:
    """Whether an agreed delegation still gives something: the giver is there in that post, and the roles go together."""
    giver = row.giver
    return (
        giver.user.is_active and giver.designation == row.giver_post and not delegations.clash(giver.user, taker, on=on)
    )


def get(delegation: int, *, by: User, on: date) -> Delegation:
    """A delegation that the user holds today and on the day of the act. Raises: NotFound, WrongState where it is not in force."""
    now = held_by(by)
    then = {row.pk for row in (now if on == today() else held_by(by, on=on))}
    found = next((row for row in now if row.pk == delegation and row.pk in then), None)
    if found is None and Delegation.objects.filter(pk=delegation, taker__user=by.pk).exists():
        detail = "The delegation under which you would sign is not in force, today or on that day. Nothing was decided."
        raise WrongState(detail, ids=(delegation,), code="delegation_not_in_force")
    if found is None:
        raise NotFound("There is no such delegation to you.")
    return found


def bar(request: Disbursement, step: ApprovalStep, power: Delegation) -> str:
    """Why nobody may sign this step for the giver: not this fund, too much, or the giver may not decide on it either."""
    if text := beyond(request, power, basis_of(request)):
        return text
    if duties.deciding_bar(request, step, power.giver.user):
        return f"{power.giver_name} may not decide on this request, so nobody signs it for them."
    return ""


def beyond(request: Disbursement, power: Delegation, basis: Decimal) -> str:
    """Why the delegation does not reach the request, whose sum is `basis`: another fund's, or too much; empty if it does."""
    if power.fund is not None and power.fund_id != request.fund_id:
        return f"The delegation of {power.giver_name} is for {power.fund.code} only."
    if basis > power.ceiling:
        return f"{figures(basis)} is above the ceiling of the delegation, {figures(power.ceiling)}."
    return ""


def limit_of(officer: Officer, power: Delegation | None, *, on: date) -> Decimal:
    """The most, in rupees, that may be sanctioned: the own limit, or under a delegation the smaller of its ceiling and the
    giver's limit on the day."""
    if power is None:
        return limits.limit_of(officer, on=on)
    return min(power.ceiling, limits.limit_of(power.giver, on=on))


def reach(officer: Officer, power: Delegation | None, *, on: date) -> Decimal:
    """The most, in rupees, that an act dated `on` and recorded now may sanction: the smaller limit of that day and of today."""
    return min(limit_of(officer, power, on=day) for day in (on, today()))


def require_still(request: Disbursement, step: ApprovalStep) -> None:
    """Raises: WrongState where the limit of somebody who signed this last step before was lowered since."""
    for made in counting(step.decisions.select_related("decided_by__officer", "delegation__giver")):
        if basis_of(request) > limit_of(made.decided_by.officer, made.delegation, on=today()):
            detail = f"{made.name} signed this step and may sanction less now. Return it to an earlier step, to be signed again."
            raise WrongState(detail, ids=(request.pk,), code="above_limit")


def limit_behind(decision: Decision) -> Decimal:
    """The limit that a decision rested on, on its day."""
    return limit_of(decision.decided_by.officer, decision.delegation, on=decision.decided_on)
