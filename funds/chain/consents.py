"""Versions of rules and committees, limits, delegations and freezes that wait for the consent of this user. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.urls import reverse

from beneficiaries.offices import limits
from beneficiaries.offices.scope import acts_for, office_of
from funds.absence import delegations
from funds.chain import freezes, rule_book, rule_versions
from funds.committee import committee_versions, committees
from funds.models import ApprovalRule, Freeze
from ledger.money import figures
from ledger.roles import roles_of


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
    held = roles_of(user)
    found = []
    if not held.isdisjoint(rule_book.AGREERS):
        found += [
            Asked(
                f"Rule of chains “{row.title}”, version {row.version}",
                row.reason,
                row.get_absolute_url(),
                _name(row.proposed_by),
                row.proposed_at,
            )
            for row in rule_versions.waiting()
            if row.proposed_by_id != user.pk and _in_scope(row, user)
        ]
    if not held.isdisjoint(committees.AGREERS):
        found += [
            Asked(
                f"Committee “{row.committee}”, version {row.version}",
                row.reason,
                row.committee.get_absolute_url(),
                _name(row.proposed_by),
                row.proposed_at,
            )
            for row in committee_versions.waiting()
            if row.proposed_by_id != user.pk
            and committee_versions.in_scope(row.committee, user)
            and committee_versions.seat_of(row, user) is None
        ]
    if not held.isdisjoint(limits.AGREERS):
        rows = limits.waiting(user).exclude(proposed_by=user).exclude(officer__user=user)
        found += [
            Asked(
                f"Limit of {figures(row.amount)} for {row.officer.user.get_full_name()}",
                row.reason,
                reverse("officer_limits", args=[row.officer_id]),
                _name(row.proposed_by),
                row.proposed_at,
            )
            for row in rows
        ]
    found += [
        Asked(f"Delegation: {row}", row.reason, row.get_absolute_url(), row.giver_name, row.given_at)
        for row in delegations.waiting(user)
    ]
    found += [_freeze(row) for row in freezes.waiting(user)]
    return sorted(found, key=lambda row: row.at)


def _freeze(row: Freeze) -> Asked:
    """A freeze that waits, or the proposal to lift one."""
    lift = freezes.open_lift(row)
    if lift is None:
        return Asked(str(row), row.reason, row.get_absolute_url(), _name(row.proposed_by), row.proposed_at)
    return Asked(f"To be lifted: {row}", lift.reason, row.get_absolute_url(), _name(lift.proposed_by), lift.proposed_at)


def _in_scope(rule: ApprovalRule, user: User) -> bool:
    return acts_for(rule.fund.office, by=user) if rule.fund else office_of(user).is_federal


def _name(user: User | None) -> str:
    return user.get_full_name() if user else ""
