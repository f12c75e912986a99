"""Who may decide steps that wait: in their own post, or in somebody's stead; who of them is away. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import User

from beneficiaries.models import Absence, Officer
from beneficiaries.offices import absences, limits, persons, scope
from beneficiaries.offices.row_scope import everywhere
from funds import approvals
from funds.absence import delegations, powers
from funds.chain import chains, duties, signatures
from funds.committee import committee_versions
from funds.models import ApprovalStep, Delegation, Disbursement
from ledger.clock import today
from ledger.roles import Role


@dataclass(frozen=True, slots=True)
class Decider:
    """An officer who may decide the step now; `power` where it is for somebody else, `away` while the officer is not there."""

    officer: Officer
    power: Delegation | None = None
    away: Absence | None = None

    @property
    def name(self) -> str:
        return self.officer.user.get_full_name()


def deciders(request: Disbursement, step: ApprovalStep) -> list[Decider]:
    """Everybody who may decide the step now, each with the absence of today; one person once."""
    step.disbursement = request
    return of_steps([step])[step.pk]


@everywhere()
def of_steps(steps: Sequence[ApprovalStep]) -> dict[int, list[Decider]]:
    """The same for many steps, by step: those in their own post by name, then those in somebody's stead; of a committee
    those who vote and are free to.

    Steps come with their requests. As many queries for many steps as for one: a few for all officers of their roles, some
    for each delegation in force and each committee.
    """
    roles = {step.role for step in steps if step.committee is None}
    own, lent, seats = _officers(roles), _lent(roles), _seats(steps)
    signing = own + [each for row in lent for each in (row.giver, row.taker)]
    every = [*signing, *(officer for rows in seats.values() for officer in rows)]
    persons.know(every)
    scope.know(signing)
    world = _World(
        duties.barred(steps, [officer.user for officer in every]),
        chains.bases_of(step.disbursement for step in steps),
        {pk: row.amount for pk, row in limits.limits_of(own, on=today()).items()},
        {row.pk: powers.limit_of(row.taker, row, on=today()) for row in lent},
    )
    away = absences.away_on({officer.pk for officer in every}, on=today())
    found = {}
    for step in steps:
        rows: list[tuple[Officer, Delegation | None]]
        if step.committee is not None:
            rows = [(officer, None) for officer in seats[step.committee.pk] if world.free(step, officer)]
        else:
            rows = [(officer, None) for officer in own if world.in_post(step, officer)]
            known = {officer.pk for officer, _ in rows}
            rows += [(row.taker, row) for row in lent if row.taker_id not in known and world.in_stead(step, row)]
        found[step.pk] = [Decider(officer, power, away.get(officer.pk)) for officer, power in rows]
    return found


def without_anybody(request: Disbursement, step: ApprovalStep) -> str:
    """What has to be done where too few officers are left who may decide the step; empty where enough are."""
    step.disbursement = request
    return without_anybody_of([step])[step.pk]


def without_anybody_of(steps: Sequence[ApprovalStep]) -> dict[int, str]:
    """The same for many waiting steps, each with its request, by step."""
    committees = {step.committee.pk: step.committee for step in steps if step.committee is not None}
    versions = {pk: committee_versions.version_on(row, today()) for pk, row in committees.items()}
    free, missing = of_steps(steps), signatures.missing_of(steps)
    found = {}
    for step in steps:
        version = versions.get(step.committee_id or 0)
        needed = version.quorum if version else missing[step.pk]
        found[step.pk] = "" if len(free[step.pk]) >= needed else _another(step)
    return found


def _another(step: ApprovalStep) -> str:
    if step.committee is not None:
        return f"Too few members of {step.committee} are free to decide on it. A fund manager has to propose another member."
    role = Role(step.role).label.lower()
    who = step.post or role
    return f"Everybody who could has taken another part or stands apart. Another {who} is needed; the administrator names one."


@dataclass(frozen=True, slots=True)
class _World:
    """What was read for all of the steps: who is barred, and in rupees the sums and the limits of posts and delegations."""

    barred: set[tuple[int, int]]
    bases: dict[int, Decimal]
    limits: dict[int, Decimal]
    reach: dict[int, Decimal]

    def free(self, step: ApprovalStep, officer: Officer) -> bool:
        return (step.pk, officer.user_id) not in self.barred

    def in_post(self, step: ApprovalStep, officer: Officer) -> bool:
        """As approvals.objection and the own limit say."""
        request, office = step.disbursement, officer.office
        near = office.is_federal or office.pk in (request.office_id, request.fund.office_id)
        if not near or not self.free(step, officer) or approvals.post_bar(request, step, officer.user, officer):
            return False
        own = self.limits.get(officer.pk)
        return not step.last or (own is not None and own >= self.bases[request.pk])

    def in_stead(self, step: ApprovalStep, power: Delegation) -> bool:
        """As approvals.objection_for and the limit of the delegation say."""
        request, giver = step.disbursement, power.giver
        basis = self.bases[request.pk]
        if not self.free(step, power.taker) or not self.free(step, giver) or powers.beyond(request, power, basis):
            return False
        if approvals.post_bar(request, step, giver.user, giver):
            return False
        return not step.last or self.reach[power.pk] >= basis


def _officers(roles: set[str]) -> list[Officer]:
    """Who holds any of the roles, by name."""
    users = User.objects.filter(groups__name__in=roles, is_active=True)
    rows = Officer.objects.filter(user__in=users).select_related("user", "office").prefetch_related("user__groups")
    return list(rows.order_by("user__last_name", "pk"))


def _lent(roles: set[str]) -> list[Delegation]:
    """The delegations of officers of the roles that give something today."""
    givers = User.objects.filter(groups__name__in=roles)
    rows = delegations.in_force(Delegation.objects.filter(giver__user__in=givers), on=today())
    rows = rows.select_related("giver__user", "giver__office", "taker__user", "taker__office", "fund")
    rows = rows.prefetch_related("giver__user__groups", "taker__user__groups")
    return [row for row in rows if row.taker.user.is_active and powers.stands(row, row.taker.user, on=today())]


def _seats(steps: Sequence[ApprovalStep]) -> dict[int, list[Officer]]:
    """By committee the officers who vote today."""
    committees = {step.committee.pk: step.committee for step in steps if step.committee is not None}
    return {
        pk: [seat.officer for seat in committee_versions.voters_on(committee, today())]
        for pk, committee in committees.items()
    }
