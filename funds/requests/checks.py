"""What the system compares before an officer decides: open points first, each with its evidence. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.formats import date_format

from beneficiaries.casework.money import Owed, owed_of
from beneficiaries.models import Obligation, Officer
from beneficiaries.offices.row_scope import everywhere
from funds.budget.budget_position import Room
from funds.chain.signatures import standing
from funds.entitlement.eligibility_summary import LARGE
from funds.models import Disbursement, PayeeLine, PaymentKind
from funds.requests import claims, content, evidence
from funds.requests.check import Check
from funds.requests.checks_people import of_people
from funds.requests.overview import Overview
from funds.workflow import DEAD, EDITABLE, State
from ledger.clock import today
from ledger.money import figures

SHOWN = 3


def all_of(view: Overview, *, room: Room | None, officer: Officer | None, objection: str) -> list[Check]:
    """Every check of one request. `room`: where the head it draws on stands, None where no head pays its kind.

    `objection`: why the viewer may not decide, '' where they may.
    """
    request = view.request
    found = [
        *_papers(view),
        *_claims(view),
        *of_people(view),
        *_minors(request),
        *_earlier(request),
        *_repeated(request),
        *_added_up(view),
        *_above_recommended(request),
        _room(view, room),
    ]
    if request.digest and request.state not in EDITABLE:
        found += [_unchanged(view), _hands(view)]
    if view.state is State.SUBMITTED and view.waiting is not None and officer is not None and not objection:
        found.append(Check("You took no other part in this request", "Not maker, not an earlier signatory, not payee"))
        if view.waiting.last:
            found.append(_limit(view))
    return found


def open_points(checks: Iterable[Check]) -> int:
    """How many points an officer has to read before agreeing."""
    return sum(check.state != "passed" for check in checks)


def _papers(view: Overview) -> list[Check]:
    """What the cases need and have; what a verifier waived is named with the reason, what is withdrawn since stands out."""
    request, papers = view.request, view.papers
    here = f"{reverse('case', args=[papers.case])}#papers" if papers.case else ""
    lacked = _listed(papers.first_missing, papers.missing)
    found = [
        Check("Required papers are missing", lacked, "failed" if request.state in EDITABLE else "warn", here)
    ] * bool(papers.missing)
    for waiver in papers.first_waived[:SHOWN]:
        told = f"{waiver.case.number}, by {waiver.waived_by.get_full_name()}: {waiver.reason}"
        found.append(Check(f"Waived: {waiver.kind}", told, "warn", reverse("case", args=[waiver.case_id])))
    if papers.waived > SHOWN:
        found.append(Check(f"Waived: {papers.waived - SHOWN} papers more", "Each stands on its case.", "warn"))
    found += _withdrawn_since(request)
    if papers.asked and not papers.missing:
        bound = "" if request.state in EDITABLE else "; their files are bound by hash"
        found.append(
            Check("Every required paper is in or waived", f"{papers.there} of {papers.asked} in{bound}", "passed", here)
        )
    return found


def _claims(view: Overview) -> list[Check]:
    """What the cases lack beside papers, with the case to mend; and why more than usual was let through."""
    request = view.request
    if request.state not in EDITABLE:
        return _let_through(request)
    rows = claims.lacking(request, on=today())
    found = [
        Check("Not ready to be submitted", str(row), "failed", reverse("case", args=[row.case])) for row in rows[:SHOWN]
    ]
    if len(rows) > SHOWN:
        found.append(Check(f"{len(rows) - SHOWN} points more", "Each stands on its case.", "failed"))
    return [*found, *_let_through(request)]


def _let_through(request: Disbursement) -> list[Check]:
    """What rules would have stopped, with the reason that lets it go on."""
    return [Check(row.title, row.detail, "warn", row.url) for row in claims.let_through(request, most=SHOWN)]


def _withdrawn_since(request: Disbursement) -> list[Check]:
    rows = request.submitted_papers.filter(submission=request.submission, paper__withdrawal__isnull=False)
    names = [f"{row.paper.case.number}: {row.paper.kind}" for row in rows.select_related("paper__case", "paper__kind")]
    if not names:
        return []
    return [Check("A paper was withdrawn after it was submitted", "; ".join(names[:SHOWN]), "warn")]


def _listed(rows: Sequence[evidence.Lacking], count: int) -> str:
    more = f", and {count - SHOWN} more" if count > SHOWN else ""
    return "; ".join(f"{row.case_number}: {row.kind}" for row in rows[:SHOWN]) + more


def _minors(request: Disbursement) -> list[Check]:
    rows = list(request.lines.filter(person__is_minor=True).values_list("payee_name", "method")[: SHOWN + 1])
    if not rows:
        return []
    methods = dict(PayeeLine.Method.choices)
    names = ", ".join(f"{name}: {methods[method].lower()}" for name, method in rows[:SHOWN])
    many = len(rows) > 1
    title = "Payees are minors" if many else "One payee is a minor"
    return [Check(title, f"{names}. Compare the guardian's papers before payment.", "warn")]


def earlier_lines(request: Disbursement) -> QuerySet[PayeeLine]:
    """Lines of other live requests, in any fund and office, that pay a person of this one."""
    people = request.lines.filter(person__isnull=False).values("person_id")
    others = PayeeLine.objects.filter(person_id__in=people).exclude(disbursement=request)
    return others.exclude(disbursement__state__in=(*DEAD, State.DRAFT))


@everywhere()
def _earlier(request: Disbursement) -> list[Check]:
    rows = list(
        earlier_lines(request)
        .select_related("disbursement__fund")
        .order_by("-disbursement__drafted_on", "-pk")[: SHOWN + 1]
    )
    if not rows:
        return [Check("Nobody here is paid by another request", "Persons compared in all funds and offices")]
    told = "; ".join(
        f"{line.payee_name}, {figures(line.amount)} on {line.disbursement.number} "
        f"({line.disbursement.get_state_display().lower()}, {date_format(line.disbursement.drafted_on, 'j M Y')})"
        for line in rows[:SHOWN]
    )
    more = " and more" if len(rows) > SHOWN else ""
    return [Check("Another request pays the same person", f"{told}{more}.", "warn")]


def _repeated(request: Disbursement) -> list[Check]:
    twice = (
        request.lines.filter(person__isnull=False)
        .values("person_id", "person__name")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    names = [f"{row['person__name']}, {row['times']} lines" for row in twice[:SHOWN]]
    if not names:
        return []
    return [Check("A person is paid more than once here", "; ".join(names) + ".", "warn")]


def _added_up(view: Overview) -> list[Check]:
    """Why the chain is that of a larger sum: which requests, whose, how much."""
    told = [
        f"{reason} gets {figures(reason.total)} with {len(reason.parts)} other request{'s' * (len(reason.parts) > 1)}"
        for reason in view.rolling.reasons[:SHOWN]
    ]
    if not told:
        return []
    text = "; ".join(told)
    return [Check(f"Approved as {figures(view.rolling.basis)}", f"{text[0].upper()}{text[1:]}.", "warn", "#added-up")]


def _above_recommended(request: Disbursement) -> list[Check]:
    if request.kind != PaymentKind.RELIEF:
        return _within_award(request)
    above = request.lines.filter(case__relief__recommended_amount__lt=F("amount")).select_related("case__relief")
    rows = list(above[: SHOWN + 1])
    if not rows:
        return [Check("Amounts are within what was recommended", "Recommended amount of each case")]
    told = "; ".join(
        f"{line.payee_name}: {figures(line.amount)}, recommended {figures(line.case.relief.recommended_amount)}"
        for line in rows[:SHOWN]
    )
    return [Check("More than the case recommends", f"{told}.", "warn")]


def _within_award(request: Disbursement) -> list[Check]:
    """What all live requests, and the shares that heirs waived, leave of each award on which this one draws."""
    rows = owed_of(Obligation.objects.filter(payee_lines__disbursement=request).distinct().order_by("pk"))
    if not rows:
        return []
    beyond = [row for row in rows if row.left < 0]
    told = " ".join(_award(row) for row in (beyond or rows)[:SHOWN])
    if beyond:
        return [Check("More than the court ordered", told, "failed")]
    return [Check("Within the balance of the award", told)]


def _award(row: Owed) -> str:
    """'Ordered Rs 12,00,000.00, paid before Rs 0.00, waived Rs 2,00,000.00, left after all live requests Rs 0.00.'"""
    waived = f"waived {figures(row.waived)}, " if row.waived else ""
    return (
        f"Ordered {figures(row.obligation.amount_ordered)}, paid before {figures(row.obligation.paid_before)}, "
        f"{waived}left after all live requests {figures(max(row.left, Decimal(0)))}."
    )


def _room(view: Overview, room: Room | None) -> Check:
    request = view.request
    if view.sanction is not None:
        return Check("The budget was committed", f"Sanction {view.sanction.number}, {figures(view.sanction.amount)}")
    if room is None:
        return Check("No head of the budget pays this", too_little(request, room), "failed")
    if request.amount > room.free:
        return Check(
            f"{room.whose} has too little room",
            f"{figures(room.free)} free, {figures(request.amount)} asked. It cannot be sanctioned now.",
            "failed",
        )
    return Check(f"{room.whose} has room for it", f"{figures(room.after(request.amount))} free after this")


def too_little(request: Disbursement, room: Room | None) -> str:
    """Why the request cannot be sanctioned from its head, in a sentence; empty if it can."""
    if room is None:
        kind = request.get_kind_display().lower()
        return f"No head of {request.fund.code} pays {kind}. The fund manager adds one."
    if request.amount > room.free:
        return f"{room.whose} has {figures(room.free)} free, less than {figures(request.amount)}."
    return ""


def _unchanged(view: Overview) -> Check:
    request = view.request
    if view.counts["lines"] > LARGE:
        told = f"{view.counts['lines']:,} lines are compared with digest {request.digest[:12]} before each signature"
        return Check("The content is compared when it is signed", told)
    if content.digest(request) != request.digest:
        return Check("The content is not what was submitted", "Tell the auditor before anything else.", "failed")
    signed = sum(map(len, standing(view.steps).values()))
    return Check(
        "Nothing changed since it was submitted" if not signed else "Nothing changed since the signatures",
        f"Amount, payees, bank details and case compared; digest {request.digest[:12]}",
    )


def _hands(view: Overview) -> Check:
    made = [decision for rows in standing(view.steps).values() for decision in rows]
    people = {decision.decided_by_id for decision in made}
    if view.request.maker_id in people or len(people) != len(made):
        return Check("One person acted twice", "Tell the auditor before anything else.", "failed")
    names = ", ".join([view.request.maker.get_full_name(), *(decision.name for decision in made)])
    return Check("Every step is by another person", names)


def _limit(view: Overview) -> Check:
    whose = f"For {view.power.giver_name} you may sanction" if view.power else "Your limit is"
    detail = f"{whose} {figures(view.limit)}, compared with {figures(view.rolling.basis)}"
    if view.beyond:
        return Check("Above your authority", f"{detail}.", "failed")
    return Check("Within your authority", detail)


@everywhere()
def remarks_for(requests: Iterable[Disbursement]) -> dict[int, str]:
    """By request what a list says under it, '2 points to check: a payee is a minor, …'; nothing of those without a point.

    Two queries for all of them.
    """
    keys = [request.pk for request in requests]
    found: dict[int, list[str]] = defaultdict(list)
    if not keys:
        return {}
    lines = PayeeLine.objects.filter(disbursement_id__in=keys)
    for pk in lines.filter(person__is_minor=True).order_by().values_list("disbursement_id", flat=True).distinct():
        found[pk].append("a payee is a minor")
    live = [state for state in State if state not in (*DEAD, State.DRAFT)]
    other = PayeeLine.objects.filter(person=OuterRef("person"), disbursement__state__in=live)
    again = lines.filter(Exists(other.exclude(disbursement=OuterRef("disbursement"))))
    for pk in again.order_by().values_list("disbursement_id", flat=True).distinct():
        found[pk].append("another request pays the same person")
    return {pk: _counted(points) for pk, points in found.items()}


def _counted(points: list[str]) -> str:
    count = "1 point" if len(points) == 1 else f"{len(points)} points"
    return f"{count} to check: {', '.join(points)}"
