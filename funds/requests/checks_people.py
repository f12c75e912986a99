"""What is compared about the people behind a request: the rules of eligibility, the watch list, complaints. Reads only."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse

from funds.complaints import with_state
from funds.models import Complaint, Disbursement, PayeeLine
from funds.requests import payee_screening
from funds.requests.check import Check
from funds.requests.overview import Overview
from funds.workflow import EDITABLE

SHOWN = 3


def of_people(view: Overview) -> Iterable[Check]:
    """Open points first told apart: rules that stop, rules overridden or not known, hits, appeals."""
    yield from _rules(view)
    yield from _hits(view.request)
    yield from _complaints(view.request)


def _rules(view: Overview) -> Iterable[Check]:
    url = reverse("disbursement_eligibility", args=[view.request.pk])
    answers = view.answers
    if answers.later:
        told = f"All {answers.later:,} cases are asked when the request is submitted, and nothing is submitted that is not met."
        yield Check("The rules of eligibility are not asked yet", told, "passed", url)
    if answers.stopping:
        told = "; ".join(f"{row.case.number}: {row.rule.title}: {row.said}" for row in answers.first_stopping[:SHOWN])
        more = f" And {answers.stopping - SHOWN} more." if answers.stopping > SHOWN else ""
        state = "failed" if view.request.state in EDITABLE else "warn"
        yield Check("A rule of eligibility is not met", f"{told}{more}", state, url)
    for row in answers.first_overridden[:SHOWN]:
        by = row.override.overridden_by.get_full_name() if row.override else ""
        why = row.override.reason if row.override else ""
        yield Check(f"Overridden: {row.rule.title}, {row.case.number}", f"{row.said} {by}: {why}", "warn", url)
    if answers.overridden > SHOWN:
        yield Check(f"Overridden: {answers.overridden - SHOWN} rules more", "Each with its reason.", "warn", url)
    if answers.open_still:
        yield Check("A rule of eligibility could not be answered", "; ".join(answers.open_still)[:400], "warn", url)
    if answers.met and not answers.stopping and not answers.open_still and not answers.overridden:
        yield Check("Every rule of eligibility is met", f"{answers.met} answers, each with its source", "passed", url)


def _hits(request: Disbursement) -> Iterable[Check]:
    hits = payee_screening.in_the_way_of(request)
    for hit in hits[:SHOWN]:
        title = f"{hit.subject} looks like a party of the watch list"
        yield Check(title, f"{hit.entry}. {hit.why} Not paid until it is cleared.", "warn", hit.get_absolute_url())
    if len(hits) > SHOWN:
        yield Check(f"{len(hits) - SHOWN} more hits of the watch list", "See the queue.", "warn", reverse("screening"))
    if not hits:
        yield Check("No payee is held up by the watch list", "By paper number and by name")


def _complaints(request: Disbursement) -> Iterable[Check]:
    cases = PayeeLine.objects.filter(disbursement=request).values("case")
    found = Complaint.objects.filter(case__in=cases, about_officer=None)
    rows = with_state(found).filter(Q(last=None) | ~Q(last="replied")).order_by("pk")
    for row in rows[:SHOWN]:
        detail = f"{row.category}, received {row.received_on:%-d %b %Y}, reply due {row.due_on:%-d %b %Y}"
        yield Check(f"Complaint {row.number} is open", detail, "warn")
