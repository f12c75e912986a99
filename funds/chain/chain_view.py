"""The chain and the next strip of a request as plain values for the page; no database."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from funds.chain import freezes
from funds.chain.signatures import standing
from funds.requests.overview import Overview, Step, needs_release
from funds.workflow import DEAD, ENDED, Action, State
from ledger.clock import today
from ledger.roles import Role


@dataclass(frozen=True, slots=True)
class Move:
    """Whose move it is: what the reader sees first, what follows, and whether it is the reader's own."""

    lead: str
    text: str = ""
    mine: bool = False


def days_words(day: date, now: date | None = None) -> str:
    """'due today', '1 day late', 'due Mon 13 Oct'."""
    left = (day - (now or today())).days
    if left < 0:
        return "1 day late" if left == -1 else f"{-left} days late"
    return "due today" if left == 0 else f"due {day:%a} {day.day} {day:%b}"


def short(day: date | None) -> str:
    """'8 Oct', with the year when it is not this one."""
    if day is None:
        return ""
    return f"{day.day} {day:%b}" if day.year == today().year else f"{day.day} {day:%b %Y}"


def waited(since: date | None) -> str:
    """'waiting 2 days', 'since today'."""
    if since is None:
        return ""
    days = (today() - since).days
    return "since today" if days == 0 else "waiting 1 day" if days == 1 else f"waiting {days} days"


def steps(view: Overview) -> list[dict[str, Any]]:
    """Every step from draft to receipt: name, who, role, when, state."""
    rows = [_drafted(view), *_approvals(view), _voucher(view), _payment(view), _receipt(view)]
    if view.state in DEAD:
        for row in rows:
            row["state"] = "todo" if row["state"] == "now" else row["state"]
        if view.state is State.CANCELLED:
            first = next((row for row in rows if row["state"] == "todo"), rows[-1])
            by = view.cancellation.cancelled_by.get_full_name() if view.cancellation else ""
            first |= {"state": "stopped", "who": f"Cancelled by {by}", "role": ""}
    return rows


def _drafted(view: Overview) -> dict[str, Any]:
    request = view.request
    open_now = view.state in (State.DRAFT, State.RETURNED)
    return {
        "name": "To correct" if view.state is State.RETURNED else "Drafted",
        "who": "You" if open_now and view.is_maker else request.maker.get_full_name(),
        "role": request.maker.officer.designation,
        "when": waited(request.waiting_since) if view.state is State.RETURNED else short(request.drafted_on),
        "state": "now" if open_now else "done",
    }


def _approvals(view: Overview) -> list[dict[str, Any]]:
    made = {} if view.state in (State.DRAFT, State.RETURNED) else standing(view.steps)
    return [_step(view, place, step, made.get(place, [])) for place, step in enumerate(view.planned, start=1)]


def _step(view: Overview, place: int, step: Step, made: list[Any]) -> dict[str, Any]:
    """A step that is decided, or one that waits for its first or for further signatures."""
    if made and (len(made) >= step.signatures or made[-1].outcome != made[-1].Outcome.APPROVED):
        return _decided(view, place, step, made)
    row = _open_step(view, place, step)
    if step.committee:
        return row
    if step.signatures > 1:
        signed = ", ".join(decision.name for decision in made)
        row["role"] = f"{row['role']}, {len(made)} of {step.signatures} signed{': ' if signed else ''}{signed}"
    return row


def _decided(view: Overview, place: int, step: Step, made: list[Any]) -> dict[str, Any]:
    if place in view.minuted:
        return _minuted(step, made, view.minuted[place])
    decision = made[-1]
    approved = decision.outcome == decision.Outcome.APPROVED
    names = ["You" if row.decided_by_id == view.viewer.pk else row.name for row in made]
    return {
        "name": step.act if approved else decision.get_outcome_display(),
        "who": ", ".join(names) if approved else names[-1],
        "role": decision.seat,
        "when": short(decision.decided_on),
        "state": "done" if approved else "stopped",
    }


