"""The states of a disbursement and every legal move between them, pure. What is not in MOVES does not happen."""

from django.db.models import TextChoices

from ledger.errors import WrongState
from ledger.roles import Role


class State(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    REJECTED = "rejected", "Rejected"
    SANCTIONED = "sanctioned", "Sanctioned"
    VOUCHERED = "vouchered", "Vouchered"
    PAID = "paid", "Paid"
    CLEARED = "cleared", "Cleared"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


class Action(TextChoices):
    REVISE = "revise", "Change"
    SUBMIT = "submit", "Submit for approval"
    FORWARD = "forward", "Agree and forward"
    SANCTION = "sanction", "Sanction"
    BACK = "back", "Return to an earlier step"
    RECUSE = "recuse", "Recuse yourself"
    RETURN = "return", "Return for correction"
    VOID = "void", "Void the chain"
    REJECT = "reject", "Reject"
    VOUCHER = "voucher", "Issue voucher"
    ISSUE = "issue", "Record payment"
    PAY = "pay", "All payments recorded"
    REOPEN = "reopen", "Open the payment again"
    CLEAR = "clear", "Mark cleared"
    SETTLE = "settle", "All payments cleared"
    ACKNOWLEDGE = "acknowledge", "Record the receipt"
    COMPLETE = "complete", "All receipts recorded"
    RELEASE = "release", "Record the release"
    CLOSE = "close", "Close"
    CANCEL = "cancel", "Cancel"


MOVES: dict[tuple[Action, State], State] = {  # (action, from) -> to
    (Action.REVISE, State.DRAFT): State.DRAFT,
    (Action.REVISE, State.RETURNED): State.RETURNED,
    (Action.SUBMIT, State.DRAFT): State.SUBMITTED,
    (Action.SUBMIT, State.RETURNED): State.SUBMITTED,
    (Action.FORWARD, State.SUBMITTED): State.SUBMITTED,
    (Action.SANCTION, State.SUBMITTED): State.SANCTIONED,
    (Action.BACK, State.SUBMITTED): State.SUBMITTED,
    (Action.RECUSE, State.SUBMITTED): State.SUBMITTED,
    (Action.RETURN, State.SUBMITTED): State.RETURNED,
    (Action.VOID, State.SUBMITTED): State.RETURNED,
    (Action.REJECT, State.SUBMITTED): State.REJECTED,
    (Action.VOUCHER, State.SANCTIONED): State.VOUCHERED,
    (Action.ISSUE, State.VOUCHERED): State.VOUCHERED,
    (Action.PAY, State.VOUCHERED): State.PAID,
    (Action.REOPEN, State.VOUCHERED): State.VOUCHERED,
    (Action.REOPEN, State.PAID): State.VOUCHERED,
    (Action.CLEAR, State.VOUCHERED): State.VOUCHERED,
    (Action.CLEAR, State.PAID): State.PAID,
    (Action.SETTLE, State.PAID): State.CLEARED,
    (Action.ACKNOWLEDGE, State.VOUCHERED): State.VOUCHERED,
    (Action.ACKNOWLEDGE, State.PAID): State.PAID,
    (Action.ACKNOWLEDGE, State.CLEARED): State.CLEARED,
    (Action.COMPLETE, State.CLEARED): State.ACKNOWLEDGED,
    (Action.RELEASE, State.PAID): State.PAID,
    (Action.RELEASE, State.CLEARED): State.CLEARED,
    (Action.RELEASE, State.ACKNOWLEDGED): State.ACKNOWLEDGED,
    (Action.CLOSE, State.ACKNOWLEDGED): State.CLOSED,
    (Action.CANCEL, State.DRAFT): State.CANCELLED,
    (Action.CANCEL, State.RETURNED): State.CANCELLED,
    (Action.CANCEL, State.SANCTIONED): State.CANCELLED,
    (Action.CANCEL, State.VOUCHERED): State.CANCELLED,
    (Action.CANCEL, State.PAID): State.CANCELLED,
}

# Who may make a move at all; a step of the chain narrows those of SUBMITTED to its own role.
# A chain becomes void by what changed under it, so nobody does that by hand.
MAKERS = frozenset({Role.CASE_OFFICER})
SIGNATORIES = frozenset({Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER})
# These agree to spend a fund's money, so they sit in the office that keeps it; the office that asks may verify.
KEEPERS = frozenset({Role.FINANCE_OFFICER, Role.APPROVER})
ACTORS: dict[Action, frozenset[Role]] = {
    Action.REVISE: MAKERS,
    Action.SUBMIT: MAKERS,
    Action.FORWARD: SIGNATORIES,
    Action.SANCTION: frozenset({Role.APPROVER}),
    Action.BACK: SIGNATORIES,
    Action.RECUSE: SIGNATORIES,
    Action.RETURN: SIGNATORIES,
    Action.VOID: frozenset(),
    Action.REJECT: SIGNATORIES,
    Action.VOUCHER: frozenset({Role.DDO}),
    Action.ISSUE: frozenset({Role.DDO}),
    Action.PAY: frozenset({Role.DDO}),
    Action.REOPEN: frozenset({Role.DDO, Role.RECONCILER}),
    Action.CLEAR: frozenset({Role.RECONCILER}),
    Action.SETTLE: frozenset({Role.RECONCILER}),
    Action.ACKNOWLEDGE: frozenset({Role.CASE_OFFICER, Role.DDO}),
    Action.COMPLETE: frozenset({Role.CASE_OFFICER, Role.DDO, Role.RECONCILER}),
    Action.RELEASE: MAKERS,
    Action.CLOSE: MAKERS,
}
# Cancelling undoes the last act, so it belongs to whoever answers for that act.
CANCELLERS: dict[State, frozenset[Role]] = {
    State.DRAFT: MAKERS,
    State.RETURNED: MAKERS,
    State.SANCTIONED: frozenset({Role.APPROVER}),
    State.VOUCHERED: frozenset({Role.DDO}),
    State.PAID: frozenset({Role.DDO}),
}

EDITABLE = (State.DRAFT, State.RETURNED)
DEAD = (State.REJECTED, State.CANCELLED)  # nothing is paid on these
ENDED = (*DEAD, State.CLOSED)


def actors(action: Action, state: State) -> frozenset[Role]:
    """The roles that may make this move from this state."""
    return CANCELLERS.get(state, frozenset()) if action is Action.CANCEL else ACTORS[action]


def ever(action: Action) -> frozenset[Role]:
    """The roles that may make this move from one state or another; everybody else is refused whatever the state."""
    return frozenset().union(*CANCELLERS.values()) if action is Action.CANCEL else ACTORS[action]


def next_state(action: Action, state: str, *, number: str = "", pk: int = 0) -> State:
    """Where `action` leads from `state`. Raises: WrongState, naming the request, where the table has no such move."""
    try:
        return MOVES[action, State(state)]
    except KeyError:
        label = State(state).label.lower()
        detail = f"{number or 'The request'} is {label}, so “{action.label}” is not possible. Nothing was changed."
        raise WrongState(detail, ids=(pk,) if pk else ()) from None


def legal_pairs() -> list[tuple[str, str]]:
    """Every (from, to) pair of states that differs; the database rule on the state column is made from these."""
    return sorted({(before.value, after.value) for (_, before), after in MOVES.items() if before != after})
