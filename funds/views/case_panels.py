"""What the funds add to the page of a case: the rules of eligibility as they are met today, complaints, hits."""

from typing import Any

from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.urls import reverse

from beneficiaries.models import Case
from beneficiaries.people.merged import every_record_of
from beneficiaries.screened import screening
from funds import complaints
from funds.chain import conflicts
from funds.entitlement import eligibility
from funds.entitlement.eligibility import Found
from funds.entitlement.facts import MET, NOT_MET
from ledger.clock import today
from ledger.roles import Role, roles_of


def eligibility_panel(case: Case, by: User) -> str:
    """Each rule that may be asked of the case, and what it finds today; nothing where no rule is in force."""
    found = eligibility.of_case(case, on=today())
    if not found:
        return ""
    context = {
        "rows": [rule_row(row) for row in found],
        "open": sum(row.verdict != MET for row in found),
        "person": case.person,
        "may_record": Role.CASE_OFFICER in roles_of(by),
    }
    return render_to_string("funds/_case_eligibility.html", context)


def rule_row(row: Found) -> dict[str, Any]:
    """One rule as the checklist shows it."""
    fund = row.rule.fund.code if row.rule.fund else "every fund"
    kind = f", {row.rule.get_kind_display().lower()}" if row.rule.kind else ""
    source = "" if row.rule.verified else " Source not checked."
    look = {MET: ("checked", "Met"), NOT_MET: ("failed", "Not met")}.get(row.verdict, ("warn", "Not known"))
    state, word = ("waived", "Overridden") if row.override else look
    return {
        "name": f"{row.rule.title} ({fund}{kind})",
        "state": "warn" if state == "failed" and not row.holds_up else state,
        "word": word,
        "detail": f"{row.said} Asked: {row.asked}{source}",
    }


def screening_panel(case: Case, by: User) -> str:
    """Hits of the watch list on the person the case is about; nothing where there is none."""
    rows = screening.visible_hits(by).filter(person__in=every_record_of([case.person_id]))
    found = [(row, screening.state_of(row)) for row in rows]
    return render_to_string("beneficiaries/_hits.html", {"hits": found}) if found else ""


def complaints_panel(case: Case, by: User) -> str:
    """Complaints on the case, for those who read them."""
    if roles_of(by).isdisjoint(complaints.READERS):
        return ""
    rows = [
        (row, complaints.state_of(row), complaints.days_late(row))
        for row in complaints.visible_complaints(by).filter(case=case)
    ]
    may_register = not roles_of(by).isdisjoint(complaints.REGISTRARS)
    if not rows and not may_register:
        return ""
    context = {"rows": rows, "new_url": f"{reverse('complaint_new')}?case={case.pk}" if may_register else ""}
    return render_to_string("funds/_case_complaints.html", context)


def conflict_link(case: Case, by: User) -> str:
    """The way to declare a conflict of interest with the case or its person."""
    if roles_of(by).isdisjoint(conflicts.DECLARERS):
        return ""
    return render_to_string("funds/_case_conflict.html", {"case": case})


PANELS = (eligibility_panel, screening_panel, complaints_panel, conflict_link)
