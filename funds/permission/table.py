"""The published table of who may do what in which state: every cell of it, made of the code that decides. Reads nothing.

A cell is one role, one act, one state. The sheet of requests is read from workflow.py, the others from the constants that
the services ask. docs/permissions.md is printed from here (pages.py), and the tests press every button of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from funds.workflow import MOVES, Action, State, actors, ever
from ledger.roles import Role


class Answer(StrEnum):
    """What whoever presses is told."""

    YES = "yes"
    ROLE = "403"
    STATE = "409"
    NOTHING = "–"  # there is nothing yet that could be pressed


@dataclass(frozen=True, slots=True)
class Stage:
    """A column: a state, and for a request in its chain whose step waits and whether it is the last."""

    key: str
    label: str
    state: str = ""
    step: Role | None = None
    last: bool = False
    paid: bool = False  # there are payments that acts may name


@dataclass(frozen=True, slots=True)
class Act:
    """One act, what it answers, and what is asked beyond role and state."""

    key: str
    label: str
    answer: Callable[[Stage, Role], Answer]
    further: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of thing with its states and acts."""

    key: str
    title: str
    lead: str
    stages: tuple[Stage, ...]
    acts: tuple[Act, ...]


WAITS, AGREED, DECLINED = Stage("waits", "Waits"), Stage("agreed", "Agreed to"), Stage("declined", "Declined")
PROPOSALS = (WAITS, AGREED, DECLINED)
SECOND = "Never who proposed it."


def act(key: str, label: str, roles: Iterable[Role], stages: Iterable[Stage], further: str = "") -> Act:
    """An act that these roles may do at these stages."""
    who, where = frozenset(roles), frozenset(stage.key for stage in stages)

    def answer(stage: Stage, role: Role) -> Answer:
        if role not in who:
            return Answer.ROLE
        return Answer.YES if stage.key in where else Answer.STATE

    return Act(key, label, answer, further)


def _in_chain(step: Role, label: str, *, last: bool = False) -> Stage:
    return Stage("sanction" if last else step.value, label, State.SUBMITTED, step, last)


def _in(state: State, *, paid: bool = False) -> Stage:
    return Stage(state.value, str(state.label), state, paid=paid)


# Whose step waits is part of where a request stands, so Submitted has a column for each.
STAGES = (
    _in(State.DRAFT),
    _in_chain(Role.VERIFIER, "Verifier's step"),
    _in_chain(Role.FINANCE_OFFICER, "Finance officer's step"),
    _in_chain(Role.APPROVER, "Approver's step"),
    _in_chain(Role.APPROVER, "Last step", last=True),
    Stage("committee", "Committee's step", State.SUBMITTED),
    _in(State.RETURNED),
    _in(State.REJECTED),
    _in(State.SANCTIONED),
    _in(State.VOUCHERED, paid=True),
    _in(State.PAID, paid=True),
    _in(State.CLEARED, paid=True),
    _in(State.ACKNOWLEDGED, paid=True),
    _in(State.CLOSED, paid=True),
    _in(State.CANCELLED, paid=True),
)
DECISIONS = frozenset({Action.FORWARD, Action.SANCTION, Action.BACK, Action.RETURN, Action.REJECT, Action.RECUSE})
# These need a payment that was recorded before.
ON_PAYMENTS = frozenset({Action.CLEAR, Action.REOPEN, Action.ACKNOWLEDGE})
# They follow from another act, or from what happens elsewhere; nobody presses them.
BY_THEMSELVES = {
    Action.VOID: "A paper or a payee changed under the signatures: the system ends the chain.",
    Action.PAY: "The last line got its payment.",
    Action.SETTLE: "The last payment cleared.",
    Action.COMPLETE: "The last receipt came in.",
}
# The words of a request's acts, and what each asks beyond role and state.
WORDS: dict[Action, tuple[str, str]] = {
    Action.REVISE: ("Change", "Only its maker."),
    Action.SUBMIT: (
        "Submit for approval",
        "Only its maker, once the papers and reasons that its cases need are there.",
    ),
    Action.FORWARD: (
        "Agree, or sanction on the last step",
        "Not its maker, a payee, who signed another step, or who stands apart; the post the step names; on the last step the"
        " own limit and the fund's room.",
    ),
    Action.RETURN: ("Return to the maker", "As to agree; a ground and a reason."),
    Action.BACK: (
        "Return to an earlier step",
        "As to agree; a ground and a reason. The first step has none before it.",
    ),
    Action.REJECT: ("Reject", "As to agree; a ground and a reason."),
    Action.RECUSE: ("Recuse oneself", "Not its maker; once; a ground and a reason."),
    Action.VOUCHER: (
        "Issue the voucher",
        "The office that keeps the fund; nobody who asked for it, decided on it or gets it.",
    ),
    Action.ISSUE: ("Record a payment", "As for the voucher; no payee of the staff or on the watch list."),
    Action.CLEAR: ("Mark a payment cleared", "As for the voucher, and not who issued the payment."),
    Action.REOPEN: ("Mark a payment returned, stale or stopped", "The office that keeps the fund."),
    Action.ACKNOWLEDGE: ("Record a receipt", "Once for each payment."),
    Action.RELEASE: ("Record the release", "After the court's order and the jail's certificate."),
    Action.CLOSE: ("Close", "Every prisoner's release is recorded."),
    Action.CANCEL: (
        "Cancel",
        "Before the sanction only its maker; later the office that keeps the fund, until a payment has cleared.",
    ),
}


def on_request(action: Action, stage: Stage, role: Role) -> Answer:
    """What a request at this stage answers. First the role that never may, then the state, then the step of the chain."""
    state = State(stage.state)
    if action is Action.FORWARD and stage.last:
        action = Action.SANCTION
    if role not in ever(Action.FORWARD if action is Action.SANCTION else action):
        return Answer.ROLE
    if action in ON_PAYMENTS and not stage.paid:
        return Answer.NOTHING
    if (action, state) not in MOVES:
        return Answer.STATE
    if role not in actors(action, state) or (action in DECISIONS and role is not stage.step):
        return Answer.ROLE
    return Answer.YES


def _request_act(action: Action) -> Act:
    label, further = WORDS[action]
    return Act(action.value, label, lambda stage, role: on_request(action, stage, role), further)


REQUESTS = Sheet(
    "request",
    "Requests",
    "From the draft to the end. While a request is in its chain, what counts is whose step waits.",
    STAGES,
    tuple(_request_act(action) for action in WORDS),
)
