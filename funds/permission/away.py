"""Delegations, freezes, absences and overdue steps in the published table: see permissions.py."""

from beneficiaries.offices import absences
from funds.absence import delegations, escalations
from funds.chain import freezes
from funds.permission.table import DECLINED, SECOND, WAITS, Sheet, Stage, act

KEEPER = "The office that keeps the fund; for all funds a federal one."


def delegations_sheet() -> Sheet:
    """What one officer gives, another takes and a third agrees to."""
    force, ended = Stage("agreed", "In force"), Stage("ended", "Ended")
    return Sheet(
        "delegation",
        "Delegations",
        "One officer lets another sign for some days, once a third person agrees. Before its first day it is as in force.",
        (WAITS, force, DECLINED, ended),
        (
            act("agree", "Agree", delegations.AGREERS, [WAITS], "Neither who gives nor who takes it."),
            act(
                "decline",
                "Decline",
                delegations.AGREERS,
                [WAITS],
                "Never who takes it. Who gives it takes it back, whatever the role.",
            ),
            act("end", "End", delegations.AGREERS, [force], "Who gives or takes it may as well, whatever the role."),
        ),
    )


def freezes_sheet() -> Sheet:
    """What two people begin and two people end."""
    force, asked = Stage("agreed", "In force"), Stage("asked", "In force, lift asked")
    lifted = Stage("lifted", "Lifted")
    own = f"{KEEPER} Who asked takes it back, whatever the role."
    return Sheet(
        "freeze",
        "Freezes",
        "Two people begin one, two end it early. Before its first day it is as in force; after its last as declined.",
        (WAITS, force, asked, DECLINED, lifted),
        (
            act("agree", "Agree", freezes.AGREERS, [WAITS], f"{SECOND} {KEEPER}"),
            act("decline", "Decline", freezes.AGREERS, [WAITS], own),
            act("lift", "Ask to lift it", freezes.PROPOSERS, [force], KEEPER),
            act("lift_agree", "Agree to lift it", freezes.AGREERS, [asked], f"Never who asked to lift it. {KEEPER}"),
            act("lift_decline", "Decline to lift it", freezes.AGREERS, [asked], own),
        ),
    )


def absences_sheet() -> Sheet:
    """How an absence ends before its last day."""
    stands, ended = Stage("stands", "Recorded"), Stage("ended", "Ended early")
    day = "A day of the absence; a reason."
    return Sheet(
        "absence",
        "Absences",
        "Who is back early says so, or somebody who keeps the desks says it for them.",
        (stands, ended),
        (
            act("end_own", "End the own absence", absences.RECORDERS, [stands], day),
            act(
                "end_other",
                "End another officer's absence",
                absences.KEEPERS_OF_DESKS,
                [stands],
                f"In the own office. {day}",
            ),
        ),
    )


def escalations_sheet() -> Sheet:
    """What may be done about a step past its days."""
    waits, decided = Stage("waits", "The step still waits"), Stage("decided", "The step is decided")
    return Sheet(
        "escalation",
        "Overdue steps",
        "A step past its days is told to the roles of a dated setting; these, unless it names others.",
        (waits, decided),
        (
            act(
                "remind",
                "Remind",
                escalations.USUAL,
                [waits],
                "The office that keeps the fund, and a fund manager of a federal one.",
            ),
        ),
    )
