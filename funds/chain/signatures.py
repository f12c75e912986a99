"""Which decisions count: an approval does until its step, or one before it, is asked to sign again. Reads only."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, QuerySet

from funds.models import ApprovalStep, Decision, Disbursement

APPROVED, RETURNED, RECUSED = Decision.Outcome.APPROVED, Decision.Outcome.RETURNED, Decision.Outcome.RECUSED


def counting(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Of these decisions the approvals that no later return has set aside."""
    back = Decision.objects.filter(
        disbursement_id=OuterRef("disbursement_id"),
        submission=OuterRef("submission"),
        outcome=RETURNED,
        pk__gt=OuterRef("pk"),
        back_to__lte=OuterRef("step__position"),
    )
    return rows.filter(outcome=APPROVED).exclude(Exists(back))


def signatures(request: Disbursement) -> list[Decision]:
    """The approvals that count, in the order of the chain."""
    rows = request.decisions.filter(submission=request.submission).select_related(
        "step__committee", "decided_by", "delegation__giver"
    )
    return list(counting(rows).order_by("step__position", "pk"))


def missing(step: ApprovalStep) -> int:
    """How many people have still to sign the step."""
    return max(0, step.signatures - counting(step.decisions.all()).count())


def missing_of(steps: Iterable[ApprovalStep]) -> dict[int, int]:
    """The same for many steps, by step, in one query."""
    rows = list(steps)
    made = counting(Decision.objects.filter(step__in=rows)).order_by().values("step").annotate(number=Count("pk"))
    signed = dict(made.values_list("step", "number"))
    return {step.pk: max(0, step.signatures - signed.get(step.pk, 0)) for step in rows}


def standing(steps: Iterable[ApprovalStep]) -> dict[int, list[Decision]]:
    """By position what stands there: the approvals that count, and after them the return to the maker or rejection that
    ended the chain.

    `steps` are those of one submission with their decisions prefetched.
    """
    made = sorted((row for step in steps for row in step.decisions.all()), key=lambda row: row.pk)
    place = {step.pk: step.position for step in steps}
    found: dict[int, list[Decision]] = {}
    for row in made:
        if row.outcome == RECUSED:
            continue
        if row.outcome == RETURNED and row.back_to:
            found = {position: rows for position, rows in found.items() if position < row.back_to}
        else:
            found.setdefault(place[row.step_id], []).append(row)
    return found


def sent_back(steps: Iterable[ApprovalStep]) -> Decision | None:
    """The return that made the waiting step sign again, while nobody has signed after it."""
    last = max((row for step in steps for row in step.decisions.all()), key=lambda row: row.pk, default=None)
    return last if last is not None and last.outcome == RETURNED else None


def recusals(request: Disbursement) -> list[Decision]:
    """Who stood back from the request at its step, in any submission."""
    return list(request.decisions.filter(outcome=RECUSED).select_related("step", "ground", "decided_by").order_by("pk"))
