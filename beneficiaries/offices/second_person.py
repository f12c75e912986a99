"""Consent by a second person: who proposed does not agree, through whichever account, and nothing is decided twice.

What may be proposed, by whom and where, and what else consent asks for, stands with each proposal; it locks first. The
database keeps the same in `rules/person_rules.py`. A `proposer` is the key of an account, None where a migration wrote the
proposal.
"""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take, take_optional
from beneficiaries.models.limits import Consent
from beneficiaries.offices import persons
from ledger.errors import NotAllowed, WrongState
from ledger.roles import Role, require_role

Outcome = Consent.Outcome
REMARK = 500  # letters


def refuse_proposer(proposer: int | None, did: str, *, by: User) -> None:
    """`did` as in "proposed this limit". Raises: NotAllowed."""
    if proposer in persons.selves(by):
        raise NotAllowed(f"You {did}, so somebody else must agree to it.")


def declining(proposer: int | None, *, agreers: tuple[Role, ...], action: str, by: User) -> Consent.Outcome:
    """Who proposed takes it back; everybody else declines it, and must be one of those who might agree. Raises: NotAllowed."""
    if proposer in persons.selves(by):
        return Outcome.WITHDRAWN
    require_role(by, *agreers, action=action)
    return Outcome.DECLINED


def refuse_decided(decisions: QuerySet[Consent], proposal: int, what: str) -> None:
    """Asked under the lock. `decisions`: those on the proposal of this key. Raises: WrongState."""
    done = decisions.first()
    if done is not None:
        raise WrongState(f"This {what} is decided: {str(done).lower()}. Nothing was changed.", ids=(proposal,))


def agree(decision: Consent, *, remark: str, by: User) -> None:
    """Writes the decision, made of its proposal and not yet saved, as consent. Raises: BadInput."""
    _write(decision, Outcome.AGREED, take_optional("remark", remark, maximum=REMARK), by=by)


def decline(decision: Consent, outcome: Consent.Outcome, *, remark: str, by: User) -> None:
    """Writes the decision as declined or taken back, which the remark gives the reason of. Raises: BadInput without one."""
    _write(decision, outcome, take("remark", parse_text, remark, maximum=REMARK), by=by)


def _write(decision: Consent, outcome: Consent.Outcome, remark: str, *, by: User) -> None:
    decision.outcome, decision.remark, decision.decided_by = outcome, remark, by
    decision.save(force_insert=True)
    decision.refresh_from_db(fields=["decided_at"])
