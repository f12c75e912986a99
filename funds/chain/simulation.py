"""What a request would go through: the rule, why this one, its steps, and who could sign each. Reads only, keeps nothing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from beneficiaries.models import Office, Officer
from beneficiaries.offices import limits
from funds.chain import chains
from funds.committee import committee_versions
from funds.models import ApprovalRule, Committee, Fund, PaymentKind, RuleStep
from funds.workflow import KEEPERS
from ledger.money import figures
from ledger.roles import Role


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who could sign a step, and the limit in rupees where the step sanctions."""

    officer: Officer
    limit: Decimal | None


@dataclass(frozen=True, slots=True)
class SimulatedStep:
    """A step with those who could sign it; `short`: how many people it lacks."""

    step: RuleStep
    last: bool
    signers: list[Signer]
    needed: int = 1

    @property
    def short(self) -> int:
        return max(0, self.needed - len(self.signers))


@dataclass(frozen=True, slots=True)
class Simulation:
    """The rule taken, the others that cover it too, in words; and whether there are enough different people."""

    rule: ApprovalRule
    why: list[str]
    steps: list[SimulatedStep]
    enough: bool

    @property
    def days(self) -> int:
        return sum(row.step.days for row in self.steps)


def simulate(*, fund: Fund, kind: str, office: Office, amount: Decimal, on: date) -> Simulation | None:
    """The chain of `amount` rupees, as added up, on the day; None where no rule covers it. The maker is left out of nothing."""
    found = chains.covering(fund=fund.pk, kind=kind, office=office.pk, amount=amount, on=on)
    if not found:
        return None
    rule, *others = found
    rows = list(rule.steps.select_related("committee").order_by("position"))
    steps = [
        SimulatedStep(
            row,
            row is rows[-1],
            signers(row, last=row is rows[-1], fund=fund, office=office, amount=amount, on=on),
            _needed(row, on),
        )
        for row in rows
    ]
    return Simulation(rule, [_covers(rule, amount), *(_less(other, rule) for other in others)], steps, _enough(steps))


def signers(step: RuleStep, *, last: bool, fund: Fund, office: Office, amount: Decimal, on: date) -> list[Signer]:
    """The officers who hold the step's role and post where it is signed; of the last step those whose limit reaches."""
    if step.committee is not None:
        return _members(step.committee, last=last, amount=amount, on=on)
    where = Q(office__level=Office.Level.FEDERAL) | Q(office=fund.office if Role(step.role) in KEEPERS else office)
    rows = Officer.objects.filter(where, user__groups__name=step.role, user__is_active=True)
    if step.post:
        rows = rows.filter(designation=step.post)
    officers = list(rows.select_related("user", "office").order_by("user__last_name", "pk"))
    if not last:
        return [Signer(officer, None) for officer in officers]
    known = limits.limits_of(officers, on=on)
    found = [Signer(officer, known[officer.pk].amount) for officer in officers if officer.pk in known]
    return [row for row in found if row.limit is not None and row.limit >= amount]


def _needed(step: RuleStep, on: date) -> int:
    """How many people sign: of a committee its quorum."""
    version = committee_versions.version_on(step.committee, on) if step.committee else None
    return version.quorum if version else step.signatures


def _members(committee: Committee, *, last: bool, amount: Decimal, on: date) -> list[Signer]:
    """Those who vote on the day; nobody where the committee would sanction more than it may."""
    own = committee_versions.limit_on(committee, on)
    if last and own < amount:
        return []
    return [Signer(seat.officer, own if last else None) for seat in committee_versions.voters_on(committee, on)]


def _covers(rule: ApprovalRule, amount: Decimal) -> str:
    band = f"{figures(rule.minimum)} to {figures(rule.maximum)}"
    return (
        f"Rule {rule.number}, version {rule.version}, “{rule.title}” covers {figures(amount)}: {band}, {scope(rule)}."
    )


def scope(rule: ApprovalRule) -> str:
    """'DAD, every kind, requests of every office'."""
    fund = rule.fund.code if rule.fund else "every fund"
    kind = str(PaymentKind(rule.kind).label).lower() if rule.kind else "every kind"
    return f"{fund}, {kind}, requests of {rule.office or 'every office'}"


def _less(other: ApprovalRule, rule: ApprovalRule) -> str:
    """Why another rule that covers the amount stands back."""
    if (rule.fund_id is None) != (other.fund_id is None):
        why = "a fund's own rule goes before one for all funds"
    elif (rule.kind == "") != (other.kind == ""):
        why = "a kind's own rule goes before one for every kind"
    elif (rule.office_id is None) != (other.office_id is None):
        why = "an office's own rule goes before one for every office"
    else:
        why = "of two equals the later one counts"
    return f"Rule {other.number}, “{other.title}” covers it too, but {why}."


def _enough(steps: list[SimulatedStep]) -> bool:
    """Whether so many different people can be found: nobody signs twice."""
    places = [{signer.officer.user_id for signer in row.signers} for row in steps for _ in range(row.needed)]
    taken: dict[int, int] = {}

    def place(wanted: int, tried: set[int]) -> bool:
        for person in places[wanted] - tried:
            tried.add(person)
            if person not in taken or place(taken[person], tried):
                taken[person] = wanted
                return True
        return False

    return all(place(wanted, set()) for wanted in range(len(places)))
