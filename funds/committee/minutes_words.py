"""How minutes are named beside a decision, a sanction and a step. Reads only."""

from collections.abc import Iterable, Sequence

from funds.models import Adoption, ApprovalStep, Decision

DAY = "%-d %b %Y"


def adoptions_of(decisions: Iterable[Decision]) -> dict[int, Adoption]:
    """By item of minutes the number under which these were adopted, in one query."""
    keys = {row.minutes_item_id for row in decisions if row.minutes_item_id is not None}
    if not keys:
        return {}
    rows = Adoption.objects.filter(minutes__items__in=keys).select_related("minutes", "committee")
    found = {row.minutes_id: row for row in rows}
    items = dict(
        Decision.objects.filter(minutes_item__in=keys).values_list("minutes_item_id", "minutes_item__minutes_id")
    )
    return {item: found[minutes] for item, minutes in items.items()}


def words(adoption: Adoption) -> str:
    """'minutes no. RELIEF/2025-26/M-004 of 9 Oct 2025'."""
    return f"minutes no. {adoption.number} of {adoption.minutes.held_on:{DAY}}"


def of_order(signed: list[Decision]) -> str:
    """The minutes that a sanction rests on, as its order names them; empty where no committee decided."""
    return ", ".join(dict.fromkeys(words(row) for row in adoptions_of(signed).values()))


def by_step(steps: Sequence[ApprovalStep]) -> dict[int, str]:
    """By position of a committee's step that was decided in a meeting: 'minutes no. RELIEF/2025-26/M-004 of 9 Oct 2025'.

    `steps` have their decisions prefetched; without a committee among them nothing is asked.
    """
    place = {step.pk: step.position for step in steps if step.committee_id is not None}
    made = [row for step in steps if step.pk in place for row in step.decisions.all()]
    found = adoptions_of(made)
    return {place[row.step_id]: words(found[row.minutes_item_id]) for row in made if row.minutes_item_id in found}
