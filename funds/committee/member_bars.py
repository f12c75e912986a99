"""Which members of a committee count for nothing on an item, and why, in the words others read. Reads only.

Whether somebody may decide is asked of duties.py, as everywhere; here it is said of several people and items at once.
"""

from collections.abc import Sequence

from beneficiaries.offices import persons
from funds.chain import duties
from funds.chain.signatures import RECUSED
from funds.models import ApprovalStep, CommitteeMember, Decision, Disbursement, MinutesItem, PayeeLine

DRAFTED, PAID = "drafted the request", "is a payee of it"
SIGNED, APART = "signed another step of it", "stands apart from it"


def bar(request: Disbursement, step: ApprovalStep, member: CommitteeMember) -> str:
    """Why the member counts for nothing on the request; empty if they are free to decide."""
    return duties.deciding_bar(request, step, member.officer.user)


def bars(items: Sequence[MinutesItem], members: Sequence[CommitteeMember]) -> dict[int, list[tuple[str, str]]]:
    """By item the names of members who count for nothing on it, each with why; whoever is told as recused is left out.

    A query for each person and each item, and three for all.
    """
    keys = [row.item.disbursement_id for row in items]
    accounts = {seat.pk: set(persons.selves(seat.officer.user)) for seat in members}
    cnics = {seat.pk: seat.officer.cnic for seat in members}
    lines = PayeeLine.objects.filter(disbursement__in=keys, cnic__in=sorted({cnic for cnic in cnics.values() if cnic}))
    paid = set(lines.values_list("disbursement_id", "cnic"))
    made = list(
        Decision.objects.filter(disbursement__in=keys).only(
            "disbursement", "submission", "step", "decided_by", "outcome"
        )
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for row in items:
        request, told = row.item.disbursement, {apart.member_id for apart in row.recusals.all()}
        here = [each for each in made if each.disbursement_id == request.pk]
        apart = {each.decided_by_id for each in here if each.outcome == RECUSED}
        apart |= set(duties.conflicts_with(request.pk).values_list("declared_by_id", flat=True))
        elsewhere = {
            each.decided_by_id
            for each in here
            if each.outcome != RECUSED
            and each.submission == row.item.step.submission
            and each.step_id != row.item.step_id
        }
        said = []
        for seat in members:
            own = accounts[seat.pk]
            reasons = (
                (request.maker_id in own, DRAFTED),
                ((request.pk, cnics[seat.pk]) in paid, PAID),
                (bool(own & elsewhere), SIGNED),
                (bool(own & apart), APART),
            )
            why = next((text for holds, text in reasons if holds), "")
            if why and seat.pk not in told:
                said.append((seat.officer.user.get_full_name(), why))
        found[row.pk] = said
    return found
