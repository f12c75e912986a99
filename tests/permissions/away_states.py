"""Delegations, freezes, absences, overdue steps and lists in every state of the published table."""

from datetime import timedelta
from typing import Any

from beneficiaries.models import Officer
from beneficiaries.offices import absences
from funds import approvals
from funds.absence import delegations, escalations
from funds.chain import freezes
from funds.lists import list_import
from funds.models import Escalation
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.world import World

LEAVE = 10  # days from today
HEAD = "name,cnic,father_name,district,amount"


def days() -> dict[str, Any]:
    return {"starts_on": today(), "ends_on": today(), "reason": "Leave"}


def delegated(here: World, taker: Officer) -> dict[str, Any]:
    """All given by the second verifier, who is nobody of the table."""
    found, second = {}, here["second_approver"]
    for state in ("waits", "agreed", "declined", "ended"):
        row = delegations.give(taker=taker.pk, ceiling="900", by=here["second_verifier"], **days())
        found[state] = {"pk": row.pk}
        if state == "declined":
            delegations.decline(delegation=row.pk, by=second, remark="Too long")
        elif state != "waits":
            delegations.agree(delegation=row.pk, by=second)
        if state == "ended":
            delegations.end(delegation=row.pk, by=second, reason="Back")
    return found


def frozen(here: World) -> dict[str, Any]:
    """In a fund of their own, so that they stop nothing else."""
    found, manager, second = {}, here["second_manager"], here["second_approver"]
    fund = world.bare_fund(manager, here.office, code="COLD")
    for state in ("waits", "agreed", "asked", "declined", "lifted"):
        pk = freezes.propose(fund=fund, what="all", cause="audit", by=manager, **days()).pk
        found[state] = {"pk": pk}
        if state == "declined":
            freezes.decline(freeze=pk, by=second, remark="No audit")
        elif state != "waits":
            freezes.agree(freeze=pk, by=second)
        if state in ("asked", "lifted"):
            freezes.propose_lift(freeze=pk, by=manager, reason="The audit is done")
        if state == "lifted":
            freezes.agree_lift(freeze=pk, by=second)
    return found


def absent(here: World) -> dict[str, Any]:
    """Everybody's own, and one of somebody who is nobody of the table; later than the days on which absences begin there."""
    found: dict[str, Any] = {}
    for state, first in (("stands", today() + timedelta(days=LEAVE)), ("ended", today() + timedelta(days=2 * LEAVE))):
        names = [*(role.value for role in Role), "second_approver"]
        keys = {
            name: absences.record(
                officer=here[name].officer.pk, starts_on=first, ends_on=first, reason="Leave", by=here["second_manager"]
            ).pk
            for name in names
        }
        found[state] = {"pk": keys.pop("second_approver"), "own": keys}
    for pk in (found["ended"]["pk"], *found["ended"]["own"].values()):
        day = today() + timedelta(days=2 * LEAVE)
        absences.end(absence=pk, back_on=day, reason="Back", by=here["second_manager"])
    return found


def overdue(here: World) -> dict[str, Any]:
    """Two steps past their days, one of them decided since."""
    rows = {"waits": here.submitted(), "decided": here.submitted()}
    escalations.escalate()
    approvals.approve(disbursement=rows["decided"].pk, by=here["second_verifier"])
    return {
        state: {"pk": Escalation.objects.get(disbursement=row).pk, "request": row.pk} for state, row in rows.items()
    }


def begun(here: World, taker: Officer) -> dict[str, Any]:
    """What absences, delegations, freezes and samples name."""
    rows = [f"Payee {'abcdefg'[place]},61101-{place + 1:07d}-2,Noor Ahmed,Islamabad,500" for place in range(7)]
    made = list_import.import_list(
        fund=here.fund, kind="relief_grant", content="\n".join([HEAD, *rows]).encode(), file_name="long.csv",
        by=here["case_officer"],
    )  # fmt: skip
    assert made.request is not None
    return {
        "officers": {role.value: here[role].officer.pk for role in Role},
        "fund": here.fund.pk,
        "long": made.request.pk,
        "taker": taker.pk,
    }
