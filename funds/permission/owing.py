"""Receipts to be cancelled and deposits that a court kept, in the published table: see permissions.py."""

from funds import bail, receiving
from funds.permission.table import PROPOSALS, SECOND, WAITS, Sheet, Stage, act

KEEPER = "The office that keeps the fund."


def cancellations_sheet() -> Sheet:
    """A receipt that somebody says is wrong."""
    stands, waits, cancelled = (
        Stage("stands", "Stands"),
        Stage("waits", "To be cancelled"),
        Stage("agreed", "Cancelled"),
    )
    return Sheet(
        "receipt",
        "Receipts that are wrong",
        "A receipt is cancelled when a second person agrees; its number stays.",
        (stands, waits, cancelled),
        (
            act("ask", "Ask to cancel it", receiving.ASKERS, [stands], f"{KEEPER} A reason; its year is not closed."),
            act(
                "agree",
                "Agree",
                receiving.AGREERS,
                [waits],
                f"{SECOND} {KEEPER} The money is still free, and in the bank.",
            ),
            act("decline", "Decline", receiving.AGREERS, [waits], f"{KEEPER} Who asked takes it back."),
        ),
    )


def forfeitures_sheet() -> Sheet:
    """A bail deposit that a court keeps."""
    return Sheet(
        "forfeiture",
        "Bail deposits that a court keeps",
        "A forfeiture is charged when a second person agrees.",
        PROPOSALS,
        (
            act("agree", "Agree", bail.AGREERS, [WAITS], f"{SECOND} {KEEPER} No more than the court holds."),
            act("decline", "Decline", bail.AGREERS, [WAITS], f"{KEEPER} Who recorded it takes it back."),
        ),
    )
