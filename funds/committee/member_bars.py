"""Which members of a committee count for nothing on an item, and why, in the words others read. Reads only.

Whether somebody may decide is asked of duties.py when minutes are carried out; here the same is said of several people and
items at once, and of what was carried out as it stood then.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from beneficiaries.offices import persons
from funds.chain import duties
from funds.chain.signatures import RECUSED
from funds.committee import agendas
from funds.models import ApprovalStep, CommitteeMember, Decision, Disbursement, MinutesItem, PayeeLine

DRAFTED, PAID = "drafted the request", "is a payee of it"
SIGNED, APART = "signed another step of it", "stands apart from it"


def bar(request: Disbursement, step: ApprovalStep, member: CommitteeMember) -> str:
    """Why the member counts for nothing on the request, in the words of a refusal; empty if they are free to decide."""
    return duties.deciding_bar(request, step, member.officer.user)


def bars(items: Sequence[MinutesItem], members: Sequence[CommitteeMember]) -> dict[int, list[tuple[str, str]]]:
    """By item the names of members who count for nothing on it, each with why.

    Whoever is told as recused, or decided on the item, is left out. A query for each person and each item, and two for all.
    """
    keys = [row.item.disbursement_id for row in items]
    cnics = {seat.pk: seat.officer.cnic for seat in members}
    lines = PayeeLine.objects.filter(disbursement__in=keys, cnic__in=sorted({cnic for cnic in cnics.values() if cnic}))
    paid = set(lines.values_list("disbursement_id", "cnic"))
    made: dict[int, list[Decision]] = {}
    for each in Decision.objects.filter(disbursement__in=keys).select_related("step", "delegation__giver"):
        made.setdefault(each.disbursement_id, []).append(each)
    found: dict[int, list[tuple[str, str]]] = {}
    for row in items:
        request, settled = row.item.disbursement, _settled_at(row)
        before = [each for each in made.get(request.pk, []) if settled is None or each.recorded_at < settled]
        elsewhere, apart = _signed_elsewhere(row, before), _apart(row, before, settled)
        quiet = {told.member_id for told in row.recusals.all()}
        decided = {each.decided_by_id for each in row.decisions.all()}
        said = []
        for seat in members:
            own = set(persons.selves(seat.officer.user))
            reasons = (
                (request.maker_id in own, DRAFTED),
                (bool(own & elsewhere), SIGNED),
                ((request.pk, cnics[seat.pk]) in paid, PAID),
                (bool(own & apart), APART),
            )
            why = next((text for holds, text in reasons if holds), "")
            if why and seat.pk not in quiet and not own & decided:
                said.append((seat.officer.user.get_full_name(), why))
        found[row.pk] = said
    return found


def _settled_at(row: MinutesItem) -> datetime | None:
    """When it was found who counts: as the item was carried out, or, with nothing to carry out, as the minutes were adopted."""
    if agendas.carried(row):
        return min(made.recorded_at for made in row.decisions.all() if made.outcome == row.outcome)
    adoption = getattr(row.minutes, "adoption", None)
    return adoption.recorded_at if adoption is not None and row.outcome not in agendas.DECIDING else None


def _signed_elsewhere(row: MinutesItem, made: Sequence[Decision]) -> set[int]:
    """The accounts that signed another step of the submission, and those for whom somebody signed one."""
    step = row.item.step
    rows = [each for each in made if each.outcome != RECUSED and each.step_id != step.pk]
    rows = [each for each in rows if each.submission == step.submission]
    givers = {each.delegation.giver.user_id for each in rows if each.delegation is not None}
    return givers | {each.decided_by_id for each in rows}


def _apart(row: MinutesItem, made: Sequence[Decision], settled: datetime | None) -> set[int]:
    """The accounts that recused from the request, or whose conflict stands; of a settled item, stood at that time."""
    request = row.item.disbursement_id
    if settled is None:
        rows = duties.standing_conflicts(request)
    else:
        rows = duties.conflicts_with(request).filter(recorded_at__lt=settled)
        rows = rows.filter(Q(ending=None) | Q(ending__recorded_at__gte=settled))
    recused = {each.decided_by_id for each in made if each.outcome == RECUSED}
    return recused | set(rows.values_list("declared_by_id", flat=True))