def _minuted(step: Step, made: list[Any], minutes: str) -> dict[str, Any]:
    """What a committee decided: its minutes, and how many of its members stand behind it."""
    decision = made[-1]
    approved = decision.outcome == decision.Outcome.APPROVED
    return {
        "name": step.act if approved else decision.get_outcome_display(),
        "who": step.committee,
        "role": f"{minutes}, {len(made)} members",
        "when": short(decision.decided_on),
        "state": "done" if approved else "stopped",
    }


# A step that is not signed yet is named by what it will be; once signed, by what the signature says.
TO_COME = {Role.VERIFIER: "Verification", Role.FINANCE_OFFICER: "Budget", Role.APPROVER: "Approval"}


def _open_step(view: Overview, place: int, step: Step) -> dict[str, Any]:
    now = view.state is State.SUBMITTED and place == view.request.position
    role = str(Role(step.role).label)
    if step.committee:
        role = view.ahead.when if now and view.ahead else "decides in a meeting"
    who = view.actor(step.role, step.desk)
    return {
        "name": "Sanction" if step.last else TO_COME[Role(step.role)],
        "who": "You" if now and view.mine else "" if who.startswith("the ") else who,
        "role": role,
        "when": waited(view.request.waiting_since) if now else "",
        "state": "now" if now else "todo",
    }


def _voucher(view: Overview) -> dict[str, Any]:
    if view.voucher:
        issuer = view.voucher.issued_by
        return {
            "name": "Voucher",
            "who": issuer.get_full_name(),
            "role": issuer.officer.designation,
            "when": short(view.voucher.issued_on),
            "state": "done",
        }
    now = view.state is State.SANCTIONED
    who = view.actor(Role.DDO)
    return {
        "name": "Voucher",
        "who": who if not who.startswith("the ") else "",
        "role": "DDO",
        "when": waited(view.request.waiting_since) if now else "",
        "state": "now" if now else "todo",
    }


def _payment(view: Overview) -> dict[str, Any]:
    lines, live, cleared = (view.counts[name] for name in ("lines", "live", "cleared"))
    done = view.state in (State.CLEARED, State.ACKNOWLEDGED, State.CLOSED)
    now = view.state in (State.VOUCHERED, State.PAID)
    when = ""
    if now:
        when = f"{live} of {lines} issued" if view.state is State.VOUCHERED else f"{cleared} of {lines} cleared"
    return {
        "name": "Payment",
        "who": view.request.pay_to,
        "role": "",
        "when": "cleared" if done else when,
        "state": "done" if done else "now" if now else "todo",
    }


def _receipt(view: Overview) -> dict[str, Any]:
    counts, release = view.counts, needs_release(view.request.kind)
    done = view.state is State.CLOSED
    now = view.state in (State.CLEARED, State.ACKNOWLEDGED)
    when = ""
    if view.state is State.CLEARED:
        when = f"{counts['acknowledged']} of {counts['lines']} in"
    return {
        "name": "Receipt, release" if release else "Receipt",
        "who": "",
        "role": "then closed" if not done else "closed",
        "when": short(view.request.waiting_since) if done else "all receipts in" if now and not when else when,
        "state": "done" if done else "now" if now else "todo",
    }


def next_move(view: Overview) -> Move | None:
    """The sentence under the title; None once the request has ended."""
    if view.state in ENDED:
        return None
    by_state = {
        State.DRAFT: _draft_move,
        State.RETURNED: _returned_move,
        State.SANCTIONED: _sanctioned_move,
        State.VOUCHERED: _vouchered_move,
        State.PAID: _paid_move,
        State.CLEARED: _cleared_move,
        State.ACKNOWLEDGED: _acknowledged_move,
    }
    move = _submitted_move(view) if view.state is State.SUBMITTED else by_state[view.state](view)
    return _frozen_move(view, move) or move


def _frozen_move(view: Overview, move: Move) -> Move | None:
    """What is next while a freeze of the fund stops it, and until when; None where none does."""
    if view.waiting is not None:
        what = freezes.SANCTIONS if view.waiting.last else None
    else:
        what = freezes.PAYMENTS if view.state in (State.SANCTIONED, State.VOUCHERED) else None
    until = max((each.until for each in view.freezes if what and each.stops(what)), default=None)
    if what is None or until is None:
        return None
    return Move(f"Frozen until {short(until)}.", f"Until then {freezes.STOPPED[what]}. {move.lead} {move.text}")


