"""Whether the committees that a rule names may take its steps. Reads only."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from beneficiaries.models import Office
from funds.committee import committee_versions
from funds.models import Committee, Fund
from ledger.errors import BadInput
from ledger.money import figures
from ledger.roles import Role


class Step(Protocol):
    """What is asked of a proposed step."""

    @property
    def role(self) -> str: ...
    @property
    def post(self) -> str: ...
    @property
    def signatures(self) -> int: ...
    @property
    def committee(self) -> Committee | None: ...


def require_fit(steps: Sequence[Step], *, fund: Fund | None, maximum: Decimal, on: date) -> None:
    """Raises: BadInput with `steps.N.committee` for a committee that is of another office, has no members or no such limit."""
    errors: dict[str, str] = {}
    for place, step in enumerate(steps):
        if step.committee is None:
            continue
        fault = _fault(step, step.committee, fund, maximum if step is steps[-1] else None, on)
        if fault:
            errors[f"steps.{place}.committee"] = fault
    if errors:
        raise BadInput("The committees cannot take these steps.", fields=errors)


def _fault(step: Step, committee: Committee, fund: Fund | None, sanctions: Decimal | None, on: date) -> str:
    if step.role != Role.APPROVER or step.post or step.signatures != 1:
        return f"{committee} decides by its quorum: choose the role approver, no post and one signature."
    if committee.office.level != Office.Level.FEDERAL and (fund is None or fund.office_id != committee.office_id):
        return f"{committee} is of {committee.office} and decides only on funds that this office keeps."
    version = committee_versions.version_on(committee, on)
    if version is None:
        return f"{committee} has no members on {on:%-d %b %Y}. Two people agree on them first."
    if sanctions is not None and (version.sanction_limit is None or version.sanction_limit < sanctions):
        limit = figures(version.sanction_limit) if version.sanction_limit is not None else "nothing"
        return f"{committee} may sanction {limit}, and this band goes up to {figures(sanctions)}."
    return ""
