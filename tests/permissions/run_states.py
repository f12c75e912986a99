"""Payment runs and payees on hold in every state of the published table."""

from typing import Any

from funds import bank_files, payment_runs
from funds.requests import payee_holds
from funds.runs.choosing import Wanted
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.funds.bank_answers import report
from tests.world import World

STATES = ("draft", "proposed", "released", "sent", "cancelled")


def run_through(here: World) -> dict[str, Any]:
    """Each of one transfer, prepared and released by two people who are nobody of the table."""
    one, other = (world.make_user(name, here.office, Role.DDO) for name in ("preparer", "releaser"))
    found: dict[str, Any] = {}
    for state in STATES:
        line = here.vouchered(here.transfer()).sanction.disbursement.lines.get()
        run = payment_runs.draft(wanted=Wanted(here.fund), execution_on=today(), lines=[line.pk], by=one)
        if state == "cancelled":
            payment_runs.cancel(run=run.pk, reason="Not now", by=one)
        elif state != "draft":
            run = payment_runs.propose(run=run.pk, by=one)
        if state in ("released", "sent"):
            run = payment_runs.release(run=run.pk, by=other)
        if state == "sent":
            bank_files.send(run=run.pk, by=other)
        found[state] = {"pk": run.pk, "line": run.lines.get().pk, "report": report(run, status="ACCP")}
    here.vouchered(here.transfer())  # for a further run
    return found


def held(here: World) -> dict[str, Any]:
    """Placed by somebody who is nobody of the table."""
    found, by = {}, world.make_user("holder", here.office, Role.DDO)
    for state in ("stands", "ended"):
        row = payee_holds.place_on_person(person=here.person(f"Held {state}"), reason="The court asks for it", by=by)
        found[state] = {"pk": row.pk}
    payee_holds.end(hold_id=found["ended"]["pk"], reason="Settled", by=here["ddo"])
    return found
