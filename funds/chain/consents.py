"""All that waits for the consent of this user: versions of rules and committees, limits, delegations, freezes, budget
that is to move, months and years to be opened again, receipts to be cancelled, deposits that a court kept. Reads only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse

from beneficiaries.models import OfficerLimit
from beneficiaries.offices import limits, persons
from beneficiaries.offices.scope import visible
from funds import receiving
from funds.absence import delegations
from funds.books import calendar
from funds.budget import reappropriations
from funds.chain import freezes, rule_book, rule_versions
from funds.committee import committee_versions, committees
from funds.models import (
    ApprovalRule,
    CommitteeVersion,
    Delegation,
    Forfeiture,
    Freeze,
    Reappropriation,
    ReceiptCancellation,
)
from funds.owing import bail_deposits
from funds.receipts import reading
from ledger.models import Reopening
from ledger.money import figures
from ledger.roles import Role, roles_of

AGREERS = frozenset(
    {Role.FUND_MANAGER, Role.APPROVER}
)  # whoever agrees to any of them; each service asks its own roles


@dataclass(frozen=True, slots=True)
class Asked:
    """One proposal: what it is, where it is decided, who proposed it and when."""

    what: str
    reason: str
    url: str
    by: str
    at: datetime


def waiting_for(user: User) -> list[Asked]:
    """The proposals of others that this user may agree to, the oldest first."""
    found = [tell(row) for rows, tell in _kinds(user) for row in rows]
    return sorted(found, key=lambda row: row.at)


def rows_for(user: User) -> list[QuerySet[Any]]:
    """The same as rows of each kind, to be counted: every page shows how many."""
    return [rows for rows, _ in _kinds(user)]


def _kinds(user: User) -> Iterator[tuple[QuerySet[Any], Callable[[Any], Asked]]]:
    held, accounts = roles_of(user), persons.selves(user)
    if not held.isdisjoint(rule_book.AGREERS):
        rules = visible(rule_versions.undecided(), to=user, path="fund__office")
        yield rules.exclude(proposed_by__in=accounts), _rule
    if not held.isdisjoint(committees.AGREERS):
        versions = visible(committee_versions.undecided(), to=user, path="committee__office")
        sitting = versions.filter(members__officer__user__in=accounts).values("pk")
        yield versions.exclude(proposed_by__in=accounts).exclude(pk__in=sitting), _committee
    if not held.isdisjoint(limits.AGREERS):
        yield limits.waiting(user).exclude(proposed_by__in=accounts).exclude(officer__user__in=accounts), _limit
    yield delegations.waiting(user), _delegation
    yield freezes.waiting(user), _freeze
    yield reappropriations.to_agree(user), _move
    yield calendar.to_agree(user), _reopening
    if not held.isdisjoint(receiving.AGREERS):
        yield reading.to_agree(user), _cancellation
        yield bail_deposits.to_agree(user), _forfeiture


def _rule(row: ApprovalRule) -> Asked:
    what = f"Rule of chains “{row.title}”, version {row.version}"
    return Asked(what, row.reason, row.get_absolute_url(), _name(row.proposed_by), row.proposed_at)


def _committee(row: CommitteeVersion) -> Asked:
    what = f"Committee “{row.committee}”, version {row.version}"
    return Asked(what, row.reason, row.committee.get_absolute_url(), _name(row.proposed_by), row.proposed_at)


def _limit(row: OfficerLimit) -> Asked:
    what = f"Limit of {figures(row.amount)} for {row.officer.user.get_full_name()}"
    url = reverse("officer_limits", args=[row.officer_id])
    return Asked(what, row.reason, url, _name(row.proposed_by), row.proposed_at)


def _delegation(row: Delegation) -> Asked:
    return Asked(f"Delegation: {row}", row.reason, row.get_absolute_url(), row.giver_name, row.given_at)


def _freeze(row: Freeze) -> Asked:
    """A freeze that waits, or the proposal to lift one."""
    lift = freezes.open_lift(row)
    if lift is None:
        return Asked(str(row), row.reason, row.get_absolute_url(), _name(row.proposed_by), row.proposed_at)
    return Asked(f"To be lifted: {row}", lift.reason, row.get_absolute_url(), _name(lift.proposed_by), lift.proposed_at)


def _move(row: Reappropriation) -> Asked:
    what = f"{figures(row.amount)} of {row.fund.code} from {row.from_head} to {row.to_head}"
    url = f"{reverse('fund_budget', args=[row.fund.code])}?year={row.year.label}"
    return Asked(what, row.reason, url, _name(row.recorded_by), row.recorded_at)


def _reopening(row: Reopening) -> Asked:
    """A year to be opened again, or a month."""
    book = (row.year or row.period).book.code  # type: ignore[union-attr]  # the database holds one of them
    what = f"Year {row.year}" if row.year else f"{row.period.start:%B %Y}"  # type: ignore[union-attr]
    url = f"{reverse('period_calendar', args=[book])}#waiting"
    return Asked(f"To be opened again: {what} of {book}", row.reason, url, _name(row.asked_by), row.asked_at)


def _cancellation(row: ReceiptCancellation) -> Asked:
    what = f"Receipt {row.receipt} of {figures(row.receipt.amount)} to be cancelled"
    return Asked(what, row.reason, row.receipt.get_absolute_url(), _name(row.proposed_by), row.proposed_at)


def _forfeiture(row: Forfeiture) -> Asked:
    what = f"Bail deposit kept by a court: {figures(row.amount)} of {row.line.disbursement.fund.code}"
    url = reverse("deposit", args=[row.line_id])
    return Asked(what, row.reason, url, _name(row.proposed_by), row.proposed_at)


def _name(user: User | None) -> str:
    return user.get_full_name() if user else ""
