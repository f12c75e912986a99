"""Work in the background and messages to payees in the published table: see table.py."""

from funds.messages import resending
from funds.permission.table import Sheet, Stage, act
from funds.readers import OF_REQUESTS


def bundles_sheet() -> Sheet:
    """What is done about a bundle that was asked for."""
    open_, over = Stage("open", "Waits or runs"), Stage("over", "Done, failed or cancelled")
    return Sheet(
        "bundle",
        "Bundles of vouchers",
        "Drawn in the background, as whoever asked for it.",
        (open_, over),
        (act("cancel", "Cancel it", OF_REQUESTS, [open_], "Only who asked for it."),),
    )


def messages_sheet() -> Sheet:
    """What is done about a message to a payee."""
    lost, sent = Stage("lost", "Did not arrive, or nothing could be sent"), Stage("sent", "Sent, waits, or told anew")
    return Sheet(
        "message",
        "Messages to payees",
        "Written and sent in the background when a request is sanctioned, paid, or a payment fails.",
        (lost, sent),
        (act("resend", "Tell the payee anew", resending.RESENDERS, [lost], "A telephone on record, and no stop."),),
    )
