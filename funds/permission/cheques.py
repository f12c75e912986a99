"""Leaves of cheque books in the published table: see permissions.py."""

from funds.cheque_books import books, endings
from funds.paperwork import leaf_paper
from funds.permission.away import KEEPER
from funds.permission.table import Sheet, Stage, act
from funds.rules.cheque_rules import SIGNERS


def leaves_sheet() -> Sheet:
    """What may be said of a leaf that no cheque is drawn on yet."""
    unused, used, marked = Stage("unused", "Unused"), Stage("used", "Used"), Stage("marked", "Spoilt or void")
    return Sheet(
        "leaf",
        "Leaves of cheque books",
        "A leaf is drawn on once, or marked once, and keeps its number for good.",
        (unused, used, marked),
        (act("mark", "Mark it spoilt or void", books.HOLDERS, [unused], f"{KEEPER} A reason."),),
    )


def spoilt_sheet() -> Sheet:
    """What becomes of a leaf that is spoilt or void."""
    marked, destroyed = Stage("marked", "Spoilt or void"), Stage("destroyed", "Destroyed")
    return Sheet(
        "spoilt",
        "Spoilt and void leaves",
        "Its paper is destroyed before a witness, who is another person of the fund's office.",
        (marked, destroyed),
        (act("destroy", "Record it as destroyed", endings.ENDERS, [marked], KEEPER),),
    )


def signed_sheet() -> Sheet:
    """What is done with a cheque between its issue and its being handed over."""
    unsigned, ready = Stage("unsigned", "A second signature is missing"), Stage("ready", "Issued, needs none or has it")
    done = Stage("done", "Cleared or failed")
    return Sheet(
        "cheque",
        "Cheques",
        "Where a dated setting asks for a second signature, the cheque is not printed, handed over or cleared without it.",
        (unsigned, ready, done),
        (
            act(
                "sign",
                "Sign it as the second person",
                SIGNERS,
                [unsigned],
                f"{KEEPER} Not who issued it, as for clearing.",
            ),
            act("print", "Print it on its leaf", leaf_paper.PRINTERS, [ready], KEEPER),
        ),
    )
