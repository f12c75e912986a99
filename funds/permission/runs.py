"""Payment runs and payees on hold in the published table: see table.py."""

from funds import payment_runs
from funds.permission.table import Act, Answer, Sheet, Stage, act
from funds.requests import payee_holds
from ledger.roles import Role

KEEPER = "The office that keeps the fund."
DRAFT, PROPOSED, RELEASED = (
    Stage("draft", "Draft"),
    Stage("proposed", "Waits for release"),
    Stage("released", "Released"),
)
SENT, CANCELLED = Stage("sent", "Sent or answered"), Stage("cancelled", "Cancelled")


def _cancelled(stage: Stage, role: Role) -> Answer:
    """A released run is ended by those who may stop its payments."""
    if role not in payment_runs.PREPARERS:
        return Answer.ROLE
    if stage not in (DRAFT, PROPOSED, RELEASED):
        return Answer.STATE
    return Answer.YES if stage is not RELEASED or role in payment_runs.RELEASERS else Answer.ROLE


def runs_sheet() -> Sheet:
    """Transfers that leave together: prepared by one, released by another, sent once, answered by the bank."""
    prepare, release = payment_runs.PREPARERS, payment_runs.RELEASERS
    free = "Neither who drafted or proposed it, nor who asked for, decided on or gets one of its payments."
    return Sheet(
        "run",
        "Payment runs",
        "One file for the bank. Two people: who prepares a run does not release it.",
        (DRAFT, PROPOSED, RELEASED, SENT, CANCELLED),
        (
            act("drop", "Take payments out", prepare, [DRAFT], KEEPER),
            act("propose", "Propose", prepare, [DRAFT], f"{KEEPER} Nothing of it is held back; no freeze."),
            act("take_back", "Take back, or send back", prepare, [PROPOSED], KEEPER),
            act("release", "Release", release, [PROPOSED], f"{KEEPER} {free} Above a limit the password again."),
            act("send", "Send", release, [RELEASED], "None of its payments was stopped meanwhile."),
            act("copy", "Download a copy", release, [SENT], "Each is logged."),
            Act("cancel", "Cancel", _cancelled, KEEPER),
            act("answer", "Take the bank's answer", payment_runs.ANSWERERS, [SENT], KEEPER),
        ),
    )


def holds_sheet() -> Sheet:
    """Payees to whom nothing is paid."""
    stands, ended = Stage("stands", "On hold"), Stage("ended", "Ended")
    return Sheet(
        "hold",
        "Payees on hold",
        "Nothing is paid to them, on any request.",
        (stands, ended),
        (act("end", "End the hold", payee_holds.HOLDERS, [stands], "Never who placed it."),),
    )
