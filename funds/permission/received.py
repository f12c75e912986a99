"""Complaints and referrals in the published table: see permissions.py."""

from beneficiaries.referral import referrals
from funds import complaints
from funds.permission.table import Sheet, Stage, act

APPEALED = "Never who took the decision that is appealed."


def complaints_sheet() -> Sheet:
    """What is done about what somebody wrote."""
    new, assigned = Stage("registered", "Registered"), Stage("assigned", "Assigned")
    answered, again = Stage("replied", "Answered"), Stage("reopened", "Opened again")
    return Sheet(
        "complaint",
        "Complaints and appeals",
        "From the letter to the answer. To the officer whom it is about a complaint is not there.",
        (new, assigned, answered, again),
        (
            act(
                "assign",
                "Assign",
                complaints.ASSIGNERS,
                [new, assigned, again],
                f"To nobody whom it is about. {APPEALED}",
            ),
            act("note", "Note something", complaints.HANDLERS, [new, assigned, answered, again], APPEALED),
            act(
                "reply",
                "Answer",
                complaints.HANDLERS,
                [assigned],
                f"Only the officer to whom it is assigned. {APPEALED}",
            ),
            act("reopen", "Open again", complaints.REOPENERS, [answered], APPEALED),
        ),
    )


def referrals_sheet() -> Sheet:
    """What becomes of a referral that came in."""
    new, accepted = Stage("new", "New, or taken up again"), Stage("accepted", "Accepted")
    twice, declined = Stage("duplicate", "Duplicate"), Stage("declined", "Declined")
    return Sheet(
        "referral",
        "Referrals",
        "What helpline, courts, jails and others send.",
        (new, accepted, twice, declined),
        (
            act("accept", "Accept as a case", referrals.DECIDERS, [new], "What a new case needs."),
            act(
                "duplicate",
                "Mark as a duplicate",
                referrals.DECIDERS,
                [new],
                "The case or the other referral; a reason.",
            ),
            act("decline", "Decline", referrals.DECIDERS, [new], "A reason, which the sender is told."),
            act("reopen", "Take up again", referrals.DECIDERS, [twice, declined], "A reason."),
        ),
    )
