"""Committees and their meetings in the published table: see permissions.py."""

from funds.committee import committees, minutes
from funds.committee.committee_versions import SEATED
from funds.permission.table import AGREED, DECLINED, PROPOSALS, SECOND, WAITS, Sheet, Stage, act

SECRETARY = "Only the committee's secretary, whichever of these roles that is."


def committees_sheet() -> Sheet:
    """What two people say of who sits."""
    return Sheet(
        "committee",
        "Versions of committees",
        "Members, quorum and limit count when a second person agrees.",
        PROPOSALS,
        (
            act("next", "Propose the next version", committees.PROPOSERS, [AGREED, DECLINED], "From today on."),
            act("agree", "Agree", committees.AGREERS, [WAITS], f"{SECOND} Nobody who would sit on it."),
            act(
                "decline",
                "Decline",
                (*committees.PROPOSERS, *committees.AGREERS),
                [WAITS],
                "Who proposed it takes it back.",
            ),
        ),
    )


def meetings_sheet() -> Sheet:
    """What a secretary and members do with one meeting."""
    called, circulate = Stage("called", "Called"), Stage("circulating", "Minutes circulate")
    left, done = Stage("left", "Adopted, an item is held up"), Stage("done", "Adopted and carried out")
    off = Stage("off", "Called off")
    return Sheet(
        "meeting",
        "Meetings",
        "From the call to the minutes that members signed. Who has no seat is told 403 whatever the role.",
        (called, circulate, left, done, off),
        (
            act(
                "agenda", "Add to the agenda", SEATED, [called], f"{SECRETARY} A request that waits for the committee."
            ),
            act(
                "record", "Write the minutes, or write them anew", SEATED, [called, circulate], f"{SECRETARY} A quorum."
            ),
            act("call_off", "Call off", SEATED, [called, circulate], SECRETARY),
            act(
                "sign",
                "Sign the minutes",
                minutes.SIGNERS,
                [circulate, left, done],
                "Only a member who was there and votes; once; the version that was read.",
            ),
            act("carry_out", "Carry out what was held up", SEATED, [left], "Only the secretary or a member."),
        ),
    )