def _then(view: Overview, place: int) -> str:
    """What follows the step at `place` (1 is the first): the next act and who does it."""
    if place < len(view.planned):
        step = view.planned[place]
        return f"it goes to {view.actor(step.role, step.desk)}"
    return f"{view.actor(Role.DDO)} issues the voucher"


def _draft_move(view: Overview) -> Move:
    then = f"When it is submitted, {_then(view, 0)}."
    if view.is_maker:
        return Move("Your draft.", f"{then} Check payees and amounts, then submit it.", mine=True)
    return Move(f"With {view.request.maker.get_full_name()} since {short(view.request.drafted_on)}.", then)


def _returned_move(view: Overview) -> Move:
    since = short(view.request.waiting_since)
    void = bool(view.voids)
    if view.is_maker:
        what = "The signatures ended" if void else "Returned"
        return Move("Yours to correct.", f"{what} on {since}; the reason stands below.", mine=True)
    why = "What was signed changed; see below." if void else "Returned for correction."
    return Move(f"With {view.request.maker.get_full_name()} since {since}.", why)


def _submitted_move(view: Overview) -> Move:
    step, since = view.waiting, short(view.request.waiting_since)
    assert step is not None and view.due is not None
    due, then = days_words(view.due), _then(view, view.request.position)
    if view.mine and view.beyond:
        text = f"You may return or reject it; somebody with a higher limit sanctions. {due[0].upper()}{due[1:]}."
        return Move("Above your authority.", text)
    if view.nobody:
        return Move("Nobody can decide this step.", view.nobody)
    if view.mine:
        verb = "sanction it" if step.last else "agree"
        return Move("Your decision is next.", f"With you since {since}, {due}. If you {verb}, {then}.", mine=True)
    who = view.actor(step.role, step.desk)
    if view.ahead is not None:
        text = f"{_upper(view.ahead.when)}. {_upper(due)}. Then {then}."
        return Move(f"For the {view.ahead.name} since {since}.", text)
    return Move(f"With {who} since {since}.", f"{due[0].upper()}{due[1:]}. Then {then}.")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sanctioned_move(view: Overview) -> Move:
    since = short(view.request.waiting_since)
    if view.may(Action.VOUCHER):
        return Move("The voucher is next.", f"Sanctioned on {since}. Issue the voucher, then pay.", mine=True)
    return Move(f"With {view.actor(Role.DDO)} since {since}.", "The voucher is next, then the payment.")


def _vouchered_move(view: Overview) -> Move:
    since, left = short(view.request.waiting_since), view.counts["lines"] - view.counts["live"]
    lines = "1 line waits" if left == 1 else f"{left} lines wait"
    if view.may(Action.ISSUE):
        return Move("The payment is next.", f"{lines} for a cheque or transfer since {since}.", mine=True)
    return Move(f"With {view.actor(Role.DDO)} since {since}.", f"{lines} for payment.")


def _paid_move(view: Overview) -> Move:
    since, left = short(view.request.waiting_since), view.counts["lines"] - view.counts["cleared"]
    lines = "1 payment" if left == 1 else f"{left} payments"
    if view.may(Action.CLEAR):
        return Move("The bank is next.", f"{lines} issued, not cleared, since {since}.", mine=True)
    return Move(f"With the bank since {since}.", f"{lines} issued and not cleared yet.")


def _cleared_move(view: Overview) -> Move:
    since, left = short(view.request.waiting_since), view.counts["lines"] - view.counts["acknowledged"]
    lines = "1 receipt is" if left == 1 else f"{left} receipts are"
    mine = view.may(Action.ACKNOWLEDGE)
    return Move("Receipts are next." if mine else "Paid by the bank.", f"{lines} missing since {since}.", mine=mine)


def _acknowledged_move(view: Overview) -> Move:
    since = short(view.request.waiting_since)
    what = "Record the release, then close it." if needs_release(view.request.kind) else "It can be closed."
    mine = view.may(Action.CLOSE)
    return Move("All receipts are in." if mine else f"All receipts are in since {since}.", what, mine=mine)
