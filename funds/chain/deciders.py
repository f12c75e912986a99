"""Who may decide a step that waits: in their own post, or in somebody's stead; who of them is away. Reads only."""

from dataclasses import dataclass

from django.db.models import Q

from beneficiaries.models import Absence, Office, Officer
from beneficiaries.offices import absences, limits
from beneficiaries.offices.row_scope import everywhere
from funds import approvals
from funds.absence import delegations, powers
from funds.chain import duties
from funds.chain.chains import basis_of
from funds.committee import committee_versions
from funds.models import ApprovalStep, Delegation, Disbursement
from ledger.clock import today


@dataclass(frozen=True, slots=True)
class Decider:
    """An officer who may decide the step now; `power` where it is for somebody else, `away` while the officer is not there."""

    officer: Officer
    power: Delegation | None = None
    away: Absence | None = None

    @property
    def name(self) -> str:
        return self.officer.user.get_full_name()


@everywhere()
def able(request: Disbursement, step: ApprovalStep) -> list[Officer]:
    """The officers who may decide this step now, by name; of a committee those who vote and are free to."""
    if step.committee is not None:
        seats = committee_versions.voters_on(step.committee, today())
        return [seat.officer for seat in seats if not duties.deciding_bar(request, step, seat.officer.user)]
    rows = Officer.objects.filter(user__groups__name=step.role, user__is_active=True).select_related("user", "office")
    rows = rows.filter(
        Q(office=request.office_id) | Q(office__level=Office.Level.FEDERAL) | Q(office=request.fund.office_id)
    )
    found = [
        row for row in rows.order_by("user__last_name", "pk") if not approvals.objection(request, step, row.user, row)
    ]
    if not step.last:
        return found
    own, least = limits.limits_of(found, on=today()), basis_of(request)
    return [row for row in found if row.pk in own and own[row.pk].amount >= least]


@everywhere()
def stand_ins(request: Disbursement, step: ApprovalStep) -> list[Decider]:
    """Those who may decide it now under a delegation, by the delegation; a committee decides in its meeting only."""
    if step.committee is not None:
        return []
    rows = delegations.in_force(Delegation.objects.filter(giver__user__groups__name=step.role), on=today())
    found = []
    for row in rows.select_related("giver__user", "giver__office", "taker__user", "taker__office", "fund"):
        taker = row.taker
        if not taker.user.is_active or not powers.stands(row, taker.user, on=today()):
            continue
        if approvals.objection_for(request, step, taker.user, row):
            continue
        if step.last and powers.limit_of(taker, row, on=today()) < basis_of(request):
            continue
        found.append(Decider(taker, row))
    return found


def deciders(request: Disbursement, step: ApprovalStep) -> list[Decider]:
    """Everybody who may decide the step now, each with the absence of today; one person once."""
    own = [Decider(row) for row in able(request, step)]
    known = {row.officer.pk for row in own}
    every = own + [row for row in stand_ins(request, step) if row.officer.pk not in known]
    away = absences.away_on([row.officer.pk for row in every], on=today())
    return [Decider(row.officer, row.power, away.get(row.officer.pk)) for row in every]
