"""The rest of the published table: payments, and what two people decide or close. See permissions.py."""

from beneficiaries.offices import absences, limits
from beneficiaries.people import contact
from funds import bail, budgets, payment_runs, unclaimed
from funds.absence import delegations
from funds.budget import reappropriations
from funds.chain import conflicts, freezes, rule_book
from funds.cheque_books import books, endings
from funds.committee import committee_versions, committees
from funds.lists import inspection, list_import, list_waivers
from funds.permission import away, background, cheques, meetings, owing, received, runs
from funds.permission.table import AGREED, DECLINED, PROPOSALS, REQUESTS, SECOND, WAITS, Sheet, Stage, act
from funds.readers import OF_REQUESTS
from funds.requests import changed_accounts, payee_holds
from funds.signing import schedules
from funds.workflow import ACTORS, MAKERS, Action
from ledger import periods

KEEPER = "The office that keeps the fund."


def _payments() -> Sheet:
    issued, cleared, failed = (
        Stage("issued", "Issued"),
        Stage("cleared", "Cleared"),
        Stage("failed", "Returned, stale or stopped"),
    )
    return Sheet(
        "payment",
        "Payments",
        "A cheque, transfer or other instrument, while its request is at the state that the first table wants.",
        (issued, cleared, failed),
        (
            act(
                "clear",
                "Mark cleared",
                ACTORS[Action.CLEAR],
                [issued],
                "Not who issued it, asked for it or decided on it.",
            ),
            act("fail", "Mark returned, stale or stopped", ACTORS[Action.REOPEN], [issued], KEEPER),
            act("acknowledge", "Record the receipt", ACTORS[Action.ACKNOWLEDGE], [issued, cleared], "Once."),
            act(
                "paper",
                "Record what became of a cheque's paper",
                endings.ENDERS,
                [failed],
                f"{KEEPER} Once; destroyed before another person of that office, or lost, stopped and indemnified.",
            ),
        ),
    )


def _rules() -> Sheet:
    return Sheet(
        "rule",
        "Rules of chains",
        "A version of a rule counts when a second person agrees.",
        PROPOSALS,
        (
            act(
                "next",
                "Propose the next version",
                rule_book.PROPOSERS,
                [AGREED, DECLINED],
                "For all funds: a federal office.",
            ),
            act("agree", "Agree", rule_book.AGREERS, [WAITS], f"{SECOND} Before its first day."),
            act(
                "decline",
                "Decline",
                (*rule_book.PROPOSERS, *rule_book.AGREERS),
                [WAITS],
                "Who proposed it takes it back.",
            ),
        ),
    )


def _limits() -> Sheet:
    return Sheet(
        "limit",
        "Limits of officers",
        "A limit counts when a second person agrees.",
        PROPOSALS,
        (
            act("agree", "Agree", limits.AGREERS, [WAITS], f"{SECOND} Never the officer."),
            act("decline", "Decline", limits.AGREERS, [WAITS], "Who proposed it may take it back, whatever the role."),
        ),
    )


def _moves() -> Sheet:
    return Sheet(
        "move",
        "Re-appropriations",
        "Budget moves between two heads of a fund when a second person agrees.",
        PROPOSALS,
        (
            act(
                "agree",
                "Agree",
                reappropriations.AGREERS,
                [WAITS],
                f"{SECOND} {KEEPER} Until the year's last day for it.",
            ),
            act("decline", "Decline", reappropriations.AGREERS, [WAITS], KEEPER),
        ),
    )


def _reopenings() -> Sheet:
    return Sheet(
        "reopening",
        "Reopenings of months and years",
        "A closed month or year opens again when a second person agrees.",
        PROPOSALS,
        (
            act("agree", "Agree", periods.AGREERS, [WAITS], f"{SECOND} {KEEPER}"),
            act("decline", "Decline", periods.AGREERS, [WAITS], f"{KEEPER} Who asked may take it back."),
        ),
    )


def _conflicts() -> Sheet:
    stands, ended = Stage("stands", "Stands"), Stage("ended", "Ended")
    return Sheet(
        "conflict",
        "Conflicts of interest",
        "An officer stands apart until the conflict is ended. A recusal from a request is for good.",
        (stands, ended),
        (act("end", "End one", conflicts.ENDERS, [stands], "Never who declared it; a reason."),),
    )


def _lists() -> Sheet:
    draft, later = Stage("draft", "Draft or returned"), Stage("later", "Submitted or later")
    return Sheet(
        "list",
        "Papers of a whole list",
        "One kind of paper is waived for every case of a request that lacks it.",
        (draft, later),
        (
            act(
                "waive",
                "Waive a paper for all",
                list_waivers.WAIVERS,
                [draft],
                "Never its maker; a case lacks the paper; a reason.",
            ),
        ),
    )


