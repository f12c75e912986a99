"""Complaints and referrals in every state of the published table."""

from typing import Any

from beneficiaries.models import Case
from beneficiaries.referral import referrals
from funds import complaints
from funds.complaints import HANDLERS
from funds.models import Complaint, ComplaintCategory
from tests import world
from tests.world import World

NAMES = {"new": "Rabia Bano", "accepted": "Salma Naz", "duplicate": "Farida Jan", "declined": "Gul Meena"}


def complained(here: World) -> dict[str, Any]:
    """One in each state, and of those assigned one to each who may be given it, because only that officer answers it."""
    ComplaintCategory.objects.create(
        code="delay", name="Delay", days=21, effective_from=world.START, source="House rules"
    )
    holder = here["second_approver"]
    rows = {state: _given(here, holder) for state in ("assigned", "replied", "reopened")}
    found: dict[str, Any] = {
        state: {"pk": row.pk, "of": {}, "officer": holder.pk}
        for state, row in (rows | {"registered": _new(here)}).items()
    }
    found["assigned"]["of"] = {role.value: _given(here, here[role]).pk for role in HANDLERS}
    for state in ("replied", "reopened"):
        complaints.reply(complaint=rows[state].pk, outcome="upheld", text="It was late", by=holder)
    complaints.reopen(complaint=rows["reopened"].pk, text="A new letter", by=holder)
    return found


def _new(here: World) -> Complaint:
    return complaints.register(category="delay", channel="letter", text="No answer for a year", by=here["case_officer"])


def _given(here: World, officer: Any) -> Complaint:
    row = _new(here)
    complaints.assign(complaint=row.pk, officer=officer.pk, text="Look into it", by=here["second_verifier"])
    return row


def referred(here: World, case: int) -> dict[str, Any]:
    """Of four people; `case` is one of which a referral may be a duplicate."""
    rows = {state: here.referral(name=name) for state, name in NAMES.items()}
    by = here["case_officer"]
    values = {
        "violation": "torture",
        "happened_on": rows["accepted"].happened_on,
        "district": here.district,
        "recommended_amount": "5000",
    }
    referrals.accept(referral=rows["accepted"].pk, by=by, case_values=values)
    referrals.mark_duplicate(referral=rows["duplicate"].pk, by=by, reason="Twice", case=case)
    referrals.decline(referral=rows["declined"].pk, by=by, reason="Not ours")
    named = {"case": case, "number": Case.objects.get(pk=case).number, "district": here.district.pk}
    return {state: named | {"pk": row.pk} for state, row in rows.items()}
