"""Delegated limits of officers: what each may sanction on a day; proposing one, agreeing to it, declining it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Officer, OfficerLimit, OfficerLimitDecision
from beneficiaries.models.limits import Consent
from beneficiaries.offices import persons, second_person
from beneficiaries.offices.policies import in_force
from beneficiaries.offices.scope import get_visible, visible
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.money import figures, parse_amount
from ledger.roles import Role, require_role, roles_of

PROPOSERS = (Role.FUND_MANAGER, Role.ADMINISTRATOR)
AGREERS = (Role.FUND_MANAGER, Role.APPROVER)
READERS = (Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, Role.FUND_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)
ZERO = Decimal("0.00")


def agreed() -> QuerySet[OfficerLimit]:
    """Every limit that two people agreed to, whatever its days."""
    return OfficerLimit.objects.filter(decision__outcome=Consent.Outcome.AGREED)


def row_of(officer: Officer, *, on: date) -> OfficerLimit | None:
    """The limit in force for the post that the officer holds; None where there is none."""
    rows = agreed().filter(in_force(on), officer=officer, designation=officer.designation)
    return rows.order_by("-effective_from", "-pk").first()


def limit_of(officer: Officer, *, on: date) -> Decimal:
    """The most, in rupees, this officer may sanction on the day."""
    row = row_of(officer, on=on)
    return row.amount if row else ZERO


def limits_of(officers: list[Officer], *, on: date) -> dict[int, OfficerLimit]:
    """The limits in force of several officers, by officer, in one query."""
    posts = {officer.pk: officer.designation for officer in officers}
    rows = agreed().filter(in_force(on), officer__in=posts).order_by("effective_from", "pk")
    return {row.officer_id: row for row in rows if row.designation == posts[row.officer_id]}


def visible_officers(user: User) -> QuerySet[Officer]:
    """The officers whose limits the user may see: those of the own office, or all from a federal one. Raises: NotAllowed."""
    require_role(user, *READERS, action="see limits")
    return visible(Officer.objects.select_related("user", "office"), to=user)


def history(officer: Officer) -> list[OfficerLimit]:
    """Every limit ever proposed for the officer, the last to begin first."""
    return list(officer.limits.select_related("proposed_by", "decision__decided_by"))


def waiting(user: User) -> QuerySet[OfficerLimit]:
    """Proposals that nobody decided yet, of officers the user may see."""
    rows = OfficerLimit.objects.filter(decision=None).select_related("officer__user", "officer__office", "proposed_by")
    return visible(rows, to=user, path="officer__office").order_by("pk")


@transaction.atomic
def propose(
    *,
    officer: int,
    amount: Any,
    reason: str,
    by: User,
    effective_from: date | None = None,
    effective_to: date | None = None,
) -> OfficerLimit:
    """Asks for a limit in rupees ("0" takes the power away); it counts when another person agrees.

    The first limit of an officer may be dated back to the order that gave it; every later one begins today or later.
    Raises: NotAllowed, NotFound, BadInput.
    """
    require_role(by, *PROPOSERS, action="propose a limit")
    holder = get_visible(Officer.objects.select_related("user"), to=by, pk=officer)
    if holder.user_id in persons.selves(by):
        raise NotAllowed("You cannot propose your own limit. Somebody else does that.")
    first = effective_from or today()
    much = ZERO if str(amount).strip() in ("0", "0.00") else take("amount", parse_amount, amount)
    why = take("reason", parse_text, reason, maximum=500)
    errors = _faults(holder, much, first, effective_to)
    if errors:
        raise BadInput("The limit cannot be proposed like this.", fields=errors)
    made = OfficerLimit.objects.create(
        officer=holder,
        designation=holder.designation,
        grade=holder.grade,
        amount=much,
        effective_from=first,
        effective_to=effective_to,
        reason=why,
        proposed_by=by,
    )
    made.refresh_from_db(fields=["proposed_at"])
    return made


def _faults(holder: Officer, amount: Decimal, first: date, last: date | None) -> dict[str, str]:
    errors: dict[str, str] = {}
    if amount and Role.APPROVER not in roles_of(holder.user):
        errors["amount"] = f"{holder.user.get_full_name()} is no approver, and only an approver has a limit."
    if last and last < first:
        errors["effective_to"] = f"{last:%-d %b %Y} is before the first day, {first:%-d %b %Y}."
    if first < today() and agreed().filter(officer=holder).exists():
        errors["effective_from"] = f"{first:%-d %b %Y} has passed. Only an officer's first limit may be dated back."
    return errors


@transaction.atomic
def agree(*, limit: int, by: User, remark: str = "") -> OfficerLimit:
    """The second person's consent. Raises: NotAllowed (also for the proposer and the officer), NotFound, WrongState."""
    require_role(by, *AGREERS, action="agree to a limit")
    row = _held(limit, by=by)
    second_person.refuse_decided(OfficerLimitDecision.objects.filter(limit=row), row.pk, "limit")
    second_person.refuse_proposer(row.proposed_by_id, "proposed this limit", by=by)
    if row.officer.user_id in persons.selves(by):
        raise NotAllowed("It is your own limit, so somebody else must agree to it.")
    if row.designation != row.officer.designation:
        detail = f"{row.officer.user.get_full_name()} is no longer {row.designation}. Decline this and propose another."
        raise WrongState(detail, ids=(row.pk,))
    if row.effective_from < today() and agreed().filter(officer=row.officer).exists():
        detail = f"The limit would begin on {row.effective_from:%-d %b %Y}, which has passed. Propose a later day."
        raise WrongState(detail, ids=(row.pk,))
    second_person.agree(OfficerLimitDecision(limit=row), remark=remark, by=by)
    return row


@transaction.atomic
def decline(*, limit: int, by: User, remark: str) -> OfficerLimit:
    """Ends a proposal: taken back by who made it, else declined. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    require_role(by, *PROPOSERS, *AGREERS, action="decline a limit")
    row = _held(limit, by=by)
    outcome = second_person.declining(row.proposed_by_id, agreers=AGREERS, action="decline a limit", by=by)
    second_person.refuse_decided(OfficerLimitDecision.objects.filter(limit=row), row.pk, "limit")
    second_person.decline(OfficerLimitDecision(limit=row), outcome, remark=remark, by=by)
    return row


def _held(limit: int, *, by: User) -> OfficerLimit:
    """The proposal, its officer's row locked until the transaction ends. Raises: NotFound."""
    rows = OfficerLimit.objects.select_related("officer__user", "officer__office")
    row = get_visible(rows, to=by, path="officer__office", pk=limit)
    Officer.objects.select_for_update().get(pk=row.officer_id)
    return row


def words(row: OfficerLimit | None) -> str:
    """'Rs 10,00,000.00 since 1 Jul 2025', or that there is none."""
    if row is None or not row.amount:
        return "none"
    until = f" until {row.effective_to:%-d %b %Y}" if row.effective_to else ""
    return f"{figures(row.amount)} since {row.effective_from:%-d %b %Y}{until}"