def _calendar(key: str, word: str, *, behind: bool) -> Sheet:
    runs, turn = Stage("runs", "Has not ended"), Stage("turn", "Open, its turn")
    later, closed = Stage("later", f"Open, an earlier {word} is too"), Stage("closed", "Closed, the last one")
    stages = [runs, turn, later, closed]
    if behind:
        stages.append(Stage("behind", f"Closed, a later {word} is too"))
    return Sheet(
        key,
        f"{word.capitalize()}s of a fund",
        f"{word.capitalize()}s close in order, and open again from the last one back.",
        tuple(stages),
        (
            act("close", f"Close the {word}", periods.CLOSERS, [turn], f"{KEEPER} A word on the bank reconciliation."),
            act("reopen", "Ask for it to be opened again", periods.CLOSERS, [closed], f"{KEEPER} Once at a time."),
        ),
    )


ANY = Stage("any", "At any time")


def _free() -> Sheet:
    """What has no state before it: it is recorded, and stands."""
    found = (
        ("draft", "Draft a request", MAKERS, "In the own office; not for staff."),
        ("rule", "Propose a rule of chains", rule_book.PROPOSERS, "For all funds: a federal office."),
        ("limit", "Propose a limit", limits.PROPOSERS, "Never the own one."),
        ("schedule", "Sign a schedule of vouchers", schedules.SIGNERS, f"{KEEPER} Where a certificate is set."),
        ("receipt", "Record money received", budgets.MANAGERS, KEEPER),
        ("treasury", "Return unclaimed money to the Treasury", unclaimed.RETURNERS, KEEPER),
        ("cheque_book", "Register a cheque book", books.REGISTRARS, KEEPER),
        ("refund", "Record money that comes back", budgets.MANAGERS, f"{KEEPER} Of a payment that the bank made."),
        ("forfeiture", "Record that a court keeps a deposit", bail.ASKERS, f"{KEEPER} The court's order in the case."),
        ("allocation", "Record a budget", budgets.MANAGERS, KEEPER),
        ("release", "Record a release to heads", budgets.MANAGERS, KEEPER),
        ("move", "Ask for a re-appropriation", budgets.MANAGERS, KEEPER),
        ("surrender", "Surrender budget", budgets.MANAGERS, KEEPER),
        ("conflict", "Declare a conflict of interest", conflicts.DECLARERS, "With a record of the own office."),
        ("committee", "Propose a committee", committees.PROPOSERS, "One chair, a secretary, a quorum of two at least."),
        ("meeting", "Call a meeting", committee_versions.SEATED, "Only the committee's secretary."),
        (
            "delegation",
            "Give a delegation",
            delegations.GIVERS,
            "To who signs steps and whose roles go with it; from today on; never onwards.",
        ),
        ("absence", "Record the own absence", absences.RECORDERS, "Each day once."),
        ("absence_other", "Record another officer's absence", absences.KEEPERS_OF_DESKS, "In the own office."),
        ("freeze", "Propose a freeze", freezes.PROPOSERS, f"{KEEPER} An auditor only for an audit."),
        ("list", "Import a list of payees", list_import.IMPORTERS, "In the own office; a file once."),
        ("run", "Draft a payment run", payment_runs.PREPARERS, f"{KEEPER} An unpaid transfer that nothing holds back."),
        ("hold", "Put a payee on hold", payee_holds.HOLDERS, "Once, until another person ends it."),
        (
            "confirm",
            "Confirm a changed account",
            changed_accounts.CONFIRMERS,
            f"{KEEPER} Never who drafted the request.",
        ),
        ("bundle", "Ask for a bundle of vouchers", OF_REQUESTS, "Copies only; of what the own office sees."),
        ("contact", "Set how a person is told, or that nobody tells them", contact.SETTERS, "In the own office."),
        ("sample", "Draw a sample of a list", inspection.INSPECTORS, "Never its maker; six lines at least."),
    )
    acts = tuple(act(key, label, roles, [ANY], further) for key, label, roles, further in found)
    return Sheet("free", "Acts that begin something", "They need no state.", (ANY,), acts)


SHEETS = (
    REQUESTS,
    _payments(),
    cheques.signed_sheet(),
    cheques.leaves_sheet(),
    cheques.spoilt_sheet(),
    _free(),
    _rules(),
    _limits(),
    _moves(),
    _reopenings(),
    _conflicts(),
    owing.cancellations_sheet(),
    owing.forfeitures_sheet(),
    away.delegations_sheet(),
    away.freezes_sheet(),
    away.absences_sheet(),
    away.escalations_sheet(),
    _lists(),
    runs.runs_sheet(),
    runs.holds_sheet(),
    received.complaints_sheet(),
    received.referrals_sheet(),
    background.bundles_sheet(),
    background.messages_sheet(),
    meetings.committees_sheet(),
    meetings.meetings_sheet(),
    _calendar("month", "month", behind=True),
    _calendar("year", "year", behind=False),
)
